"""What each thing lies at."""

from __future__ import annotations

import pytest
from chestnut.core.kinds import LABELS
from chestnut.core.near import FURNITURE, lies_at
from chestnut.core.scene import Box, Thing
from hypothesis import given
from hypothesis import strategies as st

TABLE = Thing("dining table", 0.8, Box(0.1, 0.5, 0.6, 0.95))
CHAIR = Thing("chair", 0.9, Box(0.75, 0.4, 0.98, 0.9))
ON_TABLE = Box(0.3, 0.45, 0.36, 0.55)
ON_CHAIR = Box(0.8, 0.5, 0.9, 0.6)


def test_each_thing_has_its_own_place() -> None:
    assert lies_at(ON_TABLE, [TABLE, CHAIR]) is TABLE
    assert lies_at(ON_CHAIR, [TABLE, CHAIR]) is CHAIR


def test_a_table_before_a_chair_is_what_carries() -> None:
    behind = Thing("chair", 0.9, Box(0.25, 0.3, 0.45, 0.7))
    assert lies_at(ON_TABLE, [behind, TABLE]) is TABLE


def test_a_thing_that_just_touches_lies_on_it() -> None:
    assert lies_at(Box(0.3, 0.4, 0.36, 0.49), [TABLE]) is TABLE


def test_without_what_carries_the_nearest_is_told() -> None:
    shelf_high = Box(0.6, 0.15, 0.66, 0.3)
    assert lies_at(shelf_high, [TABLE, CHAIR]) is CHAIR


def test_what_is_far_away_tells_no_place() -> None:
    assert lies_at(Box(0.02, 0.02, 0.06, 0.08), [TABLE, CHAIR]) is None


def test_what_looks_smaller_than_the_thing_stands_far_behind_it() -> None:
    far = Thing("tv", 0.9, Box(0.4, 0.4, 0.5, 0.5))
    assert lies_at(Box(0.2, 0.2, 0.7, 0.5), [far]) is None


@pytest.mark.parametrize("label", ["person", "cat", "dog", "cup", "laptop", "cell phone", "backpack", "car"])
def test_who_and_what_moves_is_no_place(label: str) -> None:
    assert lies_at(ON_TABLE, [Thing(label, 1.0, TABLE.box)]) is None


def test_all_furniture_is_known_to_the_eyes() -> None:
    assert set(FURNITURE) <= set(LABELS)


def test_a_thing_is_not_its_own_place() -> None:
    assert lies_at(TABLE.box, [TABLE]) is None


sides = st.floats(allow_nan=True, allow_infinity=True) | st.floats(-1, 2)
boxes = st.builds(Box, sides, sides, sides, sides)


@given(boxes, st.lists(st.builds(Thing, st.sampled_from(LABELS), sides, boxes)))
def test_whatever_the_boxes_are_it_is_furniture_or_nothing(box: Box, things: list[Thing]) -> None:
    found = lies_at(box, things)
    assert found is None or (found in things and found.label in FURNITURE)


@given(boxes, st.permutations([TABLE, CHAIR, Thing("bed", 0.5, Box(0, 0.6, 1, 1))]))
def test_the_order_of_the_things_does_not_matter(box: Box, things: list[Thing]) -> None:
    assert lies_at(box, things) == lies_at(box, things[::-1])
