"""How often "daily", "по будням", "mon, thu", "every 8 hours" are, as a rule of RFC 5545."""

from __future__ import annotations

import re
from datetime import datetime

from chestnut.locale.moment import BadTime
from chestnut.locale.times import meanings, plain

EXAMPLES = '"daily", "weekdays", "mon, thu", "every 8 hours" or a rule such as FREQ=WEEKLY;BYDAY=MO'
COUNT = re.compile(r"[0-9]{1,9}")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = {"hour": "HOURLY", "day": "DAILY", "week": "WEEKLY"}
RULES = {
    "once": "",
    "hourly": "FREQ=HOURLY",
    "daily": "FREQ=DAILY",
    "weekly": "FREQ=WEEKLY",
    "monthly": "FREQ=MONTHLY",
    "yearly": "FREQ=YEARLY",
    "weekdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "weekends": "FREQ=WEEKLY;BYDAY=SA,SU",
}


class BadRepetition(BadTime):
    """How often is not understood."""

    reason = "reminder_repeat"


def rule_of(text: str, starts: datetime) -> str:
    """An RRULE, "" for once. BadRepetition when it is not understood; what is an RRULE is not looked into."""
    if "freq=" in text.lower():
        return text.strip().upper().removeprefix("RRULE:")
    words = plain(text).split()
    named = meanings("repeats").get(" ".join(words))
    if named is not None:
        return _monthly(starts) if named == "monthly" else RULES[named]
    every = meanings("every")
    words = [word for word in words if word not in every]
    if len(words) == 2 and COUNT.fullmatch(words[0]) and meanings("units").get(words[1]) in FREQUENCIES:
        return f"FREQ={FREQUENCIES[meanings('units')[words[1]]]};INTERVAL={int(words[0])}"
    weekdays = meanings("weekdays")
    if not words or any(word not in weekdays for word in words):
        raise BadRepetition(f"how often {text!r} is, is not understood; write it as {EXAMPLES}")
    return "FREQ=WEEKLY;BYDAY=" + ",".join(
        DAYS[day] for day in sorted({int(weekdays[word]) for word in words})
    )


def _monthly(starts: datetime) -> str:
    """On the 31st of every month means its last day."""
    if starts.day <= 28:
        return RULES["monthly"]
    return f"FREQ=MONTHLY;BYMONTHDAY={','.join(str(day) for day in range(28, starts.day + 1))};BYSETPOS=-1"
