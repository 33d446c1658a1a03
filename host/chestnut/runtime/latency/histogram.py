"""How long something took, as counts in a fixed row of classes: small, and the same size for ever."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

LEAST_MS = 1.0
STEPS = 4  # classes to a doubling: a value is told to about nine percent
CLASSES = 17 * STEPS + 1  # the last one, from 131 seconds on, is open
MOST = 1000  # then every count is halved: what was long ago weighs less


class Histogram:
    """counts: by class, 0 to CLASSES - 1; those that are 0 are left out."""

    def __init__(self, counts: Mapping[int, int] | None = None) -> None:
        self.counts = dict(counts or {})
        self.total = sum(self.counts.values())

    def add(self, ms: float) -> None:
        place = class_of(ms)
        self.counts[place] = self.counts.get(place, 0) + 1
        self.total += 1
        if self.total >= MOST:
            self.counts = {place: half for place, count in self.counts.items() if (half := count // 2)}
            self.total = sum(self.counts.values())

    def quantile(self, share: float) -> float:
        """Milliseconds that `share` (0 to 1) of all stays within, told by the middle of its class. ValueError when
        nothing was counted."""
        if not self.total:
            raise ValueError("nothing was counted")
        wanted, below = max(1, math.ceil(share * self.total)), 0
        for place in sorted(self.counts):
            below += self.counts[place]
            if below >= wanted:
                return middle_ms(place)
        raise AssertionError("the counts are fewer than their total")

    @classmethod
    def read(cls, data: Any) -> Histogram:
        """Of what was kept; whatever is no count of a class is left out."""
        found: dict[int, int] = {}
        for place, count in data.items() if isinstance(data, dict) else ():
            number = int(place) if isinstance(place, str) and place.isascii() and place.isdigit() else -1
            if 0 <= number < CLASSES and type(count) is int and 0 < count <= MOST:
                found[number] = count
        return cls(found)


def class_of(ms: float) -> int:
    """What cannot be, as less than nothing, is the least."""
    if not ms > LEAST_MS:
        return 0
    return min(CLASSES - 1, math.ceil(STEPS * math.log2(ms / LEAST_MS))) if ms < math.inf else CLASSES - 1


def middle_ms(place: int) -> float:
    """The geometric middle of a class, which holds what is above 2 ** ((place - 1) / STEPS) and up to
    2 ** (place / STEPS) milliseconds."""
    return float(LEAST_MS * 2 ** ((place - 0.5) / STEPS))
