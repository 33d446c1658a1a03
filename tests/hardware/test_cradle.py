"""The camera's cradle: it turns about the lens, clicks at its detents, holds there, hurts neither view nor cable."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache
from math import atan2, degrees, hypot, pi

import pytest
from build123d import Align, Circle, Cylinder, Part, Plane, Pos, Rot, Vector, extrude
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.cad import cradle, eye, vitamins
from hardware.cad.chest_shell import front_shell
from hardware.cad.model import Piece
from hardware.cad.nose import nose, rim_profile
from hardware.cad.solids import box, shared
from hardware.params import load

PARAMS = load()
SIZE = PARAMS.cradle
DETENTS = SIZE.detents_deg
BETWEEN = [(low + high) / 2 for low, high in itertools.pairwise(DETENTS)]


@cache
def shell() -> Part:
    return front_shell(PARAMS)


@cache
def carrier() -> Part:
    return nose(PARAMS)


def turned(tilt: float) -> Part:
    return eye.place(PARAMS, tilt) * carrier()


def pupil(tilt: float) -> Part:
    return eye.place(PARAMS, tilt) * Pos(0, SIZE.axis_behind, 0)


def tooth() -> Part:
    """The finger's tooth in the unit."""
    return cradle.adds(PARAMS)[-1]


def test_detents_are_those_of_the_camera_settings():
    assert DETENTS == (0.0, 10.0, 15.0, 20.0, 30.0)


@given(st.lists(st.integers(0, 5), min_size=2, max_size=6, unique=True))
@settings(max_examples=40, deadline=None)
def test_the_rim_has_a_hollow_at_each_detent_and_only_there(steps: list[int]):
    """For any detents that stand six degrees apart: one hollow each, as deep as told, and a rise at both ends."""
    detents = tuple(sorted(6.0 * step for step in steps))
    params = replace(PARAMS, cradle=replace(SIZE, detents_deg=detents))
    points = rim_profile(params)
    around = [round(degrees(atan2(y, -z)), 6) for y, z in points]
    radius = [hypot(y, z) for y, z in points]
    assert around == sorted(around)
    floor = SIZE.rim - SIZE.notch
    deepest = [angle for angle, far in zip(around, radius, strict=True) if far < floor + 0.001]
    assert len(deepest) == 2 * len(detents)
    for detent in detents:
        assert sum(abs(angle - detent) < 1 for angle in deepest) == 2
    assert radius[0] == pytest.approx(SIZE.rim + SIZE.stop_rise)
    assert radius[-1] == pytest.approx(SIZE.rim + SIZE.stop_rise)


def test_the_axis_runs_through_the_lens():
    lens = vitamins.camera(PARAMS)[2][0]
    assert lens.solid().is_inside(Vector(0, -SIZE.axis_behind, 0))


@pytest.mark.parametrize("tilt", DETENTS)
def test_at_a_detent_the_tooth_lies_in_a_hollow_without_force(tilt: float):
    assert shared(shell(), turned(tilt)) < 0.001
    assert shared(tooth(), turned(tilt)) < 0.001


@pytest.mark.parametrize("tilt", BETWEEN)
def test_between_two_detents_the_finger_is_bent_and_has_the_room(tilt: float):
    assert shared(tooth(), turned(tilt)) > 0.02
    down = SIZE.notch - SIZE.notch_play + 0.02
    assert down < SIZE.finger_gap - 0.2
    assert shared(Pos(0, 0, -down) * tooth(), turned(tilt)) < 0.001


@pytest.mark.parametrize("tilt", [DETENTS[0] - 6.5, DETENTS[-1] + 8])
def test_a_few_degrees_past_the_last_detent_it_stops(tilt: float):
    """Even when the finger is bent until its slit is closed, the rim's rise meets the tooth."""
    assert shared(Pos(0, 0, -SIZE.finger_gap) * tooth(), turned(tilt)) > 0.01


def test_the_finger_bends_less_than_petg_bears():
    """A beam held at one end: the strain at its root stays under 2 %, half of where PETG yields (a typical value)."""
    length = SIZE.finger[1]
    bend = SIZE.notch
    assert 1.5 * SIZE.finger_thickness * bend / length**2 < 0.02


def test_the_finger_holds_the_camera_against_its_own_weight():
    """Force of the bent finger at the rim against 20 g at 10 mm, tenfold; stiffness 2000 N/mm², typical of PETG."""
    inner, outer = 2.4, 4.8
    broad = inner + outer
    inertia = broad * SIZE.finger_thickness**3 / 12
    force = 3 * 2000 * inertia * (SIZE.notch - SIZE.notch_play) / SIZE.finger[1] ** 3
    assert force * SIZE.rim > 10 * 0.020 * 9.81 * 10
    assert force < 8, "a thumb must still turn it"


@pytest.mark.parametrize("tilt", DETENTS)
def test_case_and_cradle_stay_out_of_the_view(tilt: float):
    """67 by 102 degrees and 0.2 mm more, from the pupil where the tilt has brought it."""
    seen = pupil(tilt) * vitamins.cone(PARAMS, margin=0.2)
    assert shared(seen, shell()) < 0.01
    assert shared(seen, turned(tilt)) < 0.01


def test_a_taller_lens_has_room_too():
    """Sources differ on what the 12.4 mm count; a lens of the larger height meets neither cradle nor shutter."""
    back = eye.board_front(PARAMS)
    camera = PARAMS.camera
    half, step = camera.lens_width / 2, SIZE.lens_room - camera.barrel_height
    housing = box((-half, half), (back, back + step), (-half, half))
    barrel = Rot(-90, 0, 0) * Cylinder(
        camera.barrel / 2, SIZE.lens_room, align=(Align.CENTER, Align.CENTER, Align.MIN)
    )
    lens = housing + Pos(0, back, 0) * barrel
    assert shared(lens, carrier()) < 0.01
    assert back + SIZE.lens_room < SIZE.face + PARAMS.shutter.play


def _kept(tilt: float) -> list[Piece]:
    return cradle.pieces(PARAMS, tilt)


def test_the_keepers_hold_the_journals():
    """Pulled back by a millimetre, the heads on which the cradle turns meet the keepers."""
    pieces = _kept(0)
    journals = [piece for piece in pieces if piece.part == "screw_m25x6"]
    keepers = [piece for piece in pieces if piece.name.startswith("cradle_keeper")]
    assert len(journals) == len(keepers) == 2
    for journal in journals:
        assert sum(shared(Pos(0, -1, 0) * journal.shape, keeper.shape) for keeper in keepers) > 1
        assert sum(shared(journal.shape, keeper.shape) for keeper in keepers) < 0.001
        for push in (Pos(0, 1, 0), Pos(0, 0, 1), Pos(0, 0, -1)):
            assert shared(push * journal.shape, shell()) > 0.5


def test_the_cradle_cannot_shift_sideways_much():
    for way in (-1, 1):
        assert shared(Pos(way * (SIZE.side_gap + 0.3), 0, 0) * turned(15), shell()) > 1


def _path(piece: Piece, width: float = 5.0) -> Part:
    """The room of a screwdriver behind a screw whose head looks back, 60 mm long."""
    centre = piece.shape.bounding_box().center()
    back = piece.shape.bounding_box().min.Y
    rod = Cylinder(width / 2, 60, align=(Align.CENTER, Align.CENTER, Align.MIN))
    return Pos(centre.X, back - 0.05, centre.Z) * Rot(90, 0, 0) * rod


@pytest.mark.parametrize("tilt", DETENTS)
def test_a_screwdriver_reaches_every_screw_of_the_keepers(tilt: float):
    pieces = _kept(tilt)
    for screw in (piece for piece in pieces if piece.part == "screw_m2x5"):
        for piece in pieces:
            assert shared(_path(screw), piece.shape) < 0.001, (screw.name, piece.name)
        assert shared(_path(screw), shell()) < 0.001


def test_a_screwdriver_reaches_every_screw_of_the_camera():
    pieces = _kept(0)
    for screw in (piece for piece in pieces if piece.part == "screw_m2x6"):
        for piece in pieces:
            assert shared(_path(screw, 4.5), piece.shape) < 0.001, (screw.name, piece.name)


def _ribbon() -> Part:
    """The way of the camera's cable in the tilting frame: out of its socket, a tight bend back, 6 mm on."""
    height = PARAMS.camera.socket[2]
    start = eye.board_sides(PARAMS)[1]
    y = eye.board_front(PARAMS) - PARAMS.camera.thickness - height / 2
    wide, inner, thick = SIZE.ribbon_width, SIZE.ribbon_bend, 0.35
    ring = extrude(Circle(inner + thick) - Circle(inner), wide)
    corner = ring & box((0, 20), (0, 20), (0, wide))
    straight = box((start + 0.05, start + 1.0), (y, y + thick), (-wide / 2, wide / 2))
    bend = Pos(start + 1.0, y + thick - inner - thick, -wide / 2) * corner
    on = box(
        (start + 1.0 + inner, start + 1.0 + inner + thick), (y - inner - 6, y - inner), (-wide / 2, wide / 2)
    )
    return straight + bend + on


@pytest.mark.parametrize("tilt", DETENTS)
def test_the_cable_leaves_in_a_bend_of_the_least_radius_and_touches_nothing(tilt: float):
    way = eye.place(PARAMS, tilt) * _ribbon()
    assert SIZE.ribbon_bend >= 3.0
    assert shared(way, shell()) < 0.001
    for piece in _kept(tilt):
        if piece.part != "camera_3_wide":
            assert shared(way, piece.shape) < 0.001, piece.name


def test_a_thumb_reaches_the_nose():
    """It stands out of the shell at every detent, by more than a fingertip needs to push it."""
    for tilt in DETENTS:
        out = turned(tilt).bounding_box().max.Y - PARAMS.shell.depth
        assert out > 5


def test_the_slits_around_the_finger_leave_it_rooted():
    """Cut at its root, the finger still hangs on the shell; cut beside its tip, it does not."""
    place = eye.place(PARAMS, 0)
    top = -SIZE.rim - SIZE.finger_below_rim
    z = (top - SIZE.finger_thickness, top)
    root = place * box((SIZE.finger[1] - 0.2, SIZE.finger[1] + 0.2), (0.0, 2.0), z)
    beside = place * box((SIZE.finger[0] - 1.0, SIZE.finger[0] - 0.2), (0.0, 2.0), z)
    assert shared(root, shell()) == pytest.approx(root.volume, rel=0.01)
    assert shared(beside, shell()) < 0.001


def test_the_board_rests_on_the_cradle_around_its_holes():
    """A ring around each hole meets plastic; the screw finds a pilot hole of its length."""
    back = eye.board_front(PARAMS)
    for x, z in eye.holes(PARAMS):
        ring = extrude(
            Plane((x, back, z), x_dir=(1, 0, 0), z_dir=(0, 1, 0)) * (Circle(1.8) - Circle(1.0)), 1.0
        )
        assert shared(ring, carrier()) > 0.95 * ring.volume
        core = extrude(Plane((x, back, z), x_dir=(1, 0, 0), z_dir=(0, 1, 0)) * Circle(0.7), SIZE.screw_depth)
        assert shared(core, carrier()) < 0.001 * pi
    assert SIZE.screw_depth >= 6.0 - PARAMS.camera.thickness


def test_the_cradle_goes_in_from_behind():
    """Straight forward into its bearings, with its screws; on the way it meets the tooth alone, which gives way."""
    going = [piece.shape for piece in _kept(0) if piece.step == "chest-4" or piece.part == "screw_m25x6"]
    lowered = Pos(0, 0, -SIZE.finger_gap) * tooth()
    for back in (1.0, 2.5, 4.0, 6.0, 9.0, 14.0, 22.0, 30.0):
        for shape in going:
            at = Pos(0, -back, 0) * shape
            assert shared(at, shell()) - shared(at, tooth()) < 0.002, back
            assert shared(at, lowered) < 0.001, back
