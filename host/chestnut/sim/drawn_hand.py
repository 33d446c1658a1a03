"""A hand that spells, drawn with light and shade: real enough for the detector of hands and the reader of letters.

It is a right hand seen from its palm's side, fingers up. Only letters that such a simple hand shows surely are there.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

Floats = npt.NDArray[np.float64]

SIZE = (640, 480)  # width, height
WRIST, PALM_PX = (320.0, 330.0), 110.0
SKIN, CREASE = (205.0, 150.0, 120.0), (140, 95, 75)
WALL = 120.0
# How far each finger is bent, the thumb first: 0 straight to 1 closed.
LETTERS: dict[str, tuple[float, ...]] = {
    "F": (0.8, 0.9, 0, 0, 0),
    "L": (0, 0, 1, 1, 1),
    "Y": (0, 1, 1, 1, 0),
}
# In palm lengths, thumb first: where each finger begins, how long its bones are, how thick it is from joint to joint,
# and where it points, in radians from straight up.
KNUCKLES = ((-0.35, -0.35), (-0.3, -0.95), (-0.05, -1.0), (0.18, -0.93), (0.38, -0.8))
BONES = ((0.38, 0.32), (0.45, 0.27, 0.22), (0.5, 0.32, 0.24), (0.46, 0.3, 0.23), (0.36, 0.22, 0.2))
THICK = ((0.19, 0.15, 0.12), *((0.15, 0.135, 0.125, 0.1),) * 3, (0.13, 0.115, 0.105, 0.09))
SPREAD = (-0.9, -0.15, 0.0, 0.15, 0.32)
TURNS = (0.9, *(1.5,) * 4)  # radians by which each joint of a closed finger turns


@cache
def empty() -> Image.Image:
    """The wall without a hand."""
    width, height = SIZE
    across = np.broadcast_to(WALL + np.arange(width) / width * 20, (height, width))
    return _picture(np.repeat(across[:, :, None], 3, axis=2))


@cache
def letter(name: str) -> Image.Image:
    """name: one of LETTERS."""
    fingers = [_finger(number, bend) for number, bend in enumerate(LETTERS[name])]
    depth = _depth(fingers)
    shown = _blurred(np.where(depth > 0.5, 255.0, 0.0), 1.0)[:, :, None] / 255
    picture = np.asarray(empty(), float) * (1 - shown) + _lit(depth)[:, :, None] * SKIN * shown
    drawn = _picture(picture)
    draw = ImageDraw.Draw(drawn)
    for points in fingers[1:]:
        for joint, after in pairwise(points):
            across = np.array([joint[1] - after[1], after[0] - joint[0]])
            across *= 0.1 * PALM_PX / max(1.0, float(np.hypot(*across)))
            draw.line([*(joint - across), *(joint + across)], CREASE)
    for begin, end in (
        ((-0.4, -0.7), (0.48, -0.5)),
        ((-0.4, -0.65), (0.3, -0.35)),
        ((-0.4, -0.6), (-0.05, 0.0)),
    ):
        draw.line([*_placed(begin), *_placed(end)], CREASE, 2)
    return drawn.filter(ImageFilter.GaussianBlur(0.8))


def _placed(point: tuple[float, float] | Floats) -> Floats:
    """From palm lengths beside the wrist to pixels."""
    return np.asarray(point, float) * PALM_PX + WRIST


def _finger(number: int, bend: float) -> Floats:
    """(joints, 2) in pixels. A bent finger is seen from before: it grows shorter and comes towards the viewer."""
    way = np.array([np.sin(SPREAD[number]), -np.cos(SPREAD[number])])
    points, angle = [np.array(KNUCKLES[number])], 0.0
    for length in BONES[number]:
        angle += bend * TURNS[number]
        points.append(points[-1] + length * np.cos(angle) * way)
    return np.array([_placed(point) for point in points])


def _depth(fingers: list[Floats]) -> Floats:
    """(height, width) pixels towards the viewer, 0 on the wall: everything is made of round rods."""
    wrist, knuckles = np.array(WRIST), [points[0] for points in fingers]
    rods = [(_placed((0, 0.09)), _placed((0, 3.6)), 0.34, 0.42), (knuckles[1], knuckles[4], 0.18, 0.17)]
    rods += [(wrist + (knuckle - wrist) * 0.12, knuckle, 0.27, 0.19) for knuckle in knuckles[1:]]
    rods.append((_placed((-0.12, -0.15)), knuckles[0], 0.28, 0.18))
    rods.append((_placed((-0.19, -0.19)), knuckles[0], 0.19, 0.17))
    for points, thick in zip(fingers, THICK, strict=True):
        for joint in range(len(points) - 1):
            rods.append((points[joint], points[joint + 1], thick[joint], thick[joint + 1]))
    down, across = np.mgrid[0 : SIZE[1], 0 : SIZE[0]].astype(float)
    depth = np.zeros((SIZE[1], SIZE[0]))
    for begin, end, first, last in rods:
        along = end - begin
        length = max(1e-6, float(along @ along))
        part = (((across - begin[0]) * along[0] + (down - begin[1]) * along[1]) / length).clip(0, 1)
        apart = np.hypot(across - begin[0] - part * along[0], down - begin[1] - part * along[1])
        radius = (first + (last - first) * part) * PALM_PX
        depth = np.maximum(depth, np.sqrt(np.maximum(0, 1 - (apart / radius) ** 2)) * radius)
    return depth


def _lit(depth: Floats) -> Floats:
    """How bright each place is: light from above and the left."""
    down, across = np.gradient(_blurred(depth, 1.5))
    upright = 1 / np.sqrt(1 + across**2 + down**2)
    lit: Floats = 0.45 + 0.6 * upright * (0.75 - 0.175 * across - 0.25 * down)
    return lit.clip(0.25, 1.1)


def _blurred(plane: Floats, pixels: float) -> Floats:
    """By a Gaussian that is so wide, one direction after the other."""
    reach = np.arange(-round(3 * pixels), round(3 * pixels) + 1)
    weights = np.exp(-(reach**2) / (2 * pixels**2))
    weights /= weights.sum()
    edge = len(reach) // 2
    for _ in range(2):
        wide = np.pad(plane, [(edge, edge), (0, 0)], "edge")
        rows = [weight * wide[place : place + len(plane)] for place, weight in enumerate(weights)]
        plane = np.sum(rows, axis=0).T
    return plane


def _picture(plane: Floats) -> Image.Image:
    """With the grain of a camera."""
    grain = np.random.default_rng(0).normal(0, 3, (*plane.shape[:2], 1))
    return Image.fromarray((plane + grain).clip(0, 255).astype(np.uint8))
