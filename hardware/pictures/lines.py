"""Lines of a drawing: sharp edges and horizons, cut to what the viewer sees, thick where a piece ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hardware.pictures.raster import BACKGROUND
from hardware.pictures.surface import Surface
from hardware.pictures.view import View

STEP_PX = 1.5
PROBE_PX = 3.0
LEAST_PX = 0.2


@dataclass(frozen=True)
class Strokes:
    """Visible stretches of one piece: `ends` (n, 2, 2) pixels; `outline` (n): the piece ends there."""

    piece: int
    ends: np.ndarray
    outline: np.ndarray


def horizons(surface: Surface, toward: np.ndarray) -> np.ndarray:
    """Where curved faces turn away from the viewer: (n, 2, 3) mm, through the triangles by their corners' normals."""
    facing = surface.normals @ toward
    mixed = (facing.max(axis=1) > 1e-6) & (facing.min(axis=1) < -1e-6)
    corners, facing = surface.corners[mixed], facing[mixed]
    following = np.roll(facing, -1, axis=1)
    crossed = (facing > 0) != (following > 0)  # two of a triangle's three sides, for the signs differ
    gap = np.where(crossed, facing - following, 1.0)
    places = corners + (facing / gap)[:, :, None] * (np.roll(corners, -1, axis=1) - corners)
    return places[crossed].reshape(-1, 2, 3)


def visible(
    segments: np.ndarray, piece: int, view: View, owners: np.ndarray, farthest: np.ndarray, slack_mm: float
) -> Strokes:
    """The stretches of `segments` (n, 2, 3) of the piece number `piece` that nothing hides.

    `owners` is the piece at each pixel, `farthest` that of the depth buffer, both drawn with `view`. A place is seen
    when some pixel beside it is not nearer to the viewer by more than `slack_mm`: lines lie on the rim of what they
    bound.
    """
    pixels = view.pixels(segments)
    ways = pixels[:, 1] - pixels[:, 0]
    lengths = np.hypot(ways[:, 0], ways[:, 1])
    long = lengths >= LEAST_PX
    segments, pixels, ways, lengths = segments[long], pixels[long], ways[long], lengths[long]
    if not len(segments):
        return Strokes(piece, np.empty((0, 2, 2)), np.empty(0, bool))
    counts = np.maximum(2, (lengths / STEP_PX).astype(int) + 1)
    which = np.repeat(np.arange(len(counts)), counts)
    order = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    shares = (order + 0.5) / counts[which]
    places = pixels[which, 0] + shares[:, None] * ways[which]
    first, last = view.depth(segments[:, 0]), view.depth(segments[:, 1])
    depth = first[which] + shares * (last - first)[which]
    height, width = farthest.shape
    columns = np.clip(places[:, 0].astype(int), 0, width - 1)
    rows = np.clip(places[:, 1].astype(int), 0, height - 1)
    seen = depth >= farthest[rows, columns] - slack_mm
    across = (np.stack([-ways[:, 1], ways[:, 0]], axis=1) / lengths[:, None] * PROBE_PX)[which]
    rim = at(owners, places + across) != at(owners, places - across)
    changes = (np.diff(which) != 0) | (np.diff(seen) != 0) | (np.diff(rim) != 0)
    begins = np.concatenate([[0], np.flatnonzero(changes) + 1])
    stops = np.concatenate([begins[1:], [len(which)]])
    begins, stops = begins[seen[begins]], stops[seen[begins]]
    of = which[begins]
    shares = np.stack([order[begins], order[stops - 1] + 1], axis=1) / counts[of][:, None]
    return Strokes(piece, pixels[of, :1] + shares[:, :, None] * ways[of][:, None], rim[begins])


def at(owners: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The piece at each of `places` (n, 2) pixels; BACKGROUND where there is none or outside the picture."""
    height, width = owners.shape
    columns, rows = places[:, 0].astype(int), places[:, 1].astype(int)
    inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    found = np.full(len(places), BACKGROUND)
    found[inside] = owners[rows[inside], columns[inside]]
    return found


def farthest_around(depths: np.ndarray) -> np.ndarray:
    """Of each pixel and its eight neighbours the depth that is farthest from the viewer."""
    padded = np.pad(depths, 1, mode="edge")
    height, width = depths.shape
    around = [padded[y : y + height, x : x + width] for y in range(3) for x in range(3)]
    return np.minimum.reduce(around)
