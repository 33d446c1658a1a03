"""What the clock was worth. Each stretch of time over which it ran on is an era, and rows are ordered by era first,
so that "newest" is right even after the clock jumped back by a year."""

from __future__ import annotations

from dataclasses import dataclass

from chestnut.core.memory import Moment
from chestnut.memory.vault import Connection

CHECK_MS = 60_000  # how often the running clock is written down
BACK_MS = 60_000  # a smaller step back is a correction, not a fault
LEAP_MS = 3_600_000  # a clock nobody trusts that is ahead by more has leapt, or the device was off


def milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def set_back(connection: Connection, now: Moment) -> bool:
    """The clock is earlier than it was when last written down."""
    row = connection.execute("SELECT checked FROM era ORDER BY id DESC LIMIT 1").fetchone()
    return row is not None and milliseconds(now.utc_s) < row[0] - BACK_MS


def era_at(connection: Connection, now: Moment) -> int:
    """The era rows written now belong to; a new one when the clock was set back, is trusted otherwise than before, or
    leapt and is not trusted. Inside a transaction."""
    at = milliseconds(now.utc_s)
    row = connection.execute("SELECT id, checked, trusted FROM era ORDER BY id DESC LIMIT 1").fetchone()
    back = set_back(connection, now)
    if row is None or back or bool(row[2]) != now.trusted or (not now.trusted and at > row[1] + LEAP_MS):
        if back and now.trusted:  # so it was wrong before
            connection.execute("UPDATE era SET trusted = 0 WHERE checked > ?", (at,))
        return int(
            connection.execute(
                "INSERT INTO era (began, checked, trusted) VALUES (?, ?, ?)", (at, at, now.trusted)
            ).lastrowid
        )
    if at >= row[1] + CHECK_MS:
        connection.execute("UPDATE era SET checked = ? WHERE id = ?", (at, row[0]))
    return int(row[0])


@dataclass(frozen=True, slots=True)
class Cutoff:
    """In this era the wanted time ago was `at`, in milliseconds of the era's own clock; None: all of the era is
    longer ago than that."""

    era: int
    at: int | None


def ago(connection: Connection, now: Moment, seconds: float) -> list[Cutoff]:
    """When that was, in every era, newest first. Between eras of a doubtful clock only the time it ran is counted, so
    that nothing is taken for older than it is."""
    wanted, at = milliseconds(seconds), milliseconds(now.utc_s)
    cutoffs = []
    passed = 0  # at least so long ago did the era end
    end = at
    rows = connection.execute("SELECT id, began, checked, trusted FROM era ORDER BY id DESC").fetchall()
    for index, (era, began, checked, trusted) in enumerate(rows):
        end = at if index == 0 else checked
        if trusted and now.trusted:
            cutoffs.append(Cutoff(era, at - wanted))
            passed = at - began
        else:
            cutoffs.append(Cutoff(era, None if passed >= wanted else end - (wanted - passed)))
            passed += max(0, end - began)
    return cutoffs
