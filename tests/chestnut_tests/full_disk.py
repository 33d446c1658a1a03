"""A disk that fills up, without one: SQLite lets its tests replace the system calls it writes with, and here they
refuse every byte after a given number, as the kernel does on a full disk, the last write cut short."""

from __future__ import annotations

import ctypes
import errno
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_longlong, c_size_t, c_ssize_t, c_void_p

METHODS = (
    *("xOpen", "xDelete", "xAccess", "xFullPathname", "xDlOpen", "xDlError", "xDlSym", "xDlClose"),
    *("xRandomness", "xSleep", "xCurrentTime", "xGetLastError", "xCurrentTimeInt64"),
)


class _Vfs(ctypes.Structure):
    """sqlite3_vfs, version 3."""

    _fields_ = (
        ("iVersion", c_int),
        ("szOsFile", c_int),
        ("mxPathname", c_int),
        ("pNext", c_void_p),
        ("zName", c_char_p),
        ("pAppData", c_void_p),
        *((name, c_void_p) for name in METHODS),
        ("xSetSystemCall", CFUNCTYPE(c_int, c_void_p, c_char_p, c_void_p)),
        ("xGetSystemCall", CFUNCTYPE(c_void_p, c_void_p, c_char_p)),
        ("xNextSystemCall", CFUNCTYPE(c_char_p, c_void_p, c_char_p)),
    )


class Disk:
    """room: bytes it still takes; None for any number. refused: how often it said no. says: the errno of that."""

    def __init__(self) -> None:
        self.room: int | None = None
        self.refused = 0
        self.says = errno.ENOSPC

    def take(self, count: int) -> int:
        """How many of these bytes go onto it."""
        if self.room is None:
            return count
        taken = min(count, self.room)
        self.room -= taken
        self.refused += taken < count
        return taken


@contextmanager
def filling_disk() -> Iterator[Disk]:
    """Holds for every memory of this process."""
    import sqlcipher3._sqlite3

    library = ctypes.CDLL(sqlcipher3._sqlite3.__file__)
    library.sqlite3_vfs_find.restype = c_void_p
    library.sqlite3_vfs_find.argtypes = [c_char_p]
    address = library.sqlite3_vfs_find(None)
    vfs = ctypes.cast(address, POINTER(_Vfs)).contents
    pwrite_type = CFUNCTYPE(c_ssize_t, c_int, c_void_p, c_size_t, c_longlong, use_errno=True)
    real = pwrite_type(vfs.xGetSystemCall(address, b"pwrite"))
    disk = Disk()

    def pwrite(handle: int, data: int, count: int, offset: int) -> int:
        taken = disk.take(count)
        if taken == 0 and count > 0:
            ctypes.set_errno(disk.says)
            return -1
        return int(real(handle, data, taken, offset))

    refusing = pwrite_type(pwrite)
    vfs.xSetSystemCall(address, b"pwrite", ctypes.cast(refusing, c_void_p))
    try:
        yield disk
    finally:
        vfs.xSetSystemCall(address, b"pwrite", None)
