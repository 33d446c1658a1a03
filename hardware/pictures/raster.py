"""A depth buffer in numpy: which triangle is nearest at each pixel, and how far away."""

from __future__ import annotations

import numpy as np

BACKGROUND = -1
FAR = np.float32(-1e9)
SMALL_PX = (4, 8, 16, 32)
CHUNK_PIXELS = 4_000_000


def nearest(pixels: np.ndarray, depths: np.ndarray, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """For triangles with corners `pixels` (n, 3, 2) and `depths` (n, 3): index of the nearest, and its depth.

    Returns (height, width) int32, BACKGROUND where there is none, and (height, width) float32, FAR there. Of two at
    the same depth the later counts, so the same triangles give the same picture.
    """
    owner = np.full(height * width, BACKGROUND, np.int32)
    buffer = np.full(height * width, FAR, np.float32)
    low = np.floor(pixels.min(axis=1)).astype(int)
    high = np.ceil(pixels.max(axis=1)).astype(int)
    inside = (high[:, 0] > 0) & (high[:, 1] > 0) & (low[:, 0] < width) & (low[:, 1] < height)
    extent = (high - low).max(axis=1) + 1
    previous = 0
    for side in SMALL_PX:
        chosen = np.flatnonzero(inside & (extent > previous) & (extent <= side))
        step = max(1, CHUNK_PIXELS // (side * side))
        for start in range(0, len(chosen), step):
            _batch(chosen[start : start + step], side, pixels, depths, low, (width, height), owner, buffer)
        previous = side
    for index in np.flatnonzero(inside & (extent > previous)):
        x_from, y_from = np.maximum(low[index], 0)
        x_to, y_to = np.minimum(high[index] + 1, (width, height))
        xs, ys = np.arange(x_from, x_to) + 0.5, np.arange(y_from, y_to)[:, None] + 0.5
        hit, depth = _cover(pixels[index], depths[index], xs, ys)
        places = (np.arange(y_from, y_to)[:, None] * width + np.arange(x_from, x_to))[hit]
        _keep(places, depth[hit].astype(np.float32), np.full(len(places), index), owner, buffer)
    return owner.reshape(height, width), buffer.reshape(height, width)


def _batch(
    chosen: np.ndarray,
    side: int,
    pixels: np.ndarray,
    depths: np.ndarray,
    low: np.ndarray,
    size: tuple[int, int],
    owner: np.ndarray,
    buffer: np.ndarray,
) -> None:
    """Small triangles, all at once: each tries a square of `side` pixels."""
    columns = low[chosen, 0][:, None, None] + np.arange(side)[None, None, :]
    rows = low[chosen, 1][:, None, None] + np.arange(side)[None, :, None]
    corners = pixels[chosen].transpose(1, 2, 0)[:, :, :, None, None]
    hit, depth = _cover(corners, depths[chosen].T[:, :, None, None], columns + 0.5, rows + 0.5)
    hit &= (columns >= 0) & (columns < size[0]) & (rows >= 0) & (rows < size[1])
    places = (rows * size[0] + columns)[hit]
    which = np.broadcast_to(chosen[:, None, None], hit.shape)[hit]
    _keep(places, depth[hit].astype(np.float32), which, owner, buffer)


def _cover(corners, depths, xs, ys) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[no-untyped-def]
    """Whether the places (xs, ys) lie in the triangle, and the depth there, by barycentric coordinates."""
    (ax, ay), (bx, by), (cx, cy) = corners
    area = (by - cy) * (ax - cx) + (cx - bx) * (ay - cy)
    area = np.where(np.abs(area) < 1e-9, 1e-9, area)
    first = ((by - cy) * (xs - cx) + (cx - bx) * (ys - cy)) / area
    second = ((cy - ay) * (xs - cx) + (ax - cx) * (ys - cy)) / area
    third = 1 - first - second
    hit = (first >= -1e-6) & (second >= -1e-6) & (third >= -1e-6)
    return hit, first * depths[0] + second * depths[1] + third * depths[2]


def _keep(
    places: np.ndarray, depth: np.ndarray, which: np.ndarray, owner: np.ndarray, buffer: np.ndarray
) -> None:
    np.maximum.at(buffer, places, depth)
    won = depth >= buffer[places]
    owner[places[won]] = which[won]
