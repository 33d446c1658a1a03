"""What a question's words alone tell, in both languages."""

from __future__ import annotations

import pytest
from chestnut.core.session import LANGUAGES
from chestnut.locale import Phrases
from chestnut.locale.asked import asked
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("question", "things", "counts"),
    [
        ("How many cups are there?", ("cup",), True),
        ("how many people do you see", ("person",), True),
        ("Is there a cup?", ("cup",), False),
        ("What colour is the cup next to the laptop?", ("cup", "laptop"), False),
        ("Where is my phone?", ("cell phone",), False),
        ("Where is my cell phone?", ("cell phone",), False),
        ("Is the traffic light red?", ("traffic light",), False),
        ("What is in the cupboard?", (), False),
        ("How much does it cost?", (), False),
        ("", (), False),
    ],
)
def test_english(question: str, things: tuple[str, ...], counts: bool) -> None:
    found = asked(question, "en")
    assert (found.things, found.counts, found.ready) == (things, counts, "")


@pytest.mark.parametrize(
    ("question", "things", "counts"),
    [
        ("Сколько здесь чашек?", ("cup",), True),
        ("СКОЛЬКО ЛЮДЕЙ и сколько стульев", ("chair",), True),
        ("Видишь чашку?", ("cup",), False),
        ("Какого цвета собака?", ("dog",), False),
        ("Где мой телефон?", ("cell phone",), False),
        ("Который час?", (), False),
    ],
)
def test_russian(question: str, things: tuple[str, ...], counts: bool) -> None:
    found = asked(question, "ru")
    assert set(things) <= set(found.things)
    assert found.counts == counts
    assert things or not found.things


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_ready_question_is_known_by_its_words(language: str) -> None:
    for name, text in Phrases.of(language).tables["questions"].items():
        assert asked(text, language).ready == name
        assert asked(f"  {text.upper().rstrip('?')} ", language).ready == name


@given(st.text(max_size=80), st.sampled_from(LANGUAGES))
def test_any_text_is_asked_about_something_or_nothing(question: str, language: str) -> None:
    nouns = Phrases.of(language).tables["nouns"]
    assert set(asked(question, language).things) <= nouns.keys()
