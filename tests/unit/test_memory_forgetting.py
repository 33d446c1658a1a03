"""What is forgotten is gone, from every file. What is too old goes by itself. A wrong clock deletes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from chestnut.core.memory import Descriptor, Owned, Sighting
from chestnut.core.reminders import Kind, Occurrence, Reminder
from chestnut.memory.export import KINDS, Form
from chestnut.memory.faults import AlreadyThere, NoRoom, ReadOnly
from chestnut.memory.forgetting import BATCH
from chestnut.memory.schema import MIGRATIONS
from chestnut.memory.store import KEEP_S, Store
from chestnut_tests.memory_desk import NOON, Desk, seen

DAY = 86400.0


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def store(desk: Desk) -> Iterator[Store]:
    with desk.open() as store:
        yield store


def remember(store: Store, *looks: Sighting) -> tuple[int, ...]:
    return store.remember(looks).result(timeout=60)


def labels(store: Store) -> set[str]:
    return {row.thing.label for row in store.recall()}


def kept_labels(store: Store, folder: Path) -> set[str]:
    """Of every table that has labels."""
    store.export(folder / "all.jsonl", Form.LINES)
    lines = [json.loads(line) for line in (folder / "all.jsonl").read_text(encoding="utf-8").splitlines()]
    (folder / "all.jsonl").unlink()
    return {line["label"] for line in lines if "label" in line}


def swept(store: Store) -> int:
    total = 0
    while count := store.sweep().result(timeout=60):
        total += count
    return total


def test_one_row(store: Store, tmp_path: Path) -> None:
    cup, _ = remember(store, seen("cup"), seen("dog"))
    assert store.forget(cup).result(timeout=60) == 1
    assert store.forget(cup).result(timeout=60) == 0
    assert kept_labels(store, tmp_path) == {"dog"}


def test_the_last_hour_and_nothing_before(desk: Desk, store: Store) -> None:
    for label, age in (("old", 3700), ("young", 3500), ("new", 0)):
        desk.now = NOON - age
        remember(store, seen(label, at=desk.now, pinned=True))
    assert store.forget_last(3600).result(timeout=60) == 2
    assert labels(store) == {"old"}


def test_what_reaches_into_the_last_hour_ends_where_it_begins(desk: Desk, store: Store) -> None:
    for second in range(0, 7200, 60):
        desk.now = NOON + second
        remember(store, seen(at=desk.now))
    desk.now = NOON + 7200
    assert store.forget_last(3600).result(timeout=60) == 1
    (cup,) = store.recall()
    assert (cup.first_seen, cup.last_seen) == (NOON, NOON + 3600)


def test_the_last_hour_is_found_through_a_clock_that_was_set_back(desk: Desk, store: Store) -> None:
    """Forty minutes before the step and ten after it: both are in the last hour, by whatever clock."""
    for label, minutes in (("old", 0), ("before", 50), ("just before", 89)):
        desk.now = NOON + minutes * 60
        remember(store, seen(label, at=desk.now))
    desk.now, desk.trusted = NOON - 30 * DAY, False
    remember(store, seen("after", at=desk.now))
    desk.now += 600
    store.forget_last(3600).result(timeout=60)
    assert labels(store) == {"old"}


def test_a_thing_with_all_that_is_known_of_it(store: Store, tmp_path: Path) -> None:
    remember(store, seen("keys", owner="my"), seen("keys", owner="mum's"), seen("dog"))
    store.teach(Owned("keys", "my"), [Descriptor("m1", b"1234")])
    assert store.forget_things(["keys"], owner="my").result(timeout=60) == 1
    assert [row.thing for row in store.recall(["keys"])] == [Owned("keys", "mum's")]
    assert store.things() == ()
    assert store.forget_things(["keys", "dog"]).result(timeout=60) == 2
    assert kept_labels(store, tmp_path) == set()


def test_a_place_with_all_that_was_seen_there(store: Store) -> None:
    remember(store, seen("cup", "hall"), seen("cup", "bath", at=NOON - 9), seen("dog", near="lamp"))
    store.name_place("hall", [Descriptor("m1", b"1234")])
    assert store.forget_place("hall").result(timeout=60) == 1
    assert store.forget_place("").result(timeout=60) == 0
    assert store.places() == ()
    assert [row.place.name for row in store.recall(["cup"])] == ["bath"]


def test_all_but_what_was_taught_and_named(store: Store, tmp_path: Path) -> None:
    remember(store, seen("cup", pinned=True), seen("keys", "hall", owner="my"))
    store.teach(Owned("keys", "my"), [])
    store.name_place("hall", [])
    assert store.forget_all().result(timeout=60) == 2
    assert store.recall() == ()
    assert kept_labels(store, tmp_path) == {"keys"}
    assert [place.name for place in store.places()] == ["hall"]


def test_nothing_forgotten_is_left_in_log_or_backup(desk: Desk) -> None:
    desk.fill(100)
    with desk.open((*MIGRATIONS, ("CREATE TABLE more (id INTEGER) STRICT",))) as store:
        assert desk.path.with_name("memory.db.schema2").exists()
        store.forget_all().result(timeout=60)
        assert not desk.path.with_name("memory.db.schema2").exists()
        assert desk.path.with_name("memory.db-wal").stat().st_size == 0


def test_freed_pages_are_given_back_and_freed_rows_overwritten(desk: Desk) -> None:
    desk.fill(5000)
    large = desk.path.stat().st_size
    with desk.open() as store:
        desk.now = NOON + 8 * DAY
        assert swept(store) == 5000
        overwrites = store._writer.do(
            lambda connection: connection.execute("PRAGMA secure_delete").fetchone()
        )
        assert overwrites.result(timeout=60) == (1,)
        assert store.check() == ()
    assert desk.path.stat().st_size < large / 4


def test_seven_days_and_pinned_rows_for_ever(desk: Desk, store: Store) -> None:
    for label, age, pinned in (("old", 7.1, False), ("pinned", 7.1, True), ("young", 6.9, False)):
        desk.now = NOON - age * DAY
        remember(store, seen(label, at=desk.now, pinned=pinned))
    desk.now = NOON
    assert swept(store) == 1
    assert labels(store) == {"pinned", "young"}


def test_a_thing_seen_again_is_young_again(desk: Desk, store: Store) -> None:
    for minute in range(0, 8 * 24 * 60, 4):
        desk.now = NOON + minute * 60
        store.remember([seen(at=desk.now)])
    assert swept(store) == 0
    assert len(store.recall()) == 1


def test_a_sweep_is_a_small_batch(desk: Desk) -> None:
    desk.fill(2 * BATCH + 50)
    desk.now += 8 * DAY
    with desk.open() as store:
        assert [store.sweep().result(timeout=60) for _ in range(4)] == [BATCH, BATCH, 50, 0]


def test_what_is_to_be_remembered_meanwhile_waits_for_one_batch_at_most(desk: Desk) -> None:
    desk.fill(3 * BATCH)
    desk.now += 8 * DAY
    with desk.open() as store:
        first = store.sweep()
        seen_meanwhile = store.remember([seen("young", at=desk.now)])
        second = store.sweep()
        row = seen_meanwhile.result(timeout=60)
        assert (first.result(timeout=60), second.result(timeout=60)) == (BATCH, BATCH)
        assert [store.recall(limit=1)[0].row] == list(row)
        assert len(store.recall()) == BATCH + 1


def test_pinned_rows_between_those_that_go_hold_nothing_up(desk: Desk) -> None:
    desk.fill(3 * BATCH)
    with desk.open() as store:
        for row in store.recall()[BATCH:]:  # the older ones, which a sweep comes to first
            store.pin(row.row, True)
        desk.now += 8 * DAY
        counts = [store.sweep().result(timeout=60) for _ in range(2)]
        assert counts == [BATCH, 0]
        assert len(store.recall()) == 2 * BATCH


def test_old_backups_go_too(desk: Desk) -> None:
    desk.fill(1)
    with desk.open((*MIGRATIONS, ("CREATE TABLE more (id INTEGER) STRICT",))) as store:
        backup = desk.path.with_name("memory.db.schema2")
        desk.now = backup.stat().st_mtime + KEEP_S - 60
        store.sweep().result(timeout=60)
        assert backup.exists()
        desk.now += 120
        store.sweep().result(timeout=60)
        assert not backup.exists()


def test_a_clock_that_leaps_ahead_and_is_not_trusted_deletes_nothing(desk: Desk, store: Store) -> None:
    desk.trusted = False
    remember(store, seen(at=desk.now))
    desk.now += 50 * 365 * DAY
    assert swept(store) == 0
    assert labels(store) == {"cup"}


def test_a_clock_set_back_deletes_nothing_and_keeps_nothing_for_ever(desk: Desk, store: Store) -> None:
    remember(store, seen("before", at=desk.now))
    desk.now, desk.trusted = 3600.0, False  # it woke up in 1970
    remember(store, seen("after", at=desk.now))
    assert swept(store) == 0
    desk.now, desk.trusted = NOON + DAY, True  # somebody set it
    assert swept(store) == 0
    desk.now = NOON + 7.5 * DAY
    assert swept(store) == 1
    assert labels(store) == {"after"}, "it may be as young as 6.5 days"
    desk.now = NOON + 8.1 * DAY
    assert swept(store) == 1


def test_a_clock_nobody_ever_trusts_still_ends_the_days(desk: Desk, store: Store) -> None:
    desk.trusted = False
    remember(store, seen("old", at=desk.now))
    gone_after = None
    for minute in range(30, 8 * 24 * 60, 30):
        desk.now = NOON + minute * 60
        if store.sweep().result(timeout=60):
            gone_after = desk.now - NOON
            break
    assert gone_after is not None and KEEP_S < gone_after <= KEEP_S + 3600


def test_everything_can_be_carried_away(desk: Desk, store: Store, tmp_path: Path) -> None:
    remember(store, seen("ключи", "кухня", owner="my"), seen(near="lamp", spot=None))
    store.teach(Owned("ключи", "my"), [Descriptor("m1", b"1234")])
    store._writer.do(_people).result(timeout=60)
    store.reminders.add(Reminder("pills", Kind.MEDICINE, "2026-11-23T08:00:00", "UTC")).result(timeout=60)
    store.reminders.keep([Occurrence(1, NOON)]).result(timeout=60)
    count = store.export(tmp_path / "all.jsonl", Form.LINES)
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(lines) == count
    assert {line["kind"] for line in lines} == set(KINDS)
    keys = next(line for line in lines if line.get("label") == "ключи")
    assert (keys["place"], keys["owner"], keys["first_seen_at"]) == (
        "кухня",
        "my",
        "2027-01-15T08:00:00+00:00",
    )
    assert (tmp_path / "all.jsonl").stat().st_mode & 0o777 == 0o600


def _people(connection: object) -> None:
    """These tables have no methods of their own yet."""
    execute = connection.execute  # type: ignore[attr-defined]
    execute("INSERT INTO person (name, consent, consented) VALUES ('Ann', 'yes, you may', 1)")
    execute(
        "INSERT INTO carer_look (at, sure, carer, deed, sight) VALUES (1, 1, 'Ben', 'looked', 'reminders')"
    )
    execute("INSERT INTO carer_right VALUES ('Ben', 'reminders', 1, 1)")


def test_the_readable_form_has_a_line_a_row(store: Store, tmp_path: Path) -> None:
    remember(store, seen())
    store.export(tmp_path / "all.txt", Form.TEXT)
    first = (tmp_path / "all.txt").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith(
        "sighting; label cup; place kitchen table; first_seen_at 2027-01-15T08:00:00+00:00;"
    )


def test_every_table_is_exported_or_holds_nothing_of_its_own(store: Store) -> None:
    tables = store._read(
        lambda connection: {
            row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type='table'")
        }
    )
    assert tables - set(KINDS) == {"era", "descriptor", "face", "newest", "carer_item"}


def test_an_export_replaces_nothing_and_leaves_nothing_half(store: Store, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("mine")
    with pytest.raises(AlreadyThere):
        store.export(there, Form.TEXT)
    assert there.read_text() == "mine"


@pytest.mark.usefixtures("as_nobody")
def test_an_export_to_where_nobody_may_write(store: Store, tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0o500)
    with pytest.raises(ReadOnly):
        store.export(tmp_path / "shut" / "all.txt", Form.TEXT)


def test_an_export_onto_a_full_disk_leaves_nothing_half(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(store, seen())
    monkeypatch.setattr("os.fsync", _full)
    with pytest.raises(NoRoom):
        store.export(tmp_path / "all.txt", Form.TEXT)
    assert not (tmp_path / "all.txt").exists()


def _full(handle: int) -> None:
    raise OSError(28, "No space left on device")
