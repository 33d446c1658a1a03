"""The back plate: closed to the body, it carries the board, the straps, the foot and the strain relief."""

from __future__ import annotations

from build123d import Part, Pos, RectangleRounded, Rot, chamfer, extrude

from hardware.cad import clamp as clamp_parts
from hardware.cad import vitamins
from hardware.cad.fasteners import insert_hole, sunk_hole
from hardware.cad.solids import box, forward, pin, slab, slot, whole
from hardware.params import Params

GAP = 0.3  # between what reaches past the shell and the shell


def standoffs(params: Params) -> list[tuple[float, float]]:
    """X and Z of the four holes of the Pi's board."""
    return [vitamins.on_board(params, x, y) for x, y in params.pi.holes]


def usb_wall(params: Params) -> tuple[float, float, float]:
    """The gap in the shell's bottom for Ethernet and USB: x from, x to, and y up to where it is open."""
    blocks = params.pi.blocks[:3]
    low, _ = vitamins.on_board(params, 0, max(block[1] + block[4] for block in blocks))
    high, _ = vitamins.on_board(params, 0, min(block[1] for block in blocks))
    front = params.plate.thickness + params.plate.standoff + params.pi.thickness
    return low - 1.0, high + 0.5, front + max(block[5] for block in blocks) + 0.5


def power_window(params: Params) -> tuple[float, float, float, float]:
    """The hole for the power plug in the wearer's right side: y from, y to, z from, z to."""
    x, _, _, length, _, height = params.pi.blocks[3]
    _, z = vitamins.on_board(params, x + length / 2, 0)
    y = params.plate.thickness + params.plate.standoff + params.pi.thickness + height / 2
    high, wide = params.plugs.usb_c[1] / 2, params.plugs.usb_c[0] / 2
    gap = params.plugs.clearance
    return y - high - gap, y + high + gap, z - wide - gap, z + wide + gap


def _rim(params: Params) -> Part:
    """What reaches into the shell, so that it cannot slide and no light comes in."""
    shell, plate, gap = params.shell, params.plate, params.printing.clearance
    width, height = shell.width - 2 * (shell.wall + gap), shell.height - 2 * (shell.wall + gap)
    corner = shell.corner - shell.wall - gap
    y = (plate.thickness - 0.5, plate.thickness + plate.lip)
    rim = slab(width, height, corner, y)
    rim -= slab(width - 2 * plate.lip_wall, height - 2 * plate.lip_wall, corner - plate.lip_wall, (0, 9))
    left, right, _ = usb_wall(params)
    around = [pin(x, z, (0, 9), shell.boss + 2 * gap + 1) for x, z in shell.bosses]
    corners = [box((x - 9, x + 9), (0, 9), (z - 9, z + 9)) for x, z in shell.bosses]
    _, _, low, high = power_window(params)
    usb = box((left - 2, right + 2), (0, 9), (-shell.height, 20 - shell.height / 2))
    power = box((20, shell.width), (0, 9), (low - 2, high + 2))
    return rim - [*around, *corners, usb, power]


def _straps(params: Params) -> list[Part]:
    """Two ears at the sides and one along the top; they stand clear of the shell."""
    shell, strap = params.shell, params.webbing
    beside = strap.slot + 2 * strap.around
    side = forward(
        extrude(
            RectangleRounded(shell.width + 2 * beside - 2 * GAP, strap.width + 2 * strap.around, 5),
            strap.thickness,
        ),
        0,
        0,
        strap.side_z,
    )
    top = forward(
        extrude(RectangleRounded(shell.width - 6, 2 * beside, 5), strap.thickness), 0, 0, shell.height / 2
    )
    return [side, top]


def _strap_slots(params: Params) -> list[Part]:
    shell, strap = params.shell, params.webbing
    y = (-1.0, strap.thickness + 1)
    out = shell.width / 2 + strap.around + strap.slot / 2 - GAP
    over = shell.height / 2 + strap.around + strap.slot / 2
    apart = strap.width / 2 + strap.around
    return [
        *(slot(x, strap.side_z, strap.width, strap.slot, y, upright=True) for x in (-out, out)),
        *(slot(x, over, strap.width, strap.slot, y) for x in (-apart, apart)),
    ]


def _sensor_pocket(params: Params) -> tuple[Part, Part]:
    """A fence around the thermometer, open below for its wires; and the pocket in the plate."""
    x, z = params.plate.sensor
    floor, gap = params.plate.sensor_floor, params.printing.clearance
    wide, long = 4.8 / 2 + gap, 5.1 / 2 + gap
    fence = box((x - wide - 1.6, x + wide + 1.6), (1, 4.6), (z - long, z + long + 1.6))
    return fence, box((x - wide, x + wide), (floor, 9), (z - long - 7, z + long))


def back_plate(params: Params) -> Part:
    """The printed part in its place. It is printed lying on its body side."""
    shell, plate, clamp = params.shell, params.plate, params.clamp
    base = slab(shell.width, shell.height, shell.corner, (0, plate.thickness))
    limbs = [*_straps(params), clamp_parts.tail(params, GAP)]
    room = slab(
        shell.width + 2 * GAP,
        shell.height + 2 * GAP,
        shell.corner + GAP,
        (plate.thickness, plate.thickness + 30),
    )
    limbs = [limb - room for limb in limbs]
    solid = base + limbs
    rounded = solid.edges().filter_by(lambda edge: abs(edge.center().Y) < 1e-4 and edge.length > 3)
    solid = chamfer(rounded, plate.edge)
    foot = params.gopro
    bosses = [(-foot.screws / 2, foot.z), (foot.screws / 2, foot.z)]
    fence, pocket = _sensor_pocket(params)
    solid += [
        _rim(params),
        *(
            pin(x, z, (1, plate.thickness + plate.standoff), plate.standoff_width)
            for x, z in standoffs(params)
        ),
        *(pin(x, z, (1, plate.thickness + 4.0), 7.4) for x, z in bosses),
        fence,
    ]
    down, up = Rot(90, 0, 0), Rot(-90, 0, 0)
    cuts = [
        *_strap_slots(params),
        *(
            Pos(x, plate.thickness + plate.standoff, z) * up * insert_hole(params, 6.2)
            for x, z in standoffs(params)
        ),
        *(Pos(x, 0, z) * down * insert_hole(params, 5.2) for x, z in bosses),
        *(Pos(x, 0, z) * down * sunk_hole(params, plate.thickness + 1) for x, z in shell.bosses),
        *(Pos(x, clamp.tail_thickness, z) * up * insert_hole(params, 6.2) for x, z in clamp.screws),
        *clamp_parts.grooves(params),
        pocket,
    ]
    return whole(solid - cuts)
