"""What is not made of words, or goes round in circles, is not spoken."""

from __future__ import annotations

import pytest
from chestnut.core.thought import Task
from chestnut.engine.truth import Rule
from chestnut_tests.judging import LANGUAGES, judge, judging, page, scene, spoken
from chestnut_tests.tiny_models.vocabulary import letters
from hypothesis import given
from hypothesis import strategies as st

SYMBOLS = [letter for letter in letters() if not letter.isalpha() and letter != "\n"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", ":U ;k"),
        ("en", "k"),
        ("en", "Zzz."),
        ("en", "Qx vkj wpt ghz."),
        ("en", "S."),
        ("ru", "й"),
        ("ru", "Ъгщ цфк."),
        ("ru", "Жщцк."),
        ("en", "the the the the cup the cup the the the cup cup the the the the the the."),
        ("ru", "и чашка и чашка и чашка и чашка и чашка и чашка и чашка и чашка и чашка."),
    ],
)
def test_nonsense_is_withheld(language: str, text: str) -> None:
    assert judge(text, language, seen=scene(), read=page("")).rule is Rule.NONSENSE


@pytest.mark.parametrize(
    "text", ["Red.", "A mug.", "Oatmeal.", "Да.", "Красная.", "Шнурки завязаны.", "Овсянка."]
)
def test_a_short_answer_is_not(text: str) -> None:
    assert judge(text, seen=scene(), read=page("")).sentence is not None


def test_what_was_read_makes_sense() -> None:
    assert judge('It says "Xqwzk".', seen=scene(), read=page("Xqwzk")).sentence is not None


@given(
    st.lists(st.sampled_from([*letters(), "\x01", "\x1b", " "]), min_size=1, max_size=80).map("".join),
    st.sampled_from(LANGUAGES),
    st.sampled_from([Task.DESCRIBE, Task.QUESTION]),
)
def test_letters_at_random_are_hardly_ever_words(text: str, language: str, task: Task) -> None:
    """As a model with random weights writes them: what is left of it is at most a short word or two."""
    for sentence in spoken(text, judging(language, task, scene(), page(""))):
        assert len(sentence.text) <= 12, sentence.text
