"""The one thread that writes. What waits together is committed together; nothing is acknowledged before it is
committed."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from chestnut.memory.faults import Closed, MemoryFault, NoRoom
from chestnut.memory.vault import Connection, Vault, told

Result = TypeVar("Result")
TOGETHER = 200  # jobs in one commit at most


@dataclass(frozen=True, slots=True)
class _Job:
    """afterwards: done after the commit and before the acknowledgement. frees: it makes room, and may spend the
    reserve for that."""

    work: Callable[[Connection], Any]
    afterwards: Callable[[Connection], object] | None
    frees: bool
    future: Future[Any]


class Writer:
    """Owns its connection and closes it."""

    def __init__(self, vault: Vault) -> None:
        self._vault, self._path = vault, vault.path
        with told(self._path):
            self._connection = vault.writer()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._door = threading.Lock()
        self._open = True
        self._thread = threading.Thread(target=self._run, name="memory-writer", daemon=True)
        self._thread.start()

    def do(
        self,
        work: Callable[[Connection], Result],
        afterwards: Callable[[Connection], object] | None = None,
        *,
        frees: bool = False,
    ) -> Future[Result]:
        """Never blocks, from any thread. `work` runs inside a transaction, whole or not at all. The future is done
        when that is committed; it fails with a MemoryFault when it was not."""
        future: Future[Result] = Future()
        with self._door:
            if self._open:
                self._jobs.put(_Job(work, afterwards, frees, future))
                return future
        future.set_exception(Closed("the memory is closed: start Chestnut again"))
        return future

    def close(self) -> None:
        """What was given before is still written. May be called twice."""
        with self._door:
            if self._open:
                self._open = False
                self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        going = True
        while going:
            batch = [self._jobs.get()]
            while len(batch) < TOGETHER and batch[-1] is not None:
                try:
                    batch.append(self._jobs.get_nowait())
                except queue.Empty:
                    break
            going = batch[-1] is not None
            jobs = [job for job in batch if job is not None and job.future.set_running_or_notify_cancel()]
            if jobs:
                self._commit(jobs)
        self._connection.close()

    def _commit(self, jobs: list[_Job], reserve: bool = True) -> None:
        try:
            outcomes = self._transact(jobs)
        except MemoryFault as fault:
            again = reserve and isinstance(fault, NoRoom)
            freeing = [job for job in jobs if again and job.frees]
            for job in jobs:
                if not (again and job.frees):
                    job.future.set_exception(fault)
            if freeing:
                self._vault.spend_reserve()
                with suppress(MemoryFault):
                    self._vault.empty_log(self._connection)
                self._commit(freeing, reserve=False)
            return
        for job, outcome in zip(jobs, outcomes, strict=True):
            self._acknowledge(job, outcome)

    def _transact(self, jobs: list[_Job]) -> list[Any]:
        """What each job gave, or how it failed: that takes only itself back. Raises what took all of them back."""
        try:
            with told(self._path):
                self._connection.execute("BEGIN IMMEDIATE")
                outcomes = [self._attempt(job) for job in jobs]
                self._connection.execute("COMMIT")
                return outcomes
        except MemoryFault:
            with suppress(MemoryFault), told(self._path):  # it is not committed either way
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
            raise

    def _attempt(self, job: _Job) -> Any:
        self._connection.execute("SAVEPOINT job")
        try:
            with told(self._path):
                outcome = job.work(self._connection)
        except NoRoom:
            raise
        except Exception as error:  # whatever it is, it is the asker's to hear
            if not self._connection.in_transaction:
                raise error if isinstance(error, MemoryFault) else MemoryFault(str(error)) from error
            self._connection.execute("ROLLBACK TO job")
            outcome = _Failed(error)
        self._connection.execute("RELEASE job")
        return outcome

    def _acknowledge(self, job: _Job, outcome: Any) -> None:
        if isinstance(outcome, _Failed):
            job.future.set_exception(outcome.error)
            return
        try:
            if job.afterwards is not None:
                with told(self._path):
                    job.afterwards(self._connection)
        except MemoryFault as fault:
            job.future.set_exception(fault)
        else:
            job.future.set_result(outcome)


@dataclass(frozen=True, slots=True)
class _Failed:
    error: Exception
