"""A disk that fills up at any byte: what was acknowledged stays, nothing is half, and with room it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
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
