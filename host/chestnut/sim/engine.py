"""A language model that says what it is told to say: a behaving stand-in."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

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
from chestnut.core.ports import Clock, Post, Prompt
from chestnut.core.thought import Effort, Sentence, Stage

PIECE = re.compile(r"\S*\s*")
PICTURE_TOKENS = 64


class Splitter(Protocol):
    """engine/sentences.py keeps this."""

    def feed(self, piece: str) -> list[str]: ...

    def end(self) -> list[str]: ...


@dataclass(slots=True, eq=False)
class _Request:
    """waiting: it was told that the model is being loaded."""

    job: int
    prompt: Prompt
    waiting: bool = False


class ScriptedEngine:
    """core.ports.Engine. A token is a word.

    answer: the whole text for a prompt; called in the engine's thread. sentences: makes a splitter for each answer.
    sees: it takes pictures. load_s: from the start, or from a death, until it is ready. piece_s: between two words.
    """

    def __init__(
        self,
        post: Post,
        clock: Clock,
        answer: Callable[[Prompt], str],
        sentences: Callable[[], Splitter],
        *,
        sees: bool = True,
        load_s: float = 0.0,
        piece_s: float = 0.0,
    ) -> None:
        self._post, self._clock = post, clock
        self._answer, self._sentences = answer, sentences
        self._sees, self._load_s, self._piece_s = sees, load_s, piece_s
        self._changed = threading.Condition()  # its lock may be taken again by whoever listens to a post
        self._wanted: _Request | None = None
        self._hangs = False
        self._lost: str | None = None
        self._loaded = load_s == 0
        self._closed = False
        self._kept: list[object] = []  # the tokens of the latest prompt
        self._thread = threading.Thread(target=self._live, name="scripted-engine", daemon=True)
        self._thread.start()

    # --- the port -----------------------------------------------------------------------------------------

    def think(self, job: int, prompt: Prompt) -> None:
        with self._changed:
            if self._closed:
                return
            self._wanted = _Request(job, prompt)
            self._changed.notify_all()

    def cancel(self, job: int) -> None:
        with self._changed:
            if self._wanted is not None and self._wanted.job == job:
                self._wanted = None
                self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._wanted = None
            self._changed.notify_all()
        self._thread.join()

    # --- the scenario -------------------------------------------------------------------------------------

    def hang(self) -> None:
        """Nothing more comes of any thought, until go_on(); it can be cancelled."""
        with self._changed:
            self._hangs = True

    def go_on(self) -> None:
        with self._changed:
            self._hangs = False
            self._changed.notify_all()

    def die(self, reason: str = "engine_lost") -> None:
        """The process is dead; "engine_lost" comes back by itself, of any other reason every thought fails."""
        with self._changed:
            if self._closed or self._lost is not None:
                return
            dropped, self._wanted = self._wanted, None
            self._lost, self._loaded = reason, False
            self._kept = []
            self._post(PartLost(at=self._clock.now(), part=Part.ENGINE, reason=reason))
            if dropped is not None:
                self._post(EffectFailed(at=self._clock.now(), job=dropped.job, reason=reason))
            self._changed.notify_all()

    # --- the thread ---------------------------------------------------------------------------------------

    def _live(self) -> None:
        while True:
            with self._changed:
                self._load()
                self._changed.wait_for(lambda: self._closed or not self._loaded or self._wanted is not None)
                if self._closed:
                    return
                request = self._wanted if self._loaded else None
            if request is not None:
                self._think(request)

    def _load(self) -> None:
        """Until it is loaded, or closed."""
        ready_s = time.monotonic() + self._load_s
        while not self._loaded and not self._closed:
            request = self._wanted
            if request is not None and self._lost not in (None, "engine_lost"):
                self._fail(request, str(self._lost))
            elif request is not None and not request.waiting:
                request.waiting = True
                self._tell(request, _progress(self._clock, request, Stage.LOADING))
            if self._lost not in (None, "engine_lost"):
                self._changed.wait()
            elif (left_s := ready_s - time.monotonic()) > 0:
                self._changed.wait(left_s)
            else:
                self._loaded = True
                self._find()

    def _find(self) -> None:
        if self._lost is not None:
            self._lost = None
            self._post(PartFound(at=self._clock.now(), part=Part.ENGINE))

    def _think(self, request: _Request) -> None:
        """Every step fails as soon as the request is not wanted any more."""
        prompt = request.prompt
        if prompt.picture is not None and not self._sees:
            self._fail(request, "model_blind")
            return
        effort = self._take_in(prompt)
        stages = [Stage.LOOKING] * effort.pictures_encoded + [Stage.READING, Stage.WRITING]
        if not all(self._tell(request, _progress(self._clock, request, stage)) for stage in stages):
            return
        words = [word for word in PIECE.findall(self._answer(prompt)) if word]
        written = words[: prompt.max_tokens]
        splitter = self._sentences()
        for word in written:
            if not self._pause(request) or not self._write(request, splitter.feed(word)):
                return
        if self._write(request, splitter.end()):
            effort = replace(effort, written_tokens=len(written))
            now, whole = self._clock.now(), len(written) == len(words)
            self._tell(request, ThoughtEnded(at=now, job=request.job, effort=effort, whole=whole), last=True)

    def _take_in(self, prompt: Prompt) -> Effort:
        """What a model would have kept of the prompt before, as engine/llama does."""
        tokens: list[object] = [*prompt.system.split()]
        frame = prompt.picture
        if frame is not None:
            tokens += [(frame.number, frame.at)] * PICTURE_TOKENS
        tokens += [word for turn in prompt.turns for word in turn.split()]
        reused = next(
            (at for at, (new, old) in enumerate(zip(tokens, self._kept, strict=False)) if new != old),
            min(len(tokens), len(self._kept)),
        )
        seen = frame is None or (frame.number, frame.at) in self._kept
        self._kept = tokens
        return Effort(prompt_tokens=len(tokens), reused_tokens=reused, pictures_encoded=0 if seen else 1)

    def _pause(self, request: _Request) -> bool:
        """Between two words; False when the request is not wanted any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._wanted is not request, self._piece_s)
            self._changed.wait_for(lambda: self._wanted is not request or not self._hangs)
            return self._wanted is request

    def _write(self, request: _Request, sentences: list[str]) -> bool:
        return all(
            self._tell(
                request, SentenceWritten(at=self._clock.now(), job=request.job, sentence=Sentence(text))
            )
            for text in sentences
        )

    def _tell(self, request: _Request, event: Event, *, last: bool = False) -> bool:
        """Post it if the request is still wanted, which after the last event it is no more."""
        with self._changed:
            if self._wanted is not request:
                return False
            if last:
                self._wanted = None
            self._post(event)
            return True

    def _fail(self, request: _Request, reason: str) -> None:
        self._tell(request, EffectFailed(at=self._clock.now(), job=request.job, reason=reason), last=True)


def _progress(clock: Clock, request: _Request, stage: Stage) -> Event:
    return ThoughtProgressed(at=clock.now(), job=request.job, stage=stage)
