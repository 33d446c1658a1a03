"""Bought parts, as simple as they may be and right in every size that something must clear. Sizes: params.toml.

Boards stand in their maker's coordinates and are brought into the unit by the locations given here; small parts stand
upright on z = 0. What params.toml does not give has its source beside it.
"""

from __future__ import annotations

from math import radians, tan

from build123d import (
    Align,
    Box,
    Cylinder,
    Location,
    Part,
    Plane,
    Pos,
    Rectangle,
    RectangleRounded,
    Rot,
    Sphere,
    extrude,
    loft,
)

from hardware.cad.fasteners import rod
from hardware.cad.model import BLACK, BOARD, METAL, Colour
from hardware.cad.solids import LOW, box, together
from hardware.params import Params

Tones = tuple[tuple[Part, Colour], ...]


def _block(corner_and_lengths: tuple[float, ...], sink: float = 0.0) -> Part:
    x, y, z, length, width, height = corner_and_lengths
    return Pos(x, y, z - sink) * Box(length, width, height + sink, align=LOW)


def board_place(params: Params) -> Location:
    """From the Pi's coordinates into the unit: USB down, parts forward, the power socket to the wearer's right."""
    pi = params.pi
    front = params.plate.thickness + params.plate.standoff + pi.thickness
    return Plane((pi.width / 2, front, pi.top), x_dir=(0, 0, -1), z_dir=(0, 1, 0)).location


def on_board(params: Params, x: float, y: float) -> tuple[float, float]:
    """X and Z in the unit of a point of the Pi's board."""
    return params.pi.width / 2 - y, params.pi.top - x


def raspberry_pi(params: Params) -> Tones:
    """Raspberry Pi 5 in its place: board; metal sockets; black ones."""
    pi = params.pi
    place = board_place(params)
    outline = Pos(pi.length / 2, pi.width / 2) * RectangleRounded(pi.length, pi.width, pi.corner)
    board = extrude(outline, -pi.thickness) - [Pos(x, y, -5) * rod(pi.hole, 9) for x, y in pi.holes]
    x, y, _, length, width, height = pi.below
    below = Pos(x, y, -pi.thickness - height) * Box(length, width, height, align=LOW)
    metal = [_block(block) for block in pi.blocks[:6]]
    black = [_block(block) for block in pi.blocks[6:]]
    return (
        (place * together([board, below]), BOARD),
        (place * together(metal), METAL),
        (place * together(black), BLACK),
    )


def card(params: Params) -> Part:
    """The microSD card below the board's upper edge, as far as it stands clear of the small parts there."""
    x, y, _, _, width, height = params.pi.card
    visible = params.pi.below[0] - x
    return (
        board_place(params)
        * Pos(x, y, -params.pi.thickness - height)
        * Box(visible, width, height, align=LOW)
    )


def cooler(params: Params) -> Part:
    """Active Cooler in its place."""
    x, y = params.cooler.fan
    width = params.cooler.fan_width
    solid = Part() + [_block(block) for block in params.cooler.blocks]
    top = solid.bounding_box().max.Z
    well = Pos(x, y, top - 6) * (rod(width, 9) - rod(width * 0.45, 5))
    fins = [
        Pos(x - width / 2 - 3 - 3.2 * k, y, top - 4)
        * Box(1.6, 34, 9, align=(Align.CENTER, Align.CENTER, Align.MIN))
        for k in range(7)
    ]
    return board_place(params) * (solid - [well, *fins])


def camera(params: Params) -> Tones:
    """Camera Module 3 Wide: board; socket; lens. Its pupil is the origin, it looks along Y, its cable is at +X."""
    size = params.camera
    outline = Pos(size.board[0] / 2, size.board[1] / 2) * RectangleRounded(*size.board, 2)
    board = extrude(outline, -size.thickness) - [Pos(x, y, -5) * rod(size.hole, 9) for x, y in size.holes]
    length, width, height = size.socket
    socket = Pos((size.board[0] - length) / 2, 0, -size.thickness - height) * Box(
        length, width, height, align=LOW
    )
    x, y = size.lens
    step = size.lens_height - size.barrel_height
    housing = Pos(x, y) * extrude(Rectangle(size.lens_width, size.lens_width), step)
    barrel = Pos(x, y, step) * rod(size.barrel, size.barrel_height)
    # The glass is hollow a little, so that pictures show where it looks.
    dish = Pos(x, y, size.lens_height + 8.2) * Sphere(9)
    place = Plane((0, 0, 0), x_dir=(0, 0, -1), z_dir=(0, 1, 0)).location
    place = place * Pos(-x, -y, size.pupil_below_top - size.lens_height)
    return (
        (place * board, BOARD),
        (place * socket, BLACK),
        (place * together([housing + barrel - dish]), BLACK),
    )


def cone(params: Params, length: float = 60.0, margin: float = 0.0) -> Part:
    """What the camera sees: a pyramid from its pupil at the origin along Y, level; grown by `margin` all around."""
    size = params.camera
    near = size.aperture + 2 * margin
    wide = near + 2 * length * tan(radians(size.wide_deg / 2))
    high = near + 2 * length * tan(radians(size.high_deg / 2))
    return Rot(-90, 0, 0) * loft([Rectangle(near, near), Pos(0, 0, length) * Rectangle(wide, high)])


def pico(params: Params | None = None) -> Tones:
    """Raspberry Pi Pico: board 51 × 21 × 1 mm in the middle on z = 0, its parts above, USB toward +Y; then the metal.

    Outline and holes (2.1 mm, 2 mm from the ends, 11.4 mm apart) after the maker's drawing as tabled by NopSCADlib;
    the socket stands over the edge by 1.3 mm; BOOTSEL stands left of the middle, 12 mm from USB (not checked).
    """
    holes = [Pos(x, y, -1) * rod(2.1, 3) for x in (-5.7, 5.7) for y in (-23.5, 23.5)]
    board = extrude(RectangleRounded(21, 51, 0.6), 1) - holes
    parts = [box((-3.5, 3.5), (-6, 1), (1, 1.9)), box((-5.0, -1.5), (9.8, 14.2), (1, 2.6))]
    usb = box((-3.75, 3.75), (21.3, 26.8), (1, 3.7))
    return ((together([board, *parts]), BOARD), (usb, METAL))


PICO_BOOTSEL = (-3.25, 12.0)  # x, y of the button's middle; not checked


def tact_switch(height: float = 7.3) -> Tones:
    """A push switch of 12 mm: seat on z = 0, pins below, square plunger of 3.8 mm up to `height` (Omron B3F-50xx).

    Body 3.5 mm high and pins 3.5 mm long are typical ones; not checked.
    """
    pins = [
        box((x - 0.5, x + 0.5), (y - 0.15, y + 0.15), (-3.5, 0)) for x in (-6.25, 6.25) for y in (-2.5, 2.5)
    ]
    bent = [
        box((min(x, x * 0.9), max(x, x * 0.9)), (y - 0.15, y + 0.15), (0, 1))
        for x in (-6.75, 6.75)
        for y in (-2.5, 2.5)
    ]
    body = box((-6, 6), (-6, 6), (0, 3.5))
    plunger = box((-1.9, 1.9), (-1.9, 1.9), (4.1, height)) + Pos(0, 0, 3.5) * rod(7, 0.6)
    return ((together([body + plunger]), BLACK), (together([*pins, *bent]), METAL))


def motor(width: float = 10.0, height: float = 2.7) -> Part:
    """A coin motor that lies on z = 0."""
    return rod(width, height)


def light(params: Params) -> Part:
    """A light of 3 mm whose flange stands on z = 0 and whose dome looks up."""
    size = params.lights
    straight = size.length - size.body / 2
    return together(
        [rod(size.flange, 1) + rod(size.body, straight) + Pos(0, 0, straight) * Sphere(size.body / 2)]
    )


def button(params: Params) -> Part:
    """The service button: the wall's outer face is z = 0, the cap looks up, the body hangs below; nut inside."""
    size = params.lights
    thread = size.button_hole - 0.2
    nut = Pos(0, 0, -params.shell.wall - 2) * extrude(
        RectangleRounded(size.button_nut, size.button_nut, 2), 2
    )
    return (
        rod(thread, size.button_depth, -size.button_depth) + rod(size.button_nut - 1, 1.5) + rod(5, 4) + nut
    )


def sensor() -> Part:
    """DS18B20 in TO-92, on its flat: 4.8 wide along X, 3.7 high, 5.1 long along Y, legs toward -Y."""
    body = Pos(0, 0, 1.3) * Rot(90, 0, 0) * Cylinder(2.4, 5.1) & Box(
        4.8, 5.1, 3.7, align=(Align.CENTER, Align.CENTER, Align.MIN)
    )
    legs = [box((x - 0.25, x + 0.25), (-8.5, -2.5), (1.0, 1.5)) for x in (-1.27, 0, 1.27)]
    return together([body, *legs])


def clock_battery() -> Part:
    """The battery of the clock, a wrapped coin cell 20 mm across and 4 mm high, on z = 0."""
    return rod(20, 4)
