"""However much is remembered: what is asked, remembered and let go costs as much as before. Counted in steps of
SQLite's machine, not in time; python -m bench.memory measures the time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from chestnut.core.memory import STAY_S, Moment, Remembered
from chestnut.memory.forgetting import BATCH
from chestnut.memory.store import Store
from chestnut.memory.vault import Connection
from chestnut.runtime.recollecting import look_back, recollect
from chestnut_tests.memory_desk import NOON, seen

from bench.memory_file import build, insert, opened

FEW, MANY = 500, 20_000
APART_S = 2 * STAY_S
PLACES = ("hall", "bath", "desk")


def filled(folder: Path, rows: int) -> Path:
    """Two things at three places, each row another look."""
    path = folder / f"{rows}.db"
    looks = (
        seen(("keys", "cup")[number % 2], PLACES[number % 3], NOON + number * APART_S)
        for number in range(rows)
    )
    insert(path, looks, range(rows), end(rows), lambda done: None)
    return path


def end(rows: int) -> Moment:
    return Moment(NOON + rows * APART_S)


class Steps:
    """How many steps a connection takes."""

    def __init__(self, connection: Connection) -> None:
        self.count = 0
        connection.set_progress_handler(self._step, 1)

    def _step(self) -> int:
        self.count += 1
        return 0

    def of(self, work: Callable[[], object]) -> int:
        before = self.count
        work()
        return self.count - before


def steps(path: Path, rows: int, work: Callable[[Store], object]) -> int:
    """Of reader and writer together."""
    with opened(path, end(rows)) as store:
        assert store._reader is not None
        reading, writing = Steps(store._reader), Steps(store._writer._connection)
        return reading.of(lambda: work(store)) + writing.count


WORKS: dict[str, Callable[[Store], object]] = {
    "recall": lambda store: store.recall(["keys", "key ring"]),
    "everything": lambda store: store.recall(),
    "known": Store.known,
    "a question": lambda store: recollect(store, "where are the keys?", end(MANY)),
    "looking back": lambda store: look_back(store, end(MANY)),
    "remember": lambda store: store.remember([seen("keys", "hall", NOON - APART_S)]).result(),
    "sweep": lambda store: store.sweep(APART_S).result(),
    "forget one": lambda store: store.forget(FEW // 2).result(),
    "forget the newest": lambda store: store.forget(store.recall(["keys"])[0].row).result(),
    "forget the last hour": lambda store: store.forget_last(3600).result(),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("scale")
    return filled(folder, FEW), filled(folder, MANY)


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_forty_times_as_many_rows_cost_no_more(
    files: tuple[Path, Path], work: Callable[[Store], object]
) -> None:
    few, many = (steps(path, rows, work) for path, rows in zip(files, (FEW, MANY), strict=True))
    assert 0 < many <= 1.2 * few


def test_a_sweep_takes_a_batch_however_much_is_too_old(files: tuple[Path, Path]) -> None:
    with opened(files[1], Moment(end(MANY).utc_s + 30 * 86400.0)) as store:
        assert store.sweep().result(timeout=60) == BATCH


def test_rows_put_in_in_bulk_are_those_the_writer_makes(tmp_path: Path) -> None:
    """So that what is measured over them is true."""
    build(tmp_path / "bulk.db", 400, first=0, last=0)
    build(tmp_path / "mixed.db", 400, first=100, last=50)
    build(tmp_path / "true.db", 400, first=400, last=0)
    bulk, mixed, true = (everything(tmp_path / name) for name in ("bulk.db", "mixed.db", "true.db"))
    assert bulk == mixed == true
    assert len(true) > 300


def everything(path: Path) -> list[Remembered]:
    with opened(path, Moment(NOON)) as store:
        assert store.check() == ()
        rows = [*store.recall(), *store.recall(likely=False)]
        return [replace(row, row=0) for row in rows]
