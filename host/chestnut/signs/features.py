"""Hand landmarks to numbers that do not change with place, size and picture format.

Points are MediaPipe's 21: 0 the wrist, then four each from knuckle to tip of thumb, index, middle, ring and little
finger. Their depth is not used: most recordings lack it.

A hand and its mirror picture are not told apart here: who needs both asks for both (mirrored). That is meant. On
frames that were not mirrored MediaPipe calls a right hand "left", on hands seen from the side it is often wrong, and
no two letters are each other's mirror picture.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from chestnut.core.scene import Hand
from chestnut.signs.track import KNUCKLES, WRIST, points_of

Floats = npt.NDArray[np.floating]

TIPS = (4, 8, 12, 16, 20)
# The two ends of each of the 20 bones, finger by finger from the wrist outward.
BONE_FROM = np.array([0, 1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11, 0, 13, 14, 15, 0, 17, 18, 19])
BONE_TO = np.arange(1, 21)
_TIP_A, _TIP_B = np.triu_indices(len(TIPS), 1)
_FINGERS = [point for point in range(5, 21) if point not in TIPS]  # what a thumb may lie on
SHORTEST = 1e-6
FEATURES = 20 * 2 + 20 * 2 + 10 + 12 + 5


def canonical(points: Floats) -> Floats:
    """(n, 21, 2) in any unit that is the same for x and y, to the same with the wrist at 0 and the longest distance
    from the wrist to a knuckle 1. x grows to the right, y downwards. Turning is kept: letters differ by it."""
    centred = points - points[:, [WRIST]]
    size = np.linalg.norm(centred[:, list(KNUCKLES)], axis=-1).max(axis=1)
    return np.asarray(centred / np.maximum(size, SHORTEST)[:, None, None])


def canonical_of(hand: Hand, aspect: float) -> Floats:
    """(1, 21, 2). aspect: the picture's width divided by its height."""
    return canonical(points_of(hand, aspect)[None])


def per_axis(points: Floats) -> Floats:
    """As canonical(), but x and y are each divided by their own largest extent: for recordings whose picture format
    is lost. Never to be mixed with canonical()."""
    centred = points - points[:, [WRIST]]
    return np.asarray(centred / np.maximum(np.abs(centred).max(axis=1, keepdims=True), SHORTEST))


def mirrored(points: Floats) -> Floats:
    """Left for right."""
    return points * np.array([-1, 1], dtype=points.dtype)


def features(points: Floats) -> npt.NDArray[np.float32]:
    """(n, 21, 2) of canonical() to (n, FEATURES): 40 coordinates, 40 of the bones' directions, 10 distances of tips
    from each other, 12 of the thumb's tip from the fingers' joints, 5 of the tips from the wrist."""
    count = len(points)
    bones = points[:, BONE_TO] - points[:, BONE_FROM]
    directions = bones / (np.linalg.norm(bones, axis=-1, keepdims=True) + 1e-3)
    tips = points[:, TIPS]
    return np.concatenate(
        [
            points[:, 1:].reshape(count, -1),
            directions.reshape(count, -1),
            np.linalg.norm(tips[:, _TIP_A] - tips[:, _TIP_B], axis=-1),
            np.linalg.norm(points[:, [TIPS[0]]] - points[:, _FINGERS], axis=-1),
            np.linalg.norm(tips, axis=-1),
        ],
        axis=1,
        dtype=np.float32,
    )
