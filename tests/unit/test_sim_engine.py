"""The stand-in for the language model does what a scenario asks of it; its contract is in tests/contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from chestnut.core.events import EffectFailed, PartFound, PartLost, SentenceWritten, ThoughtEnded
from chestnut.core.ports import Prompt
from chestnut.engine.sentences import Sentences
from chestnut.sim.engine import ScriptedEngine
from chestnut_tests.engine_desk import CLOCK, Ears, ask, nothing_left

Begin = Callable[..., ScriptedEngine]


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def begin(ears: Ears) -> Iterator[Begin]:
    engines: list[ScriptedEngine] = []

    def echo(prompt: Prompt) -> str:
        return f"You asked: {prompt.turns[-1]}. I answer."

    def engine(load_s: float = 0.0, piece_s: float = 0.0) -> ScriptedEngine:
        engines.append(ScriptedEngine(ears.post, CLOCK, echo, Sentences, load_s=load_s, piece_s=piece_s))
        return engines[-1]

    with nothing_left():
        yield engine
        for one in engines:
            one.close()


def test_it_answers_what_it_was_asked(begin: Begin, ears: Ears) -> None:
    begin().think(1, ask("who"))
    ended = ears.over(1)
    assert ears.text(1) == ["You asked: who.", "I answer."]
    assert isinstance(ended, ThoughtEnded) and ended.effort.written_tokens == 5


def test_the_longest_answer_is_cut(begin: Begin, ears: Ears) -> None:
    begin().think(1, ask("who", max_tokens=4))
    ears.over(1)
    assert ears.text(1) == ["You asked: who.", "I"]


def test_what_hangs_says_nothing_until_it_goes_on_or_is_cancelled(begin: Begin, ears: Ears) -> None:
    engine = begin()
    engine.hang()
    engine.think(1, ask("who"))
    ears.until(lambda: ears.of(1))
    engine.cancel(1)
    engine.think(2, ask("what"))
    ears.until(lambda: ears.of(2))
    assert not ears.find(SentenceWritten)
    engine.go_on()
    ears.over(2)
    assert ears.text(2) == ["You asked: what.", "I answer."] and not ears.find(ThoughtEnded, 1)


def test_what_died_for_good_stays_so(begin: Begin, ears: Ears) -> None:
    engine = begin()
    engine.hang()
    engine.think(1, ask("who"))
    engine.die("model_memory")
    engine.die("engine_lost")
    for job in (1, 2, 3):
        if job > 1:
            engine.think(job, ask("who"))
        failed = ears.over(job)
        assert isinstance(failed, EffectFailed) and failed.reason == "model_memory"
    assert len(ears.find(PartLost)) == 1 and not ears.find(PartFound)


def test_a_slow_one_is_cancelled_in_the_midst_of_a_word(begin: Begin, ears: Ears) -> None:
    engine = begin(piece_s=3600.0)
    engine.think(1, ask("who"))
    ears.until(lambda: len(ears.of(1)) == 2)
    engine.cancel(1)
    engine.think(2, ask("who"))
    ears.until(lambda: len(ears.of(2)) == 2)
    assert not ears.find(SentenceWritten)
