"""The foot for a harness made for action cameras; it is screwed to the back plate and may be left out."""

from __future__ import annotations

from build123d import Part, Pos, RectangleRounded, Rot, extrude

from hardware.cad.fasteners import sunk_hole
from hardware.cad.solids import box, forward, upright, whole
from hardware.params import Params


def gopro_foot(params: Params) -> Part:
    """The foot in its place, behind the plate. It is printed lying on its base."""
    foot = params.gopro
    base = forward(
        extrude(RectangleRounded(*foot.base, 3), foot.base_thickness), 0, -foot.base_thickness, foot.z
    )
    pitch = foot.prong + foot.gap
    prongs = []
    for number in range(foot.prongs):
        x = (number - (foot.prongs - 1) / 2) * pitch
        ends = (x - foot.prong / 2, x + foot.prong / 2)
        tip = Pos(ends[0], -foot.reach, foot.z) * Rot(0, 90, 0) * upright(foot.diameter / 2, foot.prong)
        stem = box(
            ends,
            (-foot.reach, -foot.base_thickness + 0.5),
            (foot.z - foot.diameter / 2, foot.z + foot.diameter / 2),
        )
        prongs += [tip, stem]
    bolt = Pos(-20, -foot.reach, foot.z) * Rot(0, 90, 0) * upright(foot.hole / 2, 40)
    screws = [
        Pos(x, -foot.base_thickness, foot.z) * Rot(90, 0, 0) * sunk_hole(params, foot.base_thickness)
        for x in (-foot.screws / 2, foot.screws / 2)
    ]
    return whole(base + prongs - [bolt, *screws])
