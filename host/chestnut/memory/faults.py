"""What can go wrong with the memory. Every message is one line and names the remedy; `reason` is the phrase key of
the same in the wearer's words. A fault at opening leaves every file as it was."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

TIGHT_BYTES = 1 << 20  # with less room than this an input-output error means a full card


class MemoryFault(RuntimeError):
    """Base of all faults of the memory."""

    reason = "memory_failed"


class LibraryMissing(MemoryFault):
    """SQLCipher is not installed, or what is installed does not encrypt."""

    reason = "memory_library_missing"


class KeyMissing(MemoryFault):
    """There is a memory, but not its key."""

    reason = "memory_key_missing"


class KeyDamaged(MemoryFault):
    """The key file is there and holds no key."""

    reason = "memory_key_damaged"


class WrongKey(MemoryFault):
    """The key is whole, but of another memory."""

    reason = "memory_wrong_key"


class NotEncrypted(MemoryFault):
    """The file can be read without the key."""

    reason = "memory_not_encrypted"


class NoFile(MemoryFault):
    """What bears its name is no file: a pipe, a device, or a link to nothing, as to a stick that is not in."""

    reason = "memory_no_file"


class Damaged(MemoryFault):
    """The key fits, the file is broken."""

    reason = "memory_damaged"


class Newer(MemoryFault):
    """A newer Chestnut wrote this file."""

    reason = "memory_newer"


class ReadOnly(MemoryFault):
    """The folder or the file may not be written."""

    reason = "memory_read_only"


class NoRoom(MemoryFault):
    """The disk is full. What was acknowledged is kept; what was just to be remembered is not."""

    reason = "memory_full"


class CardFailed(MemoryFault):
    """The card or disk refuses to read or write."""

    reason = "memory_card_failed"


class AlreadyThere(MemoryFault):
    """What was to be exported would replace a file."""

    reason = "file_exists"


class InUse(MemoryFault):
    """Another process has the memory."""

    reason = "memory_in_use"


class Closed(MemoryFault):
    """The memory was closed or wiped."""

    reason = "memory_closed"


class ClockSetBack(MemoryFault):
    """The clock is earlier than when the memory was last used. Never raised: Store.doubt tells it."""

    reason = "clock_set_back"


def full_or(path: Path, otherwise: MemoryFault) -> MemoryFault:
    """NoRoom when the disk is (nearly) full, for then it is the cause of whatever else was told."""
    try:
        free = os.statvfs(path.parent)
    except OSError:
        return otherwise
    return no_room(path) if free.f_bavail * free.f_frsize < TIGHT_BYTES else otherwise


def no_room(path: Path) -> NoRoom:
    return NoRoom(f"no room left in {path.parent}: free some space, then go on; what was remembered is kept")


def read_only(path: Path) -> ReadOnly:
    return ReadOnly(
        f"{path.parent} cannot be written: make the folder and the files in it writable, or name another"
    )


def damaged(path: Path) -> Damaged:
    return Damaged(
        f"{path} is damaged: move it and the files named after it away to begin anew, keep them for rescue"
    )


def need_file(path: Path) -> None:
    """NoFile when there is something at `path` that is no file, or when none can be there."""
    if path.is_file():
        return
    if path.is_symlink():
        raise NoFile(
            f"{path} is a link to {path.readlink()}, where no file is: put it there, or remove the link"
        )
    if path.exists():
        raise NoFile(f"{path} is no file but a folder, a pipe or a device: name another")
    if path.parent.exists() and not path.parent.is_dir():
        raise NoFile(f"{path.parent} is no folder: name another file")


def of_system(error: OSError, path: Path) -> MemoryFault:
    """The fault behind an error of the operating system on the memory's files."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return no_room(path)
    if error.errno == errno.EEXIST:
        return AlreadyThere(f"{path} is there already: name another file")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return read_only(path)
    return CardFailed(f"{path} cannot be used ({error.strerror}): check the card, or name another file")


BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB = 5, 6, 8, 10, 11, 13, 14, 26


def of_database(error: Any, path: Path) -> MemoryFault:
    """The fault behind an error of SQLCipher (sqlcipher3.dbapi2.Error)."""
    code = getattr(error, "sqlite_errorcode", None)
    if code == FULL:
        return no_room(path)
    if code in (READONLY, CANTOPEN):
        return full_or(path, read_only(path))
    if code == IOERR:
        return full_or(
            path, CardFailed(f"{path} cannot be read or written: check the card, keep a copy of the file")
        )
    if code in (CORRUPT, NOTADB):
        return damaged(path)
    if code in (BUSY, LOCKED):
        return InUse(f"another process is writing {path}: try again, or stop the other chestnut")
    return MemoryFault(f"{path}: {error}; please report this")
