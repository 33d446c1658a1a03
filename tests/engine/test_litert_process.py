"""The second engine in its process: what every core.ports.Engine keeps, as far as it needs no grammar."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chestnut.core.events import EffectFailed, PartFound, PartLost, SentenceWritten, ThoughtEnded
from chestnut.core.ports import Prompt
from chestnut.core.scene import Frame
from chestnut.engine.messages import Load
from chestnut.engine.process import EngineProcess
from chestnut_tests.engine_desk import CLOCK, SYSTEM, Ears, ask, nothing_left
from chestnut_tests.tiny_models.litert import write_litert


@dataclass
class Bench:
    ears: Ears
    engine: EngineProcess


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    model = write_litert(tmp_path / "tiny.litertlm", context=2048)
    load = Load("litert", str(model), systems=(SYSTEM,), cache=str(tmp_path / "cache"), memory_mb=1024)
    ears = Ears()
    with nothing_left():
        # A busy machine is slow to stop, which is no reason here to end the process.
        engine = EngineProcess(load, ears.post, CLOCK, backoff_s=(0.0,), grace_s=30)
        yield Bench(ears, engine)
        engine.close()


def picture(number: int, colour: tuple[int, int, int]) -> Frame:
    rgb: Any = np.full((48, 64, 3), colour, np.uint8)
    return Frame(number, 10.0 * number, rgb)


def said(bench: Bench, job: int, prompt: Prompt) -> tuple[str, int]:
    """The answer, and how many pictures were encoded for it."""
    bench.engine.think(job, prompt)
    ended = bench.ears.over(job)
    assert isinstance(ended, ThoughtEnded), ended
    return " ".join(bench.ears.text(job)), ended.effort.pictures_encoded


def test_it_sees_and_a_follow_up_encodes_nothing(bench: Bench) -> None:
    green, red = picture(1, (0, 250, 0)), picture(2, (250, 0, 0))
    assert said(bench, 1, ask("What?", green)) == ("The picture is green.", 1)
    follow_up = Prompt(SYSTEM, ("What?", "The picture is green.", "And?"), green)
    assert said(bench, 2, follow_up) == ("The picture is still green.", 0)
    assert said(bench, 3, ask("What?", red)) == ("The picture is red.", 1)
    assert bench.engine.loaded is not None and bench.engine.loaded.sees


def test_a_cancelled_thought_says_nothing_more_and_the_process_lives_on(bench: Bench) -> None:
    assert said(bench, 1, ask("What?"))[0] == "The picture is nothing."
    process = bench.engine.pid
    bench.engine.think(2, ask("Go on endlessly. ", max_tokens=1500))
    bench.ears.wait(SentenceWritten, 2)
    bench.engine.cancel(2)
    told = bench.ears.of(2)
    assert said(bench, 3, ask("What?"))[0] == "The picture is nothing."
    assert bench.ears.of(2) == told and bench.engine.pid == process


def test_a_death_is_told_once_and_overcome(bench: Bench) -> None:
    bench.engine.think(1, ask("Go on endlessly. ", max_tokens=1500))
    bench.ears.wait(SentenceWritten, 1)
    assert bench.engine.pid is not None
    os.kill(bench.engine.pid, signal.SIGKILL)
    failed = bench.ears.over(1)
    assert isinstance(failed, EffectFailed) and failed.reason == "engine_lost"
    bench.ears.wait(PartFound)
    assert said(bench, 2, ask("What?"))[0] == "The picture is nothing."
    assert bench.ears.parts() == ["engine_lost", "found"]


def test_a_grammar_and_too_long_a_prompt_fail_and_the_next_thought_does_not(bench: Bench) -> None:
    for job, prompt, reason in (
        (1, ask("What?", grammar='root ::= "yes"'), "fault"),
        (2, ask("word " * 3000), "prompt_too_long"),
    ):
        bench.engine.think(job, prompt)
        failed = bench.ears.over(job)
        assert isinstance(failed, EffectFailed) and failed.reason == reason
    assert said(bench, 3, ask("What?"))[0] == "The picture is nothing."


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "damaged.litertlm").write_bytes(b"LITERTLM" + bytes(100))
    ears = Ears()
    engine = EngineProcess(Load("litert", str(tmp_path / "damaged.litertlm")), ears.post, CLOCK)
    assert ears.wait(PartLost).reason == "model_damaged"
    engine.close()
