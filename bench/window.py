"""The maker's page: from a press in a real browser to the event in the runtime, and what the open page costs.

Run: python -m bench.window [COUNT]. The whole simulated device without a loudspeaker; the browser is the system's
Chromium without a window, on the same cores. A press is stamped by the page's own script where its pointer goes down,
the event where a tap of the runtime hears it, both by the machine's clock. What the page costs is the processor time
of the device's process for the same presses of Describe, and its idle time, with and without the page.
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from chestnut.core.conductor import Keymap
from chestnut.core.effects import Order
from chestnut.core.events import ButtonChanged, Edge, Event, SpeechEnded, SpeechStarted
from chestnut.runtime.assemble.device import first_session
from chestnut.runtime.assemble.simulation import Simulation
from chestnut.runtime.keymap import keymap
from chestnut.runtime.loop import Runtime
from chestnut.runtime.pins import load_pins
from chestnut.runtime.settings import Settings, VoiceSettings
from chestnut.window.window import Window
from playwright.sync_api import Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
QUICK = Settings(voice=VoiceSettings(rate_wpm=450, speaker="none"))
PATIENCE_S = 60.0
IDLE_S = 5.0
BLOCKS = 4  # with and without the page by turns
STAMP = """() => {
  window.stamps = [];
  addEventListener("pointerdown", () => stamps.push(performance.timeOrigin + performance.now()), true);
}"""


@dataclass
class Cost:
    """Of one block. describe_ms: processor time a press of Describe. word_ms: press to first word. idle: percent of a
    core."""

    describe_ms: list[float] = field(default_factory=list)
    word_ms: list[float] = field(default_factory=list)
    idle: list[float] = field(default_factory=list)


@dataclass
class Measured:
    """press_ms: finger down on the page to its event in the runtime."""

    press_ms: list[float] = field(default_factory=list)
    tap_us: float = 0.0
    alone: Cost = field(default_factory=Cost)
    beside: Cost = field(default_factory=Cost)


class Bench:
    """A simulated device in a thread of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys: Keymap = keymap(load_pins(), {})
        self._changed = threading.Condition()
        self._events: list[tuple[float, Event]] = []
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()))

    @contextlib.contextmanager
    def living(self) -> Iterator[None]:
        self._thread.start()
        self._ready.result(PATIENCE_S)
        try:
            self.wait(lambda: any(isinstance(event, SpeechEnded) for _, event in self._events))
            yield
        finally:
            self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join()

    async def _live(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        self._simulation = Simulation(QUICK)
        self.device = Runtime(self._simulation.assemble, self._keys, first_session(QUICK), (self._tap,))
        async with self.device:
            self._ready.set_result(None)
            await self._over.wait()

    def _tap(self, event: Event, orders: tuple[Order, ...]) -> None:
        with self._changed:
            self._events.append((time.time(), event))
            self._changed.notify_all()

    def wait(self, holds: object) -> None:
        with self._changed:
            assert callable(holds) and self._changed.wait_for(holds, PATIENCE_S)

    @contextlib.contextmanager
    def window(self) -> Iterator[Window]:
        async def opened() -> Window:
            assert self.device.parts is not None
            workbench = self._simulation.workbench(self.device.parts)
            return Window.open(
                self.device, self._keys, load_pins(), 0, self._folder / "window.token", workbench
            )

        page = asyncio.run_coroutine_threadsafe(opened(), self._loop).result(PATIENCE_S)
        try:
            yield page
        finally:
            page.close()

    def describe(self, cost: Cost) -> None:
        """Pressed as by a pod, to the end of what is spoken."""
        seen, used, begun = len(self._events), time.process_time(), time.time()
        for edge in (Edge.DOWN, Edge.UP):
            self.device.post(ButtonChanged(at=time.monotonic(), button="describe", edge=edge))
        self.wait(lambda: any(isinstance(event, SpeechEnded) for _, event in self._events[seen:]))
        cost.describe_ms.append((time.process_time() - used) * 1e3)
        started = next(at for at, event in self._events[seen:] if isinstance(event, SpeechStarted))
        cost.word_ms.append((started - begun) * 1e3)
        time.sleep(0.4)  # longer than a double press

    def idle(self, cost: Cost) -> None:
        used, begun = time.process_time(), time.monotonic()
        time.sleep(IDLE_S)
        cost.idle.append((time.process_time() - used) / (time.monotonic() - begun) * 100)

    def press(self, page: Page, measured: Measured) -> None:
        """In the browser: the ring, which is stopped again at once by the cross."""
        for key in ("ask", "stop"):
            seen = len(self._events)
            page.locator(f"#keys .{key}").click()
            self.wait(
                lambda seen=seen: any(
                    isinstance(event, ButtonChanged) and event.edge is Edge.UP
                    for _, event in self._events[seen:]
                )
            )
            at = next(at for at, event in self._events[seen:] if isinstance(event, ButtonChanged))
            measured.press_ms.append(at * 1e3 - page.evaluate("() => stamps.at(-1)"))
            time.sleep(0.1)

    def tapped_us(self, window: Window, count: int = 2000) -> float:
        """What one event costs the device's loop for the page."""
        event, spent = self._events[-1][1], 0.0

        async def tapped() -> None:
            nonlocal spent
            for _ in range(count):
                begun = time.perf_counter()
                window.tap(event, ())
                spent += time.perf_counter() - begun
                await asyncio.sleep(0.0005)

        asyncio.run_coroutine_threadsafe(tapped(), self._loop).result(PATIENCE_S)
        return spent / count * 1e6


def measure_window(count: int = 20) -> Measured:
    measured = Measured()
    with contextlib.ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        playwright = opened.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened.callback(browser.close)
        bench = Bench(folder)
        opened.enter_context(bench.living())
        bench.describe(Cost())  # the first opens models
        page = browser.new_page()
        for _ in range(BLOCKS):
            _block(bench, measured.alone, count // BLOCKS)
            with bench.window() as window:
                page.goto(window.address())
                page.wait_for_selector("#link[data-state=on]")
                page.wait_for_selector("#keys button")
                _block(bench, measured.beside, count // BLOCKS)
                page.evaluate(STAMP)
                for _ in range(count // BLOCKS):
                    bench.press(page, measured)
                measured.tap_us = bench.tapped_us(window)
                page.goto("about:blank")
    return measured


def _block(bench: Bench, cost: Cost, count: int) -> None:
    for _ in range(count):
        bench.describe(cost)
    bench.idle(cost)


def _p(values: list[float]) -> str:
    ordered = sorted(values)
    return f"{statistics.median(ordered):.1f} / {ordered[int(0.95 * (len(ordered) - 1))]:.1f}"


def main() -> None:
    measured = measure_window(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
    alone, beside = measured.alone, measured.beside
    ratio = statistics.median(beside.describe_ms) / statistics.median(alone.describe_ms)
    print(f"press on the page → event in the runtime: {_p(measured.press_ms)} ms of {len(measured.press_ms)}")
    print(f"an event, for the page, on the device's loop: {measured.tap_us:.0f} µs")
    print(f"press → first word: without {_p(alone.word_ms)} ms, with the page open {_p(beside.word_ms)} ms")
    times = f"without {_p(alone.describe_ms)} ms, with {_p(beside.describe_ms)} ms"
    print(f"processor time a Describe: {times} ({ratio:.3f} ×)")
    idle = f"without {statistics.median(alone.idle):.1f}, with {statistics.median(beside.idle):.1f}"
    print(f"idle, percent of a core: {idle}")


if __name__ == "__main__":
    main()
