"""Is a face seen well enough to tell whose it is? The bounds were measured (models/README.md): where they are passed,
the likeness to a good picture of the same face falls under 0.8 and what is left says little about who it is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from chestnut.core.people import Unfit
from chestnut.core.scene import Box
from chestnut.perception.face_geometry import Points

SURE_FACE = 0.6  # the detector's score of the face seen close
EYES_PX = 18.0  # apart at least; 0.89 is left at 16, 0.72 at 9
TURNED = 0.33
DARK, BURNT, FLAT = 0.16, 0.97, 0.045  # 90th and 10th percentile of luma, its spread
SHARP = 0.23  # see sharpness(); blurred by 0.04 of the eyes' distance faces have 0.19 to 0.22
BEYOND = 0.06  # share of the face's box that may lie beyond the picture

# What the good pictures of an enrolment must have besides.
GOOD_EYES_PX = 26.0
GOOD_TURN = 0.28
GOOD_SHARP = 0.24


def unfit(box: Box, score: float, points: Points, square: npt.NDArray[np.uint8]) -> tuple[Unfit | None, bool]:
    """Why the face cannot be told from others, or None; and whether it is good enough to be enrolled. box: in
    fractions of the picture, beyond its border too. square: the upright face."""
    if points.eyes_px < EYES_PX:
        return Unfit.SMALL, False
    inside = Box(max(0.0, box.left), max(0.0, box.top), min(1.0, box.right), min(1.0, box.bottom))
    if box.area <= 0 or inside.area < (1 - BEYOND) * box.area:
        return Unfit.CUT, False
    if abs(points.turn) > TURNED:
        return Unfit.TURNED, False
    grey = _grey(square)
    low, high = (float(value) / 255 for value in np.percentile(grey, (10, 90)))
    if high < DARK or float(grey.std()) / 255 < FLAT:
        return Unfit.DARK, False
    if low > BURNT or float((grey > 250).mean()) > 0.4:
        return Unfit.BRIGHT, False
    edge = sharpness(grey)
    if edge < SHARP:
        return Unfit.BLURRED, False
    if score < SURE_FACE:
        return Unfit.HIDDEN, False
    good = points.eyes_px >= GOOD_EYES_PX and abs(points.turn) <= GOOD_TURN and edge >= GOOD_SHARP
    return None, good


def sharpness(grey: npt.NDArray[np.float32]) -> float:
    """How much of the steepest steps happens within one pixel instead of six, in the worse of two directions, at a
    size at which the eyes are 45 pixels apart: shake blurs along one of them only. 0.23 to 0.49 for sharp faces."""
    ratios = []
    for along in (0, 1):
        near = np.abs(np.diff(grey, axis=along))
        ahead, behind = (grey[6:], grey[:-6]) if along == 0 else (grey[:, 6:], grey[:, :-6])
        far = float(np.percentile(np.abs(ahead - behind), 99))
        ratios.append(float(np.percentile(near, 99)) / far if far > 0 else 0.0)
    return min(ratios)


def _grey(square: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Luma of the face itself, without hair and background, at half the size."""
    import cv2

    luma = cv2.cvtColor(square, cv2.COLOR_RGB2GRAY)[20:204, 30:194]
    return np.asarray(cv2.resize(luma, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.float32)
