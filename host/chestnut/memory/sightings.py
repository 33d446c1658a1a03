"""Rows of sightings: written so that a thing that stays is one row, found again by one seek a place."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from chestnut.core.memory import (
    LIKELY,
    STAY_S,
    Moment,
    Owned,
    Place,
    Remembered,
    Sighting,
    Source,
    same_spot,
)
from chestnut.core.scene import Box
from chestnut.memory.eras import era_at, milliseconds
from chestnut.memory.vault import Connection

CANDIDATES = 32  # spots of one thing at one place within one stay that are compared

COLUMNS = """s.id, t.label, t.owner, p.name, p.near, s.confidence, s.first_seen, s.last_seen,
    s.box_left, s.box_top, s.box_right, s.box_bottom, s.source, s.looks, s.pinned, e.trusted"""

# CROSS JOIN is a join in the order it is written in: SQLite must never begin with the sightings.
RECALL = f"""
SELECT {COLUMNS}
FROM thing t
CROSS JOIN newest n ON n.thing = t.id AND n.likely = :likely
CROSS JOIN sighting s ON s.id = n.sighting
CROSS JOIN place p ON p.id = s.place
CROSS JOIN era e ON e.id = s.era
WHERE (:labels IS NULL OR t.label IN (SELECT value FROM json_each(:labels)))
  AND (:owner IS NULL OR t.owner = :owner)
  AND (:since IS NULL OR s.last_seen >= :since OR e.trusted = 0)
ORDER BY s.era DESC, s.last_seen DESC, s.id DESC
LIMIT coalesce(:limit, -1)
"""


def thousandths(share: float) -> int:
    return round(share * 1000)


def thing_id(connection: Connection, thing: Owned) -> int:
    """The row of the thing, made if it is not there."""
    found = connection.execute(
        "SELECT id FROM thing WHERE label = ? AND owner = ?", (thing.label, thing.owner)
    ).fetchone()
    if found is None:
        return int(
            connection.execute(
                "INSERT INTO thing (label, owner) VALUES (?, ?)", (thing.label, thing.owner)
            ).lastrowid
        )
    return int(found[0])


def place_id(connection: Connection, place: Place) -> int:
    """The row of the place, made if it is not there."""
    found = connection.execute(
        "SELECT id FROM place WHERE name = ? AND near = ?", (place.name, place.near)
    ).fetchone()
    if found is None:
        return int(
            connection.execute(
                "INSERT INTO place (name, near) VALUES (?, ?)", (place.name, place.near)
            ).lastrowid
        )
    return int(found[0])


def remember(connection: Connection, sightings: Sequence[Sighting], now: Moment) -> tuple[int, ...]:
    """The row each sighting became or was added to. Inside a transaction."""
    era = era_at(connection, now)
    return tuple(_remember_one(connection, sighting, era) for sighting in sightings)


def _remember_one(connection: Connection, sighting: Sighting, era: int) -> int:
    at, confidence = milliseconds(sighting.at), thousandths(sighting.confidence)
    likely = confidence >= thousandths(LIKELY)
    box = None if sighting.box is None else _sides(sighting.box)
    key = (
        thing_id(connection, sighting.thing),
        likely,
        place_id(connection, sighting.place),
        era,
    )
    row = _stay(connection, key, at, None if box is None else _box(*box), sighting.source)
    if row is not None:
        connection.execute(
            """UPDATE sighting SET first_seen = min(first_seen, :at), last_seen = max(last_seen, :at),
                confidence = max(confidence, :confidence), looks = looks + 1, pinned = max(pinned, :pinned)
            WHERE id = :row""",
            {"at": at, "confidence": confidence, "pinned": sighting.pinned, "row": row},
        )
        return row
    return int(
        connection.execute(
            """INSERT INTO sighting (thing, likely, place, era, first_seen, last_seen, confidence, looks, source,
                pinned, box_left, box_top, box_right, box_bottom)
            VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)""",
            (*key, at, at, confidence, sighting.source.value, sighting.pinned, *(box or (None,) * 4)),
        ).lastrowid
    )


def _stay(
    connection: Connection, key: tuple[int, bool, int, int], at: int, box: Box | None, source: Source
) -> int | None:
    """The newest row this look continues: the same thing, place and certainty, not long ago, at the same spot. A look
    that is told of late may lie in the middle of a row."""
    stay = milliseconds(STAY_S)
    ended = connection.execute(
        """SELECT id, box_left, box_top, box_right, box_bottom FROM sighting
        WHERE thing = ? AND likely = ? AND place = ? AND era = ? AND last_seen BETWEEN ? AND ? AND source = ?
        ORDER BY last_seen DESC, id DESC LIMIT ?""",
        (*key, at - stay, at + stay, source.value, CANDIDATES),
    ).fetchall()
    for row, *sides in ended:
        if same_spot(_box(*sides), box):
            return int(row)
    lasting = connection.execute(
        """SELECT id, box_left, box_top, box_right, box_bottom FROM (
            SELECT * FROM sighting
            WHERE thing = ? AND likely = ? AND place = ? AND era = ? AND last_seen > ? AND source = ?
            ORDER BY last_seen, id LIMIT ?)
        WHERE first_seen <= ?""",
        (*key, at + stay, source.value, CANDIDATES, at + stay),
    ).fetchall()
    for row, *sides in lasting:
        if same_spot(_box(*sides), box):
            return int(row)
    return None


def pin(connection: Connection, row: int, pinned: bool) -> bool:
    """False: there is no such row."""
    return bool(connection.execute("UPDATE sighting SET pinned = ? WHERE id = ?", (pinned, row)).rowcount)


def recall(
    connection: Connection,
    labels: Collection[str] | None,
    owner: str | None,
    likely: bool,
    since: float | None,
    limit: int | None,
) -> tuple[Remembered, ...]:
    """See Store.recall."""
    rows = connection.execute(
        RECALL,
        {
            "labels": None if labels is None else json.dumps(sorted(labels)),
            "owner": owner,
            "likely": likely,
            "since": None if since is None else milliseconds(since),
            "limit": limit,
        },
    )
    return tuple(_remembered(*row) for row in rows.fetchall())


def known(connection: Connection) -> tuple[Owned, ...]:
    """See Store.known."""
    rows = connection.execute(
        """SELECT label, owner FROM thing
        WHERE taught IS NOT NULL OR EXISTS (SELECT 1 FROM newest WHERE thing = thing.id) ORDER BY id"""
    )
    return tuple(Owned(*row) for row in rows.fetchall())


def strays(connection: Connection) -> bool:
    """What recall reads is not what the sightings say."""
    return bool(
        connection.execute(
            """SELECT EXISTS (
                SELECT 1 FROM (SELECT DISTINCT thing, likely, place FROM sighting) g
                LEFT JOIN newest n USING (thing, likely, place)
                WHERE n.sighting IS NOT (
                    SELECT id FROM sighting WHERE thing = g.thing AND likely = g.likely AND place = g.place
                    ORDER BY era DESC, last_seen DESC, id DESC LIMIT 1))
            OR EXISTS (SELECT 1 FROM newest WHERE sighting NOT IN (SELECT id FROM sighting))"""
        ).fetchone()[0]
    )


def _remembered(
    row: int,
    label: str,
    owner: str,
    name: str,
    near: str,
    confidence: int,
    first_seen: int,
    last_seen: int,
    left: int | None,
    top: int | None,
    right: int | None,
    bottom: int | None,
    source: str,
    looks: int,
    pinned: int,
    trusted: int,
) -> Remembered:
    return Remembered(
        row=row,
        thing=Owned(label, owner),
        place=Place(name, near),
        confidence=confidence / 1000,
        first_seen=first_seen / 1000,
        last_seen=last_seen / 1000,
        box=_box(left, top, right, bottom),
        source=Source(source),
        looks=looks,
        pinned=bool(pinned),
        when_sure=bool(trusted),
    )


def _sides(box: Box) -> tuple[int, int, int, int]:
    return thousandths(box.left), thousandths(box.top), thousandths(box.right), thousandths(box.bottom)


def _box(*sides: Any) -> Box | None:
    if sides[0] is None:
        return None
    return Box(*(side / 1000 for side in sides))
