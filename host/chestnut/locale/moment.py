"""What a person means by "8:00", "tomorrow 9:30", "завтра в 9 утра", "in 20 minutes", "24 декабря в 18:00". What is
not understood, or could mean two things, is refused and never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from chestnut.locale.times import meanings, plain

EXAMPLES = '"8:00", "tomorrow 9:30" or "2026-12-24 18:00"'
FAR = timedelta(days=5 * 366)
UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
# By the part of the day, from an hour on the clock's face to that of the day.
HOURS = {
    "am": {hour: hour % 12 for hour in range(1, 13)},
    "pm": {hour: hour % 12 + 12 for hour in range(1, 13)},
    "morning": {hour: hour for hour in range(1, 12)},
    "afternoon": {12: 12} | {hour: hour + 12 for hour in range(1, 7)},
    "evening": {hour: hour + 12 for hour in range(4, 12)},
    "night": {12: 0} | {hour: hour for hour in range(1, 6)} | {hour: hour + 12 for hour in range(8, 12)},
}


class BadTime(ValueError):
    """Not understood, over, or of two meanings; the message names the remedy. reason: key of the same in the words of
    the page."""

    reason = "reminder_time"


class Over(BadTime):
    """It was understood and has passed."""

    reason = "reminder_over"


class TooFar(BadTime):
    """It was understood and is years away."""

    reason = "reminder_far"


@dataclass(frozen=True, slots=True)
class Meant:
    """at: local time without a zone. dated: the day was given too; else it is the next such time."""

    at: datetime
    dated: bool


def moment(text: str, now: datetime) -> Meant:
    """now: local time without a zone."""
    given = plain(text)
    try:
        meant = _ahead(given, now) or _Given(text, now).settled(_dates_first(given, now))
    except BadTime:
        raise
    except (ValueError, OverflowError) as error:
        raise BadTime(f"there is no such day or time as {text!r}; write it as {EXAMPLES}") from error
    if meant.at <= now:
        raise Over(f"{text!r} is over; give a time to come")
    if meant.at > now + FAR:
        raise TooFar(f"{text!r} is more than five years away; give a nearer time")
    return meant


def _ahead(given: str, now: datetime) -> Meant | None:
    """ "in 20 minutes", "через полчаса"."""
    ahead, units = meanings("ahead"), meanings("units")
    mark, _, rest = given.partition(" ")
    if ahead.get(mark) != "marks":
        return None
    if ahead.get(rest) == "half_hour":
        return Meant(now + timedelta(minutes=30), True)
    number, _, unit = rest.rpartition(" ")
    single = not number or ahead.get(number) == "one"
    if unit not in units or not (single or re.fullmatch(r"\d{1,4}", number, re.ASCII)):
        return None
    return Meant(now + UNITS[units[unit]] * (1 if single else int(number)), True)


def _dates_first(given: str, now: datetime) -> str:
    """Days with the name of a month become "2026-12-24"."""

    def iso(found: re.Match[str]) -> str:
        day, month = found["day"] or found["day_after"], found["month"] or found["month_before"]
        return _next_date(
            now, int(day), int(meanings("months")[month]) + 1, int(found["year"] or 0)
        ).isoformat()

    return _dated().sub(iso, given)


@cache
def _dated() -> re.Pattern[str]:
    months = "|".join(sorted(map(re.escape, meanings("months")), key=len, reverse=True))
    return re.compile(
        rf"(?<!\S)(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{months})"
        rf"|(?P<month_before>{months}) (?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?)(?: (?P<year>\d{{4}}))?(?!\S)",
        re.ASCII,
    )


class _Given:
    """What is understood so far of a moment, word by word."""

    def __init__(self, text: str, now: datetime) -> None:
        self._text, self._now = text, now
        self._day: date | None = None
        self._weekday: int | None = None
        self._clock: tuple[int, int] | None = None
        self._part: str | None = None
        self._numbers: list[int] = []

    def settled(self, words: str) -> Meant:
        for word in words.split():
            self._take(word)
        if self._clock is None and 1 <= len(self._numbers) <= 2:
            self._clock = (self._numbers[0], self._numbers[1] if self._numbers[1:] else 0)
            self._numbers = []
        if self._clock is None or self._numbers:
            raise self._bad("is not understood")
        hour, minute = self._clock
        return self._next(time(self._hour(hour), minute))

    def _take(self, word: str) -> None:
        if found := re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:t(\d\d):(\d\d)(?::00)?)?", word, re.ASCII):
            self._set("_day", date.fromisoformat(found[1]))
            if found[2]:
                self._set("_clock", (int(found[2]), int(found[3])))
        elif found := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?", word, re.ASCII):
            self._set("_day", _next_date(self._now, int(found[1]), int(found[2]), int(found[3] or 0)))
        elif found := re.fullmatch(r"(\d{1,2})\.(\d\d)", word, re.ASCII):
            self._take_dotted(int(found[1]), int(found[2]))
        elif found := re.fullmatch(r"(\d{1,2})(?::(\d\d)(?::00)?)?([ap])\.?m\.?", word, re.ASCII):
            self._set("_clock", (int(found[1]), int(found[2] or 0)))
            self._set("_part", f"{found[3]}m")
        elif found := re.fullmatch(r"(\d{1,2}):(\d\d)(?::00)?", word, re.ASCII):
            self._set("_clock", (int(found[1]), int(found[2])))
        elif re.fullmatch(r"\d{1,2}", word, re.ASCII):
            self._numbers.append(int(word))
        elif word in meanings("days"):
            self._set("_day", self._now.date() + timedelta(days=int(meanings("days")[word])))
        elif word in meanings("weekdays"):
            self._set("_weekday", int(meanings("weekdays")[word]))
        elif word in meanings("parts"):
            self._set("_part", meanings("parts")[word])
        elif word in meanings("named"):
            hour, minute = meanings("named")[word].split(":")
            self._set("_clock", (int(hour), int(minute)))
        elif word not in meanings("fillers"):
            raise self._bad(f"is not understood at {word!r}")

    def _take_dotted(self, first: int, second: int) -> None:
        """ "8.30" and "24.12" have one meaning, "9.10" has two."""
        if second > 12:
            self._set("_clock", (first, second))
        elif first > 23:
            self._set("_day", _next_date(self._now, first, second, 0))
        else:
            raise self._bad(f"may be a day or a time at {first}.{second:02}")

    def _hour(self, hour: int) -> int:
        if self._part is None:
            return hour
        hours = HOURS[self._part]
        if hour in hours:
            return hours[hour]
        if hour > 12 and hour in hours.values():
            return hour
        raise self._bad("is no time of day")

    def _next(self, clock: time) -> Meant:
        if self._day is not None and self._weekday not in (None, self._day.weekday()):
            raise self._bad("names a day and another weekday")
        if self._day is not None:
            return Meant(datetime.combine(self._day, clock), True)
        ahead = 0 if self._weekday is None else (self._weekday - self._now.weekday()) % 7
        at = datetime.combine(self._now.date() + timedelta(days=ahead), clock)
        if at <= self._now:
            at += timedelta(days=1 if self._weekday is None else 7)
        return Meant(at, self._weekday is not None)

    def _set(self, name: str, value: Any) -> None:
        if getattr(self, name) is not None:
            raise self._bad("has two meanings")
        setattr(self, name, value)

    def _bad(self, what: str) -> BadTime:
        return BadTime(f"{self._text!r} {what}; write it as {EXAMPLES}")


def _next_date(now: datetime, day: int, month: int, year: int) -> date:
    """year 0: the next such day, which may be one of a leap year."""
    if year:
        return date(year, month, day)
    for ahead in range(9):
        try:
            found = date(now.year + ahead, month, day)
        except ValueError:
            continue
        if found >= now.date():
            return found
    raise ValueError(f"no day {day}.{month}.")
