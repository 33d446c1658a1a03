"""Runs a skill on one picture, without a device: what is said is what the device would say."""

from __future__ import annotations

import contextlib
import queue
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from chestnut.cli.answer import Answer
from chestnut.cli.facts import faces_facts, page_facts, scene_facts
from chestnut.core.effects import Effect, Look, Next, Read, Recite, Recognise, Say, Think
from chestnut.core.events import Event, PeopleRecognised, SentenceWritten, ThoughtEnded, ThoughtProgressed
from chestnut.core.memory import Named, Taught
from chestnut.core.patience import TIMEOUT_S
from chestnut.core.people import Acquaintance, Recognised
from chestnut.core.scene import Frame, Page, Refusal, Scene
from chestnut.core.session import Session
from chestnut.core.skill import EffectError, Steps
from chestnut.core.stream import Stream
from chestnut.core.thought import Effort, Sentence, Stage
from chestnut.runtime.assemble.device import open_thinker
from chestnut.runtime.assemble.eyes import EyesMissing, open_acquaintances, open_eyes, open_reader
from chestnut.runtime.choice import Choice
from chestnut.runtime.clock import HostClock
from chestnut.runtime.performer import spoken as words_of
from chestnut.runtime.thinking import NoEngine

LOADING_S = 300.0  # a slow card needs minutes for three gigabytes, and here every command begins with them
UNNEEDED = NoEngine("gemma_missing", "this command needs no language model", "make gemma")
# The stable keys of reasons whose phrase has another name.
REFUSED = dict.fromkeys(("gemma_missing", "reader_missing", "own_missing"), Refusal.MODEL_MISSING)
HEDGED = {
    "text_unsure": Refusal.UNSURE,
    "find_unsure": Refusal.UNSURE,
    "find_unseen": Refusal.NOT_SEEN,
}


@dataclass(slots=True)
class Told:
    """What came of one run. reason: why there was no whole answer, a phrase key or ""."""

    said: list[str] = field(default_factory=list)
    withheld: int = 0
    effort: Effort = field(default_factory=Effort)
    reason: str = ""


class Desk:
    """A context manager; the engine, if there is one, begins to load as it is entered and is gone when it is left.

    answer: gets what is said, facts and times. picture: what there is to see, None for nothing. choice: of the
    language model, where one is needed. grammar: as in runtime.thinking.Thinker. known: who is enrolled. taught:
    things and places that every look tells too.
    """

    def __init__(
        self,
        answer: Answer,
        picture: Frame | None,
        choice: Choice | NoEngine = UNNEEDED,
        grammar: str = "",
        known: Sequence[Acquaintance] = (),
        taught: tuple[Sequence[Taught], Sequence[Named]] = ((), ()),
    ) -> None:
        self._answer = answer
        self._picture = picture
        self._known = known
        self._taught = taught
        self._choice = choice
        self._grammar = grammar
        self._session = Session(language=answer.lang)
        self._opened = contextlib.ExitStack()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._scene: Scene | None = None
        self._page: Page | None = None
        self._faces: tuple[Recognised, ...] | None = None
        self._stream: Stream | None = None
        self._jobs = 0
        self._asked_s = 0.0
        self._told = Told()
        self._loaded_s: float | None = None  # when the model began to work

    def __enter__(self) -> Desk:
        self._thinker = open_thinker(self._events.put, HostClock(), self._choice, self._grammar)
        self._opened.callback(self._thinker.close)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._opened.close()

    def run(self, skill: Callable[[Session], Steps]) -> Told:
        """From its first effect to its end. A second run is about the same picture and may follow up on the first."""
        self._told = told = Told()
        steps = skill(self._session)
        value: Any = None
        failure: EffectError | None = None
        try:
            while True:
                effect = steps.throw(failure) if failure else steps.send(value)
                value, failure = None, None
                try:
                    value = self._perform(effect)
                except EffectError as error:
                    failure = error
        except StopIteration:
            pass
        except EffectError as error:
            told.reason = error.reason
        self._end_thought()
        if told.reason:
            self._refuse(told)
        return told

    def _refuse(self, told: Told) -> None:
        """Say why there was no whole answer."""
        self._say(Say(told.reason))
        self._answer.refused = self._answer.refused or REFUSED.get(told.reason, told.reason)

    # --- effects ------------------------------------------------------------------------------------------

    def _perform(self, effect: Effect) -> Any:
        match effect:
            case Say() | Recite():
                self._say(effect)
            case Look():
                return self._look()
            case Recognise():
                return self._recognise()
            case Read():
                return self._read()
            case Think():
                self._think(effect)
                return self._session
            case Next():
                return self._next()
            case _:  # nothing is felt at a desk, and nobody waits there with the next page
                return self._session
        return None

    def _say(self, effect: Say | Recite) -> None:
        key = effect.key if isinstance(effect, Say) else ""
        if key in HEDGED or key in list(Refusal):
            self._answer.refused = self._answer.refused or HEDGED.get(key, key)
        self._told.said.append(words_of(effect, self._session))
        self._answer.say(self._told.said[-1])

    def _look(self) -> Scene:
        if self._picture is None:
            raise EffectError("no_picture")
        if self._scene is None:
            eyes = self._open(lambda: open_eyes(*self._taught), "open")
            with self._answer.timed("see"):
                self._scene = eyes.see(self._picture)
            self._answer.facts.update(scene_facts(self._scene))
        self._session = replace(self._session, last_scene=self._scene, exchanges=(), talk_page=None)
        return self._scene

    def _recognise(self) -> PeopleRecognised:
        scene = self._look()
        if self._faces is None:
            self._faces = ()
            if scene.judged.refusal is None:
                acquaintances = self._open(lambda: open_acquaintances(self._known), "open_people")
                with self._answer.timed("recognise"):
                    self._faces = acquaintances.see(self._picture)
            self._answer.facts["faces"] = faces_facts(self._faces)
        return PeopleRecognised(at=time.monotonic(), job=0, scene=scene, faces=self._faces)

    def _read(self) -> Page:
        if self._picture is None:
            raise EffectError("no_picture")
        if self._page is None:
            reader = self._open(open_reader, "open_reader")
            with self._answer.timed("read"):
                self._page = reader.see(self._picture)
            self._answer.facts.update(page_facts(self._page))
        self._session = replace(self._session, last_page=self._page)
        return self._page

    def _open(self, open_it: Callable[[], Any], stage: str) -> Any:
        try:
            with self._answer.timed(stage):
                opened = open_it()
        except EyesMissing as error:
            self._answer.facts["missing"] = str(error)
            raise EffectError(error.reason) from error
        self._opened.callback(opened.close)
        return opened

    # --- thoughts -----------------------------------------------------------------------------------------

    def _think(self, asked: Think) -> None:
        self._end_thought()
        self._jobs += 1
        self._asked_s = time.monotonic()
        self._stream = Stream(asked, self._jobs)
        if asked.scene is not None:
            self._session = replace(self._session, talk_page=asked.page)
        self._thinker.think(self._jobs, asked, self._answer.lang, self._picture)

    def _next(self) -> Sentence | ThoughtEnded:
        stream = self._stream
        assert stream is not None, "a Next follows a Think"
        begun_s = time.monotonic()
        while not stream.written:
            try:
                self._hear(stream, self._events.get(timeout=self._patience_s(begun_s)))
            except queue.Empty:
                self._thinker.cancel(stream.job)
                stream.fail(stream.too_slow)
        match stream.take():
            case EffectError() as error:
                self._told.reason = error.reason  # told in the end, also where a device would let it pass
                raise error
            case sentence_or_end:
                return sentence_or_end

    def _patience_s(self, begun_s: float) -> float:
        """How long the silence that began then may last yet."""
        limit_s = LOADING_S if self._loaded_s is None else TIMEOUT_S
        return max(0.0, max(begun_s, self._loaded_s or 0.0) + limit_s - time.monotonic())

    def _hear(self, stream: Stream, event: Event) -> None:
        if getattr(event, "job", None) != stream.job:
            return
        stream.feed(event)
        told, times = self._told, self._answer.timings_ms
        match event:
            case ThoughtProgressed(stage=stage):
                word = f"thinking_{stage}"
                self._answer.remark(words_of(Say(word), self._session))
                if stage is not Stage.LOADING and self._loaded_s is None:
                    self._loaded_s = event.at
                    self._answer.took("model_ready", event.at - self._asked_s)
            case SentenceWritten() if "first_sentence" not in times:
                self._answer.took("first_sentence", event.at - self._asked_s)
            case ThoughtEnded(withheld=withheld, effort=effort):
                told.withheld += withheld
                told.effort = added(told.effort, effort)
                times["think"] = round(times.get("think", 0.0) + (event.at - self._asked_s) * 1e3, 1)

    def _end_thought(self) -> None:
        stream, self._stream = self._stream, None
        if stream is None:
            return
        if stream.job:
            self._thinker.cancel(stream.job)
        exchange = stream.exchange(time.monotonic())
        if exchange is not None:
            self._session = self._session.talked(exchange)


def added(one: Effort, other: Effort) -> Effort:
    """What two thoughts cost together."""
    return Effort(
        **{item.name: getattr(one, item.name) + getattr(other, item.name) for item in fields(Effort)}
    )
