"""From the network's numbers to things: decoding, one box a thing, two views made one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from chestnut.core.scene import Box
from chestnut.perception.labels import LABELS
from chestnut.perception.objects import (
    BINS,
    CANDIDATE,
    SAME_IOU,
    SEEN,
    SIDE_PX,
    STRIDES_PX,
    decode,
    distinct,
    fuse,
    overlaps,
)
from hypothesis import given
from hypothesis import strategies as st

Row = tuple[float, float, float, float, float, float]


def heads() -> list[tuple[np.ndarray, np.ndarray]]:
    cells = [(SIDE_PX // stride) ** 2 for stride in STRIDES_PX]
    return [
        (np.zeros((count, len(LABELS)), np.float32), np.zeros((count, 4 * BINS), np.float32))
        for count in cells
    ]


@given(
    st.sampled_from(range(len(STRIDES_PX))),
    st.integers(0, 168),
    st.integers(0, 79),
    st.lists(st.floats(-5, 5, width=32), min_size=44, max_size=44),
)
def test_one_cell_is_decoded_as_the_paper_says(
    level: int, cell: int, kind: int, distances: list[float]
) -> None:
    answers = heads()
    answers[level][0][cell, kind] = 0.75
    answers[level][1][cell] = distances
    (row,) = decode(answers)
    stride = STRIDES_PX[level]
    sides = []
    for side in range(4):
        weights = [math.exp(value) for value in distances[side * BINS : (side + 1) * BINS]]
        sides.append(stride * sum(place * weight for place, weight in enumerate(weights)) / sum(weights))
    across = SIDE_PX // stride
    x, y = ((cell % across) + 0.5) * stride - 0.5, ((cell // across) + 0.5) * stride - 0.5
    wanted = [x - sides[0], y - sides[1], x + sides[2], y + sides[3], 0.75, kind]
    np.testing.assert_allclose(row, wanted, rtol=1e-3, atol=1e-2)


def test_weak_cells_are_nothing() -> None:
    answers = heads()
    answers[0][0][:] = CANDIDATE - 0.01
    assert decode(answers).shape == (0, 6)


coordinate = st.integers(0, 50).map(lambda part: part / 50)
rows = st.lists(
    st.tuples(
        coordinate, coordinate, coordinate, coordinate, st.floats(0.25, 1, width=32), st.integers(0, 3)
    ).map(lambda r: (min(r[0], r[2]), min(r[1], r[3]), max(r[0], r[2]), max(r[1], r[3]), r[4], float(r[5]))),
    max_size=12,
)


def table(found: list[Row]) -> np.ndarray:
    return np.array(found, np.float32).reshape(-1, 6)


@given(rows, rows)
def test_overlaps_are_those_of_boxes(one: list[Row], other: list[Row]) -> None:
    found = overlaps(table(one), table(other))
    for place, a in enumerate(one):
        for partner, b in enumerate(other):
            assert found[place, partner] == pytest.approx(Box(*a[:4]).iou(Box(*b[:4])), abs=1e-3)


@given(rows)
def test_no_two_rows_of_a_kind_are_one_thing(found: list[Row]) -> None:
    kept = distinct(table(found))
    shared = overlaps(kept, kept)
    for place in range(len(kept)):
        for partner in range(place):
            assert kept[place, 5] != kept[partner, 5] or shared[place, partner] <= SAME_IOU
    assert list(kept[:, 4]) == sorted(kept[:, 4], reverse=True)


@given(rows)
def test_every_row_is_kept_or_covered_by_a_surer_one(found: list[Row]) -> None:
    all_rows = table(found)
    kept = distinct(all_rows)
    for row in all_rows:
        same = kept[(kept[:, 5] == row[5]) & (kept[:, 4] >= row[4])]
        assert (same == row).all(1).any() or (overlaps(row[None], same) > SAME_IOU).any()


@given(rows, rows)
def test_two_views_give_things_in_the_picture(one: list[Row], other: list[Row]) -> None:
    things = fuse(distinct(table(one)), distinct(table(other)))
    assert len(things) <= len(one) + len(other)
    for thing in things:
        assert SEEN <= thing.score <= 1
        assert 0 <= thing.box.left <= thing.box.right <= 1
        assert 0 <= thing.box.top <= thing.box.bottom <= 1
    assert [thing.score for thing in things] == sorted((thing.score for thing in things), reverse=True)


CUP = (0.1, 0.1, 0.3, 0.4)


def row(score: float, box: tuple[float, float, float, float] = CUP, label: str = "cup") -> np.ndarray:
    return np.array([(*box, score, LABELS.index(label))], np.float32)


def test_what_both_views_see_has_their_mean_score() -> None:
    (thing,) = fuse(row(0.8), row(0.4))
    assert (thing.label, round(thing.score, 3)) == ("cup", 0.6)
    assert thing.box.left == pytest.approx(0.1)


def test_what_one_view_sees_has_half_its_score() -> None:
    (thing,) = fuse(row(0.8), row(0.8)[:0])
    assert thing.score == pytest.approx(0.4)
    (thing,) = fuse(row(0.8)[:0], row(0.8))
    assert thing.score == pytest.approx(0.4)


def test_different_kinds_do_not_support_each_other() -> None:
    assert {thing.label: round(thing.score, 2) for thing in fuse(row(0.6), row(0.6, label="vase"))} == {
        "cup": 0.3,
        "vase": 0.3,
    }
