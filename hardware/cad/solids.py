"""Shapes from which the parts are made, and what one needs to put them together."""

from __future__ import annotations

from collections.abc import Iterable

from build123d import (
    Align,
    Box,
    Compound,
    Cylinder,
    Part,
    Pos,
    RectangleRounded,
    Rot,
    ShapeList,
    SlotOverall,
    Solid,
    extrude,
)

LOW = (Align.MIN, Align.MIN, Align.MIN)


def box(x: tuple[float, float], y: tuple[float, float], z: tuple[float, float]) -> Part:
    """A box from the low to the high end along each axis."""
    return Pos(x[0], y[0], z[0]) * Box(x[1] - x[0], y[1] - y[0], z[1] - z[0], align=LOW)


def forward(shape: Part, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Part:
    """What stood upright looks forward: X stays, Z becomes Y, Y becomes -Z. Then it is moved."""
    return Pos(x, y, z) * Rot(-90, 0, 0) * shape


def pin(x: float, z: float, y: tuple[float, float], width: float) -> Part:
    """A cylinder along Y."""
    return forward(
        Cylinder(width / 2, y[1] - y[0], align=(Align.CENTER, Align.CENTER, Align.MIN)), x, y[0], z
    )


def upright(radius: float, length: float) -> Part:
    """A cylinder that stands on z = 0."""
    return Cylinder(radius, length, align=(Align.CENTER, Align.CENTER, Align.MIN))


def slab(width: float, height: float, corner: float, y: tuple[float, float]) -> Part:
    """A plate in X and Z with round corners, from y to y."""
    return forward(extrude(RectangleRounded(width, height, corner), y[1] - y[0]), 0, y[0], 0)


def slot(
    x: float, z: float, length: float, width: float, y: tuple[float, float], upright: bool = False
) -> Part:
    """A hole with round ends along Y; its length lies along X, or along Z when upright."""
    shape = extrude(Rot(0, 0, 90 if upright else 0) * SlotOverall(length, width), y[1] - y[0])
    return forward(shape, x, y[0], z)


def whole(shape: Part | Compound | ShapeList | Solid) -> Part:
    """One Part of what Boolean work gives. Raises ValueError when it fell to pieces."""
    solids = shape.solids()
    if len(solids) != 1:
        raise ValueError(f"one body is wanted, there are {len(solids)}")
    return Part(solids)


def together(shapes: Iterable[Part]) -> Part:
    """Several bodies as one bought part; they may touch."""
    return Part([solid for shape in shapes for solid in shape.solids()])


def shared(one: Part, other: Part) -> float:
    """How many cubic millimetres both take up. Their boxes are compared first, which is ten times as quick."""
    a, b = one.bounding_box(), other.bounding_box()
    low, high = (a.min, b.min), (a.max, b.max)
    gaps = (max(p.X for p in low) - min(p.X for p in high), max(p.Y for p in low) - min(p.Y for p in high))
    if max(*gaps, max(p.Z for p in low) - min(p.Z for p in high)) > 0:
        return 0.0
    common = one & other
    if common is None:
        return 0.0
    if isinstance(common, list):
        return sum(piece.volume for piece in common)
    return common.volume
