"""The lines of the Pi's own header, as [[header]] of pins.toml tells them. A line that is not there is not built."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chestnut.runtime.pin_tables import PinsError, nearest

# What each line is. button: to ground, pulled up. warning: somebody else pulls it to ground. pwm, out: driven.
# drain: pulled to ground or let go, and never driven high, for the other end drives it too.
LINES = {
    "service": "button",
    "status_led": "pwm",
    "camera_led": "out",
    "pod_run": "drain",
    "pod_bootsel": "drain",
    "amplifier": "out",
    "battery_low": "warning",
    "gauge_sda": "i2c1_sda",
    "gauge_scl": "i2c1_scl",
}
# The place of each GPIO on the 40 pins (Raspberry Pi documentation, "GPIO and the 40-pin header").
GPIOS = (2, 3, 4, 14, 15, 17, 18, 27, 22, 23, 24, 10, 9, 25, 11, 8, 7, 0, 1, 5, 6, 12, 13, 19, 16, 26, 20, 21)
NUMBERS = (
    3,
    5,
    7,
    8,
    *range(10, 14),
    15,
    16,
    18,
    19,
    *range(21, 25),
    *range(26, 30),
    *range(31, 34),
    *range(35, 39),
    40,
)
PLACES: dict[int, int] = dict(zip(GPIOS, NUMBERS, strict=True))
TAKEN = {
    **dict.fromkeys((0, 1), "the memory of a board on top"),
    **dict.fromkeys((6, 16), "what UPS boards of the X120x kind tell and hear there"),
    **dict.fromkeys((14, 15), "the serial console"),
    **dict.fromkeys((18, 19, 20, 21), "I2S sound"),
}
I2C = {"i2c1_sda": 2, "i2c1_scl": 3}
# The Pi pulls these up from the moment it has power, all others down (BCM2711 ARM Peripherals, "GPIO"; the Pi 5's RP1
# keeps that, as far as is known here).
PULLED_UP = range(9)


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """to: what the wire's other end is soldered to. press, hold: of a button, the skills they begin."""

    name: str
    gpio: int
    kind: str
    wire: str
    to: str
    press: str = ""
    hold: str = ""

    @property
    def place(self) -> int:
        """Of the 40."""
        return PLACES[self.gpio]


def check_header(lines: Iterable[HeaderLine]) -> None:
    """Raises PinsError."""
    owner: dict[int, str] = {}
    names: set[str] = set()
    for line in lines:
        where = f"[[header]] {line.name!r}"
        if line.name not in LINES:
            raise PinsError(f"{where} is unknown{nearest(line.name, tuple(LINES))}")
        if line.name in names:
            raise PinsError(f"{where} is there twice: keep one")
        names.add(line.name)
        if line.kind != LINES[line.name]:
            raise PinsError(f"{where} must be of kind {LINES[line.name]}, not {line.kind}")
        if line.gpio not in PLACES:
            raise PinsError(f"{where}: the header has no GPIO {line.gpio}; use one of 2 to 27")
        if line.gpio in TAKEN:
            raise PinsError(f"{where}: GPIO {line.gpio} is for {TAKEN[line.gpio]}: move it")
        if line.gpio in owner:
            raise PinsError(f"{where} and {owner[line.gpio]!r} share GPIO {line.gpio}: move one")
        owner[line.gpio] = line.name
        _check_kind(line, where)


def _check_kind(line: HeaderLine, where: str) -> None:
    place = I2C.get(line.kind)
    if place is not None and line.gpio != place:
        raise PinsError(f"{where}: {line.kind} is GPIO {place} and no other")
    if place is None and line.gpio in I2C.values():
        raise PinsError(f"{where}: GPIO {line.gpio} is for the gauge's I2C: move it")
    if (line.kind == "drain" or line.name == "amplifier") and line.gpio not in PULLED_UP:
        raise PinsError(
            f"{where}: GPIO {line.gpio} is pulled down until this program runs, which would hold the other end; "
            "use one of 4, 5, 7, 8"
        )
    if any(bool(skill) is not (line.kind == "button") for skill in (line.press, line.hold)):
        raise PinsError(f"{where}: a button has press and hold, nothing else has")
