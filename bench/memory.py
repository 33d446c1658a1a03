"""How fast the memory remembers and recalls, and how large it grows.

Run: python -m bench.memory --rows 100000 10000000 (the second takes an hour and 3 GB of disk).

Each thing was seen at many places; every look is a row of its own, which is the worst case: a thing that stays is one
row however long it is watched. Questions are asked of random things, each after the file was opened anew.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import statistics
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chestnut.core.memory import Moment, Owned, Place, Sighting
from chestnut.core.scene import Box
from chestnut.memory.keys import KeyFile
from chestnut.memory.store import Store

THINGS, PLACES = 200, 30
GROUP = 1000
LOOK_EVERY_S = 2.0
QUESTIONS = 2000
SINGLES = 50
BEGAN = 1_700_000_000.0


@dataclass(frozen=True, slots=True)
class Size:
    """Of a memory of so many rows. recall_ms: each question. step_ms: everything that is remembered, at once.
    single_ms: one look until it is acknowledged. forget_ms: one row."""

    rows: int
    rows_per_s: float
    file_bytes: int
    recall_ms: list[float]
    step_ms: float
    single_ms: list[float]
    forget_ms: float

    @property
    def p50_ms(self) -> float:
        return statistics.median(self.recall_ms)

    @property
    def p99_ms(self) -> float:
        return sorted(self.recall_ms)[int(len(self.recall_ms) * 0.99)]


def measure_memory(
    sizes: list[int], folder: Path, seed: int = 1, progress: Callable[[int], None] = lambda rows: None
) -> Iterator[Size]:
    """One file in the folder grows to each size in turn; nothing is left of it."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(dir=folder) as home:
        rows = 0
        for wanted in sorted(sizes):
            began_s, before = time.monotonic(), rows
            with _store(Path(home), rows) as store:
                rows = _fill(store, rows, wanted, chance, progress)
            rate = (rows - before) / (time.monotonic() - began_s)
            size = sum(path.stat().st_size for path in Path(home).iterdir())
            with _store(Path(home), rows) as store:
                recall_ms = [_timed_ms(lambda: store.recall(_question(chance))) for _ in range(QUESTIONS)]
                step_ms = _timed_ms(store.recall)
                looks = [_look(chance, rows + more) for more in range(SINGLES)]
                single_ms = [_timed_ms(store.remember([look]).result) for look in looks]
                forget_ms = _timed_ms(store.forget(store.recall(["thing 0"])[0].row).result)
            rows += SINGLES - 1
            yield Size(wanted, rate, size, recall_ms, step_ms, single_ms, forget_ms)


def _store(home: Path, rows: int) -> contextlib.closing[Store]:
    now = Moment(BEGAN + rows * LOOK_EVERY_S)
    return contextlib.closing(Store(home / "memory.db", KeyFile(home / "memory.key"), lambda: now))


def _fill(
    store: Store, rows: int, wanted: int, chance: random.Random, progress: Callable[[int], None]
) -> int:
    waiting: deque[Future[Any]] = deque()
    while rows < wanted:
        count = min(GROUP, wanted - rows)
        waiting.append(store.remember([_look(chance, rows + more) for more in range(count)]))
        rows += count
        if len(waiting) > 4:
            waiting.popleft().result()
        progress(rows)
    for future in waiting:
        future.result()
    return rows


def _look(chance: random.Random, number: int) -> Sighting:
    place = chance.randrange(PLACES)
    return Sighting(
        Owned(f"thing {chance.randrange(THINGS)}"),
        Place(f"place {place}") if place % 3 else Place(near=f"thing {place}"),
        chance.choice((0.3, 0.6, 0.7, 0.8, 0.9)),
        BEGAN + number * LOOK_EVERY_S,
        Box(left := chance.random() * 0.9, top := chance.random() * 0.9, left + 0.1, top + 0.1),
    )


def _question(chance: random.Random) -> list[str]:
    """A thing and a synonym nothing was ever called."""
    number = chance.randrange(THINGS)
    return [f"thing {number}", f"object {number}"]


def _timed_ms(work: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    work()
    return (time.perf_counter() - began_s) * 1e3


def show(size: Size) -> None:
    print(
        f"{size.rows} rows: {size.rows_per_s:.0f} rows/s in groups of {GROUP}, {size.file_bytes / 1e6:.1f} MB, "
        f"{size.file_bytes / size.rows:.0f} bytes a row"
    )
    print(
        f"  recall p50 {size.p50_ms:.2f} ms, p99 {size.p99_ms:.2f} ms; everything {size.step_ms:.0f} ms; "
        f"one look acknowledged p50 {statistics.median(size.single_ms):.1f} ms; forgotten {size.forget_ms:.1f} ms",
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="The memory's speed and size.")
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    arguments = parser.parse_args()

    def progress(rows: int) -> None:
        if rows % 500_000 == 0:
            print(f"{rows} rows", file=sys.stderr, flush=True)

    measured = []
    for size in measure_memory(arguments.rows, arguments.folder, progress=progress):
        measured.append(size)
        show(size)
    first, last = measured[0], measured[-1]
    print(
        f"from {first.rows} to {last.rows} rows: recall p50 {last.p50_ms / first.p50_ms:.2f} ×, "
        f"p99 {last.p99_ms / first.p99_ms:.2f} ×"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
