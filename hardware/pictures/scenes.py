"""What each picture shows: the steps of the guide, the finished units, and the units taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from build123d import Location

from hardware.cad.model import Colour, Piece
from hardware.guide import steps
from hardware.guide.steps import Step
from hardware.pictures import surface
from hardware.pictures.drawing import Item
from hardware.pictures.surface import Surface
from hardware.pictures.view import View, looking_from

BED_GAP_MM = 8.0
BED_MM = 220.0
FRONT = (0.62, 1.0, 0.42)
MELT_MM = 16.0
APART = 1.5  # in a still picture pieces stand farther apart than in the page's model, which can be turned
MELTS = ("inserts-1", "inserts-2")
BELT = "harness-2"  # of nothing that is modelled
PRINTS = {"print-1": "chest", "print-2": "pod", "print-3": "caps"}


@dataclass(frozen=True)
class Scene:
    """A picture to be drawn: name, items, from where, what its numbers mean (key, how many), its lines."""

    name: str
    items: tuple[Item, ...]
    view: View
    legend: tuple[tuple[str, int], ...] = ()
    width: int = 1280
    height: int = 960
    pen: float = 1.0


@cache
def unit(name: str) -> tuple[Piece, ...]:
    """All pieces of "chest" or "pod" in their places."""
    from hardware.cad import assembly
    from hardware.params import load

    return tuple((assembly.chest_unit if name == "chest" else assembly.pod_unit)(load()))


def key(piece: Piece) -> str:
    """What a piece is called by: the part's id, or a printed piece's name without the number of its repetition."""
    return piece.part or re.sub(r"_\d+$", "", piece.name)


def step_scene(step: Step) -> Scene:
    """The picture of a step: what was there in grey, what is new in colour and on its way."""
    if step.id in PRINTS:
        return _bed(step)
    if step.id in MELTS:
        return _melting(step)
    order = {other.id: index for index, other in enumerate(steps.load())}
    pieces = unit(step.unit)
    new = [piece for piece in pieces if piece.step == step.id]
    carried = [
        piece for piece in pieces if piece.step != step.id and {key(piece), piece.step} & set(step.carries)
    ]
    moving = {piece.name for piece in (*new, *carried)}
    if step.shows is None:
        before = [piece for piece in pieces if order.get(piece.step, len(order)) < order[step.id]]
    else:
        before = [piece for piece in pieces if {key(piece), piece.step} & set(step.shows)]
    items = [item(piece, ghost=True) for piece in before if piece.name not in moving]
    numbers, legend = _numbers(new)
    base = np.sum([piece.flies for piece in pieces if piece.name == step.around], axis=0)
    for piece in carried:
        items.append(moved(item(piece), np.array(step.carried)))
    for piece in new:
        offset = np.array(step.way) if step.way else (np.array(piece.flies) - base) * step.apart
        items.append(moved(item(piece), offset, number=numbers[key(piece)], path=_back(offset)))
    if carried:
        items.append(_way(items[-len(new) - len(carried) :][: len(carried)], np.array(step.carried)))
    return Scene(step.id, tuple(items), looking_from(step.view), legend)


def _back(offset: np.ndarray) -> tuple[float, float, float] | None:
    """The way back from an offset, when it is long enough to be drawn."""
    return (float(-offset[0]), float(-offset[1]), float(-offset[2])) if np.linalg.norm(offset) > 4 else None


def _way(group: list[Item], offset: np.ndarray) -> Item:
    """An arrow for a group that moves as one: an item without a surface of its own but the group's middle."""
    low = np.min([one.surface.box[0] for one in group], axis=0)
    high = np.max([one.surface.box[1] for one in group], axis=0)
    middle = np.tile((low + high) / 2, (1, 3, 1))
    empty = Surface(middle, np.zeros((1, 3, 3)), np.empty((0, 2, 3)))
    return Item("way", empty, np.zeros((1, 3)), path=_back(offset))


def _melting(step: Step) -> Scene:
    """Inserts over their holes, the printed pieces that take them beside each other, as they lie when printed."""
    pieces = unit(step.unit)
    inserts = [piece for piece in pieces if piece.step == step.id and piece.part.startswith("insert_")]
    printed = [piece for piece in pieces if piece.printed]
    hosts: dict[str, list[Piece]] = {}
    for insert in inserts:
        host = min(printed, key=lambda piece: (piece.shape.distance_to(insert.shape.center()), piece.name))
        hosts.setdefault(host.name, []).append(insert)
    taking = [piece for piece in printed if piece.name in hosts]
    numbers, legend = _numbers([*taking, *inserts])
    groups = []
    for host in taking:
        lay = _laid(host)
        group = [
            Item(
                host.name, *_tinted([(surface.of(lay * host.shape), host.colour)]), number=numbers[key(host)]
            )
        ]
        for insert in hosts[host.name]:
            before, after = surface.of(insert.shape), surface.of(lay * insert.shape)
            size = before.box[1] - before.box[0]
            axis = np.zeros(3)
            axis[int(np.argmax(size))] = 1.0
            away = float(np.sign((np.array(insert.flies) - np.array(host.flies)) @ axis)) or 1.0
            turned = np.array(tuple((lay * Location(tuple(axis * away))).position)) - np.array(
                tuple(lay.position)
            )
            offset = turned * MELT_MM
            shown = Item(insert.name, *_tinted([(after, insert.colour)]), number=numbers[key(insert)])
            group.append(moved(shown, offset, path=_back(offset)))
        groups.append(group)
    placed = _packed([surface.joined([one.surface for one in group[:1]]) for group in groups], BED_MM)
    items = []
    for group, target in zip(groups, placed, strict=True):
        shift = target.box[0] - group[0].surface.box[0]
        items += [moved(one, shift) for one in group]
    return Scene(step.id, tuple(items), looking_from(step.view), legend)


def _laid(piece: Piece) -> Location:
    """From its place in the unit to the bed, lowest point on z = 0."""
    low = surface.of(piece.lay * piece.shape).box[0]
    return Location((0, 0, -float(low[2]))) * piece.lay


def item(piece: Piece, **how: Any) -> Item:
    """A piece as it is drawn, in its place, with the colours of its tones."""
    tones = piece.tones or ((piece.shape, piece.colour),)
    return Item(piece.name, *_tinted([(surface.of(shape), colour) for shape, colour in tones]), **how)


def _tinted(tones: Sequence[tuple[Surface, Colour]]) -> tuple[Surface, np.ndarray]:
    colours = [np.tile(np.array(colour, float), (len(shown.corners), 1)) for shown, colour in tones]
    return surface.joined([shown for shown, _ in tones]), np.concatenate(colours)


def moved(shown: Item, offset: np.ndarray, **how: Any) -> Item:
    """The same item elsewhere; `how` changes what else is to be different."""
    return replace(shown, surface=shown.surface.moved(offset), **how)


def _numbers(pieces: Iterable[Piece]) -> tuple[dict[str, int], tuple[tuple[str, int], ...]]:
    """A number for each kind of piece, and the legend: kind and how many, in the numbers' order."""
    counts: dict[str, int] = {}
    for piece in pieces:
        counts[key(piece)] = counts.get(key(piece), 0) + 1
    return {kind: index + 1 for index, kind in enumerate(counts)}, tuple(counts.items())


def _bed(step: Step) -> Scene:
    """Printed pieces of a step beside each other on the printer's bed, flat side down."""
    which = PRINTS[step.id]
    pieces = [piece for piece in unit("chest" if which == "chest" else "pod") if piece.printed]
    if which != "chest":
        pieces = [piece for piece in pieces if piece.name.startswith("cap_") == (which == "caps")]
    alone = which != "chest"
    placed = _packed([surface.of(piece.on_bed) for piece in pieces], 125.0 if alone else BED_MM - 10)
    numbers, legend = _numbers(pieces)
    items = [
        Item(piece.name, *_tinted([(shown, piece.colour)]), number=numbers[key(piece)])
        for piece, shown in zip(pieces, placed, strict=True)
    ]
    reach = np.max([np.abs(np.stack(shown.box))[:, :2].max(axis=0) for shown in placed], axis=0)
    wide, deep = (2 * float(length) + 16 if alone else BED_MM for length in reach)
    bed = Item("bed", *_tinted([(_plate(wide, deep), (0.9, 0.9, 0.9))]), ghost=True)
    return Scene(step.id, (bed, *items), looking_from(step.view), legend)


def _packed(surfaces: Sequence[Surface], side: float) -> list[Surface]:
    """Surfaces in rows, the largest first, all of them centred on the origin; their order is kept."""
    sizes = [shown.box[1] - shown.box[0] for shown in surfaces]
    places: dict[int, tuple[float, float]] = {}
    x = y = row = 0.0
    for index in sorted(range(len(surfaces)), key=lambda index: (-sizes[index][1], index)):
        wide, deep = float(sizes[index][0]), float(sizes[index][1])
        if x > 0 and x + wide > side:
            x, y, row = 0.0, y + row + BED_GAP_MM, 0.0
        places[index] = (x + wide / 2, y + deep / 2)
        x, row = x + wide + BED_GAP_MM, max(row, deep)
    laid = []
    for index, shown in enumerate(surfaces):
        middle = (shown.box[0] + shown.box[1]) / 2
        x, y = places[index]
        laid.append(shown.moved(np.array([x - middle[0], -y - middle[1], 0.0])))
    low = np.min([shown.box[0] for shown in laid], axis=0)
    high = np.max([shown.box[1] for shown in laid], axis=0)
    return [shown.moved(np.array([-(low[0] + high[0]) / 2, -(low[1] + high[1]) / 2, 0.0])) for shown in laid]


def _plate(wide: float, deep: float) -> Surface:
    """A part of the bed under z = 0."""
    from build123d import Box, Pos

    return surface.of(Pos(0, 0, -1.5) * Box(wide, deep, 2.96))


def whole(name: str, of: str, view: tuple[float, float, float], **size: int) -> Scene:
    """A unit as it is when finished."""
    items = tuple(item(piece) for piece in unit(of))
    return Scene(name, items, looking_from(view), **size)


def exploded(name: str, of: str, view: tuple[float, float, float], **size: int) -> Scene:
    """A unit taken apart: each piece moved along its way, with a fine line to its place."""
    pieces = unit(of)
    numbers, legend = _numbers(piece for piece in pieces if not piece.part.startswith(("screw_", "insert_")))
    items = []
    for piece in pieces:
        offset = np.array(piece.flies) * APART
        number = numbers.get(key(piece), 0)
        items.append(moved(item(piece), offset, number=number, path=_back(offset), trail=True))
    return Scene(name, tuple(items), looking_from(view), legend, **size)


def all_scenes() -> list[str]:
    """Names of all pictures, in the order in which they are drawn."""
    return [*(step.id for step in steps.load() if step.unit or step.id == BELT), *HEROES, "worn"]


HEROES = {
    "chest-front": ("whole", "chest", (0.55, 1.0, 0.35)),
    "chest-back": ("whole", "chest", (0.62, -1.0, 0.40)),
    "chest-exploded": ("exploded", "chest", (1.0, 0.62, 0.42)),
    "pod-front": ("whole", "pod", (0.45, 1.0, 0.45)),
    "pod-exploded": ("exploded", "pod", (1.0, 0.62, 0.42)),
}


def scene(name: str) -> Scene:
    """The scene of that name. Raises KeyError with the nearest."""
    for step in steps.load():
        if step.id == name and step.unit:
            return step_scene(step)
    if name in ("worn", BELT):
        from hardware.pictures import worn

        return worn.scene() if name == "worn" else worn.belt()
    if name not in HEROES:
        raise KeyError(f"there is no picture {name!r}{steps.nearest(name, all_scenes())}")
    kind, of, view = HEROES[name]
    if kind == "whole":
        return whole(name, of, view)
    return exploded(name, of, view, width=1600, height=1150)
