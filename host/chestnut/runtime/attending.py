"""Tells the wearer what carers did, and does what the wearer chooses. In a thread of its own, for a card may be slow.

What is told by itself waits for silence; at night, for a key too: nobody is woken to hear who looked. It counts as
heard when it was spoken to its end; otherwise it is told again, some times, then by the status and the menu.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Generator

from chestnut.core import effects
from chestnut.core.carers import CarerBook, Noted
from chestnut.core.events import (
    Answer,
    ButtonChanged,
    CarersActed,
    CarersChecked,
    EffectFailed,
    Event,
    MemoryChanged,
)
from chestnut.core.memory import Moment
from chestnut.core.ports import Clock, Post
from chestnut.memory.carers import Carers
from chestnut.memory.faults import MemoryFault
from chestnut.runtime.carer_desk import noted
from chestnut.runtime.condition import ConditionFile

log = logging.getLogger(__name__)

LOOK_S = 60.0  # how soon the wearer hears of a look, where it is silent
SWEEP_S = 24 * 3600.0
AGAIN_S = 600.0  # what was not heard to its end is told again so long after
TRIES = 3
DAY = range(8, 21)  # hours in which it is told without a key
AWAKE_S = 300.0  # so long after a key the wearer is taken to be awake

Asked = effects.CheckCarers | effects.LetSee | effects.CloseToCarers | effects.MarkHeard


class Attending:
    """book: closed after this, by whoever opened it; or the reason why there is none, which is then the reason of
    every failure. zone: the name of the machine's. condition: None tells no other process how the device is. begin:
    long work done in the thread from the start on, such as to take in a carer's folder: a step at a time, whenever
    nothing else is to be done; what it raises is logged, and what is left of it at the end is not done."""

    def __init__(
        self,
        book: Carers | str,
        post: Post,
        clock: Clock,
        wall: Callable[[], Moment],
        zone: Callable[[], str],
        condition: ConditionFile | None = None,
        begin: Callable[[], Generator[None, None, None]] | None = None,
    ) -> None:
        self._book = book
        self._post, self._clock, self._wall, self._zone = post, clock, wall, zone
        self._condition = condition
        self._work = begin() if begin is not None else None
        self._jobs: queue.SimpleQueue[tuple[int, Asked] | None] = queue.SimpleQueue()
        self._wanted: set[int] = set()
        self._touched_at = float("-inf")
        self._told: dict[int, tuple[int, float]] = {}  # how often and when at last, by row
        self._swept_at = float("-inf")
        self.untold: tuple[Noted, ...] = ()
        self._thread = threading.Thread(target=self._run, name="attending", daemon=True)
        self._thread.start()

    def perform(self, job: int, asked: Asked) -> None:
        """Never blocks. Answers with the event the effect names, or EffectFailed; MarkHeard answers nothing."""
        if not isinstance(asked, effects.MarkHeard):
            self._wanted.add(job)
        self._jobs.put((job, asked))

    def cancel(self, job: int) -> None:
        """Nothing is answered any more; what the wearer chose is kept all the same."""
        self._wanted.discard(job)

    def hear(self, event: Event) -> None:
        """Of everything that happens on the device. Never blocks."""
        if isinstance(event, ButtonChanged):
            self._touched_at = max(self._touched_at, event.at)
        elif self._condition is not None:
            self._condition.note(event)

    def close(self) -> None:
        """What was given before is still done. May be called twice."""
        self._jobs.put(None)
        self._thread.join()

    # --- in the thread --------------------------------------------------------------------------------------

    def _run(self) -> None:
        due_s = self._clock.now()
        while True:
            if self._clock.now() >= due_s:
                self._tick()
                due_s = self._clock.now() + LOOK_S
            wait_s = max(0.0, due_s - self._clock.now()) if self._work is None else 0.0
            try:
                given = self._jobs.get(timeout=wait_s)
            except queue.Empty:
                if self._work is not None and self._step(self._work):
                    due_s = self._clock.now()  # what came of it is told at once
                continue
            if given is None:
                break
            self._answer(*given)
        if self._work is not None:
            self._work.close()
        if self._condition is not None:
            self._tell_condition(ends=True)
            self._condition.close()

    def _step(self, work: Generator[None, None, None]) -> bool:
        """True: it was the last."""
        try:
            next(work)
            return False
        except StopIteration:
            pass
        except Exception:  # a carer's folder must not keep the rest from the wearer
            log.exception("a carer's folder could not be taken in")
        self._work = None
        return True

    def _tick(self) -> None:
        try:
            if self._clock.now() - self._swept_at >= SWEEP_S:
                self._swept_at = self._clock.now()
                self._sweep()
            self.look()
        except Exception:  # whatever fails, the next look must be told
            log.exception("what carers did could not be told")

    def look(self) -> None:
        """Is there something the wearer has not heard? Tells it, if now is the time."""
        if self._condition is not None:
            self._tell_condition()
        if isinstance(self._book, str):
            return
        try:
            self._read_untold(self._book)
        except MemoryFault as fault:
            log.error("what carers did could not be read: %s", fault)
            return
        now = self._clock.now()
        acts = tuple(act for act in self.untold if self._may_tell(act, now))
        if not acts or not self._is_time(now):
            return
        for act in acts:
            self._told[act.row] = self._told.get(act.row, (0, now))[0] + 1, now
        self._post(CarersActed(at=now, acts=acts))

    def _may_tell(self, act: Noted, now: float) -> bool:
        times, at = self._told.get(act.row, (0, float("-inf")))
        return times < TRIES and now - at >= AGAIN_S

    def _is_time(self, now: float) -> bool:
        """Without a clock that can be trusted nobody knows whether it is night."""
        by_day = int(self._clock.time_of_day().split(":")[0]) in DAY
        return by_day or not self._wall().trusted or now - self._touched_at < AWAKE_S

    def _read_untold(self, book: CarerBook) -> None:
        acts = book.untold()
        self.untold = tuple(noted(act, self._wall(), self._zone()) for act in acts)

    def _sweep(self) -> None:
        if isinstance(self._book, str):
            return
        try:
            self._book.sweep().result()
        except MemoryFault as fault:
            log.error("what carers did long ago could not be let go: %s", fault)

    def _tell_condition(self, *, ends: bool = False) -> None:
        assert self._condition is not None
        now = self._wall()
        self._condition.write(now.utc_s, now.trusted, ends=ends)

    def _answer(self, job: int, asked: Asked) -> None:
        try:
            answer: Answer = self._done(job, asked)
        except (MemoryFault, _NoBook) as fault:
            log.error("%s: %s", type(asked).__name__, fault)
            answer = EffectFailed(at=self._clock.now(), job=job, reason=fault.reason)
        except Exception:  # nobody must wait for ever
            log.exception("%s could not be performed", type(asked).__name__)
            answer = EffectFailed(at=self._clock.now(), job=job, reason="fault")
        if job in self._wanted:
            self._wanted.discard(job)
            self._post(answer)

    def _done(self, job: int, asked: Asked) -> Answer:
        book, at = self._book, self._clock.now()
        if isinstance(book, str):
            raise _NoBook(book)
        match asked:
            case effects.CheckCarers():
                now, zone = self._wall(), self._zone()
                acts = tuple(noted(act, now, zone) for act in book.log())
                return CarersChecked(at=at, job=job, rights=book.rights(), acts=acts)
            case effects.LetSee(carer=carer, sight=sight, allowed=True):
                book.allow(carer, sight, by_key=True).result()
            case effects.LetSee(carer=carer, sight=sight):
                book.deny(carer, sight, by_key=True).result()
            case effects.CloseToCarers(closed=closed):
                book.close_to_all(closed).result()
            case effects.MarkHeard(rows=rows):
                book.heard(rows).result()
                self._read_untold(book)
        return MemoryChanged(at=at, job=job, rows=1)


class _NoBook(Exception):
    """reason: a phrase key."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
