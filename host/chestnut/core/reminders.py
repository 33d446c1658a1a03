"""What is to be said at which time, and what became of it. Pure: when a rule falls due is worked out before
(runtime/recurrence.py), the present time comes in.

Times are UTC seconds of the wall clock, which may jump. So nothing here counts on it: each rule speaks of its newest
time alone and at most once a turn, older times that nobody heard are missed and listed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

LOOK_BACK_S = 7 * 24 * 3600.0  # what was due earlier is neither said nor listed
LOOK_BACK_TIMES = 20  # nor is what was due before the newest so many of one rule
LISTED_S = 24 * 3600.0  # so long a missed one is listed
ON_TIME_S = 600.0  # said later than that, it is told when it was for
LAST_WAIT_S = 300.0  # after it was said for the last time it may be acknowledged so long before it is missed
STEP_S = 60.0  # a clock that goes back by less was corrected, not wrong
HALF_DAY_S = 12 * 3600.0


class Kind(StrEnum):
    """What it is about. They are said in this order when several are due."""

    MEDICINE = "medicine"
    GAS = "gas"
    DOOR = "door"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Reminder:
    """words: the wearer's or carer's own, said as they are. starts: local time of the first without a zone
    ("2026-11-23T08:00:00"). zone: such as "Europe/Berlin". rule: an RRULE of RFC 5545, "" for once. made: UTC
    seconds; what was due before is none of it. source: "" for one that was told, else the lines of the file it
    stands in. row: 0 until it is kept."""

    words: str
    kind: Kind
    starts: str
    zone: str
    rule: str = ""
    made: float = 0.0
    source: str = ""
    row: int = 0

    def __post_init__(self) -> None:
        if not self.words:
            raise ValueError("a reminder has words")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time of a reminder that has passed. times: how often it was said, the last time at `spoken`. acknowledged:
    when it was done; missed: when it was given up."""

    reminder: int
    due: float
    times: int = 0
    spoken: float | None = None
    acknowledged: float | None = None
    missed: float | None = None

    @property
    def open(self) -> bool:
        return self.acknowledged is None and self.missed is None


@dataclass(frozen=True, slots=True)
class Insistence:
    """repeat_s: what is not acknowledged is said again so long after each time. late_s: what could not be said in
    that time after it was due is missed."""

    repeat_s: tuple[float, ...] = (300.0, 600.0, 1200.0)
    late_s: float = 4 * 3600.0


@dataclass(frozen=True, slots=True)
class Due:
    """To be said now. times: how often it was said before."""

    reminder: Reminder
    due: float
    times: int
    late: bool

    def said(self, now: float) -> Occurrence:
        """What is to be kept of it."""
        return Occurrence(self.reminder.row, self.due, self.times + 1, now)


@dataclass(frozen=True, slots=True)
class Turn:
    """What is to be done now. say: at most one of each rule, the weightiest first. missed: to be kept. unheard: how
    many of those were never said. void: kept by a clock that was ahead, to be forgotten. ahead: rows of reminders it
    made, to be made now. next_at: when the next turn is needed at the latest; None: not before one is added."""

    say: tuple[Due, ...] = ()
    missed: tuple[Occurrence, ...] = ()
    unheard: int = 0
    void: tuple[Occurrence, ...] = ()
    ahead: tuple[int, ...] = ()
    next_at: float | None = None


def turn(
    now: float,
    timetable: Iterable[tuple[Reminder, Sequence[float]]],
    kept: Iterable[Occurrence],
    insistence: Insistence = Insistence(),
) -> Turn:
    """timetable: of each reminder its times since LOOK_BACK_S ago, rising, and at least the next one. kept: what
    became of them."""
    log: defaultdict[int, dict[float, Occurrence]] = defaultdict(dict)
    void = []
    for occurrence in kept:
        if _void(now, occurrence):
            void.append(occurrence)
        else:
            log[occurrence.reminder][occurrence.due] = occurrence
    turns = [_turn(now, reminder, times, log[reminder.row], insistence) for reminder, times in timetable]
    say = sorted((due for one in turns for due in one.say), key=_weight)
    nexts = [one.next_at for one in turns if one.next_at is not None]
    return Turn(
        tuple(say),
        tuple(missed for one in turns for missed in one.missed),
        sum(one.unheard for one in turns),
        tuple(void),
        tuple(row for one in turns for row in one.ahead),
        min(nexts, default=None),
    )


def _void(now: float, occurrence: Occurrence) -> bool:
    """The clock was ahead when this came. Nobody acknowledged it: it comes again at its true time. Somebody did: it
    is done, unless that time is so far away that another day's was meant."""
    if occurrence.acknowledged is not None:
        return occurrence.due > now + HALF_DAY_S
    return max(occurrence.due, occurrence.spoken or 0, occurrence.missed or 0) > now + STEP_S


def _weight(due: Due) -> tuple[int, float, int]:
    return list(Kind).index(due.reminder.kind), due.due, due.reminder.row


def _turn(
    now: float,
    reminder: Reminder,
    times: Sequence[float],
    log: Mapping[float, Occurrence],
    insistence: Insistence,
) -> Turn:
    """Of one reminder."""
    ahead = (reminder.row,) if reminder.made > now + STEP_S else ()
    past = [at for at in times if max(reminder.made, now - LOOK_BACK_S) <= at <= now][-LOOK_BACK_TIMES:]
    coming = next((at for at in times if at > now), None)
    if not past:
        return Turn(ahead=ahead, next_at=coming)
    *older, newest = (log.get(at) or Occurrence(reminder.row, at) for at in past)
    given_up = [occurrence for occurrence in older if occurrence.open]
    say: tuple[Due, ...] = ()
    again_at = _again_at(now, newest, insistence) if newest.open else None
    if again_at is not None and _is_over(now, again_at, newest, insistence):
        given_up.append(newest)
        again_at = None
    elif again_at is not None and again_at <= now:
        on_time_s = ON_TIME_S + sum(insistence.repeat_s[: newest.times])
        say = (Due(reminder, newest.due, newest.times, late=now - newest.due > on_time_s),)
        again_at = None
    return Turn(
        say,
        tuple(replace(occurrence, missed=now) for occurrence in given_up),
        sum(not occurrence.times for occurrence in given_up),
        next_at=min((at for at in (again_at, coming) if at is not None), default=None),
    )


def _again_at(now: float, occurrence: Occurrence, insistence: Insistence) -> float:
    """When it is to be said, or given up after the last time."""
    if occurrence.spoken is None:
        return now
    waits = (*insistence.repeat_s, LAST_WAIT_S)
    return occurrence.spoken + waits[min(occurrence.times, len(waits)) - 1]


def _is_over(now: float, again_at: float, occurrence: Occurrence, insistence: Insistence) -> bool:
    if now - occurrence.due > insistence.late_s:
        return True
    return occurrence.times > len(insistence.repeat_s) and again_at <= now


@dataclass(frozen=True, slots=True)
class When:
    """A moment as it is told: days from today, weekday (0 is Monday), day and month, local time "HH:MM"."""

    days: int
    weekday: int
    day: int
    month: int
    time: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A time of a reminder that is told of: one that was missed, or the next."""

    reminder: int
    due: float
    kind: Kind
    words: str
    when: When


def sentence(words: str) -> str:
    """The wearer's own words as a sentence of its own, so that no grammar is needed around them."""
    return words if words[-1:] in (".", "!", "?", "…") else f"{words}."


def missed_of(now: float, kept: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    """What is to be listed, newest first."""
    found = [
        occurrence
        for occurrence in kept
        if occurrence.missed is not None
        and occurrence.acknowledged is None
        and -STEP_S <= now - occurrence.due <= LISTED_S
    ]
    return tuple(sorted(found, key=lambda occurrence: (-occurrence.due, occurrence.reminder)))
