"""Thinks for the performer: prompts the engine, and lets only what passed the truth filter reach the loop."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from chestnut.core.effects import Think
from chestnut.core.events import EffectFailed, Event, SentenceWritten, ThoughtEnded, ThoughtProgressed
from chestnut.core.ports import Clock, Engine, Post
from chestnut.core.scene import Frame
from chestnut.core.thought import Task
from chestnut.engine.truth import Rule, Truth
from chestnut.runtime.prompts import prompt, truth

log = logging.getLogger(__name__)

NOTHING_SAID = frozenset({Rule.EMPTY, Rule.UNFINISHED})  # there was no sentence to be kept back
OF_A_PICTURE = frozenset({Task.DESCRIBE, Task.MORE, Task.QUESTION})
STOPS = (".", "!", "?", "…")
CLOSERS = "\"'”»)]"


@dataclass(frozen=True, slots=True)
class NoEngine:
    """There is no language model to think with. reason: a phrase key ("gemma_missing", "engine_missing",
    "engine_off", "model_memory", "model_damaged"); why: one line for the owner; remedy: what mends it."""

    reason: str
    why: str
    remedy: str


@dataclass(slots=True)
class _Thought:
    """held: the newest sentence, while it may turn out to be cut off."""

    job: int
    truth: Truth
    withheld: int = 0
    held: SentenceWritten | None = None


class Thinker:
    """One thought at a time; a new one replaces the old.

    engine: opens it, given what it is to post to; or why there is none, which is then the reason of every thought's
    failure. grammar: GBNF that every answer must obey, "" for none. The engine posts from its own thread; what is no
    part of a thought goes through as it is. Nothing is posted under a job after cancel(job) returned.
    """

    def __init__(
        self, post: Post, clock: Clock, engine: Callable[[Post], Engine] | NoEngine, grammar: str = ""
    ) -> None:
        self._out = post
        self._clock = clock
        self._grammar = grammar
        self._lock = threading.RLock()  # who listens may call back from within a post
        self._thought: _Thought | None = None
        self._lack = engine if isinstance(engine, NoEngine) else None
        self._engine = None if isinstance(engine, NoEngine) else engine(self._post)

    def think(self, job: int, asked: Think, language: str, picture: Frame | None) -> None:
        """picture: the frame of asked.scene, None when it is no longer kept. Never blocks. Answers as
        core.ports.Engine does, with the sentences that passed the filter; with "picture_gone" rather than talk of one
        that nobody has any more."""
        with self._lock:
            self._thought = None
        if self._engine is None:
            self._fail(job, self._lack.reason if self._lack else "fault")
        elif asked.scene is not None and picture is None and asked.task in OF_A_PICTURE:
            self._fail(job, "picture_gone")
        else:
            given = prompt(asked, language, picture)
            judge = truth(asked, language, given)
            if self._grammar:
                given = replace(given, grammar=self._grammar)
            with self._lock:
                self._thought = _Thought(job, judge)
            self._engine.think(job, given)

    def cancel(self, job: int) -> None:
        with self._lock:
            mine = self._thought is not None and self._thought.job == job
            if mine:
                self._thought = None
        if mine and self._engine is not None:
            self._engine.cancel(job)

    @property
    def engine(self) -> Engine | None:
        return self._engine

    def close(self) -> None:
        with self._lock:
            self._thought = None
        if self._engine is not None:
            self._engine.close()

    # --- from the engine, in its thread -------------------------------------------------------------------

    def _post(self, event: Event) -> None:
        if not isinstance(event, (SentenceWritten, ThoughtProgressed, ThoughtEnded, EffectFailed)):
            self._out(event)
            return
        with self._lock:
            thought = self._thought
            if thought is None or thought.job != event.job:
                return  # of one that was cancelled or replaced
            try:
                self._pass_on(thought, event)
            except Exception:  # an answer that cannot be judged is none
                log.exception("a sentence could not be judged")
                self._thought = None
                self._fail(event.job, "fault")

    def _pass_on(
        self, thought: _Thought, event: SentenceWritten | ThoughtProgressed | ThoughtEnded | EffectFailed
    ) -> None:
        match event:
            case SentenceWritten():
                self._judge(thought)
                thought.held = event
                if event.sentence.text.rstrip(CLOSERS).endswith(STOPS):  # surely written to its end
                    self._judge(thought)
            case ThoughtEnded(whole=whole):
                self._judge(thought, complete=whole)
                self._thought = None
                self._out(replace(event, withheld=thought.withheld))
            case EffectFailed():
                self._thought = None
                self._out(event)
            case _:
                self._out(event)

    def _judge(self, thought: _Thought, *, complete: bool = True) -> None:
        """Pass on the sentence that is held, or withhold it."""
        event, thought.held = thought.held, None
        if event is None:
            return
        verdict = thought.truth.judge(event.sentence.text, complete)
        if verdict.sentence is None:
            log.debug("a sentence was withheld: %s", verdict.rule)
            thought.withheld += verdict.rule not in NOTHING_SAID
        else:
            self._out(replace(event, sentence=verdict.sentence))

    def _fail(self, job: int, reason: str) -> None:
        self._out(EffectFailed(at=self._clock.now(), job=job, reason=reason))
