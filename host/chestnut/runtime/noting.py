"""What was seen and waits to be written; what is forgotten meanwhile is not written any more."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Protocol

from chestnut.core.memory import Sighting
from chestnut.core.ports import Clock

MOST = 1000  # looks are kept, the newest, while the card does not take them
LATE_S = 60.0  # so long after it was forgotten, what was seen before may still come from the eyes or the card

Covers = Callable[[Sighting], bool]


class Keeps(Protocol):
    def remember(self, looks: Sequence[Sighting]) -> Future[tuple[int, ...]]: ...


class Noting:
    """From any thread; never blocks."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: tuple[Sighting, ...] = ()
        self._forgotten: list[tuple[float, Covers]] = []  # until when it counts, and what

    def add(self, looks: Sequence[Sighting]) -> None:
        with self._lock:
            self._add(looks)

    def forget(self, covers: Covers) -> None:
        """Called before the memory forgets: what waits goes here, what was given to the memory goes there."""
        with self._lock:
            self._forgotten.append((self._clock.now() + LATE_S, covers))
            looks, self._waiting = self._waiting, ()
            self._add(looks)

    def write(
        self, memory: Keeps, written: Callable[[BaseException | None], None]
    ) -> Future[tuple[int, ...]] | None:
        """All that waits; None when nothing does. written: told of the fault, or None; what failed waits again."""
        with self._lock:
            looks, self._waiting = self._waiting, ()
            if not looks:
                return None
            future = memory.remember(looks)

        def done(future: Future[tuple[int, ...]]) -> None:
            fault = future.exception()
            if fault is not None:
                with self._lock:
                    later, self._waiting = self._waiting, ()
                    self._add((*looks, *later))
            written(fault)

        future.add_done_callback(done)
        return future

    def _add(self, looks: Sequence[Sighting]) -> None:
        """Under the lock."""
        now = self._clock.now()
        self._forgotten = [(until, covers) for until, covers in self._forgotten if now < until]
        kept = (look for look in looks if not any(covers(look) for _, covers in self._forgotten))
        self._waiting = (*self._waiting, *kept)[-MOST:]
