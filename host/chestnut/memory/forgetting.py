"""Taking rows back: by the wearer's word, or because their days are over. What is freed is overwritten with zeros."""

from __future__ import annotations

import json
from collections.abc import Collection

from chestnut.core.memory import Moment
from chestnut.memory.eras import ago, era_at
from chestnut.memory.vault import Connection

BATCH = 100  # rows of one sweep, each on other pages: a sighting never waits long behind it
END_OF_TIME = 1 << 62
FREED_PAGES = 200  # pages one sweep gives back to the disk


def forget_row(connection: Connection, row: int) -> int:
    count = connection.execute("DELETE FROM sighting WHERE id = ?", (row,)).rowcount
    tidy(connection)
    return int(count)


def forget_last(connection: Connection, now: Moment, seconds: float) -> int:
    """Rows that began in that time go, pinned or not; a row that reaches into it from before ends where it begins.
    Returns how many were touched."""
    count = 0
    for cutoff in ago(connection, now, seconds):
        if cutoff.at is None:
            continue
        count += connection.execute(
            "DELETE FROM sighting WHERE era = ? AND last_seen >= ? AND first_seen >= ?",
            (cutoff.era, cutoff.at, cutoff.at),
        ).rowcount
        count += connection.execute(
            "UPDATE sighting SET last_seen = ? WHERE era = ? AND last_seen > ?",
            (cutoff.at, cutoff.era, cutoff.at),
        ).rowcount
    tidy(connection)
    return count


def forget_things(connection: Connection, labels: Collection[str], owner: str | None) -> int:
    """Every sighting of them and what they were taught to look like. Returns how many sightings went."""
    things = [
        row[0]
        for row in connection.execute(
            "SELECT id FROM thing WHERE label IN (SELECT value FROM json_each(?1)) AND (?2 IS NULL OR owner = ?2)",
            (json.dumps(sorted(labels)), owner),
        ).fetchall()
    ]
    count = 0
    for thing in things:
        count += connection.execute("DELETE FROM sighting WHERE thing = ?", (thing,)).rowcount
        connection.execute("DELETE FROM thing WHERE id = ?", (thing,))
    tidy(connection)
    return count


def forget_place(connection: Connection, name: str) -> int:
    """Every sighting there, the name and how it looks. Returns how many sightings went."""
    place = connection.execute("SELECT id FROM place WHERE name = ? AND near = ''", (name,)).fetchone()
    if place is None or not name:
        return 0
    count = connection.execute("DELETE FROM sighting WHERE place = ?", place).rowcount
    connection.execute("DELETE FROM place WHERE id = ?", place)
    tidy(connection)
    return int(count)


def forget_all(connection: Connection) -> int:
    """Every sighting, pinned or not. What was taught and named stays, as do people and reminders."""
    count = connection.execute("DELETE FROM sighting").rowcount
    tidy(connection)
    return int(count)


def sweep(connection: Connection, now: Moment, keep_s: float) -> int:
    """One batch of what is older than `keep_s` and not pinned; how many rows went."""
    era_at(connection, now)
    count = 0
    for cutoff in ago(connection, now, keep_s):
        count += connection.execute(
            """DELETE FROM sighting WHERE id IN (
                SELECT id FROM sighting WHERE era = ? AND last_seen < ? AND pinned = 0 LIMIT ?)""",
            (cutoff.era, END_OF_TIME if cutoff.at is None else cutoff.at, BATCH - count),
        ).rowcount
        if count >= BATCH:
            break
    if count:
        tidy(connection)
    connection.execute(f"PRAGMA incremental_vacuum({FREED_PAGES})").fetchall()
    return count


def tidy(connection: Connection) -> None:
    """Labels and places nobody taught or named and of which nothing is left would tell what was forgotten. Eras
    before the oldest row have no more use."""
    connection.execute(
        """DELETE FROM thing WHERE taught IS NULL
        AND NOT EXISTS (SELECT 1 FROM sighting WHERE thing = thing.id)"""
    )
    connection.execute(
        """DELETE FROM place WHERE named IS NULL
        AND NOT EXISTS (SELECT 1 FROM sighting WHERE place = place.id)"""
    )
    connection.execute(
        """DELETE FROM era WHERE id < (SELECT max(id) FROM era)
        AND id < coalesce((SELECT min(era) FROM sighting), (SELECT max(id) FROM era))"""
    )
