"""The `chestnut` command: the same on the desk and on the device."""
