"""Temporary folders of the simulated parts, so named that what a killed process left can be told and removed."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path


def temporary_folder(part: str) -> tempfile.TemporaryDirectory[str]:
    """A new folder chestnut-PART-PROCESS-… for the caller to clean up. Those of processes that ended without doing
    so are removed first."""
    for left in Path(tempfile.gettempdir()).glob(f"chestnut-{part}-*"):
        owner = left.name.split("-")[2]
        if owner.isdecimal() and not _lives(int(owner)):
            shutil.rmtree(left, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix=f"chestnut-{part}-{os.getpid()}-")


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # somebody else's
        return True
    return True
