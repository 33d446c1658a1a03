"""A simulated device in the mode Signs, and hands before it that do what they are told."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import numpy as np
from chestnut.core.effects import Effect, Order, Recite, Say, Start
from chestnut.core.events import ButtonChanged, Edge, Event
from chestnut.core.scene import Frame, Hand
from chestnut.core.session import SIGNS
from chestnut.devices.camera import Source
from chestnut.runtime.assemble.device import first_session
from chestnut.runtime.assemble.simulation import Simulation
from chestnut.runtime.keymap import keymap
from chestnut.runtime.loop import Runtime
from chestnut.runtime.pins import load_pins
from chestnut.runtime.settings import Settings, VoiceSettings
from chestnut.runtime.signing import Reads
from chestnut.skills.choose import NAMES

from chestnut_tests.signing_hands import RATE_HZ, Shown, read_shown

QUICK = Settings(voice=VoiceSettings(rate_wpm=450, speaker="none"))
PATIENCE_S = 60.0


class Wall:
    """A camera before which nothing moves; the hands are Signer's."""

    def open(self) -> None: ...

    def read(self) -> np.ndarray:
        return np.full((480, 640, 3), 90, np.uint8)

    def close(self) -> None: ...


class Signer:
    """Hands before the camera, in time: what the detector would see of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._frames: list[Shown] = []
        self._began = 0.0
        self.opened = self.closed = 0

    def sign(self, frames: list[Shown]) -> None:
        with self._lock:
            self._frames, self._began = frames, time.monotonic()

    def see(self, frame: Frame) -> tuple[Hand, ...]:
        with self._lock:
            number = int((frame.at - self._began) * RATE_HZ)
            return self._frames[number] if 0 <= number < len(self._frames) else ()

    @property
    def signs(self) -> bool:
        """Hands are, or will be, seen."""
        with self._lock:
            return time.monotonic() - self._began < len(self._frames) / RATE_HZ

    def open(self) -> Reads:
        self.opened += 1
        return Reads(self, read_shown)

    def close(self) -> None:
        self.closed += 1


class Device:
    """A simulated device in the mode Signs, and all that it was ordered to do. open_reads: None is its own eyes."""

    def __init__(
        self, camera: Source, open_reads: Callable[[], Reads] | None, settings: Settings = QUICK
    ) -> None:
        simulation = Simulation(settings, camera=camera, open_reads=open_reads)
        session = replace(first_session(settings), mode=SIGNS)
        self.runtime = Runtime(simulation.assemble, keymap(load_pins(), {}), session, (self._tap,))
        self.done: list[Effect] = []
        self._changed = asyncio.Event()
        self._pressed_at = 0.0

    def _tap(self, event: Event, orders: tuple[Order, ...]) -> None:
        self.done += [order.effect for order in orders if isinstance(order, Start)]
        self._changed.set()

    @property
    def letters(self) -> int:
        """Of the word that is being spelled."""
        return len(self.runtime.conductor.session.signed.letters)

    async def until(self, holds: Callable[[], object]) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not holds():
                    self._changed.clear()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._changed.wait(), 0.2)
        except TimeoutError:
            said = [effect for effect in self.done if isinstance(effect, (Say, Recite))]
            raise AssertionError(said) from None

    async def does(self, effect: Effect) -> None:
        await self.until(lambda: effect in self.done)

    async def quiet(self) -> None:
        await self.until(lambda: self.done and not self.runtime.conductor.busy)
        self.done.clear()

    def press(self, button: str, times: int = 1) -> None:
        """Twice is a double press; the fingers rest before it."""
        at = self._pressed_at = max(time.monotonic(), self._pressed_at + 0.5)
        for number in range(times):
            for edge in (Edge.DOWN, Edge.UP):
                moment = at + 0.02 * (2 * number + (edge is Edge.UP))
                self.runtime.post(ButtonChanged(at=moment, button=button, edge=edge))

    def choose(self, entry: str) -> None:
        """From the menu, by the shorter way."""
        self.press("ask", times=2)
        on, back = NAMES.index(entry), len(NAMES) - NAMES.index(entry)
        for _ in range(min(on, back)):
            self.press("ask" if on <= back else "find")
        self.press("describe")


@contextlib.asynccontextmanager
async def living(device: Device) -> AsyncIterator[Device]:
    async with device.runtime:
        await device.does(Say("signs_on"))
        await device.quiet()
        yield device
