"""The pod: two halves, its boards, motor, cable and caps."""

from __future__ import annotations

from functools import cache

from build123d import Circle, Location, Part, Plane, Pos, Rot, chamfer, extrude

from hardware.cad import caps, pod_shells, vitamins
from hardware.cad.cradle import tapping_screw
from hardware.cad.fasteners import insert, sunk_screw
from hardware.cad.model import ACCENT, BLACK, BOARD, BRASS, METAL, PLATE, SHELL, Colour, Millimetres, Piece
from hardware.cad.pod_frame import facing, keys, layers, socket_y
from hardware.cad.solids import box, pin, slab, together
from hardware.params import Params

BACK_DOWN = Rot(90, 0, 0)
FACE_DOWN = Rot(-90, 0, 0)
IVORY: Colour = (0.93, 0.90, 0.82)
RED: Colour = (0.78, 0.16, 0.14)
COPPER: Colour = (0.55, 0.40, 0.20)
CAP_COLOURS = {"describe": ACCENT, "stop": RED}


def _printed(name: str, shape: Part, colour: Colour, lay: Location, step: str, flies: Millimetres) -> Piece:
    return Piece(name, shape, colour, printed=True, lay=lay, flies=flies, step=step)


def _bought(part: str, shape: Part, colour: Colour, step: str, flies: Millimetres, number: int = 0) -> Piece:
    name = f"{part}_{number}" if number else part
    return Piece(name, shape, colour, part=part, flies=flies, step=step)


def _bodies(params: Params) -> list[Piece]:
    ridge = facing(0, 0, params.pod.ridge_z).location * caps.ridge(params)
    back = pod_shells.back(params)
    return [
        _printed("pod_front", pod_shells.front(params), SHELL, FACE_DOWN, "inserts-2", (0, 116, 0)),
        *(
            _printed(
                f"cap_{name}",
                caps.place(params, name) * caps.cap(params, name),
                CAP_COLOURS.get(name, IVORY),
                BACK_DOWN,
                "pod-4",
                (0, 70, 0),
            )
            for name in caps.SHAPES
        ),
        _printed("pod_ridge", ridge, IVORY, BACK_DOWN, "pod-4", (0, 80, 0)),
        _printed("pod_back", back, PLATE, BACK_DOWN, "pod-3", (0, 0, 0)),
        _printed("pod_clamp", pod_shells.clamp(params), ACCENT, FACE_DOWN, "pod-5", (0, 26, 0)),
    ]


def board(params: Params) -> Part:
    """The perforated board in its place; of its holes only those for the screws and the switches' pins."""
    pod, y = params.pod, layers(params)
    wide, high, _ = pod.board
    plate = Pos(0, 0, pod.board_z) * slab(wide, high, 1.0, (y.board_back, y.seat))
    pins = [
        pin(x + across, z + up, (0, 30), 1.3)
        for x, z in keys(params).values()
        for across in (-6.25, 6.25)
        for up in (-2.5, 2.5)
    ]
    return plate - [pin(x, z, (0, 30), pod.board_hole) for x, z in pod_shells.board_corners(params)] - pins


def _switches(params: Params) -> list[Piece]:
    y = layers(params)
    pieces = [_bought("switch_board", board(params), COPPER, "pod-1", (0, 46, 0))]
    for number, (x, z) in enumerate(keys(params).values(), 1):
        place = facing(x, y.seat, z).location
        tones = tuple(
            (place * shape, colour) for shape, colour in vitamins.tact_switch(params.pod.switch_height)
        )
        solid = together([shape for shape, _ in tones])
        pieces.append(
            Piece(
                f"tact_switch_{number}",
                solid,
                BLACK,
                flies=(0, 52, 0),
                part="tact_switch",
                step="pod-1",
                tones=tones,
            )
        )
    return pieces


def _pico(params: Params) -> list[Piece]:
    pod, y = params.pod, layers(params)
    place = Plane((0, y.pico_front, pod.pico_z), x_dir=(-1, 0, 0), z_dir=(0, -1, 0)).location
    tones = tuple((place * shape, colour) for shape, colour in vitamins.pico(params))
    x, z = pod.motor_place
    motor = facing(x, y.plate, z).location * vitamins.motor(*pod.motor)
    return [
        Piece(
            "pico",
            together([shape for shape, _ in tones]),
            BOARD,
            flies=(0, 18, 0),
            part="pico",
            step="pod-2",
            tones=tones,
        ),
        _bought("motor_erm", motor, METAL, "pod-2", (0, 18, 0)),
    ]


def cables(params: Params) -> tuple[Part, Part]:
    """The end of the USB cable with its plug, and of the thermometer's cable, as thick as the clamp leaves them."""
    pod, y = params.pod, socket_y(params)
    wide, high, long = pod.plug
    mouth = pod.pico_z - 25.5 - 1.3
    plug = box((-wide / 2, wide / 2), (y - high / 2, y + high / 2), (mouth - 0.3 - long, mouth - 0.3))
    plug = chamfer(plug.edges(), 1.0)
    low = -pod.height / 2 - 14
    (usb_x, usb), (wire_x, wire) = pod.cables
    cord = Pos(usb_x, y, low) * extrude(Circle((usb - pod.squeeze) / 2), mouth - 2 - low)
    wires = Pos(wire_x, y, low) * extrude(Circle((wire - pod.squeeze) / 2), pod.clamp[3] + 3 - low)
    return plug + cord, wires


def _cables(params: Params) -> list[Piece]:
    usb, wires = cables(params)
    # Their other ends are mounted in the chest unit and counted there.
    return [
        Piece("usb_cable_pod_end", usb, BLACK, flies=(0, 18, 0), step="pod-5"),
        Piece("sensor_cable_end", wires, BLACK, flies=(0, 18, 0), step="pod-5"),
    ]


def _screws(params: Params) -> list[Piece]:
    pod, y = params.pod, layers(params)
    backward = Rot(90, 0, 0)
    middle = (pod.clamp[2] + pod.clamp[3]) / 2
    small, long, sunk, nut = tapping_screw(5.0), tapping_screw(6.0), sunk_screw(params), insert(params)
    pico = [facing(x, y.pico_front, z).location * small for x, z in pod_shells.pico_screws(params)]
    board_screws = [Pos(x, y.board_back, z) * backward * small for x, z in pod_shells.board_corners(params)]
    held = [facing(x, pod_shells.clamp_seat(params), middle).location * long for x in pod.clamp_screws]
    corners = pod_shells.corners(params)
    closing = [Pos(x, 0.2, z) * backward * sunk for x, z in corners]
    melted = [Pos(x, y.plate, z) * backward * nut for x, z in corners]
    groups: list[tuple[str, list[Part], Colour, str, Millimetres, int]] = [
        ("screw_m2x5", pico, METAL, "pod-3", (0, 30, 0), 1),
        ("screw_m2x5", board_screws, METAL, "pod-4", (0, 36, 0), 3),
        ("screw_m2x6", held, METAL, "pod-5", (0, 34, 0), 1),
        ("screw_m25x8", closing, METAL, "pod-6", (0, -16, 0), 1),
        ("insert_m25", melted, BRASS, "inserts-2", (0, 104, 0), 1),
    ]
    return [
        _bought(part, shape, colour, step, flies, number)
        for part, shapes, colour, step, flies, first in groups
        for number, shape in enumerate(shapes, first)
    ]


@cache
def pieces(params: Params) -> list[Piece]:
    """Every piece of the pod."""
    return [*_bodies(params), *_switches(params), *_pico(params), *_cables(params), *_screws(params)]
