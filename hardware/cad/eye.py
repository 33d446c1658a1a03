"""Where the camera, its cradle and its shutter are: the tilting frame and the shapes that both share.

The tilting frame: origin on the tilt axis, X to the wearer's right, Y where the lens looks, Z up.
"""

from __future__ import annotations

from math import cos, radians, sin

from build123d import Face, Location, Part, Plane, Polygon, Pos, Rot, Vector, Wire, extrude, loft

from hardware.params import Params

Point = tuple[float, float]


def place(params: Params, tilt_deg: float) -> Location:
    """From the tilting frame into the chest unit; a positive tilt looks down."""
    camera = params.camera
    return Pos(camera.x, camera.y - params.cradle.axis_behind, camera.z) * Rot(-tilt_deg, 0, 0)


def board_front(params: Params) -> float:
    """Y of the front of the camera's board in the tilting frame."""
    camera = params.camera
    return params.cradle.axis_behind - (camera.lens_height - camera.pupil_below_top)


def holes(params: Params) -> list[Point]:
    """X and Z of the four holes of the camera's board in the tilting frame."""
    camera = params.camera
    lens_x, lens_y = camera.lens
    return [(lens_y - y, lens_x - x) for x, y in camera.holes]


def board_sides(params: Params) -> Point:
    """X of the camera board's edges: the far one, the one with the cable."""
    lens_y = params.camera.lens[1]
    return lens_y - params.camera.board[1], lens_y


def along_x(points: list[Point], x: Point) -> Part:
    """A prism along X over a polygon of (y, z)."""
    plane = Plane((x[0], 0, 0), x_dir=(0, 1, 0), z_dir=(1, 0, 0))
    return extrude(plane * Polygon(*points, align=None), x[1] - x[0])


def along_z(points: list[Point], z: Point) -> Part:
    """A prism along Z over a polygon of (x, y)."""
    return extrude(Pos(0, 0, z[0]) * Polygon(*points, align=None), z[1] - z[0])


def ray(radius: float, angle_deg: float) -> Point:
    """(y, z) of a point so far below the axis, turned forward by so many degrees."""
    return radius * sin(radians(angle_deg)), -radius * cos(radians(angle_deg))


def trapezoid(low: float, high: float, half_low: float, grown: float = 0.0) -> list[Point]:
    """(y, z) of a dovetail that narrows at 45 degrees from `half_low` at y = low to the front, grown in height."""
    half_high = half_low - (high - low) + grown
    half_low += grown
    return [(low, -half_low), (high, -half_high), (high, half_high), (low, half_low)]


def ramp(first: list[Point], second: list[Point], x: Point) -> Part:
    """A body between two polygons of (y, z), the first at x[0], the second at x[1]."""
    faces = [
        Face(Wire.make_polygon([Vector(at, y, z) for y, z in points], close=True))
        for at, points in ((x[0], first), (x[1], second))
    ]
    return loft(faces)
