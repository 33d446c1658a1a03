"""How fast a key of the pad travels, on both ways it can come. Run: PYTHONPATH=tests python -m bench.pad [COUNT]

evdev: from the moment an event is written to a node until the runtime's event is posted; the node is a pipe of struct
input_event that python-evdev reads. Low Energy: from the moment the pad's side sends a report, over bumble's link and
real bleak, until the event is posted. Neither holds what the radio, the USB bus and the kernel add.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from chestnut.core.events import ButtonChanged, Edge, Event

from bench.pod import percentile

_PRESS_S = 0.002


@dataclass(frozen=True, slots=True)
class PadTimes:
    """Milliseconds from press to event, one of each press."""

    evdev: list[float]
    low_energy: list[float]


async def measure_pad(count: int) -> PadTimes:
    """Press `count` times on each, one after the other."""
    from chestnut_tests.pad_desk import KernelBench, RadioBench

    return PadTimes(*[await _measure(bench(), count) for bench in (KernelBench, RadioBench)])


async def _measure(bench: object, count: int) -> list[float]:
    from chestnut_tests.pad_desk import Told

    class Timed(Told):
        def hear(self, event: Event) -> None:
            if isinstance(event, ButtonChanged) and event.edge is Edge.DOWN:
                came.append(time.monotonic())
            self.events.append(event)

    came: list[float] = []
    times: list[float] = []
    told = Timed()
    with tempfile.TemporaryDirectory() as folder:
        await bench.set_up(told.hear, Path(folder))  # type: ignore[attr-defined]
        await bench.port.start()  # type: ignore[attr-defined]
        try:
            await told.until(told.parts)
            for number in range(1, count + 1):
                started = time.monotonic()
                await bench.press("a", _PRESS_S)  # type: ignore[attr-defined]
                await told.until(lambda number=number: len(told.edges()) == 2 * number)  # type: ignore[misc]
                times.append((came[-1] - started) * 1000)
        finally:
            await bench.port.close()  # type: ignore[attr-defined]
            await bench.tear_down()  # type: ignore[attr-defined]
    return times


def main() -> int:
    times = asyncio.run(measure_pad(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
    for name, values in (("evdev", times.evdev), ("Low Energy", times.low_energy)):
        p50, p95 = percentile(values, 50), percentile(values, 95)
        print(f"press -> event, {name:11} p50 {p50:6.2f} ms  p95 {p95:6.2f} ms  most {max(values):6.2f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
