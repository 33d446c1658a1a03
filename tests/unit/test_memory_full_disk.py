"""A disk that fills up at any byte: what was acknowledged stays, nothing is half, and with room it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from chestnut.core.carers import Sight
from chestnut.core.memory import Descriptor, Owned
from chestnut.core.people import LEAST_TAKES
from chestnut.core.reminders import Kind, Occurrence, Reminder
from chestnut.memory.faults import NoRoom
from chestnut.memory.store import Store
from chestnut.memory.vault import RESERVE_BYTES, Vault
from chestnut_tests.full_disk import Disk, filling_disk
from chestnut_tests.memory_desk import NOON, Desk, seen


@pytest.fixture
def disk() -> Iterator[Disk]:
    with filling_disk() as disk:
        yield disk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def fill_up(store: Store, disk: Disk, groups: int = 40) -> tuple[list[str], list[str]]:
    """Things acknowledged and refused; each group is two things. Waits for each group, so that each is a commit."""
    acknowledged: list[str] = []
    refused: list[str] = []
    for group in range(groups):
        pair = [f"{group}.a", f"{group}.b"]
        try:
            store.remember([seen(label, at=NOON + group) for label in pair]).result(timeout=60)
        except NoRoom:
            refused += pair
        else:
            acknowledged += pair
    assert disk.refused or not refused
    return acknowledged, refused


def labels(store: Store) -> list[str]:
    return sorted(row.thing.label for row in store.recall())


@pytest.mark.parametrize("room", [0, 1, 24, 4095, 4120, 9000, 33_333, 70_000, 111_111, 200_001])
def test_it_fills_up_while_remembering(desk: Desk, disk: Disk, room: int) -> None:
    with desk.open() as store:
        disk.room = room
        acknowledged, refused = fill_up(store, disk)
        assert refused
        assert labels(store) == sorted(acknowledged)
        disk.room = None
        assert store.remember([seen("later")]).result(timeout=60)
        assert labels(store) == sorted([*acknowledged, "later"])
        assert store.check() == ()
    with desk.open() as store:
        assert labels(store) == sorted([*acknowledged, "later"])
        assert store.check() == ()


@pytest.mark.parametrize("room", [0, 5000, 60_000])
def test_what_was_acknowledged_is_there_after_the_plug_is_pulled_too(
    desk: Desk, disk: Disk, room: int, tmp_path: Path
) -> None:
    """The files as they lie there while the disk is full, opened as a process would that starts anew."""
    with desk.open() as store:
        disk.room = room
        acknowledged, _ = fill_up(store, disk)
        left = desk.files()
    other = Desk(tmp_path / "other")
    other.path.parent.mkdir(parents=True)
    other.key_file = desk.key_file
    for name, data in left.items():
        if not name.endswith(".key"):
            (other.path.parent / name).write_bytes(data)
    disk.room = None
    with other.open() as store:
        assert labels(store) == sorted(acknowledged)
        assert store.check() == ()


def test_what_is_remembered_is_told_from_a_full_disk(desk: Desk, disk: Disk) -> None:
    desk.fill(50)
    with desk.open() as store:
        disk.room = 0
        assert len(store.recall()) == 50
        assert store.recall(["thing 7"])


def test_what_could_not_be_forgotten_wholly_is_told_and_can_be_forgotten_again(
    desk: Desk, disk: Disk
) -> None:
    desk.fill(50)
    for number, room in enumerate(range(0, 60_000, 4000)):
        with desk.open() as store:
            before = len(store.recall())
            disk.room = room
            forgotten = store.forget_things([f"thing {number}"])
            fault = forgotten.exception(timeout=60)
            assert fault is None or isinstance(fault, NoRoom)
            disk.room = None
            if fault is None:
                assert len(store.recall()) == before - 1
            store.forget_things([f"thing {number}"]).result(timeout=60)
            assert len(store.recall()) == before - 1
            assert desk.path.with_name("memory.db-wal").stat().st_size == 0
            assert store.check() == ()


def test_a_full_disk_fails_all_that_waited_together_and_only_that(desk: Desk, disk: Disk) -> None:
    with desk.open() as store:
        store.remember([seen("before")]).result(timeout=60)
        disk.room = 0
        waiting = [store.remember([seen(f"thing {number}")]) for number in range(100)]
        assert all(isinstance(future.exception(timeout=60), NoRoom) for future in waiting)
        disk.room = None
        assert labels(store) == ["before"]


def test_what_is_set_aside_lets_the_wearer_forget_on_a_full_disk(
    desk: Desk, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gives_room(vault: Vault) -> bool:
        there = spend(vault)
        if there and disk.room is not None:
            disk.room += RESERVE_BYTES
        return there

    spend = Vault.spend_reserve
    monkeypatch.setattr(Vault, "spend_reserve", gives_room)
    with desk.open() as store:
        acknowledged = fill_up(store, disk, 10)[0]
        disk.room = 0
        refused = store.remember([seen("later")])
        forgotten = store.forget_things([acknowledged[0]])
        assert isinstance(refused.exception(timeout=60), NoRoom)
        assert forgotten.result(timeout=60) == 1
        assert labels(store) == sorted(acknowledged[1:])
        assert desk.path.with_name("memory.db-reserve").stat().st_size == RESERVE_BYTES, "set aside again"


# --- whatever else is written ------------------------------------------------------------------------------

DAY_S = 86400.0
TAKE = Descriptor("model", b"\0" * 512)
PILLS = Reminder("heart pills", Kind.MEDICINE, "2026-11-01T08:00:00", "Europe/Berlin", "FREQ=DAILY", NOON)


@dataclass(frozen=True)
class Write:
    """does: the write. shows: what it changes."""

    does: Callable[[Store], Future[Any]]
    shows: Callable[[Store], object]


WRITES = {
    "pin": Write(lambda store: store.pin(1, True), lambda store: store.recall(["thing 0"])[0].pinned),
    "teach": Write(lambda store: store.teach(Owned("keys", "my"), [TAKE] * 5), Store.things),
    "name a place": Write(lambda store: store.name_place("hall", [TAKE] * 5), Store.places),
    "sweep": Write(lambda store: store.sweep(DAY_S), lambda store: len(store.recall())),
    "enrol": Write(
        lambda store: store.people.enrol("Anna", "she agreed", [TAKE] * LEAST_TAKES),
        lambda store: store.people.all(),
    ),
    "remind": Write(lambda store: store.reminders.add(PILLS), lambda store: store.reminders.all()),
    "remind by file": Write(
        lambda store: store.reminders.take_from_file([replace(PILLS, source="a line")]),
        lambda store: store.reminders.all(),
    ),
    "done": Write(
        lambda store: store.reminders.acknowledge(1, NOON, NOON), lambda store: store.reminders.occurrences()
    ),
    "said": Write(
        lambda store: store.reminders.keep([Occurrence(1, NOON + 1, times=1, spoken=NOON + 1)]),
        lambda store: store.reminders.occurrences(),
    ),
    "a carer is allowed": Write(
        lambda store: store.carers.allow("Ivan", Sight.THINGS), lambda store: store.carers.rights()
    ),
    "a carer looks": Write(
        lambda store: store.carers.look("Ivan", Sight.THINGS), lambda store: store.carers.log()
    ),
}


@pytest.mark.parametrize("room", [0, 4_000, 9_000, 17_000, 40_000])
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_it_fills_up_while_anything_else_is_written(desk: Desk, disk: Disk, write: Write, room: int) -> None:
    """Wholly or not at all; with room it is done, and what was there before is there."""
    desk.fill(30)
    with desk.open() as store:
        store.reminders.add(PILLS).result(timeout=60)
    desk.now += 2 * DAY_S
    with desk.open() as store:
        before, rows = write.shows(store), len(store.recall())
        disk.room = room
        fault = write.does(store).exception(timeout=60)
        assert isinstance(fault, NoRoom) if room == 0 else fault is None or isinstance(fault, NoRoom)
        disk.room = None
        assert (write.shows(store) == before) is (fault is not None)
        if fault:
            write.does(store).result(timeout=60)
        assert write.shows(store) != before
        assert len(store.recall()) == (0 if write is WRITES["sweep"] else rows)
        assert store.check() == ()


FORGETTINGS = {
    "forget a row": Write(lambda store: store.forget(1), lambda store: store.recall(["thing 0"])),
    "forget the last hour": Write(lambda store: store.forget_last(3600), lambda store: store.recall()),
    "forget a place": Write(lambda store: store.forget_place("kitchen table"), lambda store: store.recall()),
    "forget everything": Write(lambda store: store.forget_all(), lambda store: store.recall()),
    "forget a person": Write(lambda store: store.people.forget("Anna"), lambda store: store.people.all()),
    "forget a reminder": Write(lambda store: store.reminders.remove(1), lambda store: store.reminders.all()),
}


@pytest.mark.parametrize("room", [0, 9_000, 25_000, 60_000])
@pytest.mark.parametrize("forgetting", FORGETTINGS.values(), ids=FORGETTINGS)
def test_it_fills_up_while_something_is_forgotten(
    desk: Desk, disk: Disk, forgetting: Write, room: int
) -> None:
    """Done means gone; what failed can be done again; nothing is half."""
    desk.fill(30)
    with desk.open() as store:
        store.people.enrol("Anna", "she agreed", [TAKE] * LEAST_TAKES).result(timeout=60)
        store.reminders.add(PILLS).result(timeout=60)
        before = forgetting.shows(store)
        disk.room = room
        fault = forgetting.does(store).exception(timeout=60)
        assert isinstance(fault, NoRoom) if room == 0 else fault is None or isinstance(fault, NoRoom)
        disk.room = None
        assert forgetting.shows(store) in ((before, ()) if fault else ((),))
        forgetting.does(store).result(timeout=60)
        assert forgetting.shows(store) == ()
        assert store.check() == ()
