"""Rows of the memory as they come to a skill."""

from __future__ import annotations

from itertools import count

from chestnut.core.memory import Owned, Place, Remembered, Source
from chestnut.core.recollection import Found
from chestnut.core.reminders import When

NOW = 1_800_000_000.0
NUMBERS = count(1)


def when(age_s: float) -> When:
    """As if it were noon of a Wednesday now."""
    minutes = 12 * 60 - int(age_s // 60)
    days = minutes // (24 * 60)
    return When(days, (2 + days) % 7, 15 + days, 1, f"{minutes // 60 % 24:02}:{minutes % 60:02}")


def found(
    label: str = "cup",
    place: str = "kitchen table",
    age_s: float | None = 1200.0,
    *,
    owner: str = "",
    near: str = "",
    since_s: float = 0.0,
    looks: int = 1,
    told: bool = False,
    pinned: bool = False,
    confidence: float = 0.8,
) -> Found:
    """age_s: None where the clock is not trusted. since_s: so long before it was seen there first."""
    last = NOW - (age_s or 0.0)
    row = Remembered(
        next(NUMBERS),
        Owned(label, owner),
        Place(near=near) if near else Place(place),
        confidence,
        last - since_s,
        last,
        source=Source.TOLD if told else Source.SEEN,
        looks=looks,
        pinned=pinned,
        when_sure=age_s is not None,
    )
    if age_s is None:
        return Found(row)
    return Found(row, age_s, when(age_s), when(age_s + since_s))
