"""What is asked for is done in a thread of its own, for a card may be slow, and is answered with an event."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from chestnut.core.events import Answer, EffectFailed
from chestnut.core.ports import Clock, Post
from chestnut.memory.faults import MemoryFault

log = logging.getLogger(__name__)


class CannotDo(Exception):
    """reason: a phrase key that tells why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Answering:
    """One thread. None of it blocks but close()."""

    def __init__(self, name: str, post: Post, clock: Clock) -> None:
        self._post, self._clock = post, clock
        self._wanted: set[int] = set()
        self._thread = ThreadPoolExecutor(1, name)

    def begin(self, work: Callable[[], None]) -> None:
        """Nobody is answered."""
        self._thread.submit(work)

    def answer(self, job: int, what: str, work: Callable[[], Answer]) -> None:
        """With what the work returns, or EffectFailed with the reason of the MemoryFault or CannotDo it raises."""
        self._wanted.add(job)
        self._thread.submit(self._answer, job, what, work)

    def cancel(self, job: int) -> None:
        """Nothing is answered any more; what was to be written is written all the same."""
        self._wanted.discard(job)

    def close(self) -> None:
        """What was given before is still done. May be called twice."""
        self._thread.shutdown()

    def _answer(self, job: int, what: str, work: Callable[[], Answer]) -> None:
        try:
            answer = work()
        except (MemoryFault, CannotDo) as fault:
            log.error("%s: %s", what, fault)
            answer = EffectFailed(at=self._clock.now(), job=job, reason=fault.reason)
        except Exception:  # nobody must wait for ever
            log.exception("%s could not be performed", what)
            answer = EffectFailed(at=self._clock.now(), job=job, reason="fault")
        if job in self._wanted:
            self._wanted.discard(job)
            self._post(answer)
