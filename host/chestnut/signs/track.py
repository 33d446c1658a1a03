"""From the hands of each frame to two tracks: which hand is which over time, with gaps where none was seen.

A detector's hands come in any order, may be one hand told twice, and may change their side for a frame. Here a hand
goes on where it was last, and its side is what most of its frames said. Pure: time comes in with the frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from chestnut.core.scene import Box, Hand

Floats = npt.NDArray[np.float64]

LANDMARKS = 21
WRIST, KNUCKLES = 0, (5, 9, 13, 17)
PALM = (WRIST, *KNUCKLES)  # the part of a hand that does not bend
SIDES = ("left", "right")

KEEP_S = 0.5  # a hand unseen for longer is a new one
TWICE = 0.6  # palm lengths: two hands nearer to each other are one that was told twice
OTHER_SIDE = 1.5  # palm lengths that a hand would rather jump than change its side
NEW = 4.0  # palm lengths that a hand would rather jump than be a new one
FASTEST = 25.0  # palm lengths per second: no hand is expected to go on faster than that


@dataclass(frozen=True, slots=True)
class Seen:
    """One frame. hands: of each track (21, 2), x growing to the right and y downwards in picture heights, or None.
    face: its middle and its width in picture heights, or None. sides: whose track it is, as far as is known."""

    at: float
    hands: tuple[Floats | None, Floats | None]
    face: tuple[float, float, float] | None = None
    sides: tuple[str, str] = SIDES


@dataclass(slots=True)
class _Track:
    at: float
    centre: Floats
    palm: float
    speed: Floats = field(default_factory=lambda: np.zeros(2))  # picture heights per second
    votes: dict[str, float] = field(default_factory=dict)

    def share(self, side: str) -> float:
        """0 to 1: how many of its frames said so."""
        return self.votes.get(side, 0.0) / max(1e-9, sum(self.votes.values()))

    def jump(self, centre: Floats, at: float) -> float:
        """Palm lengths from where it would be by now; the longer it was unseen, the less they count."""
        unseen_s = at - self.at
        gone = float(np.linalg.norm(centre - self.centre - self.speed * min(unseen_s, 0.2))) / self.palm
        return gone / (1 + 4 * unseen_s)

    def follow(self, centre: Floats, palm: float, at: float) -> None:
        speed = (centre - self.centre) / max(1e-3, at - self.at)
        fast = float(np.linalg.norm(speed)) / palm
        self.speed = speed * min(1.0, FASTEST / max(fast, 1e-9))
        self.palm += 0.3 * (palm - self.palm)
        self.at, self.centre = at, centre


class Tracks:
    """Two tracks, the left hand's and the right hand's as far as the detector knew when each of them began."""

    def __init__(self) -> None:
        self._tracks: list[_Track | None] = [None, None]

    def feed(self, at: float, hands: Sequence[Hand], aspect: float, face: Box | None = None) -> Seen:
        """at: seconds, not falling. aspect: the picture's width divided by its height."""
        for number, track in enumerate(self._tracks):
            if track is not None and at - track.at > KEEP_S:
                self._tracks[number] = None
        shown = distinct([(points_of(hand, aspect), hand) for hand in hands])
        found: list[Floats | None] = [None, None]
        for number, (points, hand) in self._assigned(shown, at).items():
            self._note(number, points, hand, at)
            found[number] = points
        return Seen(at, (found[0], found[1]), _face_of(face, aspect), self._sides())

    def _assigned(self, shown: list[tuple[Floats, Hand]], at: float) -> dict[int, tuple[Floats, Hand]]:
        """Of all ways to give hands to tracks, the one with the least jumps."""
        if not shown:
            return {}
        ways = [dict(zip(order, shown, strict=False)) for order in ((0, 1), (1, 0))]
        return min(
            ways,
            key=lambda way: sum(
                self._cost(number, points, hand, at) for number, (points, hand) in way.items()
            ),
        )

    def _cost(self, number: int, points: Floats, hand: Hand, at: float) -> float:
        track = self._tracks[number]
        if track is None:
            return NEW + OTHER_SIDE * (hand.handedness != SIDES[number])
        return track.jump(centre_of(points), at) + OTHER_SIDE * (1 - track.share(hand.handedness))

    def _note(self, number: int, points: Floats, hand: Hand, at: float) -> None:
        centre, palm = centre_of(points), palm_of(points)
        track = self._tracks[number]
        if track is None or track.jump(centre, at) > 3 * NEW:
            track = self._tracks[number] = _Track(at, centre, palm)
        else:
            track.follow(centre, palm, at)
        track.votes[hand.handedness] = track.votes.get(hand.handedness, 0.0) + hand.score

    def _sides(self) -> tuple[str, str]:
        told = [
            side if track is None or not track.votes else max(track.votes, key=lambda one: track.votes[one])
            for side, track in zip(SIDES, self._tracks, strict=True)
        ]
        return told[0], told[1]


def points_of(hand: Hand, aspect: float) -> Floats:
    """(21, 2) in picture heights."""
    return np.array([(x * aspect, y) for x, y, _ in hand.landmarks], dtype=np.float64)


def centre_of(points: Floats) -> Floats:
    """(..., 21, 2) to (..., 2): the middle of the palm, which bending fingers do not move."""
    middle: Floats = points[..., PALM, :].mean(axis=-2)
    return middle


def palm_of(points: Floats) -> float:
    """The longest distance from the wrist to a knuckle, in the unit of the points; never 0."""
    return max(1e-6, float(np.linalg.norm(points[list(KNUCKLES)] - points[WRIST], axis=1).max()))


def distinct(shown: list[tuple[Floats, Hand]]) -> list[tuple[Floats, Hand]]:
    """The two surest hands, each once."""
    kept: list[tuple[Floats, Hand]] = []
    for points, hand in sorted(shown, key=lambda one: -one[1].score):
        apart = TWICE * palm_of(points)
        if all(np.linalg.norm(centre_of(points) - centre_of(other)) > apart for other, _ in kept):
            kept.append((points, hand))
    return kept[:2]


def _face_of(face: Box | None, aspect: float) -> tuple[float, float, float] | None:
    if face is None:
        return None
    x, y = face.centre
    return x * aspect, y, face.width * aspect
