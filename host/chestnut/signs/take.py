"""A movement as numbers that can be compared: where the hands went, and how they were shaped.

Sixteen moments, evenly spread over its time; lengths are palm lengths, so that the distance to the camera does not
matter. Where the face is known the movement has a place beside the body; its path alone never depends on it.
Resampling and comparing moment by moment was measured to be as good as dynamic time warping.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chestnut.signs.movement import Movement
from chestnut.signs.track import KNUCKLES, LANDMARKS, WRIST, Floats, Seen

MOMENTS = 16
LEAST_SHARE = 0.2  # of the frames in which a hand is seen; one that is seen less often takes no part
WHERE, HOW, PLACE = (
    0.55,
    1.0,
    0.25,
)  # weights of the path, of the hands' shape and of the place beside the face
FARTHEST = 3.0  # palm lengths: what is farther away is no more unlike
ABSENT = 1.5  # as unlike as a hand is whose counterpart takes no part


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """shapes: (2, 16, 21, 2), each hand's points from its wrist, in its palm lengths. paths: (2, 16, 2), the wrists
    from their common middle. A hand that takes no part is all nan. place: that middle from the face's middle, or
    None. seconds: how long it took."""

    shapes: Floats
    paths: Floats
    place: tuple[float, float] | None
    seconds: float

    @property
    def hands(self) -> tuple[bool, bool]:
        """Which of the two take part."""
        return tuple(bool(np.isfinite(self.paths[hand]).all()) for hand in (0, 1))  # type: ignore[return-value]


def take_of(movement: Movement) -> Take | None:
    """None when no hand was seen often enough."""
    return take_from(movement.frames)


def take_from(frames: Sequence[Seen]) -> Take | None:
    times = np.array([one.at for one in frames])
    if len(frames) < 2 or times[-1] <= times[0]:
        return None
    moments = np.linspace(times[0], times[-1], MOMENTS)
    points = np.full((2, MOMENTS, LANDMARKS, 2), np.nan)
    for track in (0, 1):
        shown = [number for number, one in enumerate(frames) if one.hands[track] is not None]
        if len(shown) >= max(2, LEAST_SHARE * len(frames)):
            seen = np.array([frames[number].hands[track] for number in shown])
            points[track] = between(times[shown], seen, moments)
    wrists = points[:, :, WRIST]
    if not np.isfinite(wrists).any():
        return None
    lengths = np.linalg.norm(points[:, :, list(KNUCKLES)] - wrists[:, :, None], axis=-1).max(axis=2)
    palm = float(np.nanquantile(lengths, 0.8))
    middle = np.nanmean(wrists, axis=(0, 1))
    faces = np.array([one.face for one in frames if one.face is not None])
    place = None
    if len(faces):
        x, y = (middle - np.median(faces[:, :2], axis=0)) / palm
        place = float(x), float(y)
    shapes = (points - wrists[:, :, None]) / np.maximum(lengths, 0.5 * palm)[:, :, None, None]
    return Take(shapes, (wrists - middle) / palm, place, float(times[-1] - times[0]))


def between(times: Floats, values: Floats, moments: Floats) -> Floats:
    """values (n, ...) at growing times, straight between them and held before and after."""
    flat = values.reshape(len(values), -1)
    columns = [np.interp(moments, times, flat[:, column]) for column in range(flat.shape[1])]
    drawn: Floats = np.stack(columns, axis=1).reshape(len(moments), *values.shape[1:])
    return drawn


class Takes:
    """Many takes side by side, so that one can be compared with all of them at once."""

    def __init__(self, takes: Sequence[Take]) -> None:
        self._shapes = np.array([take.shapes for take in takes]).reshape(-1, 2, MOMENTS * LANDMARKS * 2)
        self._paths = np.array([take.paths for take in takes]).reshape(-1, 2, MOMENTS, 2)
        self._hands = np.array([take.hands for take in takes], dtype=bool).reshape(-1, 2)
        self._shapes, self._paths = np.nan_to_num(self._shapes), np.nan_to_num(self._paths)
        self._lengths = (self._shapes**2).sum(axis=-1)
        nowhere = (np.nan, np.nan)
        self._places = np.array([take.place or nowhere for take in takes], dtype=float).reshape(-1, 2)

    def unlike(self, take: Take) -> Floats:
        """(n,): 0 for the same, about 1 for different signs: the root of the mean square over moments, and over the
        hands that take part here or there. Which hand is called the left does not matter: the better way counts."""
        apart = np.minimum(
            self._pair(take, 0, 0) + self._pair(take, 1, 1), self._pair(take, 0, 1) + self._pair(take, 1, 0)
        )
        apart /= np.maximum(self._hands.sum(axis=1), sum(take.hands))
        if take.place is not None:
            gap = np.linalg.norm(self._places - np.array(take.place), axis=1)
            apart += (PLACE * np.minimum(np.nan_to_num(gap), 2 * FARTHEST)) ** 2
        unlike: Floats = np.sqrt(np.maximum(apart, 0))
        return unlike

    def _pair(self, take: Take, mine: int, its: int) -> Floats:
        """(n,): how unlike its hand is the hand here, squared; 0 where neither takes part."""
        here = self._hands[:, mine]
        if not take.hands[its]:
            return np.where(here, ABSENT**2, 0.0)
        shape = take.shapes[its].ravel()
        bent = (self._lengths[:, mine] + shape @ shape - 2 * self._shapes[:, mine] @ shape) / (
            MOMENTS * LANDMARKS
        )
        gone = ((self._paths[:, mine] - take.paths[its]) ** 2).sum(axis=-1)
        went = np.minimum(gone, FARTHEST**2).mean(axis=-1)
        return np.where(here, WHERE**2 * went + HOW**2 * bent, ABSENT**2)
