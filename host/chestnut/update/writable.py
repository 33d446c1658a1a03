"""A root that is never written (host/system/read_only) is written while an update is put there, and at no other
time."""

from __future__ import annotations

import logging
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

log = logging.getLogger(__name__)


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """The file system of this folder is made writable where it is read-only and this is root, and read-only again at
    the end. Where that fails, whoever writes hears of it."""
    place = _read_only_mount(folder)
    if not place or os.geteuid() != 0 or not _remount("rw", place):
        yield
        return
    try:
        yield
    finally:
        os.sync()
        _remount("ro", place)


def _read_only_mount(folder: Path) -> Path | None:
    """Where it is mounted; None where it is not read-only."""
    try:
        if not os.statvfs(folder).f_flag & os.ST_RDONLY:
            return None
    except OSError:
        return None
    place = folder.resolve()
    while not place.is_mount():
        place = place.parent
    return place


def _remount(how: str, place: Path) -> bool:
    try:
        done = subprocess.run(["mount", "-o", f"remount,{how}", place], capture_output=True, check=False)
    except OSError as error:
        log.warning("%s cannot be mounted anew: %s", place, error)
        return False
    if done.returncode:
        log.warning("%s cannot be mounted anew: %s", place, done.stderr.decode(errors="replace").strip())
    return done.returncode == 0
