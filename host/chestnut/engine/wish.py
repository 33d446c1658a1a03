"""What callers want of the engine, and the gate through which all it says is posted. Every thread may use it."""

from __future__ import annotations

import os
import threading

from chestnut.core.events import Event
from chestnut.core.ports import Post, Prompt
from chestnut.engine.order import Request


class Wish:
    """One lock guards the wish and the gate, so that nothing of a request passes once it is not wanted any more. Who
    listens may call back from within a post.

    bell: a file descriptor that can be read when something changed. ready: set by rest() while nothing is wanted.
    """

    def __init__(self, post: Post) -> None:
        self.ready = threading.Event()
        self.bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._post = post
        self._lock = threading.RLock()
        self._wanted: Request | None = None
        self._numbers = 0
        self._closed = False

    def think(self, job: int, prompt: Prompt) -> None:
        with self._lock:
            if not self._closed:
                self._numbers += 1
                self._want(Request(self._numbers, job, prompt))

    def cancel(self, job: int) -> None:
        with self._lock:
            if self._wanted is not None and self._wanted.job == job:
                self._want(None)

    def close(self) -> None:
        """Nothing is wanted and nothing is posted any more."""
        with self._lock:
            if not self._closed:
                self._closed = True  # before the bell rings
                self._want(None)

    def _want(self, request: Request | None) -> None:
        self._wanted = request
        self.ready.clear()
        os.eventfd_write(self.bell, 1)

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def wanted(self) -> Request | None:
        return self._wanted

    def rest(self) -> None:
        """The engine could think now."""
        with self._lock:
            if self._wanted is None and not self._closed:
                self.ready.set()

    def post(self, event: Event) -> None:
        with self._lock:
            if not self._closed:
                self._post(event)

    def answer(self, request: Request, event: Event, *, last: bool = False) -> None:
        """Post it if the request is still wanted, which after the last event it is no more."""
        with self._lock:
            if self._wanted is request:
                if last:
                    self._wanted = None
                self._post(event)

    def hear_bell(self) -> None:
        os.eventfd_read(self.bell)

    def release(self) -> None:
        """After close(), when nobody waits for the bell any more; once more does nothing."""
        with self._lock:
            if self.bell >= 0:
                os.close(self.bell)
                self.bell = -1
