"""The camera's nose: it holds the camera's board, carries the shutter's rails and has a toothed rim."""

from __future__ import annotations

from functools import cache

from build123d import Part, Pos, Rot

from hardware.cad import eye
from hardware.cad.fasteners import insert_hole
from hardware.cad.solids import box, pin, whole
from hardware.params import Params

SIDES = (-1, 1)


def rim_profile(params: Params) -> list[eye.Point]:
    """(y, z) of the toothed rim: a tooth's hollow at each detent, a rise as a stop past the first and the last."""
    size = params.cradle
    low, high = min(size.detents_deg), max(size.detents_deg)
    half = (
        size.notch / size.rim * 57.3
    )  # a hollow's sides stand at 45 degrees: it is as wide to each side as it is deep
    outer = size.rim + size.stop_rise
    flat = size.tip_flat / 2 / size.rim * 57.3
    points = [eye.ray(outer, low - size.stop_beyond_deg)]
    points += [eye.ray(size.rim, low - size.stop_beyond_deg)]
    angle = low - size.stop_beyond_deg + 0.5
    for detent in size.detents_deg:
        while angle < detent - half - flat - 0.5:
            points.append(eye.ray(size.rim, angle))
            angle += 1.5
        edge, floor = half + flat, size.rim - size.notch
        points += [eye.ray(size.rim, detent - edge), eye.ray(floor, detent - flat)]
        points += [eye.ray(floor, detent + flat), eye.ray(size.rim, detent + edge)]
        angle = detent + edge + 0.5
    points += [
        eye.ray(size.rim, high + size.stop_beyond_deg),
        eye.ray(outer, high + size.stop_beyond_deg + 2.2),
    ]
    return points


def _rim(params: Params) -> Part:
    size = params.cradle
    back, bottom = eye.board_front(params), -size.height / 2
    outer = size.rim + size.stop_rise
    teeth = rim_profile(params)
    # From the bed along the bed side to the first stop, along the teeth, and back inside the nose.
    outline = [(back, bottom + 1), (back, -((outer**2 - back**2) ** 0.5)), *teeth, (teeth[-1][0], bottom + 1)]
    half = size.rim_width / 2
    return eye.along_x(outline, (-half, half))


def _rails(params: Params) -> Part:
    """The channel in which the shutter slides, with the hollows for its teeth: what is cut from the nose's front."""
    size, slide = params.cradle, params.shutter
    low = size.face
    half = slide.front_height / 2 + slide.thickness + slide.play + slide.side_play
    high = size.front + 0.5

    def section(grown: float) -> list[eye.Point]:
        return eye.trapezoid(low, high, half, grown)

    start, end = -slide.width / 2 - slide.end_gap, size.width / 2 + 1
    deep = slide.click + slide.click_play
    channel = eye.along_x(section(0), (start, end))
    for at in (slide.click_at, slide.click_at + slide.travel):
        left, right = at - slide.click_length / 2 - 0.1, at + slide.click_length / 2 + 0.1
        channel += eye.along_x(section(deep), (left, right))
        channel += eye.ramp(section(0), section(deep), (left - slide.ramp, left))
        if at == slide.click_at:  # beyond the open place the hollow's side is upright: the shutter stays in
            channel += eye.ramp(section(deep), section(0), (right, right + slide.ramp))
    mouth = size.width / 2 - 1.4
    channel += eye.ramp(section(0), section(deep), (mouth, size.width / 2 + 0.01))
    return channel


def _nose(params: Params) -> Part:
    size, camera = params.cradle, params.camera
    back = eye.board_front(params)
    half, side = size.height / 2, size.width / 2
    outline = [
        (back, -half),
        (size.front - size.edge, -half),
        (size.front, -half + size.edge),
        (size.front, half - size.edge),
        (size.front - size.edge, half),
        (back, half),
    ]
    body = eye.along_x(outline, (-side, side)) + _rim(params)
    # Room for the lens; its roof narrows to the window at 45 degrees.
    room, window = camera.lens_width / 2 + size.lens_beside, size.window[0] / 2
    roof = size.face - 0.8 - (room - window)
    lens = [(-room, back - 1), (room, back - 1), (room, roof), (window, roof + room - window)]
    lens += [
        (window, size.front + 1),
        (-window, size.front + 1),
        (-window, roof + room - window),
        (-room, roof),
    ]
    body -= eye.along_z(lens, (-size.window[1] / 2, size.window[1] / 2))
    _, near = eye.board_sides(params)
    far = params.insert.hole_depth + params.printing.least_wall - side  # the bearing's insert is behind it
    parts = size.parts_width / 2
    body -= box((far, near + 0.2), (back - 1, back + size.parts_room), (-parts, parts))
    long, deep = size.flex_room
    body -= box((-room - long, -room + 1), (back - 1, back + deep), (-parts + 1.2, parts - 1.2))
    for x, z in eye.holes(params):
        body -= pin(x, z, (back - 1, back + size.screw_depth), size.screw_pilot)
    for way in SIDES:
        body -= Pos(way * side, 0, 0) * Rot(0, way * 90, 0) * insert_hole(params)
    return body - _rails(params)


@cache
def nose(params: Params) -> Part:
    """The camera's nose in the tilting frame."""
    return whole(_nose(params))
