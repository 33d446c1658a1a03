"""Who has the memory's file: any number of processes use it, one alone may begin, migrate or wipe it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from chestnut.memory.faults import of_system


class Lock:
    """Held until closed, freed by the system when the process dies. The lock is a file of its own: SQLite's locks on
    the database would be lost if that were opened a second time here.

    alone: nobody else has it. The first to come is alone until share() is called; who comes later waits for that.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(path.name + "-lock")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._handle, self.alone = _acquire(self.path)
        except OSError as error:
            raise of_system(error, path) from error

    def share(self) -> None:
        fcntl.flock(self._handle, fcntl.LOCK_SH)
        self.alone = False

    def take_alone(self) -> bool:
        """False, and still shared, when another process has it too."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(self._handle, fcntl.LOCK_SH)
            return False
        self.alone = True
        return True

    def close(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def _acquire(path: Path) -> tuple[int, bool]:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            alone = True
        except BlockingIOError:
            fcntl.flock(handle, fcntl.LOCK_SH)
            alone = False
        # Whoever had it may have wiped the memory, and this file with it.
        if path.exists() and os.fstat(handle).st_ino == path.stat().st_ino:
            return handle, alone
        os.close(handle)
