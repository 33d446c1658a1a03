"""The perforated board joins exactly what the circuit joins, and its parts have room between the caps."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import replace

from hardware.params import load as load_params
from hardware.pins import load_pins
from hardware.wiring import board, board_drawing, table

PINS, PARAMS = load_pins(), load_params()
LEGS = board.legs(PINS, PARAMS)
NETS = board.nets(PINS)


def test_the_layout_is_the_standard_pods():
    assert board.fits(PINS)


def test_every_leg_of_the_circuit_has_a_hole_of_the_board():
    columns, rows = PARAMS.pod.board_grid
    assert set(LEGS) == set(NETS)
    for column, row in LEGS.values():
        assert 0 <= column < columns and 0 <= row < rows


def test_no_two_legs_share_a_hole_but_a_keys_wire_and_its_leg():
    by_hole = defaultdict(set)
    for end, hole in LEGS.items():
        by_hole[hole].add(end)
    for ends in by_hole.values():
        assert len(ends) == 1 or (len(ends) == 2 and {ref[0] for ref, _ in ends} == {"U", "S"})


def test_bare_wires_join_the_legs_of_one_net_and_touch_no_other():
    under = defaultdict(set)
    for net, tracks in board.TRACKS.items():
        for track in tracks:
            for hole in board.holes(track):
                under[hole].add(net)
    assert all(len(nets) == 1 for nets in under.values()), under
    for end, hole in LEGS.items():
        assert under.get(hole, {NETS[end]}) == {NETS[end]}, end


def test_each_net_hangs_together():
    for net in set(NETS.values()):
        wanted = {hole for end, hole in LEGS.items() if NETS[end] == net}
        tracks = [set(board.holes(track)) for track in board.TRACKS.get(net, ())]
        groups = [*tracks, *({hole} for hole in wanted if not any(hole in track for track in tracks))]
        while len(groups) > 1:
            first = groups[0]
            near = next((group for group in groups[1:] if group & first), None)
            assert near is not None, f"{net}: {first} is apart from the rest"
            groups = [first | near, *(group for group in groups[1:] if group is not near)]
        assert wanted <= groups[0]


def test_wires_run_along_rows_and_columns():
    for tracks in board.TRACKS.values():
        for track in tracks:
            for (column, row), (to_column, to_row) in itertools.pairwise(track):
                assert (column == to_column) != (row == to_row)


def test_no_bare_wire_runs_over_a_leg_that_may_carry_a_keys_signal():
    ground = {hole for track in board.TRACKS["ground"] for hole in board.holes(track)}
    everywhere = {hole for tracks in board.TRACKS.values() for track in tracks for hole in board.holes(track)}
    for name, four in board.switch_legs(PARAMS).items():
        number = PINS.names.index(name) + 1
        grounded = LEGS[f"S{number}", "2"]
        assert grounded in ground
        assert everywhere & set(four) == {grounded}


def test_a_keys_two_wires_are_on_legs_that_lie_diagonally():
    for number in range(1, len(PINS.buttons) + 1):
        (a, b), (c, d) = LEGS[f"S{number}", "1"], LEGS[f"S{number}", "2"]
        assert a != c and b != d


def test_the_transistors_legs_are_in_their_order():
    assert [LEGS["Q1", leg] for leg in "SGD"] == [(7, 13), (8, 13), (9, 13)]


def test_the_parts_lie_apart_and_beside_the_switches():
    from hardware.cad.pod_frame import layers

    boxes = [(body.ref, body.middle, body.size) for body in board.bodies(PARAMS)]
    half = 12.0 / PARAMS.pod.grid
    boxes += [(name, middle, (half, half)) for name, middle in board.keys(PARAMS).items()]
    for (ref, a, size), (other, b, other_size) in itertools.combinations(boxes, 2):
        apart = any(abs(a[axis] - b[axis]) >= (size[axis] + other_size[axis]) / 2 for axis in (0, 1))
        assert apart, f"{ref} lies on {other}"
    room = layers(PARAMS).inside - layers(PARAMS).seat
    for body in board.bodies(PARAMS):
        assert body.stands_mm < room


def test_what_stands_higher_than_the_caps_flanges_stands_beside_them_and_the_ridge():
    grid, pod = PARAMS.pod.grid, PARAMS.pod
    under_flange_mm = pod.switch_body + PARAMS.caps.above_switch - PARAMS.caps.float_gap
    widest = max(PARAMS.caps.dome[0], PARAMS.caps.square[0], PARAMS.caps.ring[0], PARAMS.caps.cross[0])
    radius = (widest / 2 + PARAMS.caps.flange) / grid
    middle_row = (pod.board_grid[1] - 1) / 2
    foot = middle_row + (pod.ridge_z - pod.board_z - pod.ridge_foot[1] / 2) / grid
    for body in board.bodies(PARAMS):
        top = body.middle[1] + body.size[1] / 2
        assert top < foot, f"{body.ref} lies under the ridge's foot"
        if body.stands_mm > under_flange_mm:
            for name, (column, row) in board.keys(PARAMS).items():
                gap = [
                    abs(body.middle[0] - column) - body.size[0] / 2,
                    abs(body.middle[1] - row) - body.size[1] / 2,
                ]
                assert sum(max(away, 0) ** 2 for away in gap) > radius**2, (body.ref, name)


def test_the_table_tells_every_leg_and_every_bare_wire_in_both_languages():
    for language in ("en", "ru"):
        text = board_drawing.tables(PINS, PARAMS, language)
        rows = [line for line in text.splitlines() if line.startswith("| ") and "---" not in line]
        assert len(rows) == 2 + len(LEGS) + sum(map(len, board.TRACKS.values()))
        for hole in LEGS.values():
            assert f"| {hole[0] + 1}, {hole[1] + 1} |" in text


def test_another_driver_or_sensor_has_no_layout_and_says_none():
    for other in (replace(PINS, haptic="drv2605l"), replace(PINS, skin_sensor="none")):
        assert not board.fits(other)
        assert "board.svg" not in table.page(other, "en")
