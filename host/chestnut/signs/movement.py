"""Where a movement of the hands begins and where it ends. Pure: time comes in with the frames.

A movement begins when a hand goes or bends quickly, or comes into view. It ends when all hands are still for a moment
or gone. Speeds are taken over a fifth of a second and in palm lengths, so that neither the frame rate (8 to 30 a
second) nor the distance to the camera matters; a frame in which the detector lost a hand says nothing about it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from chestnut.signs.track import Floats, Seen, centre_of, palm_of

OVER_S = 0.2  # speeds are measured over this time
GOES = 1.2  # palm lengths per second of a hand's middle, from which it moves
BENDS = 1.5  # the same of its fingertips beside its middle, on average
TIPS = (4, 8, 12, 16, 20)
CALMS = 0.5  # of these speeds, below which a hand that moved is still
ONSET_S = 0.08  # so long it must move before it counts
STILL_S = 0.5  # so long all hands must be still before it is over
GONE_S = 0.35  # so long all hands must be out of view
BROKEN_S = 0.8  # a pause between two frames after which nothing is known
LEAST_S, MOST_S = 0.3, 6.0  # what is shorter is a twitch, what is longer no sign
BEFORE_S = 0.15  # seconds kept before the onset


@dataclass(frozen=True, slots=True)
class Movement:
    """frames: from the onset to the last motion, at least one hand seen in each of them. held: the hand was shown and
    not moved. decided_at: time of the frame with which it was known to be over."""

    frames: tuple[Seen, ...]
    held: bool
    decided_at: float

    @property
    def began(self) -> float:
        return self.frames[0].at

    @property
    def ended(self) -> float:
        return self.frames[-1].at


class Movements:
    """Feed every frame; a movement comes out when it is over."""

    def __init__(self) -> None:
        self._recent: deque[Seen] = deque()  # while nothing moves: the last moment
        self._moving: list[Seen] = []
        self._onset: float | None = None  # since when it may be moving
        self._last_motion = 0.0
        self._last_seen: float | None = None
        self._last_at: float | None = None
        self._appeared = False
        self._too_long = False

    @property
    def moving(self) -> bool:
        return bool(self._moving)

    @property
    def too_long(self) -> bool:
        """What moves now has lasted longer than any sign."""
        return bool(self._moving) and self._too_long

    def feed(self, seen: Seen) -> Movement | None:
        """seen.at: not falling."""
        over = None
        if self._last_at is not None and seen.at - self._last_at > BROKEN_S:
            over = self.end(self._last_at)
        self._last_at = seen.at
        if not any(points is not None for points in seen.hands):
            gone = self._last_seen is None or seen.at - self._last_seen >= GONE_S
            return over or (self._close(seen.at) if gone else None)
        appeared = self._last_seen is None or seen.at - self._last_seen >= GONE_S
        self._last_seen = seen.at
        self._recent.append(seen)
        activity = self._activity(seen, 1.0 if self._moving else 0.0)
        while self._recent and seen.at - self._recent[0].at > OVER_S + BEFORE_S:
            self._recent.popleft()
        return over or self._step(seen, activity, appeared)

    def end(self, at: float) -> Movement | None:
        """The stream is over."""
        over = self._close(at)
        self._recent.clear()
        self._last_seen = None
        return over

    def _step(self, seen: Seen, activity: float, appeared: bool) -> Movement | None:
        if not self._moving:
            if activity < 1 and not appeared:
                self._onset = None
                return None
            if self._onset is None:
                self._onset = seen.at
            if seen.at - self._onset >= ONSET_S or appeared:
                first = self._onset - BEFORE_S
                self._moving = [one for one in self._recent if one.at >= first]
                self._appeared, self._too_long = appeared, False
                self._last_motion = seen.at
            return None
        self._moving.append(seen)
        if activity >= CALMS:
            self._last_motion = seen.at
            if seen.at - self._moving[0].at > MOST_S:  # no sign; it is not kept, and neither is its rest
                self._moving, self._too_long = [seen], True
        elif seen.at - self._last_motion >= STILL_S:
            return self._close(seen.at)
        return None

    def _close(self, at: float) -> Movement | None:
        frames, self._moving, self._onset = self._moving, [], None
        if not frames or self._too_long:
            return None
        held = self._appeared and self._last_motion - frames[0].at < LEAST_S
        if not held:
            frames = [one for one in frames if one.at <= self._last_motion]
        length_s = frames[-1].at - frames[0].at
        if len(frames) < 3 or not LEAST_S <= length_s <= MOST_S:
            return None
        return Movement(tuple(frames), held, at)

    def _activity(self, seen: Seen, unknown: float) -> float:
        """The quickest hand's speed, 1 where it counts as motion. unknown: what to say when no hand was seen OVER_S
        ago."""
        quickest = None
        for track, points in enumerate(seen.hands):
            before = self._before(track, seen.at)
            if points is None or before is None:
                continue
            then, old = before
            quickest = max(quickest or 0.0, speed(old, points, seen.at - then))
        return unknown if quickest is None else quickest

    def _before(self, track: int, at: float) -> tuple[float, Floats] | None:
        """The hand about OVER_S ago."""
        shown = [
            (one.at, points)
            for one in self._recent
            if (points := one.hands[track]) is not None and at - one.at > OVER_S / 4
        ]
        return min(shown, key=lambda one: abs(at - OVER_S - one[0]), default=None)


def speed(old: Floats, new: Floats, seconds: float) -> float:
    """Of a hand (21, 2): 1 is where its motion begins to count."""
    palm = max(palm_of(old), palm_of(new)) * seconds
    going = float(np.linalg.norm(centre_of(new) - centre_of(old))) / palm
    bent = (new[list(TIPS)] - centre_of(new)) - (old[list(TIPS)] - centre_of(old))
    bending = float(np.linalg.norm(bent, axis=1).mean()) / palm
    return max(going / GOES, bending / BENDS)
