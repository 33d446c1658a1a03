"""The maker's page: see, press and talk with a running device in a browser on the same machine."""
