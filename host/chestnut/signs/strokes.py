"""When a spelling hand draws: stretches of frames in which it goes or bends, from standing to standing. Pure."""

from __future__ import annotations

from collections import deque

from chestnut.signs.movement import CALMS, OVER_S, speed
from chestnut.signs.tracing import Moment
from chestnut.signs.track import Floats

STANDS_S = 0.2  # so long it must stand for a stretch to be over
BEFORE_S = 0.3  # of what it showed while it still stood
MOST_S = 3.0  # what takes longer is no letter
LOST_S = 0.5  # a hand unseen for longer is another one

Stretch = tuple[float, list[Moment]]  # when it began, and its moments


class Strokes:
    """Feed every frame in which a hand is seen; a stretch comes out when it is over."""

    def __init__(self) -> None:
        self._recent: deque[tuple[float, Moment]] = deque()
        self._drawn: list[tuple[float, Moment]] = []
        self._went_at = 0.0

    def feed(self, at: float, points: Floats, letter: str | None) -> Stretch | None:
        """at: seconds, not falling. points: (21, 2) in picture heights. letter: as it was read, None for unsure."""
        if self._recent and at - self._recent[-1][0] > LOST_S:
            self._recent.clear()
            self._drawn = []
        self._recent.append((at, Moment(points, letter)))
        while at - self._recent[0][0] > OVER_S + BEFORE_S:
            self._recent.popleft()
        goes = self._speed(at, points)
        if not self._drawn:
            if goes >= 1:
                self._drawn, self._went_at = list(self._recent), at
            return None
        self._drawn.append(self._recent[-1])
        if goes >= CALMS:
            self._went_at = at
        if at - self._went_at < STANDS_S and at - self._drawn[0][0] <= MOST_S:
            return None
        drawn, self._drawn = self._drawn, []
        whole = [moment for when, moment in drawn if when <= self._went_at]
        return (drawn[0][0], whole) if at - drawn[0][0] <= MOST_S else None

    def _speed(self, at: float, points: Floats) -> float:
        """Over about OVER_S; 1 is where motion begins to count."""
        before = [one for one in self._recent if at - one[0] > OVER_S / 4]
        if not before:
            return 0.0
        then, old = min(before, key=lambda one: abs(at - OVER_S - one[0]))
        return speed(old.points, points, at - then)
