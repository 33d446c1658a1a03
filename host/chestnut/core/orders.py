"""What the conductor orders in answer to one event, each with its job number."""

from __future__ import annotations

from chestnut.core.effects import Cancel, Effect, Order, Start


class Orders:
    """Job numbers grow by one for ever; 0 is no job."""

    def __init__(self, jobs: int = 0) -> None:
        """jobs: the last number that was given already."""
        self._jobs = jobs
        self._given: list[Order] = []

    @property
    def jobs(self) -> int:
        """The last number that was given."""
        return self._jobs

    def start(self, effect: Effect) -> int:
        """The job's number."""
        self._jobs += 1
        self._given.append(Start(self._jobs, effect))
        return self._jobs

    def cancel(self, job: int) -> None:
        """Nothing for job 0."""
        if job:
            self._given.append(Cancel(job))

    def taken(self) -> tuple[Order, ...]:
        """All since the last time, in order."""
        given, self._given = self._given, []
        return tuple(given)
