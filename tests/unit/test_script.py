"""Which voice reads what."""

from itertools import pairwise

import pytest
from chestnut.core.ports import Segment
from chestnut.speech.script import split
from hypothesis import given
from hypothesis import strategies as st

LETTERS = st.sampled_from("abzé АБёя 0159 .,!?… \n\t«»\"'()-—№$µ×字")
TEXTS = st.text() | st.text(LETTERS, max_size=80)


def parts(text: str, default: str = "en") -> list[tuple[str, str]]:
    return [(segment.language, segment.text) for segment in split(text, default)]


@pytest.mark.parametrize("text", ["A person, near.", "Слева кружка.", "5 чашек", "12.05 Milk"])
def test_text_of_one_script_is_one_segment(text: str) -> None:
    assert [part[1] for part in parts(text)] == [text]


def test_scripts_get_their_own_voices() -> None:
    assert parts("The sign on it says: Осторожно, собака. It is near.") == [
        ("en", "The sign on it says: "),
        ("ru", "Осторожно, собака. "),
        ("en", "It is near."),
    ]


def test_a_latin_word_stays_with_the_russian_voice() -> None:
    assert parts("Это телефон Samsung Galaxy, он справа.", "ru") == [
        ("ru", "Это телефон Samsung Galaxy, он справа.")
    ]


def test_a_long_latin_run_gets_the_english_voice() -> None:
    assert parts("Написано: keep out of reach of children. Осторожно.", "ru") == [
        ("ru", "Написано: "),
        ("en", "keep out of reach of children. "),
        ("ru", "Осторожно."),
    ]


def test_digits_go_with_the_letters_before_them() -> None:
    assert parts("Дом 5. Room 7.") == [("ru", "Дом 5. "), ("en", "Room 7.")]


def test_digits_at_the_head_of_a_sentence_go_with_it() -> None:
    assert parts("Two cups. 5 чашек.") == [("en", "Two cups. "), ("ru", "5 чашек.")]


@pytest.mark.parametrize("default", ["en", "ru"])
def test_without_letters_the_default_language_reads(default: str) -> None:
    assert parts("12:08", default) == [(default, "12:08")]


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_blank_text_gives_nothing(text: str) -> None:
    assert split(text, "en") == ()


@given(TEXTS, st.sampled_from(["en", "ru"]))
def test_nothing_is_lost_or_added(text: str, default: str) -> None:
    joined = "".join(segment.text for segment in split(text, default))
    assert joined == text or (joined == "" and not text.strip())


@given(TEXTS, st.sampled_from(["en", "ru"]))
def test_neighbours_differ_and_cyrillic_is_never_spelled_by_the_english_voice(
    text: str, default: str
) -> None:
    segments = split(text, default)
    assert all(one.language != other.language for one, other in pairwise(segments))
    for segment in segments:
        if segment.language == "en":
            assert not any("\u0400" <= letter <= "\u052f" for letter in segment.text)


def test_splitting_twice_changes_nothing() -> None:
    for segment in split("Рядом Milk. Keep it in a cold place. Спасибо.", "ru"):
        assert split(segment.text, segment.language) == (Segment(segment.text, segment.language),)
