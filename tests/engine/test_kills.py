"""The real model's process is killed at random moments, and nobody has to know more than that it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from chestnut.core.ports import Prompt
from chestnut.core.scene import Frame
from chestnut.engine.messages import Load
from chestnut_tests.engine_desk import SYSTEM, nothing_left

from bench import runtime_kills
from bench.engine_kills import survive

KILLS = 20


def prompt(number: int) -> Prompt:
    rgb = np.random.default_rng(number).integers(0, 255, (48, 64, 3), np.uint8)
    grammar = 'root ::= "A cup is on the left. A person stands ahead of you. Справа ёж."'
    return Prompt(SYSTEM, ("What do you see?",), Frame(number, 1.0, rgb), 400, grammar)


@pytest.mark.slow
def test_the_engine_survives_kills_at_random_moments(gemma3n: Path, gemma3nv: Path) -> None:
    load = Load("llama", str(gemma3n), str(gemma3nv), (SYSTEM,))
    with nothing_left():
        survived = survive(load, prompt, KILLS, seed=4)
    assert survived.kills.total() == KILLS
    assert survived.answered == survived.asked > 0
    assert survived.told <= KILLS
    assert survived.files[0] == survived.files[1] and survived.threads[0] == survived.threads[1]


@pytest.mark.slow
def test_the_runtime_lives_says_each_loss_once_and_answers_the_next_request() -> None:
    with nothing_left():
        lived = runtime_kills.survive(8, seed=3)
    assert lived.kills.total() == 8
    assert lived.answered == lived.asked > 0
    assert lived.told == lived.lost > 0
