"""What became of the reminders: as the book has it, and over that what the book could not take. So a card that fails
costs what was done after a restart; until then nothing that was acknowledged is said again."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import replace

from chestnut.core.ports import ReminderBook
from chestnut.core.reminders import Occurrence, Reminder
from chestnut.memory.faults import MemoryFault

log = logging.getLogger(__name__)

Known = dict[tuple[int, float], Occurrence]


class Ledger:
    """Of any thread."""

    def __init__(self, book: ReminderBook) -> None:
        self._book = book
        self._lock = threading.Lock()
        self._reminders: tuple[Reminder, ...] = ()
        self._read: Known = {}
        self._unkept: Known = {}

    def read(self) -> tuple[Reminder, ...]:
        """All reminders, and anew what became of them. Blocks for milliseconds."""
        try:
            reminders, occurrences = self._book.all(), self._book.occurrences()
        except MemoryFault as fault:
            log.warning("the reminders cannot be read, what was last known is said: %s", fault)
            return self._reminders
        with self._lock:
            self._reminders = reminders
            self._read = {(one.reminder, one.due): one for one in occurrences}
        return reminders

    def known(self) -> Known:
        with self._lock:
            return self._read | {
                key: one for key, one in self._unkept.items() if not _is_done(self._read.get(key))
            }

    def is_done(self, key: tuple[int, float]) -> bool:
        return _is_done(self.known().get(key))

    def acknowledge(self, reminder: int, due: float, at: float) -> Future[bool]:
        """It counts at once, whatever becomes of the future."""
        key = reminder, due
        known = self.known().get(key) or Occurrence(reminder, due)
        with self._lock:
            self._unkept[key] = replace(known, acknowledged=at)
        return self._book.acknowledge(reminder, due, at)

    async def keep(
        self, occurrences: Iterable[Occurrence], void: Sequence[Occurrence], made: dict[int, float]
    ) -> None:
        """With what could not be kept before. void: forgotten first. made: corrected, by row."""
        with self._lock:
            for gone in void:
                self._unkept.pop((gone.reminder, gone.due), None)
                self._read.pop((gone.reminder, gone.due), None)
            for one in occurrences:
                key = one.reminder, one.due
                if not _is_done(self._unkept.get(key)):
                    self._unkept[key] = one
            keeping = dict(self._unkept)
        if not (keeping or void or made):
            return
        try:
            await asyncio.wrap_future(self._book.keep(tuple(keeping.values()), void, made))
        except MemoryFault as fault:
            log.warning("what became of reminders is not kept over a restart: %s", fault)
            return
        with self._lock:
            self._read = self._read | keeping
            self._unkept = {key: one for key, one in self._unkept.items() if keeping.get(key) is not one}


def _is_done(occurrence: Occurrence | None) -> bool:
    return occurrence is not None and occurrence.acknowledged is not None
