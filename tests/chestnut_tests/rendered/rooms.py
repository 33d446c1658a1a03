"""Places of a home, rendered: a few boxes each, seen from where somebody stands, by one ray a pixel.

A box is hit where a ray has entered all three of its slabs (Kay and Kajiya, "Ray tracing complex scenes", 1986).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from chestnut_tests.rendered.solids import Floats

Colour = tuple[float, float, float]
Corner = tuple[float, float, float]
Pattern = Callable[[Floats, Floats], Floats]

LAMP = np.array((0.35, -0.45, 0.82), np.float32)
EYE_HEIGHT_M = 1.25  # the chest


@dataclass(frozen=True, slots=True)
class Block:
    """low, high: corners in metres; x to the right, y away from the camera, z up. pattern: a key of PATTERNS."""

    low: Corner
    high: Corner
    colour: Colour
    pattern: str = "plain"
    size_m: float = 0.4


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the camera is. yaw: radians to the right, pitch: up, roll: clockwise."""

    x_m: float = 0.0
    y_m: float = 0.0
    yaw: float = 0.0
    pitch: float = -0.25
    roll: float = 0.0


Room = tuple[Block, ...]


def _walls(
    floor: tuple[Colour, str], wall: tuple[Colour, str], far_m: float = 3.2, half_m: float = 2.2
) -> Room:
    return (
        Block((-9, -9, -0.1), (9, 9, 0), *floor, 0.5),
        Block((-9, far_m, 0), (9, far_m + 0.1, 3), *wall, 0.9),
        Block((-half_m - 0.1, -9, 0), (-half_m, 9, 3), *wall, 0.9),
        Block((half_m, -9, 0), (half_m + 0.1, 9, 3), *wall, 0.9),
        Block((-9, -9, 2.6), (9, 9, 2.7), (0.9, 0.9, 0.88)),
    )


def _table(width: float, depth: float, height: float, near: float, colour: Colour, pattern: str) -> Room:
    top = Block((-width / 2, near, height - 0.05), (width / 2, near + depth, height), colour, pattern, 0.3)
    legs = [
        Block((x - 0.03, y - 0.03, 0), (x + 0.03, y + 0.03, height), colour)
        for x in (-width / 2 + 0.05, width / 2 - 0.05)
        for y in (near + 0.05, near + depth - 0.05)
    ]
    return (top, *legs)


WOOD, OAK, WHITE, CREAM = (0.42, 0.25, 0.13), (0.72, 0.52, 0.3), (0.88, 0.88, 0.86), (0.85, 0.8, 0.68)
BLUE, GREEN, RED, GREY, DARK = (
    (0.25, 0.35, 0.6),
    (0.3, 0.45, 0.32),
    (0.6, 0.2, 0.18),
    (0.5, 0.5, 0.52),
    (0.13, 0.13, 0.15),
)

PLACES: dict[str, Room] = {
    "kitchen table": (
        *_walls((GREY, "tiles"), (CREAM, "plain")),
        *_table(1.3, 0.8, 0.75, 0.9, OAK, "boards"),
        Block((-1.9, 2.6, 0), (1.9, 3.2, 0.9), WHITE, "panels", 0.6),
        Block((-1.9, 2.9, 1.5), (1.2, 3.2, 2.2), WHITE, "panels", 0.5),
        Block((1.35, 2.6, 0), (1.95, 3.2, 1.9), GREY, "plain"),
    ),
    "desk": (
        *_walls((WOOD, "boards"), (BLUE, "plain")),
        *_table(1.5, 0.7, 0.74, 0.8, WHITE, "plain"),
        Block((-0.35, 1.25, 0.85), (0.35, 1.3, 1.25), DARK),
        Block((-0.05, 1.2, 0.74), (0.05, 1.35, 0.9), DARK),
        Block((0.8, 2.8, 0), (1.9, 3.2, 2.0), OAK, "shelves", 0.4),
    ),
    "bed": (
        *_walls((WOOD, "boards"), (CREAM, "stripes")),
        Block((-0.9, 1.0, 0), (0.9, 3.0, 0.5), WHITE, "plain"),
        Block((-0.92, 0.98, 0.3), (0.92, 2.2, 0.56), BLUE, "checks", 0.25),
        Block((-0.8, 2.4, 0.5), (-0.1, 2.95, 0.66), WHITE),
        Block((0.1, 2.4, 0.5), (0.8, 2.95, 0.66), WHITE),
        Block((-1.0, 3.0, 0), (1.0, 3.12, 1.1), WOOD, "panels", 0.5),
    ),
    "hall shelf": (
        *_walls((GREEN, "tiles"), (WHITE, "plain"), 1.9, 1.1),
        Block((-0.7, 1.55, 0.9), (0.7, 1.9, 0.95), WOOD, "boards", 0.3),
        Block((-0.6, 1.6, 0), (0.6, 1.9, 0.45), WOOD, "panels", 0.4),
        Block((-0.35, 1.85, 1.25), (0.35, 1.9, 1.95), GREY, "plain"),
        Block((-0.95, 1.6, 1.3), (-0.75, 1.85, 2.0), RED, "plain"),
    ),
    "sofa": (
        *_walls((OAK, "boards"), (GREEN, "plain")),
        Block((-1.1, 2.0, 0), (1.1, 2.9, 0.45), RED, "weave", 0.2),
        Block((-1.1, 2.7, 0.4), (1.1, 3.0, 0.95), RED, "weave", 0.2),
        Block((-1.3, 2.0, 0), (-1.1, 3.0, 0.65), RED, "weave", 0.2),
        Block((1.1, 2.0, 0), (1.3, 3.0, 0.65), RED, "weave", 0.2),
        Block((-0.6, 3.15, 1.4), (0.6, 3.2, 2.1), DARK, "checks", 0.3),
        *_table(0.9, 0.5, 0.4, 1.1, DARK, "plain"),
    ),
    "bathroom sink": (
        *_walls((WHITE, "tiles"), (WHITE, "tiles"), 1.7, 1.2),
        Block((-0.4, 1.2, 0.7), (0.4, 1.7, 0.88), WHITE),
        Block((-0.25, 1.25, 0.8), (0.25, 1.6, 0.89), GREY),
        Block((-0.4, 1.65, 1.2), (0.4, 1.7, 1.9), BLUE, "plain"),
        Block((0.6, 1.3, 0), (1.1, 1.7, 1.5), CREAM, "panels", 0.4),
    ),
    "brick corner": (
        *_walls((GREY, "gravel"), (RED, "brick")),
        *_table(0.7, 0.7, 0.7, 1.2, GREEN, "plain"),
        Block((-1.7, 2.4, 0), (-1.0, 3.1, 1.3), WOOD, "boards", 0.2),
    ),
    "grey hall": (
        *_walls((GREY, "plain"), (WHITE, "plain"), 4.0),
        Block((-0.5, 3.9, 0), (0.5, 4.0, 2.1), OAK, "panels", 0.5),
        Block((1.5, 1.5, 0), (2.1, 3.0, 0.9), WHITE, "panels", 0.5),
    ),
}


def any_room(chance: np.random.Generator) -> Room:
    """None of PLACES: walls of any colour, and some blocks."""

    def colour() -> Colour:
        red, green, blue = chance.uniform(0.1, 0.95) * chance.uniform(0.6, 1, 3)
        return float(red), float(green), float(blue)

    patterns = [name for name in PATTERNS if name not in ("brick", "gravel")]
    room = list(
        _walls(
            (colour(), chance.choice(patterns)), (colour(), chance.choice(patterns)), chance.uniform(1.8, 4)
        )
    )
    for _ in range(chance.integers(3, 9)):
        x, y, width, depth = *chance.uniform((-1.8, 0.9), (1.4, 2.6)), *chance.uniform(0.1, 1.2, 2)
        low = chance.choice((0.0, 0.0, chance.uniform(0.4, 1.4)))
        high = low + chance.uniform(0.05, 1.2)
        room.append(
            Block(
                (x, y, low),
                (x + width, y + depth, high),
                colour(),
                chance.choice(patterns),
                chance.uniform(0.2, 0.6),
            )
        )
    return tuple(room)


def any_stand(chance: np.random.Generator) -> Stand:
    """Near where one would stand to look at it, aimed about at it."""
    return Stand(
        x_m=chance.uniform(-0.35, 0.35),
        y_m=chance.uniform(-0.35, 0.35),
        yaw=chance.uniform(-0.25, 0.25),
        pitch=chance.uniform(-0.45, -0.1),
        roll=chance.uniform(-0.06, 0.06),
    )


def render(
    room: Room,
    stand: Stand,
    width_px: int = 480,
    height_px: int = 360,
    view: float = 1.15,
    clutter: Room = (),
) -> Floats:
    """(height, width, 3), each 0 to 1. view: width of the picture at a distance of 1. clutter: what lies there."""
    blocks = (*room, *clutter)
    eye = np.array((stand.x_m, stand.y_m, EYE_HEIGHT_M), np.float32)
    ways = _ways(stand, width_px, height_px, view)
    nearest = np.full(len(ways), np.inf, np.float32)
    which = np.zeros(len(ways), int)
    with np.errstate(divide="ignore"):
        inverse = 1 / ways
    for number, block in enumerate(blocks):
        first = (np.array(block.low, np.float32) - eye) * inverse
        second = (np.array(block.high, np.float32) - eye) * inverse
        enters = np.minimum(first, second).max(axis=1)
        leaves = np.maximum(first, second).min(axis=1)
        hits = (enters <= leaves) & (enters > 0.05) & (enters < nearest)
        nearest[hits], which[hits] = enters[hits], number
    points = eye + nearest[:, None] * ways
    picture = np.full((len(ways), 3), 0.6, np.float32)
    for number, block in enumerate(blocks):
        mine = np.nonzero((which == number) & np.isfinite(nearest))[0]
        if len(mine):
            picture[mine] = _painted(block, points[mine])
    fade = np.where(np.isfinite(nearest), np.clip(1.12 - 0.08 * nearest, 0.5, 1), 1)
    return np.clip(picture * fade[:, None], 0, 1).reshape(height_px, width_px, 3)


def _ways(stand: Stand, width_px: int, height_px: int, view: float) -> Floats:
    across, down = np.meshgrid(
        (np.arange(width_px) + 0.5) / width_px - 0.5,
        ((np.arange(height_px) + 0.5) - height_px / 2) / width_px,
    )
    cosine, sine = np.cos(stand.roll), np.sin(stand.roll)
    right, below = (across * cosine - down * sine) * view, (across * sine + down * cosine) * view
    ahead = np.cos(stand.pitch) + below * np.sin(stand.pitch)
    up = np.sin(stand.pitch) - below * np.cos(stand.pitch)
    x = right * np.cos(stand.yaw) + ahead * np.sin(stand.yaw)
    y = ahead * np.cos(stand.yaw) - right * np.sin(stand.yaw)
    return np.stack((x.ravel(), y.ravel(), up.ravel()), axis=1).astype(np.float32)


def _painted(block: Block, points: Floats) -> Floats:
    low, high = np.array(block.low), np.array(block.high)
    gaps = np.minimum(np.abs(points - low), np.abs(points - high))
    face = gaps.argmin(axis=1)
    normal = np.eye(3, dtype=np.float32)[face] * np.where(
        np.take_along_axis(np.abs(points - low), face[:, None], 1)
        < np.take_along_axis(np.abs(points - high), face[:, None], 1),
        -1,
        1,
    )
    others = np.array(((1, 2), (0, 2), (0, 1)))[face]
    u, v = (np.take_along_axis(points, others[:, [side]], 1)[:, 0] / block.size_m for side in (0, 1))
    shade = PATTERNS[block.pattern](u, v)
    lit = 0.62 + 0.38 * np.abs(normal @ LAMP)
    painted: Floats = (np.array(block.colour, np.float32) * (shade * lit)[:, None]).astype(np.float32)
    return painted


@cache
def _photograph(name: str) -> Floats:
    import skimage.data

    grey: Floats = getattr(skimage.data, name)().astype(np.float32) / 255
    return grey / grey.mean()


def _photo(name: str) -> Pattern:
    def shade(u: Floats, v: Floats) -> Floats:
        picture = _photograph(name)
        rows = (v * 200).astype(int) % picture.shape[0]
        columns = (u * 200).astype(int) % picture.shape[1]
        return picture[rows, columns]

    return shade


def _lines(u: Floats, width: float) -> Floats:
    return np.where(np.abs(u - np.round(u)) < width, 0.62, 1.0)


PATTERNS: dict[str, Pattern] = {
    "plain": lambda u, v: np.ones_like(u),
    "boards": lambda u, v: (
        _lines(v * 2, 0.05) * (1 + 0.12 * np.sin(u * 9 + 3 * np.sin(v * 7)) * np.sin(v * 40))
    ),
    "tiles": lambda u, v: np.minimum(_lines(u, 0.03), _lines(v, 0.03)),
    "panels": lambda u, v: np.minimum(_lines(u, 0.03), _lines(v, 0.03)) * 0.97,
    "shelves": lambda u, v: (
        _lines(v, 0.06) * (0.7 + 0.5 * np.modf(np.sin(np.floor(u * 12) * 12.9898) * 43758.5)[0])
    ),
    "stripes": lambda u, v: 1 + 0.12 * np.sign(np.sin(u * 14)),
    "checks": lambda u, v: 1 + 0.35 * np.sign(np.sin(u * np.pi) * np.sin(v * np.pi)),
    "weave": lambda u, v: 1 + 0.1 * np.sin(u * 40) * np.sin(v * 40),
    "brick": _photo("brick"),
    "gravel": _photo("gravel"),
}
