"""What every Engine keeps: the real llama.cpp in its process, on a tiny model with random weights, and the stand-in.

A grammar makes the tiny model say what the test wants; the stand-in reads it from there.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chestnut.core.events import (
    EffectFailed,
    Event,
    PartFound,
    PartLost,
    SentenceWritten,
    ThoughtEnded,
    ThoughtProgressed,
)
from chestnut.core.ports import Engine, Prompt
from chestnut.core.scene import Frame
from chestnut.core.thought import Stage
from chestnut.engine.messages import Load
from chestnut.engine.process import EngineProcess
from chestnut.engine.sentences import Sentences
from chestnut.sim.engine import ScriptedEngine
from chestnut_tests.engine_desk import CLOCK, SYSTEM, Ears, nothing_left
from chestnut_tests.tiny_models import write_gemma3n, write_gemma3nv

LONG = "The cup is left. " * 60


@dataclass
class Bench:
    """An engine that may be killed, and one that is blind or of no use."""

    ears: Ears
    engine: Engine
    kill: Callable[[], None]


class Benches:
    """Opens them, and closes what it opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.open: list[Engine] = []

    def real(self, kind: str = "seeing") -> Bench:
        ears, model = Ears(), self.folder / "gemma3n.gguf"
        if kind == "damaged":
            model = self.folder / "damaged.gguf"
            model.write_bytes(b"GGUF" + bytes(100))
        projector = str(self.folder / "gemma3nv.gguf") if kind == "seeing" else ""
        load = Load("llama", str(model), projector, (SYSTEM,))
        engine = EngineProcess(load, lambda event: ears.post(event), CLOCK, backoff_s=(0.0,))
        self.open.append(engine)

        def kill() -> None:
            ears.until(lambda: engine.pid is not None)
            assert engine.pid is not None
            os.kill(engine.pid, signal.SIGKILL)

        return Bench(ears, engine, kill)

    def scripted(self, kind: str = "seeing") -> Bench:
        ears = Ears()
        engine = ScriptedEngine(
            lambda event: ears.post(event),
            CLOCK,
            wanted_of,
            Sentences,
            sees=kind == "seeing",
            load_s=0.05,
            piece_s=0.002,
        )
        if kind == "damaged":
            engine.die("model_damaged")
        self.open.append(engine)
        return Bench(ears, engine, engine.die)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny_models")
    write_gemma3n(folder / "gemma3n.gguf")
    write_gemma3nv(folder / "gemma3nv.gguf")
    return folder


@pytest.fixture(params=["real", "scripted"])
def bench(request: pytest.FixtureRequest, tiny: Path) -> Iterator[Callable[..., Bench]]:
    benches = Benches(tiny)
    with nothing_left():
        yield getattr(benches, request.param)
        for engine in benches.open:
            engine.close()
            engine.close()


def say(text: str, *earlier: str, picture: Frame | None = None) -> Prompt:
    grammar = f"root ::= {json.dumps(text, ensure_ascii=False)}"
    return Prompt(SYSTEM, (*earlier, "What do you see?"), picture, max_tokens=1500, grammar=grammar)


def wanted_of(prompt: Prompt) -> str:
    return str(json.loads(prompt.grammar.removeprefix("root ::= ")))


def picture(number: int) -> Frame:
    rgb: Any = np.random.default_rng(number).integers(0, 255, (48, 64, 3), np.uint8)
    return Frame(number, 10.0 * number, rgb)


def answered(made: Bench, job: int) -> None:
    made.engine.think(job, say("Here I am."))
    assert isinstance(made.ears.over(job), ThoughtEnded), made.ears.of(job)
    assert made.ears.text(job) == ["Here I am."]


def test_a_thought_comes_in_sentences_and_ends_once(bench: Callable[..., Bench]) -> None:
    made = bench()
    made.engine.think(3, say("A cup, left. Справа — ёж! And so on"))
    ended = made.ears.over(3)
    assert made.ears.text(3) == ["A cup, left.", "Справа — ёж!", "And so on"]
    assert isinstance(ended, ThoughtEnded) and ended.effort.written_tokens > 0
    stages = [event.stage for event in made.ears.find(ThoughtProgressed, 3)]
    assert [stage for stage in stages if stage is not Stage.LOADING] == [Stage.READING, Stage.WRITING]
    answered(made, 4)
    assert made.ears.over(3) is ended  # nothing came after it
    assert made.ears.parts() == []


def test_who_asks_while_it_loads_is_told_and_waits(bench: Callable[..., Bench]) -> None:
    made = bench()
    made.engine.think(1, say("Here I am."))
    assert isinstance(made.ears.over(1), ThoughtEnded)
    stages = [event.stage for event in made.ears.find(ThoughtProgressed, 1)]
    assert stages == [Stage.LOADING, Stage.READING, Stage.WRITING]


def test_after_a_cancel_nothing_more_is_posted_under_its_number(bench: Callable[..., Bench]) -> None:
    made = bench()
    made.engine.think(1, say(LONG))
    made.ears.wait(SentenceWritten, 1)
    made.engine.cancel(1)
    told = made.ears.of(1)
    made.engine.cancel(1)
    made.engine.cancel(77)
    answered(made, 2)
    assert made.ears.of(1) == told


@pytest.mark.parametrize("stage", [Stage.LOOKING, Stage.READING, Stage.WRITING])
def test_it_may_be_cancelled_in_the_very_moment_it_reaches_a_stage(
    bench: Callable[..., Bench], stage: Stage
) -> None:
    made = bench()
    post = made.ears.post

    def cancel_there(event: Event) -> None:
        post(event)
        if isinstance(event, ThoughtProgressed) and event.job == 1 and event.stage is stage:
            made.engine.cancel(1)

    made.ears.post = cancel_there  # type: ignore[method-assign]
    made.engine.think(1, say(LONG, picture=picture(1)))
    made.ears.until(lambda: stage in [event.stage for event in made.ears.find(ThoughtProgressed, 1)])
    told = made.ears.of(1)
    answered(made, 2)
    assert made.ears.of(1) == told and made.ears.find(ThoughtProgressed, 1)[-1].stage is stage
    assert made.ears.parts() == []


def test_a_new_thought_replaces_the_old(bench: Callable[..., Bench]) -> None:
    made = bench()
    made.engine.think(1, say(LONG))
    made.ears.wait(SentenceWritten, 1)
    made.engine.think(2, say(LONG))
    told = made.ears.of(1)
    answered(made, 3)
    assert made.ears.of(1) == told
    assert not made.ears.find(ThoughtEnded, 2) and not made.ears.find(EffectFailed, 2)


def test_a_picture_without_eyes_fails_and_the_next_thought_does_not(bench: Callable[..., Bench]) -> None:
    made = bench("blind")
    made.engine.think(1, say("A cup.", picture=picture(1)))
    failed = made.ears.over(1)
    assert isinstance(failed, EffectFailed) and failed.reason == "model_blind"
    answered(made, 2)


def test_a_follow_up_on_the_same_picture_encodes_none(bench: Callable[..., Bench]) -> None:
    made = bench()
    encoded = []
    for job, (number, earlier) in enumerate([(1, ()), (1, ("And?", "A cup.")), (2, ())], 1):
        made.engine.think(job, say("A cup.", *earlier, picture=picture(number)))
        ended = made.ears.over(job)
        assert isinstance(ended, ThoughtEnded)
        encoded.append(ended.effort.pictures_encoded)
        stages = [event.stage for event in made.ears.find(ThoughtProgressed, job)]
        assert (Stage.LOOKING in stages) is bool(encoded[-1])
    assert encoded == [1, 0, 1]


def test_a_death_is_told_once_ends_the_thought_and_is_overcome(bench: Callable[..., Bench]) -> None:
    made = bench()
    made.engine.think(1, say(LONG))
    made.ears.wait(SentenceWritten, 1)
    made.kill()
    failed = made.ears.over(1)
    assert isinstance(failed, EffectFailed) and failed.reason == "engine_lost"
    assert made.ears.events.index(made.ears.wait(PartLost)) < made.ears.events.index(failed)
    made.ears.wait(PartFound)
    answered(made, 2)
    assert made.ears.parts() == ["engine_lost", "found"]


def test_a_model_of_no_use_is_told_and_every_thought_fails(bench: Callable[..., Bench]) -> None:
    made = bench("damaged")
    made.ears.wait(PartLost)
    for job in (1, 2):
        made.engine.think(job, say("Never."))
        failed = made.ears.over(job)
        assert isinstance(failed, EffectFailed) and failed.reason == "model_damaged"
    assert made.ears.parts() == ["model_damaged"]


def test_it_may_be_closed_twice_and_asked_after(bench: Callable[..., Bench]) -> None:
    made = bench()
    made.engine.think(1, say(LONG))
    made.ears.wait(SentenceWritten, 1)
    made.engine.close()
    told = list(made.ears.events)
    made.engine.think(2, say("Never."))
    made.engine.cancel(1)
    made.engine.close()
    assert made.ears.events == told
