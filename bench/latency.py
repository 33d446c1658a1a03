"""What it costs that the device measures itself: of one event on its loop, and of a whole Describe.

Run: python -m bench.latency [COUNT]. The whole simulated device without a loudspeaker; blocks with and without the
meter by turns. An event is one of a recorded tour.
"""

from __future__ import annotations

import contextlib
import json
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from chestnut.core.conductor import Conductor
from chestnut.core.gestures import Kind
from chestnut.core.session import Session
from chestnut.runtime.codec import build, event_from
from chestnut.runtime.latency.meter import Meter
from chestnut.skills.table import SKILLS

from bench.window import Bench, Cost

TOUR = Path(__file__).parents[1] / "tests" / "replay" / "tour_en.jsonl"
BLOCKS = 4


@dataclass
class MeterCost:
    """event_us: of each event of the tour. without, beside: of each Describe."""

    event_us: list[float] = field(default_factory=list)
    without: Cost = field(default_factory=Cost)
    beside: Cost = field(default_factory=Cost)

    @property
    def ratio(self) -> float:
        return statistics.median(self.beside.describe_ms) / statistics.median(self.without.describe_ms)


def event_costs(rounds: int = 5) -> list[float]:
    """Microseconds, each event of the tour heard `rounds` times."""
    names = {id(skill): name for name, skill in SKILLS.items()}
    found = []
    first, *lines = TOUR.read_text(encoding="utf-8").splitlines()
    head = json.loads(first)
    keys = {(button, Kind(kind), *mode): skill for button, kind, *mode, skill in head["keymap"]}
    for _ in range(rounds):
        conductor = Conductor(SKILLS, keys, build(Session, head["session"]))  # type: ignore[arg-type]
        meter = Meter(None)
        for line in lines:
            event = event_from(json.loads(line)["event"])
            orders = conductor.handle(event)
            begun = time.perf_counter()
            meter.hear(event, orders, conductor.skill, names.get(id(conductor.skill), ""), event.at)
            found.append((time.perf_counter() - begun) * 1e6)
        meter.close()
    return found


def measure_meter(count: int = 20) -> MeterCost:
    cost = MeterCost(event_costs())
    with contextlib.ExitStack() as opened:
        bench = Bench(Path(opened.enter_context(tempfile.TemporaryDirectory())))
        opened.enter_context(bench.living())
        bench.describe(Cost())  # the first opens models
        measure = next(tap for tap in bench.device.taps if getattr(tap, "__name__", "") == "_measure")
        for _ in range(BLOCKS):
            bench.device.taps.remove(measure)
            for _ in range(max(1, count // BLOCKS)):
                bench.describe(cost.without)
            bench.device.taps.append(measure)
            for _ in range(max(1, count // BLOCKS)):
                bench.describe(cost.beside)
    return cost


def main() -> None:
    cost = measure_meter(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
    ordered = sorted(cost.event_us)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    print(f"an event, on the device's loop: {statistics.median(ordered):.1f} / {p95:.1f} µs")
    without, beside = (statistics.median(each.describe_ms) for each in (cost.without, cost.beside))
    print(
        f"processor time a Describe: without {without:.1f} ms, measured {beside:.1f} ms ({cost.ratio:.3f} ×)"
    )
    without, beside = (statistics.median(each.word_ms) for each in (cost.without, cost.beside))
    print(f"press → first word: without {without:.1f} ms, measured {beside:.1f} ms")


if __name__ == "__main__":
    main()
