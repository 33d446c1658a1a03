"""Times and days as they are said: "8 o'clock in the morning", "завтра в 8 часов 1 минуту утра". The words stand in
[clock] of the language's TOML.

Minutes are spelled out where the voice would take the wrong gender ("одна минута", not "один").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Plural = Callable[[int], str]
NAMED_DAYS = range(-1, 7)  # yesterday to six days ahead; the rest is told by its date


def clock(words: Mapping[str, Any], plural: Plural, time: str, case: str = "") -> str:
    """time: "HH:MM". case: "" as it stands alone, "at" after a preposition."""
    hour, minute = (int(part) for part in time.split(":"))
    if time in words["named"]:
        return str(words["named"][time])
    part = words["parts"][words["from"][str(max(at for at in map(int, words["from"]) if at <= hour))]]
    twelve = hour % 12 or 12
    return str(words["full" if minute == 0 else "minutes"]).format(
        hour=twelve,
        hours=_counted(words["hour"], plural, twelve, case),
        minute=minute,
        minutes=_counted(words["minute"], plural, minute, case),
        part=part,
    )


def when(words: Mapping[str, Any], plural: Plural, at: Mapping[str, Any]) -> str:
    """at: {"days": 1, "weekday": 0, "day": 24, "month": 11, "time": "08:00"}. days: from today. weekday: 0 is
    Monday."""
    days = at["days"]
    if str(days) in words["days"]:
        day = str(words["days"][str(days)])
    elif days in NAMED_DAYS:
        day = str(words["weekdays"][at["weekday"]])
    else:
        day = str(words["date"]).format(
            day=words["ordinals"][at["day"] - 1], month=words["months"][at["month"] - 1]
        )
    return str(words["when"]).format(day=day, time=clock(words, plural, at["time"], "at"))


def _counted(forms: Mapping[str, Any], plural: Plural, number: int, case: str) -> str:
    """ "1 час", "двадцать две минуты"."""
    category = plural(number)
    form = forms.get(f"{category}_{case}") or forms.get(category) or forms.get("other") or forms["many"]
    spelled = forms.get("spelled", {})
    ones = spelled.get(f"{number % 10}_{case}") or spelled.get(f"{number % 10}")
    if ones is None or 10 < number < 20:
        return f"{number} {form}"
    tens = f"{spelled['tens'][number // 10]} " if number > 20 else ""
    return f"{tens}{ones} {form}"
