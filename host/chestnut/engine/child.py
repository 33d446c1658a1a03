"""The engine's process, started by engine/launch.py: python -m chestnut.engine.child SOCKET.

The main thread loads and thinks; a second one hears the runtime, so that Cancel reaches a busy model and the end of
the runtime ends this process in the midst of anything. What keeps the process in its place is set before any library
of a model is imported.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import queue
import resource
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chestnut.core.thought import Stage
from chestnut.engine.backend import Backend, Refused, Stopped, Unloadable, open_backend
from chestnut.engine.framing import Deframer, framed
from chestnut.engine.messages import (
    BadMessage,
    Cancel,
    Cancelled,
    Done,
    Failed,
    Load,
    Message,
    Reached,
    Ready,
    Think,
    Unusable,
    Wrote,
)
from chestnut.engine.offline import forbid_network

NICENESS = 10  # measured: it alone keeps hand tracking as quick as without a model
READ = 256 * 1024  # bytes
PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4  # linux/prctl.h
# Exit status: the runtime ended; it said what is no message; no memory to listen.
GONE, BABBLED, DEAF = 0, 3, 4

Opener = Callable[[Load], Backend]


def confine() -> None:
    """Low priority; first to go when memory is short; never outlives the runtime; no network; no memory in a core
    file."""
    # Whoever stops the device stops the runtime, which then ends this process: a Ctrl-C for both is no fault of ours.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    os.nice(NICENESS)
    with contextlib.suppress(OSError):  # a container may forbid it
        Path("/proc/self/oom_score_adj").write_text("1000")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    forbid_network()
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)  # a core that is piped to a program knows no limit


def limit_memory(memory_mb: int) -> None:
    """Private memory, the stacks of threads included; the pages of a mapped model file are not. 0: no limit."""
    if memory_mb:
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        limit = memory_mb << 20 if most == resource.RLIM_INFINITY else min(memory_mb << 20, most)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def serve(line: socket.socket, opener: Opener = open_backend) -> None:
    """Loads and thinks until the model proves unusable; when the runtime ends or babbles, so does the process."""
    _Server(line).run(opener)


class _Server:
    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._sending = threading.Lock()
        self._orders: queue.SimpleQueue[tuple[Load | Think, bytes | None]] = queue.SimpleQueue()
        self._state = threading.Lock()
        self._job: int | None = None  # that is thought, or waits to be
        self._cancelled = False  # that job
        self._backend: Backend | None = None

    def run(self, opener: Opener) -> None:
        threading.Thread(target=self._listen, name="ears", daemon=True).start()
        order, _ = self._orders.get()
        if not isinstance(order, Load):
            os._exit(BABBLED)
        try:
            limit_memory(order.memory_mb)
            backend = self._load(order, opener)
        except Unloadable as error:
            self._send(Unusable(error.reason, str(error)))
            return
        while True:
            self._answer_next(backend)

    def _load(self, order: Load, opener: Opener) -> Backend:
        """Unloadable."""
        started = time.monotonic()
        try:
            backend = opener(order)
            loaded = time.monotonic()
            backend.warm()
        except ImportError as error:
            raise Unloadable("engine_missing", f"{error}: run make engine") from error
        except MemoryError as error:
            raise Unloadable("model_memory", f"{order.model} needs more than {order.memory_mb} MB") from error
        except Unloadable:
            raise
        except Exception as error:  # whatever a library raises at a file, the file is of no use
            raise Unloadable("model_damaged", f"{order.model}: {_cause(error)}") from error
        warm = time.monotonic()
        with self._state:
            self._backend = backend
        self._send(
            Ready(backend.sees, 1000 * (loaded - started), 1000 * (warm - loaded), dict(backend.facts))
        )
        return backend

    # --- the main thread thinks -------------------------------------------------------------------------

    def _answer_next(self, backend: Backend) -> None:
        """The picture is let go with the return."""
        order, pixels = self._orders.get()
        if not isinstance(order, Think):
            os._exit(BABBLED)
        last: Message
        try:
            for piece in backend.think(order, _picture(order, pixels), self._reached):
                self._go_on()
                self._send(Wrote(order.job, piece))
            last = Done(order.job, backend.whole, backend.effort)
        except Stopped:
            last = Failed(order.job, "fault", "it stopped by itself")
        except Refused as error:
            last = Failed(order.job, error.reason, str(error))
        except MemoryError:
            last = Failed(order.job, "model_memory", "MemoryError")
        except Exception as error:  # noqa: BLE001 - one prompt failed, the next one may not
            last = Failed(order.job, "fault", _cause(error))
        with self._state:  # until it is said, so that the answer to a Cancel comes after it
            cancelled, self._job, self._cancelled = self._cancelled, None, False
            self._send(Cancelled(order.job) if cancelled else last)

    def _reached(self, stage: Stage) -> None:
        self._go_on()
        assert self._job is not None
        self._send(Reached(self._job, stage))

    def _go_on(self) -> None:
        """Stopped, if the job was cancelled: also where the backend was not thinking yet when it was told to stop."""
        if self._cancelled:
            raise Stopped

    # --- the other one hears ----------------------------------------------------------------------------

    def _listen(self) -> None:
        deframer = Deframer()
        while True:
            try:
                data = self._line.recv(READ)
            except OSError:
                data = b""
            if not data:
                os._exit(GONE)
            try:
                for message, pixels in deframer.feed(data):
                    self._hear(message, pixels)
            except BadMessage:
                os._exit(BABBLED)
            except MemoryError:  # a picture did not fit: without ears the process is of no use
                os.write(2, b"MemoryError\n")
                os._exit(DEAF)

    def _hear(self, message: Message, pixels: bytes | None) -> None:
        match message:
            case Load():
                self._orders.put((message, None))
            case Think(job=job):
                with self._state:
                    if self._job is not None:
                        raise BadMessage("a second Think before the first one ended")
                    self._job = job
                self._orders.put((message, pixels))
            case Cancel(job=job):
                with self._state:
                    running = self._job == job
                    self._cancelled |= running
                if not running:
                    self._send(Cancelled(job))
                elif self._backend is not None:
                    self._backend.stop()
            case _:
                raise BadMessage(f"{type(message).__name__} is for the runtime")

    def _send(self, message: Message) -> None:
        with self._sending:
            try:
                for part in framed(message):
                    self._line.sendall(part)
            except OSError:
                os._exit(GONE)


def _picture(order: Think, pixels: bytes | None) -> Any:
    """Array (height, width, 3) uint8, or None."""
    if pixels is None or order.picture is None:
        return None
    import numpy as np

    return np.frombuffer(pixels, np.uint8).reshape(*order.picture, 3)


def _cause(error: Exception) -> str:
    """Where and what kind of error, without its text, which may quote the prompt."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno}"


if __name__ == "__main__":
    confine()
    serve(socket.socket(fileno=int(sys.argv[1])))
    # Native libraries are left as they are: their destructors may crash, and there is nothing to save.
    os._exit(0)
