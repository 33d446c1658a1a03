"""A camera that shows what it is told to: a behaving stand-in, without a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from chestnut.core.events import Part, PartFound, PartLost
from chestnut.core.ports import Post
from chestnut.core.scene import Frame


class FakeCamera:
    """core.ports.Camera. Films the picture last shown: who waits for the next frame gets it under a new number."""

    def __init__(self, post: Post, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._post = post
        self._clock = clock
        self._changed = threading.Condition()
        self._picture: Any = None
        self._frame: Frame | None = None
        self._number = 0
        self._lost = False
        self._closed = False

    def show(self, rgb: Any) -> Frame:
        """Film this picture, (height, width, 3) uint8, from now on; its first frame. Ends a loss."""
        with self._changed:
            found = self._picture is None
            self._picture, self._lost = rgb, False
            frame = self._take()
        if found:
            self._post(PartFound(at=self._clock(), part=Part.CAMERA))
        return frame

    def lose(self) -> None:
        """The cable is pulled."""
        with self._changed:
            already, self._lost = self._lost, True
            self._picture = self._frame = None
            self._changed.notify_all()
        if not already:
            self._post(PartLost(at=self._clock(), part=Part.CAMERA, reason="camera_lost"))

    def newest(self) -> Frame | None:
        with self._changed:
            return self._frame

    def next(self, after: int, timeout_s: float) -> Frame | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._lost or self._picture is not None, timeout_s)
            if self._closed or self._picture is None:
                return None
            if self._number <= after:
                self._number = max(self._number, after)
                return self._take()
            return self._frame

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._picture = self._frame = None
            self._changed.notify_all()

    def _take(self) -> Frame:
        self._number += 1
        self._frame = Frame(self._number, self._clock(), self._picture)
        self._changed.notify_all()
        return self._frame
