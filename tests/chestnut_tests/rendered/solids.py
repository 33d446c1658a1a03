"""Solids as distances: a function of points (n, 3) that tells how far each is from the surface, below 0 inside.

The formulas are the common ones of Quilez, https://iquilezles.org/articles/distfunctions/.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Solid = Callable[[Floats], Floats]


def ball(radius: float) -> Solid:
    return lambda points: np.linalg.norm(points, axis=1) - radius


def block(width: float, depth: float, height: float, rounding: float = 0.0) -> Solid:
    """Sides along x, y and z."""
    half = np.array((width, depth, height), np.float32) / 2 - rounding

    def distance(points: Floats) -> Floats:
        beyond = np.abs(points) - half
        outside = np.linalg.norm(np.maximum(beyond, 0), axis=1)
        return outside + np.minimum(beyond.max(axis=1), 0) - rounding

    return distance


def disc(radius: float, height: float, rounding: float = 0.0) -> Solid:
    """A cylinder along z."""

    def distance(points: Floats) -> Floats:
        across = np.hypot(points[:, 0], points[:, 1]) - radius + rounding
        along = np.abs(points[:, 2]) - height / 2 + rounding
        outside = np.hypot(np.maximum(across, 0), np.maximum(along, 0))
        return outside + np.minimum(np.maximum(across, along), 0) - rounding

    return distance


def hoop(radius: float, thickness: float, stretch: float = 1.0) -> Solid:
    """A torus around z; stretch: how much wider than deep."""

    def distance(points: Floats) -> Floats:
        across = np.hypot(points[:, 0] / stretch, points[:, 1]) - radius
        return np.hypot(across, points[:, 2]) - thickness

    return distance


def rod(start: tuple[float, float, float], end: tuple[float, float, float], thickness: float) -> Solid:
    begin = np.array(start, np.float32)
    way = np.array(end, np.float32) - begin

    def distance(points: Floats) -> Floats:
        share = np.clip((points - begin) @ way / (way @ way), 0, 1)
        return np.linalg.norm(points - begin - share[:, None] * way, axis=1) - thickness

    return distance


def placed(solid: Solid, x: float = 0.0, y: float = 0.0, z: float = 0.0, turned: float = 0.0) -> Solid:
    """Turned around z (radians), then moved."""
    turn = about_z(-turned)
    offset = np.array((x, y, z), np.float32)
    return lambda points: solid((points - offset) @ turn.T)


def upright(solid: Solid) -> Solid:
    """What lay along z stands along y."""
    return lambda points: solid(points[:, [0, 2, 1]])


def without(solid: Solid, *holes: Solid) -> Solid:
    def distance(points: Floats) -> Floats:
        left = solid(points)
        for hole in holes:
            left = np.maximum(left, -hole(points))
        return left

    return distance


def both(*solids: Solid) -> Solid:
    def distance(points: Floats) -> Floats:
        return np.minimum.reduce([solid(points) for solid in solids])

    return distance


def about_z(angle: float) -> Floats:
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.array(((cosine, -sine, 0), (sine, cosine, 0), (0, 0, 1)), np.float32)


def about_x(angle: float) -> Floats:
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.array(((1, 0, 0), (0, cosine, -sine), (0, sine, cosine)), np.float32)
