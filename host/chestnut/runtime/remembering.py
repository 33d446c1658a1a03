"""Answers what the skills ask of the memory, and lets go of what is too old. In a thread of its own: a card may be
slow, and the loop never waits."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import wait
from dataclasses import dataclass

from chestnut.core import effects
from chestnut.core.events import (
    Answer,
    EffectFailed,
    LookedBack,
    MemoryChanged,
    MemoryKept,
    Part,
    PartFound,
    PartLost,
    Recalled,
)
from chestnut.core.memory import Moment, Named, Place, Sighting, Source, Taught
from chestnut.core.ports import Clock, Memory, Post
from chestnut.locale.lexicon import lexicon
from chestnut.memory.faults import MemoryFault
from chestnut.runtime.memory import NoMemory
from chestnut.runtime.noting import Covers, Noting
from chestnut.runtime.recollecting import look_back, recollect

log = logging.getLogger(__name__)

SWEEP_S = 60.0
BATCH_S = 5.0  # so long looks are gathered before they are written
GRACE_S = 0.15  # and so long an answer waits for them to be on the card
NEVER = float("inf")
LOST = "memory_lost"
Know = Callable[[Sequence[Taught], Sequence[Named]], None]
Asked = effects.Recall | effects.LookBack | effects.Remember | effects.Tell | effects.Pin | effects.Forget


@dataclass(frozen=True, slots=True)
class Refresh:
    """What was taught may have changed."""


@dataclass(frozen=True, slots=True)
class _Noted:
    """Something waits to be written."""


class Remembering:
    """memory: opened, and closed by whoever opened it, after this; or why there is none, which is then the reason of
    every failure. wall: the wall clock. keep_s: how long what is not pinned stays. know: told what was taught and
    which places have names, at the start, whenever refresh() is called, and now and then, for another process may
    teach.

    A fault is the answer to whoever asked. Where nobody asked it is told as PartLost(MEMORY), and as
    PartFound(MEMORY) when it is over: what was noted is tried again with each sweep.
    """

    def __init__(
        self,
        memory: Memory | NoMemory,
        post: Post,
        clock: Clock,
        wall: Callable[[], Moment],
        keep_s: float,
        know: Know | None = None,
    ) -> None:
        self._lack = memory if isinstance(memory, NoMemory) else None
        self._post, self._clock = post, clock
        self._wall, self._keep_s, self._know = wall, keep_s, know
        self._jobs: queue.SimpleQueue[tuple[int, Asked] | Refresh | _Noted | None] = queue.SimpleQueue()
        self._wanted: set[int] = set()
        self._lock = threading.Lock()
        self._faults: dict[str, str] = {}  # of what nobody asked for: what was tried, the reason
        self._noting = Noting(clock)
        self.forgotten: Callable[[], None] = lambda: None  # whoever knows more of what was seen sets it
        self._noted_due_s = NEVER  # of the thread alone
        self._thread: threading.Thread | None = None
        if not isinstance(memory, NoMemory):
            self._thread = threading.Thread(target=self._run, args=(memory,), name="remembering", daemon=True)
            self._thread.start()
        elif memory.reason != "memory_off":
            log.error("no memory: %s", memory.why)
            self._know_fault("open", memory.reason)

    def perform(self, job: int, asked: Asked) -> None:
        """Never blocks. Answers with the event the effect names, or EffectFailed."""
        if self._lack is not None:
            self._fail(job, self._lack.reason)
            return
        with self._lock:
            self._wanted.add(job)
        self._jobs.put((job, asked))

    def cancel(self, job: int) -> None:
        """Nothing is answered any more; what was to be written is written all the same."""
        with self._lock:
            self._wanted.discard(job)

    def note(self, looks: Sequence[Sighting]) -> None:
        """To be written soon; nobody waits for it. Never blocks; without a memory it does nothing."""
        if self._thread is not None:
            self._noting.add(looks)
            self._jobs.put(_Noted())

    def forget(self, covers: Covers) -> None:
        """To be called before the memory is told to forget that: what was seen of it until now and waits, or comes
        late, is not written. Never blocks."""
        now = self._wall().utc_s
        self._noting.forget(lambda look: look.at <= now and covers(look))
        self.forgotten()

    def refresh(self) -> None:
        """Something was taught, named or forgotten. Never blocks."""
        if self._thread is not None:
            self._jobs.put(Refresh())

    def close(self) -> None:
        """What was given before is still written. May be called twice."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()

    # --- in the thread ------------------------------------------------------------------------------------

    def _run(self, memory: Memory) -> None:
        self._tell_known(memory)
        lexicon()  # now, so that the first question does not wait for it
        due_s = self._clock.now()
        while True:
            try:
                wait_s = min(due_s, self._noted_due_s) - self._clock.now()
                given = self._jobs.get(timeout=max(0.0, wait_s))
            except queue.Empty:
                self._write_noted(memory)
                if self._clock.now() >= due_s:
                    due_s = self._clock.now() + (0.0 if self._sweep(memory) else SWEEP_S)
                    self._tell_known(memory)
                continue
            match given:
                case None:
                    self._write_noted(memory)
                    return
                case Refresh():
                    self._tell_known(memory)
                case _Noted():
                    self._noted_due_s = min(self._noted_due_s, self._clock.now() + BATCH_S)
                case job, asked:
                    self._write_noted(memory)
                    self._answer(memory, job, asked)

    def _write_noted(self, memory: Memory) -> None:
        """What was seen is on the card before an answer is given, if the card is quick; else it comes later, and with
        the next sweep if it failed."""
        self._noted_due_s = NEVER
        future = self._noting.write(memory, self._wrote)
        if future is not None:
            wait([future], GRACE_S)

    def _wrote(self, fault: BaseException | None) -> None:
        if fault is None:
            self._know_fault("write", "")
            return
        log.error("what was seen could not be written: %s", fault)
        self._know_fault("write", fault.reason if isinstance(fault, MemoryFault) else LOST)

    def _answer(self, memory: Memory, job: int, asked: Asked) -> None:
        try:
            answer: Answer = self._done(memory, job, asked)
        except MemoryFault as fault:
            log.error("%s: %s", type(asked).__name__, fault)
            answer = EffectFailed(at=self._clock.now(), job=job, reason=fault.reason)
        except Exception:  # nobody must wait for ever
            log.exception("%s could not be performed", type(asked).__name__)
            answer = EffectFailed(at=self._clock.now(), job=job, reason="fault")
        with self._lock:
            wanted = job in self._wanted
            self._wanted.discard(job)
        if wanted:
            self._post(answer)

    def _done(self, memory: Memory, job: int, asked: Asked) -> Answer:
        match asked:
            case effects.Recall(question=question):
                recollection = recollect(memory, question, self._wall())
                return Recalled(at=self._clock.now(), job=job, recollection=recollection)
            case effects.LookBack():
                found = look_back(memory, self._wall())
                return LookedBack(at=self._clock.now(), job=job, found=found)
            case effects.Remember():
                self._keep(memory, asked)
                return MemoryKept(at=self._clock.now(), job=job)
            case effects.Tell(thing=thing, place=place):
                told = Sighting(thing, Place(place), 1.0, self._wall().utc_s, None, Source.TOLD)
                memory.remember([told]).result()
                return MemoryKept(at=self._clock.now(), job=job)
            case effects.Pin(row=row, pinned=pinned):
                rows = int(memory.pin(row, pinned).result())
            case effects.Forget(row=None, seconds=seconds):
                since = self._wall().utc_s - seconds
                self.forget(lambda look: since <= look.at)
                rows = memory.forget_last(seconds).result()
            case effects.Forget(row=int() as row):
                self.forgotten()
                rows = memory.forget(row).result()
        return MemoryChanged(at=self._clock.now(), job=job, rows=rows)

    def _keep(self, memory: Memory, asked: effects.Remember) -> None:
        at, name = self._wall().utc_s, asked.place
        looks = [
            Sighting(
                look.thing, Place(name) if name else Place(near=look.near), look.confidence, at, look.box
            )
            for look in asked.looks
        ]
        memory.remember(looks).result()

    def _tell_known(self, memory: Memory) -> None:
        """What cannot be read is not known again: nobody's keys are told by what may have been forgotten."""
        if self._know is None:
            return
        try:
            self._know(memory.things(), memory.places())
        except MemoryFault as fault:
            log.error("what was taught could not be read: %s", fault)
            self._know((), ())
        except Exception:  # the thread must go on
            log.exception("what was taught could not be read")
            self._know((), ())

    def _sweep(self, memory: Memory) -> int:
        """How many rows went."""
        try:
            count = memory.sweep(self._keep_s).result()
        except MemoryFault as fault:
            log.error("what is too old could not be let go: %s", fault)
            self._know_fault("sweep", fault.reason)
            return 0
        except Exception:  # the thread must go on
            log.exception("what is too old could not be let go")
            self._know_fault("sweep", LOST)
            return 0
        self._know_fault("sweep", "")
        return count

    # --- news ---------------------------------------------------------------------------------------------

    def _know_fault(self, tried: str, reason: str) -> None:
        """What was tried failed for this reason, or "" when it worked. From any thread; told when it is news."""
        with self._lock:
            before = set(self._faults.values())
            self._faults.pop(tried, None)
            if reason:
                self._faults[tried] = reason
            if reason and reason not in before:
                self._post(PartLost(at=self._clock.now(), part=Part.MEMORY, reason=reason))
            elif before and not self._faults:
                self._post(PartFound(at=self._clock.now(), part=Part.MEMORY))

    def _fail(self, job: int, reason: str) -> None:
        self._post(EffectFailed(at=self._clock.now(), job=job, reason=reason))
