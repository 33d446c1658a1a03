"""A process that remembers is killed (SIGKILL) at random moments, over and over: is every acknowledged row there?

Run: python -m bench.kills --kills 1000 --seed 1. The killed process tells what it begins and what was acknowledged;
the judge then opens the same file. Some are killed while they begin or migrate the file, for every MIGRATE_EVERY
kills the tables grow by one. SIGKILL leaves the kernel's cache alone, so this says nothing about a pulled plug.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chestnut.core.memory import Moment, Owned, Place, Sighting
from chestnut.core.scene import Box
from chestnut.memory.keys import KeyFile
from chestnut.memory.schema import MIGRATIONS, Migration
from chestnut.memory.store import Store

PROJECT = Path(__file__).resolve().parent.parent
FILE_LASTS = 25  # kills until a new file is begun
MIGRATE_EVERY = 5
WAITING = 4  # groups handed to the writer that are not acknowledged yet
EARLY = 0.3  # share of the kills before the first acknowledgement
PATIENCE_S = 60.0
OLD_S = 8 * 24 * 3600.0


@dataclass(slots=True)
class Result:
    """acknowledged: rows and forgettings. lost, back (forgotten and there again): of those. half: groups of which a
    part is there. unsound: openings that failed or found damage. ended: processes that ended before they were killed.
    early: kills before anything was acknowledged."""

    kills: int = 0
    early: int = 0
    acknowledged: int = 0
    lost: int = 0
    back: int = 0
    half: int = 0
    unsound: int = 0
    ended: int = 0
    seconds: float = 0.0

    @property
    def whole(self) -> bool:
        return not (self.lost or self.back or self.half or self.unsound or self.ended)

    def verdict(self) -> str:
        return (
            f"kills {self.kills} (early {self.early}) acknowledged {self.acknowledged} lost {self.lost} "
            f"back {self.back} half {self.half} unsound {self.unsound} ended {self.ended}"
        )


@dataclass(slots=True)
class Told:
    """What the killed processes told of one file. groups: labels that were given together, by their number."""

    groups: dict[str, list[str]] = field(default_factory=dict)
    there: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)  # being forgotten when the kill came
    watched_until: float = 0.0

    def hear(self, line: str) -> bool:
        """Whether it was an acknowledgement."""
        what, *labels = line.split()
        if what == "giving":
            self.groups[labels[0]] = labels[1:]
        elif what == "given":
            self.there |= set(self.groups[labels[0]])
        elif what == "forgetting":
            self.unknown |= set(labels)
            self.there -= set(labels)
        elif what == "forgotten":
            self.unknown -= set(labels)
            self.gone |= set(labels)
        elif what == "watched":
            self.watched_until = float(labels[0])
        return what in ("given", "forgotten", "watched")

    def judge(self, store: Store, result: Result) -> None:
        rows = {row.thing.label: row for row in store.recall()}
        result.lost += len(self.there - rows.keys())
        self.there &= rows.keys()
        result.back += len(self.gone & rows.keys())
        result.half += sum(
            0 < len(rows.keys() & set(labels)) < len(labels)
            for labels in self.groups.values()
            if not set(labels) & (self.gone | self.unknown)
        )
        if self.watched_until and rows["watched"].last_seen < self.watched_until:
            result.lost += 1
        result.unsound += bool(store.check())


def open_store(folder: Path, number: int) -> Store:
    """number: of the kill in this file's life; the tables grow with it."""
    more: tuple[Migration, ...] = tuple(
        (f"CREATE TABLE more_{table} (id INTEGER PRIMARY KEY) STRICT",)
        for table in range(number // MIGRATE_EVERY)
    )
    return Store(
        folder / "memory.db", KeyFile(folder / "memory.key"), lambda: Moment(time.time()), MIGRATIONS + more
    )


def kill_often(
    kills: int, seed: int, folder: Path, progress: Callable[[Result], None] | None = None
) -> Result:
    """Nothing is left in the folder."""
    result, chance = Result(), random.Random(seed)
    began_s = time.monotonic()
    while result.kills < kills:
        with tempfile.TemporaryDirectory(dir=folder) as home:
            told = Told()
            for number in range(min(FILE_LASTS, kills - result.kills)):
                _kill_one(Path(home), number, chance, told, result)
                result.seconds = time.monotonic() - began_s
                if progress is not None:
                    progress(result)
    return result


def _kill_one(home: Path, number: int, chance: random.Random, told: Told, result: Result) -> None:
    command = [
        sys.executable,
        "-m",
        "bench.kills",
        "--remember",
        str(home),
        str(number),
        str(chance.getrandbits(32)),
    ]
    wanted = 0 if chance.random() < EARLY else chance.randint(1, 40)
    delay_s = chance.uniform(0, 0.03 if wanted == 0 else 0.005)
    before = result.acknowledged
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        pipe = process.stdout.fileno()
        heard = _Lines(pipe)
        try:
            for line in heard.until(PATIENCE_S):
                result.acknowledged += told.hear(line)
                if line == "opening" and wanted == 0:
                    break
                if wanted and result.acknowledged - before >= wanted:
                    break
            for line in heard.until(delay_s):
                result.acknowledged += told.hear(line)
        finally:
            process.kill()
        for line in heard.until(PATIENCE_S):
            result.acknowledged += told.hear(line)
    result.kills += 1
    result.ended += process.returncode != -signal.SIGKILL
    result.early += result.acknowledged == before
    try:
        with contextlib.closing(open_store(home, number)) as store:
            told.judge(store, result)
    except RuntimeError as fault:
        print(f"kill {result.kills}: {fault}", file=sys.stderr)
        result.unsound += 1


class _Lines:
    """Whole lines of a pipe; one that was cut off by the kill was never told."""

    def __init__(self, pipe: int) -> None:
        self._pipe, self._rest = pipe, b""
        self._lines: deque[str] = deque()

    def until(self, seconds: float) -> Iterator[str]:
        """Ends with the pipe or the time."""
        deadline = time.monotonic() + seconds
        while (line := self._next(deadline)) is not None:
            yield line

    def _next(self, deadline: float) -> str | None:
        while not self._lines:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._pipe], [], [], left)[0]:
                return None
            data = os.read(self._pipe, 1 << 16)
            if not data:
                return None
            *whole, self._rest = (self._rest + data).split(b"\n")
            self._lines += [line.decode() for line in whole]
        return self._lines.popleft()


# --- the process that is killed -------------------------------------------------------------------------


def remember_for_ever(home: Path, number: int, seed: int) -> None:
    chance = random.Random(seed)
    _tell("opening")
    store = open_store(home, number)
    waiting: deque[tuple[str, Future[Any]]] = deque()
    kept: deque[str] = deque()
    for turn in range(1_000_000):
        if len(waiting) >= WAITING:
            done, future = waiting.popleft()
            future.result()
            _tell(done)
        dice = chance.random()
        if dice < 0.1 and len(kept) > 50:
            label = kept.popleft()
            _tell(f"forgetting {label}")
            waiting.append((f"forgotten {label}", store.forget_things([label])))
        elif dice < 0.3:
            at = time.time()
            waiting.append((f"watched {at:.3f}", store.remember([_look("watched", at)])))
        elif dice < 0.35:  # something is swept, too
            store.remember([_look(f"old.{number}.{turn}.{part}", time.time() - OLD_S) for part in range(3)])
            store.sweep()
        else:
            group = f"{number}.{turn}"
            labels = [f"{group}.{part}" for part in range(chance.randint(1, 4))]
            _tell(f"giving {group} {' '.join(labels)}")
            looks = [_look(label, time.time()) for label in labels]
            waiting.append((f"given {group}", store.remember(looks)))
            kept += labels


def _look(label: str, at: float) -> Sighting:
    return Sighting(Owned(label), Place("table"), 0.9, at, Box(0.1, 0.1, 0.2, 0.2))


def _tell(line: str) -> None:
    os.write(1, line.encode() + b"\n")


def main() -> int:
    parser = argparse.ArgumentParser(description="SIGKILL at random moments.")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--remember", nargs=3, metavar=("HOME", "NUMBER", "SEED"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.remember:
        home, number, seed = arguments.remember
        remember_for_ever(Path(home), int(number), int(seed))

    def progress(result: Result) -> None:
        if result.kills % 50 == 0:
            print(f"{result.seconds:.0f} s: {result.verdict()}", file=sys.stderr, flush=True)

    result = kill_often(arguments.kills, arguments.seed, arguments.folder, progress)
    print(f"{result.verdict()} in {result.seconds:.0f} s")
    return 0 if result.whole else 1


if __name__ == "__main__":
    sys.exit(main())
