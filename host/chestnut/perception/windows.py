"""Where in a picture could a taught thing lie? Windows over the whole of it, weighed by one map, not one by one.

A window's shape is pooled from the map's cells that it covers, as a picture's own is from its whole map. That is
cheap and coarse: what looks most like a taught thing is then cut out and described properly.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from chestnut.core.scene import Box
from chestnut.perception.descriptor import POWER, Floats
from chestnut.perception.frames import Picture

SIZES = (0.22, 0.33, 0.5, 0.72)  # sides of the windows, shares of the picture's height
STEP = 0.4  # of a side, from window to window
APART_IOU = 0.4  # windows that overlap more show the same
AROUND = 1.2  # a detector's box is narrower than what was shown when the thing was taught
CUTS = (
    (0.75, 0, 0),
    (1.25, 0, 0),
    (0.85, 0.2, 0),
    (0.85, -0.2, 0),
    (0.85, 0, 0.2),
    (0.85, 0, -0.2),
)  # of around()
LARGEST = 0.6  # of the picture: a box that is larger is no small thing's


@lru_cache(maxsize=4)
def grid(aspect: float) -> tuple[Box, ...]:
    """Squares all over a picture. aspect: width over height."""
    found = []
    for side in SIZES:
        columns, rows = (max(2, int(np.ceil((long - side) / (side * STEP))) + 1) for long in (aspect, 1.0))
        for left in np.linspace(0, aspect - side, columns):
            for top in np.linspace(0, 1 - side, rows):
                found.append(
                    Box(float(left / aspect), float(top), float((left + side) / aspect), float(top + side))
                )
    return tuple(found)


def shapes(cells: Floats, windows: tuple[Box, ...]) -> Floats:
    """(windows, channels): the cubic means over what each window covers of a map (rows, columns, channels)."""
    rows, columns, channels = cells.shape
    cover = _cover(windows, rows, columns)
    powers = np.maximum(cells.reshape(-1, channels), 1e-6) ** POWER
    means: Floats = (cover @ powers) ** np.float32(1 / POWER)
    return means


@lru_cache(maxsize=4)
def _cover(windows: tuple[Box, ...], rows: int, columns: int) -> Floats:
    """(windows, rows * columns): each cell's share of each window."""

    def along(starts: Floats, ends: Floats, count: int) -> Floats:
        edges = np.arange(count, dtype=np.float32) / count
        ends_here = np.minimum(ends[:, None], edges + 1 / count)
        shared: Floats = np.clip(ends_here - np.maximum(starts[:, None], edges), 0, None)
        return shared

    left, top, right, bottom = np.array(
        [(box.left, box.top, box.right, box.bottom) for box in windows], np.float32
    ).T
    cover = along(top, bottom, rows)[:, :, None] * along(left, right, columns)[:, None, :]
    cover = cover.reshape(len(windows), -1)
    return np.asarray(cover / cover.sum(1, keepdims=True), np.float32)


def likeliest(windows: Sequence[Box], scores: Floats, most: int) -> list[Box]:
    """The windows of the highest scores, without those that show what a better one shows."""
    kept: list[Box] = []
    for place in np.argsort(-scores, kind="stable"):
        if len(kept) == most:
            break
        if all(windows[place].iou(other) < APART_IOU for other in kept):
            kept.append(windows[place])
    return kept


def around(window: Box, aspect: float) -> list[Box]:
    """The same spot cut closer, wider, and a little to each side: the grid is coarse."""
    x, y = window.centre
    made = []
    for share, right, down in CUTS:
        side = share * window.height
        half, cx, cy = side / aspect / 2, x + right * window.width, y + down * window.height
        made.append(
            Box(max(0.0, cx - half), max(0.0, cy - side / 2), min(1.0, cx + half), min(1.0, cy + side / 2))
        )
    return made


def square(box: Box, aspect: float) -> Box:
    """The square AROUND a box, cut at the picture's border."""
    side = max(box.width * aspect, box.height) * AROUND
    x, y = box.centre
    return Box(
        max(0.0, x - side / aspect / 2),
        max(0.0, y - side / 2),
        min(1.0, x + side / aspect / 2),
        min(1.0, y + side / 2),
    )


def middle(share: float, aspect: float) -> Box:
    """The square in the middle whose side is that share of the height."""
    return Box(
        max(0.0, 0.5 - share / aspect / 2),
        0.5 - share / 2,
        min(1.0, 0.5 + share / aspect / 2),
        0.5 + share / 2,
    )


def cut(picture: Picture, box: Box) -> Picture:
    """What the box holds, at least a pixel."""
    height, width = picture.shape[:2]
    left, top = min(width - 1, int(box.left * width)), min(height - 1, int(box.top * height))
    right, bottom = max(left + 1, round(box.right * width)), max(top + 1, round(box.bottom * height))
    return picture[top:bottom, left:right]
