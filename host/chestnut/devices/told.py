"""Which of the pod's edges were delivered, kept over a restart of this program: its successor hears none twice.

Ten bytes in one small file, written over in place: it belongs on a file system in memory (/run). When the machine
itself restarts nothing is lost with it, for by then every key is long forgotten.
"""

from __future__ import annotations

import logging
import os
import struct
import tempfile
from binascii import crc32
from pathlib import Path

log = logging.getLogger(__name__)

_LAYOUT = struct.Struct("<IHI")  # boot, sequence, CRC-32 of both


def default_path() -> Path:
    """In memory where the system offers it: systemd's RUNTIME_DIRECTORY, the user's XDG_RUNTIME_DIR, else /tmp."""
    folder = os.environ.get("RUNTIME_DIRECTORY") or os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    return Path(folder) / f"chestnut-pod-{os.getuid()}"


class Told:
    """A file that cannot be opened is a warning, no error: then a key may be told twice after a restart."""

    def __init__(self, path: Path) -> None:
        self._noted: tuple[int, int] | None = None
        self._file = -1
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError as error:
            log.warning("the pod's last key cannot be remembered over a restart: %s", error)

    def last(self) -> tuple[int, int] | None:
        """(boot, sequence) of the newest edge the predecessor delivered; None when that is not known."""
        data = os.pread(self._file, _LAYOUT.size, 0) if self._file >= 0 else b""
        if len(data) != _LAYOUT.size:
            return None
        boot, sequence, check = _LAYOUT.unpack(data)
        return (boot, sequence) if check == crc32(data[:-4]) else None

    def note(self, boot: int, sequence: int) -> None:
        if self._file < 0 or self._noted == (boot, sequence):
            return
        self._noted = (boot, sequence)
        plain = _LAYOUT.pack(boot, sequence, 0)[:-4]
        os.pwrite(self._file, plain + struct.pack("<I", crc32(plain)), 0)

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
