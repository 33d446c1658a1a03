"""When a reminder falls due: RFC 5545 rules in local time, worked out by python-dateutil, then made UTC.

Local time is what counts: 8:00 stays 8:00 over daylight saving. A local time that a change of the clocks leaves out
is moved on by what was left out (2:30 becomes 3:30, as RFC 5545 has it for a single time; of a repeated one it would
skip it, but a medicine must not be skipped). A local time that comes twice is the first of the two.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrulestr

from chestnut.core.reminders import Reminder, When

FREQUENCIES = ("HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")
MOST_TIMES, MOST_INTERVAL = 1000, 366
FAR = timedelta(days=5 * 366)  # a rule that does not fall due within this time never does
EARLIEST = datetime(2026, 1, 5)
LATEST = 9998  # its neighbours are years of the calendar, too
AROUND = timedelta(days=1)  # local days that are looked at around a stretch of UTC
_PERIODS = {"HOURLY": timedelta(hours=1), "DAILY": timedelta(days=1), "WEEKLY": timedelta(weeks=1)}
_COUNT = re.compile(r"[0-9]{1,9}")
_VALUE = re.compile(r"[A-Z0-9,+-]+", re.ASCII)


class BadRule(ValueError):
    """What was given is no rule, time or zone of a reminder; the message names the remedy. reason: key of the same in
    the words of the page."""

    reason = "reminder_repeat"


class NeverDue(BadRule):
    """It is a rule, and nothing ever comes of it."""

    reason = "reminder_never"


def check(starts: str, zone: str, rule: str) -> None:
    """BadRule when no reminder can be made of them."""
    start = _local(starts)
    zone_of(zone)
    if rule and next(_rule(rule, start, zone).between(start, start + FAR), None) is None:
        raise NeverDue(f"the rule {rule!r} never falls due within five years; correct it")


def early(starts: datetime, rule: str, zone: str) -> datetime:
    """The same rule begun whole periods earlier, in 2026 at the latest: so that one whose day nobody named falls due
    although the clock was far ahead when it was made. A rule that counts begins where it begins."""
    known = _rule(rule, starts, zone)
    if known.period is None or known.count is not None or starts <= EARLIEST:
        return starts
    return starts - math.ceil((starts - EARLIEST) / known.period) * known.period


def times(reminder: Reminder, after: float, until: float) -> tuple[float, ...]:
    """UTC seconds, rising: all that is due in (after, until]."""
    start, zone = _local(reminder.starts), zone_of(reminder.zone)
    begin, end = (datetime.fromtimestamp(at, UTC).replace(tzinfo=None) for at in (after, until))
    if reminder.rule:
        rule = _rule(reminder.rule, start, reminder.zone)
        found = {instant(local, zone) for local in rule.between(begin - AROUND, end + AROUND)}
    else:
        found = {instant(start, zone)}
    return tuple(sorted(at for at in found if after < at <= until))


def following(reminder: Reminder, after: float) -> float | None:
    """The first that is due later than `after`; None when there is none within five years."""
    for days in (2, 40, 400, FAR.days):
        found = times(reminder, after, after + days * 86400.0)
        if found:
            return found[0]
    return None


def told(at: float, now: float, zone: str) -> When:
    """A moment as it is told now. at, now: UTC seconds."""
    local, today = (datetime.fromtimestamp(moment, zone_of(zone)) for moment in (at, now))
    days = (local.date() - today.date()).days
    return When(days, local.weekday(), local.day, local.month, f"{local:%H:%M}")


def instant(local: datetime, zone: ZoneInfo) -> float:
    """UTC seconds of a local time: the first of two, and moved on where there is none."""
    return local.replace(tzinfo=zone, fold=0).timestamp()


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """BadRule when there is no such zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadRule(f"there is no time zone {name!r}; name one such as Europe/Berlin") from error


def _local(starts: str) -> datetime:
    try:
        local = datetime.fromisoformat(starts)
    except ValueError as error:
        raise BadRule(f"{starts!r} is no time; write it as 2026-11-23T08:00") from error
    if local.tzinfo is not None:
        raise BadRule(f"{starts!r} names an offset; leave it away and name a zone")
    if not 1971 <= local.year <= 2199:
        raise BadRule(f"the year {local.year} is out of bounds; correct it")
    return local


@dataclass(frozen=True, slots=True)
class _Rule:
    """all: dateutil's rule in naive local time, without its end. period: how it may be begun later without change,
    None where it may not."""

    all: Any
    start: datetime
    period: timedelta | None
    count: int | None
    until: datetime | None

    def between(self, begin: datetime, end: datetime) -> Iterator[datetime]:
        """Local times in [begin, end]."""
        start, end = self.start, end if self.until is None else min(end, self.until)
        if self.period is not None and self.count is None:
            # Years that are over need not be counted through. One period is left, because dateutil takes the first
            # week only from its start on, which BYSETPOS would notice.
            start += max(0, (begin - start) // self.period - 1) * self.period
        if end < start:
            return
        # For the next one dateutil looks up to the year 9999, whatever the end: counting through 8,000 years to find
        # nothing takes up to minutes. So the same calendar is looked through where few years are left.
        years = _years_on(start.year, end.year)
        every = self.all.replace(dtstart=_moved(start, years), until=_moved(end, years))
        for late in islice(every, self.count):
            local = _moved(late, -years)
            if local >= begin:
                yield local


@lru_cache(maxsize=256)
def _years_on(first: int, last: int) -> int:
    """By so many years the calendar from `first` to `last` can be moved on and stays the same, leap years and days of
    the week; as late as it can be. It comes again every 28 years where no leap year is left out, else every 400."""
    if first > 1901 and last < 2099:
        weekday = date(first, 1, 1).weekday()
        for year in range(LATEST - (last - first), 9901, -1):
            if year % 4 == first % 4 and date(year, 1, 1).weekday() == weekday:
                return year - first
    return max(0, (LATEST - last) // 400 * 400)


def _moved(local: datetime, years: int) -> datetime:
    return local.replace(year=local.year + years)


@lru_cache(maxsize=256)
def _rule(text: str, start: datetime, zone: str) -> _Rule:
    parts = {}
    for part in text.split(";"):
        name, _, value = part.partition("=")
        if name in parts or not _VALUE.fullmatch(value):
            raise BadRule(f"{part!r} does not belong in a rule; write it as FREQ=WEEKLY;BYDAY=MO,TH")
        parts[name] = value
    frequency = parts.get("FREQ")
    if frequency not in FREQUENCIES:
        raise BadRule(f"a rule has FREQ= and one of {', '.join(FREQUENCIES)}; correct {text!r}")
    if {"BYSECOND", "BYMINUTE"} & parts.keys():
        raise BadRule(
            f"{text!r}: a reminder comes at one minute of the hour; leave BYMINUTE and BYSECOND away"
        )
    if "BYEASTER" in parts:  # dateutil's own; Easter does not come again with the calendar
        raise BadRule(f"{text!r}: BYEASTER is not of RFC 5545; leave it away")
    interval = _number(parts, "INTERVAL", 1, MOST_INTERVAL)
    count = _number(parts, "COUNT", None, MOST_TIMES)
    until = _until(parts.pop("UNTIL"), zone) if "UNTIL" in parts else None
    parts.pop("COUNT", None)
    try:
        every = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=start)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise BadRule(f"{text!r} is no rule of RFC 5545 ({error}); correct it") from error
    period = _PERIODS.get(frequency)
    return _Rule(every, start, period and period * (interval or 1), count, until)


def _number(parts: dict[str, str], name: str, default: int | None, most: int) -> int | None:
    if name not in parts:
        return default
    if not _COUNT.fullmatch(parts[name]) or not 1 <= int(parts[name]) <= most:
        raise BadRule(f"{name}={parts[name]} is out of bounds; give 1 to {most}")
    return int(parts[name])


def _until(text: str, zone: str) -> datetime:
    """RFC 5545 gives the end in UTC; the rule is worked out in local time. A day alone is meant to its end."""
    try:
        if text.endswith("Z"):
            at = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            return at.astimezone(zone_of(zone)).replace(tzinfo=None)
        if len(text) == 8:
            return datetime.strptime(f"{text}T235959", "%Y%m%dT%H%M%S")
        return datetime.strptime(text, "%Y%m%dT%H%M%S")
    except (ValueError, OverflowError) as error:
        raise BadRule(f"UNTIL={text} is no time; write it as 20261231 or 20261231T080000Z") from error
