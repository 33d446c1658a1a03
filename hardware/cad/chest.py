"""The chest unit's body and what is screwed into it: every piece in its place."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from build123d import Align, Cylinder, Location, Part, Pos, RegularPolygon, Rot, extrude

from hardware.cad import chest_plate, chest_shell, clamp, fasteners, foot, vitamins
from hardware.cad.model import ACCENT, BLACK, BRASS, METAL, PLATE, SHELL, Colour, Millimetres, Piece
from hardware.cad.solids import forward, slab, together, upright
from hardware.params import Params

BACK_DOWN = Rot(90, 0, 0)  # to the bed: what looked at the body lies down
FACE_DOWN = Rot(-90, 0, 0)
LEAD: Colour = (0.20, 0.21, 0.24)
GREEN: Colour = (0.25, 0.72, 0.35)
RED: Colour = (0.82, 0.18, 0.16)
FOAM: Colour = (0.42, 0.45, 0.50)

FORWARD = Rot(-90, 0, 0)  # a fastener's head looks forward
BACKWARD = Rot(90, 0, 0)


def _bought(part: str, shape: Part, colour: Colour, step: str, flies: Millimetres, number: int = 1) -> Piece:
    name = part if number == 1 else f"{part}_{number}"
    return Piece(name, shape, colour, flies=flies, part=part, step=step)


def _printed(name: str, shape: Part, colour: Colour, lay: Location, step: str, flies: Millimetres) -> Piece:
    return Piece(name, shape, colour, printed=True, lay=lay, flies=flies, step=step)


def _board(params: Params) -> list[Piece]:
    tones = vitamins.raspberry_pi(params)
    whole = together([shape for shape, _ in tones])
    battery = forward(vitamins.clock_battery(), *_on_plate(params, (0.0, 48.0)))
    sensor_x, sensor_z = params.plate.sensor
    sensor = Pos(sensor_x, params.plate.sensor_floor, sensor_z) * FORWARD * Rot(0, 0, 180) * vitamins.sensor()
    return [
        replace(_bought("raspberry_pi_5", whole, tones[0][1], "chest-1", (0, 22, 0)), tones=tones),
        _bought("active_cooler", vitamins.cooler(params), METAL, "chest-1", (0, 48, 0)),
        _bought("microsd", vitamins.card(params), BLACK, "chest-1", (0, 22, 22)),
        _bought("skin_sensor", sensor, BLACK, "chest-2", (0, 9, -14)),
        _bought("rtc_battery", battery, METAL, "chest-2", (0, 12, 0)),
    ]


def _on_plate(params: Params, place: tuple[float, float]) -> Millimetres:
    return place[0], params.plate.thickness, place[1]


def _fasteners(params: Params) -> list[Piece]:
    """Inserts first, then screws: of the board, of the shell, of the foot, of the clamp."""
    plate, shell, strain, mount = params.plate, params.shell, params.clamp, params.gopro
    insert, sunk, cap = fasteners.insert(params), fasteners.sunk_screw(params), fasteners.cap_screw(params)
    top = plate.thickness + plate.standoff
    board = chest_plate.standoffs(params)
    feet = [(-mount.screws / 2, mount.z), (mount.screws / 2, mount.z)]
    bar = strain.tail_thickness + strain.squeeze + strain.thickness
    melted = [
        *((Pos(x, top, z) * FORWARD, (0.0, 10.0, 0.0)) for x, z in board),
        *((Pos(x, plate.thickness, z) * BACKWARD, (0.0, 84.0, 0.0)) for x, z in shell.bosses),
        *((Pos(x, 0, z) * BACKWARD, (0.0, -10.0, 0.0)) for x, z in feet),
        *((Pos(x, strain.tail_thickness, z) * FORWARD, (0.0, 10.0, 0.0)) for x, z in strain.screws),
    ]
    held = [
        *((Pos(x, 0.2, z) * BACKWARD, (0.0, -22.0, 0.0), "chest-7") for x, z in shell.bosses),
        *((Pos(x, bar - 0.2, z) * FORWARD, (0.0, 34.0, 0.0), "chest-8") for x, z in strain.screws),
        *(
            (Pos(x, 0.2 - mount.base_thickness, z) * BACKWARD, (0.0, -62.0, 0.0), "harness-1")
            for x, z in feet
        ),
    ]
    screws = [Pos(x, top + params.pi.thickness, z) * FORWARD * cap for x, z in board]
    return [
        *(
            _bought("insert_m25", place * insert, BRASS, "inserts-1", flies, number)
            for number, (place, flies) in enumerate(melted, 1)
        ),
        *(
            _bought("screw_m25x6", shape, METAL, "chest-3", (0.0, 40.0, 0.0), number)
            for number, shape in enumerate(screws, 1)
        ),
        *(
            _bought("screw_m25x8", place * sunk, METAL, step, flies, number)
            for number, (place, flies, step) in enumerate(held, 1)
        ),
    ]


def _lights(params: Params) -> list[Piece]:
    lights, shell = params.lights, params.shell
    seat = shell.depth - shell.wall - 1.2
    places = {"led_green": (lights.status, GREEN), "led_red": (lights.camera, RED)}
    y, z = lights.button
    button = Pos(-shell.width / 2, y, z) * Rot(0, -90, 0) * vitamins.button(params)
    return [
        *(
            _bought(part, forward(vitamins.light(params), x, seat, z), colour, "chest-5", (0.0, 94.0, 0.0))
            for part, ((x, z), colour) in places.items()
        ),
        _bought("service_button", button, BLACK, "chest-5", (-24.0, 122.0, 0.0)),
    ]


def usb_mouth(params: Params, stack: int, upper: bool) -> Millimetres:
    """The middle of a USB socket's mouth; stack 1 is the one beside Ethernet. Heights of the two are not checked."""
    x, y, _, length, width, height = params.pi.blocks[stack]
    across, z = vitamins.on_board(params, x + length, y + width / 2)
    front = params.plate.thickness + params.plate.standoff + params.pi.thickness
    return across, front + height * (0.77 if upper else 0.27), z


def power_mouth(params: Params) -> float:
    """X of the power socket's mouth."""
    return vitamins.on_board(params, 0, params.pi.blocks[3][1])[0]


def _cables(params: Params) -> list[Piece]:
    x, y, z = usb_mouth(params, 1, upper=True)
    wide, high = params.plugs.usb_a
    sound = slab(wide, 30.0, 3.0, (-high / 2, high / 2)).moved(Location((x, y, z - 15.3)))
    power = clamp.power_cable(params, chest_plate.power_window(params), power_mouth(params))
    pod = clamp.pod_cable(params, usb_mouth(params, 2, upper=False))
    bar = _printed("cable_clamp", clamp.bar(params), ACCENT, FACE_DOWN, "chest-8", (0, 22, 0))
    return [
        _bought("usb_audio", sound, BLACK, "chest-8", (0, 22, -34)),
        _bought("usb_cable_power", power, LEAD, "chest-8", (26, 14, 0)),
        _bought("usb_cable_pod", pod, LEAD, "chest-8", (0, 14, -30)),
        bar,
    ]


def _mount(params: Params) -> list[Piece]:
    mount = params.gopro
    half = (
        (mount.prongs * mount.prong + (mount.prongs - 1) * mount.gap) / 2
        + mount.prong
        + mount.gap
        - mount.prong
    )
    bolt = upright(2.5, 20) + Pos(0, 0, -5) * upright(4.25, 5)
    nut = extrude(RegularPolygon(4.6, 6), 4) - Cylinder(2.5, 20, align=(Align.CENTER,) * 3)
    side = Pos(-half, -mount.reach, mount.z) * Rot(0, 90, 0)
    # The foam leaves the shell's four screws free.
    top, low = params.pi.top - 1, min(z for _, z in params.shell.bosses) + params.screw.sunk_head
    pad = slab(params.shell.width - 8, top - low, 6, (-5.0, 0.0)).moved(Location((0, 0, (top + low) / 2)))
    return [
        _printed("gopro_foot", foot.gopro_foot(params), ACCENT, FACE_DOWN, "harness-1", (0, -40, 0)),
        _bought("screw_m5x20", side * bolt, METAL, "harness-1", (-30, -40, 0)),
        _bought("nut_m5", side * Pos(0, 0, 2 * half) * nut, METAL, "harness-1", (24, -40, 0)),
        _bought("foam_pad", pad, FOAM, "harness-1", (0, -44, 0)),
    ]


@cache
def pieces(params: Params) -> list[Piece]:
    """Every piece of the chest unit but the camera's and the shutter's."""
    plate = _printed("back_plate", chest_plate.back_plate(params), PLATE, BACK_DOWN, "inserts-1", (0, 0, 0))
    shell = _printed(
        "front_shell", chest_shell.front_shell(params), SHELL, FACE_DOWN, "inserts-1", (0, 122, 0)
    )
    return [
        plate,
        shell,
        *_fasteners(params),
        *_board(params),
        *_lights(params),
        *_cables(params),
        *_mount(params),
    ]
