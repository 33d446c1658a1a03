"""The cradle in which the camera tilts: the nose, its bearings, and the finger that clicks.

It turns on the heads of two screws between posts of the front shell; a bar on each pair of posts shuts the bearing.
Below the lens its rim is toothed: a spring finger, which is part of the shell's wall, clicks into it at each detent.
"""

from __future__ import annotations

from functools import cache

from build123d import Location, Part, Pos, RectangleRounded, Rot, extrude

from hardware.cad import eye, vitamins
from hardware.cad.fasteners import cap_screw, insert, rod
from hardware.cad.model import ACCENT, BLACK, BRASS, METAL, Piece
from hardware.cad.nose import SIDES, nose
from hardware.cad.solids import box, pin, together, whole
from hardware.params import Params

FACE_DOWN = Rot(90, 0, 0)  # the side that looks back comes to lie on the bed


@cache
def keeper(params: Params) -> Part:
    """The bar that shuts a bearing, its middle on the origin of X and Z, its front on y = 0."""
    size = params.cradle
    high = 2 * (params.screw.pan_head / 2 + size.post_gap + size.post[1])
    bar = Rot(90, 0, 0) * extrude(RectangleRounded(size.post[0], high, 1), size.keeper)
    for way in SIDES:
        bar -= pin(0, way * size.keeper_screws / 2, (-9, 9), size.keeper_hole)
    return whole(bar)


def _keeper_place(params: Params, way: int) -> Location:
    size = params.cradle
    x = way * (size.width / 2 + size.side_gap + size.post[0] / 2)
    return eye.place(params, 0) * Pos(x, -params.screw.pan_head / 2 - size.post_gap, 0)


def _wall(params: Params) -> tuple[float, float]:
    """Y of the inner and the outer face of the shell's front wall, seen from the axis."""
    axis = params.camera.y - params.cradle.axis_behind
    return params.shell.depth - params.shell.wall - axis, params.shell.depth - axis


@cache
def adds(params: Params) -> list[Part]:
    """Solids that the front shell grows for the cradle: the bearings' posts, the finger's bed. In its place."""
    size = params.cradle
    inner, _ = _wall(params)
    journal = params.screw.pan_head / 2 + size.post_gap
    near = size.width / 2 + size.side_gap
    grown = []
    for way in SIDES:
        x = sorted((way * near, way * (near + size.post[0])))
        for up in SIDES:
            z = sorted((up * journal, up * (journal + size.post[1])))
            post = box((x[0], x[1]), (-journal, inner + 0.5), (z[0], z[1]))
            hole = pin(
                way * (near + size.post[0] / 2), up * size.keeper_screws / 2, (-9, 0), size.screw_pilot
            )
            grown.append(post - Pos(0, size.keeper_pilot - journal, 0) * hole)
    tip, root = size.finger
    top = -size.rim - size.finger_below_rim
    low = top - size.finger_thickness - size.finger_gap
    half = size.rim_width / 2 - 0.5
    bed = box((tip - size.finger_room - 2, root + 4), (-journal, inner + 0.5), (low - 2, top))
    flat = size.tip_flat / 2
    high = size.finger_below_rim + size.notch - size.notch_play
    tooth = [(-high - flat, top - 0.2), (-high - flat, top), (-flat, top + high), (flat, top + high)]
    tooth += [(high + flat, top), (high + flat, top - 0.2)]
    grown += [bed, eye.along_x(tooth, (-half, half))]
    return [eye.place(params, 0) * shape for shape in grown]


def takes(params: Params) -> list[Part]:
    """Solids that are cut out of the front shell for the cradle: its window and the slits of the finger."""
    size = params.cradle
    inner, outer = _wall(params)
    deep = (-9.0, outer + 3)
    side = size.width / 2 + size.side_gap
    sweep = size.rim + size.sweep_gap
    top = -size.rim - size.finger_below_rim
    tip, root = size.finger
    low = top - size.finger_thickness
    slits = [
        box((tip - size.finger_room, root), deep, (low - size.finger_gap, low)),
        box((tip - size.finger_room, tip), deep, (low - size.finger_gap, top + 0.01)),
    ]
    window = box((-side, side), (inner - 0.01, outer + 3), (top, sweep))
    tooth = next(shape for shape in reversed(adds(params)))
    return [eye.place(params, 0) * slit for slit in slits] + [eye.place(params, 0) * window - tooth]


def _lay(place: Location) -> Location:
    return FACE_DOWN * place.inverse()


def _bought(params: Params, tilt_deg: float) -> list[Piece]:
    size, place = params.cradle, eye.place(params, tilt_deg)
    back, away = eye.board_front(params), params.camera.thickness
    tones = vitamins.camera(params)
    at_pupil = place * Pos(0, size.axis_behind, 0)
    tones = tuple((at_pupil * shape, colour) for shape, colour in tones)
    pieces = [
        Piece(
            "camera_3_wide",
            together([shape for shape, _ in tones]),
            BLACK,
            part="camera_3_wide",
            flies=(0, 48, 0),
            step="chest-4",
            tones=tones,
        )
    ]
    for number, (x, z) in enumerate(eye.holes(params), 1):
        screw = place * Pos(x, back - away, z) * Rot(90, 0, 0) * tapping_screw(6.0)
        pieces.append(
            Piece(f"screw_m2x6_{number}", screw, METAL, part="screw_m2x6", flies=(0, 34, 0), step="chest-4")
        )
    for number, way in enumerate(SIDES, 21):
        side = place * Pos(way * size.width / 2, 0, 0) * Rot(0, way * 90, 0)
        fly, farther = (way * 9, 74, 0), (way * 22, 74, 0)
        nut, screw = insert(params), cap_screw(params)
        pieces.append(
            Piece(f"insert_m25_{number}", side * nut, BRASS, part="insert_m25", flies=fly, step="inserts-1")
        )
        pieces.append(
            Piece(
                f"screw_m25x6_{number}",
                side * screw,
                METAL,
                part="screw_m25x6",
                flies=farther,
                step="chest-4",
            )
        )
    return pieces


@cache
def tapping_screw(length: float) -> Part:
    """A self-tapping screw of 2 mm with a pan head on z = 0, 4 mm wide, 1.6 mm high; of its thread only the core."""
    return rod(4.0, 1.6) - Pos(0, 0, 0.8) * box((-1.2, 1.2), (-0.3, 0.3), (0, 1)) + rod(1.6, length, -length)


@cache
def pieces(params: Params, tilt_deg: float) -> list[Piece]:
    """The cradle, the camera and their screws, tilted down by so many degrees."""
    size, place = params.cradle, eye.place(params, tilt_deg)
    made = [
        Piece(
            "camera_cradle",
            place * nose(params),
            ACCENT,
            printed=True,
            lay=_lay(place),
            flies=(0, 74, 0),
            step="chest-4",
        ),
        *_bought(params, tilt_deg),
    ]
    for number, way in enumerate(SIDES, 1):
        at = _keeper_place(params, way)
        name = f"cradle_keeper_{'left' if way < 0 else 'right'}"
        fly = (0, 66, 0)
        made.append(
            Piece(name, at * keeper(params), ACCENT, printed=True, lay=_lay(at), flies=fly, step="chest-5")
        )
        for up, more in ((-1, 0), (1, 1)):
            spot = at * Pos(0, -size.keeper, up * size.keeper_screws / 2) * Rot(90, 0, 0)
            name = f"screw_m2x5_{19 + 2 * number + more}"
            made.append(
                Piece(
                    name,
                    spot * tapping_screw(5.0),
                    METAL,
                    part="screw_m2x5",
                    flies=(0, 52, 0),
                    step="chest-5",
                )
            )
    return made
