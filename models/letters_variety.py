"""One recorded hand becomes many: other fingers, other angles of the camera, other noise; and hands that show no
letter, made from those that do.

Points are (n, 21, 2 or 3), wrist at 0, palm about 1, x to the right, y downwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from chestnut.signs.features import BONE_FROM, BONE_TO, canonical
from chestnut.signs.track import KNUCKLES

Floats = npt.NDArray[np.floating]

UPRIGHT = "ABDEFIKLMNORSTUVWXY"  # letters that upside down are no letter, H and K as P, G as Q
FARTHEST_LETTER = 1.75  # radians; turned by more, an upright letter is none
# Which of index, middle, ring and little finger are stretched in no letter, as bits from the left.
FOREIGN = (0b0010, 0b0100, 0b0011, 0b0101, 0b0110, 0b1001, 0b1010, 0b1011, 0b1101)
STRETCHED = np.array([0.62, 0.68, 0.62, 0.5])  # palms from knuckle to tip
APART = 0.6  # palms between two letters' landmarks in the mean, from which on what lies between is neither


@dataclass(frozen=True, slots=True)
class Variety:
    """Standard deviations. bend: radians of each joint. length: of each finger and bone, as a factor's logarithm.
    tilt: radians of the camera, where depth is known. shorten: of one direction, where it is not, as a factor's
    logarithm. format: of width over height. turn: radians. noise: palms."""

    bend: float = 0.08
    length: float = 0.06
    tilt: float = 0.25
    shorten: float = 0.15
    format: float = 0.1
    turn: float = 0.17
    noise: float = 0.02


def varied(points: Floats, chance: np.random.Generator, how: Variety) -> Floats:
    """(n, 21, 3), depth NaN where unknown, to (n, 21, 2) of canonical(); one variant each, half of them mirrored."""
    count = len(points)
    deep = ~np.isnan(points[:, 5, 2])
    flat, depth = _other_fingers(points[..., :2], np.nan_to_num(points[..., 2]), chance, how)
    flat = _tilted(flat, depth, chance.normal(0, how.tilt, (2, count)) * deep)
    towards = chance.uniform(0, np.pi, count)
    flat = turned(flat, towards)
    flat[..., 0] *= np.exp(-np.abs(chance.normal(0, how.shorten, count)))[:, None]
    flat = turned(flat, -towards)
    flat[..., 0] *= np.exp(chance.normal(0, how.format, (count, 1)))
    flat = turned(flat, chance.normal(0, how.turn, count))
    flat = canonical(flat)
    flat = canonical(flat + chance.normal(0, how.noise, flat.shape))
    return half_mirrored(flat, chance)


def half_mirrored(points: Floats, chance: np.random.Generator) -> Floats:
    points = points.copy()
    points[..., 0] *= np.where(chance.random(len(points)) < 0.5, -1, 1)[:, None]
    return points


def turned(points: Floats, angles: Floats) -> Floats:
    """(n, 21, 2) by (n) radians."""
    cos, sin = np.cos(angles)[:, None], np.sin(angles)[:, None]
    x, y = points[..., 0], points[..., 1]
    return np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1)


def no_letters(
    points: Floats, upright: npt.NDArray[np.bool_], labels: npt.NDArray[np.integer], count: int,
    chance: np.random.Generator,
) -> Floats:  # fmt: skip
    """About `count` hands (some of what is drawn does not fit) that show none of the letters they are made of: half
    with fingers of several hands, in patterns no letter has, a quarter turned over, a quarter between two letters.

    points: (n, 21, 2) of varied(). upright: which of them show a letter of UPRIGHT."""
    mixed = _mixed(points, count // 2, chance)
    over = chance.choice(np.flatnonzero(upright), count // 4)
    angles = chance.uniform(FARTHEST_LETTER, 2 * np.pi - FARTHEST_LETTER, len(over))
    between = _between(points, labels, count - count // 2 - count // 4, chance)
    made = np.concatenate([mixed, turned(points[over], angles), between])
    return half_mirrored(canonical(made), chance)


def _other_fingers(
    flat: Floats, depth: Floats, chance: np.random.Generator, how: Variety
) -> tuple[Floats, Floats]:
    """Somebody else's: bones longer or shorter, joints bent otherwise."""
    count = len(flat)
    bones, rise = flat[:, BONE_TO] - flat[:, BONE_FROM], depth[:, BONE_TO] - depth[:, BONE_FROM]
    factor = np.exp(
        chance.normal(0, how.length, (count, 5, 1)) + chance.normal(0, how.length / 2, (count, 5, 4))
    ).reshape(count, 20)
    # The palm bends least; a bent joint turns all that is beyond it.
    bend = chance.normal(0, how.bend, (count, 5, 4)) * np.array([0.4, 1, 1, 1])
    bones = bones * factor[..., None]
    angles = np.cumsum(bend, axis=-1).reshape(count, 20)
    cos, sin = np.cos(angles), np.sin(angles)
    bones = np.stack(
        [cos * bones[..., 0] - sin * bones[..., 1], sin * bones[..., 0] + cos * bones[..., 1]], axis=-1
    )
    moved, risen = np.zeros((count, 21, 2)), np.zeros((count, 21))
    for start, end in zip(BONE_FROM, BONE_TO, strict=True):
        moved[:, end] = moved[:, start] + bones[:, end - 1]
        risen[:, end] = risen[:, start] + rise[:, end - 1] * factor[:, end - 1]
    return moved, risen


def _tilted(flat: Floats, depth: Floats, angles: Floats) -> Floats:
    """Seen from above, below or aside. angles: (2, n) about x and about y."""
    (about_x, about_y), (x, y) = angles[..., None], (flat[..., 0], flat[..., 1])
    aside, behind = (
        x * np.cos(about_y) + depth * np.sin(about_y),
        depth * np.cos(about_y) - x * np.sin(about_y),
    )
    return np.stack([aside, y * np.cos(about_x) - behind * np.sin(about_x)], axis=-1)


def _mixed(points: Floats, count: int, chance: np.random.Generator) -> Floats:
    drawn = 4 * count  # about a third has a foreign pattern
    upright, angles, sides = _palm_upright(points)
    base = chance.integers(0, len(points), drawn)
    mixed = upright[base].copy()
    for finger in range(5):
        other = upright[chance.integers(0, len(points), drawn)]
        own = slice(1 + 4 * finger, 5 + 4 * finger)
        first = own.start
        # A thumb is taken as it lies; a finger is put on the knuckle that is there.
        mixed[:, own] = other[:, own] + (mixed[:, [first]] - other[:, [first]] if finger else 0)
    foreign = np.isin(_stretched(mixed), FOREIGN)
    mixed, base = mixed[foreign][:count], base[foreign][:count]
    mixed[..., 0] *= sides[base][:, None]
    return turned(mixed, angles[base])


def _palm_upright(points: Floats) -> tuple[Floats, Floats, Floats]:
    """Turned so that the palm points up, mirrored so that the index finger is left; and by what, to undo it."""
    up = points[:, 9] + points[:, 13]
    angles = np.arctan2(up[:, 0], -up[:, 1])
    upright = turned(points, -angles)
    sides = np.where(upright[:, 5, 0] > upright[:, 17, 0], -1.0, 1.0)
    upright[..., 0] *= sides[:, None]
    return upright, angles, sides


def _stretched(points: Floats) -> npt.NDArray[np.integer]:
    """(n) patterns as in FOREIGN."""
    reach = np.linalg.norm(points[:, [8, 12, 16, 20]] - points[:, list(KNUCKLES)], axis=-1)
    return np.asarray((reach > STRETCHED) @ np.array([8, 4, 2, 1]))


def _between(
    points: Floats, labels: npt.NDArray[np.integer], count: int, chance: np.random.Generator
) -> Floats:
    one, other = chance.integers(0, len(points), (2, 3 * count))
    apart = np.linalg.norm(points[one] - points[other], axis=-1).mean(axis=1)
    fit = (apart > APART) & (labels[one] != labels[other])
    one, other = one[fit][:count], other[fit][:count]
    share = chance.uniform(0.35, 0.65, (len(one), 1, 1))
    return np.asarray(share * points[one] + (1 - share) * points[other])
