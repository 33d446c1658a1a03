"""The thinker between engine and loop: what it asks, what it lets through, and when it asks nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from chestnut.core.effects import Cancel, Haptic, Start, Think
from chestnut.core.events import (
    EffectFailed,
    Event,
    Part,
    PartFound,
    PartLost,
    SentenceWritten,
    ThoughtEnded,
    ThoughtProgressed,
)
from chestnut.core.ports import Post, Prompt
from chestnut.core.scene import Frame
from chestnut.core.session import Session
from chestnut.core.thought import Effort, Sentence, Stage, Task
from chestnut.engine import truth
from chestnut.runtime.clock import HostClock
from chestnut.runtime.keepsake import Keepsake
from chestnut.runtime.performer import Parts, Performer
from chestnut.runtime.thinking import NoEngine, Thinker
from chestnut.sim.camera import FakeCamera
from chestnut_tests.drive import CUP, FACE, page, scene

PICTURE = Frame(1, 100.0, np.zeros((48, 64, 3), np.uint8))
SEEN = scene([FACE], [CUP])
DESCRIBE = Think(Task.DESCRIBE, scene=SEEN, page=page("EXIT"))
TRUE = "There is a cup on the right."
PROMISE = "It is safe to cross the street."


class Dictated:
    """core.ports.Engine that writes what the test dictates, and remembers what it was given."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.given: list[tuple[int, Prompt]] = []
        self.cancelled: list[int] = []
        self.closed = 0

    def think(self, job: int, prompt: Prompt) -> None:
        self.given.append((job, prompt))

    def cancel(self, job: int) -> None:
        self.cancelled.append(job)

    def close(self) -> None:
        self.closed += 1

    def write(self, job: int, *texts: str) -> None:
        for text in texts:
            self.post(SentenceWritten(at=101.0, job=job, sentence=Sentence(text)))

    def end(self, job: int, *, whole: bool = True) -> None:
        self.post(ThoughtEnded(at=102.0, job=job, effort=Effort(written_tokens=12), whole=whole))


class Desk:
    def __init__(self, grammar: str = "") -> None:
        self.events: list[Event] = []
        self.engine: Dictated
        self.thinker = Thinker(self.events.append, HostClock(), self._open, grammar)

    def _open(self, post: Post) -> Dictated:
        self.engine = Dictated(post)
        return self.engine

    def said(self) -> list[str]:
        return [event.sentence.text for event in self.events if isinstance(event, SentenceWritten)]

    def ended(self) -> ThoughtEnded:
        (event,) = (event for event in self.events if isinstance(event, ThoughtEnded))
        assert event is self.events[-1]
        return event

    def failed(self) -> str:
        (event,) = self.events
        assert isinstance(event, EffectFailed)
        return event.reason


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_thought_is_asked_in_the_wearers_language_with_its_picture(desk: Desk) -> None:
    desk.thinker.think(7, DESCRIBE, "ru", PICTURE)
    ((job, prompt),) = desk.engine.given
    assert (job, prompt.picture, len(prompt.turns) % 2) == (7, PICTURE, 1)
    assert "чашка" in prompt.turns[0] and "EXIT" in prompt.turns[0]
    assert prompt.grammar == ""


def test_what_passes_the_filter_is_posted_and_what_does_not_is_counted(desk: Desk) -> None:
    desk.thinker.think(7, DESCRIBE, "en", PICTURE)
    desk.engine.write(7, TRUE, PROMISE, "**", "A brown table stands behind it.")
    desk.engine.end(7)
    assert desk.said() == [TRUE, "A brown table stands behind it."]
    assert desk.ended().withheld == 1
    assert desk.ended().effort.written_tokens == 12


def test_what_was_no_sentence_is_not_counted_as_withheld(desk: Desk) -> None:
    desk.thinker.think(7, DESCRIBE, "en", PICTURE)
    desk.engine.write(7, "**", "---", TRUE, "A cup is on the")
    desk.engine.end(7, whole=False)
    assert desk.said() == [TRUE]
    assert desk.ended().withheld == 0


def test_each_sentence_is_posted_as_soon_as_it_is_whole(desk: Desk) -> None:
    desk.thinker.think(7, DESCRIBE, "en", PICTURE)
    desk.engine.write(7, TRUE)
    assert desk.said() == [TRUE]


def test_a_last_sentence_that_was_cut_off_is_not_spoken(desk: Desk) -> None:
    desk.thinker.think(7, DESCRIBE, "en", PICTURE)
    desk.engine.write(7, TRUE, "Behind it there stands a brown")
    desk.engine.end(7, whole=False)
    assert desk.said() == [TRUE]


@pytest.mark.parametrize("line", ["A brown table stands behind it", "A lamp hangs above the table:"])
def test_a_line_without_a_stop_is_spoken_when_more_follows_or_the_model_ended_itself(
    desk: Desk, line: str
) -> None:
    desk.thinker.think(7, DESCRIBE, "en", PICTURE)
    desk.engine.write(7, line)
    assert desk.said() == []
    desk.engine.write(7, TRUE)
    assert len(desk.said()) == 2
    desk.engine.write(7, "The walls are white")
    desk.engine.end(7)
    assert len(desk.said()) == 3


def test_progress_goes_through(desk: Desk) -> None:
    desk.thinker.think(7, DESCRIBE, "en", PICTURE)
    desk.engine.post(ThoughtProgressed(at=101.0, job=7, stage=Stage.LOOKING))
    assert desk.events == [ThoughtProgressed(at=101.0, job=7, stage=Stage.LOOKING)]


def test_a_cancelled_thought_is_cancelled_in_the_engine_and_says_nothing_more(desk: Desk) -> None:
    desk.thinker.think(7, DESCRIBE, "en", PICTURE)
    desk.engine.write(7, TRUE)
    desk.thinker.cancel(7)
    desk.engine.write(7, "The table is brown.")
    desk.engine.end(7)
    assert desk.said() == [TRUE]
    assert desk.engine.cancelled == [7]
    assert len(desk.events) == 1


def test_cancelling_another_job_changes_nothing(desk: Desk) -> None:
    desk.thinker.think(7, DESCRIBE, "en", PICTURE)
    desk.thinker.cancel(6)
    desk.engine.write(7, TRUE)
    assert desk.said() == [TRUE]
    assert desk.engine.cancelled == []


def test_a_new_thought_replaces_the_old(desk: Desk) -> None:
    desk.thinker.think(7, DESCRIBE, "en", PICTURE)
    desk.thinker.think(8, replace(DESCRIBE, task=Task.MORE), "en", PICTURE)
    desk.engine.write(7, TRUE)
    desk.engine.end(7)
    assert desk.events == []
    desk.engine.write(8, TRUE)
    desk.engine.end(8)
    assert [event.job for event in desk.events if isinstance(event, ThoughtEnded)] == [8]


@pytest.mark.parametrize("task", [Task.DESCRIBE, Task.MORE, Task.QUESTION])
def test_a_picture_that_is_gone_is_not_talked_about(desk: Desk, task: Task) -> None:
    desk.thinker.think(7, replace(DESCRIBE, task=task, text="?"), "en", None)
    assert desk.failed() == "picture_gone"
    assert desk.engine.given == []


@pytest.mark.parametrize(
    "asked",
    [
        Think(Task.QUESTION, "Why is the sky blue?"),
        Think(Task.TRANSLATE, "Ausgang", page=page("Ausgang")),
        Think(Task.REWORD, "I WANT WATER"),
        Think(Task.TRANSLATE, "Ausgang", scene=SEEN, page=page("Ausgang")),
    ],
    ids=lambda asked: asked.task,
)
def test_what_needs_no_picture_is_thought_without_one(desk: Desk, asked: Think) -> None:
    desk.thinker.think(7, asked, "en", None)
    ((_, prompt),) = desk.engine.given
    assert prompt.picture is None


@pytest.mark.parametrize("reason", ["gemma_missing", "engine_missing", "model_memory", "engine_off"])
def test_without_an_engine_the_reason_is_told(reason: str) -> None:
    events: list[Event] = []
    thinker = Thinker(events.append, HostClock(), NoEngine(reason, "why", "what to do"))
    thinker.think(7, DESCRIBE, "en", PICTURE)
    thinker.cancel(7)
    thinker.close()
    (event,) = events
    assert isinstance(event, EffectFailed) and (event.job, event.reason) == (7, reason)


def test_a_failure_of_the_engine_is_told_once(desk: Desk) -> None:
    """As engine/dialogue.py tells it: first the part, then whoever waits."""
    desk.thinker.think(7, DESCRIBE, "en", PICTURE)
    desk.engine.post(PartLost(at=101.0, part=Part.ENGINE, reason="engine_lost"))
    for _ in range(2):
        desk.engine.post(EffectFailed(at=101.0, job=7, reason="engine_lost"))
    desk.engine.post(PartFound(at=102.0, part=Part.ENGINE))
    assert [type(event) for event in desk.events] == [PartLost, EffectFailed, PartFound]


def test_the_grammar_goes_with_every_prompt() -> None:
    desk = Desk(grammar='root ::= "Yes."')
    desk.thinker.think(7, Think(Task.REWORD, "I WANT WATER"), "en", None)
    assert desk.engine.given[0][1].grammar == 'root ::= "Yes."'


def test_a_filter_that_fails_lets_nothing_through(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(truth.Truth, "judge", fail)
    desk.thinker.think(7, DESCRIBE, "en", PICTURE)
    desk.engine.write(7, TRUE, TRUE)
    desk.engine.end(7)
    assert desk.failed() == "fault"


def test_who_hears_a_sentence_may_cancel_at_once() -> None:
    cancel: Callable[[int], None] = lambda job: None  # noqa: E731

    def post(event: Event) -> None:
        cancel(7)

    desk = Desk()
    thinker = Thinker(post, HostClock(), desk._open)
    cancel = thinker.cancel
    thinker.think(7, DESCRIBE, "en", PICTURE)
    desk.engine.write(7, TRUE)
    assert desk.engine.cancelled == [7]


def test_closing_closes_the_engine_and_silences_it(desk: Desk) -> None:
    desk.thinker.think(7, DESCRIBE, "en", PICTURE)
    desk.thinker.close()
    desk.engine.write(7, TRUE)
    assert (desk.engine.closed, desk.events) == (1, [])


# --- in the performer's hands -------------------------------------------------------------------------------


class Eyes:
    """core.ports.Sight that keeps one picture."""

    def __init__(self, kept: Frame | None) -> None:
        self._kept = kept

    def glance(self) -> None: ...

    def look(self, job: int, *, fresh: bool, own: bool = False) -> None: ...

    def read(self, job: int) -> None: ...

    def picture(self, number: int) -> Frame | None:
        return self._kept if self._kept is not None and self._kept.number == number else None

    def cancel(self, job: int) -> None: ...

    def close(self) -> None: ...


class Hands:
    """A performer with a thinker, and with parts that do nothing else."""

    def __init__(self, desk: Desk, *, kept: Frame | None = PICTURE, thinker: Thinker | None = None) -> None:
        class Nobody:
            def close(self) -> None: ...

        class Pod:
            def buzz(self, pattern: Haptic) -> None: ...

            async def close(self) -> None: ...

        camera = FakeCamera(lambda event: None)
        voice: Any = Nobody()
        self.parts = Parts(Pod(), camera, Eyes(kept), voice, HostClock(), Keepsake(None), thinker=thinker)
        loop: Any = None
        self.performer = Performer(self.parts, desk.events.append, loop)

    def start(self, asked: Think) -> None:
        self.performer.perform(Start(7, asked), Session())


def test_the_performer_finds_the_picture_of_the_scene(desk: Desk) -> None:
    Hands(desk, thinker=desk.thinker).start(DESCRIBE)
    ((job, prompt),) = desk.engine.given
    assert (job, prompt.picture) == (7, PICTURE)


def test_the_performer_has_another_picture_by_now(desk: Desk) -> None:
    Hands(desk, kept=replace(PICTURE, number=2), thinker=desk.thinker).start(DESCRIBE)
    assert desk.failed() == "picture_gone"


def test_a_thought_can_be_cancelled_until_it_has_ended(desk: Desk) -> None:
    hands = Hands(desk, thinker=desk.thinker)
    hands.start(DESCRIBE)
    hands.performer.perform(Cancel(7), Session())
    hands.start(DESCRIBE)
    hands.performer.finished(7)
    hands.performer.perform(Cancel(7), Session())
    assert desk.engine.cancelled == [7]


def test_a_performer_without_a_deep_lane_says_so(desk: Desk) -> None:
    Hands(desk).start(DESCRIBE)
    assert desk.failed() == "gemma_missing"


def test_a_thought_that_cannot_be_begun_leaves_nobody_waiting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.engine, "think", lambda job, prompt: 1 / 0)
    Hands(desk, thinker=desk.thinker).start(DESCRIBE)
    assert desk.failed() == "fault"


def test_the_engine_is_closed_with_the_parts(desk: Desk) -> None:
    asyncio.run(Hands(desk, thinker=desk.thinker).parts.close())
    assert desk.engine.closed == 1
