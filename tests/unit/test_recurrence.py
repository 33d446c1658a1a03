"""When reminders fall due: local time over daylight saving, and rules that are none."""

from __future__ import annotations

from calendar import isleap
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from chestnut.core.reminders import Kind, Reminder
from chestnut.runtime.recurrence import BadRule, _rule, _years_on, check, following, times
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

BERLIN = (
    "Europe/Berlin"  # 2026: an hour is left out on 29 March at 2:00, and comes twice on 25 October from 2:00
)
DAY_S = 86400.0


def utc(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def reminder(starts: str, rule: str = "", zone: str = BERLIN) -> Reminder:
    return Reminder("Pills", Kind.MEDICINE, starts, zone, rule)


def local(instants: tuple[float, ...], zone: str = BERLIN) -> list[str]:
    return [datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%d %H:%M") for at in instants]


def between(starts: str, rule: str, begin: str, end: str) -> list[str]:
    """As local times; begin and end are UTC."""
    return local(times(reminder(starts, rule), utc(begin), utc(end)))


def test_eight_stays_eight_over_daylight_saving() -> None:
    spring = times(
        reminder("2026-03-01T08:00", "FREQ=DAILY"), utc("2026-03-27T12:00"), utc("2026-03-30T12:00")
    )
    assert local(spring) == ["28 08:00", "29 08:00", "30 08:00"]
    assert [after - before for before, after in pairwise(spring)] == [
        23 * 3600,
        24 * 3600,
    ]
    autumn = times(
        reminder("2026-03-01T08:00", "FREQ=DAILY"), utc("2026-10-23T12:00"), utc("2026-10-26T12:00")
    )
    assert local(autumn) == ["24 08:00", "25 08:00", "26 08:00"]
    assert autumn[1] - autumn[0] == 25 * 3600


def test_a_time_that_does_not_exist_is_moved_on_and_never_skipped() -> None:
    assert between("2026-03-01T02:30", "FREQ=DAILY", "2026-03-27T12:00", "2026-03-30T12:00") == [
        "28 02:30",
        "29 03:30",
        "30 02:30",
    ]
    assert local(times(reminder("2026-03-29T02:30"), 0, utc("2030-01-01"))) == ["29 03:30"]


def test_a_time_that_comes_twice_is_the_first_and_never_said_twice() -> None:
    found = times(
        reminder("2026-03-01T02:30", "FREQ=DAILY"), utc("2026-10-24T12:00"), utc("2026-10-25T12:00")
    )
    assert found == (utc("2026-10-25T00:30"),)  # still summer time
    assert times(reminder("2026-10-25T02:30"), 0, utc("2030-01-01")) == (utc("2026-10-25T00:30"),)


def test_every_hour_of_the_night_on_which_one_is_left_out() -> None:
    found = between("2026-03-01T00:15", "FREQ=HOURLY", "2026-03-28T22:30", "2026-03-29T03:30")
    assert found == ["29 00:15", "29 01:15", "29 03:15", "29 04:15", "29 05:15"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,TH", ["23 08:00", "26 08:00", "30 08:00"]),
        ("FREQ=DAILY;INTERVAL=3", ["23 08:00", "26 08:00", "29 08:00"]),
        ("FREQ=DAILY;COUNT=2", ["23 08:00", "24 08:00"]),
        ("FREQ=DAILY;UNTIL=20261124", ["23 08:00", "24 08:00"]),
        ("FREQ=DAILY;UNTIL=20261124T065959Z", ["23 08:00"]),
        ("FREQ=DAILY;UNTIL=20261124T070000Z", ["23 08:00", "24 08:00"]),
        ("FREQ=DAILY;UNTIL=20261124T080000", ["23 08:00", "24 08:00"]),
        ("FREQ=DAILY;BYHOUR=8,20;COUNT=3", ["23 08:00", "23 20:00", "24 08:00"]),
        ("FREQ=MONTHLY;BYDAY=-1MO", ["30 08:00"]),
        ("", ["23 08:00"]),
    ],
)
def test_rules(rule: str, expected: list[str]) -> None:
    check("2026-11-23T08:00", BERLIN, rule)
    assert between("2026-11-23T08:00", rule, "2026-11-22T00:00", "2026-11-30T20:00") == expected


@pytest.mark.parametrize(
    ("starts", "zone", "rule", "hint"),
    [
        ("tomorrow", BERLIN, "", "2026-11-23T08:00"),
        ("2026-11-23T08:00+01:00", BERLIN, "", "name a zone"),
        ("1066-11-23T08:00", BERLIN, "", "year 1066"),
        ("2026-11-23T08:00", "Mars/Olympus", "", "Europe/Berlin"),
        ("2026-11-23T08:00", "../etc/passwd", "", "Europe/Berlin"),
        ("2026-11-23T08:00", BERLIN, "daily", "FREQ=WEEKLY"),
        ("2026-11-23T08:00", BERLIN, "FREQ=MINUTELY", "HOURLY, DAILY"),
        ("2026-11-23T08:00", BERLIN, "BYDAY=MO", "HOURLY, DAILY"),
        ("2026-11-23T08:00", BERLIN, "FREQ=DAILY;BYMINUTE=1,2,3", "one minute"),
        ("2026-11-23T08:00", BERLIN, "FREQ=DAILY;BYDAY=XX", "RFC 5545"),
        ("2026-11-23T08:00", BERLIN, "FREQ=DAILY;NONSENSE=1", "RFC 5545"),
        ("2026-11-23T08:00", BERLIN, "FREQ=DAILY;INTERVAL=0", "1 to 366"),
        ("2026-11-23T08:00", BERLIN, "FREQ=DAILY;COUNT=100000", "1 to 1000"),
        ("2026-11-23T08:00", BERLIN, "FREQ=DAILY;UNTIL=SOON", "20261231"),
        ("2026-11-23T08:00", BERLIN, "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "five years"),
        ("2026-11-23T08:00", BERLIN, "FREQ=YEARLY;INTERVAL=366;BYMONTH=2", "five years"),
        ("2026-11-23T08:00", BERLIN, "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", "five years"),
        ("2026-11-23T08:00", BERLIN, "FREQ=HOURLY;BYSETPOS=2", "five years"),
        ("2130-11-23T08:00", BERLIN, "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "five years"),
        ("2026-11-23T08:00", BERLIN, "FREQ=DAILY;BYEASTER=1", "RFC 5545"),
        ("2026-11-23T08:00", BERLIN, "FREQ=DAILY;UNTIL=20200101", "five years"),
        ("2026-11-23T08:00", BERLIN, "FREQ=DAILY\nDTSTART:20261123T080000", "does not belong"),
    ],
)
def test_what_is_no_rule_is_told_with_its_remedy(starts: str, zone: str, rule: str, hint: str) -> None:
    with pytest.raises(BadRule, match=hint) as caught:
        check(starts, zone, rule)
    assert "\n" not in str(caught.value)


def test_the_next_time_may_be_years_away() -> None:
    leap = reminder("2026-11-23T08:00", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")
    found = following(leap, utc("2026-11-23T12:00"))
    assert found is not None
    assert local((found,)) == ["29 08:00"]
    assert following(reminder("2026-11-23T08:00"), utc("2026-11-23T12:00")) is None


@given(st.integers(1971, 2199), st.integers(0, 40))
def test_the_calendar_that_is_looked_through_is_the_same_and_almost_the_last(first: int, more: int) -> None:
    last = first + more
    years = _years_on(first, last)
    for year in range(first - 1, last + 2):
        assert isleap(year) == isleap(year + years)
        assert date(year, 1, 1).weekday() == date(year + years, 1, 1).weekday()
    left = 9999 - (last + years)
    assert 0 < left <= (30 if last < 2099 else 401)


@pytest.mark.parametrize("rule", ["FREQ=HOURLY", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"])
def test_no_year_is_looked_through_that_nobody_asked_for(rule: str) -> None:
    """dateutil itself goes on to the year 9999, which takes seconds."""
    seen = _rule(rule, datetime(2026, 11, 23, 8), BERLIN)
    late = seen.all.replace(dtstart=datetime(2026, 11, 23, 8))
    begun: list[datetime] = []

    class Counted:
        def replace(self, dtstart: datetime, until: datetime) -> object:
            begun.append(dtstart)
            return late.replace(dtstart=dtstart, until=until)

    found = replace(seen, all=Counted()).between(datetime(2026, 12, 1), datetime(2031, 1, 1))
    next(found, None)
    assert [at.year > 9940 for at in begun] == [True]


rules = st.one_of(
    st.builds("FREQ=HOURLY;INTERVAL={}".format, st.integers(1, 30)),
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 30)),
    st.builds(
        "FREQ=WEEKLY;INTERVAL={};WKST={};BYDAY={}".format,
        st.integers(1, 5),
        st.sampled_from(["MO", "SU", "WE"]),
        st.sampled_from(["MO", "TU,FR", "SA,SU"]),
    ),
    st.builds("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS={}".format, st.sampled_from([1, -1, 2])),
    st.just("FREQ=WEEKLY;INTERVAL=3"),
    st.just("FREQ=DAILY;COUNT=40"),
    st.just("FREQ=MONTHLY;BYDAY=1SA,-1SU"),
    st.just("FREQ=DAILY;BYMONTH=3,10;BYHOUR=1,2,3"),
    st.just("FREQ=YEARLY;BYWEEKNO=1,52,53;BYDAY=MO"),
    st.just("FREQ=YEARLY;BYYEARDAY=-1,1,60,366"),
)
starting = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31)).map(
    lambda at: at.replace(microsecond=0)
)


@settings(max_examples=50)
@given(
    rules, starting, st.integers(0, 400), st.sampled_from([BERLIN, "America/New_York", "UTC", "Asia/Kolkata"])
)
def test_beginning_later_changes_nothing(rule: str, starts: datetime, days: int, zone: str) -> None:
    """Against dateutil that counts through every time from the first on, and the naive rule for the change of
    clocks: what does not exist is moved on, what exists twice is the first."""
    begin = starts.replace(tzinfo=UTC).timestamp() + (days - 10) * DAY_S
    end = begin + 9 * DAY_S
    expected = set()
    for at in rrulestr(rule, dtstart=starts).between(starts, starts + timedelta(days=420), inc=True):
        expected.add(at.replace(tzinfo=ZoneInfo(zone)).timestamp())
    found = times(reminder(starts.isoformat(), rule, zone), begin, end)
    assert list(found) == sorted(at for at in expected if begin < at <= end)


@given(st.text(alphabet="FREQ=DAILYWKBUNT;0123456789,-Z+\n", max_size=40) | st.text(max_size=30))
def test_no_text_is_more_than_a_bad_rule(text: str) -> None:
    for rule in (text, f"FREQ=DAILY;{text}", f"FREQ=DAILY;UNTIL={text}"):
        try:
            check("2026-11-23T08:00", BERLIN, rule)
        except BadRule as error:
            assert ";" in str(error)
