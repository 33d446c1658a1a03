"""The fast lane: runs the detectors over the camera's frames, each in a thread of its own, never twice on one frame.

One thread, the watcher, takes frames from the camera and has them judged; a fit frame goes to the detectors that a
job, a glance or their own rate asks for. Whoever completes a job posts its answer.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

from chestnut.core.events import EffectFailed, Event, PeopleRecognised, SceneSeen
from chestnut.core.ports import Camera, Detector, Post
from chestnut.core.scene import Frame
from chestnut.perception.seeing import KNOWING, LOOKING, READING, Judge, Merge, see
from chestnut.perception.view import View

__all__ = ["Watcher", "see"]

log = logging.getLogger(__name__)

GLANCED_S = 1.0  # a Look uses the frame glanced at if it is younger than this
NEW_S = 0.2  # a frame younger than this is the world as it is; for an older one the camera is asked again
PATIENCE_S = 2.0  # so long a frame may take before the camera counts as lost
PROD_S = 0.1  # and so long when nobody waits for it
KEPT = 3  # frames of looks that were answered: the talk about one goes on while the next press looks anew

Seen = Callable[[str, Frame, Any], None]


@dataclass(eq=False)
class _Request:
    """Begin these detectors on a new frame. fresh: on one newer than the frame glanced at."""

    names: frozenset[str]
    jobs: set[int]
    glance: bool = False
    fresh: bool = False


class Watcher:
    """core.ports.Sight. detectors: by name, those of LOOKING, "text" and "people"; the watcher closes them.

    rate_hz: how often a detector looks by itself; missing or 0: only on request. seen: told every result of a
    detector that has a rate, in that detector's thread. clock: the one that stamps the camera's frames.
    """

    def __init__(
        self,
        camera: Camera,
        detectors: Mapping[str, Detector],
        judge: Judge,
        merge: Merge,
        post: Post,
        *,
        rate_hz: Mapping[str, float] | None = None,
        seen: Seen | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._camera = camera
        self._detectors = dict(detectors)
        self._judge = judge
        self._merge = merge
        self._post = post
        self._seen = seen
        self._clock = clock
        self._looking = LOOKING & self._detectors.keys()
        self._changed = threading.Condition()
        self._requests: deque[_Request] = deque()
        self._fetching: _Request | None = None
        self._views: WeakSet[View] = WeakSet()  # all that are still in somebody's hands
        self._latest: View | None = None
        self._looked: View | None = None
        self._answered: deque[Frame] = deque(maxlen=KEPT)
        self._waiting: dict[str, deque[View]] = {name: deque() for name in self._detectors}
        self._busy: set[str] = set()
        self._period_s: dict[str, float] = {}
        self._due_s: dict[str, float] = {}
        self._closed = False
        self.watch(rate_hz or {})
        self._threads = [threading.Thread(target=self._run, name="watcher", daemon=True)]
        for name in self._detectors:
            self._threads.append(threading.Thread(target=self._detect, args=(name,), name=name, daemon=True))
        for thread in self._threads:
            thread.start()

    # --- orders; these never block ----------------------------------------------------------------------

    def watch(self, rate_hz: Mapping[str, float]) -> None:
        """From now on these detectors look by themselves so often, and no others."""
        with self._changed:
            self._period_s = {n: 1 / hz for n, hz in rate_hz.items() if hz > 0 and n in self._detectors}
            self._due_s = dict.fromkeys(self._period_s, time.monotonic())
            self._changed.notify_all()

    def glance(self) -> None:
        self._ask(_Request(self._looking, set(), glance=True))

    def look(self, job: int, *, fresh: bool, own: bool = False) -> None:
        request = _Request(self._looking, {job}, fresh=fresh)
        if fresh:
            self._ask(request)
            return
        with self._changed:
            for begun in (*reversed(self._requests), self._fetching):
                if begun is not None and begun.names == self._looking:
                    begun.jobs.add(job)
                    return
            view = self._looked
            if view is None or view.broken or self._clock() - view.frame.at > GLANCED_S:
                self._ask(request)
                return
            view.jobs[job] = self._looking
            self._begin(view, self._looking)
            events = self._settle(view)
        self._post_all(events)

    def read(self, job: int) -> None:
        self._ask(_Request(READING, {job}))

    def recognise(self, job: int) -> None:
        self._ask(_Request(self._looking | KNOWING, {job}, fresh=True))

    def picture(self, number: int) -> Frame | None:
        """One that is asked for is talked about: it counts as new."""
        with self._changed:
            frame = self._kept(number)
            if frame is not None:
                others = (other for other in self._answered if other is not frame)
                self._answered = deque((*others, frame), maxlen=KEPT)
            return frame

    def cancel(self, job: int) -> None:
        with self._changed:
            for request in (*self._requests, self._fetching):
                if request is not None:
                    request.jobs.discard(job)
            for view in self._views:
                view.jobs.pop(job, None)

    def close(self) -> None:
        """Waits for detectors that are at work. Close the camera first, or this may wait for a frame."""
        with self._changed:
            already, self._closed = self._closed, True
            self._changed.notify_all()
        if already:
            return
        for thread in self._threads:
            thread.join()
        for detector in self._detectors.values():
            detector.close()

    def _ask(self, request: _Request) -> None:
        with self._changed:
            self._requests.append(request)
            self._changed.notify_all()

    # --- the watcher's thread ---------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            with self._changed:
                while not (self._closed or self._requests or self._due_in_s() <= 0):
                    self._changed.wait(min(self._due_in_s(), threading.TIMEOUT_MAX))
                if self._closed:
                    return
                request = self._fetching = self._requests.popleft() if self._requests else None
            if request is None:
                self._look_around()
            else:
                self._perform(request)

    def _due_in_s(self) -> float:
        """Seconds until the next detector is due; infinite when none has a rate."""
        return min(self._due_s.values(), default=float("inf")) - time.monotonic()

    def _look_around(self) -> None:
        """Give a frame to the detectors that are due, unless they still have one."""
        now = time.monotonic()
        with self._changed:
            names = {name for name, due_s in self._due_s.items() if due_s <= now}
            self._due_s.update({name: now + self._period_s[name] for name in names})
            names = {name for name in names if name not in self._busy and not self._waiting[name]}
        after = self._latest.frame.number if self._latest is not None else 0
        frame = self._camera.next(after, PROD_S) if names else None
        view = self._view(frame) if frame is not None else None
        if view is not None:
            with self._changed:
                view.kept |= names
                self._begin(view, names)

    def _perform(self, request: _Request) -> None:
        with self._changed:
            if not (request.jobs or request.glance):
                self._fetching = None
                return
        after = self._looked.frame.number if request.fresh and self._looked is not None else 0
        frame = self._frame(after)
        view = self._view(frame) if frame is not None else None
        with self._changed:
            self._fetching = None
            if view is None:
                reason = "sight_failed" if frame is not None else "camera_lost"
                events: list[Event] = [
                    EffectFailed(at=self._clock(), job=job, reason=reason) for job in sorted(request.jobs)
                ]
            else:
                view.jobs.update(dict.fromkeys(request.jobs, request.names))
                view.kept |= request.names if request.glance else set()
                if request.names - KNOWING == self._looking:
                    self._looked = view
                self._begin(view, request.names)
                events = self._settle(view)
        self._post_all(events)

    def _frame(self, after: int) -> Frame | None:
        """A frame of now, numbered above `after`; None when the camera gives none."""
        newest = self._camera.newest()
        if newest is None:
            return self._camera.next(after, PATIENCE_S)
        if newest.number > after and self._clock() - newest.at <= NEW_S:
            return newest
        return self._camera.next(max(after, newest.number), PATIENCE_S)

    def _view(self, frame: Frame) -> View | None:
        """The frame judged, once; None when the judge failed."""
        if self._latest is not None and self._latest.frame.number == frame.number:
            return self._latest
        try:
            self._latest = View(frame, self._judge(frame))
        except Exception:  # the thread must outlive whatever a library raises
            log.exception("judging a frame failed")
            return None
        with self._changed:
            self._views.add(self._latest)
        return self._latest

    def _begin(self, view: View, names: Iterable[str]) -> None:
        """Under the lock."""
        for name in set(names) - view.begun if view.fit else ():
            view.begun.add(name)
            if name in self._waiting:
                self._waiting[name].append(view)
            else:
                view.broken.add(name)
        self._changed.notify_all()

    # --- the detectors' threads -------------------------------------------------------------------------

    def _detect(self, name: str) -> None:
        detector, waiting = self._detectors[name], self._waiting[name]
        while True:
            with self._changed:
                self._busy.discard(name)
                while not (self._closed or waiting):
                    self._changed.wait()
                if self._closed:
                    return
                view = waiting.popleft()
                if not view.is_wanted(name):
                    view.begun.discard(name)
                    del view  # the frame must not live on while this thread sleeps
                    continue
                self._busy.add(name)
            result, broken = None, False
            try:
                result = detector.see(view.frame)
            except Exception:  # the thread must outlive whatever a library raises
                log.exception("%s failed on a frame", name)
                broken = True
            if not broken:
                self._tell(name, view.frame, result)
            with self._changed:
                if broken:
                    view.broken.add(name)
                else:
                    view.found[name] = result
                events = self._settle(view)
            del view
            self._post_all(events)

    def _tell(self, name: str, frame: Frame, result: Any) -> None:
        """A listener's fault is its own: what was seen stays seen."""
        if self._seen is None or name not in self._period_s:
            return
        try:
            self._seen(name, frame, result)
        except Exception:
            log.exception("a listener failed on what %s saw", name)

    def _settle(self, view: View) -> list[Event]:
        """Under the lock: the answers this view can give now."""
        events = view.settle(self._merge, self._clock())
        seen = any(isinstance(event, SceneSeen | PeopleRecognised) for event in events)
        if seen and self._kept(view.frame.number) is None:
            self._answered.append(view.frame)
        return events

    def _kept(self, number: int) -> Frame | None:
        return next((frame for frame in self._answered if frame.number == number), None)

    def _post_all(self, events: Iterable[Event]) -> None:
        for event in events:
            self._post(event)
