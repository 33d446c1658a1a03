"""Drawn signs: what a person who signs does again and again, each time a little differently, as frames of hands.

The jointed hand is that of the background movements; how a sign is drawn is not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from chestnut.signs.background import PALM, Floats, posed, smooth
from chestnut.signs.track import Seen

FACE = (0.0, 0.0, 1.1 * PALM)


@dataclass(frozen=True)
class Hand:
    """stops: (k, 2) places of the wrist from the face, in palm lengths. bends: (m, 5). turns: (m, 3)."""

    stops: Floats
    bends: Floats
    turns: Floats
    side: int


@dataclass(frozen=True)
class Sign:
    hands: tuple[Hand, ...]
    seconds: float

    @classmethod
    def drawn(cls, random: np.random.Generator) -> Sign:
        """One or two hands that go through two to four places before the chest, with one or two shapes."""
        hands = []
        for side in ((1,), (1, -1))[random.integers(2)]:
            stops = np.array([1.2 * side, 3.0]) + random.normal(0, 1.4, (random.integers(2, 5), 2))
            shapes = int(random.integers(1, 3)) + 1
            bends = random.uniform(0, 1, (shapes, 5)).round()
            if shapes == 2:
                bends[1] = bends[0]
            hands.append(Hand(stops, bends, random.normal(0, 0.4, (shapes, 3)), side))
        return cls(tuple(hands), float(random.uniform(0.6, 1.8)))

    def made(self, random: np.random.Generator, rate_hz: float = 15.0, loose: float = 1.0) -> list[Seen]:
        """One take. loose: how differently each time."""
        seconds = self.seconds * float(np.exp(random.normal(0, 0.15 * loose)))
        times = np.arange(0, seconds + 1 / rate_hz, 1 / rate_hz)
        progress = np.clip(times / seconds, 0, 1) ** float(np.exp(random.normal(0, 0.15 * loose)))
        moved = random.normal(0, 0.25 * loose, 2)
        size = PALM * float(np.exp(random.normal(0, 0.05)))
        shown = [self._hand(random, hand, progress, moved, loose) * size for hand in self.hands]
        face = (FACE[0], FACE[1], FACE[2] * size / PALM)
        seen = []
        for number, at in enumerate(times):
            lost = random.random(len(shown)) < 0.04 * loose
            points = [None if lost[hand] else one[number] for hand, one in enumerate(shown)]
            seen.append(Seen(float(at), (points[0], points[1] if len(points) > 1 else None), face))
        return seen

    def _hand(
        self, random: np.random.Generator, hand: Hand, progress: Floats, moved: Floats, loose: float
    ) -> Floats:
        path = smooth(hand.stops + random.normal(0, 0.25 * loose, hand.stops.shape), progress) + moved
        bends = smooth(np.clip(hand.bends + random.normal(0, 0.1 * loose, hand.bends.shape), 0, 1), progress)
        turns = smooth(hand.turns + random.normal(0, 0.12 * loose, hand.turns.shape), progress)
        flip = np.array([-hand.side, 1])
        return posed(bends, turns) * flip + path[:, None] + random.normal(0, 0.02, (len(path), 21, 2))
