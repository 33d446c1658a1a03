"""The whole simulated device: from a finger on real firmware to sound in the air of a private loudspeaker."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from chestnut.core.effects import Order, Recite, Start
from chestnut.core.events import ButtonChanged, Edge, Event, SpeechStarted
from chestnut.perception.watcher import NEW_S
from chestnut.runtime.assemble.device import first_session
from chestnut.runtime.assemble.simulation import Simulation
from chestnut.runtime.keymap import keymap
from chestnut.runtime.loop import Runtime
from chestnut.runtime.pins import load_pins
from chestnut.runtime.settings import Settings
from chestnut.sim.loudspeaker import Ear, Loudspeaker

from bench.memory_file import LOOK_EVERY_S, build

IDLE_S = 6.0
PATIENCE_S = 30.0
REMEMBERED = 100_000


@dataclass(slots=True)
class Measured:
    """Milliseconds by what was measured; memory of the runtime in MB; idle in percent of one core, of the runtime
    and of the simulated chip."""

    times_ms: dict[str, list[float]] = field(default_factory=dict)
    memory_mb: float = 0.0
    idle_percent: float = 0.0
    idle_chip_percent: float = 0.0

    def add(self, what: str, seconds: float) -> None:
        self.times_ms.setdefault(what, []).append(seconds * 1e3)


class Bench:
    """Presses keys and watches events, orders and the air."""

    def __init__(self, device: Runtime, simulation: Simulation, ear: Ear) -> None:
        self._device, self._simulation, self._ear = device, simulation, ear
        self._clock = asyncio.get_running_loop().time
        self._changed = asyncio.Event()
        self.measured = Measured()
        self._events: list[tuple[float, Event]] = []
        self._orders: list[tuple[float, Order]] = []
        device.taps.append(self._tap)

    def _tap(self, event: Event, orders: tuple[Order, ...]) -> None:
        now = self._clock()
        self._events.append((now, event))
        self._orders += [(now, order) for order in orders]
        self._changed.set()

    async def _until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    async def quiet(self) -> None:
        await self._until(lambda: not self._device.conductor.busy)
        await asyncio.to_thread(self._ear.wait_silence)

    async def show(self, picture: str) -> None:
        """From the next press on: nobody turns and presses within the age that a frame may have."""
        self._simulation.show(picture)
        await asyncio.sleep(2 * NEW_S)

    async def press(self, button: str) -> tuple[float, float]:
        """When the contact closed and opened again, by the simulated chip's own record. Measures the way to the
        runtime."""
        assert self._simulation.pod is not None
        seen, before = len(self._events), len(self._simulation.pod.edge_history())
        self._simulation.press(button)

        def edges() -> list[tuple[float, Event]]:
            return [
                (now, event)
                for now, event in self._events[seen:]
                if isinstance(event, ButtonChanged) and event.edge in (Edge.DOWN, Edge.UP)
            ]

        await self._until(lambda: len(edges()) >= 2)
        while (
            len(self._simulation.pod.edge_history()) < before + 2
        ):  # the chip's record may come after its event
            await asyncio.sleep(0.01)
        down, up = (change.at for change in self._simulation.pod.edge_history()[before : before + 2])
        self.measured.add("press_to_event", edges()[0][0] - down)
        return down, up

    async def heard(self, what: str, since: float) -> None:
        """The first sound in the air after `since`."""
        at = await asyncio.to_thread(self._ear.wait_sound, since)
        if at is not None:
            self.measured.add(what, at - since)

    async def describe(self) -> None:
        count = len(self._events)
        down, _ = await self.press("describe")
        sound = asyncio.create_task(self.heard("press_to_first_sound", down))

        def started() -> list[SpeechStarted]:
            return [event for _, event in self._events[count:] if isinstance(event, SpeechStarted)]

        await self._until(started)
        self.measured.add("press_to_first_word", started()[0].at - down)
        await sound
        await self.quiet()

    async def read_and_stop(self) -> None:
        count = len(self._orders)
        await self.press("read")
        await self._until(
            lambda: any(
                isinstance(o, Start) and isinstance(o.effect, Recite) for _, o in self._orders[count:]
            )
        )
        await asyncio.sleep(1.0)
        down, _ = await self.press("stop")
        silent = await asyncio.to_thread(self._ear.wait_silence)
        if silent is not None:
            self.measured.add("stop_to_silence", max(0.0, silent - down))
        await self.quiet()

    async def repeat(self) -> None:
        await asyncio.sleep(0.5)  # sooner, it would be the second half of a double press
        _, up = await self.press("stop")
        await self.heard("repeat_to_first_sound", up)
        await asyncio.sleep(0.5)
        await self.press("stop")
        await self.quiet()

    async def look_back(self) -> None:
        """The newest thing that is remembered."""
        count = len(self._events)
        down, _ = await self.press("find")

        def started() -> list[SpeechStarted]:
            return [event for _, event in self._events[count:] if isinstance(event, SpeechStarted)]

        await self._until(started)
        self.measured.add("press_to_remembered_word", started()[0].at - down)
        await self.press("stop")
        await self.quiet()

    async def idle(self) -> None:
        """Nobody listens any more: only the device itself is counted, and the stand-in for the pod's chip apart."""
        self._ear.close()
        runtime = psutil.Process()
        chip = [child for child in runtime.children(recursive=True) if "micropython" in child.name()]
        before = _used_s([runtime]), _used_s(chip)
        started = self._clock()
        await asyncio.sleep(IDLE_S)
        passed_s = self._clock() - started
        self.measured.idle_percent = (_used_s([runtime]) - before[0]) / passed_s * 100
        self.measured.idle_chip_percent = (_used_s(chip) - before[1]) / passed_s * 100
        self.measured.memory_mb = runtime.memory_info().rss / 1e6


def _used_s(processes: list[psutil.Process]) -> float:
    """Seconds of processor time."""
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def _remembered(path: Path) -> None:
    """Two days of looks, in bulk."""
    build(path, REMEMBERED, first=0, last=0, began=time.time() - REMEMBERED * LOOK_EVERY_S)


async def measure(rounds: int = 12) -> Measured:
    with Loudspeaker() as loudspeaker:
        os.environ.update(loudspeaker.environment)
        settings = Settings()
        simulation = Simulation(settings, remembered=_remembered)
        device = Runtime(simulation.assemble, keymap(load_pins(), {}), first_session(settings))
        ear = loudspeaker.listen()
        try:
            async with device:
                bench = Bench(device, simulation, ear)
                await bench.quiet()
                await bench.show("astronaut")
                await bench.describe()  # the first use of a detector is slower; it is not counted
                bench.measured = Measured()
                for _ in range(rounds):
                    await bench.describe()
                for _ in range(rounds):
                    await bench.look_back()
                await bench.show("notice_en")
                for _ in range(rounds):
                    await bench.read_and_stop()
                    await bench.repeat()
                await bench.idle()
                return bench.measured
        finally:
            ear.close()
