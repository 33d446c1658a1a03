"""Watches the clock and posts what is due. The rules are core/reminders.py's; here are the time and the pace.

What is said is kept first and posted then: killed in between, it comes again as if it had been said and not
acknowledged.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from chestnut.core.events import (
    DoubtArose,
    EffectFailed,
    MarkedDone,
    ReminderDue,
    RemindersChecked,
    RemindersMissed,
)
from chestnut.core.memory import Moment
from chestnut.core.ports import Clock, Post, ReminderBook
from chestnut.core.reminders import Due, Insistence, Reminder, Turn, missed_of, turn
from chestnut.memory.faults import MemoryFault
from chestnut.runtime.agenda import Agenda
from chestnut.runtime.ledger import Ledger

log = logging.getLogger(__name__)

SPACING_S = 60.0  # between two utterances nobody asked for
LOOK_S = 30.0  # how soon a jump of the clock, or a reminder that another process added, is noticed
SHORT_S = 0.1
SET_BACK = "clock_set_back"


class Wall(Protocol):
    """See devices/wall_clock.py."""

    def moment(self) -> Moment: ...

    def doubt(self) -> str: ...

    def keep(self) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Look:
    """What there is to do at a moment."""

    now: Moment
    doubt: str
    reminders: tuple[Reminder, ...]
    turn: Turn


class Reminding:
    """start() begins; without it, it can be asked, and turned by hand. What takes time is done beside the loop.

    zone: the name of the machine's. doubts: phrases that are to be told after the start, beside the clock's own.
    """

    def __init__(
        self,
        book: ReminderBook,
        wall: Wall,
        zone: Callable[[], str],
        post: Post,
        clock: Clock,
        insistence: Insistence | None = None,
        doubts: Iterable[str] = (),
    ) -> None:
        self._ledger = Ledger(book)
        self._wall, self._post, self._clock = wall, post, clock
        self._insistence = insistence or Insistence()
        self._agenda = Agenda(zone)
        self._doubts = list(doubts)
        self._told = SET_BACK if SET_BACK in self._doubts else ""  # which doubt of the clock was told
        self._unheard = 0
        self._spoke_at = float("-inf")
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.missed = 0  # how many are to be listed
        self.doubt = ""  # or the phrase that tells why the clock is not trusted

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        self._wall.close()

    def look_again(self) -> None:
        """Somebody may have set or removed one. On the loop; else it is noticed within LOOK_S."""
        self._changed.set()

    def mark_done(self, job: int, reminder: int, due: float) -> None:
        """Answers with MarkedDone when it is kept, or EffectFailed. It is not said again in either case."""

        def marked(kept: Future[bool]) -> None:
            error = kept.exception()
            if error is None:
                self._post(MarkedDone(at=self._clock.now(), job=job))
                return
            log.warning("what was done is not kept over a restart: %s", error)
            reason = error.reason if isinstance(error, MemoryFault) else "fault"
            self._post(EffectFailed(at=self._clock.now(), job=job, reason=reason))

        at = self._wall.moment().utc_s
        self._ledger.acknowledge(reminder, due, at).add_done_callback(marked)
        self._changed.set()

    def check(self, job: int) -> None:
        """Answers with RemindersChecked."""
        asyncio.get_running_loop().run_in_executor(None, self._check, job)

    async def turn(self) -> float:
        """Does what there is to do now; seconds until the next turn."""
        look = await asyncio.get_running_loop().run_in_executor(None, self._look)
        now, done = look.now.utc_s, look.turn
        quiet_s = self._spoke_at + SPACING_S - self._clock.now()
        # What somebody acknowledged while it was looked up is not said.
        due = [due for due in done.say if not self._ledger.is_done((due.reminder.row, due.due))]
        say = due[:1] if quiet_s <= 0 else []
        kept = [*done.missed, *(one.said(now) for one in say)]
        await self._ledger.keep(kept, done.void, dict.fromkeys(done.ahead, now))
        self._unheard += done.unheard
        self.missed = len(missed_of(now, self._ledger.known().values()))
        self.doubt = look.doubt
        self._note_doubt(look, said=bool(say))
        for one in say:
            self._say(one, look.now)
        if not say and quiet_s <= 0:
            self._tell()
        if self._doubts or self._unheard or len(due) > len(say):
            return max(SHORT_S, self._spoke_at + SPACING_S - self._clock.now())
        wait_s = LOOK_S if done.next_at is None else done.next_at - self._wall.moment().utc_s
        return min(LOOK_S, max(SHORT_S, wait_s))

    async def _run(self) -> None:
        while True:
            self._changed.clear()
            try:
                wait_s = await self.turn()
            except Exception:  # whatever fails, the next reminder must come
                log.exception("a turn of the reminders failed")
                wait_s = LOOK_S
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._changed.wait()

    # --- beside the loop ----------------------------------------------------------------------------------

    def _look(self) -> _Look:
        self._wall.keep()
        moment, doubt = self._wall.moment(), self._wall.doubt()
        reminders = self._ledger.read()
        timetable = self._agenda.timetable(moment.utc_s, reminders)
        done = turn(moment.utc_s, timetable, self._ledger.known().values(), self._insistence)
        return _Look(moment, doubt, reminders, done)

    def _check(self, job: int) -> None:
        try:
            now = self._wall.moment().utc_s
            reminders = {reminder.row: reminder for reminder in self._ledger.read()}
            missed = self._agenda.listed(reminders, missed_of(now, self._ledger.known().values()), now)
            coming = self._agenda.next_of(reminders.values(), now)
            self._post(RemindersChecked(at=self._clock.now(), job=job, missed=missed, coming=coming))
        except Exception:  # whoever asked must not wait for ever
            log.exception("the reminders cannot be told")
            self._post(EffectFailed(at=self._clock.now(), job=job, reason="fault"))

    # --- what is told -------------------------------------------------------------------------------------

    def _note_doubt(self, look: _Look, *, said: bool) -> None:
        """A reminder tells the doubt itself. Without reminders only a clock that was set back is worth a word."""
        if look.doubt == self._told:
            return
        if not look.doubt or said:
            self._told = look.doubt
        elif look.reminders or look.doubt == SET_BACK:
            self._told = look.doubt
            self._doubts.append(look.doubt)

    def _say(self, due: Due, now: Moment) -> None:
        reminder = due.reminder
        self._spoke_at = self._clock.now()
        self._post(
            ReminderDue(
                at=self._spoke_at,
                reminder=reminder.row,
                due=due.due,
                kind=reminder.kind,
                words=reminder.words,
                when=self._agenda.when(due.due, now.utc_s),
                times=due.times,
                late=due.late,
                sure=now.trusted,
            )
        )

    def _tell(self) -> None:
        """One thing that is not a reminder."""
        at = self._clock.now()
        if self._doubts:
            self._post(DoubtArose(at=at, reason=self._doubts.pop(0)))
        elif self._unheard:
            self._post(RemindersMissed(at=at, count=self._unheard))
            self._unheard = 0
        else:
            return
        self._spoke_at = at
