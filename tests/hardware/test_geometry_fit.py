"""The assembled units: nothing is where something else is, screws hold, plugs go in, the camera sees out."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence

import numpy as np
import pytest
import solid_checks as check
from build123d import Part, Pos, Rot

from hardware.cad import assembly, chest, cradle, eye, foot, vitamins
from hardware.cad.model import Piece
from hardware.cad.solids import box, shared
from hardware.guide import steps

TOUCH_MM3 = 1.0
# What is meant to be tighter than its hole: kind of the bought part, and how much of it may lie in plastic, mm³.
PRESSED = {
    "insert_m25": 8.0,  # melted in
    "screw_m2x6": 8.0,  # cuts its own thread
    "screw_m2x5": 8.0,
    "usb_cable_power": 45.0,  # squeezed by the clamp
    "usb_cable_pod": 30.0,
}
DETENTS = check.PARAMS.cradle.detents_deg


def allowed(one: Piece, other: Piece) -> float:
    """How much two pieces may share: a pressed part with a printed one, else hardly anything."""
    bought, printed = (one, other) if other.printed else (other, one)
    return PRESSED.get(bought.part, TOUCH_MM3) if printed.printed and not bought.printed else TOUCH_MM3


def clashes(pairs: Sequence[tuple[Piece, Piece]]) -> list[str]:
    """Which pairs share more than they may."""
    found = []
    for one, other in pairs:
        if check.near(one, other):
            common = shared(one.shape, other.shape)
            if common > allowed(one, other):
                found.append(f"{one.name} and {other.name}: {common:.1f} mm³")
    return found


@pytest.mark.parametrize("unit", ["chest", "pod"])
def test_no_two_pieces_are_in_the_same_place(unit: str) -> None:
    pieces = check.CHEST if unit == "chest" else check.POD
    assert not clashes(list(itertools.combinations(pieces, 2)))


@pytest.mark.parametrize("tilt", DETENTS)
def test_the_camera_tilts_to_every_detent_without_touching(tilt: float) -> None:
    pieces = assembly.chest_unit(check.PARAMS, tilt)
    names = {piece.name for piece in cradle.pieces(check.PARAMS, tilt)}
    moving = [piece for piece in pieces if piece.name in names]
    still = [piece for piece in pieces if piece.name not in names]
    assert moving
    assert still
    assert not clashes([*itertools.product(moving, still), *itertools.combinations(moving, 2)])


@pytest.mark.parametrize("tilt", DETENTS)
def test_the_camera_sees_nothing_of_its_case(tilt: float) -> None:
    """67 by 102 degrees from the pupil, and the shutter is open."""
    pupil = eye.place(check.PARAMS, tilt) * Pos(0, check.PARAMS.cradle.axis_behind, 0)
    seen = pupil * vitamins.cone(check.PARAMS)
    for piece in assembly.chest_unit(check.PARAMS, tilt):
        if piece.part not in ("camera_3_wide", "camera_3"):
            assert shared(seen, piece.shape) < 0.1, piece.name


def _along(piece: Piece, axis: int) -> tuple[float, float]:
    low, high = check.box_of(piece)[:, axis]
    return float(low), float(high)


def _middle(piece: Piece) -> np.ndarray:
    return check.box_of(piece).mean(axis=0)


@pytest.mark.parametrize("unit", ["chest", "pod"])
def test_every_machine_screw_has_an_insert_and_grips_it(unit: str) -> None:
    pieces = assembly.chest_unit(check.PARAMS, 0.0) if unit == "chest" else check.POD
    inserts = [piece for piece in pieces if piece.part == "insert_m25"]
    screws = [piece for piece in pieces if piece.part.startswith("screw_m25")]
    free = {insert.name for insert in inserts}
    for screw in screws:
        grips = {}
        for insert in inserts:
            axis = int(np.argmax(np.abs(np.ptp(check.box_of(insert), axis=0) - check.PARAMS.insert.width)))
            aside = np.delete(_middle(screw) - _middle(insert), axis)
            if np.linalg.norm(aside) < 0.05:
                one, other = _along(screw, axis), _along(insert, axis)
                grips[insert.name] = min(one[1], other[1]) - max(one[0], other[0])
        assert grips, f"{screw.name} meets no insert"
        best = max(grips, key=lambda name: grips[name])
        assert grips[best] >= check.PARAMS.screw.least_grip, f"{screw.name}: {grips[best]:.1f} mm"
        free.discard(best)
    assert not free, "inserts without a screw"


def _plug_ways() -> dict[str, Part]:
    """The room that each plug sweeps on its way in, from its socket's mouth outward."""
    plugs = check.PARAMS.plugs
    wide, high = plugs.usb_c
    y = np.mean(chest.chest_plate.power_window(check.PARAMS)[:2])
    z = np.mean(chest.chest_plate.power_window(check.PARAMS)[2:])
    x = chest.power_mouth(check.PARAMS) + 0.2
    ways = {"power": box((x, x + plugs.reach), (y - high / 2, y + high / 2), (z - wide / 2, z + wide / 2))}
    wide, high = plugs.usb_a
    for stack, upper in itertools.product((1, 2), (False, True)):
        x, y, z = chest.usb_mouth(check.PARAMS, stack, upper)
        way = box(
            (x - wide / 2, x + wide / 2), (y - high / 2, y + high / 2), (z - 0.2 - plugs.reach, z - 0.2)
        )
        ways[f"usb_{stack}_{'upper' if upper else 'lower'}"] = way
    return ways


@pytest.mark.parametrize("name", sorted(_plug_ways()))
def test_plugs_go_in(name: str) -> None:
    """The largest overmould, and 25 mm outside of the socket, meet nothing of the case nor of the board."""
    way = _plug_ways()[name]
    for piece in check.CHEST:
        if piece.printed or piece.part == "raspberry_pi_5":
            assert shared(way, piece.shape) < 0.1, piece.name


def test_the_back_is_closed_to_the_body() -> None:
    """No vents there: rays from the body meet the plate everywhere within the shell, but at four screws."""
    plate = check.mesh("back_plate")
    shell = check.PARAMS.shell
    middle = check.box_of(check.PRINTED["back_plate"]).mean(axis=0)
    grid = np.stack(np.meshgrid(np.arange(-33, 34, 1.5), np.arange(-59, 60, 1.5)), axis=-1).reshape(-1, 2)
    bosses = np.array(shell.bosses)
    aside = np.linalg.norm(grid[:, None] - bosses[None], axis=2).min(axis=1)
    grid = grid[aside > 4.0]
    starts = np.stack([grid[:, 0] - middle[0], -(grid[:, 1] - middle[2]), np.full(len(grid), -1.0)], axis=1)
    assert plate.ray.intersects_any(starts, np.broadcast_to([0.0, 0.0, 1.0], starts.shape)).all()


def test_only_the_foot_and_the_foam_stand_out_toward_the_body() -> None:
    for piece in check.CHEST:
        if piece.step != "harness-1":
            assert check.box_of(piece)[0, 1] > -0.01, piece.name


def test_air_finds_its_way_in_and_out() -> None:
    """Open area in front over the cooler, and in the two sides, each larger than the fan's own mouth of 530 mm²."""
    shell = check.PRINTED["front_shell"].shape
    left, right, low, high = check.PARAMS.vents.front
    depth = check.PARAMS.shell.depth
    front = box((left - 2, right + 2), (depth - 1.0, depth - 0.9), (low - 2, high + 2))
    side = box((0, 0.1), (3.0, 28.0), (check.PARAMS.vents.edge_low - 3, check.PARAMS.vents.edge_high + 2))
    fan = np.pi * (check.PARAMS.cooler.fan_width / 2) ** 2
    assert (front.volume - shared(front, shell)) / 0.1 > fan
    sides = [
        Pos(x, 0, 0) * side for x in (-check.PARAMS.shell.width / 2 + 1, check.PARAMS.shell.width / 2 - 1)
    ]
    assert sum(part.volume - shared(part, shell) for part in sides) / 0.1 > fan


def test_stands_are_under_the_holes_of_the_board() -> None:
    plate = check.PRINTED["back_plate"].shape
    size = check.PARAMS.plate
    for x, z in chest.chest_plate.standoffs(check.PARAMS):
        ring = Pos(x, size.thickness + size.standoff - 0.5, z) * Rot(-90, 0, 0) * chest.upright(2.9, 0.4)
        hole = Pos(x, size.thickness + size.standoff - 0.5, z) * Rot(-90, 0, 0) * chest.upright(1.3, 0.4)
        assert shared(ring - hole, plate) > 0.6 * (ring - hole).volume
        assert shared(hole, plate) < 0.05


def _driver(screw: Piece) -> Part | None:
    """The room of a screwdriver's shaft, 4 mm wide and 70 long, over the head; None where the screw stands askew."""
    corners = check.box_of(screw)
    axis = int(np.argmax(np.ptp(corners, axis=0)))
    if not np.isclose(*np.delete(np.ptp(corners, axis=0), axis), atol=0.05):
        return None
    middle = corners.mean(axis=0)
    heavy = np.array([*screw.shape.center()])[axis] > middle[axis]
    start, turn = corners[int(heavy), axis], {0: Rot(0, 90, 0), 1: Rot(-90, 0, 0), 2: Rot(0, 0, 0)}[axis]
    middle[axis] = start
    flip = Rot(0, 0, 0) if heavy else Rot(180, 0, 0)
    return Pos(*middle) * turn * flip * Pos(0, 0, 0.1) * chest.upright(2.0, 70)


def test_a_screwdriver_reaches_every_screw_of_the_chest_unit_when_its_turn_comes() -> None:
    order = [step.id for step in steps.load()]
    pieces = [
        piece
        for piece in assembly.chest_unit(check.PARAMS, 0.0)
        if piece.part not in ("screw_m5x20", "nut_m5")
    ]
    stopped = []
    for screw in (piece for piece in pieces if piece.part.startswith("screw_m2")):
        way = _driver(screw)
        for piece in pieces if way else ():
            later = order.index(piece.step) > order.index(screw.step)
            # In the steps of camera and cradle the shell lies apart; both meet only in chest-5.
            apart = screw.step in ("chest-3", "chest-4", "chest-5") and piece.name != "camera_cradle"
            if not later and not apart and piece is not screw and shared(way, piece.shape) > 0.5:
                stopped.append(f"{screw.name}: {piece.name}")
    assert not stopped


@pytest.mark.parametrize("out", [1.0, 3.0, 8.0, 20.0])
def test_the_shell_comes_off_straight_to_the_front(out: float) -> None:
    """With all that hangs on it; the plugs are pulled out before."""
    steps_of_shell = ("chest-4", "chest-5", "chest-6")
    moving = [piece for piece in check.CHEST if piece.name == "front_shell" or piece.step in steps_of_shell]
    moving = [piece for piece in moving if piece.part != "camera_cable"]
    still = [piece for piece in check.CHEST if piece.step in ("chest-1", "chest-2", "chest-3")]
    still += [check.PRINTED["back_plate"]]
    for one, other in itertools.product(moving, still):
        moved = Pos(0, out, 0) * one.shape
        assert shared(moved, other.shape) < TOUCH_MM3, f"{one.name} and {other.name}"


def test_the_foot_may_be_of_the_other_kind() -> None:
    """Three prongs, for a harness whose own foot has two."""
    other = dataclasses.replace(check.PARAMS, gopro=dataclasses.replace(check.PARAMS.gopro, prongs=3))
    three = foot.gopro_foot(other)
    assert three.is_valid
    assert three.volume > check.PRINTED["gopro_foot"].shape.volume
