"""Drawn signs as a detector would see them: hands frame by frame, with rests between."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from chestnut.core.scene import Hand
from chestnut.signs.background import PALM, posed
from chestnut.signs.take import Take, take_from
from chestnut.signs.track import Floats, Seen

from chestnut_tests.recorded_signs import ASPECT, SIDES, hand_of
from chestnut_tests.signed import Sign

RATE_HZ = 15.0
MIDDLE = np.array([0.5 * ASPECT, 0.25])  # where the face is, in picture heights

Shown = tuple[Hand, ...]


def rest(seconds: float = 0.7) -> list[Shown]:
    """Out of view."""
    return [()] * round(seconds * RATE_HZ)


def hands_of(frames: Sequence[Seen]) -> list[Shown]:
    shown = []
    for one in frames:
        pairs = zip(one.hands, SIDES, strict=True)
        shown.append(tuple(hand_of(points + MIDDLE, side) for points, side in pairs if points is not None))
    return shown


def made(sign: Sign, random: np.random.Generator, loose: float = 0.6) -> list[Shown]:
    """Once, with a rest before and after."""
    return [*rest(), *hands_of(sign.made(random, RATE_HZ, loose)), *rest()]


def still(seconds: float) -> list[Shown]:
    """A hand that lies in view and trembles."""
    random = np.random.default_rng(0)
    trembling = [_lying() + random.normal(0, 0.001, (21, 2)) for _ in range(round(seconds * RATE_HZ))]
    return hands_of([Seen(0.0, (None, each)) for each in trembling])


def waved(seconds: float) -> list[Shown]:
    """A hand that goes to and fro all the time."""
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    ways = np.stack([0.25 * np.sin(2 * np.pi * 1.2 * times), np.zeros(len(times))], axis=1)
    return hands_of([Seen(0.0, (None, _lying() + way)) for way in ways])


def _lying() -> Floats:
    return posed(np.full((1, 5), 0.3), np.zeros((1, 3)))[0] * PALM + np.array([0.2, 0.5])


def takes_of(sign: Sign, count: int, seed: int = 0) -> list[Take]:
    """As they are kept."""
    random = np.random.default_rng(seed)
    taken = [take_from(sign.made(random, RATE_HZ, 0.6)) for _ in range(count)]
    return [take for take in taken if take is not None]


def one_handed(seed: int) -> Sign:
    return _drawn(seed, 1)


def two_handed(seed: int) -> Sign:
    return _drawn(seed, 2)


def _drawn(seed: int, hands: int) -> Sign:
    random = np.random.default_rng(seed)
    while len((sign := Sign.drawn(random)).hands) != hands:
        pass
    return sign
