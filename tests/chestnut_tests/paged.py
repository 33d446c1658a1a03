"""A device with its page, in a thread of its own, so that a browser or a plain connection can be beside it."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, TypeVar

from chestnut.core.effects import Effect, Order, Start
from chestnut.core.events import Event
from chestnut.runtime.loop import Runtime
from chestnut.runtime.pins import load_pins
from chestnut.runtime.workbench import Workbench
from chestnut.window.secret import Door
from chestnut.window.window import Window

from chestnut_tests.drive import default_keymap

PATIENCE_S = 60.0
Result = TypeVar("Result")


class Paged:
    """begin: the running device, in the thread's loop. Closed with `with`."""

    def __init__(
        self,
        begin: Callable[[], AbstractAsyncContextManager[Runtime]],
        secret: Path,
        workbench: Callable[[Runtime], Workbench | None] = lambda device: None,
    ) -> None:
        self._begin, self._secret, self._workbench = begin, secret, workbench
        self._ready: Future[tuple[Runtime, Window]] = Future()
        self._thread = threading.Thread(target=self._run, name="paged device")
        self._changed = threading.Condition()
        self.events: list[Event] = []
        self.done: list[Effect] = []

    def __enter__(self) -> Paged:
        self._thread.start()
        self.device, self.page = self._ready.result(PATIENCE_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except BaseException as error:
            if not self._ready.done():
                self._ready.set_exception(error)
            raise

    async def _live(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        async with self._begin() as device:
            device.taps.append(self._tap)
            bench = self._workbench(device)
            page = Window.open(device, default_keymap(), load_pins(), 0, self._secret, bench)
            try:
                self._ready.set_result((device, page))
                await self._over.wait()
            finally:
                await asyncio.to_thread(page.close)

    def _tap(self, event: Event, orders: tuple[Order, ...]) -> None:
        with self._changed:
            self.events.append(event)
            self.done += [order.effect for order in orders if isinstance(order, Start)]
            self._changed.notify_all()

    def do(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """On the device's loop."""

        async def done() -> Result:
            return await work()

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result(PATIENCE_S)

    def until(self, holds: Callable[[], object]) -> None:
        with self._changed:
            assert self._changed.wait_for(holds, PATIENCE_S), self.done

    def does(self, effect: Effect) -> None:
        self.until(lambda: effect in self.done)

    def quiet(self) -> None:
        """Nothing is spoken; what was done is forgotten."""
        self.until(lambda: self.done and not self.device.conductor.busy)
        self.done.clear()

    # --- a plain connection ---------------------------------------------------------------------------------

    def cookie(self, door: Door = Door.ALL) -> str:
        return f"chestnut-{door}-{self.page.port}={self.page._secret.token(door)}"

    def asked(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and text. headers: beside Host, or instead of it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.page.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, found, answer.read().decode()
        finally:
            connection.close()

    def posted(
        self, path: str, given: object, headers: Mapping[str, str] | None = None, door: Door = Door.ALL
    ) -> tuple[int, Any]:
        """Status and what came back, as our own page would ask it; headers replace those."""
        own = {
            "Cookie": self.cookie(door),
            "Content-Type": "application/json",
            "Origin": f"http://127.0.0.1:{self.page.port}",
        }
        status, _, text = self.asked("POST", path, {**own, **(headers or {})}, json.dumps(given).encode())
        return status, json.loads(text)
