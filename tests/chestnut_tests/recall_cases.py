"""The questions and histories of recall_cases.toml, asked of a real memory."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from chestnut.core.memory import Moment, Owned, Place, Sighting, Source
from chestnut.core.scene import Box
from chestnut.locale import Phrases
from chestnut.memory.store import Store
from chestnut.runtime.recollecting import recollect
from chestnut.skills.recollect import answer

from chestnut_tests.memory_desk import Desk

TABLE = Path(__file__).with_name("recall_cases.toml")
NOW = datetime(2027, 1, 15, 18, 30, tzinfo=UTC)
STAY_STEP_S = 240  # looks of a thing that stays
SPOT = Box(0.2, 0.2, 0.4, 0.4)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a history: "keys/my | kitchen table | 18:10 | told". began: of a thing that stayed."""

    thing: Owned
    place: Place
    at: datetime
    began: datetime
    unsure: bool = False
    told: bool = False
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    trap: str
    language: str
    seen: tuple[Row, ...]
    ask: str
    say: str


def cases() -> Iterator[Case]:
    for case in tomllib.loads(TABLE.read_text(encoding="utf-8"))["case"]:
        rows = tuple(row_of(line) for line in case["seen"])
        yield Case(case["trap"], case["language"], rows, case["ask"], case["say"])


def row_of(line: str) -> Row:
    thing, place, when, *marks = (part.strip() for part in line.split("|"))
    label, _, owner = thing.partition("/")
    near = place.removeprefix("~") if place.startswith("~") else ""
    began, _, end = when.partition("-")
    last = _time(end or began)
    flags = " ".join(marks).split()
    return Row(
        Owned(label, owner),
        Place(near=near) if near else Place("" if place == "-" else place),
        last,
        _time(began),
        *(flag in flags for flag in ("unsure", "told", "doubt")),
    )


def _time(text: str) -> datetime:
    """ "18:10" is of today, "14 10:00" of the 14th."""
    day, _, clock = text.rpartition(" ")
    hour, minute = clock.split(":")
    return NOW.replace(day=int(day) if day else NOW.day, hour=int(hour), minute=int(minute))


def said(case: Case, desk: Desk, store: Store) -> str:
    """The spoken answer, out of an encrypted memory that saw what the case tells and nothing else."""
    store.forget_all().result(timeout=60)
    looks = [(at, row) for row in case.seen for at in _looks(row)]
    for at, row in sorted(looks, key=lambda look: look[0]):
        desk.now, desk.trusted = at, not row.doubt
        store.remember([_sighting(row, at)]).result(timeout=60)
    say = answer(recollect(store, case.ask, Moment(NOW.timestamp()), UTC))
    return Phrases.of(case.language).render(say.key, say.args)


def _looks(seen: Row) -> list[float]:
    """When it was looked at: once, or all the time it stayed."""
    began, last = int(seen.began.timestamp()), int(seen.at.timestamp())
    return [float(at) for at in (*range(began, last, STAY_STEP_S), last)]


def _sighting(seen: Row, at: float) -> Sighting:
    return Sighting(
        seen.thing,
        seen.place,
        0.3 if seen.unsure else 0.9,
        at,
        None if seen.told else SPOT,
        Source.TOLD if seen.told else Source.SEEN,
    )
