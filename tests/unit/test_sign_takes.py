"""Takes of a sign, cut out of what hands do before the camera, and which of them agree."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from chestnut.signs.lesson import Cutter, Difference, Flaw, Shown, difference, fitting, no_sign, one_sign
from chestnut.signs.movement import GONE_S, MOST_S, STILL_S
from chestnut.signs.reader import Made
from chestnut_tests import shown_signs
from chestnut_tests.recorded_signs import ASPECT, clips_needed, recorded
from chestnut_tests.shown_signs import RATE_HZ, made, one_handed, rest, still, two_handed, waved
from hypothesis import given, settings
from hypothesis import strategies as st

SEEDS = range(4)


def cut(
    frames: Sequence[shown_signs.Shown], cutter: Cutter | None = None, at: float = 0.0
) -> list[Shown | Flaw]:
    cutter = cutter or Cutter()
    told = [cutter.feed(at + number / RATE_HZ, hands, ASPECT) for number, hands in enumerate(frames)]
    return [one for one in told if one is not None]


def takes(seed: int, count: int = 3, *, hands: int = 1, chance: int = 0) -> list[Made]:
    sign, random = (one_handed if hands == 1 else two_handed)(seed), np.random.default_rng(chance)
    shown = cut([frame for _ in range(count) for frame in made(sign, random)])
    return [one.made for one in shown if isinstance(one, Shown)]


@pytest.mark.parametrize("hands", [1, 2])
@pytest.mark.parametrize("seed", SEEDS)
def test_each_rest_sign_rest_is_one_take_and_all_of_them_agree(seed: int, hands: int) -> None:
    found = takes(seed, 4, hands=hands)
    assert len(found) == 4
    assert {sum(one.take.hands) for one in found} == {hands}
    assert fitting((), found) == (0, 1, 2, 3)
    assert fitting([one.take for one in found[:3]], found[3:]) == (0,)
    assert one_sign([one.take for one in found])


def test_a_hand_that_lies_there_when_the_lesson_begins_is_no_take() -> None:
    sign = hands_up(one_handed(1))
    (take,) = cut([*still(2.0), *sign, *rest()])
    assert isinstance(take, Shown) and not take.made.movement.held


def hands_up(sign: shown_signs.Sign) -> list[shown_signs.Shown]:
    """The sign alone, from where the hand lies."""
    return [frame for frame in made(sign, np.random.default_rng(0)) if frame]


def test_what_moved_before_anybody_looked_is_no_take() -> None:
    assert cut([*hands_up(one_handed(1)), *rest()]) == [Flaw.UNRESTED]
    moved, taken = cut([*hands_up(one_handed(1)), *rest(), *hands_up(one_handed(1)), *rest()])
    assert moved is Flaw.UNRESTED and isinstance(taken, Shown)


def test_what_takes_too_long_is_told_at_once_and_once() -> None:
    frames = [*rest(), *waved(2 * MOST_S)]
    cutter = Cutter()
    told = [cutter.feed(number / RATE_HZ, hands, ASPECT) for number, hands in enumerate(frames)]
    assert [one for one in told if one is not None] == [Flaw.LONG]
    assert told.index(Flaw.LONG) / RATE_HZ < MOST_S + 1.5
    assert cutter.moving and not cutter.undecided
    assert cut(rest(), cutter, len(frames) / RATE_HZ) == []
    assert cut(waved(2 * MOST_S)) == [Flaw.UNRESTED]


def test_a_pause_in_which_nobody_looked_ends_what_was_begun() -> None:
    frames = made(one_handed(1), np.random.default_rng(0))
    cutter = Cutter()
    half = len(frames) // 2
    assert cut(frames[:half], cutter) == []
    assert cut(frames[half:], cutter, half / RATE_HZ + 5.0) == [Flaw.UNRESTED], "its beginning is missing"
    (taken,) = cut(frames, cutter, 20.0)
    assert isinstance(taken, Shown)


def test_hands_that_only_go_away_are_marked_as_such() -> None:
    """The sign ends in the air; after a moment the hand is taken away."""
    sign = hands_up(one_handed(1))
    ended = [sign[-1]] * round((STILL_S + 0.3) * RATE_HZ)
    points = np.array([(x, y) for x, y, _ in sign[-1][0].landmarks]) * (ASPECT, 1.0)
    away = [
        (shown_signs.hand_of(points + np.array((0.0, 0.05 * step)), "right"),)
        for step in range(1, round(0.8 * RATE_HZ))
    ]
    taken, leaving = cut([*rest(), *sign, *ended, *away, *rest()])
    assert isinstance(taken, Shown) and not taken.leaving
    assert isinstance(leaving, Shown) and leaving.leaving
    assert fitting((), [taken.made, leaving.made]) == (0,)
    again = cut([*rest(), *sign, *rest(), *sign, *rest()])
    assert [isinstance(one, Shown) and one.leaving for one in again] == [False, False]


def test_another_sign_does_not_fit_and_the_larger_group_wins() -> None:
    tea, milk = takes(1), takes(3)
    assert fitting((), [milk[0], tea[0]]) == (0,)
    assert fitting((), [milk[0], *tea[:2]]) == (1, 2)
    assert fitting([one.take for one in tea], [*milk, tea[0]]) == (3,)
    assert not one_sign([tea[0].take, milk[0].take])


def test_it_is_told_in_what_a_take_differs() -> None:
    tea, milk, both = takes(1), takes(3), takes(0, hands=2)
    assert difference(milk[0], (), tea) is Difference.OTHERWISE
    assert difference(both[0], (), tea) is Difference.HANDS
    assert difference(milk[0], [one.take for one in tea], ()) is Difference.KNOWN
    assert difference(both[0], [one.take for one in tea], ()) is Difference.HANDS
    flickering = [hands if number % 5 < 3 else () for number, hands in enumerate(hands_up(one_handed(3)))]
    (lost,) = cut([*rest(), *flickering, *rest()])
    assert isinstance(lost, Shown) and difference(lost.made, (), tea) is Difference.LOST
    (held,) = cut([*rest(), *still(1.0), *rest()])
    assert isinstance(held, Shown) and held.made.movement.held
    assert no_sign(held, (), tea) and no_sign(held, [one.take for one in tea], ())
    assert not no_sign(held, (), [held.made]), "a held hand may be the sign"
    assert fitting((), [held.made, tea[0]]) == (1,), "where any hand moved, one that is only held is not it"
    assert fitting((), [held.made]) == (0,)


@pytest.mark.data
def test_recorded_signs_are_learnt_from_three_to_five_clips(data_dir: Path) -> None:
    """Five words by one signer; python -m bench.taught_signs has the figures with more draws."""
    clips, words = recorded(data_dir)
    random = np.random.default_rng(1)
    needed = [
        clips_needed(
            [clips[number] for number in random.choice(np.flatnonzero(words == word), 5, replace=False)]
        )
        for word in sorted(set(words))
        for _ in range(4)
    ]
    assert needed.count(3) >= 0.75 * len(needed) and needed.count(0) <= 0.1 * len(needed)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(("rest", "still", "sign", "wave", "pause")), st.floats(0.1, 8.0)),
        max_size=8,
    )
)
def test_whatever_hands_do_a_take_follows_a_rest_and_is_no_longer_than_a_sign(
    acts: list[tuple[str, float]],
) -> None:
    cutter, at = Cutter(), 0.0
    looked: list[tuple[float, bool]] = []  # each frame: is any hand seen
    for act, seconds in acts:
        frames = {
            "rest": rest(seconds),
            "still": still(seconds),
            "sign": hands_up(one_handed(1)),
            "wave": waved(seconds),
            "pause": [],
        }[act]
        at += seconds if act == "pause" else 0.0
        for hands in frames:
            at += 1 / RATE_HZ
            looked.append((at, bool(hands)))
            told = cutter.feed(at, hands, ASPECT)
            if isinstance(told, Shown):
                movement = told.made.movement
                assert movement.ended - movement.began <= MOST_S
                before = [seen for when, seen in looked if when < movement.began]
                assert len(before) >= round(GONE_S * RATE_HZ) - 2, "somebody looked before it began"
