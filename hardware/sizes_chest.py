"""Sizes of the chest unit's body and of the bought parts in it. Millimetres, degrees, grams per cubic centimetre."""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]
Box = tuple[float, float, float, float, float, float]  # x, y, z of the low corner, then lengths along x, y, z


@dataclass(frozen=True)
class Printing:
    """What the maker's printer can do, and how parts fit."""

    bed: float
    wall: float
    least_wall: float
    clearance: float
    overhang_deg: float
    bridge: float
    density: float


@dataclass(frozen=True)
class Shell:
    """The front shell: a tub that opens to the body side."""

    width: float
    height: float
    depth: float
    corner: float
    edge: float
    wall: float
    boss: float
    bosses: tuple[Point, ...]


@dataclass(frozen=True)
class Plate:
    """The back plate, closed to the body."""

    thickness: float
    lip: float
    lip_wall: float
    edge: float
    standoff: float
    standoff_width: float
    sensor: Point
    sensor_floor: float


@dataclass(frozen=True)
class Pi:
    """Raspberry Pi 5. Board coordinates: x along the long edge, to USB; y from the USB-C edge; z above the top."""

    length: float
    width: float
    thickness: float
    corner: float
    holes: tuple[Point, ...]
    hole: float
    top: float
    blocks: tuple[Box, ...]
    below: Box
    card: Box


@dataclass(frozen=True)
class Cooler:
    """Active Cooler, as boxes in the board's coordinates, z above the board's top, and its fan."""

    blocks: tuple[Box, ...]
    fan: Point
    fan_width: float


@dataclass(frozen=True)
class Camera:
    """Camera Module 3 Wide, and where its pupil stands in the unit."""

    x: float
    y: float
    z: float
    board: Point
    thickness: float
    holes: tuple[Point, ...]
    hole: float
    lens: Point
    lens_width: float
    lens_height: float
    barrel: float
    barrel_height: float
    socket: tuple[float, float, float]
    pupil_below_top: float
    aperture: float
    wide_deg: float
    high_deg: float


@dataclass(frozen=True)
class Insert:
    """Heat-set insert M2.5 and the hole it is melted into."""

    width: float
    length: float
    hole: float
    hole_depth: float
    around: float


@dataclass(frozen=True)
class Screw:
    """M2.5 screws: countersunk ones hold plastic, pan heads hold the board."""

    thread: float
    passes: float
    sunk_head: float
    sunk_angle_deg: float
    sunk_length: float
    pan_head: float
    pan_head_height: float
    pan_length: float
    least_grip: float


@dataclass(frozen=True)
class Webbing:
    """Slots for straps of 25 mm."""

    width: float
    slot: float
    around: float
    thickness: float
    side_z: float


@dataclass(frozen=True)
class GoPro:
    """The foot for a chest harness made for action cameras. It is screwed to the back plate and may be left out."""

    prongs: int
    prong: float
    gap: float
    diameter: float
    hole: float
    reach: float
    base: Point
    base_thickness: float
    screws: float
    z: float


@dataclass(frozen=True)
class Clamp:
    """The strain relief under the board's Ethernet socket: two screws, three grooves."""

    x: float
    width: float
    height: float
    thickness: float
    tail: float
    tail_thickness: float
    power: Point
    sensor: Point
    pod: Point
    squeeze: float
    screws: tuple[Point, ...]


@dataclass(frozen=True)
class Lights:
    """Holes for two lights of 3 mm and for the service button."""

    hole: float
    body: float
    flange: float
    length: float
    status: Point
    camera: Point
    button_hole: float
    button_depth: float
    button_nut: float
    button: Point


@dataclass(frozen=True)
class Vents:
    """Openings for air: in front over the cooler and in both edges, never in the back."""

    width: float
    rib: float
    front: tuple[float, float, float, float]
    edge_low: float
    edge_high: float
    edge_length: float


@dataclass(frozen=True)
class Plugs:
    """The room that plugs need: their overmould, and how far it must be free outside."""

    usb_c: Point
    usb_a: Point
    clearance: float
    reach: float
