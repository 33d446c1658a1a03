"""When is a frame worth a look? When the camera is held still, and the scene is not the one that was looked at last.

Frames are compared small and evened out, so that the camera's own brightening is no change. One is laid over the
other where they fit best (phase correlation, Kuglin and Hines 1975), so that a breathing chest is none; at edges,
where it never fits quite, more difference is allowed. What counts is the most changed spot: keys laid on a table
change little of the whole picture. The bounds were measured: bench/settling.py, models/README.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from chestnut.core.scene import Frame
from chestnut.perception.frames import picture_of

Floats = npt.NDArray[np.float32]

LONGEST_SIDE_PX, SHORTEST_SIDE_PX = 160, 32
APART_S = (
    0.08  # frames closer to each other are not compared: nothing moves far enough to be told from a tremble
)
SPOT = 0.03  # side of what must have changed, a share of the picture's longer side
SPEED = (
    0.05  # of the longer side a second: faster, and the camera is being turned. A breath moves it by 0.015
)
TREMBLE = 0.003  # of the longer side, from frame to frame, however quickly they follow
MOVING = (
    0.35  # mean change from frame to frame, where they fit best: what goes through the picture, or blurs it
)
ELSEWHERE = 0.12  # of the longer side: the camera is aimed at something else than when it looked
CHANGED = 0.32  # change of one spot above which something was put, taken or turned
EDGE = 1.0  # pixels of misfit that are allowed
LEAST_SPREAD = 12  # of 255: in a plain picture noise must not be made large
NOISE = 0.15  # mean change from frame to frame that is the camera's noise, where there is nothing else
PATIENCE_S = 3.0  # so long after a look, what moves through a changed scene is waited for
AGAIN_S = 60.0  # an unchanged scene is looked at so often: what stays is remembered to be still there


class Settle:
    """For one thread. Times are those of the frames, in seconds."""

    def __init__(self, again_s: float = AGAIN_S) -> None:
        self._again_s = again_s
        self._before: Floats | None = None
        self._before_at = 0.0
        self._looked: Floats | None = None
        self._looked_at = 0.0

    def is_worth(self, frame: Frame) -> bool:
        """The frame stands still beside the one asked of before it, and differs from the one looked at, or that is
        long ago. Who walks through is waited for. Whoever looks then calls looked(). Raises ValueError when the frame
        holds no picture."""
        before, since = self._before, frame.at - self._before_at
        if before is not None and 0 <= since < APART_S:
            return False
        now = small(frame)
        self._before, self._before_at = now, frame.at
        if before is None or not is_still(now, before, since):
            return False
        if self._looked is None or frame.at - self._looked_at >= self._again_s:
            return True
        if not has_changed(now, self._looked):
            return False
        return frame.at - self._looked_at >= PATIENCE_S or not has_changed(now, before)

    def looked(self, frame: Frame) -> None:
        """The frame that is_worth was asked of last was looked at."""
        self._looked, self._looked_at = self._before, frame.at


def small(frame: Frame) -> Floats:
    """(height, width, 3): brightness and the two differences of colour, from their means, in standard deviations of
    the brightness."""
    import cv2

    parts = cv2.cvtColor(picture_of(frame, LONGEST_SIDE_PX), cv2.COLOR_RGB2YCrCb)
    if min(parts.shape[:2]) < SHORTEST_SIDE_PX:
        height, width = (max(SHORTEST_SIDE_PX, side) for side in parts.shape[:2])
        parts = cv2.resize(parts, (width, height), interpolation=cv2.INTER_LINEAR)
    means, spreads = cv2.meanStdDev(parts)
    scale = 1 / max(float(spreads[0, 0]), LEAST_SPREAD)
    evening = np.hstack((scale * np.eye(3), -scale * means)).astype(np.float32)
    evened = cv2.transform(parts.astype(np.float32), evening)
    return np.asarray(cv2.GaussianBlur(evened, (3, 3), 1), np.float32)


def is_still(now: Floats, before: Floats, since_s: float) -> bool:
    """since_s: between the two."""
    if now.shape != before.shape:
        return False
    right, down = shift(now, before)
    if max(abs(right), abs(down)) > (SPEED * max(0.0, since_s) + TREMBLE) * max(now.shape):
        return False
    return float(change(now[:, :, 0], before[:, :, 0], right, down).mean()) <= MOVING


def has_changed(now: Floats, looked: Floats) -> bool:
    if now.shape != looked.shape:
        return True
    right, down = shift(now, looked)
    if max(abs(right), abs(down)) > ELSEWHERE * max(now.shape):
        return True
    return float(change(now, looked, right, down).max()) > CHANGED


def shift(one: Floats, other: Floats) -> tuple[float, float]:
    """By how many pixels, to the right and down, the first is moved against the second. Of two of small(), of one
    shape. 0 where moving would not make them more alike: on a plain wall there is only noise to be fitted."""
    import cv2

    height, width = one.shape[:2]
    window = cv2.createHanningWindow((width, height), cv2.CV_32F)
    # phaseCorrelate of OpenCV 5.0 darkens the borders of what it is given, in place: it gets copies.
    (right, down), _ = cv2.phaseCorrelate(other[:, :, 0].copy(), one[:, :, 0].copy(), window)
    border = 1 + int(np.ceil(max(abs(right), abs(down))))
    inside = slice(border, -border), slice(border, -border), 0
    as_is = np.abs(one[:, :, 0] - other[:, :, 0])
    if 2 * border >= min(height, width):
        return (right, down) if float(as_is.mean()) > NOISE else (0.0, 0.0)
    fitted = _moved(other[:, :, 0], right, down)[inside[:2]]
    if float(np.abs(one[inside] - fitted).sum()) >= float(as_is[inside[:2]].sum()):
        return 0.0, 0.0
    return right, down


def change(one: Floats, other: Floats, right: float, down: float) -> Floats:
    """How much is different around each point of what both show, when the second is moved so. Of one or of all
    parts of small()."""
    import cv2

    height, width = one.shape[:2]
    fitted = _moved(other, right, down)
    slope = cv2.dilate(cv2.max(_slope(one), _slope(fitted)), np.ones((3, 3), np.uint8))
    different = np.maximum(cv2.addWeighted(cv2.absdiff(one, fitted), 1, slope, -EDGE, 0), 0)
    if different.ndim == 3:
        different = cv2.transform(different, np.ones((1, 3), np.float32))
    border = 1 + int(np.ceil(max(abs(right), abs(down))))
    side = max(3, round(SPOT * max(width, height)))
    inside = np.ascontiguousarray(different[border:-border, border:-border])
    return np.asarray(cv2.blur(inside, (side, side)), np.float32)


def _moved(parts: Floats, right: float, down: float) -> Any:
    import cv2

    back = np.array([[1, 0, -right], [0, 1, -down]], np.float32)
    size = parts.shape[1::-1]
    return cv2.warpAffine(parts, back, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)


def _slope(parts: Any) -> Any:
    """By how much each point differs from the pixel beside it."""
    import cv2

    across = cv2.Sobel(parts, cv2.CV_32F, 1, 0, scale=1 / 8)
    along = cv2.Sobel(parts, cv2.CV_32F, 0, 1, scale=1 / 8)
    return cv2.magnitude(across, along)
