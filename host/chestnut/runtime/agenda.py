"""The times of all reminders around now, worked out once a day and not at every look."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from chestnut.core.reminders import LOOK_BACK_S, Listed, Occurrence, Reminder, When
from chestnut.runtime.recurrence import BadRule, following, times, told

log = logging.getLogger(__name__)

DAY_S = 24 * 3600.0
BEGIN, END = 86400.0, 7.0e9  # UTC seconds of 1970 and 2191: beyond them no calendar is worked out


@dataclass(frozen=True, slots=True)
class _Page:
    """Times of a reminder in (after, until]."""

    reminder: Reminder
    after: float
    until: float
    times: tuple[float, ...]

    def holds(self, now: float) -> bool:
        return self.after <= now - LOOK_BACK_S and now + DAY_S <= self.until


class Agenda:
    """Of any thread. zone: the name of the zone in which times are told."""

    def __init__(self, zone: Callable[[], str]) -> None:
        self._zone = zone
        self._pages: dict[int, _Page] = {}
        self._lock = threading.Lock()

    def timetable(self, now: float, reminders: Iterable[Reminder]) -> list[tuple[Reminder, Sequence[float]]]:
        """What core/reminders.py's turn is given."""
        if not BEGIN < now < END:
            return []
        with self._lock:
            pages = [self._page(now, reminder) for reminder in reminders]
            self._pages = {page.reminder.row: page for page in pages}
        return [(page.reminder, page.times) for page in pages]

    def _page(self, now: float, reminder: Reminder) -> _Page:
        page = self._pages.get(reminder.row)
        if page is not None and page.reminder == reminder and page.holds(now):
            return page
        after, until = now - LOOK_BACK_S - DAY_S, now + 2 * DAY_S
        try:
            found = times(reminder, after, until)
        except BadRule as error:  # a zone that was renamed, a row of a newer Chestnut
            log.warning("reminder %d is never due: %s", reminder.row, error)
            found = ()
        return _Page(reminder, after, until, found)

    def coming(self, reminder: Reminder, now: float) -> float | None:
        """Its next time, if it has one."""
        try:
            return following(reminder, now) if BEGIN < now < END else None
        except BadRule:
            return None

    def next_of(self, reminders: Iterable[Reminder], now: float) -> Listed | None:
        """The one that comes next of all."""
        nexts = ((self.coming(reminder, now), reminder) for reminder in reminders)
        found = [(at, reminder.row, reminder) for at, reminder in nexts if at is not None]
        if not found:
            return None
        at, _, reminder = min(found)
        return self._listed(reminder, at, now)

    def when(self, at: float, now: float) -> When:
        return told(at, now, self._zone())

    def listed(
        self, reminders: Mapping[int, Reminder], occurrences: Iterable[Occurrence], now: float
    ) -> tuple[Listed, ...]:
        """Of reminders that are still there, by row."""
        return tuple(
            self._listed(reminders[one.reminder], one.due, now)
            for one in occurrences
            if one.reminder in reminders
        )

    def _listed(self, reminder: Reminder, due: float, now: float) -> Listed:
        return Listed(reminder.row, due, reminder.kind, reminder.words, self.when(due, now))
