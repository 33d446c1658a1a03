"""What is to be reminded of, when and how often, out of what somebody said in one breath: "to take my pills every day
at eight in the evening". Numbers may be words, as speech recognition writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chestnut.core.wordforms import spelled
from chestnut.locale.moment import BadTime, Over, moment
from chestnut.locale.repetition import rule_of
from chestnut.locale.times import meanings, plain

MOST = 12  # words of a time
NOON = {"p.m": "pm", "a.m": "am"}


@dataclass(frozen=True, slots=True)
class Said:
    """at, repeat: as locale/moment.py and locale/repetition.py take them; "" where they were not told."""

    words: str
    at: str
    repeat: str


def reminder_said(said: Sequence[str], table: Mapping[str, Any], now: datetime) -> Said:
    """said: small letters. table: of commands/*.toml."""
    words = _with_figures([NOON.get(word, word) for word in said], table)
    repeat, left = _taken(words, _repeats, now)
    at, left = _taken(left, _is_time, now)
    at = at or _first_of(repeat)
    about = frozenset(table["remind"]["about"].split())
    while left and left[0] in about:
        left = left[1:]
    while left and left[-1] in about:
        left = left[:-1]
    return Said(" ".join(left), at, repeat)


def _first_of(repeat: str) -> str:
    """What comes every few hours comes first in a few hours; a day has no time of its own."""
    words = plain(repeat).split()
    if meanings("repeats").get(" ".join(words)) == "hourly":
        return "in 1 hour"
    if not words or meanings("units").get(words[-1]) != "hour":
        return ""
    return f"in {' '.join(word for word in words if word not in meanings('every'))}"


def _taken(
    words: list[str], fits: Callable[[Sequence[str], datetime], bool], now: datetime
) -> tuple[str, list[str]]:
    """The longest stretch that fits, the last of several, and what is left without it."""
    for length in range(min(MOST, len(words)), 0, -1):
        for start in range(len(words) - length, -1, -1):
            stretch = words[start : start + length]
            if fits(stretch, now):
                return " ".join(stretch), [*words[:start], *words[start + length :]]
    return "", words


def _repeats(stretch: Sequence[str], now: datetime) -> bool:
    text = " ".join(stretch)
    found = plain(text)
    named = meanings("repeats").get(found)
    if named is None and not (found.split() and found.split()[0] in meanings("every")):
        return False
    if named == "once":
        return False
    try:
        rule_of(text, now)
    except BadTime:
        return False
    return True


def _is_time(stretch: Sequence[str], now: datetime) -> bool:
    """Not a bare number, which may count anything, nor words that only may stand in a time."""
    fillers = meanings("fillers")
    if stretch[-1] in fillers and stretch[-1] not in meanings("units"):
        return False
    marks = fillers.keys() | meanings("ahead").keys() | meanings("parts").keys() | meanings("days").keys()
    marks |= meanings("weekdays").keys() | meanings("named").keys() | meanings("months").keys()
    given = plain(" ".join(stretch)).split()
    if not any(word in marks for word in given) and not any(":" in word for word in given):
        return False
    try:
        moment(" ".join(stretch), now)
    except Over:
        return True
    except BadTime:
        return False
    return True


def _with_figures(words: Sequence[str], table: Mapping[str, Any]) -> list[str]:
    """ "half past eight" → "8:30", "twenty five" → "25", "в половине девятого" → "в 8:30"."""
    numbers = {form: int(value) for value, forms in table["numbers"].items() for form in forms.split()}
    hours = {form: int(value) for value, forms in table["hours"].items() for form in forms.split()}
    clock = {kind: frozenset(forms.split()) for kind, forms in table["clock"].items()}
    found: list[str] = []
    at = 0
    while at < len(words):
        skipped = 1 if words[at] in ("a", "an") and words[at + 1 : at + 2] == ["quarter"] else 0
        text, length = _clock(words[at + skipped : at + 4], numbers, hours, clock)
        length += skipped if length else 0
        if not length:
            text, length = _number(words[at : at + 2], numbers)
        found.append(text)
        at += length
    return found


def _number(words: Sequence[str], numbers: Mapping[str, int]) -> tuple[str, int]:
    value = numbers.get(spelled(words[0]))
    if value is None:
        return words[0], 1
    ones = numbers.get(spelled(words[1]), 0) if len(words) > 1 else 0
    if value >= 20 and value % 10 == 0 and 0 < ones < 10:
        return str(value + ones), 2
    return str(value), 1


def _clock(
    words: Sequence[str],
    numbers: Mapping[str, int],
    hours: Mapping[str, int],
    clock: Mapping[str, frozenset[str]],
) -> tuple[str, int]:
    """A time told by the hour that was or comes; no words where it is none."""
    first = words[0]
    second = words[1] if len(words) > 1 else ""
    third = words[2] if len(words) > 2 else ""
    if hours:
        for share, minutes in (("half", 30), ("quarter", 15)):
            if first in clock[share] and second in hours:
                return _time(hours[second] - 1, minutes), 2
        if first.startswith("пол") and first[3:] in hours:
            return _time(hours[first[3:]] - 1, 30), 1
        if first in clock["to"]:
            minutes = 15 if second in {"четверти", "четверть"} else _value(second, numbers)
            if minutes and _value(third, numbers):
                return _time(_value(third, numbers) - 1, 60 - minutes), 3
        return "", 0
    minutes = 30 if first in clock["half"] else 15 if first in clock["quarter"] else _value(first, numbers)
    hour = _value(third, numbers)
    if not minutes or not hour or minutes > 30:
        return "", 0
    if second in clock["past"]:
        return _time(hour, minutes), 3
    if second in clock["to"]:
        return _time(hour - 1, 60 - minutes), 3
    return "", 0


def _value(word: str, numbers: Mapping[str, int]) -> int:
    """0 for no number."""
    return int(word) if re.fullmatch(r"[0-9]{1,2}", word) else numbers.get(word, 0)


def _time(hour: int, minutes: int) -> str:
    return f"{hour % 12 or 12}:{minutes:02}"
