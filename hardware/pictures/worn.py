"""How the device is worn: a simple figure, the chest unit on straps, the pod in the right hand, the bank at the belt.

The figure is measured from nobody; it is made of rings and needs no solids. Millimetres, as in the chest unit, whose
origin stands on the breastbone.
"""

from __future__ import annotations

import numpy as np
from build123d import Box, Location, Pos, Rot
from scipy.interpolate import CubicSpline, PchipInterpolator

from hardware import parts
from hardware.cad.model import Colour
from hardware.pictures import scenes, surface
from hardware.pictures.drawing import Item
from hardware.pictures.surface import Surface
from hardware.pictures.view import looking_from

# Height over the breastbone, half width, half depth of the trunk.
TRUNK = np.array(
    [
        (-330, 166, 112),
        (-230, 148, 102),
        (-90, 158, 109),
        (20, 176, 115),
        (90, 184, 108),
        (132, 176, 94),
        (160, 140, 76),
        (178, 92, 62),
        (198, 62, 56),
        (222, 56, 56),
        (262, 56, 60),
    ],
    float,
)
WIDE, DEEP = (PchipInterpolator(TRUNK[:, 0], TRUNK[:, column]) for column in (1, 2))
UNIT_Y = 121.0
FIGURE: Colour = (0.9, 0.9, 0.9)
STRAP: Colour = (0.24, 0.30, 0.40)
CABLE: Colour = (0.16, 0.17, 0.20)
POUCH: Colour = (0.42, 0.47, 0.56)
BANK: Colour = (0.20, 0.21, 0.24)
SHOULDER, ELBOW, HAND = (
    np.array(place, float) for place in ((176, -4, 112), (226, -30, -150), (150, 176, -142))
)
OTHER_SHOULDER, OTHER_ELBOW, OTHER_HAND = (
    np.array(place, float) for place in ((-176, -4, 112), (-222, -24, -150), (-204, 40, -370))
)
POD = Location((150, 214, -118)) * Rot(-28, 0, -12)


def grid(points: np.ndarray, closed: bool) -> Surface:
    """A surface through (n, m, 3) points, its normals by differences; `closed`: each row's last joins its first."""
    along = np.gradient(points, axis=0)
    across = (
        np.roll(points, -1, axis=1) - np.roll(points, 1, axis=1) if closed else np.gradient(points, axis=1)
    )
    normals = np.cross(across, along)
    normals /= np.linalg.norm(normals, axis=2, keepdims=True) + 1e-9

    def quads(values: np.ndarray) -> np.ndarray:
        following = np.roll(values, -1, axis=1) if closed else values[:, 1:]
        first = values if closed else values[:, :-1]
        a, b, c, d = first[:-1], following[:-1], following[1:], first[1:]
        return np.concatenate([np.stack([a, b, c], 2), np.stack([a, c, d], 2)], 1).reshape(-1, 3, 3)

    rims = [] if closed else [points[:, 0], points[:, -1]]
    edges = [np.stack([rim[:-1], rim[1:]], 1) for rim in rims]
    return Surface(quads(points), quads(normals), np.concatenate(edges) if edges else np.empty((0, 2, 3)))


def trunk() -> Surface:
    """The trunk as rings of ellipses."""
    angles = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    z = np.linspace(TRUNK[0, 0], TRUNK[-1, 0], 160)[:, None]
    x, y = WIDE(z) * np.cos(angles), DEEP(z) * np.sin(angles)
    return grid(np.stack([x, y, np.broadcast_to(z, x.shape)], 2), closed=True)


def tube(centres: np.ndarray, radii: np.ndarray) -> Surface:
    """Rings of `radii` (n) around `centres` (n, 3), square to the way between them."""
    way = np.gradient(centres, axis=0)
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    side = np.cross(way, np.where(np.abs(way[:, 2:]) > 0.9, [1.0, 0.0, 0.0], [0.0, 0.0, 1.0])[0])
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    up = np.cross(side, way)
    angles = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    ring = np.cos(angles)[None, :, None] * side[:, None] + np.sin(angles)[None, :, None] * up[:, None]
    return grid(centres[:, None] + radii[:, None, None] * ring, closed=True)


def limb(places: list[np.ndarray], radii: list[float]) -> Surface:
    """A smooth limb through places, round at both ends."""
    steps = np.linspace(0, len(places) - 1, 90)
    centres = CubicSpline(range(len(places)), np.array(places))(steps)
    thick = PchipInterpolator(range(len(places)), radii)(steps)
    ends = np.minimum(np.arange(90), np.arange(90)[::-1]) / 7
    return tube(centres, thick * np.sqrt(np.clip(1 - (1 - np.minimum(ends, 1)) ** 2, 1e-4, 1)))


def head() -> Surface:
    """An egg."""
    angles = np.linspace(0.02, np.pi - 0.02, 60)
    centres = np.stack([0 * angles, 12 + 0 * angles, 352 - 122 * np.cos(angles)], 1)
    return tube(centres, 88 * np.sin(angles))


def over_shoulder(way: int) -> Surface:
    """A strap of 25 mm from the unit's upper edge over a shoulder and down the back."""
    rows = []
    for across in np.linspace(-12.5, 12.5, 3):
        z = np.concatenate([np.linspace(70, 187, 60), np.linspace(187, -100, 90)])
        x = 20 + (np.linspace(0, 1, 150) * 3).clip(0, 1) * 66 + across
        inside = np.sqrt(np.clip(1 - (x / (WIDE(z) + 5)) ** 2, 0.004, 1))
        front = np.concatenate([np.ones(60), np.linspace(1, -1, 6), -np.ones(84)])
        y = front * (DEEP(z) + 5) * inside
        rows.append(np.stack([way * x, y, z + 1.5 * np.exp(-(((z - 187) / 9) ** 2))], 1))
    points = np.stack(rows, 1)
    return grid(points if way < 0 else points[:, ::-1], closed=False)


def around(z: float) -> Surface:
    """A strap of 25 mm around the trunk at a height."""
    angles = np.linspace(0, 2 * np.pi, 160)
    rows = [
        np.stack([(WIDE(h) + 4) * np.cos(angles), (DEEP(h) + 4) * np.sin(angles), h + 0 * angles], 1)
        for h in (z - 12.5, z, z + 12.5)
    ]
    return grid(np.stack(rows, 1)[:, ::-1], closed=False)


def cable(*places: tuple[float, float, float]) -> Surface:
    """A cable of 6 mm through places."""
    steps = np.linspace(0, len(places) - 1, 80)
    return tube(CubicSpline(range(len(places)), np.array(places, float))(steps), np.full(80, 3.0))


def scene() -> scenes.Scene:
    """The picture."""
    shown = [
        _item("trunk", trunk(), FIGURE, ghost=True),
        _item("head", head(), FIGURE, ghost=True),
        _item("arm", limb([SHOULDER, ELBOW, HAND], [50, 40, 33]), FIGURE, ghost=True),
        _item("other_arm", limb([OTHER_SHOULDER, OTHER_ELBOW, OTHER_HAND], [50, 40, 30]), FIGURE, ghost=True),
        *(_item("strap", over_shoulder(way), STRAP) for way in (-1, 1)),
        _item("strap", around(-24.0), STRAP),
        _item("belt", around(-286.0), STRAP),
        _item("cable", cable((6, 132, -84), (20, 150, -190), (110, 190, -260), (150, 196, -178)), CABLE),
        _item("cable", cable((24, 132, -84), (40, 128, -190), (-50, 122, -250), (-112, 104, -222)), CABLE),
    ]
    for unit, place in (("chest", Location((0, UNIT_Y, 0))), ("pod", POD)):
        for piece in scenes.unit(unit):
            if piece.part.startswith(("screw_", "insert_", "foam", "nut_")) or piece.name == "gopro_foot":
                continue
            for shape, colour in piece.tones or ((piece.shape, piece.colour),):
                shown.append(_item(piece.name, surface.of(place * shape), colour))
    pouch = Pos(-118, 90, -286) * Rot(0, 0, 35) * Box(84, 30, 116)
    shown.append(_item("pouch", surface.of(pouch), POUCH))
    return scenes.Scene("worn", tuple(shown), looking_from((0.45, 1.0, 0.22)), (), 1100, 1300, pen=0.5)


def belt() -> scenes.Scene:
    """Close by: the bank on its way into the open pouch at the belt, its cable on top."""
    place = Pos(-118, 90, -286) * Rot(0, 0, 35)
    width, depth, height = 84.0, 30.0, 116.0
    pouch = place * (Box(width, depth, height) - Pos(0, 0, 6) * Box(width - 6, depth - 6, height))
    high, wide, thick = parts.load().part("power_bank").size_mm
    out = 96.0
    bank = place * Pos(0, 0, high / 2 - height / 2 + 6 + out) * Box(wide, thick, high)
    top = (place * Pos(0, 0, high - height / 2 + 6 + out)).position
    low = TRUNK[0, 0]
    z = np.linspace(low, -60, 60)[:, None]
    angles = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    x, y = WIDE(z) * np.cos(angles), DEEP(z) * np.sin(angles)
    hips = grid(np.stack([x, y, np.broadcast_to(z, x.shape)], 2), closed=True)
    leads = cable((top.X, top.Y, top.Z), (top.X, top.Y, top.Z + 18), (-86, 118, -66), (-60, 124, -44))
    colours = np.tile(np.array(BANK), (len(surface.of(bank).corners), 1))
    shown = [
        _item("trunk", hips, FIGURE, ghost=True),
        _item("belt", around(-286.0), STRAP),
        Item("power_bank", surface.of(bank), colours, number=1, path=(0.0, 0.0, -out)),
        _item("belt_pouch", surface.of(pouch), POUCH, number=2),
        _item("cable", leads, CABLE),
    ]
    legend = (("power_bank", 1), ("belt_pouch", 1))
    return scenes.Scene("harness-2", tuple(shown), looking_from((-0.35, 1.0, 0.35)), legend)


def _item(name: str, shown: Surface, colour: Colour, **how: int) -> Item:
    return Item(name, shown, np.tile(np.array(colour, float), (len(shown.corners), 1)), **how)
