"""The times a spoken sentence tells, read back out of its words: written apart from what speaks them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

ENGLISH = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
)
ENGLISH += "seventeen eighteen nineteen"
RUSSIAN = "ноль одну две три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать "
RUSSIAN += "четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать"
ONES = {word: number for words in (ENGLISH, RUSSIAN) for number, word in enumerate(words.split())}
ONES |= {"одна": 1, "два": 2, "a": 1, "an": 1, "": 1}
TENS_WORDS = "twenty thirty forty fifty двадцать тридцать сорок пятьдесят"
TENS = dict(zip(TENS_WORDS.split(), (20, 30, 40, 50) * 2, strict=True))
MONTHS = "January February March April May June July August September October November December"
MONTHS_RU = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
ORDINALS_RU = (
    "первого второго третьего четвёртого пятого шестого седьмого восьмого девятого десятого одиннадцатого "
)
ORDINALS_RU += (
    "двенадцатого тринадцатого четырнадцатого пятнадцатого шестнадцатого семнадцатого восемнадцатого "
)
ORDINALS_RU += "девятнадцатого"
WORD = "|".join(filter(None, (*ONES, *TENS)))
NUMBER = rf"\b(?:{WORD})(?:[- ](?:{WORD}))?"
MINUTES = re.compile(rf"({NUMBER} )?\b(?:minutes?|минут[уы]?) (?:ago|назад)")
HOURS = re.compile(
    rf"(?:({NUMBER}|\bполтора) )?\b(and a half |с половиной )?(?:hours?|час(?:а|ов)?)( and a half)? (?:ago|назад)"
)
ENGLISH_CLOCK = re.compile(
    rf"(today|yesterday|on the (\d+)\w\w of ({MONTHS.replace(' ', '|')})) at "
    r"(?:12 (noon|midnight)|(\d+)(?: o'clock|:(\d\d)) (in the morning|in the afternoon|in the evening|at night))"
)
RUSSIAN_CLOCK = re.compile(
    rf"(сегодня|вчера|(двадцать \w+|тридцать \w+|\w+) ({MONTHS_RU.replace(' ', '|')})) в "
    r"(\d+) час(?:а|ов)?(?: ([\w ]+?) минут[уы]?)? (утра|дня|вечера|ночи)"
)


@dataclass(frozen=True, slots=True)
class Told:
    """A moment between two bounds, both included."""

    earliest: datetime
    latest: datetime


def times(text: str, now: datetime) -> Iterator[Told]:
    """Every time the text tells, in no order."""
    plain = text.replace("Just", "just").replace("Только", "только")
    for _ in re.findall(r"just now|только что", plain):
        yield Told(now - timedelta(seconds=59.999), now)
    for found in MINUTES.finditer(plain):
        minutes = _number((found[1] or "").strip())
        yield Told(now - timedelta(minutes=minutes, seconds=59.999), now - timedelta(minutes=minutes))
    for found in HOURS.finditer(plain):
        half = found[2] or found[3]
        hours = 1.5 if found[1] == "полтора" else _number(found[1] or "") + (0.5 if half else 0.0)
        yield Told(now - timedelta(hours=hours + 0.25), now - timedelta(hours=hours - 0.25))
    for found in ENGLISH_CLOCK.finditer(plain):
        hour = {"noon": 12, "midnight": 0}.get(found[4] or "", -1)
        if hour < 0:
            hour = int(found[5]) % 12
            hour += 12 * (
                found[7] in ("in the afternoon", "in the evening") or (found[7] == "at night" and hour >= 9)
            )
        month = MONTHS.split().index(found[3]) + 1 if found[3] else 0
        yield _minute(now, found[1], int(found[2] or 0), month, hour, int(found[6] or 0))
    for found in RUSSIAN_CLOCK.finditer(plain):
        hour = int(found[4]) % 12
        hour += 12 * (found[6] in ("дня", "вечера"))
        month = MONTHS_RU.split().index(found[3]) + 1 if found[3] else 0
        minute = found[5] or "0"
        minute = int(minute) if minute.isdigit() else _number(minute)
        yield _minute(now, found[1], _ordinal(found[2]) if found[3] else 0, month, hour, minute)


def _minute(now: datetime, day: str, number: int, month: int, hour: int, minute: int) -> Told:
    if month:
        at = now.replace(month=month, day=number)
        at = at if at <= now else at.replace(year=now.year - 1)
    else:
        at = now - timedelta(days=day in ("yesterday", "вчера"))
    at = at.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return Told(at, at + timedelta(seconds=59.999))


def _ordinal(text: str) -> int:
    *tens, last = text.split()
    if last in ("двадцатого", "тридцатого") and not tens:
        return {"двадцатого": 20, "тридцатого": 30}[last]
    return sum(TENS[each] for each in tens) + ORDINALS_RU.split().index(last) + 1


def _number(words: str) -> int:
    return sum(TENS.get(word, ONES.get(word, 0)) for word in re.split("[- ]", words)) or ONES.get(words, 0)
