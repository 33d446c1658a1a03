"""Words for what is to be found, in either language, inflected, with what stands around them."""

from __future__ import annotations

import pytest
from chestnut.core.kinds import FINDABLE
from chestnut.locale import Phrases
from chestnut.locale.sought import sought
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("words", "labels"),
    [
        ("cup", ("cup",)),
        ("my mug", ("cup",)),
        ("find the red cup on the table", ("cup",)),
        ("кружку", ("cup",)),
        ("где моя чашка", ("cup",)),
        ("стакан", ("cup", "wine glass")),
        ("бананы", ("food",)),
        ("телефона", ("cell phone",)),
        ("пульт от телевизора", ("remote",)),
        ("hair dryer", ("hair drier",)),
        ("a person", ("person",)),
        ("человека", ("person",)),
        ("ключи", ()),
        ("cupboard", ()),
        ("xyzzy", ()),
        ("", ()),
    ],
)
def test_words_for_things(words: str, labels: tuple[str, ...]) -> None:
    assert sought(words) == labels


@pytest.mark.parametrize("label", FINDABLE)
def test_every_kind_is_known_by_its_own_name(label: str) -> None:
    assert label in sought(label)
    for language in ("en", "ru"):
        assert label in sought(str(Phrases.of(language).tables["nouns"][label]["one"])), language


@given(st.text(max_size=60))
def test_any_text_names_kinds_or_nothing(text: str) -> None:
    assert set(sought(text)) <= set(FINDABLE)
