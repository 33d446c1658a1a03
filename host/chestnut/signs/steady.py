"""When a hand that is shown stands still, and how it looks then. Pure: time comes in with the frames.

Held for a moment it counts once; it counts again after it moved, was taken away or shows another shape.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from chestnut.signs.features import canonical
from chestnut.signs.movement import CALMS, OVER_S, TIPS, speed
from chestnut.signs.track import Floats

HOLD_S = 0.8
LEAST_FRAMES = 5
GONE_S = 0.35  # so long it must be out of view to be gone
DRIFT = 0.25  # palm lengths of the fingertips, on average, within which a shape is one while it is held
OTHER = 0.4  # the same, from which it is another shape than the one that counted last


class Steady:
    """Feed every frame."""

    def __init__(self) -> None:
        self._held: deque[tuple[float, Floats]] = deque()
        self._seen_at: float | None = None
        self._counted: Floats | None = None  # until the hand moves or goes
        self._last: Floats | None = None  # of the newest frame
        self._paused = True  # nobody looked for a while

    @property
    def spent(self) -> bool:
        """The hand still shows what has counted."""
        return self._counted is not None

    def begin(self, *, anew: bool = False) -> None:
        """After a pause. Only what is shown from now on counts; a hand that is there as it was before the pause has
        not moved. anew: something else is to be shown, so what was shown last counts no more."""
        self._held.clear()
        self._paused = True
        if anew and self._last is not None:
            self._counted = self._last

    def feed(self, at: float, points: Floats | None) -> Floats | None:
        """at: seconds, not falling. points: (21, 2) in picture heights, None for no hand. The shape that counts with
        this frame, as canonical() has it: (21, 2), the middle of what was held."""
        unseen = self._seen_at is None or at - self._seen_at >= GONE_S
        if unseen and not (self._paused and points is not None):
            self._held.clear()
            self._counted = None
        self._last, self._paused = points, False
        if points is None:
            return None
        self._seen_at = at
        self._held.append((at, points))
        going = self._speed(at, points)
        if going >= 1 or (self._counted is not None and _apart(points, self._counted) >= OTHER):
            self._counted = None
        if going >= CALMS or _apart(points, self._held[0][1]) >= DRIFT:
            self._held = deque([(at, points)])
        # One frame as old as the hold stays, so that a slow camera's frames span it too.
        while len(self._held) > 1 and at - self._held[1][0] >= HOLD_S:
            self._held.popleft()
        if self._counted is not None or len(self._held) < LEAST_FRAMES or at - self._held[0][0] < HOLD_S:
            return None
        shapes = canonical(np.array([shape for _, shape in self._held]))
        self._counted = np.asarray(np.median(shapes, axis=0))
        self._held.clear()
        return self._counted

    def _speed(self, at: float, points: Floats) -> float:
        """Over about OVER_S; 1 is where motion begins to count."""
        then, old = min(self._held, key=lambda one: abs(at - OVER_S - one[0]))
        return speed(old, points, at - then) if at > then else 0.0


def _apart(one: Floats, other: Floats) -> float:
    """Of the fingertips from the wrist, in palm lengths, on average."""
    shapes = canonical(np.array([one, other]))[:, list(TIPS)]
    return float(np.linalg.norm(shapes[0] - shapes[1], axis=1).mean())
