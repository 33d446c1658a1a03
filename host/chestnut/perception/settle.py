"""When is a frame worth a look? When the scene stands still and is not the one that was looked at last.

Frames are compared small, grey and evened out, so that the camera's own brightening is no change, and shifted a
little against each other, so that a breathing chest is none. What counts is the most changed block: keys laid on a
table change little of the whole picture. About a millisecond a frame.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from chestnut.core.scene import Frame
from chestnut.perception.frames import Picture, picture_of

Floats = npt.NDArray[np.float32]

WIDTH_PX, HEIGHT_PX = 96, 72
BLOCK_PX = 6
SHIFT_PX = 2  # 2 % of the width
MOVING = 0.35  # mean change of the whole, in standard deviations of the picture, above which the camera moves
CHANGED = 0.9  # change of one block above which something was put, taken or turned
LEAST_SPREAD = 12  # of 255: in a plain picture noise must not be made large
LONGEST_SIDE_PX = 640
AGAIN_S = 60.0  # an unchanged scene is looked at so often: what stays is remembered to be still there


class Settle:
    """For one thread. Times are those of the frames."""

    def __init__(self, again_s: float = AGAIN_S) -> None:
        self._again_s = again_s
        self._before: Floats | None = None
        self._looked: Floats | None = None
        self._looked_at = 0.0

    def is_worth(self, frame: Frame) -> bool:
        """The frame stands still beside the one before it, and differs from the one looked at, or that is long ago.
        Whoever looks then calls looked()."""
        now = small(picture_of(frame, LONGEST_SIDE_PX))
        before, self._before = self._before, now
        if before is None or whole(now, before) > MOVING:
            return False
        if self._looked is None or frame.at - self._looked_at >= self._again_s:
            return True
        return most_changed(now, self._looked) > CHANGED

    def looked(self, frame: Frame) -> None:
        """The frame that was_worth was asked of last was looked at."""
        self._looked, self._looked_at = self._before, frame.at


def small(picture: Picture) -> Floats:
    """(HEIGHT_PX, WIDTH_PX): brightness in standard deviations from the mean."""
    import cv2

    tiny = cv2.resize(picture, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(cv2.cvtColor(tiny, cv2.COLOR_RGB2GRAY), (0, 0), 1).astype(np.float32)
    evened: Floats = (grey - grey.mean()) / max(float(grey.std()), LEAST_SPREAD)
    return evened


def whole(one: Floats, other: Floats) -> float:
    """The mean change, where the two fit best."""
    return min(float(change.mean()) for change in _changes(one, other))


def most_changed(one: Floats, other: Floats) -> float:
    """The mean change of the block that changed most, where the two fit best."""
    return min(_worst_block(change) for change in _changes(one, other))


def _changes(one: Floats, other: Floats) -> Iterator[Floats]:
    middle = one[SHIFT_PX:-SHIFT_PX, SHIFT_PX:-SHIFT_PX]
    height, width = middle.shape
    for down in range(2 * SHIFT_PX + 1):
        for right in range(2 * SHIFT_PX + 1):
            yield np.abs(middle - other[down : down + height, right : right + width])


def _worst_block(change: Floats) -> float:
    rows, columns = (side // BLOCK_PX for side in change.shape)
    blocks = change[: rows * BLOCK_PX, : columns * BLOCK_PX].reshape(rows, BLOCK_PX, columns, BLOCK_PX)
    return float(blocks.mean(axis=(1, 3)).max())
