"""Numbers in circles beside a drawing, each with a line to a place of its piece that the viewer really sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

RADIUS_PX = 23.0
GAP_PX = 12.0
LEAST_PX = 3.0


@dataclass(frozen=True)
class Callout:
    """Number `number` in a circle around `circle`, its line ending at `anchor` (both pixels) on piece `piece`."""

    number: int
    piece: int
    anchor: tuple[float, float]
    circle: tuple[float, float]


def anchor(owners: np.ndarray, piece: int) -> tuple[float, float] | None:
    """The middle of the largest visible part of `piece`, in pixels: as far from its rim as there is; or None."""
    mask = owners == piece
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    mask = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    inner = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    if inner.max() < LEAST_PX:
        return None
    row, column = np.unravel_index(int(np.argmax(inner)), inner.shape)
    return float(columns[0] + column) + 0.5, float(rows[0] + row) + 0.5


def placed(anchors: list[tuple[int, int, tuple[float, float]]], owners: np.ndarray) -> list[Callout]:
    """Circles left and right of the drawing for (number, piece, anchor): to the nearer side, in the anchors' order.

    So no two lines cross: on each side circles stand in the order of their anchors from the top.
    """
    drawn = np.flatnonzero((owners >= 0).any(axis=0))
    left_x, right_x = float(drawn[0]) - 3.0 * RADIUS_PX, float(drawn[-1]) + 3.0 * RADIUS_PX
    middle = (drawn[0] + drawn[-1]) / 2
    height = owners.shape[0]
    left = [entry for entry in anchors if entry[2][0] < middle]
    right = [entry for entry in anchors if entry[2][0] >= middle]
    while abs(len(left) - len(right)) > 1:
        longer, shorter = (left, right) if len(left) > len(right) else (right, left)
        moved = min(longer, key=lambda entry: abs(entry[2][0] - middle))
        longer.remove(moved)
        shorter.append(moved)
    callouts = []
    for side, x in ((left, left_x), (right, right_x)):
        side.sort(key=lambda entry: (entry[2][1], entry[2][0]))
        for (number, piece, place), y in zip(
            side, _spread([entry[2][1] for entry in side], height), strict=True
        ):
            callouts.append(Callout(number, piece, place, (x, y)))
    return sorted(callouts, key=lambda callout: callout.number)


def _spread(wanted: list[float], height: int) -> list[float]:
    """Heights in the same order, as near to the wanted ones as the circles' size lets them be."""
    least, first, last = 2 * RADIUS_PX + GAP_PX, RADIUS_PX + 4, height - RADIUS_PX - 4
    heights: list[float] = []
    for value in wanted:
        heights.append(max(value, first, heights[-1] + least if heights else first))
    for index in range(len(heights) - 1, -1, -1):
        limit = last if index == len(heights) - 1 else heights[index + 1] - least
        heights[index] = min(heights[index], limit)
    return heights
