"""The strain relief: the plate's tail is its lower half, a bar with two screws its upper. Power, pod, thermometer."""

from __future__ import annotations

from build123d import Circle, Edge, Part, Plane, Pos, Rot, Spline, Wire, chamfer, sweep

from hardware.cad.fasteners import sunk_hole
from hardware.cad.solids import box, upright, whole
from hardware.params import Params


def _low(params: Params) -> float:
    return -params.shell.height / 2 - params.clamp.tail


def _corner(params: Params) -> tuple[float, float]:
    """X and Z of the middle of the bend of the pod's cable: the tail's lower corner toward the USB plugs."""
    return params.clamp.x - params.clamp.width / 2 + 1.0, _low(params)


def tail(params: Params, gap: float) -> Part:
    """What the plate grows downward: as thick as the plate behind the shell, thicker below it."""
    clamp, top = params.clamp, -params.shell.height / 2
    x = (clamp.x - clamp.width / 2, clamp.x + clamp.width / 2)
    inner = min(x[1], params.shell.width / 2)
    behind = box((x[0], inner), (0, params.plate.thickness), (top - clamp.tail, top + 12))
    return behind + box(x, (0, clamp.tail_thickness), (top - clamp.tail, top - gap))


def _bend(params: Params, before: float, after: float) -> Wire:
    """The way of the pod's cable: along X from the plugs, a quarter turn, down."""
    clamp = params.clamp
    x, z = _corner(params)
    radius, y = clamp.pod[0], clamp.tail_thickness
    arc = Edge.make_circle(radius, Plane((x, y, z), x_dir=(1, 0, 0), z_dir=(0, -1, 0)), 0, 90)
    along = Edge.make_line((x - before, y, z + radius), (x, y, z + radius))
    down = Edge.make_line((x + radius, y, z), (x + radius, y, z - after))
    return Wire([along, arc, down])


def _along(wire: Wire | Edge, width: float) -> Part:
    start = Plane(origin=wire @ 0, z_dir=wire % 0)
    return sweep(start * Circle(width / 2), path=wire)


def grooves(params: Params) -> list[Part]:
    """What is cut out of both halves: the cables, squeezed a little."""
    clamp = params.clamp
    low, y = _low(params) - 5, clamp.tail_thickness
    upward = [
        Pos(x, y, low) * upright((width - clamp.squeeze) / 2, clamp.tail + 6.5)
        for x, width in (clamp.power, clamp.sensor)
    ]
    return [*upward, _along(_bend(params, 12, 12), clamp.pod[1] - clamp.squeeze)]


def bar(params: Params) -> Part:
    """The upper half in its place, a slit above the tail. It is printed lying on its outer face."""
    clamp = params.clamp
    x = (clamp.x - clamp.width / 2, clamp.x + clamp.width / 2)
    y = (clamp.tail_thickness + clamp.squeeze, clamp.tail_thickness + clamp.squeeze + clamp.thickness)
    solid = box(x, y, (_low(params), _low(params) + clamp.height))
    outer = solid.faces().sort_by(lambda face: face.center().Y)[-1]
    solid = chamfer(outer.edges(), 0.6)
    holes = [Pos(x, y[1], z) * Rot(-90, 0, 0) * sunk_hole(params, clamp.thickness) for x, z in clamp.screws]
    return whole(solid - [*holes, *grooves(params)])


def power_cable(params: Params, window: tuple[float, float, float, float], socket_x: float) -> Part:
    """Plug at a right angle in the side, its cable down through the clamp."""
    clamp = params.clamp
    y, z = (window[0] + window[1]) / 2, (window[2] + window[3]) / 2
    wide, high = params.plugs.usb_c
    x, width = clamp.power
    plug = box((socket_x + 0.2, x + 3.2), (y - high / 2, y + high / 2), (z - wide / 2, z + wide / 2))
    plug = chamfer(plug.edges().filter_by(lambda edge: edge.center().X - x > 3), 1.2)
    low = _low(params)
    way = Spline(
        [
            (x, y, z - wide / 2 + 0.5),
            (x, clamp.tail_thickness, low + clamp.tail),
            (x, clamp.tail_thickness, low - 22),
        ],
        tangents=[(0, 0, -1), (0, 0, -1)],
    )
    return plug + _along(way, width)


def pod_cable(params: Params, place: tuple[float, float, float]) -> Part:
    """Plug at a right angle in the USB socket at `place` (its mouth's middle), its cable to the clamp and down."""
    clamp = params.clamp
    wide, high = params.plugs.usb_a
    x, y, z = place
    bend = _bend(params, 1, 18)
    start = bend @ 0
    plug = box((x - wide / 2, x + wide / 2), (y - high / 2, y + high / 2), (start.Z - 4.0, z - 0.3))
    begin = (x + wide / 2 - 1.0, y, start.Z)
    way = Spline([begin, (start.X, start.Y, start.Z)], tangents=[(1, 0, 0), (1, 0, 0)])
    return plug + _along(way, clamp.pod[1]) + _along(bend, clamp.pod[1])
