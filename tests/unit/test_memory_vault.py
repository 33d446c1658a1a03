"""The file is shut to whoever lacks the key. What is wrong is told with its remedy, and nothing is overwritten."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest
from chestnut.memory.faults import (
    ClockSetBack,
    Damaged,
    InUse,
    KeyDamaged,
    KeyMissing,
    MemoryFault,
    Newer,
    NoRoom,
    NotEncrypted,
    ReadOnly,
    WrongKey,
)
from chestnut.memory.keys import CREDENTIAL, VARIABLE, Key, KeyFile, find_key
from chestnut.memory.migrate import SPARE_BYTES
from chestnut.memory.schema import FIRST, MIGRATIONS
from chestnut.memory.vault import PAGE_BYTES, Vault
from chestnut_tests.full_disk import filling_disk
from chestnut_tests.memory_desk import NOON, Desk, seen

NEXT = ("ALTER TABLE person ADD COLUMN nickname TEXT",)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def refused(desk: Desk, fault: type[MemoryFault]) -> MemoryFault:
    """Opening fails so, in one line, and every file is as it was."""
    before = desk.files()
    with pytest.raises(fault) as caught:
        desk.store()
    assert desk.files() == before
    assert type(caught.value) is fault
    assert "\n" not in str(caught.value)
    return caught.value


def other_key(desk: Desk) -> None:
    desk.key_file.path.write_text(Key.new().digits)


def test_nothing_can_be_read_in_the_file(desk: Desk) -> None:
    desk.fill(3)
    data = desk.path.read_bytes()
    assert b"thing" not in data and b"SQLite" not in data and b"CREATE" not in data
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(desk.path).execute("SELECT * FROM sqlite_schema")


def test_nothing_can_be_read_in_the_log(desk: Desk) -> None:
    with desk.open() as store:
        store.remember([seen("teapot")]).result(timeout=60)
        log = desk.path.with_name("memory.db-wal").read_bytes()
        assert log and b"teapot" not in log


def test_only_the_owner_may_read_key_and_file(desk: Desk) -> None:
    desk.fill(1)
    for path in (desk.path, desk.key_file.path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_two_memories_have_two_keys_and_a_key_is_never_printed(tmp_path: Path) -> None:
    one, other = Desk(tmp_path / "one"), Desk(tmp_path / "other")
    one.fill(1)
    other.fill(1)
    assert one.key_file.load() != other.key_file.load()
    assert one.key_file.load().digits not in repr(one.key_file.load())


def test_a_wrong_key_opens_nothing(desk: Desk) -> None:
    desk.fill()
    right = desk.key_file.load()
    other_key(desk)
    assert "does not belong" in str(refused(desk, WrongKey))
    desk.key_file.path.write_text(right.digits)
    with desk.open() as store:
        assert len(store.recall()) == 300


def test_a_wrong_key_harms_no_row_that_is_still_in_the_log(desk: Desk, tmp_path: Path) -> None:
    with desk.open() as store:
        store.remember([seen("teapot")]).result(timeout=60)
        left = desk.files()  # as after a pulled plug: the log is not yet merged into the file
    crashed = Desk(tmp_path / "crashed")
    for folder in (crashed.path.parent, crashed.key_file.path.parent):
        folder.mkdir(parents=True)
    for name, data in left.items():
        folder = crashed.key_file.path.parent if name.endswith(".key") else crashed.path.parent
        (folder / name).write_bytes(data)
    right = crashed.key_file.load()
    other_key(crashed)
    with pytest.raises(WrongKey):
        crashed.store()
    crashed.key_file.path.write_text(right.digits)
    with crashed.open() as store:
        assert [row.thing.label for row in store.recall()] == ["teapot"]


def test_a_missing_key_is_not_replaced(desk: Desk) -> None:
    desk.fill(1)
    desk.key_file.path.unlink()
    assert "put in the stick" in str(refused(desk, KeyMissing))
    assert not desk.key_file.path.exists()


@pytest.mark.parametrize("text", ["", "key", "00" * 47, "0" * 96 + "0", "G" * 96])
def test_a_damaged_key_is_told_apart_from_a_wrong_one(desk: Desk, text: str) -> None:
    desk.fill(1)
    desk.key_file.path.write_text(text)
    refused(desk, KeyDamaged)


def test_a_plain_database_is_not_taken_for_a_memory(desk: Desk) -> None:
    desk.path.parent.mkdir()
    plain = sqlite3.connect(desk.path)
    plain.execute("CREATE TABLE sighting (id)")
    plain.close()
    refused(desk, NotEncrypted)


def test_a_library_that_lets_any_key_in_is_found_at_the_start(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The self-test itself: the second opening, with a wrong key, gets the right one."""
    desk.fill(1)
    right = desk.key_file.load()
    unlocked = Vault._unlocked
    monkeypatch.setattr(Vault, "_unlocked", lambda vault, key: unlocked(vault, right))
    refused(desk, NotEncrypted)


@pytest.mark.parametrize("page", [0, 1, 2, -1])
def test_a_damaged_page_is_told_and_left_as_it_is(desk: Desk, page: int) -> None:
    desk.fill()
    data = bytearray(desk.path.read_bytes())
    start = page * PAGE_BYTES % len(data) + 200
    data[start : start + 100] = bytes(100)
    desk.path.write_bytes(data)
    before = desk.files()
    with pytest.raises(Damaged) as caught, desk.open() as store:
        assert any("HMAC" in line or "malformed" in line for line in store.check())
        store.recall()
        raise Damaged("not read")  # a page recall did not need
    assert caught.value.reason == "memory_damaged"
    assert desk.files() == before


@pytest.mark.parametrize("start", [0, 16])
def test_a_lost_beginning_is_damage_not_a_wrong_key(desk: Desk, start: int) -> None:
    desk.fill()
    with desk.path.open("r+b") as file:
        file.seek(start)
        file.write(bytes(PAGE_BYTES - start))
    assert "keep them for rescue" in str(refused(desk, Damaged))


def test_a_lost_first_sector_of_salt_alone_harms_nothing(desk: Desk) -> None:
    desk.fill()
    with desk.path.open("r+b") as file:
        file.write(bytes(16))
    with desk.open() as store:
        assert len(store.recall()) == 300


@pytest.mark.parametrize("size", [1, 100, PAGE_BYTES, 2 * PAGE_BYTES + 5])
def test_a_file_cut_short_is_damaged(desk: Desk, size: int) -> None:
    desk.fill()
    os.truncate(desk.path, size)
    with pytest.raises(Damaged), desk.open() as store:
        store.recall()


def test_an_emptied_file_beside_its_log_is_damaged_not_new(desk: Desk) -> None:
    desk.fill(1)
    os.truncate(desk.path, 0)
    desk.path.with_name("memory.db-wal").write_bytes(b"rows")
    refused(desk, Damaged)


def test_tables_of_a_newer_chestnut_are_left_alone(desk: Desk) -> None:
    with desk.open((*MIGRATIONS, NEXT)) as store:
        store.remember([seen()]).result(timeout=60)
    assert "update Chestnut" in str(refused(desk, Newer))


def test_tables_of_an_older_chestnut_are_migrated_after_a_backup(desk: Desk) -> None:
    desk.fill(20)
    old = desk.path.read_bytes()
    with desk.open((*MIGRATIONS, NEXT)) as store:
        assert len(store.recall()) == 20
        assert store.check() == ()
    backup = desk.path.with_name("memory.db.schema2")
    assert backup.read_bytes() == old
    backup.replace(desk.path)
    with desk.open() as store:
        assert len(store.recall()) == 20


def test_a_migration_that_fails_leaves_the_old_tables(desk: Desk) -> None:
    desk.fill(20)
    with pytest.raises(MemoryFault):
        desk.store((*MIGRATIONS, (*NEXT, "no sql")))
    with desk.open() as store:
        assert len(store.recall()) == 20


def test_no_migration_while_another_process_has_the_memory(desk: Desk) -> None:
    desk.fill(1)
    with desk.open() as store:
        with pytest.raises(InUse):
            desk.store((*MIGRATIONS, NEXT))
        assert len(store.recall()) == 1


def test_without_room_for_the_backup_nothing_is_migrated(desk: Desk) -> None:
    desk.fill(1)
    desk.path.with_name("memory.db-reserve").unlink()
    backup = desk.path.with_name("memory.db.schema2.new")
    backup.symlink_to("/dev/full")
    with pytest.raises(NoRoom):
        desk.store((*MIGRATIONS, NEXT))
    assert not backup.is_symlink()
    with desk.open() as store:
        assert len(store.recall()) == 1


def test_a_copy_that_would_not_fit_is_not_begun_and_the_room_it_needs_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a card with room for everything but the copy and what is left free beside it."""
    desk.fill(1)
    size = desk.path.stat().st_size
    room = os.statvfs_result((1, 1, size, size, size + SPARE_BYTES - 1, 1, 1, 1, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda path: room)
    before = desk.files()
    with pytest.raises(NoRoom, match="nothing was changed") as caught:
        desk.store((*MIGRATIONS, NEXT))
    assert f"free {(size + SPARE_BYTES) / 1e6:.0f} MB" in str(caught.value)
    assert desk.files() == before
    assert not list(desk.path.parent.glob("*.schema*"))


def test_that_a_copy_is_made_is_in_the_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """It may take half a minute where millions are remembered."""
    desk.fill(1)
    with desk.open((*MIGRATIONS, NEXT)):
        assert "a copy of" in caplog.text


def test_a_clock_set_back_is_told_and_what_came_last_is_still_newest(desk: Desk) -> None:
    with desk.open() as store:
        assert store.doubt is None
        store.remember([seen(place="hall", at=desk.now)]).result(timeout=60)
    desk.now -= 365 * 86400
    desk.trusted = False
    with desk.open() as store:
        assert isinstance(store.doubt, ClockSetBack)
        store.remember([seen(place="bath", at=desk.now)]).result(timeout=60)
        bath, hall = store.recall(["cup"])
        assert (bath.place.name, bath.when_sure) == ("bath", False)
        assert (hall.place.name, hall.when_sure) == ("hall", True)


def test_a_clock_that_was_wrong_before_makes_the_older_times_doubtful(desk: Desk) -> None:
    with desk.open() as store:
        store.remember([seen(place="hall", at=desk.now)]).result(timeout=60)
        desk.now -= 3600  # set right while running
        store.remember([seen(place="bath", at=desk.now)]).result(timeout=60)
        assert isinstance(store.doubt, ClockSetBack)
        bath, hall = store.recall(["cup"])
    assert (bath.when_sure, hall.when_sure) == (True, False)


def test_a_small_correction_of_the_clock_is_no_doubt(desk: Desk) -> None:
    desk.fill(1)
    desk.now -= 30
    with desk.open() as store:
        store.remember([seen(at=desk.now)]).result(timeout=60)
        assert store.doubt is None


@pytest.mark.usefixtures("as_nobody")
def test_a_folder_that_may_not_be_written(desk: Desk) -> None:
    desk.fill(1)
    desk.path.with_name("memory.db-lock").unlink()
    desk.path.parent.chmod(0o500)
    try:
        assert "writable" in str(refused(desk, ReadOnly))
    finally:
        desk.path.parent.chmod(0o700)


@pytest.mark.usefixtures("as_nobody")
def test_a_file_that_may_not_be_written(desk: Desk) -> None:
    desk.fill(1)
    desk.path.chmod(0o400)
    with desk.open() as store, pytest.raises(ReadOnly):
        store.remember([seen(at=NOON)]).result(timeout=60)


@pytest.mark.usefixtures("as_nobody")
def test_a_key_that_may_not_be_read(desk: Desk) -> None:
    desk.fill(1)
    desk.key_file.path.chmod(0)
    with pytest.raises(ReadOnly):
        desk.store()


def test_no_room_at_the_very_beginning_leaves_nothing_half(desk: Desk) -> None:
    with filling_disk() as disk:
        for room in range(0, 60_000, 3000):
            disk.room = room
            with pytest.raises(NoRoom):
                desk.store()
        disk.room = None
        with desk.open() as store:
            assert store.check() == ()
            assert store.remember([seen()]).result(timeout=60)


def test_wiping_leaves_no_file_and_no_key(desk: Desk) -> None:
    desk.fill(3)
    store = desk.store((*MIGRATIONS, NEXT))  # with a backup of the older tables
    assert store.wipe()
    assert not any(desk.path.parent.iterdir())
    assert not any(desk.key_file.path.parent.iterdir())
    with desk.open() as store:
        assert store.recall() == ()


@pytest.mark.usefixtures("as_nobody")
def test_wiping_with_a_key_that_cannot_be_destroyed_removes_the_files_and_tells(desk: Desk) -> None:
    desk.fill(3)
    desk.key_file.path.chmod(0o400)
    desk.key_file.path.parent.chmod(0o500)
    try:
        assert not desk.store().wipe()
        assert not any(desk.path.parent.iterdir())
        assert desk.key_file.path.exists()
    finally:
        desk.key_file.path.parent.chmod(0o700)


def test_no_wiping_while_another_process_has_the_memory(desk: Desk) -> None:
    with desk.open() as one, desk.open() as other:
        one.remember([seen()]).result(timeout=60)
        with pytest.raises(InUse):
            one.wipe()
        assert len(other.recall()) == len(one.recall()) == 1


def test_a_credential_is_neither_made_nor_destroyed(desk: Desk) -> None:
    desk.key_file = KeyFile(desk.key_file.path, ours=False)
    with pytest.raises(KeyMissing):
        desk.store()
    desk.key_file.path.parent.mkdir()
    desk.key_file.path.write_text(Key.new().digits + "\n")
    assert not desk.store().wipe()
    assert desk.key_file.path.exists()
    assert not desk.path.exists()


def test_where_the_key_is(tmp_path: Path) -> None:
    home = {"XDG_CONFIG_HOME": str(tmp_path / "settings"), "CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert find_key(home) == KeyFile(tmp_path / "settings" / "chestnut" / "keys" / "memory.key")
    (tmp_path / CREDENTIAL).touch()
    assert find_key(home) == KeyFile(tmp_path / CREDENTIAL, ours=False)
    assert find_key(home | {VARIABLE: "/media/stick/key"}) == KeyFile(Path("/media/stick/key"))


def test_released_migrations_never_change() -> None:
    """A new table is a new migration; the first is what is on people's cards."""
    assert MIGRATIONS[0] is FIRST


def test_the_check_finds_what_recall_would_tell_wrongly(desk: Desk) -> None:
    desk.fill(5)
    with desk.open() as store:
        assert store.check() == ()
        store._writer.do(
            lambda connection: connection.execute("UPDATE newest SET sighting = 1 WHERE sighting = 2")
        )
        store._writer.do(lambda connection: None).result(timeout=60)
        assert store.check() == ("newest: does not point at the newest sightings",)
