"""A reminder that the wearer sets by voice."""

from __future__ import annotations

from collections.abc import Callable

from chestnut.core.effects import SetReminder
from chestnut.core.events import ReminderSet
from chestnut.core.ports import Clock, Post
from chestnut.locale.moment import Over
from chestnut.runtime.answering import Answering, CannotDo
from chestnut.runtime.reminder_desk import BadReminder, ReminderDesk


class ReminderSetting:
    """told: called, in a thread, when one was set."""

    def __init__(self, desk: ReminderDesk, told: Callable[[], object], post: Post, clock: Clock) -> None:
        self._desk, self._told, self._clock = desk, told, clock
        self._answering = Answering("reminder setting", post, clock)

    def perform(self, job: int, wished: SetReminder) -> None:
        """Never blocks. Answers with ReminderSet or EffectFailed."""
        self._answering.answer(job, "SetReminder", lambda: self._set(job, wished))

    def cancel(self, job: int) -> None:
        """Nothing is answered any more; it is set all the same."""
        self._answering.cancel(job)

    def close(self) -> None:
        self._answering.close()

    def _set(self, job: int, wished: SetReminder) -> ReminderSet:
        try:
            standing = self._desk.add(wished.words, wished.at, wished.repeat)
        except BadReminder as error:
            over = isinstance(error.__cause__, Over)
            raise CannotDo("remind_over" if over else "remind_unclear") from error
        if standing.coming is None:  # between setting and asking its time has come
            raise CannotDo("remind_over")
        self._told()
        repeats = bool(standing.reminder.rule)
        return ReminderSet(at=self._clock.now(), job=job, coming=standing.coming, repeats=repeats)
