"""What the watcher costs beside the bare detector calls it makes: each detector alone and inside, and a whole look.

Run: python bench/sight.py PICTURE [COUNT]. Bare and watched calls take turns, so a busy machine is unfair to both.
"Inside" is from the order to the posted answer, with a new frame each time.
"""

from __future__ import annotations

import queue
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from chestnut.core.events import Event, SceneSeen, TextRead
from chestnut.core.ports import Detector
from chestnut.core.scene import Frame
from chestnut.perception.seeing import LOOKING, Judge, Merge, read, see
from chestnut.perception.watcher import Watcher
from chestnut.sim.camera import FakeCamera

PATIENCE_S = 30.0


@dataclass(slots=True)
class SightTimes:
    """Milliseconds, one of each frame. bare: judge, then the detectors, one call after the other. inside: the
    same frame through the watcher."""

    bare: list[float] = field(default_factory=list)
    inside: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Median inside over median bare; a whole look may lie under 1, as its detectors run side by side."""
        return statistics.median(self.inside) / statistics.median(self.bare)


class _Unclosed:
    """A detector that outlives the watcher it is lent to."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self.see = detector.see

    def close(self) -> None:
        pass


def measure_sight(
    rgb: np.ndarray, detectors: Mapping[str, Detector], judge: Judge, merge: Merge, count: int
) -> dict[str, SightTimes]:
    """By detector name, and "look" for all of LOOKING together. rgb must be a picture the judge finds fit. The
    detectors are not closed."""
    measured: dict[str, SightTimes] = {}
    for name, detector in detectors.items():
        measured[name] = _measure(rgb, {name: detector}, judge, merge, count)
    looking = {name: detector for name, detector in detectors.items() if name in LOOKING}
    if len(looking) > 1:
        measured["look"] = _measure(rgb, looking, judge, merge, count)
    return measured


def _measure(
    rgb: np.ndarray, detectors: Mapping[str, Detector], judge: Judge, merge: Merge, count: int
) -> SightTimes:
    answers: queue.Queue[Event] = queue.Queue()

    def post(event: Event) -> None:
        if isinstance(event, SceneSeen | TextRead):
            answers.put(event)

    camera = FakeCamera(post)
    watcher = Watcher(
        camera, {name: _Unclosed(detector) for name, detector in detectors.items()}, judge, merge, post
    )
    text = detectors.get("text")
    order: Callable[[int], None] = (
        watcher.read if text is not None else lambda job: watcher.look(job, fresh=True)
    )
    times = SightTimes()
    try:
        for job in range(-2, count):  # the first two warm up
            frame = Frame(1, time.monotonic(), rgb)
            started = time.perf_counter()
            if text is not None:
                read(frame, text, judge)
            else:
                see(frame, detectors, judge, merge)
            bare_s = time.perf_counter() - started
            camera.show(rgb)
            started = time.perf_counter()
            order(job)
            answers.get(timeout=PATIENCE_S)
            inside_s = time.perf_counter() - started
            if job >= 0:
                times.bare.append(bare_s * 1e3)
                times.inside.append(inside_s * 1e3)
    finally:
        camera.close()
        watcher.close()
    return times


def main() -> None:
    from chestnut.devices.pictures import load_picture
    from chestnut.perception.light import judge
    from chestnut.runtime.assemble.eyes import merge, open_eyes, open_reader

    rgb = load_picture(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    eyes, reader = open_eyes(), open_reader()
    try:
        measured = measure_sight(rgb, {**eyes.detectors, "text": reader.text}, judge, merge, count)
    finally:
        eyes.close()
        reader.close()
    print(f"{'':10}{'bare':>9}{'inside':>9}{'p95':>9}{'ratio':>8}   (ms, {count} frames)")
    for name, times in measured.items():
        bare, inside = statistics.median(times.bare), statistics.median(times.inside)
        p95 = sorted(times.inside)[int(0.95 * (count - 1))]
        print(f"{name:10}{bare:9.1f}{inside:9.1f}{p95:9.1f}{times.ratio:8.2f}")


if __name__ == "__main__":
    main()
