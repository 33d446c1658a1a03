"""Lines of a drawing: sharp edges and horizons, cut to what the viewer sees, thick where a piece ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hardware.pictures.raster import BACKGROUND
from hardware.pictures.surface import Surface
from hardware.pictures.view import View

STEP_PX = 1.5
PROBE_PX = 3.0


@dataclass(frozen=True)
class Stroke:
    """One visible stretch in pixels, (2, 2); `outline` where the piece ends against another or the background."""

    ends: np.ndarray
    piece: int
    outline: bool


def horizons(surface: Surface, toward: np.ndarray) -> np.ndarray:
    """Where curved faces turn away from the viewer: (n, 2, 3) mm, through the triangles by their corners' normals."""
    facing = surface.normals @ toward
    mixed = (facing.max(axis=1) > 1e-6) & (facing.min(axis=1) < -1e-6)
    found = []
    for corners, values in zip(surface.corners[mixed], facing[mixed], strict=True):
        ends = []
        for first, second in ((0, 1), (1, 2), (2, 0)):
            if (values[first] > 0) != (values[second] > 0):
                share = values[first] / (values[first] - values[second])
                ends.append(corners[first] + share * (corners[second] - corners[first]))
        if len(ends) == 2:
            found.append(ends)
    return np.array(found) if found else np.empty((0, 2, 3))


def visible(
    segments: np.ndarray, piece: int, view: View, owners: np.ndarray, depths: np.ndarray, slack_mm: float
) -> list[Stroke]:
    """The stretches of `segments` (n, 2, 3) of the piece number `piece` that nothing hides.

    `owners` is the piece at each pixel, `depths` the depth buffer, both drawn with `view`. A place is seen when some
    pixel beside it is not nearer to the viewer by more than `slack_mm`: lines lie on the rim of what they bound.
    """
    strokes: list[Stroke] = []
    height, width = depths.shape
    farthest = _farthest_around(depths)
    for start, end in segments:
        pixels = view.pixels(np.stack([start, end]))
        length = float(np.hypot(*(pixels[1] - pixels[0])))
        if length < 0.2:
            continue
        count = max(2, int(length / STEP_PX) + 1)
        shares = (np.arange(count) + 0.5) / count
        places = pixels[0] + shares[:, None] * (pixels[1] - pixels[0])
        depth = view.depth(start) + shares * (view.depth(end) - view.depth(start))
        columns = np.clip(places[:, 0].astype(int), 0, width - 1)
        rows = np.clip(places[:, 1].astype(int), 0, height - 1)
        seen = depth >= farthest[rows, columns] - slack_mm
        across = np.array([-(pixels[1] - pixels[0])[1], (pixels[1] - pixels[0])[0]]) / length * PROBE_PX
        rim = at(owners, places + across) != at(owners, places - across)
        for first, last in _runs(seen, rim):
            ends = pixels[0] + np.array([first, last])[:, None] / count * (pixels[1] - pixels[0])
            strokes.append(Stroke(ends, piece, bool(rim[first])))
    return strokes


def at(owners: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The piece at each of `places` (n, 2) pixels; BACKGROUND where there is none or outside the picture."""
    height, width = owners.shape
    columns, rows = places[:, 0].astype(int), places[:, 1].astype(int)
    inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    found = np.full(len(places), BACKGROUND)
    found[inside] = owners[rows[inside], columns[inside]]
    return found


def _farthest_around(depths: np.ndarray) -> np.ndarray:
    """Of each pixel and its eight neighbours the depth that is farthest from the viewer."""
    padded = np.pad(depths, 1, mode="edge")
    height, width = depths.shape
    around = [padded[y : y + height, x : x + width] for y in range(3) for x in range(3)]
    return np.minimum.reduce(around)


def _runs(seen: np.ndarray, rim: np.ndarray) -> list[tuple[int, int]]:
    """Stretches [first, last) of samples that are all seen and of one kind."""
    runs = []
    first = 0
    for index in range(1, len(seen) + 1):
        if index == len(seen) or seen[index] != seen[first] or rim[index] != rim[first]:
            if seen[first]:
                runs.append((first, index))
            first = index
    return runs
