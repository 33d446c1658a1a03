"""shared/pins.toml through the device's own reader, so that the drawings refuse what the firmware refuses."""

from __future__ import annotations

import importlib.util
import sys
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if (
    importlib.util.find_spec("chestnut") is None
):  # the environment of the drawings does not install the device
    sys.path[:0] = [str(ROOT / "host"), str(ROOT / "shared")]

from chestnut.runtime.header import PLACES, HeaderLine  # noqa: E402
from chestnut.runtime.pins import Button, Pins, PinsError, Signal, load_pins  # noqa: E402

__all__ = [
    "PICO_GROUNDS",
    "PICO_PLACES",
    "PI_GROUNDS",
    "PLACES",
    "ROOT",
    "Button",
    "HeaderLine",
    "Pins",
    "PinsError",
    "Signal",
    "key_name",
    "load_pins",
]

# The place of each GPIO on a Pico's 40 pads, counted from the USB socket's left down and up again (Pico datasheet,
# "Raspberry Pi Pico pinout"). GPIO 25 is the board's own light.
PICO_GROUNDS = (3, 8, 13, 18, 23, 28, 33, 38)
PICO_PLACES: dict[int, int] = dict(
    zip(
        (*range(23), 26, 27, 28),
        (place for place in (*range(1, 30), 31, 32, 34) if place not in PICO_GROUNDS),
        strict=True,
    )
)
# Ground on the Pi's header (Raspberry Pi documentation, "GPIO and the 40-pin header").
PI_GROUNDS = (6, 9, 14, 20, 25, 30, 34, 39)


@cache
def _keys(language: str) -> dict[str, str]:
    file = ROOT / "host" / "chestnut" / "locale" / f"{language}.toml"
    names: dict[str, str] = tomllib.loads(file.read_text(encoding="utf-8"))["keys"]
    return names


def key_name(name: str, language: str) -> str:
    """A key as the device itself calls it, in "en" or "ru"."""
    return _keys(language)[name]
