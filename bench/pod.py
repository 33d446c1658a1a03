"""How fast a press travels: real firmware under MicroPython, a pseudo-terminal, the real link.

Run: python bench/pod.py [COUNT]. Both ends read the system's monotonic clock, so the differences are true times. The
USB cable of a real pod adds up to a millisecond, its slower processor more (docs/pod.md).
"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass

from chestnut.core.events import ButtonChanged, Edge, Event
from chestnut.devices.link import SerialPod
from chestnut.runtime.pins import load_pins
from chestnut.sim.pod import SimulatedPod

_PATIENCE_S = 10.0
_UNTIL_FELT_S = 0.06
_UNTIL_REST_S = 0.11


@dataclass(frozen=True, slots=True)
class PodTimes:
    """Milliseconds, one of each a press.

    event: the contact moves -> the runtime's event is posted. tick: the contact moves -> the motor begins.
    stamp: how far the event's `at` is from the contact's true moment.
    """

    event: list[float]
    tick: list[float]
    stamp: list[float]


class _Clock:
    def now(self) -> float:
        return time.monotonic()

    def time_of_day(self) -> str:
        return time.strftime("%H:%M")


async def measure_pod(count: int) -> PodTimes:
    """Press `count` times, one after the other."""
    pins = load_pins()
    posted: list[tuple[float, ButtonChanged]] = []
    came = asyncio.Event()

    def post(event: Event) -> None:
        if isinstance(event, ButtonChanged) and event.edge is Edge.DOWN:
            posted.append((time.monotonic(), event))
            came.set()

    with SimulatedPod({button.name: button.gpio for button in pins.buttons}) as pod:
        link = SerialPod(pod.port, post, _Clock(), pins.names)
        await link.start()
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while not link.linked:
                    await asyncio.sleep(0.01)
            await asyncio.sleep(0.5)  # the first exchanges of clocks
            for number in range(count):
                came.clear()
                pod.press(pins.names[number % len(pins.names)], _UNTIL_FELT_S)
                async with asyncio.timeout(_PATIENCE_S):
                    await came.wait()
                await asyncio.sleep(_UNTIL_FELT_S + _UNTIL_REST_S)
        finally:
            await link.close()
        driven = [change.at for change in pod.edge_history() if change.level == 0]
        started = [change.at for change in pod.motor_history() if change.duty > 0]
    return PodTimes(
        event=[(at - down) * 1000 for (at, _), down in zip(posted, driven, strict=True)],
        tick=[(on - down) * 1000 for on, down in zip(started, driven, strict=True)],
        stamp=[(event.at - down) * 1000 for (_, event), down in zip(posted, driven, strict=True)],
    )


def percentile(values: list[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(round(percent / 100 * len(ordered)), len(ordered) - 1)]


def main() -> int:
    times = asyncio.run(measure_pod(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
    for name, values in (
        ("press -> event", times.event),
        ("press -> tick", times.tick),
        ("stamp", times.stamp),
    ):
        print(f"{name:15} p50 {percentile(values, 50):6.2f} ms  p95 {percentile(values, 95):6.2f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
