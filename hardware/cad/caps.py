"""The five caps, told apart by touch, and the ridge between them.

A cap goes through its own hole in the face; a flange below keeps it in. It stands on its switch's plunger, which
lifts it. Shapes and their words are those of shared/pins.toml.
"""

from __future__ import annotations

from build123d import (
    Axis,
    Circle,
    Location,
    Part,
    Polygon,
    Pos,
    Rectangle,
    RectangleRounded,
    Rot,
    Sketch,
    SlotOverall,
    Sphere,
    chamfer,
    extrude,
    fillet,
    offset,
)

from hardware.cad.pod_frame import facing, keys, layers
from hardware.cad.solids import whole
from hardware.params import Params

SHAPES = {"describe": "dome", "read": "three bars", "ask": "ring", "find": "triangle", "stop": "cross"}


def outline(params: Params, name: str, grow: float = 0.0) -> Sketch:
    """A cap's outline as the holder sees it, its middle on the origin, grown all around."""
    sketch = _plain(params, SHAPES[name])
    return offset(sketch, grow) if grow else sketch


def _plain(params: Params, shape: str) -> Sketch:
    size = params.caps
    if shape == "dome":
        return Sketch() + Circle(size.dome[0] / 2)
    if shape == "three bars":
        return Sketch() + RectangleRounded(size.square[0], size.square[0], size.square[1])
    if shape == "ring":
        return Sketch() + Circle(size.ring[0] / 2)
    if shape == "triangle":
        reach, corner = size.triangle
        points = [(0, reach), (-0.866 * reach, -reach / 2), (0.866 * reach, -reach / 2)]
        pointed = Polygon(*points, align=None)
        return Sketch() + fillet(pointed.vertices(), corner)
    long, wide = size.cross
    arms = Rectangle(long, wide) + Rectangle(wide, long)
    far = [vertex for vertex in arms.vertices() if max(abs(vertex.X), abs(vertex.Y)) > long / 2 - 0.01]
    return Sketch() + Rot(0, 0, 45) * fillet(far, size.corner)


def _standing(sketch: Sketch, low: float, high: float) -> Part:
    return Pos(0, 0, low) * extrude(sketch, high - low)


def _softened(part: Part, size: float) -> Part:
    top = part.faces().sort_by(Axis.Z)[-1]
    return chamfer(top.edges(), size)


def _head(params: Params, shape: str, sketch: Sketch, bottom: float, face: float) -> Part:
    """What stands above the flange: low up to `low` above the face where nothing is felt, else `raised`."""
    size = params.caps
    top, low = face + size.raised, face + size.low
    if shape == "dome":
        across, higher = size.dome
        radius = ((across / 2) ** 2 + higher**2) / (2 * higher)
        middle = top + 0.5
        ball = Pos(0, 0, middle - radius) * Sphere(radius)
        return _standing(sketch, bottom, middle + 1) & ball
    if shape == "three bars":
        block = _softened(_standing(sketch, bottom, low), size.edge)
        for number in (-1, 0, 1):
            strip = Rot(0, 0, 90) * SlotOverall(size.bar[0], size.bar[1])
            block += Pos(number * size.bar_pitch, 0, 0) * _standing(Sketch() + strip, low - 0.5, top)
        return block
    head = _softened(_standing(sketch, bottom, top), size.edge)
    if shape == "ring":
        head -= Pos(0, 0, low) * extrude(Circle(size.ring[1] / 2), 9)
    return head


def cap(params: Params, name: str) -> Part:
    """A cap that stands on its flange: z is the pod's Y, x to the holder's right, y up."""
    size, y = params.caps, layers(params)
    sketch = outline(params, name)
    flange = _standing(outline(params, name, size.flange), y.cap, y.flange)
    head = _head(params, SHAPES[name], sketch, y.flange - 0.3, y.face)
    width = params.pod.plunger + 2 * size.socket_play
    socket = Pos(0, 0, y.cap - 1) * extrude(Rectangle(width, width), y.plunger - y.cap + 1)
    return whole(flange + head - socket)


def place(params: Params, name: str) -> Location:
    """From the cap as it stands into the pod."""
    x, z = keys(params)[name]
    return facing(x, 0, z).location


def ridge(params: Params) -> Part:
    """The bar between Describe and the others, standing as a cap does. Its foot rests on the switches' board."""
    pod, y = params.pod, layers(params)
    long, wide, raised = pod.ridge
    foot = RectangleRounded(*pod.ridge_foot, 1.0)
    bar = _softened(_standing(Sketch() + SlotOverall(long, wide), y.inside - 1, y.face + raised), 0.3)
    return whole(_standing(Sketch() + foot, y.seat + 0.05, y.inside - 0.1) + bar)


def ridge_slot(params: Params) -> Sketch:
    """The ridge's hole in the face."""
    long, wide, _ = params.pod.ridge
    play = params.caps.play - 0.1
    return Sketch() + SlotOverall(long + 2 * play, wide + 2 * play)


def holes(params: Params) -> list[Part]:
    """What is cut out of the face: a hole for each cap and for the ridge."""
    y = layers(params)
    low, high = y.inside - 1, y.face + 1
    cuts = []
    for name, (x, z) in keys(params).items():
        cuts.append(extrude(facing(x, low, z) * outline(params, name, params.caps.play), high - low))
    slot = extrude(facing(0, low, params.pod.ridge_z) * ridge_slot(params), high - low)
    return [*cuts, slot]
