"""What is kept of reminders: the encrypted store, and the one that forgets with its process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from chestnut.core.ports import ReminderBook
from chestnut.core.reminders import Kind, Occurrence, Reminder
from chestnut.memory.reminders import KEEP_S
from chestnut.memory.unkept import UnkeptReminders
from chestnut_tests.memory_desk import NOON, Desk

PILLS = Reminder("Таблетки от сердца", Kind.MEDICINE, "2026-11-23T08:00", "Europe/Berlin", "FREQ=DAILY", NOON)
DOOR = Reminder("The door", Kind.DOOR, "2026-11-23T22:00", "UTC", "", NOON)
BOOKS = ["store", "unkept"]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def book(request: pytest.FixtureRequest, desk: Desk) -> Iterator[ReminderBook]:
    if request.param == "unkept":
        yield UnkeptReminders()
        return
    with desk.open() as store:
        yield store.reminders


every_book = pytest.mark.parametrize("book", BOOKS, indirect=True)


def add(book: ReminderBook, reminder: Reminder) -> int:
    return book.add(reminder).result(timeout=60)


@every_book
def test_what_is_added_is_there_word_for_word(book: ReminderBook) -> None:
    rows = [add(book, PILLS), add(book, DOOR)]
    assert book.all() == (replace(PILLS, row=rows[0]), replace(DOOR, row=rows[1]))


@every_book
def test_what_is_removed_goes_with_all_that_became_of_it(book: ReminderBook) -> None:
    row, other = add(book, PILLS), add(book, DOOR)
    book.keep([Occurrence(row, NOON), Occurrence(other, NOON)]).result(timeout=60)
    assert book.remove(row).result(timeout=60) == 1
    assert book.remove(row).result(timeout=60) == 0
    assert [reminder.row for reminder in book.all()] == [other]
    assert [occurrence.reminder for occurrence in book.occurrences()] == [other]


@every_book
def test_what_became_of_a_time_is_kept(book: ReminderBook) -> None:
    row = add(book, PILLS)
    said = Occurrence(row, NOON, 2, NOON + 300.5)
    missed = Occurrence(row, NOON - 86400, missed=NOON)
    book.keep([said, missed]).result(timeout=60)
    assert book.occurrences() == (missed, said)
    again = replace(said, times=3, spoken=NOON + 900)
    book.keep([again]).result(timeout=60)
    assert book.occurrences() == (missed, again)


@every_book
def test_an_acknowledgement_is_never_taken_back(book: ReminderBook) -> None:
    """Another process acknowledged it between this turn's look and its writing."""
    row = add(book, PILLS)
    book.keep([Occurrence(row, NOON, 1, NOON)]).result(timeout=60)
    assert book.acknowledge(row, NOON, NOON + 10).result(timeout=60)
    assert book.acknowledge(row, NOON, NOON + 20).result(timeout=60)
    book.keep([Occurrence(row, NOON, 2, NOON + 300)]).result(timeout=60)
    assert [occurrence.acknowledged for occurrence in book.occurrences()] == [NOON + 10]


@every_book
def test_what_was_not_said_yet_can_be_acknowledged(book: ReminderBook) -> None:
    row = add(book, PILLS)
    assert book.acknowledge(row, NOON, NOON - 10).result(timeout=60)
    assert book.occurrences() == (Occurrence(row, NOON, 0, None, NOON - 10),)


@every_book
def test_nothing_is_kept_of_a_reminder_that_is_gone(book: ReminderBook) -> None:
    book.keep([Occurrence(7, NOON)]).result(timeout=60)
    assert not book.acknowledge(7, NOON, NOON).result(timeout=60)
    assert book.occurrences() == ()


@every_book
def test_a_turn_takes_back_what_a_wrong_clock_kept(book: ReminderBook) -> None:
    row = add(book, replace(PILLS, made=NOON + 86400))
    wrong = Occurrence(row, NOON + 86400, 1, NOON + 86400)
    book.keep([wrong]).result(timeout=60)
    book.keep([Occurrence(row, NOON, 1, NOON)], void=[wrong], made={row: NOON}).result(timeout=60)
    assert book.occurrences() == (Occurrence(row, NOON, 1, NOON),)
    assert [reminder.made for reminder in book.all()] == [NOON]


@every_book
def test_a_file_read_again_changes_only_what_was_changed_in_it(book: ReminderBook) -> None:
    told = add(book, DOOR)
    first, second = (replace(PILLS, source=source, words=source) for source in ("one", "two"))
    book.take_from_file([first, second]).result(timeout=60)
    rows = {reminder.source: reminder.row for reminder in book.all()}
    book.keep([Occurrence(rows["one"], NOON), Occurrence(rows["two"], NOON)]).result(timeout=60)
    third = replace(PILLS, source="three")
    book.take_from_file([replace(second, made=NOON + 500), third]).result(timeout=60)
    assert [(reminder.source, reminder.made) for reminder in book.all()] == [
        ("", NOON),
        ("two", NOON),
        ("three", NOON),
    ]
    assert [reminder.row for reminder in book.all()][:2] == [told, rows["two"]]
    assert [occurrence.reminder for occurrence in book.occurrences()] == [rows["two"]]
    book.take_from_file([]).result(timeout=60)
    assert [reminder.row for reminder in book.all()] == [told]


def test_what_became_of_it_survives_the_process(desk: Desk) -> None:
    with desk.open() as store:
        row = add(store.reminders, PILLS)
        store.reminders.keep([Occurrence(row, NOON, 1, NOON)]).result(timeout=60)
        store.reminders.acknowledge(row, NOON, NOON + 10).result(timeout=60)
    with desk.open() as store:
        assert store.reminders.all() == (replace(PILLS, row=row),)
        assert store.reminders.occurrences() == (Occurrence(row, NOON, 1, NOON, NOON + 10),)


def test_what_is_long_over_goes_by_itself_but_not_by_a_clock_nobody_trusts(desk: Desk) -> None:
    with desk.open() as store:
        book = store.reminders
        pills, door, filed = add(book, PILLS), add(book, DOOR), add(book, replace(DOOR, source="line"))
        book.keep([Occurrence(row, NOON) for row in (pills, door, filed)]).result(timeout=60)
        desk.now, desk.trusted = NOON + KEEP_S + 1, False
        book.keep([]).result(timeout=60)
        assert len(book.occurrences()) == 3
        desk.trusted = True
        book.keep([]).result(timeout=60)
        assert book.occurrences() == ()
        assert [reminder.row for reminder in book.all()] == [pills, filed], (
            "a rule goes on, and so does the file"
        )
