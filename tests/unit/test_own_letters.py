"""American letters corrected by samples of one person's hand: what it mends, and what it leaves as it was."""

from __future__ import annotations

import numpy as np
import pytest
from chestnut.signs.features import canonical, mirrored
from chestnut.signs.letters import TRAINED, Letters, Trained
from chestnut.signs.own_letters import OwnLetters
from chestnut_tests.shown_letters import SHOWN, THUMB_UP
from hypothesis import given
from hypothesis import strategies as st

NETWORKS = Trained.load(TRAINED)
LETTERS = Letters(NETWORKS)


def shown(letter: str, count: int = 3, seed: int = 0, noise: float = 0.02) -> list[np.ndarray]:
    chance = np.random.default_rng([seed, ord(letter)])
    return list(np.array(SHOWN[letter]) / 100 + chance.normal(0, noise, (count, 21, 2)))


def between(share: float) -> np.ndarray:
    """(21, 2): a W with so much of a B in it. The networks take it for one or the other."""
    return (np.array(SHOWN["W"]) * (1 - share) + np.array(SHOWN["B"]) * share) / 100


@pytest.fixture(scope="module")
def odd() -> np.ndarray:
    """Somebody's W that the networks read as B."""
    for share in np.linspace(0.4, 1, 61):
        (first, likely), *_ = LETTERS.see_points(between(share)[None])[0].top
        if first == "B" and likely >= 0.7:
            return between(float(share))
    raise AssertionError("no such hand")


def test_a_letter_that_was_read_as_another_is_read_as_it_was_shown(odd: np.ndarray) -> None:
    chance = np.random.default_rng(0)
    samples = {
        "W": [odd + chance.normal(0, 0.005, (21, 2)) for _ in range(3)],
        "B": shown("B"),
    }
    own = OwnLetters(NETWORKS, samples)
    new = np.array([odd + chance.normal(0, 0.005, (21, 2)) for _ in range(10)])
    for points in (new, mirrored(new)):
        assert {seen.top[0][0] for seen in LETTERS.see_points(points)} == {"B"}
        seen = own.see_points(points)
        assert [each.top[0][0] for each in seen] == ["W"] * 10
        assert all(each.trust > 0.85 for each in seen)
    assert own.see_points(np.array(shown("B", 5, seed=9)))[0].letter == "B"


@given(
    samples=st.sets(st.sampled_from(sorted(SHOWN)), min_size=1, max_size=5),
    points=st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), min_size=21, max_size=21)
    | st.sampled_from(sorted(SHOWN)).map(lambda letter: [tuple(each) for each in SHOWN[letter]]),
)
def test_what_is_read_as_a_letter_that_was_not_shown_is_as_it_was(
    samples: set[str], points: list[tuple[float, float]]
) -> None:
    own = OwnLetters(NETWORKS, {letter: shown(letter) for letter in samples})
    before, after = (each.see_points(np.array([points]))[0] for each in (LETTERS, own))
    if before.top[0][0] in samples:
        assert after.top[0][0] in samples
    else:
        assert after == before


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=21, max_size=21))
def test_whatever_the_landmarks_are_the_reading_is_whole(landmarks: list[tuple[float, float]]) -> None:
    seen = ALL.see_points(np.array([landmarks]))[0]
    assert 0 <= seen.known <= 1 and 0 <= seen.trust <= 1
    assert 0 <= seen.confidence <= sum(share for _, share in seen.top) <= 1.000001
    assert seen.letter in (None, seen.top[0][0])


ALL = OwnLetters(NETWORKS, {letter: shown(letter) for letter in SHOWN})


def test_probabilities_sum_to_one() -> None:
    points = canonical(np.random.default_rng(0).uniform(-1, 1, (200, 21, 2)))
    told = ALL.probabilities(points)
    np.testing.assert_allclose(told.sum(axis=1), 1, atol=1e-6)
    assert (told >= 0).all()


def test_hands_that_show_no_letter_are_hardly_told_more_often() -> None:
    strange = np.concatenate(
        [np.random.default_rng(1).uniform(-1, 1, (300, 21, 2)), np.array([THUMB_UP]) / 100]
    )
    before, after = (sum(seen.sure for seen in each.see_points(strange)) for each in (LETTERS, ALL))
    assert after <= before + 3


def test_samples_that_are_all_one_point_do_no_harm() -> None:
    own = OwnLetters(NETWORKS, {"A": [np.zeros((21, 2))] * 3})
    assert own.see_points(np.array(shown("L")))[0].letter == "L"


@pytest.mark.parametrize("samples", ({}, {"A": []}, {"Ж": [np.array(SHOWN["A"])]}))
def test_no_samples_and_letters_that_are_unknown_are_refused(samples: dict[str, list[np.ndarray]]) -> None:
    with pytest.raises(ValueError):
        OwnLetters(NETWORKS, samples)
