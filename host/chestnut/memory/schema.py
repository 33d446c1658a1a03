"""The tables, and how a file of an older Chestnut becomes one of this. The file's user_version is the number of
migrations it has been through; a migration that was ever released is never changed.

Units: times are UTC milliseconds, confidence and box sides thousandths, vectors float32 little-endian. All of it
integers, so that ten million rows stay small.
"""

from __future__ import annotations

Migration = tuple[str, ...]


def _point_at_newest(row: str) -> str:
    """row: NEW or OLD."""
    return f"""
        INSERT INTO newest (thing, likely, place, sighting)
        SELECT thing, likely, place, id FROM sighting
        WHERE thing = {row}.thing AND likely = {row}.likely AND place = {row}.place
        ORDER BY era DESC, last_seen DESC, id DESC LIMIT 1
        ON CONFLICT DO UPDATE SET sighting = excluded.sighting WHERE sighting <> excluded.sighting;"""


FIRST: Migration = (
    # One stretch of time over which the clock ran on (memory/eras.py). Rows are ordered by (era, last_seen), which
    # is right however wrong the clock is.
    """CREATE TABLE era (
        id INTEGER PRIMARY KEY,
        began INTEGER NOT NULL,
        checked INTEGER NOT NULL,
        trusted INTEGER NOT NULL CHECK (trusted IN (0, 1))
    ) STRICT""",
    """CREATE TABLE thing (
        id INTEGER PRIMARY KEY,
        label TEXT NOT NULL CHECK (label <> ''),
        owner TEXT NOT NULL,
        taught INTEGER,
        UNIQUE (label, owner)
    ) STRICT""",
    """CREATE TABLE place (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        near TEXT NOT NULL,
        named INTEGER,
        UNIQUE (name, near),
        CHECK (name = '' OR near = '')
    ) STRICT""",
    """CREATE TABLE descriptor (
        id INTEGER PRIMARY KEY,
        thing INTEGER REFERENCES thing ON DELETE CASCADE,
        place INTEGER REFERENCES place ON DELETE CASCADE,
        model TEXT NOT NULL,
        vector BLOB NOT NULL,
        CHECK ((thing IS NULL) <> (place IS NULL))
    ) STRICT""",
    "CREATE INDEX descriptor_of_thing ON descriptor (thing) WHERE thing IS NOT NULL",
    "CREATE INDEX descriptor_of_place ON descriptor (place) WHERE place IS NOT NULL",
    """CREATE TABLE sighting (
        id INTEGER PRIMARY KEY,
        thing INTEGER NOT NULL REFERENCES thing,
        likely INTEGER NOT NULL CHECK (likely IN (0, 1)),
        place INTEGER NOT NULL REFERENCES place,
        era INTEGER NOT NULL REFERENCES era,
        first_seen INTEGER NOT NULL,
        last_seen INTEGER NOT NULL CHECK (last_seen >= first_seen),
        confidence INTEGER NOT NULL CHECK (confidence BETWEEN 0 AND 1000),
        looks INTEGER NOT NULL,
        source TEXT NOT NULL CHECK (source IN ('seen', 'told')),
        pinned INTEGER NOT NULL CHECK (pinned IN (0, 1)),
        box_left INTEGER,
        box_top INTEGER,
        box_right INTEGER,
        box_bottom INTEGER
    ) STRICT""",
    "CREATE INDEX sighting_order ON sighting (thing, likely, place, era, last_seen)",
    "CREATE INDEX sighting_age ON sighting (era, last_seen)",
    "CREATE INDEX sighting_place ON sighting (place)",
    # What recall reads: as many rows as there are things and places, however often they were seen. The triggers keep
    # it right, each by one seek to the end of its group.
    """CREATE TABLE newest (
        thing INTEGER NOT NULL,
        likely INTEGER NOT NULL,
        place INTEGER NOT NULL,
        sighting INTEGER NOT NULL,
        PRIMARY KEY (thing, likely, place)
    ) STRICT, WITHOUT ROWID""",
    f"CREATE TRIGGER sighting_came AFTER INSERT ON sighting BEGIN {_point_at_newest('NEW')} END",
    f"CREATE TRIGGER sighting_moved AFTER UPDATE OF last_seen ON sighting BEGIN {_point_at_newest('NEW')} END",
    f"""CREATE TRIGGER sighting_went AFTER DELETE ON sighting BEGIN
        DELETE FROM newest WHERE thing = OLD.thing AND likely = OLD.likely AND place = OLD.place
            AND sighting = OLD.id;
        {_point_at_newest("OLD")}
    END""",
    """CREATE TABLE person (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE CHECK (name <> ''),
        consent TEXT NOT NULL CHECK (consent <> ''),
        consented INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE face (
        id INTEGER PRIMARY KEY,
        person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
        model TEXT NOT NULL,
        vector BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX face_of_person ON face (person)",
    # starts: local time without a zone, as RFC 5545 has it ("2026-11-23T08:00:00"); zone: "Europe/Berlin";
    # rule: an RRULE, "" for once; source: the lines of the file it stands in, "" when it was told.
    """CREATE TABLE reminder (
        id INTEGER PRIMARY KEY,
        words TEXT NOT NULL CHECK (words <> ''),
        kind TEXT NOT NULL CHECK (kind IN ('medicine', 'gas', 'door', 'other')),
        starts TEXT NOT NULL,
        zone TEXT NOT NULL,
        rule TEXT NOT NULL,
        made INTEGER NOT NULL,
        source TEXT NOT NULL
    ) STRICT""",
    "CREATE UNIQUE INDEX reminder_of_file ON reminder (source) WHERE source <> ''",
    # due, spoken (the last time), acknowledged, missed: when; times: how often it was said.
    """CREATE TABLE occurrence (
        reminder INTEGER NOT NULL REFERENCES reminder ON DELETE CASCADE,
        due INTEGER NOT NULL,
        times INTEGER NOT NULL,
        spoken INTEGER,
        acknowledged INTEGER,
        missed INTEGER,
        PRIMARY KEY (reminder, due)
    ) STRICT, WITHOUT ROWID""",
    # What a carer looked at; the wearer can hear it.
    """CREATE TABLE carer_look (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        carer TEXT NOT NULL,
        what TEXT NOT NULL
    ) STRICT""",
)

SECOND: Migration = (
    "DROP TABLE carer_look",  # it was never written
    # What a carer looked at or did; the wearer can hear it. told: when that was. A thing or a place stands here by
    # its number alone, so that what is forgotten leaves no name behind.
    """CREATE TABLE carer_look (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        sure INTEGER NOT NULL CHECK (sure IN (0, 1)),
        carer TEXT NOT NULL CHECK (carer <> ''),
        deed TEXT NOT NULL,
        sight TEXT NOT NULL,
        thing INTEGER REFERENCES thing ON DELETE SET NULL,
        place INTEGER REFERENCES place ON DELETE SET NULL,
        told INTEGER
    ) STRICT""",
    # carer and sight '': nobody at all. by_key: the wearer's own choice.
    """CREATE TABLE carer_right (
        carer TEXT NOT NULL,
        sight TEXT NOT NULL,
        allowed INTEGER NOT NULL CHECK (allowed IN (0, 1)),
        by_key INTEGER NOT NULL CHECK (by_key IN (0, 1)),
        PRIMARY KEY (carer, sight)
    ) STRICT, WITHOUT ROWID""",
    # Hashes of what came in with a carer's folder, so that nothing comes in twice.
    "CREATE TABLE carer_item (mark TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
)

MIGRATIONS: tuple[Migration, ...] = (FIRST, SECOND)
