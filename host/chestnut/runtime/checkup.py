"""The self-test of a running device: what it does not notice by itself. What it does notice stands in its faults."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from chestnut.core.events import PartsChecked
from chestnut.core.ports import Clock, Post
from chestnut.runtime.checking import Check, Place, check_all

log = logging.getLogger(__name__)


class Checkup:
    """checks: those that are spoken are looked at, quickly. doubt: "" or the phrase that tells why the clock is not
    trusted. Posts PartsChecked for each perform() that was not cancelled."""

    def __init__(
        self,
        checks: Sequence[Check],
        place: Place,
        post: Post,
        clock: Clock,
        doubt: Callable[[], str] = lambda: "",
    ) -> None:
        self._checks = [check for check in checks if check.spoken]
        self._place, self._post, self._clock, self._doubt = place, post, clock, doubt
        self._wanted = 0
        self._closed = threading.Event()
        self._threads: list[threading.Thread] = []

    def perform(self, job: int) -> None:
        """Never blocks."""
        self._wanted = job
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=self._look, args=(job,), name="checkup", daemon=True)
        self._threads.append(thread)
        thread.start()

    def cancel(self, job: int) -> None:
        if self._wanted == job:
            self._wanted = 0

    def close(self) -> None:
        """After the part that is being looked at."""
        self._closed.set()
        for thread in self._threads:
            thread.join()

    def _look(self, job: int) -> None:
        lacks = [doubt] if (doubt := self._doubt()) else []
        for result in check_all(self._checks, self._place):
            if self._closed.is_set() or self._wanted != job:
                return
            if result.say:
                log.info("%s: %s", result.part, result.found)
                lacks.append(result.say)
        if self._wanted == job:
            self._post(PartsChecked(at=self._clock.now(), job=job, lacks=tuple(dict.fromkeys(lacks))))
