"""A hand counts when it stands still for a moment, once, and again after it moved, went or changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from chestnut.signs.features import canonical
from chestnut.signs.steady import HOLD_S, Steady
from chestnut_tests.shown_letters import SHOWN
from hypothesis import given
from hypothesis import strategies as st

PALM = 0.15  # picture heights


def points(letter: str, x: float = 0.6, y: float = 0.7, seed: int | None = None) -> np.ndarray:
    shape = np.array(SHOWN[letter]) / 100
    trembling = 0 if seed is None else np.random.default_rng(seed).normal(0, 0.015, shape.shape)
    return (shape + trembling) * PALM + np.array((x, y))


class Stage:
    def __init__(self, rate_hz: float = 15.0) -> None:
        self.steady, self.at, self.step_s = Steady(), 10.0, 1 / rate_hz
        self.counted: list[np.ndarray] = []

    def show(self, frames: Sequence[np.ndarray | None]) -> Stage:
        for each in frames:
            self.at += self.step_s
            shape = self.steady.feed(self.at, each)
            if shape is not None:
                self.counted.append(shape)
        return self

    def hold(self, letter: str, seconds: float, x: float = 0.6) -> Stage:
        return self.show([points(letter, x, seed=number) for number in range(round(seconds / self.step_s))])

    def away(self, seconds: float) -> Stage:
        return self.show([None] * round(seconds / self.step_s))


@pytest.mark.parametrize("rate_hz", (8.0, 15.0, 30.0))
def test_a_held_hand_counts_once_however_long_it_is_held(rate_hz: float) -> None:
    stage = Stage(rate_hz).hold("B", HOLD_S - 0.2)
    assert not stage.counted
    stage.hold("B", 4.0)
    assert len(stage.counted) == 1 and stage.steady.spent
    np.testing.assert_allclose(stage.counted[0], canonical(points("B")[None])[0], atol=0.05)


def test_it_counts_again_after_it_was_away_or_moved_or_shows_another_shape() -> None:
    stage = Stage().hold("B", 1.2).away(0.5)
    assert not stage.steady.spent
    stage.hold("B", 1.2)
    stage.show([points("B", 0.6 + 0.03 * number) for number in range(8)]).hold("B", 1.2, 0.84)
    stage.hold("Y", 1.2, 0.84)
    assert len(stage.counted) == 4


def test_a_frame_without_the_hand_does_not_let_go() -> None:
    stage = Stage().hold("B", 1.2).away(0.15).hold("B", 3.0)
    assert len(stage.counted) == 1


def test_a_hand_that_goes_or_changes_does_not_count() -> None:
    going = Stage().show([points("B", 0.2 + 0.015 * number) for number in range(60)])
    blend = [points("B") + (points("Y") - points("B")) * min(1.0, number / 40) for number in range(41)]
    assert not going.counted and not Stage().show(blend).counted


def test_what_was_held_before_it_begins_does_not_count() -> None:
    stage = Stage().hold("B", HOLD_S - 0.1)
    stage.steady.begin()
    assert not stage.hold("B", HOLD_S - 0.1).counted
    assert len(stage.hold("B", 0.4).counted) == 1


def test_a_hand_that_is_there_as_before_a_pause_has_not_moved() -> None:
    """Nobody looks while the next letter is told."""
    stage = Stage().hold("B", 1.2)
    for _ in range(3):
        stage.at += 2.0
        stage.steady.begin()
        stage.hold("B", 2.0)
    assert len(stage.counted) == 1
    stage.at += 2.0
    stage.steady.begin()
    assert len(stage.hold("Y", 1.2).counted) == 2
    stage.at += 2.0
    stage.steady.begin()
    assert len(stage.away(0.1).hold("Y", 1.2).counted) == 3


def test_what_was_shown_for_something_else_counts_no_more() -> None:
    stage = Stage().hold("B", 0.4)
    stage.at += 2.0
    stage.steady.begin(anew=True)
    assert not stage.hold("B", 2.0).counted
    assert len(stage.hold("L", 1.2).counted) == 1


@given(st.lists(st.sampled_from(["B", "Y", "L", ""]), max_size=30), st.floats(0.01, 1.0))
def test_whatever_is_shown_what_counts_is_a_hand_that_was_shown(shown: list[str], step_s: float) -> None:
    stage = Stage(1 / step_s)
    for letter in shown:
        stage.show([points(letter)] if letter else [None])
    allowed = [canonical(points(letter)[None])[0] for letter in set(shown) - {""}]
    for counted in stage.counted:
        assert min(np.abs(counted - one).max() for one in allowed) < 1e-6
