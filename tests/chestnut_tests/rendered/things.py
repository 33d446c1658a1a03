"""Things of every day that are no COCO classes, each of its own looks, rendered from any side.

A ray goes on by the distance to the nearest surface until it is there (Hart, "Sphere tracing", 1996).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from chestnut_tests.rendered.solids import (
    Floats,
    Solid,
    about_x,
    about_z,
    ball,
    block,
    both,
    disc,
    hoop,
    placed,
    rod,
    upright,
    without,
)

Colour = tuple[float, float, float]

STEPS = 40
NEAR = 0.004  # units; things are about 2 across
BRASS, STEEL, BLACK, WHITE = (0.78, 0.62, 0.25), (0.66, 0.68, 0.7), (0.07, 0.07, 0.08), (0.9, 0.9, 0.88)
RED, BLUE, GREEN, ORANGE = (0.75, 0.12, 0.1), (0.12, 0.25, 0.7), (0.12, 0.5, 0.22), (0.9, 0.45, 0.1)
BROWN, GREY, YELLOW = (0.36, 0.2, 0.1), (0.35, 0.35, 0.38), (0.9, 0.78, 0.15)


@dataclass(frozen=True, slots=True)
class Part:
    """shine: 0 dull to 1 metal."""

    solid: Solid
    colour: Colour
    shine: float = 0.15


Parts = tuple[Part, ...]


def _key(length: float, head: float, square: bool, teeth: int, turned: float, lift: float) -> Solid:
    blade = placed(block(length, 0.13, 0.05), x=head + length / 2)
    notches = [
        placed(block(0.05, 0.09, 0.2), x=head + length * (0.35 + 0.6 * tooth / teeth), y=0.065)
        for tooth in range(teeth)
    ]
    bow = block(2 * head, 1.7 * head, 0.06, 0.02) if square else disc(head, 0.06, 0.02)
    hole = placed(disc(0.07, 0.2), x=-head * 0.5)
    return placed(
        placed(both(without(blade, *notches), without(bow, hole)), x=head * 0.5), z=lift, turned=turned
    )


def keys(metals: tuple[Colour, ...], tag: Colour, square: tuple[bool, ...], spread: float = 0.5) -> Parts:
    """A ring with keys and a tag."""
    parts = [Part(hoop(0.28, 0.025), STEEL, 0.9)]
    for number, (metal, is_square) in enumerate(zip(metals, square, strict=True)):
        turned = 0.3 + spread * (number - len(metals) / 2)
        key = _key(
            0.75 + 0.1 * (number % 2),
            0.17 + 0.03 * (number % 3),
            is_square,
            4 + number % 3,
            turned,
            0.05 * number,
        )
        out = 0.28
        parts.append(Part(placed(key, x=out * np.cos(turned), y=out * np.sin(turned)), metal, 0.8))
    parts.append(Part(placed(block(0.55, 0.32, 0.08, 0.03), x=-0.6, y=-0.1, turned=2.9), tag))
    return tuple(parts)


def glasses(
    frame: Colour, thickness: float = 0.035, stretch: float = 1.2, lens: Colour | None = None
) -> Parts:
    rims = [placed(hoop(0.36, thickness, stretch), x=side * 0.55) for side in (-1, 1)]
    bridge = rod((-0.14, 0.1, 0), (0.14, 0.1, 0), thickness)
    sides = [rod((side * 1.0, 0.05, 0), (side * 0.9, 0.12, -1.1), thickness) for side in (-1, 1)]
    parts = [Part(upright(both(*rims, bridge, *sides)), frame, 0.4)]
    if lens is not None:
        parts += [Part(upright(placed(disc(0.36, 0.02), x=side * 0.55)), lens, 0.7) for side in (-1, 1)]
    return tuple(parts)


def pill_box(case: Colour, lids: tuple[Colour, ...]) -> Parts:
    """One lid for each day."""
    count = len(lids)
    parts = [Part(block(2.0, 0.55, 0.3, 0.04), case, 0.3)]
    for number, lid in enumerate(lids):
        x = -1 + (number + 0.5) * 2 / count
        parts.append(Part(placed(block(1.7 / count, 0.42, 0.08, 0.02), x=x, z=0.17), lid, 0.3))
    return tuple(parts)


def bottle(body: Colour, cap: Colour, label: Colour) -> Parts:
    return (
        Part(disc(0.4, 1.2, 0.05), body, 0.4),
        Part(placed(disc(0.43, 0.3, 0.03), z=0.75), cap, 0.2),
        Part(placed(disc(0.41, 0.6), z=-0.05), label, 0.05),
    )


def wallet(leather: Colour, stripe: Colour) -> Parts:
    return (
        Part(block(1.5, 1.1, 0.2, 0.08), leather, 0.2),
        Part(placed(block(1.52, 0.12, 0.17, 0.02), y=0.2), stripe, 0.2),
        Part(placed(disc(0.08, 0.24), x=0.55, y=-0.3), BRASS, 0.8),
    )


def remote(case: Colour, buttons: tuple[Colour, ...]) -> Parts:
    parts = [Part(block(0.55, 2.0, 0.2, 0.06), case, 0.2)]
    for number, colour in enumerate(buttons):
        x, y = (number % 3 - 1) * 0.15, 0.75 - (number // 3) * 0.25
        parts.append(Part(placed(ball(0.06), x=x, y=y, z=0.09), colour, 0.3))
    return tuple(parts)


def mug(glaze: Colour, band: Colour) -> Parts:
    cup = without(disc(0.5, 1.1, 0.03), placed(disc(0.43, 1.1), z=0.1))
    handle = placed(upright(hoop(0.28, 0.07)), x=0.55)
    return (
        Part(both(cup, without(handle, disc(0.45, 2))), glaze, 0.4),
        Part(without(placed(disc(0.51, 0.2), z=0.1), disc(0.47, 3)), band, 0.4),
    )


# What is taught, and others of the same kind it must not be taken for.
MAKERS: dict[str, Callable[[], Parts]] = {
    "my keys": lambda: keys((BRASS, STEEL, BRASS), RED, (False, True, False)),
    "other keys": lambda: keys((STEEL, STEEL), BLACK, (True, True), 0.8),
    "my glasses": lambda: glasses(BLACK, 0.05),
    "other glasses": lambda: glasses(BRASS, 0.02, 1.0),
    "sunglasses": lambda: glasses(BROWN, 0.05, 1.3, BLACK),
    "my pill box": lambda: pill_box(WHITE, (BLUE,) * 7),
    "other pill box": lambda: pill_box(BLUE, (RED, ORANGE, YELLOW, GREEN)),
    "my medicine": lambda: bottle(ORANGE, WHITE, WHITE),
    "other bottle": lambda: bottle(WHITE, RED, BLUE),
    "my wallet": lambda: wallet(BROWN, BLACK),
    "other wallet": lambda: wallet(BLACK, RED),
    "remote": lambda: remote(BLACK, (RED, *(GREY,) * 14)),
    "my mug": lambda: mug(WHITE, BLUE),
    "other mug": lambda: mug(RED, WHITE),
}


def render(
    parts: Parts,
    yaw: float,
    pitch: float,
    side_px: int = 160,
    light: tuple[float, float, float] = (0.4, -0.5, 0.8),
) -> Floats:
    """A square (side, side, 4) of red, green, blue, cover, each 0 to 1. yaw: turned around the upright; pitch: how
    high the camera stands above the table, pi / 2 straight above. light: where it comes from."""
    steps = np.linspace(-1.35, 1.35, side_px, dtype=np.float32)
    across, up = np.meshgrid(steps, -steps)
    turn = about_z(yaw) @ about_x(np.pi / 2 - pitch)
    toward = turn @ np.array((0, 0, -1), np.float32)
    points = np.stack((across.ravel(), up.ravel(), np.full(across.size, 2.5, np.float32)), axis=1) @ turn.T
    points = points.astype(np.float32)
    # Rays that miss the ball around the thing never hit it.
    alive = np.nonzero(np.hypot(across, up).ravel() < 1.35)[0]
    hit = np.zeros(across.size, bool)
    for _ in range(STEPS):
        distance = _nearest(parts, points[alive])[0]
        points[alive] += distance[:, None] * toward
        arrived = distance < NEAR
        hit[alive[arrived]] = True
        alive = alive[~arrived & (np.linalg.norm(points[alive], axis=1) < 4)]
        if not len(alive):
            break
    picture = np.zeros((across.size, 4), np.float32)
    where = np.nonzero(hit)[0]
    if len(where):
        picture[where] = np.column_stack((_shade(parts, points[where], -toward, light), np.ones(len(where))))
    return picture.reshape(side_px, side_px, 4)


def _nearest(parts: Parts, points: Floats) -> tuple[Floats, np.ndarray]:
    distances = np.stack([part.solid(points) for part in parts])
    return distances.min(axis=0).astype(np.float32), distances.argmin(axis=0)


def _shade(parts: Parts, points: Floats, eye: Floats, light: tuple[float, float, float]) -> Floats:
    _, which = _nearest(parts, points)
    normal = np.stack(
        [
            _nearest(parts, points + 0.01 * axis)[0] - _nearest(parts, points - 0.01 * axis)[0]
            for axis in np.eye(3, dtype=np.float32)
        ],
        axis=1,
    )
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6)
    lamp = np.array(light, np.float32) / np.linalg.norm(light)
    halfway = (lamp + eye) / np.linalg.norm(lamp + eye)
    colour = np.array([part.colour for part in parts], np.float32)[which]
    shine = np.array([part.shine for part in parts], np.float32)[which]
    lit = 0.35 + 0.65 * np.maximum(normal @ lamp, 0)
    glint = shine * np.maximum(normal @ halfway, 0) ** 24
    shaded: Floats = np.clip(colour * lit[:, None] + glint[:, None], 0, 1)
    return shaded
