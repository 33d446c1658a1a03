"""The context itself: whatever was held, cut back or restored before, what follows the same tokens is the same.

On the tiny gemma4 and in small batches, see alike()."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from chestnut.engine.llama.brake import Brake
from chestnut.engine.llama.context import Context
from chestnut.engine.llama.library import library
from chestnut.engine.llama.model import Model
from chestnut_tests.llama_desk import alike, scores
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

LONG = [265 + index * 7 % 150 for index in range(400)]  # the windows of the tiny models are 64 tokens
ENDS = some.lists(some.integers(265, 420), min_size=1, max_size=40)


@pytest.fixture
def model(gemma4: Path) -> Iterator[Model]:
    opened = Model(library(), gemma4, repack=True)
    yield opened
    opened.close()


@pytest.fixture
def contexts(model: Model) -> Iterator[tuple[Context, Context]]:
    brake = Brake(library().llama)
    opened = tuple(Context(library(), model, brake, threads=1, tokens=512, batch=32) for _ in range(2))
    yield opened[0], opened[1]
    for context in opened:
        context.close()


def the_same_after(tokens: Sequence[int], tried: Context, fresh: Context, words: int) -> None:
    """What may follow the tokens that `tried` holds is what follows when they are read in one go."""
    assert tried.held == tokens
    fresh.cut(0)
    fresh.read(tokens, answer=True)
    alike(scores(tried, words), scores(fresh, words))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
