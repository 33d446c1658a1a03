"""What a harness consists of: boxes with pins, cables, and wires between pins. Checked when it is built."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

LANGUAGES = ("en", "ru")

# The words of pins.toml for a wire's colour: WireViz's letters, the drawing's colour, Russian.
COLOURS: dict[str, tuple[str, str, str]] = {
    "black": ("BK", "#1a1a1a", "чёрный"),
    "red": ("RD", "#c62828", "красный"),
    "green": ("GN", "#2e7d32", "зелёный"),
    "yellow": ("YE", "#c9a400", "жёлтый"),
    "blue": ("BU", "#1565c0", "синий"),
    "violet": ("VT", "#7b1fa2", "фиолетовый"),
    "orange": ("OG", "#e65100", "оранжевый"),
    "white": ("WH", "#8d8d8d", "белый"),
    "grey": ("GY", "#616161", "серый"),
    "brown": ("BN", "#6d4c41", "коричневый"),
    "bare": ("SR", "#546e7a", "без изоляции"),
}


class BadHarness(ValueError):
    """A wire that leads nowhere, or twice to one place; the text says which."""


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    en: str
    ru: str

    def of(self, language: str) -> str:
        return self.ru if language == "ru" else self.en


@dataclass(frozen=True, slots=True)
class Box:
    """A part with pins. ref: as on the circuit, such as "S1". pins: id and what is written beside it. part: its id in
    parts.toml, "" for what is no part of its own (a rail, a socket)."""

    ref: str
    kind: Words
    note: Words
    pins: tuple[tuple[str, Words], ...]
    part: str = ""

    def label(self, pin: str) -> Words:
        """Raises BadHarness."""
        for id, label in self.pins:
            if id == pin:
                return label
        raise BadHarness(f"{self.ref} has no pin {pin!r}")


@dataclass(frozen=True, slots=True)
class Cable:
    """length_m: 0 where it is as short as it can be. gauge: of copper, in AWG, 0 where the cable is bought ready.
    loose: single wires, not one jacket. part: id in parts.toml."""

    ref: str
    kind: Words
    length_m: float = 0.0
    gauge: int = 0
    loose: bool = True
    part: str = ""


@dataclass(frozen=True, slots=True)
class Wire:
    """start, end: a box's ref and a pin's id. net: what it carries, a name of pins.toml where it has one."""

    cable: str
    colour: str
    start: tuple[str, str]
    end: tuple[str, str]
    net: str


@dataclass(frozen=True, slots=True)
class Harness:
    """One diagram's worth of wires."""

    name: str
    title: Words
    boxes: tuple[Box, ...]
    cables: tuple[Cable, ...]
    wires: tuple[Wire, ...]

    def __post_init__(self) -> None:
        _check(self)

    def box(self, ref: str) -> Box:
        """Raises BadHarness."""
        for box in self.boxes:
            if box.ref == ref:
                return box
        raise BadHarness(f"{self.name}: no box {ref!r}")

    def nets(self) -> dict[str, frozenset[tuple[str, str]]]:
        """The pins that each net joins."""
        found: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for wire in self.wires:
            found[wire.net] |= {wire.start, wire.end}
        return {net: frozenset(ends) for net, ends in found.items()}

    def references(self) -> dict[str, list[str]]:
        """The refs of each part's boxes, and of its cables where they are no loose wires."""
        found: dict[str, list[str]] = defaultdict(list)
        for box in self.boxes:
            if box.part:
                found[box.part].append(box.ref)
        for cable in self.cables:
            if cable.part:
                found[cable.part].append(cable.ref)
        return dict(found)


def _check(harness: Harness) -> None:
    refs = [box.ref for box in harness.boxes] + [cable.ref for cable in harness.cables]
    for ref in refs:
        if refs.count(ref) > 1:
            raise BadHarness(f"{harness.name}: {ref} is there twice")
    cables = {cable.ref for cable in harness.cables}
    carried: dict[tuple[str, str], str] = {}
    for wire in harness.wires:
        if wire.cable not in cables:
            raise BadHarness(f"{harness.name}: no cable {wire.cable!r}")
        if wire.colour not in COLOURS:
            raise BadHarness(
                f"{harness.name}: {wire.net}: no colour {wire.colour!r}; known are {', '.join(COLOURS)}"
            )
        for end in (wire.start, wire.end):
            harness.box(end[0]).label(end[1])
            if carried.setdefault(end, wire.net) != wire.net:
                raise BadHarness(f"{harness.name}: {end[0]} {end[1]} carries {carried[end]} and {wire.net}")
    used = {ref for wire in harness.wires for ref in (wire.start[0], wire.end[0], wire.cable)}
    for ref in refs:
        if ref not in used:
            raise BadHarness(f"{harness.name}: {ref} has no wire")
