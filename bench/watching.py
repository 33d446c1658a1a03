"""What watching costs: one look beside the bare detector calls it makes, and the processor it takes all the time.

Run: python -m bench.watching [LOOKS=20] [SECONDS=10]. Bare calls and looks take turns in one run. The looks are at
scikit-image's photographs; what is taught are random takes, which cost as much as true ones.
"""

from __future__ import annotations

import queue
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import skimage.data
from chestnut.core.memory import Named, Owned, Taught
from chestnut.core.scene import Frame, Scene
from chestnut.devices.camera import ThreadedCamera
from chestnut.perception.descriptor import NUMBERS, descriptor
from chestnut.perception.light import judge
from chestnut.perception.seeing import WATCHING, see
from chestnut.perception.settle import Settle
from chestnut.perception.watcher import Watcher
from chestnut.runtime.assemble.eyes import merge, open_watching_eyes
from chestnut.sim.camera import FakeCamera

THINGS, TAKES, PLACES = 5, 6, 4
PATIENCE_S = 60.0
RATE_HZ = 2.0


def taught() -> tuple[tuple[Taught, ...], tuple[Named, ...]]:
    chance = np.random.default_rng(1)

    def take() -> object:
        return descriptor(chance.random(NUMBERS, np.float32))

    things = tuple(
        Taught(Owned(f"thing {number}", "my"), tuple(take() for _ in range(TAKES)))  # type: ignore[misc]
        for number in range(THINGS)
    )
    places = tuple(Named(f"place {number}", (take(), take())) for number in range(PLACES))  # type: ignore[arg-type]
    return things, places


class Willing(Settle):
    """Compares as Settle does, and finds the next frame worth a look, whatever it shows."""

    def __init__(self) -> None:
        super().__init__()
        self.willing = False
        self.begun = 0.0

    def is_worth(self, frame: Frame) -> bool:
        begun = time.perf_counter()
        super().is_worth(frame)
        if not self.willing:
            return False
        self.willing, self.begun = False, begun
        return True


class Still:
    """A camera's source: one picture, or two that take turns."""

    def __init__(self, *pictures: np.ndarray) -> None:
        self._pictures, self._since = pictures, time.monotonic()

    def open(self) -> None: ...

    def read(self) -> np.ndarray:
        turn = int((time.monotonic() - self._since) / 1.0)  # still for two frames of the rate, then another
        return self._pictures[turn % len(self._pictures)]

    def close(self) -> None: ...


def measure_looks(count: int, with_taught: bool) -> tuple[list[float], list[float]]:
    """Milliseconds of bare calls and of looks, in turns."""
    pictures = [np.ascontiguousarray(skimage.data.coffee()), np.ascontiguousarray(skimage.data.chelsea())]
    eyes = open_watching_eyes().knowing(*(taught() if with_taught else ((), ())))
    bare_settle, attention = Settle(), Willing()
    done: queue.Queue[float] = queue.Queue()

    def saw(frame: Frame, scene: Scene) -> None:
        done.put(time.perf_counter())

    camera = FakeCamera(lambda event: None)
    watcher = Watcher(camera, eyes.detectors, judge, merge, lambda event: None, attention=lambda: attention)
    bare, inside = [], []
    try:
        for look in range(-2, count):  # the first two warm up
            picture = pictures[look % 2]
            frame = Frame(look + 3, time.monotonic(), picture)
            begun = time.perf_counter()
            bare_settle.is_worth(frame)
            see(
                frame, {name: eyes.detectors[name] for name in WATCHING & eyes.detectors.keys()}, judge, merge
            )
            bare_ms = (time.perf_counter() - begun) * 1e3
            camera.show(picture)
            attention.willing = True
            watcher.watch(1000.0, saw)
            inside_ms = (done.get(timeout=PATIENCE_S) - attention.begun) * 1e3
            watcher.watch(0)
            if look >= 0:
                bare.append(bare_ms)
                inside.append(inside_ms)
    finally:
        camera.close()
        watcher.close()
    return bare, inside


@contextmanager
def running(source: Still, rate_hz: float) -> Iterator[queue.Queue[int]]:
    eyes = open_watching_eyes().knowing(*taught())
    camera = ThreadedCamera(source, lambda event: None)
    watcher = Watcher(camera, eyes.detectors, judge, merge, lambda event: None, attention=Settle)
    looks: queue.Queue[int] = queue.Queue()
    watcher.watch(rate_hz, lambda frame, scene: looks.put(frame.number))
    try:
        yield looks
    finally:
        camera.close()
        watcher.close()


def processor(source: Still, rate_hz: float, seconds: float) -> tuple[float, int]:
    """Percent of a core, and how many looks there were."""
    with running(source, rate_hz) as looks:
        time.sleep(2.0)
        begun, cpu = time.monotonic(), time.process_time()
        before = looks.qsize()
        time.sleep(seconds)
        return (time.process_time() - cpu) / (time.monotonic() - begun) * 100, looks.qsize() - before


def idle_percent(seconds: float) -> tuple[float, float]:
    """Percent of a core: the camera alone, and with watching, while nothing changes."""
    still = np.ascontiguousarray(skimage.data.coffee())
    return processor(Still(still), 0.0, seconds)[0], processor(Still(still), RATE_HZ, seconds)[0]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 10.0
    print(f"one look, p50 and p95 of {count}:{'':17}bare{'':8}inside{'':6}inside / bare")
    for words, with_taught in (
        ("nothing taught", False),
        (f"{THINGS} things and {PLACES} places taught", True),
    ):
        bare, inside = measure_looks(count, with_taught)
        times = [
            f"{statistics.median(ms):6.0f} {sorted(ms)[round(0.95 * (len(ms) - 1))]:5.0f} ms"
            for ms in (bare, inside)
        ]
        print(
            f"  {words:38}{times[0]}  {times[1]}  {statistics.median(inside) / statistics.median(bare):6.2f}"
        )
    still = np.ascontiguousarray(skimage.data.coffee())
    other = np.ascontiguousarray(skimage.data.chelsea()[:, :, ::-1])
    print(f"the processor over {seconds:.0f} s, percent of a core (the camera's own thread included):")
    for words, source, rate_hz in (
        ("camera alone, nothing watched", Still(still), 0.0),
        ("watching, the scene stays", Still(still), RATE_HZ),
        ("watching, another scene every second", Still(still, other), RATE_HZ),
    ):
        percent, looks = processor(source, rate_hz, seconds)
        print(f"  {words:38}{percent:6.1f}  {looks} looks")


if __name__ == "__main__":
    main()
