"""A photograph looked at as it is and mirrored: one hand of two looks, and the same whichever way it was taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from chestnut.core.scene import Box, Frame, Hand
from chestnut.signs.both_ways import mirrored, see_both_ways
from chestnut_tests.shown_letters import SHOWN
from hypothesis import given
from hypothesis import strategies as st

WIDTH, HEIGHT = 64, 48
PLAIN = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
PLAIN[:, : WIDTH // 2] = 255  # so that its mirror picture is another
FRAME = Frame(1, 0.0, PLAIN)
TURNED = replace(FRAME, rgb=np.ascontiguousarray(PLAIN[:, ::-1]))


def hand(letter: str = "L", across: float = 0.5, score: float = 0.9, off: float = 0.0) -> Hand:
    points = np.array(SHOWN[letter]) / 100 * 0.2 / np.array((WIDTH / HEIGHT, 1.0)) + (across + off, 0.7)
    landmarks = tuple((float(x), float(y), 0.0) for x, y in points)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return Hand(score, "right", Box(float(left), float(top), float(right), float(bottom)), landmarks)


def detector(plain: tuple[Hand, ...], turned: tuple[Hand, ...]) -> Callable[[Frame], tuple[Hand, ...]]:
    """Finds these in the picture and those in its mirror picture; both as places of the picture that is looked at."""
    return lambda frame: plain if (frame.rgb == PLAIN).all() else turned


def test_a_hand_that_is_found_only_in_the_mirror_is_found() -> None:
    (seen,) = see_both_ways(detector((), (mirrored(hand()),)), FRAME)
    np.testing.assert_allclose(seen.landmarks, hand().landmarks, atol=1e-9)
    assert seen.handedness == "right"
    assert see_both_ways(detector((hand(),), ()), FRAME) == (hand(),)
    assert see_both_ways(detector((), ()), FRAME) == ()


def test_a_hand_that_is_found_twice_is_one_in_the_middle_of_both() -> None:
    look = detector((hand(score=0.7, off=-0.01),), (mirrored(hand(score=0.8, off=0.01)),))
    (seen,) = see_both_ways(look, FRAME)
    np.testing.assert_allclose(seen.landmarks, hand().landmarks, atol=1e-9)
    assert seen.box.left == pytest.approx(hand().box.left)
    assert (seen.score, seen.handedness) == (0.8, "right")


def test_two_hands_stay_two_and_the_surest_comes_first() -> None:
    left, right = hand(across=0.25, score=0.6), hand(across=0.75, score=0.9)
    seen = see_both_ways(detector((left, right), (mirrored(right), mirrored(left))), FRAME)
    assert [each.score for each in seen] == [0.9, 0.6]
    np.testing.assert_allclose(seen[1].landmarks, left.landmarks, atol=1e-9)


hands = st.builds(
    hand, st.sampled_from(sorted(SHOWN)), st.floats(0.2, 0.8), st.floats(0.5, 1.0), st.floats(-0.05, 0.05)
)


@given(st.lists(hands, max_size=1), st.lists(hands, max_size=1))
def test_a_mirrored_photograph_shows_the_mirrored_hands(plain: list[Hand], turned: list[Hand]) -> None:
    look = detector(tuple(plain), tuple(map(mirrored, turned)))
    as_it_is = see_both_ways(look, FRAME)
    other_way = [mirrored(each) for each in see_both_ways(look, TURNED)]
    assert len(as_it_is) == len(other_way)
    if len(as_it_is) == 1:
        np.testing.assert_allclose(as_it_is[0].landmarks, other_way[0].landmarks, atol=1e-9)
