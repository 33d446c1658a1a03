"""Reminders without a memory: what stands in the file is still said when the memory cannot be opened. What becomes of
it is known until the end of the process."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from itertools import count
from threading import Lock
from typing import TypeVar

from chestnut.core.reminders import Occurrence, Reminder

Result = TypeVar("Result")


class UnkeptReminders:
    """core.ports.ReminderBook, in the working memory alone."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._rows = count(1)
        self._reminders: dict[int, Reminder] = {}
        self._occurrences: dict[tuple[int, float], Occurrence] = {}

    def all(self) -> tuple[Reminder, ...]:
        with self._lock:
            return tuple(self._reminders.values())

    def occurrences(self) -> tuple[Occurrence, ...]:
        with self._lock:
            return tuple(
                self._occurrences[key] for key in sorted(self._occurrences, key=lambda key: key[::-1])
            )

    def add(self, reminder: Reminder) -> Future[int]:
        return self._done(lambda: self._add(reminder))

    def remove(self, row: int) -> Future[int]:
        return self._done(lambda: self._remove(row))

    def take_from_file(self, reminders: Collection[Reminder]) -> Future[None]:
        def take() -> None:
            given = {reminder.source: reminder for reminder in reminders}
            for known in tuple(self._reminders.values()):
                if known.source and given.pop(known.source, None) is None:
                    self._remove(known.row)
            for reminder in given.values():
                self._add(reminder)

        return self._done(take)

    def keep(
        self,
        occurrences: Sequence[Occurrence],
        void: Sequence[Occurrence] = (),
        made: Mapping[int, float] | None = None,
    ) -> Future[None]:
        def keep() -> None:
            for gone in void:
                self._occurrences.pop((gone.reminder, gone.due), None)
            for row, at in (made or {}).items():
                if row in self._reminders:
                    self._reminders[row] = replace(self._reminders[row], made=at)
            for occurrence in occurrences:
                self._put(occurrence)

        return self._done(keep)

    def acknowledge(self, row: int, due: float, at: float) -> Future[bool]:
        def acknowledge() -> bool:
            known = self._occurrences.get((row, due)) or Occurrence(row, due)
            return self._put(replace(known, acknowledged=known.acknowledged or at))

        return self._done(acknowledge)

    def _add(self, reminder: Reminder) -> int:
        row = next(self._rows)
        self._reminders[row] = replace(reminder, row=row)
        return row

    def _remove(self, row: int) -> int:
        for key in [key for key in self._occurrences if key[0] == row]:
            del self._occurrences[key]
        return int(self._reminders.pop(row, None) is not None)

    def _put(self, occurrence: Occurrence) -> bool:
        if occurrence.reminder not in self._reminders:
            return False
        key = occurrence.reminder, occurrence.due
        known = self._occurrences.get(key)
        if known is not None and known.acknowledged is not None:
            occurrence = replace(occurrence, acknowledged=known.acknowledged)
        self._occurrences[key] = occurrence
        return True

    def _done(self, work: Callable[[], Result]) -> Future[Result]:
        future: Future[Result] = Future()
        with self._lock:
            future.set_result(work())
        return future
