"""What is said while a key is held: from the microphone to the ear, in a thread, so that no press waits for it.

Nothing is heard before Listen or after Understand, and nothing of it is kept.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from chestnut.core import effects
from chestnut.core.command import Command
from chestnut.core.events import EffectFailed, ListeningBegan, VoiceNoticed, WordsHeard
from chestnut.core.ports import Clock, Ear, Microphone, Post

log = logging.getLogger(__name__)

OPEN_S = 6.0  # a headset by Bluetooth takes seconds to become a microphone
TURN_S = 0.1
UNDERSTAND_S = 40.0
WARM_S = 15.0  # after the start, which has enough to load

Asked = effects.Listen | effects.Understand


@dataclass(frozen=True, slots=True)
class _Given:
    job: int
    asked: Asked
    language: str
    turn: int


class Hearing:
    """microphone: None where it is switched off. Both are closed with it. understand: what words in a language
    mean. warm: called once, in the thread, when nobody has talked for `warm_s` since the start."""

    def __init__(
        self,
        microphone: Microphone | None,
        ear: Ear,
        post: Post,
        clock: Clock,
        understand: Callable[[str, str], Command],
        warm: Callable[[], None] | None = None,
        warm_s: float = WARM_S,
    ) -> None:
        self._microphone, self._ear, self._understand = microphone, ear, understand
        self._warm, self._warm_s = warm, warm_s
        self._post, self._clock = post, clock
        self._given: queue.SimpleQueue[_Given | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._turn = 0  # one more when what was heard is not wanted any more
        self._wanted: set[int] = set()
        self._thread: threading.Thread | None = None
        if microphone is not None:
            self._thread = threading.Thread(
                target=self._run, args=(microphone, ear), name="hearing", daemon=True
            )
            self._thread.start()

    def perform(self, job: int, asked: Asked, language: str) -> None:
        """Never blocks. Answers with the event the effect names, or EffectFailed."""
        lack = "microphone_off" if self._microphone is None else self._ear.lack
        if lack:
            self._post(EffectFailed(at=self._clock.now(), job=job, reason=lack))
            return
        with self._lock:
            self._wanted.add(job)
            turn = self._turn
        self._given.put(_Given(job, asked, language, turn))

    def cancel(self, job: int) -> None:
        """Nothing is answered any more."""
        with self._lock:
            self._wanted.discard(job)
        self.deafen()

    def deafen(self) -> None:
        """Hear no more, at once, and forget what was heard. Never blocks; the same again does nothing."""
        with self._lock:
            self._turn += 1
        if self._microphone is not None and self._thread is not None:
            self._microphone.stop()
        self._ear.drop()

    def close(self) -> None:
        """May be called twice."""
        self.deafen()
        if self._thread is not None:
            self._given.put(None)
            self._thread.join()
            self._thread = None
        if self._microphone is not None:
            self._microphone.close()
        self._ear.close()

    # --- in the thread ------------------------------------------------------------------------------------

    def _run(self, microphone: Microphone, ear: Ear) -> None:
        while (given := self._next()) is not None:
            if not isinstance(given.asked, effects.Listen) or not self._current(given.turn):
                self._fail(given.job, "fault")  # who is still wanted is told; who was cancelled is not
                continue
            try:
                ended = self._hear(microphone, ear, given)
            except Exception as error:  # nobody must wait for ever
                log.exception("what was said could not be heard")
                microphone.stop()
                self._fail(given.job, str(getattr(error, "reason", "fault")))
                continue
            if ended is None:
                return

    def _next(self) -> _Given | None:
        warm, self._warm = self._warm, None
        if warm is not None:
            try:
                return self._given.get(timeout=self._warm_s)
            except queue.Empty:
                warm()
        return self._given.get()

    def _hear(self, microphone: Microphone, ear: Ear, given: _Given) -> bool | None:
        """Until it is to be understood, or is not wanted any more. None: it is closed."""
        ear.begin(given.language)
        microphone.start()
        waited_s, began, noticed = 0.0, False, False
        while self._current(given.turn):
            block = microphone.next(TURN_S)
            if block is not None:
                noticed = self._feed(ear, block.samples, noticed)
                if not began:
                    began = True
                    self._answer(ListeningBegan(at=self._clock.now(), job=given.job))
            elif not began:
                waited_s += TURN_S
                if waited_s >= OPEN_S:
                    microphone.stop()
                    self._fail(given.job, "microphone_lost")
                    return True
            try:
                after = self._given.get_nowait()
            except queue.Empty:
                continue
            if after is None:
                return None
            if isinstance(after.asked, effects.Understand):
                self._take_words(microphone, ear, after)
            else:  # a newer one, whose turn this is not any more
                self._given.put(after)
            return True
        microphone.stop()  # deafen() came before start()
        return True

    def _feed(self, ear: Ear, samples: object, noticed: bool) -> bool:
        voiced = ear.feed(samples)
        if voiced and not noticed:
            self._post(VoiceNoticed(at=self._clock.now()))
        return voiced

    def _take_words(self, microphone: Microphone, ear: Ear, given: _Given) -> None:
        while (block := microphone.next(0.0)) is not None:  # what was heard while the key was down
            self._feed(ear, block.samples, True)
        microphone.stop()
        try:
            spoken = ear.words(UNDERSTAND_S)
            command = self._understand(spoken.text, given.language)
        except Exception as error:  # nobody must wait for ever
            log.exception("what was said was not understood")
            self._fail(given.job, str(getattr(error, "reason", "fault")))
            return
        self._answer(
            WordsHeard(
                at=self._clock.now(),
                job=given.job,
                text=spoken.text,
                voiced=spoken.voiced,
                sure=spoken.sure,
                command=command,
            )
        )

    def _current(self, turn: int) -> bool:
        with self._lock:
            return turn == self._turn

    def _answer(self, answer: ListeningBegan | WordsHeard | EffectFailed) -> None:
        with self._lock:
            wanted = answer.job in self._wanted
            self._wanted.discard(answer.job)
        if wanted:
            self._post(answer)

    def _fail(self, job: int, reason: str) -> None:
        self._answer(EffectFailed(at=self._clock.now(), job=job, reason=reason))
