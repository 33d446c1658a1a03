"""The camera: one thread takes pictures from a source and keeps only the newest.

No picture is taken that nobody wants: the thread takes one at once when somebody asks for the next one, and about
one a second when nobody does, which is enough to notice a lost camera. Where the source has a small picture of its
own, or a lens to focus, whoever looks through `small` or `sharp` gets just that.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol, runtime_checkable

from chestnut.core.events import Part, PartFound, PartLost
from chestnut.core.ports import Camera, Post
from chestnut.core.scene import Frame

log = logging.getLogger(__name__)

IDLE_HZ = 1.0
FASTEST_HZ = 30.0
RETRY_S = (0.5, 8.0)  # the first pause after a loss, and the longest; each is twice the one before


class SourceLost(OSError):
    """The source gives no pictures now, but may again. The message names the remedy."""


class Source(Protocol):
    """Where pictures come from. Used by one thread; opened again after a loss."""

    def open(self) -> None:
        """Raises SourceLost."""

    def read(self) -> Any:
        """The picture of now as (height, width, 3) uint8, red first; nobody writes into it afterwards. Blocks
        for about one picture's time, 2 seconds at most. Raises SourceLost."""

    def close(self) -> None:
        """May be called twice, and when open() failed."""


class Want(IntEnum):
    """What a picture is for; each is good enough for those before it. SMALL: to watch and to read signs by. WHOLE:
    all that the camera sees. SHARP: whole, after the lens has focused: to read print by."""

    SMALL = 1
    WHOLE = 2
    SHARP = 3


@dataclass(frozen=True, slots=True)
class Shot:
    """rgb: as Source.read() gives it. at: monotonic seconds when it was taken. fit_for: the most it is good for."""

    rgb: Any
    at: float
    fit_for: Want


@runtime_checkable
class ChoosySource(Protocol):
    """A Source that has more than one picture to give, and knows when each was taken."""

    def shoot(self, want: Want) -> Shot:
        """At least what is wanted, as read() does; SHARP takes as long as the lens takes, 1 second at most."""


class ThreadedCamera:
    """core.ports.Camera over any Source, of its whole pictures.

    small: the same camera, whose pictures may be small. sharp: the same camera, whose pictures are taken when the
    lens has focused. Where the source has one kind of picture, they are the camera itself; do not close them.

    Posts PartFound(CAMERA) with the first picture and with the first one after a loss, PartLost(CAMERA) once
    when the source fails, and tries to open it again with growing pauses until closed.
    """

    def __init__(
        self,
        source: Source,
        post: Post,
        *,
        clock: Callable[[], float] = time.monotonic,
        idle_hz: float = IDLE_HZ,
        fastest_hz: float = FASTEST_HZ,
        retry_s: tuple[float, float] = RETRY_S,
    ) -> None:
        """clock: monotonic seconds, for the events, and for the pictures of a source that does not stamp them."""
        self._source = source
        self._post = post
        self._clock = clock
        self._idle_s = 1 / idle_hz
        self._pace_s = 1 / fastest_hz
        self._retry_s = retry_s
        self._changed = threading.Condition()
        self._newest: dict[Want, Frame] = {}  # that is good enough for it
        self._number = 0
        self._wanted: dict[Want, int] = {}  # somebody waits for a frame with a number above this less one
        self._lost = False
        self._closed = False
        self._turns = 0
        chooses = isinstance(source, ChoosySource)
        self.small: Camera = _View(self, Want.SMALL) if chooses else self
        self.sharp: Camera = _View(self, Want.SHARP) if chooses else self
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()

    def newest(self) -> Frame | None:
        return self.newest_for(Want.WHOLE)

    def next(self, after: int, timeout_s: float) -> Frame | None:
        return self.next_for(Want.WHOLE, after, timeout_s)

    def newest_for(self, want: Want) -> Frame | None:
        with self._changed:
            return self._newest.get(want)

    def next_for(self, want: Want, after: int, timeout_s: float) -> Frame | None:
        until = time.monotonic() + timeout_s
        with self._changed:
            while not self._closed and not self._lost:
                if self._number_for(want) > after:
                    return self._newest[want]
                self._wanted[want] = self._number + 1
                self._changed.notify_all()
                left_s = until - time.monotonic()
                if left_s <= 0 or not self._changed.wait(left_s):
                    break
            return self._newest[want] if self._number_for(want) > after else None

    def turns(self) -> int:
        """Another number each time the camera's thread has gone round, every few seconds, found or lost."""
        return self._turns

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._newest.clear()
            self._changed.notify_all()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _number_for(self, want: Want) -> int:
        """Under the lock; 0 when there is none."""
        frame = self._newest.get(want)
        return frame.number if frame is not None else 0

    def _asked_for(self) -> Want | None:
        """Under the lock: the most that somebody waits for."""
        return max(
            (want for want, number in self._wanted.items() if number > self._number_for(want)), default=None
        )

    # --- the camera's own thread -----------------------------------------------------------------------

    def _run(self) -> None:
        pause_s = self._retry_s[0]
        while not self._closed:
            self._turns += 1
            before = self._number
            try:
                self._source.open()
                self._take()
            except SourceLost as error:
                log.log(logging.DEBUG if self._lost else logging.WARNING, "camera: %s", error)
            except Exception:  # the thread must outlive whatever a driver raises
                log.exception("camera: unexpected fault of the source")
            self._close_source()
            if self._closed:
                return
            self._announce_loss()
            if self._number > before:
                pause_s = self._retry_s[0]
            with self._changed:
                self._changed.wait_for(lambda: self._closed, pause_s)
            pause_s = min(2 * pause_s, self._retry_s[1])

    def _close_source(self) -> None:
        try:
            self._source.close()
        except Exception:  # a driver whose device is gone may fail here, too
            log.exception("camera: the source cannot be closed")

    def _take(self) -> None:
        """Take pictures until the source fails (SourceLost) or the camera is closed."""
        while True:
            started = time.monotonic()
            with self._changed:
                want = self._asked_for() or Want.WHOLE
            shot = self._shoot(want)
            self._turns += 1
            with self._changed:
                if self._closed:
                    return
                self._number += 1
                found = self._lost or self._number == 1
                self._lost = False
                frame = Frame(self._number, shot.at, shot.rgb)
                self._newest |= {fit: frame for fit in Want if fit <= shot.fit_for}
                self._changed.notify_all()
            if found:
                self._post(PartFound(at=self._clock(), part=Part.CAMERA))
            with self._changed:
                self._changed.wait_for(lambda: self._closed, self._pace_s - (time.monotonic() - started))
                self._changed.wait_for(
                    lambda: self._closed or self._asked_for() is not None,
                    self._idle_s - (time.monotonic() - started),
                )
                if self._closed:
                    return

    def _shoot(self, want: Want) -> Shot:
        if isinstance(self._source, ChoosySource):
            return self._source.shoot(want)
        rgb = self._source.read()
        return Shot(rgb, self._clock(), Want.SHARP)

    def _announce_loss(self) -> None:
        with self._changed:
            already = self._lost
            self._lost = True
            self._newest.clear()
            self._wanted.clear()  # whoever waited was told; nobody scans for them when it is back
            self._changed.notify_all()
        if not already:
            self._post(PartLost(at=self._clock(), part=Part.CAMERA, reason="camera_lost"))


class _View:
    """core.ports.Camera: one kind of picture of a camera that is another's to close."""

    def __init__(self, camera: ThreadedCamera, want: Want) -> None:
        self._camera = camera
        self._want = want

    def newest(self) -> Frame | None:
        return self._camera.newest_for(self._want)

    def next(self, after: int, timeout_s: float) -> Frame | None:
        return self._camera.next_for(self._want, after, timeout_s)

    def close(self) -> None:
        pass
