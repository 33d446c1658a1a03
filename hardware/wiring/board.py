"""Where every leg of the pod's parts goes on the perforated board, and which bare wires join them.

Holes are (column, row) from 0, counted from the lower corner at the holder's left, as in params.toml; people are told
them from 1. The board is that of the standard pod; another driver or sensor has no layout.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from hardware.params import Params
from hardware.pins import Pins
from hardware.wiring.harness import Words
from hardware.wiring.pod import pod

Hole = tuple[int, int]

# Of a switch's four legs two that lie diagonally, as signs across and up: its signal's, its ground's.
SWITCHES: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "describe": ((1, 1), (-1, -1)),
    "read": ((-1, 1), (1, -1)),
    "ask": ((1, -1), (-1, 1)),
    "find": ((-1, -1), (1, 1)),
    "stop": ((1, 1), (-1, -1)),
}
ACROSS, UP = 2.5, 1.0  # of a switch's legs from its middle, in holes
LEGS: dict[tuple[str, str], Hole] = {
    ("Q1", "S"): (7, 13),
    ("Q1", "G"): (8, 13),
    ("Q1", "D"): (9, 13),
    ("R1", "1"): (8, 11),
    ("R1", "2"): (8, 7),
    ("D1", "A"): (10, 11),
    ("D1", "K"): (10, 7),
    ("R2", "1"): (8, 1),
    ("R2", "2"): (8, 5),
    ("M1", "-"): (9, 12),
    ("M1", "+"): (9, 5),
    ("J1", "data"): (10, 1),
    ("J1", "GND"): (7, 3),
    ("J1", "3V3"): (10, 3),
    ("U1", "motor"): (8, 12),
    ("U1", "skin"): (9, 1),
    ("U1", "3V3"): (10, 6),
    ("U1", "GND"): (7, 9),
}
# Bare wires on the solder side, from hole to hole along rows and columns.
TRACKS: dict[str, tuple[tuple[Hole, ...], ...]] = {
    "ground": (
        ((7, 0), (7, 21)),
        ((6, 21), (7, 21)),
        ((6, 10), (7, 10)),
        ((6, 2), (7, 2)),
        ((7, 7), (8, 7)),
        ((7, 14), (11, 14), (11, 12)),
        ((7, 0), (11, 0)),
    ),
    "motor": (((8, 11), (8, 13)),),
    "motor_low": (((9, 13), (9, 11), (10, 11)),),
    "supply": (((10, 3), (10, 7)), ((8, 5), (10, 5))),
    "skin": (((8, 1), (10, 1)),),
}


@dataclass(frozen=True, slots=True)
class Body:
    """What a part covers on the front: middle, width and height in holes; how far it stands off, in millimetres."""

    ref: str
    middle: tuple[float, float]
    size: tuple[float, float]
    stands_mm: float


def fits(pins: Pins) -> bool:
    """Whether the layout is that of this pod."""
    return pins.haptic == "pwm" and pins.skin_sensor == "ds18b20" and pins.battery_sensor == "none"


def keys(params: Params) -> dict[str, tuple[float, float]]:
    """The middle of each switch, in holes."""
    return {name: (column, row) for name, column, row in params.caps.keys}


def switch_legs(params: Params) -> dict[str, tuple[Hole, ...]]:
    """All four legs of each switch."""
    return {
        name: tuple(
            (round(column + across * ACROSS), round(row + up * UP)) for across in (-1, 1) for up in (-1, 1)
        )
        for name, (column, row) in keys(params).items()
    }


def legs(pins: Pins, params: Params) -> dict[tuple[str, str], Hole]:
    """Every leg and wire's end with a net -> its hole. A key's wire from the Pico is soldered to the leg itself."""
    found = dict(LEGS)
    middles = keys(params)
    for number, key in enumerate(pins.buttons, 1):
        column, row = middles[key.name]
        for contact, (across, up) in zip("12", SWITCHES[key.name], strict=True):
            found[f"S{number}", contact] = (round(column + across * ACROSS), round(row + up * UP))
        found["U1", key.name] = found[f"S{number}", "1"]
    return found


def holes(track: tuple[Hole, ...]) -> Iterator[Hole]:
    """Every hole under a bare wire."""
    yield track[0]
    for (column, row), (to_column, to_row) in pairwise(track):
        steps = max(abs(to_column - column), abs(to_row - row))
        for step in range(1, steps + 1):
            yield column + (to_column - column) * step // steps, row + (to_row - row) * step // steps


def bodies(params: Params) -> tuple[Body, ...]:
    """Of the parts beside the switches. Sizes: resistor 6.3 × 2.5, DO-41 5.2 × 2.7, TO-92 4.8 × 3.7 mm, typical."""
    grid = params.pod.grid
    return (
        Body("R1", (8, 9), (2.5 / grid, 6.3 / grid), 2.5),
        Body("R2", (8, 3), (2.5 / grid, 6.3 / grid), 2.5),
        Body("D1", (10, 9), (2.7 / grid, 5.2 / grid), 2.7),
        Body("Q1", (8, 13), (4.8 / grid, 3.7 / grid), 6.7),
    )


def nets(pins: Pins) -> dict[tuple[str, str], str]:
    """(ref, pin) -> net, of all that ends on the board."""
    ends: dict[tuple[str, str], str] = {}
    for net, joined in pod(pins).nets().items():
        for ref, pin in joined:
            if ref not in ("B1", "GND", "3V3"):
                ends[ref, pin] = net
    return ends


def told(hole: Hole) -> str:
    """As people count: column, row, from 1."""
    return f"{hole[0] + 1}, {hole[1] + 1}"


NET_WORDS = {
    "ground": Words("ground", "земля"),
    "supply": Words("3.3 V", "3,3 В"),
    "motor": Words("gate of Q1", "затвор Q1"),
    "motor_low": Words("motor and drain of Q1", "мотор и сток Q1"),
    "skin": Words("thermometer's data", "данные термометра"),
}
