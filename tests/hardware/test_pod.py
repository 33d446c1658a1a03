"""The pod: five caps that are told apart and cannot fall out or jam; all inside has its place and is reached."""

from __future__ import annotations

import itertools
import tomllib
from functools import cache
from math import atan, cos, degrees, hypot, radians, sin, tan
from pathlib import Path

import pytest
from build123d import Align, Axis, Circle, Cylinder, Part, Pos, Rot, Vector, extrude

from hardware.cad import caps, pod, pod_shells, vitamins
from hardware.cad.model import Piece
from hardware.cad.pod_frame import facing, grown, keys, layers, socket_y
from hardware.cad.solids import box, pin, shared
from hardware.params import load

PARAMS = load()
POD, CAPS, Y = PARAMS.pod, PARAMS.caps, layers(PARAMS)
PINS = tomllib.loads((Path(__file__).parents[2] / "shared" / "pins.toml").read_text(encoding="utf-8"))
NAMES = [button["name"] for button in PINS["button"]]
PAIRS = list(itertools.combinations(NAMES, 2))


@cache
def pieces() -> dict[str, Piece]:
    return {piece.name: piece for piece in pod.pieces(PARAMS)}


def solid(name: str) -> Part:
    return pieces()[name].shape


def cap(name: str) -> Part:
    return solid(f"cap_{name}")


def moved(shape: Part, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Part:
    return Pos(x, y, z) * shape


# --- what the fingers feel


def test_every_button_has_its_cap_and_no_cap_is_left_over():
    assert sorted(caps.SHAPES) == sorted(NAMES)
    assert sorted(keys(PARAMS)) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_shape_is_the_one_that_the_pins_tell(name: str):
    told = next(button["shape"] for button in PINS["button"] if button["name"] == name)
    assert told.startswith(caps.SHAPES[name])


def test_the_shapes_are_what_their_words_say():
    """A dome is highest in its middle, bars have gaps, a ring a hollow, a triangle three sides, a cross four arms."""
    face, top = Y.face, Y.face + CAPS.raised

    def at(name: str, x: float, z: float, y: float) -> bool:
        middle = keys(PARAMS)[name]
        return cap(name).solid().is_inside(Vector(middle[0] - x, y, middle[1] + z))

    assert at("describe", 0, 0, top + 0.3)
    assert not at("describe", 7, 0, top + 0.3)
    assert [at("read", x, 0, top - 0.1) for x in (-4.2, -2.1, 0, 2.1, 4.2)] == [
        True,
        False,
        True,
        False,
        True,
    ]
    assert at("ask", 5.5, 0, top - 0.1)
    assert not at("ask", 0, 0, top - 0.1)
    assert at("ask", 0, 0, face + CAPS.low - 0.1)
    assert at("find", 0, 6, top - 0.1)
    assert not at("find", 0, -6, top - 0.1)
    assert all(at("stop", x, z, top - 0.1) for x in (-4, 4) for z in (-4, 4))
    assert not any(at("stop", x, z, top - 0.1) for x, z in ((6, 0), (-6, 0), (0, 6), (0, -6)))


@pytest.mark.parametrize("one, other", PAIRS)
def test_gaps_between_caps_are_wide(one: str, other: str):
    """At the face and above: at least ten millimetres, which keeps one finger on one cap."""
    above = [shape & box((-60, 60), (Y.face, 60), (-60, 60)) for shape in (cap(one), cap(other))]
    assert above[0].distance_to(above[1]) >= CAPS.gap >= 10.0


@pytest.mark.parametrize("name", NAMES)
def test_caps_stand_out_so_much_that_they_are_felt(name: str):
    out = cap(name).bounding_box().max.Y - Y.face
    assert 1.5 <= out <= 2.5
    assert out - POD.travel > 1.0, "pressed it is still felt"


def test_the_ridge_lies_between_describe_and_the_others_and_is_lower_than_the_caps():
    bar = solid("pod_ridge").bounding_box()
    assert cap("describe").bounding_box().min.Z > bar.max.Z + 1
    assert max(cap(name).bounding_box().max.Z for name in NAMES if name != "describe") < bar.min.Z - 1
    above = solid("pod_ridge") & box((-60, 60), (Y.face, 60), (-60, 60))
    assert 1.0 <= above.bounding_box().max.Y - Y.face < CAPS.raised
    assert above.bounding_box().size.X > 30
    for name in NAMES:
        assert above.distance_to(cap(name) & box((-60, 60), (Y.face, 60), (-60, 60))) > 4.0, name


def test_describe_is_alone_at_the_top_and_the_others_stand_in_two_rows():
    place = keys(PARAMS)
    assert place["describe"][0] == pytest.approx(0)
    assert place["describe"][1] > place["read"][1] + 20
    assert place["read"][1] == place["ask"][1] > place["find"][1] == place["stop"][1]
    assert place["read"][0] == place["find"][0] > 0 > place["ask"][0] == place["stop"][0], (
        "+X is at the holder's left"
    )


# --- caps cannot fall out, fall in, jam or turn


@pytest.mark.parametrize("name", NAMES)
def test_a_cap_goes_through_its_hole_with_play_on_all_sides(name: str):
    """It moves 0.25 mm to any side and does not touch; at 0.6 mm it does: neither stiff nor loose."""
    front = solid("pod_front")
    for turn in range(0, 360, 90):
        x, z = cos(radians(turn)), sin(radians(turn))
        assert shared(moved(cap(name), 0.25 * x, 0, 0.25 * z), front) < 0.001
        assert shared(moved(cap(name), 0.6 * x, 0, 0.6 * z), front) > 0.01


@pytest.mark.parametrize("name", NAMES)
def test_the_flange_keeps_a_cap_in_wherever_it_has_moved(name: str):
    """Pushed to any side as far as its play goes, it overlaps the face by half a millimetre all around."""
    sketch = caps.outline(PARAMS, name, CAPS.play + CAPS.play + 0.5)
    flange = caps.outline(PARAMS, name, CAPS.flange)
    assert (sketch - flange).area < 0.01
    up = moved(cap(name), 0, CAPS.float_gap + 0.3, 0)
    assert shared(up, solid("pod_front")) > 5.0


@pytest.mark.parametrize("name", NAMES)
def test_at_rest_a_cap_touches_only_its_switch(name: str):
    for other, piece in pieces().items():
        if other != f"cap_{name}":
            assert shared(cap(name), piece.shape) < 0.001, other
    down = moved(cap(name), 0, -0.05, 0)
    switches = [piece.shape for other, piece in pieces().items() if other.startswith("tact_switch")]
    assert sum(shared(down, switch) for switch in switches) > 0.1, "it rests on the plunger"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_stops_a_cap_before_its_switch_has_closed(name: str):
    """Its travel, and as much again: the flange reaches neither the switch's body, nor board, nor ridge."""
    way = 2 * POD.travel
    assert CAPS.above_switch > way
    down = moved(cap(name), 0, -way, 0)
    for other, piece in pieces().items():
        if other != f"cap_{name}" and not other.startswith("tact_switch"):
            assert shared(down, piece.shape) < 0.001, other
    bodies = [
        facing(x, Y.seat, z).location * extrude(Circle(8.4), POD.switch_body)
        for x, z in keys(PARAMS).values()
    ]
    assert sum(shared(down, body) for body in bodies) < 0.001


def _edge(name: str) -> tuple[float, float]:
    """How far from its middle a finger can press a cap, and how high above the face that is."""
    size = CAPS
    if name == "describe":
        return size.dome[0] / 2, size.raised + 0.5 - size.dome[1]
    if name == "read":
        return hypot(size.bar_pitch + size.bar[1] / 2, size.bar[0] / 2), size.raised
    if name == "ask":
        return size.ring[0] / 2, size.raised
    corners = caps.outline(PARAMS, name).vertices()
    return max(hypot(corner.X, corner.Y) for corner in corners), size.raised


def _tipped(name: str) -> float:
    """By what angle a cap tips, radians, until its switch has closed, when it is pressed at its very edge.

    First about the plunger until the far side of its flange meets the face, then about that flange.
    """
    flange = _edge(name)[0] + CAPS.flange - CAPS.edge
    return atan(CAPS.float_gap / flange) + atan(POD.travel / flange)


@pytest.mark.parametrize("name", NAMES)
def test_pressed_at_its_very_edge_a_cap_closes_its_switch_before_it_jams(name: str):
    """Tipped so far, it needs less play in its hole than it has: thickness of the face times the angle."""
    assert POD.wall * tan(_tipped(name)) < 2 * CAPS.play
    assert degrees(_tipped(name)) < 8


@pytest.mark.parametrize("name", NAMES)
def test_the_pressed_edge_stays_above_the_face_and_off_the_switch(name: str):
    """That edge goes down the farthest: it is still above the face, and its flange above the switch's corners."""
    edge, high = _edge(name)
    assert high - POD.travel - edge * tan(_tipped(name)) > 0
    assert POD.travel + 6.0 * 2**0.5 * tan(_tipped(name)) < CAPS.above_switch


@pytest.mark.parametrize("name", ["read", "find", "stop"])
def test_a_cap_with_corners_cannot_turn(name: str):
    x, z = keys(PARAMS)[name]
    turned = Pos(x, 0, z) * Rot(0, 12, 0) * Pos(-x, 0, -z) * cap(name)
    assert shared(turned, solid("pod_front")) > 0.05


def test_five_caps_fill_five_holes_in_one_way_only():
    """A maker who feels the way cannot end with every cap in a hole and one of them in a wrong one."""
    plain = {name: caps.outline(PARAMS, name) for name in NAMES}
    holes = {name: caps.outline(PARAMS, name, CAPS.play) for name in NAMES}
    fits = {
        (one, other): any(
            (Rot(0, 0, turn) * plain[one] - holes[other]).area < 0.5 for turn in range(0, 120, 15)
        )
        for one, other in itertools.product(NAMES, NAMES)
    }
    ways = [
        order
        for order in itertools.permutations(NAMES)
        if all(fits[pair] for pair in zip(NAMES, order, strict=True))
    ]
    assert ways == [tuple(NAMES)]


# --- what is inside


@pytest.mark.parametrize("name", NAMES)
def test_each_switch_sits_on_the_boards_grid(name: str):
    """12.7 by 5.08 mm, five holes by two: the switch's legs of 12.5 by 5 mm go in without bending."""
    column, row = next((column, row) for key, column, row in CAPS.keys if key == name)
    columns, rows = POD.board_grid
    for leg in (column - 2.5, column + 2.5):
        assert leg == int(leg)
        assert 0 <= leg < columns
    for leg in (row - 1, row + 1):
        assert leg == int(leg)
        assert 0 <= leg < rows
    assert (columns - 1) * POD.grid < POD.board[0]
    assert (rows - 1) * POD.grid < POD.board[1]


def test_the_board_lies_on_its_posts_and_their_screws_hold():
    front = solid("pod_front")
    for x, z in pod_shells.board_corners(PARAMS):
        ring = pin(x, z, (Y.seat, Y.seat + 1), 4.6) - pin(x, z, (Y.seat, Y.seat + 1), POD.screw_pilot + 0.2)
        assert shared(ring, front) == pytest.approx(ring.volume, rel=0.02)
    assert 5.0 - POD.board[2] >= 3.0, "thread in the post"
    assert POD.screw_depth >= 5.0 - POD.board[2] + 1


def test_ridge_and_caps_are_kept_in_by_the_board():
    """The ridge cannot fall out in front, nor move back by more than a little: it stands on the board."""
    bar = solid("pod_ridge")
    assert shared(moved(bar, 0, 0.3, 0), solid("pod_front")) > 1
    assert shared(moved(bar, 0, -0.15, 0), solid("switch_board")) > 1
    for name in NAMES:
        low = cap(name).bounding_box().min.Y
        assert low > Y.switch


def test_a_pen_reaches_bootsel_through_the_back():
    """A rod of 3 mm, from the back to the button; 2 mm to either side are free, for its place is not checked."""
    x, z = pod_shells.bootsel(PARAMS)
    for off in (-2.0, 0.0, 2.0):
        rod = pin(x, z + off, (-20, Y.pico_back - 2.0), 3.0)
        for name, piece in pieces().items():
            if name != "pico":
                assert shared(rod, piece.shape) < 0.001, name
    board = solid("pico")
    assert shared(pin(x, z, (Y.pico_back - 2.0, Y.pico_back), 1.0), board) > 0.1, "there the button is"


def test_the_pico_rests_on_four_places_and_two_screws_hold_it():
    back, board = solid("pod_back"), solid("pico")
    under = [*pod_shells.pico_screws(PARAMS), *pod_shells.pico_pegs(PARAMS)]
    for x, z in under:
        spot = pin(x, z, (Y.pico_back - 0.5, Y.pico_back), 3.4) - pin(x, z, (0, 30), POD.screw_pilot + 0.3)
        assert shared(spot, back) > 0.6 * spot.volume
    assert shared(back, board) < 0.001
    for x, z in pod_shells.pico_pegs(PARAMS):
        peg = pin(x, z, (Y.pico_front, Y.pico_front + POD.pico_peg), POD.pico_peg_width - 0.2)
        assert shared(peg, back) == pytest.approx(peg.volume, rel=0.02)
    tight = moved(board, 0.6, 0, 0)
    assert shared(tight, back) > 0.01, "the pegs keep it from sliding"


def test_the_plug_has_room_and_its_cable_is_straight():
    """The largest overmould is between plate, board and clamp; the cable leaves it in line."""
    plug = solid("usb_cable_pod_end")
    for name, piece in pieces().items():
        if name not in ("usb_cable_pod_end", "pico"):
            assert shared(plug, piece.shape) < 0.001, name
    box_of = plug.bounding_box()
    wide = box_of.size.X
    assert wide == pytest.approx(POD.plug[0], abs=0.01)
    assert socket_y(PARAMS) == pytest.approx((box_of.min.Y + box_of.max.Y) / 2, abs=0.01)
    usb = POD.cables[0][0]
    assert usb == 0.0


def test_the_plug_comes_out_without_taking_the_pico_off():
    """Drawn down by the 6 mm that a micro-B plug is long, its overmould meets neither clamp nor pegs."""
    usb = solid("usb_cable_pod_end")
    plug = usb & box((-30, 30), (-5, 30), (-POD.height / 2 + 15, 30))
    drawn = moved(plug, 0, 0, -6.0) & box((-30, 30), (-5, 30), (POD.clamp[3] - 0.3, 30))
    assert drawn.volume == pytest.approx((moved(plug, 0, 0, -6.0)).volume, rel=0.06), (
        "above the clamp, but its cord"
    )
    assert shared(drawn, solid("pod_back")) < 0.001


@pytest.mark.parametrize("number", [0, 1])
def test_the_clamp_squeezes_each_cable_a_little(number: int):
    """Some tenths of a millimetre hold it and do not hurt it. The bar closes on them, not on the block."""
    x, width = POD.cables[number]
    left, right, low, high = POD.clamp
    middle = (low + high) / 2
    cord = Pos(x, socket_y(PARAMS), middle - 3) * extrude(Circle(width / 2), 6)
    held = shared(cord, solid("pod_back")) + shared(cord, solid("pod_clamp"))
    assert 0.02 < held / cord.volume < 0.3
    assert left + width / 2 < x < right - width / 2
    gap = solid("pod_clamp").bounding_box().min.Y - (socket_y(PARAMS) - POD.squeeze / 2)
    assert 0.2 <= gap <= 1.0


def test_the_cables_leave_through_the_bottom():
    front = solid("pod_front")
    for x, width in POD.cables:
        way = Pos(x, socket_y(PARAMS), -POD.height / 2 - 5) * extrude(Circle(width / 2), 12)
        assert shared(way, front) < 0.001


def test_the_motors_pocket_holds_the_coin():
    """It goes in, cannot slide more than its gap, has a slit for its wires and lies on the plate the palm holds."""
    back, coin = solid("pod_back"), solid("motor_erm")
    assert shared(coin, back) < 0.001
    for x, z in ((0.4, 0), (-0.4, 0), (0, -0.4)):
        assert shared(moved(coin, x, 0, z), back) > 0.01
    assert shared(moved(coin, 0, -0.1, 0), back) > 1
    x, z = POD.motor_place
    wires = box((x - 1, x + 1), (Y.plate + 0.2, Y.plate + 1.2), (z, z + 12))
    assert shared(wires, back) < 0.001


def test_a_cord_goes_through_the_top():
    """In through one hole, out through the other: rods of 3 mm meet nothing."""
    apart, _ = POD.lanyard
    middle = (Y.plate + POD.lip + Y.inside) / 2
    for way in (-1, 1):
        rod = Pos(way * apart / 2, middle, POD.height / 2 - 5) * extrude(Circle(1.5), 12)
        assert shared(rod, solid("pod_front")) < 0.001
        assert shared(rod, solid("switch_board")) < 0.001


# --- it can be put together


def _path(piece: Piece, forward: bool, width: float = 5.0) -> Part:
    """The room of a screwdriver, 60 mm long, before a screw that looks forward or behind one that looks back."""
    around = piece.shape.bounding_box()
    centre = around.center()
    rod = Cylinder(width / 2, 60, align=(Align.CENTER, Align.CENTER, Align.MIN))
    if forward:
        return Pos(centre.X, around.max.Y + 0.05, centre.Z) * Rot(-90, 0, 0) * rod
    return Pos(centre.X, around.min.Y - 0.05, centre.Z) * Rot(90, 0, 0) * rod


def test_a_screwdriver_reaches_every_screw_when_its_turn_comes():
    """Pico and clamp while the back lies open, the board in the front, the case from behind."""
    on_back = ["pod_back", "pico", "motor_erm", "usb_cable_pod_end", "pod_clamp", "sensor_cable_end"]
    in_front = ["pod_front", "pod_ridge", "switch_board", *(f"cap_{name}" for name in NAMES)]
    for name, piece in pieces().items():
        if not piece.part.startswith("screw_"):
            continue
        forward = piece.step in ("pod-3", "pod-5")
        near = on_back if forward else in_front if piece.step == "pod-4" else list(pieces())
        path = _path(piece, forward, 4.0 if piece.step == "pod-3" else 4.5)
        for other in near:
            if other != name:
                assert shared(path, solid(other)) < 0.001, (name, other)


def test_the_front_goes_onto_the_back():
    """Drawn off forward in steps, with all that it carries, it touches nothing of what the back carries."""
    carried = ("pod_front", "pod_ridge", "switch_board", "cap_", "tact_", "insert_", "screw_m2x5_3")
    front = [piece for name, piece in pieces().items() if name.startswith(carried)]
    back = [solid(name) for name in ("pod_back", "pod_clamp", "pico", "motor_erm", "usb_cable_pod_end")]
    for by in (0.5, 2.0, 5.0, 12.0):
        for piece in front:
            for other in back:
                assert shared(moved(piece.shape, 0, by, 0), other) < 0.001, (piece.name, by)


def test_wires_have_room_between_pico_and_board():
    gap = Y.board_back - POD.pins - Y.pico_front
    assert gap >= 2.0


def test_a_hand_can_hold_it():
    """No wider, longer or thicker than a small phone in a case is thick: 60 by 120 by 27 mm with its caps."""
    whole = [piece.shape.bounding_box() for piece in pieces().values() if piece.printed]
    assert max(b.max.X for b in whole) - min(b.min.X for b in whole) <= 60
    assert max(b.max.Z for b in whole) - min(b.min.Z for b in whole) <= 120
    assert max(b.max.Y for b in whole) - min(b.min.Y for b in whole) <= 27


def test_the_caps_are_printed_on_their_flanges():
    for name in NAMES:
        laid = pieces()[f"cap_{name}"].on_bed
        lowest = laid.faces().sort_by(Axis.Z)[0]
        assert lowest.area > 100
        low = laid.bounding_box().min.Z
        assert low == pytest.approx(0)


def test_vitamins_agree_with_the_layers():
    """The Pico's socket stands where the cable is; the switch is as high as the layers say."""
    usb = vitamins.pico(PARAMS)[1][0].bounding_box()
    assert Y.pico_front - (usb.min.Z + usb.max.Z) / 2 == pytest.approx(socket_y(PARAMS), abs=0.01)
    high = vitamins.tact_switch(POD.switch_height)[0][0].bounding_box().max.Z
    assert high == POD.switch_height
    outline = grown(caps.outline(PARAMS, "find"), 0, 0, (0, 1)).bounding_box()
    assert outline.max.Z > -outline.min.Z, "the triangle points up"
