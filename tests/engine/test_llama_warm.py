"""Constant prompts are computed once: kept in memory, and on disk for the next start."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chestnut_tests.llama_desk import SYSTEM_EN, SYSTEM_RU, Desk, alike, desk

QUESTIONS = ((SYSTEM_EN, "What is there?"), (SYSTEM_RU, "Что там?"), (SYSTEM_EN, "How many?"))


@pytest.fixture(params=["gemma3n", "gemma4"])
def model(request: pytest.FixtureRequest) -> Path:
    path: Path = request.getfixturevalue(request.param)
    return path


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "states" / "deep"


def answers(opened: Desk) -> Any:
    """The scores of their first tokens."""
    return np.array([opened.scores(question, system=system) for system, question in QUESTIONS])


def restored(model: Path, cache: Path) -> int:
    with desk(model, cache=str(cache)) as opened:
        count: int = opened.backend.facts["prompts_restored"]
        return count


def test_the_first_words_wait_only_for_the_question(model: Path) -> None:
    with desk(model) as opened:
        for system, question in QUESTIONS:
            effort = opened.ask(question, system=system).effort
            assert effort.reused_tokens > len(system)
            assert effort.prompt_tokens - effort.reused_tokens < len(question) + 20


def test_what_is_found_on_disk_is_what_was_computed(model: Path, cache: Path) -> None:
    with desk(model, cache=str(cache)) as opened:
        computed = answers(opened)
    with desk(model, cache=str(cache)) as opened:
        alike(answers(opened), computed)


def test_a_second_start_finds_them_on_disk(model: Path, cache: Path) -> None:
    assert restored(model, cache) == 0
    assert restored(model, cache) == 2
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize("damage", ["flipped", "cut", "longer", "empty", "foreign"])
def test_damaged_states_are_made_anew(model: Path, cache: Path, damage: str) -> None:
    with desk(model, cache=str(cache)) as opened:
        right = answers(opened)
    for path in cache.iterdir():
        data = path.read_bytes()
        flipped = data[:500] + bytes([data[500] ^ 1]) + data[501:]
        path.write_bytes(
            {
                "flipped": flipped,
                "cut": data[:-1],
                "longer": data + b"\0",
                "empty": b"",
                "foreign": b"GGUF" * 1000,
            }[damage]
        )
    with desk(model, cache=str(cache)) as opened:
        assert opened.backend.facts["prompts_restored"] == 0
        alike(answers(opened), right)
    assert restored(model, cache) == 2


def test_a_state_under_the_name_of_another_is_not_taken_for_it(model: Path, cache: Path) -> None:
    assert restored(model, cache) == 0
    first, second = cache.iterdir()
    shutil.copy(first, second)
    assert restored(model, cache) == 1
    assert restored(model, cache) == 2


def test_those_of_another_model_and_of_older_prompts_are_removed(
    model: Path, cache: Path, tmp_path: Path
) -> None:
    other = shutil.copy(model, tmp_path / "other.gguf")
    assert restored(model, cache) == 0
    assert restored(other, cache) == 0
    assert len(list(cache.iterdir())) == 2
    with desk(other, cache=str(cache), systems=(SYSTEM_EN,)) as opened:
        assert opened.backend.facts["prompts_restored"] == 1
    assert len(list(cache.iterdir())) == 1


def test_without_a_disk_it_only_takes_longer(model: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert restored(model, blocked / "states") == 0
    assert restored(model, blocked / "states") == 0


def test_a_prompt_that_does_not_fit_is_left_out(model: Path) -> None:
    with desk(model, systems=(SYSTEM_EN, "a" * 3000)) as opened:
        assert opened.ask("What is there?").effort.reused_tokens > len(SYSTEM_EN)
