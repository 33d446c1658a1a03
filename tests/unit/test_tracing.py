"""J and Z drawn in the air by a hand that keeps its shape; everything else a spelling hand does is neither."""

from __future__ import annotations

import numpy as np
import pytest
from chestnut.signs.tracing import DRAWS_Z, Moment, traced
from chestnut_tests.shown_letters import SHOWN
from hypothesis import given
from hypothesis import strategies as st

HAND = np.array(SHOWN["L"]) / 100  # palm lengths
PALM = 0.12  # picture heights
J = [(0, 0), (0, 1.6), (-0.3, 2.0), (-0.9, 1.8), (-1.1, 1.3)]
Z = [(0, 0), (1.6, 0.1), (0.1, 1.3), (1.7, 1.4)]


def drawn(
    corners: list[tuple[float, float]], letter: str | None, count: int = 24, mirror: int = 1
) -> list[Moment]:
    """The way through the corners, in palm lengths, at even speed."""
    way = np.array(corners, dtype=np.float64) * [mirror, 1]
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(way, axis=0), axis=1))])
    along = np.linspace(0, lengths[-1], count)
    places = np.stack([np.interp(along, lengths, way[:, axis]) for axis in (0, 1)], axis=1)
    return [Moment((HAND + place) * PALM + 0.4, letter) for place in places]


@pytest.mark.parametrize("mirror", (1, -1))
def test_j_is_an_i_that_hooks(mirror: int) -> None:
    assert traced(drawn(J, "I", mirror=mirror)) == "J"


@pytest.mark.parametrize("mirror", (1, -1))
@pytest.mark.parametrize("letter", sorted(DRAWS_Z))
def test_z_is_an_index_finger_that_zigzags(letter: str, mirror: int) -> None:
    assert traced(drawn(Z, letter, mirror=mirror)) == "Z"


def test_the_letter_need_not_be_read_all_the_time() -> None:
    """A hand that turns as it draws is soon read as nothing, or as another letter."""
    moments = drawn(J, "I")
    moments = moments[:6] + [Moment(one.points, "Y") for one in moments[6:15]] + drawn(J, None)[15:]
    assert traced(moments) == "J"


@pytest.mark.parametrize(
    "corners, letter",
    (
        (J, "Y"),  # drawn with another hand shape
        (Z, "I"),
        (J, "D"),
        (Z, None),
        ([(0, 0), (0, 3)], "I"),  # a hand that is lowered
        ([(0, 0), (3, 0)], "I"),  # a hand that slides aside for a double letter
        ([(0, 0), (3, 0.2)], "D"),
        ([(0, 0), (1.5, 0), (-1.5, 0)], "D"),  # two strokes
        ([(0, 0), (0.3, 0.3), (0, 0.5), (0.3, 0.7)], "D"),  # small: trembling
        ([(0, 0), (0, 0)], "I"),
        ([(0, 0), (0, 1.6), (-1.2, 1.7)], "I"),  # lowered and taken aside
        ([(0, 0), (1.4, 1.6), (2.0, 1.2)], "I"),  # taken aside as it is lowered
        ([(0, 0), (0, 2), (-0.5, 2), (-0.5, -0.5)], "I"),  # lowered and raised again
        ([(0, 0), (0, -0.8), (0, 1.2), (-0.6, 0.7)], "I"),  # raised before
        ([(0, 0), (1.6, 0.9), (0.1, 1.0), (1.7, 1.1)], "D"),  # waved aside
        ([(0, 0), (1.2, 1.4), (0.1, 2.2), (1.3, 2.2)], "D"),  # its first stroke falls
        ([(0, 0), (3, 0), (0.5, 1.2), (1.2, 1.2)], "D"),  # its last stroke is short
    ),
)
def test_what_is_no_drawing(corners: list[tuple[float, float]], letter: str | None) -> None:
    assert traced(drawn(corners, letter)) is None


def test_how_far_is_far_enough_can_be_set_for_a_person() -> None:
    assert traced(drawn(J, "I"), least_travel=10) is None
    small = [(x * 0.6, y * 0.6) for x, y in J]
    assert traced(drawn(small, "I")) is None
    assert traced(drawn(small, "I"), least_travel=1.5) == "J"


@given(st.integers(0, 2**32 - 1), st.sampled_from(["I", "D", "B", None]), st.integers(0, 40))
def test_a_hand_that_stands_and_trembles_draws_nothing(seed: int, letter: str | None, count: int) -> None:
    chance = np.random.default_rng(seed)
    still = [Moment((HAND + chance.normal(0, 0.02, 2)) * PALM, letter) for _ in range(count)]
    assert traced(still) is None
