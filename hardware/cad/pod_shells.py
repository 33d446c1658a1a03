"""The pod's printed body: the front with the face, the back with Pico, motor and cable, the cable's clamp."""

from __future__ import annotations

from build123d import Circle, Part, Pos, Rot, Sketch, SlotOverall, chamfer, extrude

from hardware.cad import caps
from hardware.cad.fasteners import insert_hole, sunk_hole
from hardware.cad.pod_frame import facing, layers, socket_y
from hardware.cad.solids import box, pin, slab, whole
from hardware.cad.vitamins import PICO_BOOTSEL
from hardware.params import Params

HALVES = (-1, 1)


def corners(params: Params) -> list[tuple[float, float]]:
    """X and Z of the four screws that close the pod."""
    x, z = params.pod.bosses
    return [(way * x, up * z) for up in (1, -1) for way in HALVES]


def board_corners(params: Params) -> list[tuple[float, float]]:
    """X and Z of the four screws of the switches' board."""
    wide, high = params.pod.board_holes
    return [(way * wide / 2, params.pod.board_z + up * high / 2) for up in (1, -1) for way in HALVES]


def pico_screws(params: Params) -> list[tuple[float, float]]:
    """X and Z of the Pico's two screws; beside the socket there is no room for screws."""
    return [(way * 5.7, params.pod.pico_z + params.pod.pico_screws) for way in HALVES]


def pico_pegs(params: Params) -> list[tuple[float, float]]:
    """X and Z of the two pegs beside the Pico's socket."""
    return [(way * 5.7, params.pod.pico_z - params.pod.pico_screws) for way in HALVES]


def _cable_ways(params: Params, z: tuple[float, float], grow: float) -> list[Part]:
    """Rods along Z where the cables lie, so much wider."""
    y = socket_y(params)
    return [
        Pos(x, y, z[0]) * extrude(Circle((width + grow) / 2), z[1] - z[0]) for x, width in params.pod.cables
    ]


def front(params: Params) -> Part:
    """The half with the face, in its place. It is printed lying on the face."""
    pod, y = params.pod, layers(params)
    outer = slab(pod.width, pod.height, pod.corner, (y.plate, y.face))
    face = outer.faces().sort_by(lambda face: face.center().Y)[-1]
    outer = chamfer(face.edges(), pod.edge)
    width, height, corner = pod.width - 2 * pod.wall, pod.height - 2 * pod.wall, pod.corner - pod.wall
    shell = outer - slab(width, height, corner, (0, y.inside))
    shell += [pin(x, z, (y.plate, y.inside + 1), pod.boss) & outer for x, z in corners(params)]
    shell += [pin(x, z, (y.seat, y.inside + 1), pod.board_post) for x, z in board_corners(params)]
    cuts = [*caps.holes(params)]
    cuts += [Pos(x, y.plate, z) * Rot(90, 0, 0) * insert_hole(params) for x, z in corners(params)]
    cuts += [
        pin(x, z, (y.seat - 1, y.seat + pod.screw_depth), pod.screw_pilot) for x, z in board_corners(params)
    ]
    low = (-pod.height / 2 - 1, -pod.height / 2 + pod.wall + 1)
    for (x, wide), way in zip(pod.cables, _cable_ways(params, low, 0.8), strict=True):
        half = (wide + 0.8) / 2
        cuts += [way, box((x - half, x + half), (0, socket_y(params)), low)]
    apart, hole = pod.lanyard
    middle = (y.plate + pod.lip + y.inside) / 2
    for way in HALVES:
        cord = Pos(way * apart / 2, middle, pod.height / 2 - 6) * extrude(Circle(hole / 2), 9)
        cuts.append(cord)
    return whole(shell - cuts)


def _lip(params: Params) -> Part:
    pod, y, gap = params.pod, layers(params), params.printing.clearance
    inner = 2 * (pod.wall + gap)
    corner = pod.corner - pod.wall - gap
    ends = (y.plate - 0.5, y.plate + pod.lip)
    rim = slab(pod.width - inner, pod.height - inner, corner, ends)
    thin = 2 * pod.lip_wall
    rim -= slab(pod.width - inner - thin, pod.height - inner - thin, corner - pod.lip_wall, (0, 9))
    reach = pod.boss / 2 + gap + 1
    bosses = [
        box(
            (x - (reach if x > 0 else 9), x + (9 if x > 0 else reach)),
            (0, 9),
            (z - (reach if z > 0 else 9), z + (9 if z > 0 else reach)),
        )
        for x, z in corners(params)
    ]
    left, right = pod.clamp[0], pod.clamp[1]
    return rim - [*bosses, box((left - 2, right + 2), (0, 9), (-pod.height, pod.clamp[2] + 1))]


def _motor(params: Params) -> tuple[Part, Part]:
    """The motor's pocket: its wall; what is cut out of it."""
    pod, y = params.pod, layers(params)
    x, z = pod.motor_place
    across = pod.motor[0] + 2 * pod.motor_gap
    wall = pin(x, z, (y.plate - 0.5, y.plate + pod.motor[1]), across + 2 * pod.motor_wall)
    slit = box(
        (x - pod.motor_slit / 2, x + pod.motor_slit / 2),
        (y.plate, y.plate + 9),
        (z + across / 2 - 1, z + across),
    )
    return wall, pin(x, z, (y.plate, y.plate + 9), across) + slit


def back(params: Params) -> Part:
    """The half that lies in the palm, in its place. It is printed lying on its back."""
    pod, y = params.pod, layers(params)
    plate = slab(pod.width, pod.height, pod.corner, (0, y.plate))
    outer = plate.faces().sort_by(lambda face: face.center().Y)[0]
    plate = chamfer(outer.edges(), 1.0)
    plate += _lip(params)
    plate += [pin(x, z, (y.plate - 0.5, y.pico_back), pod.pico_post_width) for x, z in pico_screws(params)]
    for x, z in pico_pegs(params):
        way = 1 if x > 0 else -1
        inner, outer_x = way * 4.2, way * 9.0
        xs = (min(inner, outer_x), max(inner, outer_x))
        plate += box(xs, (y.plate - 0.5, y.pico_back), (z - 2.0, z + 2.0))
        plate += pin(x, z, (y.pico_back - 0.5, y.pico_front + pod.pico_peg), pod.pico_peg_width)
    wall, hollow = _motor(params)
    left, right, low, high = pod.clamp
    block = box((left, right), (y.plate - 0.5, socket_y(params) - pod.squeeze / 2), (low, high))
    plate += [wall, block]
    wide = pod.plug[0]
    mouth = pod.pico_z - 25.5 - 1.3
    plug = box((-wide / 2 - 0.5, wide / 2 + 0.5), (pod.plug_floor, y.plate + 1), (high, mouth + 1))
    bootsel_x, bootsel_z = bootsel(params)
    slit = Sketch() + Rot(0, 0, 90) * SlotOverall(*pod.bootsel)
    cuts = [
        hollow,
        plug,
        extrude(facing(bootsel_x, -1, bootsel_z) * slit, y.plate + 2),
        *(Pos(x, 0, z) * Rot(90, 0, 0) * sunk_hole(params, y.plate) for x, z in corners(params)),
        *(pin(x, z, (1.2, 20), pod.screw_pilot) for x, z in pico_screws(params)),
        *_cable_ways(params, (low - 1, high + 1), -pod.squeeze),
        *(pin(x, (low + high) / 2, (socket_y(params) - 4.5, 20), pod.screw_pilot) for x in pod.clamp_screws),
    ]
    return whole(plate - cuts)


def bootsel(params: Params) -> tuple[float, float]:
    """X and Z of the Pico's BOOTSEL button, which looks at the back."""
    x, y = PICO_BOOTSEL
    return -x, params.pod.pico_z - y


def clamp_seat(params: Params) -> float:
    """Y on which the heads of the clamp's screws rest, sunk in the bar."""
    return socket_y(params) + params.pod.squeeze / 2 + 2.4


def clamp(params: Params) -> Part:
    """The bar that holds the cables, in its place. It is printed lying on its front."""
    pod = params.pod
    left, right, low, high = pod.clamp
    start, seat = socket_y(params) + pod.squeeze / 2, clamp_seat(params)
    thick = max(width for _, width in pod.cables) / 2 + pod.clamp_bar - pod.squeeze
    bar = box((left, right), (start, start + thick), (low, high))
    holes = [pin(x, (low + high) / 2, (0, 30), params.cradle.keeper_hole) for x in pod.clamp_screws]
    sunk = [pin(x, (low + high) / 2, (seat, 30), 4.6) for x in pod.clamp_screws]
    return whole(bar - [*holes, *sunk, *_cable_ways(params, (low - 1, high + 1), -pod.squeeze)])
