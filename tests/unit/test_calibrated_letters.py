"""An alphabet that somebody showed: its recogniser, and the file the samples are kept in."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from chestnut.signs.calibrated import LEAST_SAMPLES, Calibrated
from chestnut.signs.features import canonical, mirrored
from chestnut.signs.letter_book import (
    ALPHABETS,
    KEPT,
    READ_BADLY,
    LetterBook,
    LetterBookFault,
    default_path,
    parse,
    written,
)
from chestnut.signs.letters import Letters
from chestnut_tests.shown_letters import SHOWN, THUMB_UP
from hypothesis import given
from hypothesis import strategies as st

# Seven shapes, called by Russian letters as somebody may show them.
NAMED = dict(zip("АБВГЕЖИ", SHOWN.values(), strict=True))


def shown(letter: str, seed: int) -> np.ndarray:
    """(21, 2) somewhere in a picture, a little turned, never twice the same."""
    chance = np.random.default_rng([seed, ord(letter)])
    base = np.array(NAMED[letter]) / 100 + chance.normal(0, 0.015, (21, 2))
    cos, sin = np.cos(turn := chance.normal(0, 0.06)), np.sin(turn)
    return base @ np.array([[cos, sin], [-sin, cos]]) * chance.uniform(0.05, 0.3) + chance.uniform(
        0.3, 0.7, 2
    )


def samples(count: int = LEAST_SAMPLES) -> dict[str, list[np.ndarray]]:
    return {letter: [shown(letter, seed) for seed in range(count)] for letter in NAMED}


@pytest.mark.parametrize("mirror", (False, True), ids=("the same hand", "the other hand"))
def test_letters_that_were_shown_three_times_are_read(mirror: bool) -> None:
    calibrated = Calibrated(samples())
    for letter in NAMED:
        new = np.array([shown(letter, seed) for seed in range(100, 110)])
        seen = calibrated.see_points(mirrored(new) if mirror else new)
        assert sum(each.letter == letter for each in seen) >= 9
        assert all(each.top[0][0] == letter for each in seen)


def test_a_shape_that_was_never_shown_is_none_of_them() -> None:
    calibrated = Calibrated(samples(5))
    seen = calibrated.see_points(np.array([THUMB_UP]) / 100)[0]
    assert seen.letter is None
    assert seen.confidence < 0.5


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=21, max_size=21))
def test_whatever_the_landmarks_are_the_reading_is_whole(landmarks: list[tuple[float, float]]) -> None:
    seen = CALIBRATED.see_points(np.array([landmarks]))[0]
    assert 0 <= seen.confidence <= seen.known <= 1
    assert seen.letter in (None, seen.top[0][0])


CALIBRATED = Calibrated(samples())


def test_the_same_samples_give_the_same_recogniser() -> None:
    point = np.array([shown("Б", 7)])
    assert Calibrated(samples()).see_points(point) == CALIBRATED.see_points(point)


def test_samples_that_are_all_the_same_do_no_harm() -> None:
    """A photograph that was shown three times over: nothing tells how far a letter spreads."""
    calibrated = Calibrated({letter: [shown(letter, 0)] * LEAST_SAMPLES for letter in NAMED})
    assert calibrated.see_points(np.array([shown("А", 0)]))[0].top[0][0] == "А"


@pytest.mark.parametrize("count, letters", ((LEAST_SAMPLES - 1, 7), (LEAST_SAMPLES, 1), (0, 0)))
def test_too_few_samples_are_refused(count: int, letters: int) -> None:
    few = dict(list(samples(max(1, count)).items())[:letters])
    with pytest.raises(ValueError, match="at least"):
        Calibrated(few)


# --- the file -----------------------------------------------------------------------------------------------


def test_showing_an_alphabet_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path = tmp_path / "new" / "letters.json"
    book = LetterBook(path, "rsl")
    assert set(book.missing()) == set(ALPHABETS["rsl"])
    assert book.recogniser() is None
    assert [book.add("А", shown("А", seed)) for seed in range(2)] == [1, 2]
    book = LetterBook(path, "rsl")
    assert book.missing()["А"] == 1
    for seed in range(LEAST_SAMPLES):
        book.add("А", shown("А", seed))
        book.add("Б", shown("Б", seed))
    assert not {"А", "Б"} & set(book.missing())
    recogniser = book.recogniser()
    assert recogniser is not None and recogniser.alphabet == ("А", "Б")
    assert recogniser.see_points(np.array([shown("Б", 50)]))[0].letter == "Б"
    assert list(book.usable()) == ["А", "Б"]
    assert book.forget("Б") == LEAST_SAMPLES
    assert book.forget("Б") == 0
    assert book.missing()["Б"] == LEAST_SAMPLES
    assert book.forget_all() == LEAST_SAMPLES + 2
    assert book.forget_all() == 0 and not book.samples()


def test_american_letters_are_those_that_need_no_showing() -> None:
    assert sorted(ALPHABETS["asl"]) == sorted(Letters.load().alphabet)
    assert ALPHABETS["asl"].startswith(READ_BADLY["asl"])
    assert READ_BADLY.keys() == ALPHABETS.keys()


def test_the_newest_samples_stay(tmp_path: Path) -> None:
    book = LetterBook(tmp_path / "letters.json", "rsl")
    for seed in range(KEPT + 3):
        book.add("А", shown("А", seed))
    kept = book.samples()["А"]
    assert len(kept) == KEPT
    np.testing.assert_allclose(kept[-1], canonical(shown("А", KEPT + 2)[None])[0], atol=1e-3)


def test_a_letter_that_moves_or_is_none_is_not_kept(tmp_path: Path) -> None:
    book = LetterBook(tmp_path / "letters.json", "rsl")
    for wrong in ("Щ", "Q", "", "АБ"):
        with pytest.raises(LetterBookFault, match="no letter"):
            book.add(wrong, shown("А", 0))
    assert not book.path.exists()


def test_the_file_is_text_with_no_half_written_one_beside_it(tmp_path: Path) -> None:
    book = LetterBook(tmp_path / "letters.json", "rsl")
    book.add("А", shown("А", 0))
    text = book.path.read_text(encoding="utf-8")
    assert '"А"' in text and json.loads(text)["alphabet"] == "rsl"
    assert [each.name for each in tmp_path.iterdir()] == ["letters.json"]


numbers = st.lists(st.floats(-9, 9), min_size=42, max_size=42).filter(lambda each: len(set(each)) > 2)


@given(
    st.dictionaries(st.sampled_from(ALPHABETS["rsl"]), st.lists(numbers, min_size=1, max_size=3), max_size=4)
)
def test_what_is_written_is_read(kept: dict[str, list[list[float]]]) -> None:
    given = {
        letter: [np.array(each).reshape(21, 2) + np.arange(42).reshape(21, 2) for each in every]
        for letter, every in kept.items()
    }
    read = parse(written(given, "rsl"), "rsl")
    assert read.keys() == given.keys()
    for letter, every in given.items():
        np.testing.assert_allclose(read[letter], every, atol=1e-3)


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_whatever_else_the_file_holds_is_a_fault_with_a_remedy(text: str) -> None:
    with pytest.raises(LetterBookFault, match="damaged"):
        parse(text, "rsl")


@pytest.mark.parametrize(
    "change, told",
    (
        ({"version": 2}, "newer"),
        ({"version": True}, "damaged"),
        ({"alphabet": "asl"}, "another alphabet"),
        ({"letters": {"Q": [[0.0] * 42]}}, "does not have"),
        ({"letters": {"А": []}}, "samples of А"),
        ({"letters": {"А": [[0.0] * 41]}}, "sample of А"),
        ({"letters": {"А": [[0.0] * 42]}}, "one point"),
        ({"letters": {"А": [[1e9, *[0.0] * 41]]}}, "out of bounds"),
        ({"letters": {"А": [[float("nan"), *[0.0] * 41]]}}, "out of bounds"),
        ({"letters": {"А": [["1", *[0.0] * 41]]}}, "sample of А"),
        ({"letters": []}, "damaged"),
    ),
)
def test_a_damaged_file_is_told_and_left_as_it_is(
    tmp_path: Path, change: dict[str, object], told: str
) -> None:
    path = tmp_path / "letters.json"
    text = json.dumps({"version": 1, "alphabet": "rsl", "letters": {}} | change)
    path.write_text(text, encoding="utf-8")
    book = LetterBook(path, "rsl")
    with pytest.raises(LetterBookFault, match=told):
        book.add("А", shown("А", 0))
    assert path.read_text(encoding="utf-8") == text


def test_a_folder_in_the_files_place_is_told(tmp_path: Path) -> None:
    with pytest.raises(LetterBookFault, match="cannot read"):
        LetterBook(tmp_path, "rsl").samples()


def test_the_file_lies_where_the_wearers_data_does(tmp_path: Path) -> None:
    assert default_path("rsl", {"XDG_DATA_HOME": str(tmp_path)}) == tmp_path / "chestnut" / "letters-rsl.json"
