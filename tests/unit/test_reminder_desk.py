"""Reminders set by people: in words, in a file; listed, noted as done, removed."""

from __future__ import annotations

import os
import unicodedata
from datetime import datetime
from pathlib import Path

import pytest
from chestnut.core.memory import Moment
from chestnut.core.reminders import Kind, Occurrence
from chestnut.locale.kinds import kind_of
from chestnut.memory.unkept import UnkeptReminders
from chestnut.runtime.assemble.companion import open_reminders
from chestnut.runtime.memory import NoMemory
from chestnut.runtime.recurrence import times
from chestnut.runtime.reminder_desk import BadReminder, ReminderDesk, reminder_of
from chestnut.runtime.reminder_file import BadFile, parse, read
from chestnut_tests.memory_desk import Desk
from chestnut_tests.reminder_desk import EIGHT, ZONE, at
from hypothesis import given
from hypothesis import strategies as st

NOW = Moment(EIGHT - 3600)  # Monday, 7:00 in Berlin
DAY_S = 86400.0


def desk(now: list[float] | None = None) -> tuple[ReminderDesk, UnkeptReminders]:
    book = UnkeptReminders()
    clock = now or [NOW.utc_s]
    return ReminderDesk(book, lambda: Moment(clock[0]), ZONE), book


# --- by a command ------------------------------------------------------------------------------------------


def test_once() -> None:
    one, book = desk()
    standing = one.add("Heart pills", "tomorrow 9:30")
    assert standing.coming is not None
    assert (standing.coming.when.days, standing.coming.when.time, standing.reminder.kind) == (
        1,
        "09:30",
        Kind.MEDICINE,
    )
    (kept,) = book.all()
    assert (kept.words, kept.starts, kept.zone, kept.rule, kept.made) == (
        "Heart pills",
        "2026-11-24T09:30:00",
        ZONE,
        "",
        NOW.utc_s,
    )


def test_daily() -> None:
    one, book = desk()
    standing = one.add("Закрой дверь", "22:00", "каждый день")
    assert standing.coming is not None
    assert (standing.coming.when.days, standing.coming.when.time) == (0, "22:00")
    assert standing.reminder.kind is Kind.DOOR
    assert times(book.all()[0], NOW.utc_s, NOW.utc_s + 3 * DAY_S) == tuple(
        at("2026-11-23T22:00") + days * DAY_S for days in range(3)
    )


def test_a_rule_without_a_day_holds_although_the_clock_was_years_ahead() -> None:
    one, book = desk([NOW.utc_s + 400 * DAY_S])
    for repeat in ("daily", "weekdays", "every 2 days", "hourly", "weekly"):
        one.add("Pills", "8:00", repeat)
    for reminder in book.all():
        assert times(reminder, NOW.utc_s, NOW.utc_s + 9 * DAY_S), reminder.rule
    one.add("Pills", "8:00", "FREQ=DAILY;COUNT=3")
    assert not times(book.all()[-1], NOW.utc_s, NOW.utc_s + 9 * DAY_S), (
        "what is counted begins where it begins"
    )


def test_another_zone() -> None:
    one, book = desk()
    standing = one.add("Call", "9:00", zone="Europe/Moscow")
    assert standing.coming is not None
    assert (standing.coming.when.time, book.all()[0].zone) == ("07:00", "Europe/Moscow")


@pytest.mark.parametrize(
    ("given_words", "hint"),
    [
        (("", "8:00"), "no words"),
        (("  \n ", "8:00"), "no words"),
        (("?!", "8:00"), "no words"),
        (("x" * 201, "8:00"), "shorten it to 200"),
        (("\ud800", "8:00"), "UTF-8"),
        (("Pills", "soon"), "tomorrow 9:30"),
        (("Pills", "8:00", "often"), "every 8 hours"),
        (("Pills", "8:00", "FREQ=MINUTELY"), "HOURLY"),
        (("Pills", "8:00", "every ² hours"), "every 8 hours"),
        (("Pills", "8:00", f"every {'9' * 5000} hours"), "every 8 hours"),
        (("Pills", "8:00", f"FREQ=DAILY;INTERVAL={'9' * 5000}"), "out of bounds"),
        (("Pills", "8:00", "", "food"), "medicine, gas, door, other"),
        (("Pills", "8:00", "", "", "Mars"), "Europe/Berlin"),
    ],
)
def test_what_cannot_be_set_is_told_with_its_remedy(given_words: tuple[str, ...], hint: str) -> None:
    one, book = desk()
    with pytest.raises(BadReminder, match=hint) as caught:
        one.add(*given_words)
    assert "\n" not in str(caught.value)
    assert book.all() == ()


def test_words_are_one_line_and_else_as_they_were_written() -> None:
    one, book = desk()
    one.add("  Две таблетки\n«Кардио», {после} еды\x1b[31m ", "8:00")
    assert book.all()[0].words == "Две таблетки «Кардио», {после} еды [31m"
    one.add(unicodedata.normalize("NFD", "Йод"), "8:00")
    assert book.all()[1].words == "Йод", "a voice would stumble over marks that stand alone"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Heart pills", "medicine"),
        ("Таблетки от сердца", "medicine"),
        ("принять лекарство и выключить газ", "medicine"),
        ("Turn off the stove", "gas"),
        ("Выключи плиту", "gas"),
        ("Lock the door", "door"),
        ("Запри дверь", "door"),
        ("Call Ann", "other"),
        ("gastronomy", "other"),
    ],
)
def test_what_it_is_about_is_told_by_the_words(words: str, kind: str) -> None:
    assert kind_of(words) == kind
    assert reminder_of(words, "8:00", "", NOW, ZONE).kind == kind
    assert reminder_of(words, "8:00", "", NOW, ZONE, "door").kind is Kind.DOOR


def test_the_list_is_in_the_order_in_which_they_come() -> None:
    one, book = desk()
    one.add("c", "22:00")
    one.add("a", "8:00", "daily")
    book.add(reminder_of("over", "2026-11-20 8:00", "", Moment(NOW.utc_s - 9 * DAY_S), ZONE)).result(
        timeout=60
    )
    assert [standing.reminder.words for standing in one.all()] == ["a", "c", "over"]
    assert one.all()[-1].coming is None


def test_done_notes_what_waits_and_what_was_missed() -> None:
    now = [NOW.utc_s]
    one, book = desk(now)
    row = one.add("Pills", "8:00", "daily").reminder.row
    with pytest.raises(BadReminder, match="waits for no answer"):
        one.done(row)
    now[0] = EIGHT + 60
    book.keep([Occurrence(row, EIGHT, 1, EIGHT)])
    (standing,) = one.all()
    assert standing.waits is not None and not standing.missed
    assert one.done(row).when.time == "08:00"
    assert book.occurrences()[0].acknowledged == EIGHT + 60
    assert one.all()[0].waits is None
    now[0] = EIGHT + DAY_S + 3600
    book.keep([Occurrence(row, EIGHT + DAY_S, 0, missed=now[0])])
    assert one.all()[0].missed
    one.done(row)
    assert not one.all()[0].missed


def test_what_is_removed_is_gone_but_not_what_stands_in_the_file() -> None:
    one, book = desk()
    row = one.add("Pills", "8:00").reminder.row
    assert one.remove(row).words == "Pills"
    with pytest.raises(BadReminder, match="no reminder"):
        one.remove(row)
    book.take_from_file(parse('[[reminder]]\nwords = "x"\nat = "8:00"\nrepeat = "daily"', NOW, ZONE))
    with pytest.raises(BadReminder, match="remove it there"):
        one.remove(book.all()[0].row)


@given(st.text(max_size=50), st.text(max_size=12), st.text(max_size=12))
def test_no_words_are_more_than_a_bad_reminder(words: str, when: str, repeat: str) -> None:
    for text in (when, "8:00"):
        try:
            reminder = reminder_of(words, text, repeat, NOW, ZONE)
        except BadReminder as error:
            assert "\n" not in str(error)
        else:
            assert reminder.words and len(reminder.words) <= 200


# --- by the file -------------------------------------------------------------------------------------------

FILE = """
[[reminder]]
words = "Heart pills"
at = "8:00"
repeat = "daily"

[[reminder]]
words = "Врач"
at = "2026-12-24 18:00"
kind = "other"
zone = "Europe/Moscow"
"""


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "reminders.toml"
    path.write_text(FILE, encoding="utf-8")
    first, second = read(path, NOW, ZONE)
    assert (first.words, first.kind, first.rule, first.zone) == (
        "Heart pills",
        Kind.MEDICINE,
        "FREQ=DAILY",
        ZONE,
    )
    assert datetime.fromisoformat(first.starts).hour == 8
    assert (second.starts, second.zone) == ("2026-12-24T18:00:00", "Europe/Moscow")
    assert first.source != second.source
    assert read(tmp_path / "nowhere.toml", NOW, ZONE) == ()


def test_read_again_it_is_the_same_also_after_it_was_due() -> None:
    once = '[[reminder]]\nwords = "x"\nat = "2026-11-23 8:00"'
    sources = []
    for hours in (0, 1, 25, 48):
        (reminder,) = parse(once, Moment(NOW.utc_s + hours * 3600), ZONE)
        sources.append((reminder.source, reminder.starts))
    assert len(set(sources)) == 1
    assert parse(once, Moment(NOW.utc_s + 50 * 3600), ZONE) == ()


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("= x", "not TOML"),
        ("a = " + "1" * 5000, "not TOML"),
        ("[[remindr]]\nwords = 'x'", "did you mean 'reminder'"),
        ("reminder = 3", r"\[\[reminder\]\]"),
        ("reminder = [3]", r"\[\[reminder\]\]"),
        ("[reminder]\nwords = 'x'", r"\[\[reminder\]\]"),
        ("[[reminder]]\nat = '8:00'", "reminder 1: it has no words"),
        ("[[reminder]]\nwords = 'x'", "reminder 1: it has no at"),
        ("[[reminder]]\nwords = 'x'\nat = 8", "put it into quotes"),
        ("[[reminder]]\nwords = 'x'\nat = '8:00'\nrepat = 'daily'", "did you mean 'repeat'"),
        ("[[reminder]]\nwords = 'x'\nat = '8:00'", "or add repeat"),
        ("[[reminder]]\nwords = 'x'\nat = 'tomorrow 8:00'", "or add repeat"),
        ("[[reminder]]\nwords = 'x'\nat = 'soon'\nrepeat = 'daily'", "tomorrow 9:30"),
        ("[[reminder]]\nwords = 'x'\nat = '2026-13-40 8:00'", "no such day"),
        ("[[reminder]]\nwords = 'x'\nat = '8:00'\nrepeat = 'daily'\n" * 201, "too many"),
    ],
)
def test_a_mistake_in_the_file_names_its_place_and_remedy(text: str, hint: str) -> None:
    with pytest.raises(BadFile, match=hint) as caught:
        parse(text, NOW, ZONE)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot read"):
        read(tmp_path, NOW, ZONE)
    (tmp_path / "latin").write_bytes(b'[[reminder]]\nwords = "\xff"')
    with pytest.raises(BadFile, match="UTF-8"):
        read(tmp_path / "latin", NOW, ZONE)


def test_what_is_no_file_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "reminders.toml"
    os.mkfifo(path)
    with pytest.raises(BadFile, match="put a file there"):
        read(path, NOW, ZONE)
    path.unlink()
    path.symlink_to(tmp_path / "stick" / "reminders.toml")
    with pytest.raises(BadFile, match="put it there, or remove the link"):
        read(path, NOW, ZONE)


def test_a_mark_before_the_text_is_no_mistake(tmp_path: Path) -> None:
    """Some editors put it there."""
    (tmp_path / "marked").write_text("\ufeff" + FILE, encoding="utf-8")
    assert read(tmp_path / "marked", NOW, ZONE) == parse(FILE, NOW, ZONE)


@given(st.text(alphabet='[]reminder="words at8:00\n', max_size=60) | st.text(max_size=60))
def test_no_text_is_more_than_a_bad_file(text: str) -> None:
    for content in (text, FILE + text):
        try:
            parse(content, NOW, ZONE)
        except BadFile as error:
            assert str(error)


def test_the_example_of_the_guide_can_be_read() -> None:
    guide = Path(__file__).resolve().parents[2] / "docs" / "companion.md"
    text = guide.read_text(encoding="utf-8")
    blocks = [block.split("```")[0] for block in text.split("```toml\n")[1:]]
    (example,) = [block for block in blocks if "[[reminder]]" in block]
    assert len(parse(example, NOW, ZONE)) >= 2


def test_the_device_goes_by_the_file_also_without_a_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = tmp_path / "chestnut" / "reminders.toml"
    path.parent.mkdir()
    path.write_text(FILE, encoding="utf-8")
    lack = NoMemory("memory_wrong_key", "put the right key there")
    book, doubts = open_reminders(lack, lambda: NOW)
    assert ([reminder.words for reminder in book.all()], doubts) == (["Heart pills", "Врач"], ())


def test_a_mistake_in_the_file_is_told_and_what_was_known_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = tmp_path / "chestnut" / "reminders.toml"
    path.parent.mkdir()
    path.write_text(FILE, encoding="utf-8")
    with Desk(tmp_path / "memory").open() as store:
        assert open_reminders(store, lambda: NOW)[1] == ()
        path.write_text(FILE + "[[reminder]]\n", encoding="utf-8")
        book, doubts = open_reminders(store, lambda: NOW)
        assert doubts == ("reminders_file_bad",)
        assert [reminder.words for reminder in book.all()] == ["Heart pills", "Врач"]


def test_a_clock_no_calendar_reaches_is_no_mistake_of_the_kind() -> None:
    with pytest.raises(BadReminder, match="set the clock"):
        reminder_of("Pills", "8:00", "daily", Moment(9e15), ZONE)
