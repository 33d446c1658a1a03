"""What is told as a fact and what as a guess, on vectors made for it; and the windows that are looked at closer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from chestnut.core.memory import LIKELY, Named, Owned, Taught
from chestnut.core.scene import Box
from chestnut.perception.descriptor import COLOUR, NUMBERS, SHAPE, Floats, descriptor, unit
from chestnut.perception.lesson import odd_ones
from chestnut.perception.recognition import LEAST_TAKES, Background, Recognition
from chestnut.perception.windows import around
from hypothesis import given
from hypothesis import strategies as st

CHANCE = np.random.default_rng(11)
KEYS, OTHERS = Owned("keys", "my"), Owned("keys", "mum's")


def some(count: int) -> Floats:
    """Like nothing else: in so many numbers any two are nearly at right angles."""
    made = np.abs(CHANCE.normal(size=(count, NUMBERS))).astype(np.float32)
    made[:, SHAPE], made[:, COLOUR] = unit(made[:, SHAPE]), unit(made[:, COLOUR])
    return made


def near(vector: Floats, count: int, spread: float) -> Floats:
    made = np.abs(vector + spread * CHANCE.normal(size=(count, NUMBERS)) / NUMBERS**0.5).astype(np.float32)
    made[:, SHAPE], made[:, COLOUR] = unit(made[:, SHAPE]), unit(made[:, COLOUR])
    return made


BACKGROUND = Background(some(600))
(MINE, MUMS, TABLE) = some(3)


def taught(thing: Owned, vectors: Floats) -> Taught:
    return Taught(thing, tuple(descriptor(vector) for vector in vectors))


def knowing(*things: Taught, places: Sequence[Named] = ()) -> Recognition:
    return Recognition(BACKGROUND, things, places)


def test_what_looks_as_it_was_taught_is_a_fact_and_the_window_is_told() -> None:
    known = knowing(taught(KEYS, near(MINE, 6, 0.5)))
    found = known.things(np.stack((TABLE, MINE)))
    assert list(found) == [KEYS]
    window, likeness = found[KEYS]
    assert (window, likeness.sure) == (1, True) and likeness.confidence >= LIKELY


def test_what_is_half_like_it_is_a_guess() -> None:
    known = knowing(taught(KEYS, near(MINE, 6, 0.5)))
    shares = np.linspace(0, 1, 41)[:, None]
    each = [known.things(window[None]).get(KEYS) for window in shares * MINE + (1 - shares) * TABLE]
    kinds = ["nothing" if one is None else "fact" if one[1].sure else "guess" for one in each]
    assert kinds == sorted(kinds, key=("nothing", "guess", "fact").index)
    assert set(kinds) == {"nothing", "guess", "fact"}
    assert all(one is None or one[1].sure == (one[1].confidence >= LIKELY) for one in each)


def test_of_two_taught_that_look_the_same_neither_is_a_fact() -> None:
    known = knowing(taught(KEYS, near(MINE, 6, 0.5)), taught(OTHERS, near(MINE, 6, 0.5)))
    assert not any(likeness.sure for _, likeness in known.things(MINE[None]).values())


def test_of_two_taught_that_differ_the_right_one_is_told() -> None:
    known = knowing(taught(KEYS, near(MINE, 6, 0.5)), taught(OTHERS, near(MUMS, 6, 0.5)))
    found = known.things(np.stack((MUMS, MINE)))
    assert {thing: window for thing, (window, _) in found.items()} == {OTHERS: 0, KEYS: 1}


def test_too_few_takes_teach_nothing() -> None:
    known = knowing(taught(KEYS, near(MINE, LEAST_TAKES - 1, 0.5)))
    assert not known.knows_things and known.things(MINE[None]) == {}


def test_the_nearly_known_is_worth_a_closer_look_and_nothing_else_is() -> None:
    known = knowing(taught(KEYS, near(MINE, 6, 0.5)))
    assert known.closer(np.stack((TABLE, MINE, MUMS))) == 1
    assert known.closer(np.stack((TABLE, MUMS))) is None


def test_a_place_is_known_by_one_of_its_views_and_a_strange_one_is_not() -> None:
    views = tuple(descriptor(view) for view in np.stack((MINE, MUMS)))
    known = knowing(places=[Named("kitchen", views)])
    found = known.place(MUMS)
    assert found is not None and found[0] == "kitchen" and found[1].sure
    assert known.place(TABLE) is None


def test_a_take_of_something_else_is_the_odd_one() -> None:
    takes = [near(MINE, 2, 0.5) for _ in range(4)]
    assert odd_ones(BACKGROUND, takes) == []
    assert odd_ones(BACKGROUND, [*takes[:2], near(TABLE, 2, 0.5), *takes[2:]]) == [2]


@given(st.floats(0, 0.7), st.floats(0, 0.7), st.floats(0.1, 0.3), st.sampled_from((4 / 3, 16 / 9, 0.75)))
def test_closer_cuts_lie_in_the_picture_and_on_the_spot(
    left: float, top: float, side: float, aspect: float
) -> None:
    window = Box(left, top, left + side / aspect if aspect > 1 else left + side, top + side)
    for cut in around(window, aspect):
        assert 0 <= cut.left < cut.right <= 1 and 0 <= cut.top < cut.bottom <= 1
        assert cut.overlap(window) > 0.3 * min(cut.area, window.area)


@pytest.mark.parametrize("windows", [0, 1])
def test_nothing_taught_finds_nothing(windows: int) -> None:
    assert knowing().things(some(3)[:windows]) == {}
