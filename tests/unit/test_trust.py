"""What may be named."""

from __future__ import annotations

import pytest
from chestnut.core.scene import Box, Thing
from chestnut.perception.labels import LABELS
from chestnut.perception.trust import ANIMALS, FOODS, RARE_KINDS, SAME_PLACE, UNUSUAL_KINDS, USUAL, nameable
from hypothesis import given
from hypothesis import strategies as st

SMALL = Box(0.4, 0.4, 0.6, 0.6)
WHOLE = Box(0, 0, 1, 1)


def named(*things: Thing) -> list[str]:
    return [thing.label for thing in nameable(things)]


def test_every_kind_in_the_rules_is_one_the_detector_knows() -> None:
    assert set(LABELS) >= UNUSUAL_KINDS | RARE_KINDS | FOODS | ANIMALS
    assert not UNUSUAL_KINDS & RARE_KINDS


@pytest.mark.parametrize(
    ("label", "score", "box", "is_named"),
    [
        ("cup", 0.4, SMALL, True),
        ("cup", 0.3, SMALL, False),
        ("toilet", 0.45, SMALL, False),  # a white round thing
        ("toilet", 0.6, SMALL, True),
        ("giraffe", 0.6, SMALL, False),  # a pattern
        ("toilet", 0.6, WHOLE, False),  # a mug's side
        ("bed", 0.6, WHOLE, False),  # any smooth surface
        ("cat", 0.55, WHOLE, True),  # a face is still a face
        ("person", 0.9, SMALL, False),  # people are counted elsewhere
    ],
)
def test_what_is_named(label: str, score: float, box: Box, is_named: bool) -> None:
    assert bool(named(Thing(label, score, box))) == is_named


def test_only_the_surer_of_two_kinds_at_one_place_is_named() -> None:
    assert named(Thing("dog", 0.46, SMALL), Thing("cat", 0.55, SMALL)) == ["cat"]


def test_two_things_at_two_places_are_both_named() -> None:
    assert named(Thing("cup", 0.5, SMALL), Thing("cup", 0.45, Box(0, 0.4, 0.2, 0.6))) == ["cup", "cup"]


def test_foods_have_one_name() -> None:
    assert named(Thing("pizza", 0.5, SMALL), Thing("cake", 0.4, SMALL)) == ["food"]


boxes = st.lists(st.floats(0, 1), min_size=4, max_size=4).map(
    lambda v: Box(min(v[0], v[2]), min(v[1], v[3]), max(v[0], v[2]), max(v[1], v[3]))
)
things = st.lists(st.builds(Thing, st.sampled_from(LABELS), st.floats(0, 1), boxes), max_size=12)


@given(things)
def test_whatever_is_seen_the_named_are_few_and_apart(seen: list[Thing]) -> None:
    kept = nameable(seen)
    assert nameable(kept) == kept
    assert all(thing.score >= USUAL and thing.label != "person" for thing in kept)
    assert all(
        one.box.iou(other.box) <= SAME_PLACE for place, one in enumerate(kept) for other in kept[:place]
    )
