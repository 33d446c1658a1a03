"""The pad: a gamepad beside the pod. Its keys by the letters printed on them, what they stand for while something is
offered, and how a kind of pad tells them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

PREFIX = "pad_"
BUTTONS = tuple(
    PREFIX + name
    for name in (
        "x",
        "a",
        "y",
        "b",
        "up",
        "down",
        "left",
        "right",
        "l1",
        "r1",
        "l2",
        "r2",
        "start",
        "select",
        "home",
    )
)
# While something is offered these are like that key of the pod; "stop" leaves. The others are themselves.
IN_LISTS: Mapping[str, str] = {
    "pad_a": "describe",
    "pad_b": "stop",
    "pad_y": "read",
    "pad_r2": "ask",
    "pad_right": "ask",
    "pad_l2": "find",
    "pad_left": "find",
}
# And these go on or back, whatever the pod's keys for it are there.
STEPS: Mapping[str, int] = {"pad_r2": 1, "pad_right": 1, "pad_l2": -1, "pad_left": -1}


@dataclass(frozen=True, slots=True)
class Layout:
    """How pads of one kind tell their keys. buttons: the pad's button by the name of the kernel's code ("BTN_SOUTH",
    "KEY_C"). triggers: the same by an axis ("ABS_GAS") that rests at its least. keyboard: the pad poses as a
    keyboard."""

    name: str
    buttons: Mapping[str, str]
    triggers: Mapping[str, str]
    keyboard: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """A pad in one of its modes. ids: USB vendor and product, as the kernel tells them of Bluetooth too. names: parts
    of its name, any of which must be there; none for every name."""

    name: str
    mode: str
    layout: Layout
    ids: Collection[tuple[int, int]]
    names: Collection[str] = ()

    def fits(self, vendor: int, product: int, name: str) -> bool:
        if (vendor, product) not in self.ids and (vendor, ANY_PRODUCT) not in self.ids:
            return False
        return not self.names or any(part.casefold() in name.casefold() for part in self.names)


ANY_PRODUCT = 0


@dataclass(frozen=True, slots=True)
class Models:
    """known: the first that fits counts. other: of a gamepad that is not in the table."""

    known: tuple[Model, ...]
    other: Layout

    def of(self, vendor: int, product: int, name: str) -> Model | None:
        """The model with these numbers; None when it is not in the table."""
        return next((model for model in self.known if model.fits(vendor, product, name)), None)


@dataclass(frozen=True, slots=True)
class SeenPad:
    """A pad that could be paired, or that is. address: "E4:17:D8:00:00:01"."""

    address: str
    name: str
