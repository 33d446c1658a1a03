"""The one thread that writes. What waits together is committed together; nothing is acknowledged before it is
committed."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from chestnut.memory.faults import Closed, MemoryFault
from chestnut.memory.vault import Connection, told

Result = TypeVar("Result")
TOGETHER = 200  # jobs in one commit at most


@dataclass(frozen=True, slots=True)
class _Job:
    """afterwards: done after the commit and before the acknowledgement."""

    work: Callable[[Connection], Any]
    afterwards: Callable[[Connection], object] | None
    future: Future[Any]


class Writer:
    """Owns the connection and closes it."""

    def __init__(self, connection: Connection, path: Path) -> None:
        self._connection, self._path = connection, path
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._door = threading.Lock()
        self._open = True
        self._thread = threading.Thread(target=self._run, name="memory-writer", daemon=True)
        self._thread.start()

    def do(
        self,
        work: Callable[[Connection], Result],
        afterwards: Callable[[Connection], object] | None = None,
    ) -> Future[Result]:
        """Never blocks, from any thread. `work` runs inside a transaction, whole or not at all. The future is done
        when that is committed; it fails with a MemoryFault when it was not."""
        future: Future[Result] = Future()
        with self._door:
            if self._open:
                self._jobs.put(_Job(work, afterwards, future))
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

    def _commit(self, jobs: list[_Job]) -> None:
        """One transaction; a job that fails takes only itself back."""
        done: list[tuple[_Job, Any]] = []
        left = list(jobs)
        try:
            with told(self._path):
                self._connection.execute("BEGIN IMMEDIATE")
                while left:
                    outcome = self._attempt(left[0])
                    job = left.pop(0)
                    if isinstance(outcome, _Failed):
                        job.future.set_exception(outcome.error)
                    else:
                        done.append((job, outcome))
                self._connection.execute("COMMIT")
        except MemoryFault as fault:
            self._undo()
            for job in [job for job, _ in done] + left:
                job.future.set_exception(fault)
            return
        for job, outcome in done:
            self._acknowledge(job, outcome)

    def _attempt(self, job: _Job) -> Any:
        """Raises what ends the whole transaction: a full disk, a broken file."""
        self._connection.execute("SAVEPOINT job")
        try:
            with told(self._path):
                outcome = job.work(self._connection)
        except Exception as error:  # whatever it is, it is the asker's to hear
            if not self._connection.in_transaction:
                raise error if isinstance(error, MemoryFault) else MemoryFault(str(error)) from error
            self._connection.execute("ROLLBACK TO job")
            outcome = _Failed(error)
        self._connection.execute("RELEASE job")
        return outcome

    def _undo(self) -> None:
        try:
            if self._connection.in_transaction:
                with told(self._path):
                    self._connection.execute("ROLLBACK")
        except MemoryFault:
            pass  # it is not committed either way, and the first fault is told

    def _acknowledge(self, job: _Job, outcome: Any) -> None:
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
