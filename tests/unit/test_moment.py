"""Times and repetitions as people write them, in two languages."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from chestnut.locale.moment import BadTime, moment
from chestnut.locale.repetition import RULES, rule_of
from chestnut.locale.times import meanings, tables
from chestnut.runtime.recurrence import BadRule, check
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 23, 10, 30)  # a Monday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8:00", "24 08:00"),
        ("11:00", "23 11:00"),
        ("8", "24 08:00"),
        ("8.30", "24 08:30"),
        ("8pm", "23 20:00"),
        ("8:30 p.m.", "23 20:30"),
        ("12 am", "24 00:00"),
        ("12pm", "23 12:00"),
        ("at 8 in the evening", "23 20:00"),
        ("8 o'clock in the morning", "24 08:00"),
        ("noon", "23 12:00"),
        ("midnight", "24 00:00"),
        ("tomorrow 9:30", "24 09:30"),
        ("tomorrow at 9", "24 09:00"),
        ("day after tomorrow at 9", "25 09:00"),
        ("today at 8 pm", "23 20:00"),
        ("monday 9:00", "30 09:00"),
        ("monday 11:00", "23 11:00"),
        ("on Thursday at noon", "26 12:00"),
        ("in 20 minutes", "23 10:50"),
        ("in an hour", "23 11:30"),
        ("in half an hour", "23 11:00"),
        ("2026-11-25 18:00", "25 18:00"),
        ("2026-11-25T18:00", "25 18:00"),
        ("2026-11-25T18:00:00", "25 18:00"),
        ("25.11. 18:00", "25 18:00"),
        ("25.11.2026 18:00", "25 18:00"),
        ("25.11 18:00", "25 18:00"),
        ("25 november 18:00", "25 18:00"),
        ("at 9 on the 25th of November", "25 09:00"),
        ("November 25 2026 at 6 pm", "25 18:00"),
        ("в 8", "24 08:00"),
        ("в 8 утра", "24 08:00"),
        ("в 8 часов 15 минут вечера", "23 20:15"),
        ("сегодня в 20:00", "23 20:00"),
        ("завтра в 9", "24 09:00"),
        ("Завтра в 9 утра", "24 09:00"),
        ("послезавтра в 18:30", "25 18:30"),
        ("завтра в 2 часа ночи", "24 02:00"),
        ("завтра в 12 ночи", "24 00:00"),
        ("завтра в 12 дня", "24 12:00"),
        ("в 3 часа дня", "23 15:00"),
        ("в полдень", "23 12:00"),
        ("в понедельник в 9", "30 09:00"),
        ("во вторник в 7 вечера", "24 19:00"),
        ("через 20 минут", "23 10:50"),
        ("через час", "23 11:30"),
        ("через полчаса", "23 11:00"),
        ("через 2 часа", "23 12:30"),
        ("25 ноября в 18:00", "25 18:00"),
        ("25 ноября 2026 в 9 утра", "25 09:00"),
        ("23 ноября в 23:00", "23 23:00"),
    ],
)
def test_what_is_meant(text: str, expected: str) -> None:
    meant = moment(text, NOW).at
    assert meant.strftime("%d %H:%M") == expected
    assert (meant.year, meant.month) == (2026, 11)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24 декабря в 18:00", "2026-12-24 18:00"),
        ("1 января в 9", "2027-01-01 09:00"),
        ("1 march 9:00", "2027-03-01 09:00"),
        ("29 february 9:00", "2028-02-29 09:00"),
        ("через 3 недели", "2026-12-14 10:30"),
        ("22.11. 9:00", "2027-11-22 09:00"),
    ],
)
def test_days_further_away(text: str, expected: str) -> None:
    assert f"{moment(text, NOW).at:%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize(
    ("text", "dated"),
    [("8:00", False), ("in 5 minutes", True), ("tomorrow 8:00", True), ("monday 8:00", True)],
)
def test_whether_the_day_was_given(text: str, dated: bool) -> None:
    assert moment(text, NOW).dated is dated


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "not understood"),
        ("soon", "'soon'"),
        ("tomorrow", "not understood"),
        ("25:00", "no such day or time"),
        ("8:75", "no such day or time"),
        ("30 february 9:00", "no such day or time"),
        ("today 8:00", "is over"),
        ("2026-11-22 8:00", "is over"),
        ("сегодня в 8", "is over"),
        ("2126-11-22 8:00", "five years"),
        ("in 9999 weeks", "five years"),
        ("8:00 9:00", "two meanings"),
        ("today tomorrow 8:00", "two meanings"),
        ("8 am pm", "two meanings"),
        ("9.10", "a day or a time"),
        ("1 2 3", "not understood"),
        ("9 12 15 ноября 5", "not understood"),
        ("tuesday 2026-11-25 9:00", "another weekday"),
        ("20 утра", "no time of day"),
        ("0 вечера", "no time of day"),
        ("²:00", "not understood"),
    ],
)
def test_what_is_not_understood_is_refused_with_an_example(text: str, hint: str) -> None:
    with pytest.raises(BadTime, match=hint) as caught:
        moment(text, NOW)
    assert ";" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("daily", "FREQ=DAILY"),
        ("every day", "FREQ=DAILY"),
        ("каждый день", "FREQ=DAILY"),
        ("Ежедневно", "FREQ=DAILY"),
        ("weekdays", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("по будням", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("по выходным", "FREQ=WEEKLY;BYDAY=SA,SU"),
        ("mon, thu", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("thu and mon", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("every monday", "FREQ=WEEKLY;BYDAY=MO"),
        ("по средам", "FREQ=WEEKLY;BYDAY=WE"),
        ("пн, ср и пт", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
        ("каждую субботу", "FREQ=WEEKLY;BYDAY=SA"),
        ("every 8 hours", "FREQ=HOURLY;INTERVAL=8"),
        ("каждые 2 дня", "FREQ=DAILY;INTERVAL=2"),
        ("every 2 weeks", "FREQ=WEEKLY;INTERVAL=2"),
        ("hourly", "FREQ=HOURLY"),
        ("monthly", "FREQ=MONTHLY"),
        ("once", ""),
        ("RRULE:freq=weekly;byday=mo", "FREQ=WEEKLY;BYDAY=MO"),
    ],
)
def test_how_often(text: str, rule: str) -> None:
    assert rule_of(text, NOW) == rule


@pytest.mark.parametrize("text", ["", "often", "every", "every 5", "every 5 minutes", "mon often", "часто"])
def test_how_often_is_not_guessed(text: str) -> None:
    with pytest.raises(BadTime, match="every 8 hours"):
        rule_of(text, NOW)


def test_monthly_from_the_31st_is_the_last_day_of_each_month() -> None:
    from chestnut.core.reminders import Kind, Reminder
    from chestnut.runtime.recurrence import times

    starts = datetime(2026, 10, 31, 9)
    reminder = Reminder("x", Kind.OTHER, starts.isoformat(), "UTC", rule_of("monthly", starts))
    found = times(reminder, 0, datetime(2027, 5, 1).timestamp())
    assert [datetime.fromtimestamp(at).day for at in found] == [31, 30, 31, 31, 28, 31, 30]


def test_both_languages_have_the_same_meanings() -> None:
    english, russian = tables()
    assert english.keys() == russian.keys()
    for section, entries in english.items():
        if isinstance(entries, dict):
            assert entries.keys() == russian[section].keys(), section
        else:
            assert len(entries) == len(russian[section])


def test_every_repetition_has_a_rule_and_every_rule_a_word() -> None:
    assert set(meanings("repeats").values()) == set(RULES)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1))


@given(moments, st.integers(0, 23), st.integers(0, 59))
def test_a_bare_time_is_the_next_such_time(now: datetime, hour: int, minute: int) -> None:
    meant = moment(f"{hour}:{minute:02}", now).at
    assert (meant.hour, meant.minute) == (hour, minute)
    assert timedelta() < meant - now <= timedelta(days=1)


@given(moments, moments)
def test_a_whole_date_is_that_date(now: datetime, at: datetime) -> None:
    at = at.replace(second=0, microsecond=0)
    if at <= now or at > now + timedelta(days=1500):
        return
    for text in (f"{at:%Y-%m-%d %H:%M}", f"{at:%d.%m.%Y} {at:%H:%M}", f"{at:%Y-%m-%dT%H:%M}"):
        assert moment(text, now).at == at


words = st.lists(
    st.sampled_from(
        [*meanings("parts"), *meanings("weekdays"), *meanings("months"), *meanings("days"), "9", "24"]
    )
    | st.text(alphabet="0123456789:.- tвamp", max_size=8),
    max_size=5,
).map(" ".join)


@given(words | st.text(max_size=30), moments)
def test_no_text_is_more_than_a_bad_time(text: str, now: datetime) -> None:
    try:
        meant = moment(text, now)
    except BadTime as error:
        assert ";" in str(error)
    else:
        assert meant.at > now
    try:
        rule = rule_of(text, now)
        check(now.isoformat(), "UTC", rule)
    except (BadTime, BadRule):
        pass
