"""Is the picture fit to be described? Light, sharpness and a covered lens, in about two milliseconds.

Sharpness is how much of an edge's whole step happens within one pixel of a copy scaled to 512 pixels: the steepest
difference between neighbours over the steepest one between pixels eight apart, tile by tile, in four directions.
A sharp edge keeps most of its step (0.4 and more), one blurred by s pixels about 0.9 / s of it, whatever its
contrast. The sharpest twentieth of the tiles speaks for the picture, so a blurred background does no harm; the
worst of the four directions speaks for all, because shake blurs along one of them only.

After the idea of judging an edge by its width: Marziliano et al., "A no-reference perceptual blur metric", 2002.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from chestnut.core.scene import Frame, Judgement, Refusal

LONGER_SIDE_PX = 512
TILE_PX = 32
APART_PX = 8
STEP = 24  # a tile whose steepest step is less than this (of 255) shows no edge
SHARP = 0.33  # measured: good pictures 0.38 and more, blurred by 0.4 % of the longer side 0.30 and less

DARK = 0.06  # mean luma
BURNT = 0.6  # share of the picture whose brightest colour is at its end
WASHED_OUT = 0.65  # and its mean luma: a red wall in the sun may lose its red, but is not white
DETAILED = 0.02  # share of the tiles that must show an edge at all

_DIRECTIONS = ((0, 1), (1, 0), (1, 1), (1, -1))


def judge(frame: Frame) -> Judgement:
    """brightness: mean luma, 0 to 1. sharpness: 0 to about 1, see above; 0 where no edge is seen."""
    small, luma = _small(frame.rgb)
    brightness = float(luma.mean()) / 255
    top = float(np.percentile(luma[::2, ::2], 95)) / 255
    if (brightness < DARK and top < 4 * DARK) or brightness < DARK / 3:
        return Judgement(brightness, 0.0, Refusal.TOO_DARK)
    sharpness, detailed = _sharpness(luma, min(3.0, 0.8 / max(top, 0.01)))
    if _burnt(small, luma):
        return Judgement(brightness, sharpness, Refusal.TOO_BRIGHT)
    if detailed < DETAILED:
        return Judgement(brightness, sharpness, Refusal.COVERED)
    return Judgement(brightness, sharpness, Refusal.TOO_BLURRED if sharpness < SHARP else None)


def _small(rgb: Any) -> tuple[np.ndarray, np.ndarray]:
    """The picture and its luma with a longer side of LONGER_SIDE_PX."""
    import cv2

    while max(rgb.shape[:2]) >= 2 * LONGER_SIDE_PX:  # halving is many times faster than any other scale
        halves = max(1, rgb.shape[1] // 2), max(1, rgb.shape[0] // 2)
        rgb = cv2.resize(rgb, halves, interpolation=cv2.INTER_AREA)
    height, width = rgb.shape[:2]
    scale = LONGER_SIDE_PX / max(height, width)
    size = (max(TILE_PX, round(width * scale)), max(TILE_PX, round(height * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_LINEAR)
    return small, cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)


def _sharpness(luma: np.ndarray, gain: float) -> tuple[float, float]:
    """The sharpness, and the share of tiles that show an edge. gain lifts the contrast of dim pictures."""
    import cv2

    if gain > 1:
        luma = cv2.convertScaleAbs(luma, alpha=gain)
    luma = cv2.GaussianBlur(luma, (0, 0), 0.7)  # noise must not pass for edges
    worst = 1.0
    seen = 0.0
    for down, right in _DIRECTIONS:
        # Along a diagonal eight pixels are six steps.
        diagonal = down * right != 0
        far = 6 if diagonal else APART_PX
        step = _steepest(luma, down * far, right * far)
        near = _steepest(luma, down, right)
        edges = step >= STEP
        if not edges.any():
            continue
        ratios = np.sort(near[edges] / step[edges])[-max(4, edges.size // 20) :]
        worst = min(worst, float(ratios.mean()) * (0.8 if diagonal else 1.0))
        seen = max(seen, float(edges.mean()))
    return (worst if seen else 0.0), seen


def _steepest(luma: np.ndarray, down: int, right: int) -> np.ndarray:
    """The largest difference of each tile's pixels from those so far down and right; shape (rows, columns)."""
    import cv2

    height, width = luma.shape
    ahead = luma[down:, max(0, right) : width + min(0, right)]
    behind = luma[: height - down, max(0, -right) : width - max(0, right)]
    change = cv2.absdiff(ahead, behind)
    # Tiles begin where all steps still fit; the smallest picture has one tile of 24 pixels.
    side = min(TILE_PX, min(luma.shape) - APART_PX)
    rows, columns = ((length - APART_PX) // side for length in luma.shape)
    change = np.ascontiguousarray(change[: rows * side, : columns * side])
    by_row = change.reshape(rows, side, columns * side).max(axis=1)
    return np.asarray(by_row.reshape(rows, columns, side).max(axis=2), np.float32)


def _burnt(small: np.ndarray, luma: np.ndarray) -> bool:
    """Most of it has lost its colour, unless what is dark in it is print: thin marks on white paper."""
    import cv2

    if luma.mean() < WASHED_OUT * 255:
        return False
    lost = cv2.max(cv2.max(small[:, :, 0], small[:, :, 1]), small[:, :, 2]) > 250
    if lost.mean() < BURNT:
        return False
    paper = cv2.morphologyEx(luma, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    thin = float((cv2.subtract(paper, luma) > 50).mean())
    dark = float((luma < 200).mean())
    return thin < 0.015 or thin < 0.9 * dark
