"""What somebody gets wrong with reminders on the maker's page is told in the language of that page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from chestnut.core.memory import Moment
from chestnut.core.session import LANGUAGES
from chestnut.locale.repetition import rule_of
from chestnut.locale.window import words
from chestnut.memory.store import Store
from chestnut.runtime.carer_desk import BadCarer, CarerDesk
from chestnut.runtime.desks import Desks
from chestnut.runtime.recurrence import check
from chestnut.runtime.reminder_desk import BadReminder, ReminderDesk
from chestnut.window.answers import Answers, told
from chestnut_tests.memory_desk import Desk
from chestnut_tests.reminder_desk import EIGHT, PILLS, ZONE

SET = {"words": "Heart pills", "at": "09:00", "repeat": "", "kind": ""}
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Desk(tmp_path).open() as opened:
        yield opened


def answers(store: Store, now_s: float = EIGHT) -> Answers:
    def now() -> Moment:
        return Moment(now_s)

    carers = CarerDesk(store.carers, store, store.reminders, now, ZONE, store.path.with_name("condition"))
    return Answers(Desks(ReminderDesk(store.reminders, now, ZONE), carers))


def mistake(key: str, work: Any) -> None:
    """It is told in each language by the words of that key."""
    with pytest.raises((BadReminder, BadCarer)) as caught:
        work()
    for language in LANGUAGES:
        assert told(caught.value, language) == (words(language)["refused"][key], 400)
    assert CYRILLIC.search(words("ru")["refused"][key])


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"words": " … "}, "reminder_words"),
        ({"words": "x" * 201}, "reminder_long"),
        ({"at": "soon"}, "reminder_time"),
        ({"at": "2026-02-30 09:00"}, "reminder_time"),
        ({"at": "2020-02-03 09:00"}, "reminder_over"),
        ({"at": "2099-02-03 09:00"}, "reminder_far"),
        ({"repeat": "now and then"}, "reminder_repeat"),
        ({"repeat": "FREQ=MINUTELY"}, "reminder_repeat"),
        ({"repeat": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}, "reminder_never"),
        ({"kind": "party"}, "bad_request"),
    ],
)
def test_one_that_cannot_be_set(store: Store, given: dict[str, str], key: str) -> None:
    mistake(key, lambda: answers(store).add({**SET, **given}, "ru"))
    assert store.reminders.all() == ()


def test_by_a_clock_no_calendar_reaches(store: Store) -> None:
    mistake("reminder_clock", lambda: answers(store, 1e18).add(SET, "ru"))


def test_one_that_cannot_be_removed(store: Store) -> None:
    mistake("reminder_gone", lambda: answers(store).remove({"number": 12}, "ru"))
    store.reminders.take_from_file([replace(PILLS, source="of the file")]).result()
    (filed,) = store.reminders.all()
    mistake("reminder_filed", lambda: answers(store).remove({"number": filed.row}, "ru"))


def test_a_carer_without_a_name(store: Store) -> None:
    mistake("carer_name", lambda: answers(store).see({"carer": "…", "sight": "reminders"}, "ru"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_often_is_told_by_words_that_are_understood(language: str) -> None:
    _, _, examples = words(language)["refused"]["reminder_repeat"].rpartition(": ")
    daily, weekdays, *days, hours = examples.rstrip(".").split(", ")
    for often in (daily, weekdays, ", ".join(days), hours):
        check("2026-11-23T08:00", ZONE, rule_of(often, datetime(2026, 11, 23, 8)))
