"""The front shell: a tub with vents like a chestnut's leaf, a window for the camera and openings for the plugs."""

from __future__ import annotations

from math import cos, pi, radians, sin

from build123d import Location, Part, Pos, Rot, SlotOverall, chamfer, extrude

from hardware.cad import cradle, shutter
from hardware.cad.chest_plate import power_window, usb_wall
from hardware.cad.fasteners import insert_hole
from hardware.cad.solids import box, forward, pin, slab, upright, whole
from hardware.params import Params

VEIN_DEG = 32.0


def _leaf(params: Params) -> list[Part]:
    """Slots like the veins of a leaf, on both sides of its midrib; the leaf's stem is down."""
    vents, y = params.vents, (params.shell.depth - 9, params.shell.depth + 1)
    left, right, low, high = vents.front
    pitch = (vents.width + vents.rib) / cos(radians(VEIN_DEG))
    slots = []
    count = int((high - low) / pitch)
    for row in range(count):
        z = low + (row + 0.5) * pitch
        along = (row + 0.5) / count
        # Half a leaf: widest above the middle, pointed at the tip.
        reach = (right - left) / 2 * sin(pi * along**0.85) ** 0.75
        length = (reach - vents.rib) / cos(radians(VEIN_DEG))
        if length < 2 * vents.width:
            continue
        shape = extrude(Pos(length / 2, 0) * SlotOverall(length, vents.width), y[1] - y[0])
        for side in (0, 1):
            turned = Rot(0, 0, -VEIN_DEG) * shape
            if side:
                turned = Rot(0, 0, 180 + 2 * VEIN_DEG) * turned
            start = vents.rib / 2 * (-1 if side else 1)
            slots.append(forward(turned, (left + right) / 2 + start, y[0], z))
    return slots


def _edge_slots(params: Params) -> list[Part]:
    """Slots in both sides, along Y, so that each is bridged over its own width only."""
    shell, vents = params.shell, params.vents
    middle = shell.depth / 2 + 1
    pitch = vents.width + vents.rib
    count = int((vents.edge_high - vents.edge_low) / pitch) + 1
    shape = extrude(SlotOverall(vents.edge_length, vents.width), 2 * shell.width)
    lying = Rot(0, 90, 0) * Rot(0, 0, 90) * shape
    return [
        Location((-shell.width, middle, vents.edge_low + number * pitch)) * lying for number in range(count)
    ]


def front_shell(params: Params) -> Part:
    """The printed part in its place. It is printed lying on its face."""
    shell, lights = params.shell, params.lights
    start = params.plate.thickness
    outer = slab(shell.width, shell.height, shell.corner, (start, shell.depth))
    face = outer.faces().sort_by(lambda face: face.center().Y)[-1]
    outer = chamfer(face.edges(), shell.edge)
    inner = slab(
        shell.width - 2 * shell.wall,
        shell.height - 2 * shell.wall,
        shell.corner - shell.wall,
        (start - 1, shell.depth - shell.wall),
    )
    posts = [pin(x, z, (start, shell.depth - 1), shell.boss) for x, z in shell.bosses]
    collars = [
        pin(x, z, (shell.depth - shell.wall - 2.5, shell.depth - 1), lights.flange + 3.2)
        for x, z in (lights.status, lights.camera)
    ]
    grown = (outer - inner) + [(post & outer) for post in posts] + collars
    more = [*cradle.adds(params), *shutter.adds(params)]
    if more:
        grown = grown + more
    left, right, reach = usb_wall(params)
    y_low, y_high, z_low, z_high = power_window(params)
    usb = box((left, right), (0, reach), (-shell.height, 2 * shell.wall - shell.height / 2))
    power = box((shell.width / 2 - 8, shell.width), (y_low, y_high), (z_low, z_high))
    button_y, button_z = lights.button
    service = (
        Pos(-shell.width / 2 + 8, button_y, button_z) * Rot(0, -90, 0) * upright(lights.button_hole / 2, 20)
    )
    sockets = [
        shape
        for x, z in (lights.status, lights.camera)
        for shape in (
            pin(x, z, (shell.depth - 9, shell.depth + 1), lights.hole),
            pin(x, z, (shell.depth - 9, shell.depth - shell.wall - 0.2), lights.flange + 0.4),
        )
    ]
    inserts = [Pos(x, start, z) * Rot(90, 0, 0) * insert_hole(params, 7.5) for x, z in shell.bosses]
    cuts = [
        *_leaf(params),
        *_edge_slots(params),
        usb,
        power,
        service,
        *sockets,
        *inserts,
        *cradle.takes(params),
        *shutter.takes(params),
    ]
    return whole(grown - cuts)
