"""Makes print easy to read: even light, upright lines, letters of the height the reader was trained on.

Measured with Tesseract on rendered print (tests/system/test_reading.py): lines tilted by 5 degrees lose 2 to 70 %
of their letters and by 2 degrees up to 3 %; small type of 14 pixels up to 3 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LETTER_PX = 22.0  # median height of letters, tall ones and low ones together, that is read best
GROWTH = (0.35, 3.0)  # limits of the scale
LARGEST_PX = 2400  # of the longer side after scaling: a face read as small print must not take a second
STEEPEST = 20.0  # degrees
FEWEST = 12  # marks that a tilt can be measured with
NO_TILT = 0.3  # degrees that are not worth turning the page
LIGHT = 128  # a ground darker than this may carry light print

# A mark that may be a letter, in pixels of the picture and as a share of it.
LOWEST_PX, TALLEST_SHARE = 5, 0.6
BROADEST, NARROWEST = 3.0, 0.06  # width over height; letters of a word may touch


@dataclass(frozen=True, slots=True)
class Paper:
    """grey: (height, width) uint8, dark print on white. back: matrix (2, 3) from its pixels to the frame's."""

    grey: np.ndarray
    back: np.ndarray

    def to_frame(
        self, left: float, top: float, right: float, bottom: float
    ) -> tuple[float, float, float, float]:
        """The upright box in the frame, in pixels, around a box of the paper."""
        corners = np.array(
            [[left, top, 1], [right, top, 1], [left, bottom, 1], [right, bottom, 1]], np.float64
        )
        places = corners @ self.back.T
        low, high = places.min(axis=0), places.max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def lay_out(rgb: np.ndarray) -> Paper:
    """rgb: (height, width, 3) uint8."""
    import cv2

    luma = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY)
    grey, marks = _upright(luma)
    height, width = grey.shape
    tilt = _tilt(marks) if len(marks) >= FEWEST else 0.0
    scale = float(np.clip(LETTER_PX / np.median(marks[:, 3]), *GROWTH)) if len(marks) else 1.0
    scale = min(scale, LARGEST_PX / max(height, width))
    if abs(tilt) < NO_TILT:
        tilt = 0.0
    if 0.85 < scale < 1.2:
        scale = 1.0
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), tilt, scale)
    sine, cosine = abs(turn[0, 1]), abs(turn[0, 0])
    size = (int(np.ceil(height * sine + width * cosine)), int(np.ceil(height * cosine + width * sine)))
    turn[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    if tilt or scale != 1.0:
        if scale < 0.7:  # an affine warp takes single pixels; blur what it would skip
            grey = cv2.GaussianBlur(grey, (0, 0), 0.4 / scale)
        grey = cv2.warpAffine(
            grey, turn, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=255
        )
    return Paper(grey, cv2.invertAffineTransform(turn))


def _upright(luma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Dark print on white, and its marks; light print on a dark ground is turned round."""
    grey = _even(luma)
    marks = _marks(grey)
    if np.median(luma) < LIGHT:
        other = _even(255 - luma)
        other_marks = _marks(other)
        if len(other_marks) > len(marks):
            return other, other_marks
    return grey, marks


def _even(grey: np.ndarray) -> np.ndarray:
    """Divide by the light of the paper, which is what is left when everything thin and dark is filled up."""
    import cv2

    is_sliver = min(grey.shape) < 4
    small = grey if is_sliver else cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    side = max(9, max(small.shape) // 24 | 1)
    light = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    light = cv2.GaussianBlur(light, (0, 0), side / 3)
    light = cv2.resize(light, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    light = np.maximum(light, 40)  # black surfaces are no paper in the shade
    return np.asarray(cv2.divide(grey, light, scale=245))


def _marks(grey: np.ndarray) -> np.ndarray:
    """What may be letters: (count, 4) of left, top, width, height in pixels."""
    import cv2

    side = max(15, min(grey.shape) // 20 | 1)
    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, side, 18)
    boxes = cv2.connectedComponentsWithStats(ink, connectivity=8)[2][1:].astype(np.float64)
    width, height, area = boxes[:, 2], boxes[:, 3], boxes[:, 4]
    ratio = width / np.maximum(height, 1)
    fits = (
        (height >= LOWEST_PX)
        & (height <= TALLEST_SHARE * grey.shape[0])
        & (ratio <= BROADEST)
        & (ratio >= NARROWEST)
        & (area >= 0.08 * width * height)
    )
    return boxes[fits, :4]


def _tilt(marks: np.ndarray) -> float:
    """Degrees by which the lines fall to the right: the angle along which the feet of the letters lie in the
    fewest rows (projection profile; Baird, "The skew angle of printed documents", 1987)."""
    middle = np.median(marks[:, 3])
    alike = marks[(marks[:, 3] > 0.4 * middle) & (marks[:, 3] < 2.5 * middle)]
    across = alike[:, 0] + alike[:, 2] / 2
    feet = alike[:, 1] + alike[:, 3]
    row_px = max(2.0, middle / 3)

    def crowding(degrees: np.ndarray) -> np.ndarray:
        angles = np.radians(degrees)[:, None]
        rows = np.floor((feet * np.cos(angles) - across * np.sin(angles)) / row_px).astype(np.int64)
        rows -= rows.min()
        count = rows.max() + 1
        flat = (rows + count * np.arange(len(degrees))[:, None]).ravel()
        profiles = (
            np.bincount(flat, minlength=count * len(degrees)).reshape(len(degrees), count).astype(float)
        )
        # Two neighbouring rows together: a line that lies on their border counts as one.
        return np.asarray(((profiles[:, 1:] + profiles[:, :-1]) ** 2).sum(axis=1))

    coarse = np.arange(-STEEPEST, STEEPEST + 0.01, 0.5)
    scores = crowding(coarse)
    best = coarse[int(np.argmax(scores))]
    if scores.max() < 1.1 * crowding(np.array([0.0]))[0] or abs(best) >= STEEPEST:
        return 0.0
    fine = best + np.arange(-0.5, 0.51, 0.1)
    return float(fine[int(np.argmax(crowding(fine)))])
