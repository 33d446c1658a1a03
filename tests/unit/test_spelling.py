"""From readings to letters and words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from chestnut.signs.spelling import (
    HOLD_S,
    LEAST_FRAMES,
    SPACE_S,
    LetterSpelt,
    Reading,
    Spelling,
    WordFinished,
)
from hypothesis import given
from hypothesis import strategies as st

RATES_HZ = (8.0, 15.0, 30.0)
AWAY = ""  # no hand
UNSURE = "?"


class Hand:
    """Shows letters for a while, as a camera of that rate sees them."""

    def __init__(self, spelling: Spelling, rate_hz: float = 15.0) -> None:
        self.spelling, self.rate_hz = spelling, rate_hz
        self.frames = 0
        self.told: list[LetterSpelt | WordFinished] = []

    def show(self, letter: str, seconds: float = 0.6, across: float | None = None) -> Hand:
        for _ in range(max(1, round(seconds * self.rate_hz))):
            at = self.frames / self.rate_hz
            known = letter if letter not in (AWAY, UNSURE) else None
            one = self.spelling.feed(Reading(at, known, 0.9, letter != AWAY, across))
            self.frames += 1
            self.told += [one] if one is not None else []
        return self

    @property
    def finished(self) -> list[str]:
        return [one.word for one in self.told if isinstance(one, WordFinished)]


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("word", ["CAB", "МИР", "ЁЖ"])
def test_a_word(word: str, rate_hz: float) -> None:
    hand = Hand(Spelling(), rate_hz)
    for letter in word:
        hand.show(letter)
    hand.show(AWAY, 2.0)
    assert hand.finished == [word]
    assert hand.spelling.words == (word,)
    assert hand.spelling.word == ""


def test_a_letter_is_told_at_once_with_the_word_so_far() -> None:
    hand = Hand(Spelling()).show("C").show("A")
    assert [(one.letter, one.word) for one in hand.told if isinstance(one, LetterSpelt)] == [
        ("C", "C"),
        ("A", "CA"),
    ]
    assert HOLD_S <= hand.told[0].at + 1 / 15 <= HOLD_S + 0.2


def test_a_letter_that_is_held_counts_once() -> None:
    assert Hand(Spelling()).show("L", 5.0).spelling.word == "L"


def test_a_letter_that_was_let_go_counts_again() -> None:
    assert Hand(Spelling()).show("L").show(UNSURE, 0.5).show("L").spelling.word == "LL"
    assert Hand(Spelling()).show("L").show(AWAY, 0.5).show("L").spelling.word == "LL"


def test_a_frame_that_is_misread_is_neither_a_letter_nor_a_release() -> None:
    hand = Hand(Spelling()).show("L")
    for _ in range(5):
        hand.show("X", 0.07).show("L", 0.4)
    assert hand.spelling.word == "L"


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_letter_that_slides_aside_counts_twice(rate_hz: float) -> None:
    hand = Hand(Spelling(), rate_hz).show("L", 1.0, across=2.0)
    hand.show("L", 0.13, across=2.5).show("L", 0.8, across=3.0)
    assert hand.spelling.word == "LL"


def test_a_hand_that_drifts_slowly_does_not_slide() -> None:
    hand = Hand(Spelling())
    for step in range(60):
        hand.show("L", 1 / 15, across=2.0 + 0.03 * step)
    assert hand.spelling.word == "L"


def test_a_hand_that_leaves_aside_does_not_double_the_letter() -> None:
    hand = Hand(Spelling()).show("L", 1.0, across=2.0)
    hand.show("L", 0.07, across=2.6).show("L", 0.07, across=3.2).show("O", 0.6, across=3.3)
    assert hand.spelling.word == "LO"


def test_a_hand_in_view_that_shows_nothing_readable_ends_the_word_later() -> None:
    hand = Hand(Spelling()).show("A").show(UNSURE, 2.0)
    assert not hand.finished
    assert hand.show(UNSURE, 1.0).finished == ["A"]


def test_no_word_is_finished_twice_and_none_without_letters() -> None:
    hand = Hand(Spelling()).show(AWAY, 3.0).show("A").show(AWAY, 9.0)
    assert hand.finished == ["A"]
    assert hand.spelling.finish(100.0) is None


def test_a_gap_in_the_stream_joins_nothing() -> None:
    """Half a letter before it and half after it are none."""
    spelling = Spelling()
    for at in (0.0, 0.1, 5.0, 5.1):
        assert spelling.feed(Reading(at, "A")) is None


def test_letters_told_by_motion_take_the_place_of_their_beginning() -> None:
    hand = Hand(Spelling()).show("B").show("I")
    told = hand.spelling.traced("J", hand.frames / 15, instead_of="I")
    assert (told.letter, told.word) == ("J", "BJ")
    assert hand.spelling.traced("Z", 99.0, instead_of="D").word == "BJZ"


def test_taking_back() -> None:
    hand = Hand(Spelling()).show("C").show("A").show(AWAY, 1.5).show("B")
    spelling = hand.spelling

    def back() -> tuple[str, str] | None:
        one = spelling.take_back_letter()
        return one and (one.removed, one.word)

    assert back() == ("B", "")
    assert back() == ("A", "C")  # the finished word is being spelt again
    assert spelling.words == ()
    assert hand.show("T").show(AWAY, 1.5).finished[-1] == "CT"
    word = spelling.take_back_word()
    assert word is not None and word.removed == "CT"
    assert spelling.take_back_word() is None
    assert spelling.take_back_letter() is None


def test_a_letter_taken_back_does_not_come_again_while_it_is_held() -> None:
    hand = Hand(Spelling()).show("C")
    hand.spelling.take_back_letter()
    assert hand.show("C", 2.0).spelling.word == ""
    assert hand.show(UNSURE, 0.5).show("C").spelling.word == "C"


# --- whatever is shown ---------------------------------------------------------------------------------------

letters = st.one_of(st.none(), st.sampled_from("ABЖЩ"))


@st.composite
def streams(draw: st.DrawFn) -> list[Reading]:
    at, readings = 0.0, []
    for _ in range(draw(st.integers(0, 80))):
        at += draw(st.floats(0.0, 0.4))
        hand = draw(st.booleans()) or draw(st.booleans())
        letter = draw(letters) if hand else None
        across = draw(st.one_of(st.none(), st.floats(-5, 5)))
        readings.append(Reading(at, letter, draw(st.floats(0, 1)), hand, across))
    return readings


def told(spelling: Spelling, readings: list[Reading]) -> Iterator[LetterSpelt | WordFinished]:
    for reading in readings:
        one = spelling.feed(reading)
        if one is not None:
            yield one


@given(streams())
def test_only_what_was_shown_is_spelt(readings: list[Reading]) -> None:
    spelling = Spelling()
    for one in told(spelling, readings):
        if isinstance(one, LetterSpelt):
            shown = [
                reading
                for reading in readings
                if reading.letter == one.letter and one.at - HOLD_S - 0.8 <= reading.at <= one.at
            ]
            assert len(shown) >= LEAST_FRAMES
            assert shown[-1].at == one.at


@given(streams())
def test_words_are_the_letters_told(readings: list[Reading]) -> None:
    spelling = Spelling()
    words, word = [], ""
    for one in told(spelling, readings):
        if isinstance(one, LetterSpelt):
            word += one.letter
            assert one.word == word
        else:
            assert one.word == word != ""
            words.append(word)
            word = ""
    assert spelling.words == tuple(words)
    assert spelling.word == word


@given(streams(), st.floats(1.0, 1e6))
def test_only_differences_of_time_matter(readings: list[Reading], later_s: float) -> None:
    rounded = [
        Reading(round(one.at, 2), one.letter, one.confidence, one.hand, one.across) for one in readings
    ]
    moved = [
        Reading(one.at + round(later_s), one.letter, one.confidence, one.hand, one.across) for one in rounded
    ]
    first, second = Spelling(), Spelling()
    before = [type(one).__name__ + one.word for one in told(first, rounded)]
    # A difference that lies on the limit itself may be rounded to either side of it.
    if not any(
        abs((one.at - other.at) - limit) < 1e-6
        for one in rounded
        for other in rounded
        for limit in (HOLD_S, 0.9 * HOLD_S, SPACE_S, 2.5, 0.8)
    ):
        assert [type(one).__name__ + one.word for one in told(second, moved)] == before


@given(streams())
def test_what_is_taken_back_was_there(readings: list[Reading]) -> None:
    spelling = Spelling()
    list(told(spelling, readings))
    whole = "".join(spelling.words) + spelling.word
    removed = ""
    while (one := spelling.take_back_letter()) is not None:
        removed = one.removed + removed
    assert removed == whole
