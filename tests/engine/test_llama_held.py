"""What the model has taken in already is not computed again, and what is computed anew comes out the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from chestnut_tests.llama_desk import CUP, SYSTEM_RU, Desk, alike, desk, photo


@pytest.fixture(params=["gemma3n", "gemma4"])
def seeing(request: pytest.FixtureRequest) -> Iterator[Desk]:
    projector = {"gemma3n": "gemma3nv", "gemma4": "gemma4v"}[request.param]
    with desk(request.getfixturevalue(request.param), request.getfixturevalue(projector)) as opened:
        yield opened


def test_a_follow_up_on_the_same_picture_costs_only_its_text(seeing: Desk) -> None:
    first = seeing.ask("What is there?", rgb=photo(1), key="a", grammar=CUP, max_tokens=60)
    after = seeing.ask("What is there?", first.text, "And the door?", rgb=photo(1), key="a")
    assert first.effort.pictures_encoded == 1
    assert (after.effort.pictures_encoded, after.effort.encode_ms) == (0, 0)
    assert after.effort.reused_tokens >= first.effort.prompt_tokens


def test_another_question_about_the_same_picture_reads_only_the_question(seeing: Desk) -> None:
    first = seeing.ask("What is there?", rgb=photo(1), key="a")
    other = seeing.ask("How many?", rgb=photo(1), key="a")
    assert other.effort.pictures_encoded == 0
    assert first.effort.prompt_tokens - other.effort.reused_tokens < len("What is there?") + 20


def test_a_dropped_exchange_costs_only_the_text_after_it(seeing: Desk) -> None:
    seeing.ask("What is there?", "A cup.", "How many?", rgb=photo(1), key="a")
    dropped = seeing.ask("How many?", rgb=photo(1), key="a")
    assert dropped.effort.pictures_encoded == 0
    assert dropped.effort.prompt_tokens - dropped.effort.reused_tokens < len("How many?") + 20


def test_a_change_of_language_encodes_no_picture_again(seeing: Desk) -> None:
    seeing.ask("What is there?", rgb=photo(1), key="a")
    russian = seeing.ask("Что там?", rgb=photo(1), key="a", system=SYSTEM_RU)
    assert russian.effort.pictures_encoded == 0
    assert russian.effort.reused_tokens > len(SYSTEM_RU)


def test_another_picture_and_one_without_a_key_are_encoded(seeing: Desk) -> None:
    for key in ("a", "b", "", ""):
        assert seeing.ask(rgb=photo(1), key=key).effort.pictures_encoded == 1


def test_the_same_question_reads_one_token(seeing: Desk) -> None:
    seeing.ask("What is there?", rgb=photo(1), key="a")
    again = seeing.ask("What is there?", rgb=photo(1), key="a")
    assert again.effort.reused_tokens == again.effort.prompt_tokens - 1


def test_a_picture_is_seen_the_same_after_anything_else(seeing: Desk) -> None:
    def seen() -> Any:
        return seeing.scores("What is there?", rgb=photo(1), key="a")

    first = seen()
    seeing.ask("And without a picture?")
    alike(seen(), first)
    seeing.ask("What is there?", rgb=photo(2), key="b")
    alike(seen(), first)
    seeing.ask("Что там?", rgb=photo(1), key="a", system=SYSTEM_RU)
    alike(seen(), first)
