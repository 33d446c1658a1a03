"""Letters from one hand's landmarks: what changes nothing, what is no letter, and what the file must hold."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from chestnut.core.scene import Box, Hand
from chestnut.signs.features import FEATURES, canonical, canonical_of, features, mirrored, per_axis
from chestnut.signs.letters import Letters, Trained
from chestnut_tests.shown_letters import SHOWN, THUMB_UP
from hypothesis import given
from hypothesis import strategies as st

LETTERS = Letters.load()
ASPECTS = (9 / 16, 1.0, 4 / 3, 16 / 9)


def points(letter: str) -> np.ndarray:
    return np.array([SHOWN[letter]], dtype=np.float64) / 100


def hand(shown: tuple[tuple[int, int], ...], aspect: float, side: str = "left") -> Hand:
    """As a detector tells it, in fractions of a picture of that format."""
    landmarks = tuple((0.5 + x / 1000 / aspect, 0.7 + y / 1000, 0.0) for x, y in shown)
    return Hand(0.9, side, Box(0.3, 0.3, 0.7, 0.8), landmarks)


@given(
    letter=st.sampled_from(sorted(SHOWN)),
    size=st.floats(1e-3, 1e3),
    across=st.floats(-1e3, 1e3),
    down=st.floats(-1e3, 1e3),
)
def test_features_do_not_change_with_place_and_size(
    letter: str, size: float, across: float, down: float
) -> None:
    there = points(letter) * size + np.array([across, down])
    shown, moved = (features(canonical(each)) for each in (points(letter), there))
    assert shown.shape == (1, FEATURES)
    np.testing.assert_allclose(shown, moved, atol=2e-3)


@given(letter=st.sampled_from(sorted(SHOWN)), aspect=st.floats(0.4, 2.5))
def test_the_format_of_the_picture_is_taken_out(letter: str, aspect: float) -> None:
    np.testing.assert_allclose(
        canonical_of(hand(SHOWN[letter], aspect), aspect), canonical(points(letter)), atol=1e-6
    )


def test_per_axis_takes_out_any_format() -> None:
    stretched = points("L") * np.array([0.3, 2.0])
    np.testing.assert_allclose(per_axis(stretched), per_axis(points("L")))
    assert np.abs(per_axis(stretched)).max(axis=1).tolist() == [[1.0, 1.0]]


def test_features_of_one_point_are_numbers() -> None:
    """A detector that tells 21 times the same point is no reason to fail."""
    for normal in (canonical, per_axis):
        assert np.isfinite(features(normal(np.full((1, 21, 2), 0.5)))).all()


@pytest.mark.parametrize("letter", sorted(SHOWN))
def test_a_letter_is_read_in_any_format_by_either_hand(letter: str) -> None:
    for aspect in ASPECTS:
        for side in ("left", "right"):
            seen = LETTERS.see(hand(SHOWN[letter], aspect, side), aspect)
            assert seen.letter == letter == seen.top[0][0]
            assert seen.sure


@given(letter=st.sampled_from(sorted(SHOWN)), noise=st.integers(0, 2**32 - 1))
def test_a_hand_and_its_mirror_picture_show_the_same(letter: str, noise: int) -> None:
    near = points(letter) + np.random.default_rng(noise).normal(0, 0.3, (1, 21, 2))
    one, other = (LETTERS.see_points(each)[0] for each in (near, mirrored(near)))
    assert one.letter == other.letter
    assert one.known == pytest.approx(other.known, abs=1e-5)


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=21, max_size=21))
def test_whatever_the_landmarks_are_the_reading_is_whole(landmarks: list[tuple[float, float]]) -> None:
    seen = LETTERS.see_points(np.array([landmarks]))[0]
    assert 0 <= seen.known <= 1
    assert [share for _, share in seen.top] == sorted((share for _, share in seen.top), reverse=True)
    assert 0 <= seen.confidence <= sum(share for _, share in seen.top) <= 1.000001
    assert seen.letter in (None, seen.top[0][0])


@pytest.mark.parametrize("turn", (False, True), ids=("as it is", "mirrored"))
def test_a_thumb_that_points_up_is_no_letter(turn: bool) -> None:
    shown = np.array([THUMB_UP]) / 100
    assert not LETTERS.see_points(mirrored(shown) if turn else shown)[0].sure


def test_hands_of_scattered_points_are_hardly_ever_letters() -> None:
    chance = np.random.default_rng(0)
    seen = LETTERS.see_points(chance.uniform(-1, 1, (500, 21, 2)))
    assert sum(each.sure for each in seen) <= 0.05 * len(seen)


def test_upside_down_letters_are_hardly_ever_read_as_upright_ones() -> None:
    seen = LETTERS.see_points(np.concatenate([-points(letter) for letter in "ABCFLWY"]))
    assert sum(each.sure for each in seen) <= 1


def test_what_is_likely_is_sure_from_the_limits_on() -> None:
    """As likely as it may be, it is not told when the limits are out of reach."""
    trained = Trained.load(Path(__file__).parents[2] / "host" / "chestnut" / "signs" / "letters.npz")
    assert Letters(trained).see_points(points("B"))[0].letter == "B"
    for strict in (replace(trained, least_known=1.1), replace(trained, least_share=1.1)):
        seen = Letters(strict).see_points(points("B"))[0]
        assert (seen.letter, seen.top[0][0]) == (None, "B")


def test_the_file_is_small_and_knows_the_still_letters() -> None:
    file = Path(__file__).parents[2] / "host" / "chestnut" / "signs" / "letters.npz"
    assert file.stat().st_size < 300_000
    assert LETTERS.alphabet == "ABCDEFGHIKLMNOPQRSTUVWXY"


def test_what_is_saved_reads_the_same_and_the_same_bytes_again(tmp_path: Path) -> None:
    trained = Trained.load(Path(__file__).parents[2] / "host" / "chestnut" / "signs" / "letters.npz")
    for name in ("one.npz", "two.npz"):
        trained.save(tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    again = Letters.load(tmp_path / "one.npz")
    assert again.see_points(points("L")) == LETTERS.see_points(points("L"))


def test_reading_letters_needs_numpy_alone() -> None:
    """No detector, no training library is loaded with it."""
    code = (
        "import sys; from chestnut.signs.letters import Letters; Letters.load();"
        "sys.exit(any(name in sys.modules for name in ('cv2', 'mediapipe', 'onnxruntime', 'scipy', 'sklearn')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
