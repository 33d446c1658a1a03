"""The real Gemma 3 270M through the engine's process. It is a base model: this shows plumbing, never quality."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from chestnut.core.events import ThoughtEnded, ThoughtProgressed
from chestnut.core.ports import Prompt
from chestnut.core.thought import Stage
from chestnut.engine.messages import Load
from chestnut.engine.process import EngineProcess
from chestnut_tests.engine_desk import CLOCK, Ears

pytestmark = pytest.mark.gemma

SYSTEM = "You tell somebody who cannot see what a camera saw. " * 20
PLACES = 'root ::= "Ключи " ("на столе" | "на диване") "."'


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def engine(gemma_270m: Path, ears: Ears, tmp_path: Path) -> Iterator[EngineProcess]:
    load = Load("llama", str(gemma_270m), systems=(SYSTEM,), cache=str(tmp_path), threads=2)
    engine = EngineProcess(load, ears.post, CLOCK, grace_s=30)
    yield engine
    engine.close()


def test_it_streams_sentences_and_counts_them(engine: EngineProcess, ears: Ears) -> None:
    engine.think(1, Prompt(SYSTEM, ("A cup stands on the table. The table is",), max_tokens=40))
    ended = ears.wait(ThoughtEnded, 1)
    assert 0 < ended.effort.written_tokens <= 40
    assert ended.effort.reused_tokens > 200, "the constant prompt was warm"
    assert ears.text(1), "it wrote something"


def test_a_grammar_leaves_it_only_what_is_true(engine: EngineProcess, ears: Ears) -> None:
    engine.think(1, Prompt(SYSTEM, ("Где ключи?",), grammar=PLACES))
    ears.wait(ThoughtEnded, 1)
    assert ears.text(1) in (["Ключи на столе."], ["Ключи на диване."])


@pytest.mark.parametrize("stage", [Stage.READING, Stage.WRITING])
def test_stopped_at_a_stage_it_answers_the_next_question(
    engine: EngineProcess, ears: Ears, stage: Stage
) -> None:
    engine.think(1, Prompt(SYSTEM, ("word " * 800,), max_tokens=400))
    ears.until(lambda: any(event.stage is stage for event in ears.find(ThoughtProgressed, 1)))
    engine.cancel(1)
    engine.think(2, Prompt(SYSTEM, ("Где ключи?",), grammar=PLACES))
    ears.wait(ThoughtEnded, 2)
    assert ears.text(2) in (["Ключи на столе."], ["Ключи на диване."])
    assert not ears.find(ThoughtEnded, 1)
    assert engine.lives.died == engine.lives.killed == 0
