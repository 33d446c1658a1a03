"""The chips that measure a battery, as register maps that behave: what the battery does shows in the registers."""

from __future__ import annotations

import errno
import struct
from dataclasses import dataclass


@dataclass(slots=True)
class Cell:
    """A battery. rate: percent an hour, above 0 it is being charged. plugged: external power is there."""

    percent: float = 80.0
    millivolts: int = 3950
    rate: float = -10.0
    plugged: bool = False


class Max17048Twin:
    """Registers of a MAX17048 at the cell. Two bytes each; a read may run on into the next. version: 0x0003 is its
    predecessor MAX17043, without a rate. answers: False is a chip that came loose."""

    def __init__(self, cell: Cell, version: int = 0x0011) -> None:
        self.cell, self.version = cell, version
        self.answers = True

    def read(self, register: int, count: int) -> bytes:
        if not self.answers:
            raise OSError(errno.EREMOTEIO, "Remote I/O error")
        bytes_from = b"".join(self._word(at) for at in range(register & ~1, register + count + 1, 2))
        return bytes_from[register & 1 :][:count]

    def close(self) -> None:
        pass

    def _word(self, register: int) -> bytes:
        cell = self.cell
        match register:
            case 0x02:
                return struct.pack(">H", round(cell.millivolts / 0.078125))
            case 0x04:
                return struct.pack(">H", round(cell.percent * 256))
            case 0x08:
                return struct.pack(">H", self.version)
            case 0x0C:
                return struct.pack(">H", 0x971C)  # CONFIG after power-on
            case 0x16 if self.version & 0xFFF0 == 0x0010:
                return struct.pack(">h", round(cell.rate / 0.208))
            case _:
                return b"\0\0"


class PiSugar3Twin:
    """Registers of a PiSugar 3 at the cell, one byte each. may_charge: its charging switch, on after a start."""

    def __init__(self, cell: Cell, version: int = 3, may_charge: bool = True) -> None:
        self.cell, self.version, self.may_charge = cell, version, may_charge
        self.answers = True

    def read(self, register: int, count: int) -> bytes:
        if not self.answers:
            raise OSError(errno.EREMOTEIO, "Remote I/O error")
        return bytes(self._byte(at) for at in range(register, register + count))

    def close(self) -> None:
        pass

    def _byte(self, register: int) -> int:
        cell = self.cell
        match register:
            case 0x00:
                return self.version
            case 0x02:
                # External power, may charge, output on, resumes with power, guarded key.
                return (cell.plugged << 7) | (self.may_charge << 6) | 0b0011_1000
            case 0x04:
                return 25 + 40
            case 0x22:
                return cell.millivolts >> 8
            case 0x23:
                return cell.millivolts & 0xFF
            case 0x2A:
                return round(cell.percent)
            case _:
                return 0
