"""A chip on the I2C bus, read by the kernel's own calls (Linux, Documentation/i2c/dev-interface.rst): one write of
the register's number and one read after it, without a stop between them, which gauges want."""

from __future__ import annotations

import ctypes
import fcntl
import os
from pathlib import Path
from typing import Protocol

BUS = Path("/dev/i2c-1")  # the header's, GPIO 2 and 3
I2C_RDWR = 0x0707
I2C_M_RD = 0x0001


class Registers(Protocol):
    """What a chip keeps, by register."""

    def read(self, register: int, count: int) -> bytes:
        """So many bytes from there on. OSError when the chip does not answer."""

    def close(self) -> None: ...


class _Message(ctypes.Structure):
    """struct i2c_msg of linux/i2c.h."""

    _fields_ = [
        ("address", ctypes.c_uint16),
        ("flags", ctypes.c_uint16),
        ("length", ctypes.c_uint16),
        ("data", ctypes.POINTER(ctypes.c_uint8)),
    ]


class _Transfer(ctypes.Structure):
    """struct i2c_rdwr_ioctl_data of linux/i2c-dev.h."""

    _fields_ = [("messages", ctypes.POINTER(_Message)), ("count", ctypes.c_uint32)]


class I2cChip:
    """The Registers of the chip at this address. The bus is opened with the first read, and anew after a failure, so
    that one which appears later is found."""

    def __init__(self, address: int, bus: Path = BUS) -> None:
        self._address, self._bus = address, bus
        self._file = -1

    def read(self, register: int, count: int) -> bytes:
        if self._file < 0:
            self._file = os.open(self._bus, os.O_RDWR | os.O_CLOEXEC)
        wanted = (ctypes.c_uint8 * 1)(register)
        answer = (ctypes.c_uint8 * count)()
        messages = (_Message * 2)(
            _Message(self._address, 0, 1, wanted), _Message(self._address, I2C_M_RD, count, answer)
        )
        try:
            fcntl.ioctl(self._file, I2C_RDWR, _Transfer(messages, 2))
        except OSError:
            self.close()
            raise
        return bytes(answer)

    def close(self) -> None:
        """May be called twice."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
