"""What measures the battery beside the Pi: the chip of a PiSugar 3, or a MAX17048 as on X120x boards. Read only."""

from __future__ import annotations

import errno
import logging
import struct
from collections.abc import Callable

from chestnut.core.ports import Charge, Gauge
from chestnut.devices.i2c import BUS, I2cChip, Registers

log = logging.getLogger(__name__)

CELL_MV = range(2000, 5000)  # of one lithium cell; what lies beyond was not measured
FULL_PERCENT = range(101)


class GaugeLost(OSError):
    """It does not answer, or answers nonsense; the message names the remedy."""


class Max17048:
    """MAX17048 (registers as in its data sheet by Analog Devices): 16 bits each, high byte first.

    VCELL in steps of 78.125 µV, SOC in 1/256 %, CRATE in steps of 0.208 % an hour with its sign. Its predecessor
    MAX17043, which early X120x boards bear at the same address, has the same first two and no CRATE.
    """

    ADDRESS = 0x36
    VCELL, SOC, VERSION, CRATE = 0x02, 0x04, 0x08, 0x16
    HAS_RATE = 0x0010  # of VERSION, its last four bits aside
    STEADY_PERCENT_H = 1.0  # slower than this it may be either
    OVERFULL_PERCENT = 110  # its model runs on for a while when a cell is full

    def __init__(self, chip: Registers) -> None:
        self._chip = chip

    def read(self) -> Charge:
        word = struct.Struct(">H")
        millivolts = word.unpack(_read(self._chip, self.VCELL, 2))[0] * 0.078125
        percent = word.unpack(_read(self._chip, self.SOC, 2))[0] / 256
        version = word.unpack(_read(self._chip, self.VERSION, 2))[0]
        charging = None
        if version & 0xFFF0 == self.HAS_RATE:
            rate = struct.unpack(">h", _read(self._chip, self.CRATE, 2))[0] * 0.208
            charging = None if abs(rate) < self.STEADY_PERCENT_H else rate > 0
        if 100 < percent <= self.OVERFULL_PERCENT:
            percent = 100.0
        return _charge(percent, millivolts, charging)

    def close(self) -> None:
        self._chip.close()


class PiSugar3:
    """PiSugar 3 (its maker's "PiSugar3 I2C Datasheet"): VERSION is 3; bit 7 of CONTROL tells external power, bit 6
    that it may charge; the voltage stands in two bytes, high first, in millivolts; PERCENT by its own curve."""

    ADDRESS = 0x57
    VERSION, CONTROL, VOLTAGE_HIGH, VOLTAGE_LOW, PERCENT = 0x00, 0x02, 0x22, 0x23, 0x2A
    PLUGGED, MAY_CHARGE = 0x80, 0x40

    def __init__(self, chip: Registers) -> None:
        self._chip = chip

    def read(self) -> Charge:
        version, control, high, low, percent = (
            _read(self._chip, register, 1)[0]
            for register in (self.VERSION, self.CONTROL, self.VOLTAGE_HIGH, self.VOLTAGE_LOW, self.PERCENT)
        )
        if version != 3:
            raise GaugeLost(f"the chip at 0x57 is no PiSugar 3 but says {version}: correct [power] gauge")
        charging = bool(control & self.PLUGGED) and bool(control & self.MAY_CHARGE)
        return _charge(percent, high << 8 | low, charging)

    def close(self) -> None:
        self._chip.close()


KINDS: dict[str, Callable[[Registers], Gauge]] = {"pisugar3": PiSugar3, "max17048": Max17048}
ADDRESSES = {"pisugar3": PiSugar3.ADDRESS, "max17048": Max17048.ADDRESS}


def open_gauge(kind: str) -> Gauge | None:
    """kind: of KINDS; anything else is measured by no gauge. Nothing is asked yet."""
    return KINDS[kind](I2cChip(ADDRESSES[kind])) if kind in KINDS else None


def _read(chip: Registers, register: int, count: int) -> bytes:
    try:
        return chip.read(register, count)
    except OSError as error:
        raise GaugeLost(f"the battery's gauge does not answer: {_remedy(error)} ({error})") from error


def _remedy(error: OSError) -> str:
    if error.errno == errno.ENOENT:
        return f"there is no {BUS}; put dtparam=i2c_arm=on into config.txt and start anew"
    if error.errno in (errno.EACCES, errno.EPERM):
        return "sudo usermod -aG i2c $USER, then log in anew"
    return "check how its board sits, and [power] gauge in the settings"


def _charge(percent: float, millivolts: float, charging: bool | None) -> Charge:
    """GaugeLost for what no battery gives: a bus that is shorted reads as zeros, one without a chip as ones."""
    if round(millivolts) not in CELL_MV or round(percent) not in FULL_PERCENT:
        raise GaugeLost(
            f"the battery's gauge tells nonsense, {millivolts:.0f} mV and {percent:.0f} percent: check its board"
        )
    return Charge(round(percent), round(millivolts), charging)
