"""How fast the memory remembers, recalls and forgets, and how large it grows.

Run: python -m bench.memory --rows 100000 10000000 --keep FOLDER (the second is built in five minutes, 1.1 GB; each
size is built once, into FOLDER/memory-ROWS.db, and asked again and again).

Which rows came the true way and which in bulk stands in bench/memory_file.py and is printed. Questions are asked of
random things. Cold: the kernel keeps nothing of the file, and it was just opened. After a look: another was
acknowledged just before, so that nothing SQLite itself keeps is still right. Whole: from a question's words to what
is told.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil
from chestnut.core.memory import Moment
from chestnut.locale.lexicon import lexicon
from chestnut.memory.faults import MemoryFault
from chestnut.memory.keys import KeyFile
from chestnut.memory.store import Store
from chestnut.runtime.recollecting import look_back, recollect

from bench.memory_file import Built, build, key_file, kinds, look

ROUNDS = 5  # the sizes take turns, for the machine may be busier at one time than at another
QUESTIONS, AFTER_LOOKS, COLD, WHOLE, STEPS, SWEEPS, COMMANDS = 400, 60, 10, 200, 10, 8, 2  # in each round
SWEPT_S = 3 * 3600.0  # what is older is swept: there is something in every size
CHESTNUT = Path(sys.executable).with_name("chestnut")


@dataclass(slots=True)
class Asked:
    """rows: when it was built. times_ms: by what was asked; busy_ms: what of it was the asking thread's own processor
    time, which other work on the machine leaves alone. grown_mb: of the process, by opening and asking."""

    rows: int
    file_bytes: int
    times_ms: dict[str, list[float]] = field(default_factory=dict)
    busy_ms: dict[str, list[float]] = field(default_factory=dict)
    grown_mb: float = 0.0

    def time(self, what: str, work: Callable[[], object]) -> None:
        began_s, idle_s = time.perf_counter(), time.thread_time()
        work()
        self.busy_ms.setdefault(what, []).append((time.thread_time() - idle_s) * 1e3)
        self.times_ms.setdefault(what, []).append((time.perf_counter() - began_s) * 1e3)


def ask(path: Path, asked: Asked, seed: int) -> None:
    """One round. What is forgotten is missing in the file afterwards: some thousand rows."""
    chance, process = random.Random(seed), psutil.Process()
    lexicon()
    for _ in range(COLD):
        drop_cached(path)
        with _cold(path, asked) as store:
            asked.time("recall, cold", lambda store=store: store.recall(_question(chance)))
            asked.time("the second question", lambda store=store: store.recall(_question(chance)))
    before_mb = process.memory_info().rss / 1e6
    with at_its_end(path) as store:
        _recall(store, asked, chance)
        asked.grown_mb = max(asked.grown_mb, process.memory_info().rss / 1e6 - before_mb)
        _let_go(store, asked, chance)


@contextlib.contextmanager
def at_its_end(path: Path) -> Iterator[Store]:
    """Opened, and its clock is where it was last, at its newest row or after what was forgotten."""
    now = [Moment(0.0)]
    with contextlib.closing(Store(path, key_file(path), lambda: now[0])) as store:
        (checked,) = store._read(
            lambda connection: connection.execute("SELECT max(checked) FROM era").fetchone()
        )
        now[0] = Moment(max(checked / 1000, store.recall(limit=1)[0].last_seen))
        yield store


@contextlib.contextmanager
def _cold(path: Path, asked: Asked) -> Iterator[Store]:
    with contextlib.ExitStack() as stack:

        def opened() -> Store:
            return stack.enter_context(contextlib.closing(Store(path, key_file(path), lambda: Moment(0.0))))

        stores: list[Store] = []
        asked.time("opened, cold", lambda: stores.append(opened()))
        yield stores[0]


def drop_cached(path: Path) -> None:
    """The kernel forgets what it has read of the file. Needs no rights."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fdatasync(handle)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(handle)


def _recall(store: Store, asked: Asked, chance: random.Random) -> None:
    things, now = kinds(), Moment(store.recall(limit=1)[0].last_seen)
    for _ in range(QUESTIONS):
        asked.time("recall, warm", lambda: store.recall(_question(chance)))
    for number in range(AFTER_LOOKS):
        seen = [look(chance, things, now.utc_s + number)]
        asked.time("one look, until it is on the card", lambda seen=seen: store.remember(seen).result())
        asked.time("recall, after a look", lambda: store.recall(_question(chance)))
    for number in range(WHOLE):
        if number % 2:
            store.remember([look(chance, things, now.utc_s + number)]).result()
        asked.time("whole: a question", lambda: recollect(store, _words(chance), now))
    for number in range(STEPS):
        store.remember([look(chance, things, now.utc_s + number)]).result()
        asked.time("whole: looking back, after a look", lambda: look_back(store, now))
    for _ in range(STEPS):
        asked.time("everything at once", store.recall)


def _let_go(store: Store, asked: Asked, chance: random.Random) -> None:
    """Sweeping, each time with a look that comes while it is at it; then by the wearer's word."""
    things, at = kinds(), store.recall(limit=1)[0].last_seen
    for number in range(SWEEPS):
        sweeping = store.sweep(SWEPT_S)
        seen = [look(chance, things, at + number)]
        asked.time("a look that waits for a sweep", lambda seen=seen: store.remember(seen).result())
        sweeping.result()
        asked.time("a batch of the sweep", lambda: store.sweep(SWEPT_S).result())
    for _ in range(SWEEPS):
        row = store.recall(_question(chance))[0].row
        asked.time("one row forgotten", lambda row=row: store.forget(row).result())
    asked.time("the last hour forgotten", lambda: store.forget_last(3600).result())


def _question(chance: random.Random) -> list[str]:
    """A thing and a synonym nothing was ever called."""
    return [chance.choice(kinds()).label, "no such thing"]


def _words(chance: random.Random) -> str:
    thing = chance.choice(kinds())
    return f"where is {thing.owner or 'the'} {thing.label}?"


def _command(path: Path) -> None:
    """From the start of its process to its end."""
    command = (CHESTNUT, "recall", "where is the cup", "--db", path, "--json")
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def p99(times: list[float]) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * 0.99))]


def show(asked: Asked) -> None:
    print(
        f"{asked.rows} rows: {asked.file_bytes / 1e6:.1f} MB, {asked.file_bytes / asked.rows:.0f} bytes a row"
    )
    for what, times in asked.times_ms.items():
        print(
            f"  {what:36} p50 {statistics.median(times):8.2f}  p99 {p99(times):8.2f}  most {max(times):8.2f}  "
            f"busy p99 {p99(asked.busy_ms[what]):6.2f} ms  of {len(times)}"
        )
    print(f"  the process grew by {asked.grown_mb:.1f} MB", flush=True)


def show_growth(first: Asked, last: Asked) -> None:
    print(f"from {first.rows} to {last.rows} rows:")
    for what, times in last.times_ms.items():
        if what in first.times_ms:
            median = statistics.median(times) / statistics.median(first.times_ms[what])
            tail = p99(times) / p99(first.times_ms[what])
            busy = p99(last.busy_ms[what]) / max(0.01, p99(first.busy_ms[what]))
            print(f"  {what:36} p50 {median:5.2f} ×  p99 {tail:5.2f} ×  busy p99 {busy:5.2f} ×")


def built_once(path: Path, rows: int) -> None:
    """How it was built is kept beside it."""
    note = path.with_name(path.name + ".json")
    if not note.exists():

        def progress(done: int) -> None:
            if done % 500_000 == 0:
                print(f"{done} rows", file=sys.stderr, flush=True)

        for left in path.parent.glob(path.name + "*"):  # of a build that was broken off
            left.unlink()
        note.write_text(json.dumps(asdict(build(path, rows, progress=progress))), encoding="utf-8")
    print(Built(**json.loads(note.read_text(encoding="utf-8"))).told(), flush=True)


def check(path: Path) -> None:
    """Every page and row; and what is said to a wrong key, for which every page is asked."""
    began_s = time.monotonic()
    with at_its_end(path) as store:
        print(f"checked: {store.check() or 'sound'}, {time.monotonic() - began_s:.0f} s", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        wrong = KeyFile(Path(folder) / "wrong.key")
        wrong.load_or_create()
        began_s = time.monotonic()
        try:
            Store(path, wrong, lambda: Moment(0.0)).close()
        except MemoryFault as fault:
            told = type(fault).__name__
        else:
            told = "nothing"
    print(f"a wrong key: {told} after {time.monotonic() - began_s:.1f} s", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="The memory's speed and size.")
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="where the files stay; else they are removed"
    )
    parser.add_argument("--check", action="store_true", help="look at every page and row of each file")
    arguments = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = arguments.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        measured = []
        for rows in sorted(arguments.rows):
            path = folder / f"memory-{rows}.db"
            built_once(path, rows)
            if arguments.check:
                check(path)
            measured.append(Asked(rows, path.stat().st_size))
        for seed in range(ROUNDS):
            for asked in measured:
                path = folder / f"memory-{asked.rows}.db"
                ask(path, asked, seed)
                for _ in range(COMMANDS):
                    asked.time("chestnut recall, the whole command", lambda path=path: _command(path))
        for asked in measured:
            show(asked)
    if len(measured) > 1:
        show_growth(measured[0], measured[-1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
