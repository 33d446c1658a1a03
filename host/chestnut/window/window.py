"""The page beside a running device: a thread with a loop of its own, in which everything of the page is done.

From the device comes what its taps tell: a few references put into a bounded queue, and the other loop woken. To it
go events, by its own post(). So nothing the page does can hold the device up, but for the interpreter they share.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import uvicorn
from chestnut_models.cache import cache_folder

from chestnut.core.conductor import Keymap
from chestnut.core.effects import Order
from chestnut.core.events import Event
from chestnut.core.scene import Frame
from chestnut.runtime.loop import Runtime
from chestnut.runtime.pins import Pins
from chestnut.runtime.workbench import Workbench
from chestnut.window.answers import Answers
from chestnut.window.app import App
from chestnut.window.bench import Bench
from chestnut.window.fingers import Fingers
from chestnut.window.guard import Guard
from chestnut.window.listening import listen
from chestnut.window.mailbox import Mailboxes
from chestnut.window.secret import Door, Secret, address, open_secret
from chestnut.window.shown import Happened, Shown
from chestnut.window.tape import Tape
from chestnut.window.visitors import BACKLOG, Visitors, protocol

log = logging.getLogger(__name__)

MOST_WAITING = 1000  # events; of more that the page's thread did not get to, the oldest go
START_S, STOP_S = 10.0, 5.0
TAPE = Path("recordings") / "page.jsonl"  # in the cache


class Window:
    """The page of one device. Begun in the loop of the runtime, while that runs."""

    def __init__(
        self,
        device: Runtime,
        keymap: Keymap,
        pins: Pins,
        secret: Secret,
        on: socket.socket,
        workbench: Workbench | None = None,
    ) -> None:
        """on: where it is served; closed with it. workbench: of a simulated device, which shows what it sees."""
        assert device.parts is not None, "the runtime must run"
        self._device, self._socket, self._secret = device, on, secret
        self.port = int(on.getsockname()[1])
        self._device_loop = asyncio.get_running_loop()
        self._language = device.conductor.session.language
        self._waiting: deque[Happened] = deque(maxlen=MOST_WAITING)
        self._woken = False
        self._loop = asyncio.new_event_loop()
        self._work = ThreadPoolExecutor(1, "window-desk")
        self._shown = Shown(
            keymap, pins.names, device.conductor.session, device.names, sees=workbench is not None
        )
        self._bench: Bench | None = None
        if workbench is not None:
            self._bench = Bench(
                workbench, Tape(device, keymap, cache_folder() / TAPE, self._device_loop), self._picture
            )
        self._mailboxes = Mailboxes()
        parts = device.parts
        self._fingers = Fingers(pins.names, pins.hold_ms / 1000, device.post, parts.clock.now)
        app = App(
            self._shown,
            self._mailboxes,
            self._fingers,
            Answers(parts.desks),
            device.post,
            parts.clock,
            lambda: self._language,
            self._reminders_changed,
            self._work,
            parts.meter.report if parts.meter is not None else list,
            self._bench,
        )
        visitors = Visitors()
        config = uvicorn.Config(
            Guard(app.routes, secret, self.port, visitors.know),
            http=protocol(visitors),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            backlog=BACKLOG,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="window", daemon=True)

    @classmethod
    def open(
        cls,
        device: Runtime,
        keymap: Keymap,
        pins: Pins,
        port: int,
        secret: Path,
        workbench: Workbench | None = None,
    ) -> Window:
        """Served from now on. BadSecret or CannotListen name the remedy."""
        window = cls(device, keymap, pins, open_secret(secret), listen(port), workbench)
        window.start()
        return window

    def address(self, door: Door = Door.ALL) -> str:
        return address(self._secret, self.port, door)

    def start(self) -> None:
        self._device.taps.append(self.tap)
        self._thread.start()

    def tap(self, event: Event, orders: tuple[Order, ...]) -> None:
        """On the device's loop."""
        conductor = self._device.conductor
        self._waiting.append(
            Happened(time.time(), event, orders, conductor.session, conductor.skill, conductor.busy)
        )
        if not self._woken:
            self._woken = True
            self._call(self._take)

    def close(self) -> None:
        """Blocks for some tenths of a second. May be called twice."""
        if self.tap in self._device.taps:
            self._device.taps.remove(self.tap)
        if self._thread.is_alive():
            self._call(self._end)
            self._thread.join(STOP_S)
        elif not self._loop.is_closed():
            self._loop.close()  # it was never begun
        self._work.shutdown(cancel_futures=True)
        if self._bench is not None:
            self._bench.close()
        self._socket.close()

    def _call(self, work: Callable[[], None]) -> None:
        """In the thread, while it lives: a page that has ended must not be a fault of the device's."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(work)

    # --- in the thread ----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._server.serve([self._socket]))
        except Exception:  # the page ends, the device lives on
            log.exception("the page has ended")

    def _end(self) -> None:
        self._fingers.release()
        self._mailboxes.close()
        self._server.should_exit = True

    def _take(self) -> None:
        self._woken = False
        while self._waiting:
            happened = self._waiting.popleft()
            self._language = happened.session.language
            try:
                for sent in self._shown.take(happened):
                    self._mailboxes.put(sent)
            except Exception:  # one line of the page is lost, not the page
                log.exception("%s could not be shown", type(happened.event).__name__)

    def _picture(self, number: int) -> Frame | None:
        parts = self._device.parts
        return parts.sight.picture(number) if parts is not None and parts.sight is not None else None

    def _reminders_changed(self) -> None:
        parts = self._device.parts
        if parts is not None:
            self._device_loop.call_soon_threadsafe(parts.desks.reminded)
