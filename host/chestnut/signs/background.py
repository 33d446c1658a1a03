"""What hands do that is no sign: rest, scratch, wave, beat time to speech, reach, fold, stay. Drawn, not recorded.

A jointed hand of 21 points is posed and moved along smooth paths; the seed is fixed, so that every start of the
device knows the same movements. They stand for the movements a taught sign must be told from.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from chestnut.signs.take import Take, take_from
from chestnut.signs.track import LANDMARKS, Floats, Seen

# A right hand seen from behind its back, fingers up: knuckles and the lengths of the bones, in palm lengths.
KNUCKLE = np.array([(-0.35, -0.35), (-0.3, -0.95), (-0.05, -1.0), (0.18, -0.93), (0.38, -0.8)])
BONES = np.array(
    [(0.38, 0.32, 0.27), (0.45, 0.27, 0.22), (0.5, 0.32, 0.24), (0.46, 0.3, 0.23), (0.36, 0.22, 0.2)]
)
SPREAD = np.array([-0.9, -0.15, 0.0, 0.15, 0.32])  # radians, from straight up
RATE_HZ = 15.0
JITTER = 0.02  # palm lengths by which a detector's points tremble
PALM = 0.12  # of the picture's height
SEED, COUNT, HELD = 20, 240, 160
FACE = (0.0, 0.0, 1.1 * PALM)  # as it is seen across a table

Path = Callable[[Floats], tuple[Floats, Floats]]  # times to (n, 2) places in palm lengths and (n, 5) bends


def posed(bends: Floats, turns: Floats) -> Floats:
    """(n, 21, 2) points of a hand in palm lengths, its wrist at 0. bends: (n, 5), thumb first, 0 straight to 1
    closed. turns: (n, 3), radians about the axes right, down and towards the viewer, in this order."""
    points = np.zeros((len(bends), LANDMARKS, 3))
    points[:, 1, :2] = 0.55 * KNUCKLE[0]
    for finger in range(5):
        thumb = finger == 0
        first = 1 + 4 * finger + thumb
        at = points[:, first] = np.array([*KNUCKLE[finger], 0.0])
        side = np.array([np.sin(SPREAD[finger]), -np.cos(SPREAD[finger]), 0.0])
        angle = np.zeros((len(bends), 1))
        for joint, length in enumerate(BONES[finger][: 2 if thumb else 3], 1):
            angle = angle + bends[:, finger, None] * (0.9 if thumb else 1.5)
            at = at + length * (np.cos(angle) * side - np.sin(angle) * np.array([0.0, 0.0, 1.0]))
            points[:, first + joint] = at
    for axis in range(3):
        one, other = [number for number in range(3) if number != axis]
        cos, sin = np.cos(turns[:, axis, None]), np.sin(turns[:, axis, None])
        points[..., one], points[..., other] = (
            cos * points[..., one] - sin * points[..., other],
            sin * points[..., one] + cos * points[..., other],
        )
    return points[..., :2]


def smooth(stops: Floats, progress: Floats) -> Floats:
    """Through stops (k, ...) at progress 0 to 1, resting at each of them as a hand does."""
    place = np.clip(progress, 0, 1) * (len(stops) - 1)
    first = np.minimum(place.astype(int), len(stops) - 2)
    part = place - first
    part = part**3 * (10 - 15 * part + 6 * part**2)
    shaped = part.reshape(-1, *[1] * (stops.ndim - 1))
    drawn: Floats = stops[first] * (1 - shaped) + stops[first + 1] * shaped
    return drawn


def idle_frames(random: np.random.Generator, face: tuple[float, float, float] | None = None) -> list[Seen]:
    """One stretch of it, RATE_HZ frames a second."""
    seconds = random.uniform(0.4, 2.5)
    times = np.arange(0, seconds, 1 / RATE_HZ)
    progress = times / seconds
    hands = [_one_hand(random, times, progress, side) for side in _sides(random)]
    if len(hands) == 1:
        hands.append(np.full_like(hands[0], np.nan))
    seen = []
    for number, at in enumerate(times):
        shown = tuple(None if np.isnan(hand[number]).any() else hand[number] for hand in hands)
        seen.append(Seen(float(at), shown, face))  # type: ignore[arg-type]
    return seen


def _sides(random: np.random.Generator) -> tuple[int, ...]:
    return ((-1, 1), (1,), (-1,))[random.choice(3, p=(0.35, 0.45, 0.2))]


def _one_hand(random: np.random.Generator, times: Floats, progress: Floats, side: int) -> Floats:
    """(n, 21, 2) in picture heights; side: 1 for the hand that is on the right of the picture."""
    rest = np.array([1.9 * side, 5.5]) + random.normal(0, 0.8, 2)
    kind = random.integers(6)
    far = {
        0: rest + random.normal(0, 0.15, 2),  # lies there
        1: np.array([0.8 * side, 0.5]) + random.normal(0, 0.8, 2),  # to the face or the hair
        2: rest + np.array([0, -2.0]) + random.normal(0, 1.0, 2),  # beats time to speech
        3: np.array([2.5 * side, 1.0]) + random.normal(0, 1.0, 2),  # waves
        4: rest + random.normal(0, 2.5, 2),  # reaches for something
        5: np.array([0.3 * side, 4.5]) + random.normal(0, 0.5, 2),  # hands are folded
    }[int(kind)]
    way = [[rest, far], [rest, far, rest], [far, rest], [rest, far, rest, far]][random.integers(4)]
    if kind == 0:
        way = [rest, far]
    path = smooth(np.array(way), progress)
    swing = {1: (0.25, 4.0), 2: (0.6, 1.8), 3: (0.8, 2.0)}.get(int(kind))
    if swing:
        size, rate_hz = swing[0] * random.uniform(0.4, 1.6), swing[1] * random.uniform(0.7, 1.3)
        along = np.array([np.cos(lean := random.uniform(0, np.pi)), np.sin(lean)])
        path = path + size * np.sin(2 * np.pi * rate_hz * times + random.uniform(0, 6))[:, None] * along
    bends = smooth(np.clip(random.normal(0.45, 0.3, (3, 5)), 0, 1), progress)
    turns = smooth(random.normal(0, 0.5, (2, 3)) + random.normal(0, (0.3, 0.6, 0.8), 3), progress)
    return _shown(random, bends, turns, path, side)


def _shown(random: np.random.Generator, bends: Floats, turns: Floats, path: Floats, side: int) -> Floats:
    flip = np.array([-side, 1]) * random.choice([-1, 1], p=[0.2, 0.8]) ** np.array([1, 0])
    trembling = random.normal(0, JITTER, (len(path), LANDMARKS, 2))
    points: Floats = posed(bends, turns) * flip + path[:, None] + trembling
    return points * (PALM * random.uniform(0.95, 1.05))


@lru_cache(maxsize=1)
def background() -> tuple[Take, ...]:
    """COUNT movements that are no signs, beside FACE."""
    random = np.random.default_rng(SEED)
    takes = (take_from(idle_frames(random, FACE)) for _ in range(COUNT))
    return tuple(take for take in takes if take is not None)


@lru_cache(maxsize=1)
def held() -> tuple[Take, ...]:
    """HELD hands that stay somewhere in whatever shape: what a sign without motion must be told from. Without a
    place, for one may be held at the very place of the sign."""
    random = np.random.default_rng(SEED + 1)
    takes = []
    for _ in range(HELD):
        side = int(random.choice([-1, 1]))
        bends = np.clip(random.uniform(-0.3, 1.3, 5), 0, 1)
        turns = random.normal(0, 0.5, 3)
        still = [np.tile(one, (8, 1)) for one in (bends, turns)]
        points = _shown(random, still[0], still[1], np.zeros((8, 2)), side)
        takes.append(take_from([Seen(n / RATE_HZ, (None, one)) for n, one in enumerate(points)]))
    return tuple(take for take in takes if take is not None)
