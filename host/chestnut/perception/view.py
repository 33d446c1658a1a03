"""One frame under the watcher's eyes: which detectors look at it, what they found, which jobs wait for it.

Not safe by itself: the watcher calls everything here under its lock.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

from chestnut.core.events import EffectFailed, Event, PeopleRecognised, SceneSeen, TextRead
from chestnut.core.scene import Frame, Judgement, Page
from chestnut.perception.seeing import KNOWING, OWN, READING, Merge, compose

log = logging.getLogger(__name__)


@dataclass(eq=False)
class View:
    """kept: detectors to be finished even when no job waits for them. jobs: which detectors each job waits for.
    watch: those it is looked at by itself with, when it is."""

    frame: Frame
    judged: Judgement
    found: dict[str, Any] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    jobs: dict[int, frozenset[str]] = field(default_factory=dict)
    watch: frozenset[str] = frozenset()

    @property
    def fit(self) -> bool:
        return self.judged.refusal is None

    def is_wanted(self, name: str) -> bool:
        return name in self.kept or name in self.watch or any(name in names for names in self.jobs.values())

    def is_over(self, name: str) -> bool:
        """It has looked, or failed to."""
        return name in self.found or name in self.broken

    def settle(self, merge: Merge, at: float) -> list[Event]:
        """Take away the jobs that can be answered now, and return their answers, stamped `at`."""
        events: list[Event] = []
        for job, names in list(self.jobs.items()):
            if (
                self.fit and names & self.broken - OWN
            ):  # what was taught is left out rather than all of it lost
                events.append(EffectFailed(at=at, job=job, reason="sight_failed"))
            elif self.fit and not all(self.is_over(name) for name in names):
                continue
            else:
                events.append(self._answer(job, names, merge, at))
            del self.jobs[job]
        return events

    def _answer(self, job: int, names: frozenset[str], merge: Merge, at: float) -> Event:
        if names == READING:
            page = self.found["text"] if self.fit else Page(self.frame.number, self.judged)
            return TextRead(at=at, job=job, page=page)
        try:
            # An unfit frame found nothing; without detectors merging it gives nobody. A job that did not ask for what
            # was taught is not told of it.
            found = {name: self.found[name] for name in names & self.found.keys()} if self.fit else {}
            scene = compose(self.frame, self.judged, found, merge)
        except Exception:  # a detector may have returned anything
            log.exception("putting together what was seen failed")
            return EffectFailed(at=at, job=job, reason="sight_failed")
        if names & KNOWING:
            faces = self.found["people"] if self.fit else ()
            return PeopleRecognised(at=at, job=job, scene=scene, faces=faces)
        return SceneSeen(at=at, job=job, scene=scene)
