"""Screws and inserts, and the holes they need. Each stands on its axis: the screw's head up, its tip toward -Z."""

from __future__ import annotations

from math import radians, tan

from build123d import Align, Cone, Cylinder, Part, Pos

from hardware.params import Params

DOWN = (Align.CENTER, Align.CENTER, Align.MAX)
UP = (Align.CENTER, Align.CENTER, Align.MIN)


def rod(width: float, length: float, z: float = 0.0) -> Part:
    """A cylinder that stands on z."""
    return Pos(0, 0, z) * Cylinder(width / 2, length, align=UP)


def insert(params: Params) -> Part:
    """A heat-set insert below z = 0."""
    size = params.insert
    return rod(size.width, size.length, -size.length) - rod(
        params.screw.thread, size.length + 2, -size.length - 1
    )


def insert_hole(params: Params, depth: float = 0.0) -> Part:
    """What is taken away for an insert below z = 0, or as deep as told."""
    depth = depth or params.insert.hole_depth
    return rod(params.insert.hole, depth + 1, -depth)


def sunk_screw(params: Params, length: float = 0.0) -> Part:
    """A countersunk screw whose head is flush with z = 0."""
    size = params.screw
    length = length or size.sunk_length
    height = (size.sunk_head - size.thread) / 2 / tan(radians(size.sunk_angle_deg / 2))
    head = Pos(0, 0, -height) * Cone(size.thread / 2, size.sunk_head / 2, height, align=UP)
    socket = Pos(0, 0, -0.9) * Cylinder(0.9, 2, align=UP)
    return head + rod(size.thread, length, -length) - socket


def sunk_hole(params: Params, depth: float) -> Part:
    """What is taken away for a countersunk screw through `depth`; its head lies 0.2 below z = 0."""
    size = params.screw
    wide = size.sunk_head + 0.4
    height = (wide - size.passes) / 2 / tan(radians(size.sunk_angle_deg / 2))
    head = Pos(0, 0, -height) * Cone(size.passes / 2, wide / 2, height, align=UP)
    return head + rod(wide, 1) + rod(size.passes, depth + 0.01, -depth - 0.01)


def cap_screw(params: Params, length: float = 0.0) -> Part:
    """A screw with a cylinder head that stands on z = 0."""
    size = params.screw
    length = length or size.pan_length
    head = rod(size.pan_head, size.pan_head_height) - rod(2.0, 2, size.pan_head_height - 1.2)
    return head + rod(size.thread, length, -length)
