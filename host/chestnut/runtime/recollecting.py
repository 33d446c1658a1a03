"""From words to rows to what is told: the join of the word tables and the memory. SQL answers; no language model."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from chestnut.core.memory import Moment, Owned, Remembered
from chestnut.core.ports import Memory
from chestnut.core.recollection import Found, Recollection, Sought
from chestnut.core.reminders import When
from chestnut.locale.question import Meant, Question

STEPS = 50  # rows that are stepped through
AHEAD_S = 60.0  # a row that is ahead of the clock by more was seen by another clock


def recollect(memory: Memory, question: str, now: Moment, zone: tzinfo | None = None) -> Recollection:
    """What the memory knows of what the question names. zone: of the wearer; None for the machine's. Blocks for
    milliseconds; fails as core.ports.Memory does."""
    asked = Question(question)
    meant = asked.meant(memory.known())
    return Recollection(tuple(_sought(memory, each, now, zone) for each in meant), asked.people)


def look_back(memory: Memory, now: Moment, zone: tzinfo | None = None) -> tuple[Found, ...]:
    """The newest rows, newest first."""
    return tuple(found(row, now, zone) for row in memory.recall(limit=STEPS))


def found(row: Remembered, now: Moment, zone: tzinfo | None = None) -> Found:
    """A row with its age, where the clock could be trusted then and can be now."""
    age_s = now.utc_s - row.last_seen
    if not (row.when_sure and now.trusted) or age_s < -AHEAD_S:
        return Found(row)
    return Found(row, max(0.0, age_s), when(row.last_seen, now, zone), when(row.first_seen, now, zone))


def when(utc_s: float, now: Moment, zone: tzinfo | None = None) -> When:
    at, present = _local(utc_s, zone), _local(now.utc_s, zone)
    return When((at.date() - present.date()).days, at.weekday(), at.day, at.month, f"{at:%H:%M}")


def _local(utc_s: float, zone: tzinfo | None) -> datetime:
    return datetime.fromtimestamp(utc_s, UTC).astimezone(zone)


def as_sought(meant: Meant) -> Sought:
    """Without rows."""
    thing = Owned(meant.label, meant.owner) if meant.label else None
    return Sought(meant.text, thing, meant.known, meant.guessed, whose=meant.whose, which=meant.which)


def _sought(memory: Memory, meant: Meant, now: Moment, zone: tzinfo | None) -> Sought:
    surely, perhaps = frozenset(meant.exact), frozenset(meant.alike)
    labels = {thing.label for thing in surely | perhaps}

    def rows(things: frozenset[Owned], *, likely: bool) -> tuple[Found, ...]:
        if not things:
            return ()
        return tuple(
            found(row, now, zone) for row in memory.recall(labels, likely=likely) if row.thing in things
        )

    return replace(
        as_sought(meant),
        found=rows(surely, likely=True),
        unsure=rows(surely, likely=False),
        alike=rows(perhaps, likely=True),
    )
