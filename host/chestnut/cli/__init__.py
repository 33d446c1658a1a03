"""The `chestnut` command: the same on the desk and on the device."""

from chestnut.cli.main import main

__all__ = ["main"]
