"""A new version from a stick or a folder: signed, verified, put beside the running one, and undone when it fails."""
