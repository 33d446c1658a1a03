"""The fast lane: runs the detectors over the camera's frames, each in a thread of its own, never twice on one frame.

One thread, the watcher, takes frames from the camera and has them judged; a fit frame goes to the detectors that a
job or a glance asks for. Whoever completes a job posts its answer. While nobody asks for anything, it may look by
itself; what was begun so is left as soon as somebody asks.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol
from weakref import WeakSet

from chestnut.core.events import EffectFailed, Event, PeopleRecognised, SceneSeen
from chestnut.core.ports import Camera, Detector, Post, Saw
from chestnut.core.scene import Frame, Scene
from chestnut.perception.seeing import (
    KNOWING,
    LOOKING,
    OBJECTS,
    OWN,
    READING,
    WATCHING,
    Following,
    Judge,
    Merge,
    compose,
    see,
)
from chestnut.perception.view import View

__all__ = ["Watcher", "see"]

log = logging.getLogger(__name__)

GLANCED_S = 1.0  # a Look uses the frame glanced at if it is younger than this
NEW_S = 0.2  # a frame younger than this is the world as it is; for an older one the camera is asked again
PATIENCE_S = 2.0  # so long a frame may take before the camera counts as lost
SOON_S = 0.05  # a frame that was asked for may be there
REST_S = 2.0  # so long after somebody asked nothing is looked at by itself: there may be more to come
KEPT = 3  # frames of looks that were answered: the talk about one goes on while the next press looks anew


class Attention(Protocol):
    """Which frames are worth a look of its own accord; see perception/settle.py. looked() is told of the frame it was
    asked of last."""

    def is_worth(self, frame: Frame) -> bool: ...

    def looked(self, frame: Frame) -> None: ...


@dataclass(eq=False)
class _Request:
    """Begin the detectors of these jobs, and names, on a new frame. fresh: on one newer than the frame glanced at."""

    names: frozenset[str]
    jobs: dict[int, frozenset[str]]
    glance: bool = False
    fresh: bool = False


class Watcher:
    """core.ports.Sight. detectors: by name, those of LOOKING, "text", "people" and "own", which is Following; the
    watcher closes them.

    attention: made anew whenever watching begins; None never watches. clock: the one that stamps the camera's frames.
    small, sharp: the same camera, of pictures that are enough to watch by, and of those taken to read print by; they
    count its frames together.
    """

    def __init__(
        self,
        camera: Camera,
        detectors: Mapping[str, Detector],
        judge: Judge,
        merge: Merge,
        post: Post,
        *,
        attention: Callable[[], Attention] | None = None,
        clock: Callable[[], float] = time.monotonic,
        small: Camera | None = None,
        sharp: Camera | None = None,
    ) -> None:
        self._camera = camera
        self._small = small or camera
        self._sharp = sharp or camera
        self._detectors = dict(detectors)
        self._judge = judge
        self._merge = merge
        self._post = post
        self._attention = attention
        self._clock = clock
        self._looking = LOOKING & self._detectors.keys()
        self._watching = WATCHING & self._detectors.keys()
        self._changed = threading.Condition()
        self._requests: deque[_Request] = deque()
        self._fetching: _Request | None = None
        self._views: WeakSet[View] = WeakSet()  # all that are still in somebody's hands
        self._latest: View | None = None
        self._looked: View | None = None
        self._answered: deque[Frame] = deque(maxlen=KEPT)
        self._waiting: dict[str, deque[View]] = {name: deque() for name in self._detectors}
        self._attending: Attention | None = None
        self._saw: Saw | None = None
        self._period_s = self._due_s = float("inf")
        self._watched: View | None = None  # what is being looked at by itself
        self._left = 0  # number of the frame that was being watched when somebody asked
        self._asked_at = float("-inf")
        self._closed = False
        self._threads = [threading.Thread(target=self._run, name="watcher", daemon=True)]
        for name in self._detectors:
            self._threads.append(threading.Thread(target=self._detect, args=(name,), name=name, daemon=True))
        for thread in self._threads:
            thread.start()

    # --- orders; these never block ----------------------------------------------------------------------

    def watch(self, rate_hz: float, saw: Saw | None = None) -> None:
        with self._changed:
            if rate_hz <= 0 or saw is None or self._attention is None or not self._watching:
                self._attending, self._period_s = None, float("inf")
                self._leave()
            else:
                self._attending = self._attending or self._attention()
                self._period_s = 1 / rate_hz
            self._saw = saw
            self._due_s = time.monotonic() + self._period_s
            self._changed.notify_all()

    def glance(self) -> None:
        self._ask(_Request(self._looking, {}, glance=True))

    def look(self, job: int, *, fresh: bool, own: bool = False) -> None:
        names = self._looking | (OWN & self._detectors.keys() if own else frozenset())
        request = _Request(self._looking, {job: names}, fresh=fresh)
        if fresh:
            self._ask(request)
            return
        with self._changed:
            for begun in (*reversed(self._requests), self._fetching):
                if begun is not None and begun.names == self._looking:
                    begun.jobs[job] = names
                    return
            view = self._looked
            if view is None or view.broken or self._clock() - view.frame.at > GLANCED_S:
                self._ask(request)
                return
            self._interrupt()
            view.jobs[job] = names
            self._begin(view, names)
            events = self._settle(view)
        self._post_all(events)

    def read(self, job: int) -> None:
        self._ask(_Request(READING, {job: READING}))

    def recognise(self, job: int) -> None:
        names = self._looking | KNOWING
        self._ask(_Request(names, {job: names}, fresh=True))

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
                    request.jobs.pop(job, None)
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
            self._interrupt()
            self._requests.append(request)
            self._changed.notify_all()

    def _interrupt(self) -> None:
        """Under the lock: somebody asks, which goes before all watching."""
        self._asked_at = self._clock()
        self._leave()

    def _leave(self) -> None:
        """Under the lock: what is looked at by itself is not wanted any more."""
        if self._watched is not None:
            self._left = self._watched.frame.number
            self._watched.watch = frozenset()
            self._watched = None

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
        """Seconds until the next look by itself; infinite when there is none."""
        return self._due_s - time.monotonic()

    def _look_around(self) -> None:
        """Look at the newest frame, if that is worth it and nobody wants anything."""
        with self._changed:
            self._due_s = time.monotonic() + self._period_s
            attending = self._attending
            busy = self._watched is not None or any(view.jobs for view in self._views)
            if attending is None or busy or self._clock() - self._asked_at < REST_S:
                return
        # An idle camera takes one frame a second: this asks it for one, and waits for none, for a press may come.
        frame = self._small.next(self._latest.frame.number if self._latest is not None else 0, 0.0)
        if frame is None:
            with self._changed:
                self._due_s = min(self._due_s, time.monotonic() + SOON_S)
            return
        view = self._view(frame)
        if view is None or not view.fit or not self._is_worth(attending, view.frame):
            return
        with self._changed:
            if attending is self._attending and not self._requests:
                self._watched = view
                view.watch = self._watching
                self._begin(view, view.watch)

    def _is_worth(self, attending: Attention, frame: Frame) -> bool:
        try:
            return attending.is_worth(frame)
        except Exception:  # the thread must outlive whatever a library raises
            log.exception("a frame could not be compared with the one before")
            return False

    def _perform(self, request: _Request) -> None:
        with self._changed:
            if not (request.jobs or request.glance):
                self._fetching = None
                return
        after = self._looked.frame.number if request.fresh and self._looked is not None else 0
        frame = self._frame(after, self._sharp if request.names == READING else self._camera)
        view = self._view(frame) if frame is not None else None
        with self._changed:
            self._fetching = None
            if view is None:
                reason = "sight_failed" if frame is not None else "camera_lost"
                events: list[Event] = [
                    EffectFailed(at=self._clock(), job=job, reason=reason) for job in sorted(request.jobs)
                ]
            else:
                view.jobs.update(request.jobs)
                view.kept |= request.names if request.glance else set()
                if request.names - KNOWING == self._looking:
                    self._looked = view
                self._begin(view, request.names.union(*request.jobs.values()))
                events = self._settle(view)
        self._post_all(events)

    def _frame(self, after: int, camera: Camera) -> Frame | None:
        """A frame of now, numbered above `after`; None when the camera gives none."""
        newest = camera.newest()
        if newest is None:
            return camera.next(after, PATIENCE_S)
        left = self._latest if camera is self._small else None  # what was watched is not for everybody
        if left is not None and left.frame.number == self._left and after < self._left and not left.broken:
            newest = left.frame  # the detectors are at work on it already, and it may still do
        if newest.number > after and self._clock() - newest.at <= NEW_S:
            return newest
        return camera.next(max(after, newest.number), PATIENCE_S)

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
            if name not in self._waiting:
                view.broken.add(name)
            elif not self._follows(name) or view.is_over(OBJECTS):
                self._waiting[name].append(view)
        self._changed.notify_all()

    def _follows(self, name: str) -> bool:
        """It begins when the objects are known."""
        return OBJECTS in self._detectors and isinstance(self._detectors.get(name), Following)

    def _go_on_from(self, view: View) -> None:
        """Under the lock: the objects are known."""
        for name in view.begun:
            if self._follows(name) and not view.is_over(name):
                self._waiting[name].append(view)
        self._changed.notify_all()

    # --- the detectors' threads -------------------------------------------------------------------------

    def _detect(self, name: str) -> None:
        detector, waiting = self._detectors[name], self._waiting[name]
        while True:
            with self._changed:
                while not (self._closed or waiting):
                    self._changed.wait()
                if self._closed:
                    return
                view = waiting.popleft()
                if not view.is_wanted(name):
                    self._drop(view, name)
                    del view  # the frame must not live on while this thread sleeps
                    continue
            result, broken = None, False
            try:
                result = self._result(name, detector, view)
            except Exception:  # the thread must outlive whatever a library raises
                log.exception("%s failed on a frame", name)
                broken = True
            with self._changed:
                if broken:
                    view.broken.add(name)
                elif result is None:
                    self._drop(view, name)
                else:
                    view.found[name] = result
                if name == OBJECTS and view.is_over(OBJECTS):
                    self._go_on_from(view)
                events = self._settle(view)
                saw, watched = self._saw, self._watched_over(view)
                if watched:
                    found = dict(view.found)
            self._post_all(events)
            if watched and saw is not None:
                self._tell(saw, view, found)
            del view

    def _result(self, name: str, detector: Detector, view: View) -> Any:
        """None when nobody wants it any more."""
        if not isinstance(detector, Following):
            return detector.see(view.frame)

        def go_on() -> bool:
            with self._changed:
                return not self._closed and view.is_wanted(name)

        return detector.follow(view.frame, view.found.get(OBJECTS, ()), go_on)

    def _drop(self, view: View, name: str) -> None:
        """Under the lock: it does not look. What would have followed it does not either; if somebody came to want it
        just now, it begins anew."""
        gone = {name, *(other for other in view.begun if name == OBJECTS and self._follows(other))}
        view.begun -= gone
        self._begin(view, {each for each in gone if view.is_wanted(each)})

    def _watched_over(self, view: View) -> bool:
        """Under the lock: the view was looked at by itself, and that is over now."""
        if view is not self._watched or not all(view.is_over(name) for name in view.watch):
            return False
        if self._attending is not None:
            self._attending.looked(view.frame)
        failed = bool(view.watch & view.broken - OWN)
        self._leave()
        return not failed

    def _tell(self, saw: Saw, view: View, found: Mapping[str, Any]) -> None:
        """A listener's fault is its own: what was seen stays seen."""
        try:
            saw(view.frame, self._scene(view, found))
        except Exception:
            log.exception("what was seen could not be told")

    def _scene(self, view: View, found: Mapping[str, Any]) -> Scene:
        """Of what watching looks for: people are left out."""
        watched = {name: found[name] for name in self._watching & found.keys()}
        return replace(compose(view.frame, view.judged, watched, self._merge), people=())

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
