"""A simulated pod joined to the real link, for tests: real firmware, real pyserial, nothing mocked."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import psutil
import serial
from chestnut.core.events import ButtonChanged, Event, Part, PartFound, PartLost
from chestnut.devices.link import SerialPod
from chestnut.runtime.pins import load_pins
from chestnut.sim.pod import MotorChange, SimulatedPod
from chestnut_wire.host_end import HostEnd

PINS = load_pins()
GPIOS = {button.name: button.gpio for button in PINS.buttons}
PATIENCE_S = 20.0  # a busy machine is slow; nothing that works takes so long


class MonotonicClock:
    def now(self) -> float:
        return time.monotonic()

    def time_of_day(self) -> str:
        return "12:00"


_SESSIONS = itertools.count(1, 1000)


class PodDesk:
    """events: what the link has posted."""

    def __init__(self, pod: SimulatedPod, port: str | None = None, **link_options: Any) -> None:
        self.pod = pod
        self.events: list[Event] = []
        self.link = SerialPod(
            port or pod.port, self.events.append, MonotonicClock(), PINS.names, **link_options
        )

    def edges(self) -> list[str]:
        """ "read down", "read up" … in the order of their posting."""
        return [f"{event.button} {event.edge}" for event in self.events if isinstance(event, ButtonChanged)]

    def moments(self) -> list[float]:
        return [event.at for event in self.events if isinstance(event, ButtonChanged)]

    def parts(self) -> list[str]:
        """ "found", or the reason of a loss, of the pod itself."""
        told = []
        for event in self.events:
            if isinstance(event, PartFound | PartLost) and event.part is Part.POD:
                told.append(event.reason if isinstance(event, PartLost) else "found")
        return told

    async def until(self, true: Callable[[], object]) -> None:
        end_s = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < end_s, f"waited in vain: {self.events} {self.pod.stderr()}"
            await asyncio.sleep(0.005)

    async def edges_come(self, count: int) -> None:
        await self.until(lambda: len(self.edges()) >= count)

    async def pulses_come(self, count: int) -> None:
        await self.until(lambda: len(pulses(self.pod.motor_history())) >= count)

    async def linked(self) -> None:
        await self.until(lambda: self.link.linked)


def at_desk(
    scene: Callable[[PodDesk], Awaitable[None]], *, link: dict[str, Any] | None = None, **pod: Any
) -> None:
    """Play a scene with a pod and its link, both closed afterwards and nothing left behind."""

    async def whole() -> None:
        desk = PodDesk(simulated, **(link or {}))
        await desk.link.start()
        try:
            await scene(desk)
        finally:
            await desk.link.close()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    with SimulatedPod(GPIOS, **pod) as simulated:
        asyncio.run(whole())
    nothing_left()


def nothing_left() -> None:
    """No thread and no process of a simulated pod has outlived it."""
    assert not [thread for thread in threading.enumerate() if thread.name == "simulated-pod"]
    assert not [child for child in psutil.Process().children() if "main.py" in " ".join(child.cmdline())]


class PlainHost:
    """A host that can be stopped in the midst of a word: the pure end on a blocking serial port."""

    def __init__(self, pod: SimulatedPod) -> None:
        self.edges: list[tuple[int, int]] = []
        self.crashes: list[str] = []
        self.measures: list[tuple[int, int]] = []
        self.port = serial.Serial(pod.port, timeout=0.01)
        self.end = HostEnd(
            session=next(_SESSIONS),
            buttons=len(GPIOS),
            send=self.port.write,
            moved=lambda button, kind, _: self.edges.append((button, kind)),
            found=lambda: None,
            refused=lambda: None,
            measured=lambda quantity, value: self.measures.append((quantity, value)),
            crashed=lambda text: self.crashes.append(text.decode()),
        )
        self.end.connected(time.monotonic())

    def talk_until(self, true: Callable[[], object]) -> None:
        end_s = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < end_s, "talked in vain"
            self.end.received(self.port.read(256), time.monotonic())
            self.end.tick(time.monotonic())

    def link(self) -> None:
        self.talk_until(lambda: self.end.linked)


def wait_until(true: Callable[[], object]) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end_s, "waited in vain"
        time.sleep(0.005)


def pulses(history: list[MotorChange]) -> list[float]:
    """Seconds of each time the motor was on and is off again."""
    on: float | None = None
    lengths = []
    for change in history:
        if change.duty and on is None:
            on = change.at
        elif not change.duty and on is not None:
            lengths.append(change.at - on)
            on = None
    return lengths
