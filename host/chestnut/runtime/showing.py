"""What is shown to the camera for a skill that asks, in a thread of its own, which looks only while something is
waited for. What sees is opened for the first look and closed when the lesson is over."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar

from chestnut.core.events import Answer
from chestnut.core.ports import Camera, Clock, Post
from chestnut.core.scene import Frame
from chestnut.runtime.answering import Answering, CannotDo

WAIT_S = 0.2  # for a frame
PATIENCE_S = 12.0  # without anything that counts, then it is told what to change


class Closes(Protocol):
    def close(self) -> None: ...


Eyes = TypeVar("Eyes", bound=Closes)


class Showing(Generic[Eyes]):
    """open_eyes: takes its time; CannotDo when they cannot be opened. over: called in the thread when the
    lesson is."""

    def __init__(
        self,
        name: str,
        camera: Camera,
        open_eyes: Callable[[], Eyes],
        post: Post,
        clock: Clock,
        over: Callable[[], None] = lambda: None,
    ) -> None:
        self._camera, self._open, self._clock, self._over = camera, open_eyes, clock, over
        self._answering = Answering(name, post, clock)
        self._ended: dict[int, threading.Event] = {}  # of each job that is being done
        self._goes_on = self._asked = self._closed = False
        self._eyes: Eyes | None = None

    def perform(self, job: int, what: str, work: Callable[[threading.Event], Answer]) -> None:
        """Never blocks. The work is told by the event that nobody waits for its answer any more."""
        ended, self._asked = threading.Event(), True
        self._ended[job] = ended
        self._answering.answer(job, what, lambda: self._done(job, work, ended))

    def cancel(self, job: int) -> None:
        """Nothing is answered any more; what was to be written is written all the same."""
        self._answering.cancel(job)
        if (ended := self._ended.get(job)) is not None:
            ended.set()

    def follow(self, goes_on: bool) -> None:
        """A lesson goes on now, or none. Never blocks; the same again costs nothing. For one thread."""
        if self._goes_on and not goes_on and self._asked and not self._closed:
            self._asked = False
            self._answering.begin(self._end)
        self._goes_on = goes_on

    def close(self) -> None:
        """May be called twice."""
        if not self._closed:
            self._closed = True
            for ended in tuple(self._ended.values()):
                ended.set()
            self._answering.begin(self._end)
        self._answering.close()

    # --- in the thread --------------------------------------------------------------------------------------

    def eyes(self) -> Eyes:
        if self._eyes is None:
            self._eyes = self._open()
        return self._eyes

    def frames(
        self, ended: threading.Event, rate_hz: float, lasts: Callable[[], bool] = lambda: False
    ) -> Iterator[Frame]:
        """Newer ones, at most so many a second, until it has ended or PATIENCE_S are over; then only as long as it
        lasts. CannotDo when there was none."""
        before = self._camera.newest()
        number, frame_seen = before.number if before else 0, False
        since = self._clock.now()
        while not ended.is_set():
            begun = self._clock.now()
            late = begun - since >= PATIENCE_S
            if late and not lasts():
                break
            frame = self._camera.next(number, WAIT_S)
            if frame is None:
                if late:
                    break
                ended.wait(WAIT_S)  # a camera that is lost answers at once
                continue
            number, frame_seen = frame.number, True
            yield frame
            if (rest_s := 1 / rate_hz - (self._clock.now() - begun)) > 0:
                ended.wait(rest_s)
        if not frame_seen and not ended.is_set():
            raise CannotDo("camera_lost")

    def _done(self, job: int, work: Callable[[threading.Event], Answer], ended: threading.Event) -> Answer:
        try:
            return work(ended)
        finally:
            self._ended.pop(job, None)

    def _end(self) -> None:
        eyes, self._eyes = self._eyes, None
        self._over()
        if eyes is not None:
            eyes.close()
