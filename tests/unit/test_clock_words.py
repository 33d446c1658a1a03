"""Times and days as they are said."""

from __future__ import annotations

import pytest
from chestnut.core.session import LANGUAGES
from chestnut.locale.phrases import Phrases
from hypothesis import given
from hypothesis import strategies as st


def said(language: str, spec: str, value: object) -> str:
    return str(Phrases.of(language).format_field(value, spec))


@pytest.mark.parametrize(
    ("time", "english", "russian"),
    [
        ("08:00", "8 o'clock in the morning", "8 часов утра"),
        ("08:05", "8:05 in the morning", "8 часов 5 минут утра"),
        ("00:00", "12 midnight", "12 часов ночи"),
        ("00:20", "12:20 at night", "12 часов 20 минут ночи"),
        ("12:00", "12 noon", "12 часов дня"),
        ("12:30", "12:30 in the afternoon", "12 часов 30 минут дня"),
        ("01:01", "1:01 at night", "1 час одна минута ночи"),
        ("13:22", "1:22 in the afternoon", "1 час двадцать две минуты дня"),
        ("20:11", "8:11 in the evening", "8 часов 11 минут вечера"),
        ("23:41", "11:41 at night", "11 часов сорок одна минута вечера"),
    ],
)
def test_times_of_day(time: str, english: str, russian: str) -> None:
    assert said("en", "clock", time) == english
    assert said("ru", "clock", time) == russian


@pytest.mark.parametrize(
    ("days", "english", "russian"),
    [
        (-1, "yesterday at 8:21 in the morning", "вчера в 8 часов двадцать одну минуту утра"),
        (0, "today at 8:21 in the morning", "сегодня в 8 часов двадцать одну минуту утра"),
        (1, "tomorrow at 8:21 in the morning", "завтра в 8 часов двадцать одну минуту утра"),
        (5, "on Tuesday at 8:21 in the morning", "во вторник в 8 часов двадцать одну минуту утра"),
        (
            7,
            "on the 24th of December at 8:21 in the morning",
            "двадцать четвёртого декабря в 8 часов двадцать одну минуту утра",
        ),
    ],
)
def test_days(days: int, english: str, russian: str) -> None:
    at = {"days": days, "weekday": 1, "day": 24, "month": 12, "time": "08:21"}
    assert said("en", "when", at) == english
    assert said("ru", "when", at) == russian


@given(
    st.integers(0, 23),
    st.integers(0, 59),
    st.integers(-9, 900),
    st.integers(0, 6),
    st.integers(1, 31),
    st.integers(1, 12),
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_time_and_day_has_words(
    language: str, hour: int, minute: int, days: int, weekday: int, day: int, month: int
) -> None:
    time = f"{hour:02}:{minute:02}"
    at = {"days": days, "weekday": weekday, "day": day, "month": month, "time": time}
    for text in (said(language, "clock", time), said(language, "when", at)):
        assert text and "{" not in text and "  " not in text
