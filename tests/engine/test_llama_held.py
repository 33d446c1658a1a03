"""What the model has taken in already is not computed again, and what is computed anew comes out the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chestnut.engine.llama.brake import Brake
from chestnut.engine.llama.context import Context
from chestnut.engine.llama.library import library
from chestnut.engine.llama.model import Model
from chestnut_tests.llama_desk import CUP, SYSTEM_RU, Desk, desk, photo
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some


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


def test_a_picture_gives_the_same_answer_after_anything_else(seeing: Desk) -> None:
    def asked() -> str:
        return seeing.ask("What is there?", rgb=photo(1), key="a", max_tokens=20).text

    first = asked()
    seeing.ask("And without a picture?")
    assert asked() == first
    seeing.ask("What is there?", rgb=photo(2), key="b")
    assert asked() == first
    seeing.ask("Что там?", rgb=photo(1), key="a", system=SYSTEM_RU)
    assert asked() == first


# --- the context itself ----------------------------------------------------------------------------------

TOLERANCE = (
    0.1  # of scores; other batches are computed in another order: 0.004 was seen, and 1 for a wrong token
)
LONG = [265 + index * 7 % 150 for index in range(400)]  # the windows of the tiny models are 64 tokens
ENDS = some.lists(some.integers(265, 420), min_size=1, max_size=40)


@pytest.fixture(params=["gemma3n", "gemma4"])
def model(request: pytest.FixtureRequest) -> Iterator[Model]:
    opened = Model(library(), request.getfixturevalue(request.param), repack=True)
    yield opened
    opened.close()


@pytest.fixture
def contexts(model: Model) -> Iterator[tuple[Context, Context]]:
    brake = Brake(library().llama)
    opened = tuple(Context(library(), model, brake, threads=1, tokens=512, batch=32) for _ in range(2))
    yield opened[0], opened[1]
    for context in opened:
        context.close()


def scores(context: Context, words: int) -> Any:
    pointer = library().llama.llama_get_logits_ith(context.handle, -1)
    return np.ctypeslib.as_array(pointer, (words,)).copy()


def the_same_after(tokens: Sequence[int], tried: Context, fresh: Context, words: int) -> None:
    """What may follow the tokens that `tried` holds is what follows when they are read in one go."""
    assert tried.held == tokens
    fresh.cut(0)
    fresh.read(tokens, answer=True)
    np.testing.assert_allclose(scores(tried, words), scores(fresh, words), atol=TOLERANCE)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=some.lists(some.tuples(some.integers(0, len(LONG)), ENDS, some.booleans()), min_size=2, max_size=5)
)
def test_whatever_was_held_before_the_next_token_is_the_same(
    contexts: tuple[Context, Context], model: Model, steps: list[tuple[int, list[int], bool]]
) -> None:
    tried, fresh = contexts
    tried.cut(0)
    saved: tuple[list[int], bytes] = ([], b"")
    for begun, end, restored in steps:
        wanted = LONG[:begun] + end
        if restored and saved[0] and wanted[: len(saved[0])] == saved[0]:
            assert tried.restore(*saved)
        kept = tried.cut(min(tried.shared(wanted), len(wanted) - 1))
        tried.read(wanted[kept:begun], answer=False)
        if kept <= begun:
            saved = (LONG[:begun], tried.save())
        tried.read(wanted[max(kept, begun) :], answer=True)
        the_same_after(wanted, tried, fresh, model.words)


def test_it_can_be_cut_back_over_many_windows(contexts: tuple[Context, Context], model: Model) -> None:
    tried, fresh = contexts
    tried.read(LONG, answer=False)
    assert tried.cut(70) == 70
    tried.read([300], answer=True)
    the_same_after([*LONG[:70], 300], tried, fresh, model.words)


def test_a_restored_state_is_not_cut_into(contexts: tuple[Context, Context], model: Model) -> None:
    """Of the layers that see a window, a state has no more than that window."""
    tried, fresh = contexts
    fresh.read(LONG, answer=False)
    assert tried.restore(LONG, fresh.save())
    tried.read([300], answer=True)
    the_same_after([*LONG, 300], tried, fresh, model.words)
    assert tried.cut(len(LONG)) == len(LONG)
    assert tried.cut(len(LONG) - 100) == 0
    tried.read(LONG[:300], answer=True)
    the_same_after(LONG[:300], tried, fresh, model.words)


def test_a_state_of_another_model_is_not_taken(gemma3n: Path, gemma4: Path) -> None:
    tokens = [300, 301, 302]
    with context_of(gemma3n) as context:
        context.read(tokens, answer=False)
        state = context.save()
    with context_of(gemma3n) as context:
        assert context.restore(tokens, state)
        assert context.held == tokens
        assert not context.restore(tokens[:2], state)
        assert not context.held
    with context_of(gemma4) as context:
        context.read(tokens, answer=False)
        assert not context.restore(tokens, state)
        assert not context.held
        context.read(tokens, answer=True)


@contextmanager
def context_of(path: Path) -> Iterator[Context]:
    model = Model(library(), path, repack=False)
    context = Context(library(), model, Brake(library().llama), threads=1, tokens=512, batch=32)
    yield context
    context.close()
    model.close()
