"""What carers may see, what they looked at, and what came in with their folders. Whatever is written is written
together with its row of the log, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from chestnut.core.carers import LOG_ROWS, LOG_S, Act, Deed, Right, Rights, Sight
from chestnut.core.memory import Descriptor, Moment, Owned, Place
from chestnut.core.people import clean_name
from chestnut.core.reminders import Reminder
from chestnut.memory import reminders, taught
from chestnut.memory.eras import milliseconds
from chestnut.memory.sightings import place_id, thing_id
from chestnut.memory.vault import Connection

ASK_AGAIN_S = 24 * 3600.0  # who asks again within this time is noted, but the wearer does not hear it again
MOST_ASKED = 6  # the newest who wait for an answer; whoever types names must not fill the wearer's menu
NOBODY = ("", "")

ACTS = """
SELECT c.id, c.at, c.carer, c.deed, c.sight, t.label, t.owner, p.name, c.sure, c.told
FROM carer_look c LEFT JOIN thing t ON t.id = c.thing LEFT JOIN place p ON p.id = c.place
"""
CHOOSE = """
INSERT INTO carer_right (carer, sight, allowed, by_key) VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET allowed = excluded.allowed, by_key = excluded.by_key
"""


class Carers:
    """core.carers.CarerBook, in the memory's file. read, write: the store's own ways in."""

    def __init__(
        self,
        read: Callable[[Callable[[Connection], Any]], Any],
        write: Callable[[Callable[[Connection, Moment], Any]], Future[Any]],
    ) -> None:
        self._read, self._write = read, write

    def rights(self) -> Rights:
        rights: Rights = self._read(_rights)
        return rights

    def allow(self, carer: str, sight: Sight, *, by_key: bool = False) -> Future[bool]:
        name = clean_name(carer)
        return self._write(lambda connection, now: _allow(connection, now, name, sight, by_key))

    def deny(self, carer: str, sight: Sight, *, by_key: bool = False) -> Future[None]:
        name = clean_name(carer)
        return self._write(lambda connection, now: _deny(connection, now, name, sight, by_key))

    def close_to_all(self, closed: bool) -> Future[None]:
        return self._write(lambda connection, now: _close(connection, closed))

    def look(self, carer: str, sight: Sight) -> Future[bool]:
        name = clean_name(carer)
        return self._write(lambda connection, now: _look(connection, now, name, sight))

    def log(self) -> tuple[Act, ...]:
        return self._acts("ORDER BY c.id DESC LIMIT ?", LOG_ROWS)

    def untold(self) -> tuple[Act, ...]:
        return self._acts("WHERE c.told IS NULL ORDER BY c.id")

    def heard(self, rows: Sequence[int]) -> Future[None]:
        given = tuple(rows)

        def work(connection: Connection, now: Moment) -> None:
            connection.executemany(
                "UPDATE carer_look SET told = ? WHERE id = ?",
                [(milliseconds(now.utc_s), row) for row in given],
            )

        return self._write(work)

    def sweep(self) -> Future[int]:
        """Lets go of what is older than LOG_S; how many rows went."""

        def work(connection: Connection, now: Moment) -> int:
            if not now.trusted:
                return 0
            cutoff = milliseconds(now.utc_s - LOG_S)
            return int(connection.execute("DELETE FROM carer_look WHERE at < ?", (cutoff,)).rowcount)

        return self._write(work)

    def known(self, marks: Sequence[str]) -> frozenset[str]:
        given = tuple(marks)

        def look(connection: Connection) -> frozenset[str]:
            return frozenset(mark for mark in given if _is_known(connection, mark))

        known: frozenset[str] = self._read(look)
        return known

    def take_reminder(self, carer: str, mark: str, reminder: Reminder) -> Future[bool]:
        name = clean_name(carer)

        def work(connection: Connection, now: Moment) -> bool:
            if not _new(connection, (mark,)):
                return False
            reminders.insert(connection, reminder)
            _note(connection, now, name, Deed.SET)
            return True

        return self._write(work)

    def take_thing(
        self, carer: str, marks: Sequence[str], thing: Owned, takes: Sequence[Descriptor]
    ) -> Future[bool]:
        name, given, shown = clean_name(carer), tuple(marks), tuple(takes)

        def work(connection: Connection, now: Moment) -> bool:
            if not _new(connection, given):
                return False
            taught.teach(connection, thing, shown, now)
            _note(connection, now, name, Deed.TAUGHT, thing=thing_id(connection, thing))
            return True

        return self._write(work)

    def take_place(
        self, carer: str, marks: Sequence[str], name: str, views: Sequence[Descriptor]
    ) -> Future[bool]:
        who, given, shown = clean_name(carer), tuple(marks), tuple(views)

        def work(connection: Connection, now: Moment) -> bool:
            if not _new(connection, given):
                return False
            taught.name_place(connection, name, shown, now)
            _note(connection, now, who, Deed.NAMED, place=place_id(connection, Place(name=name)))
            return True

        return self._write(work)

    def _acts(self, which: str, *values: int) -> tuple[Act, ...]:
        def look(connection: Connection) -> tuple[Act, ...]:
            return tuple(_act(*columns) for columns in connection.execute(ACTS + which, values).fetchall())

        acts: tuple[Act, ...] = self._read(look)
        return acts


def _act(
    row: int,
    at: int,
    carer: str,
    deed: str,
    sight: str,
    label: str | None,
    owner: str | None,
    place: str | None,
    sure: int,
    told: int | None,
) -> Act:
    return Act(
        row,
        at / 1000,
        carer,
        Deed(deed),
        Sight(sight) if sight else None,
        None if label is None else Owned(label, owner or ""),
        place or "",
        bool(sure),
        told is not None,
    )


def _rights(connection: Connection) -> Rights:
    given, closed = [], False
    for carer, sight, allowed, by_key in connection.execute(
        "SELECT carer, sight, allowed, by_key FROM carer_right ORDER BY carer, sight"
    ).fetchall():
        if (carer, sight) == NOBODY:
            closed = True
        else:
            given.append(Right(carer, Sight(sight), bool(allowed), bool(by_key)))
    answered = {(right.carer.casefold(), right.sight) for right in given}
    asked: dict[tuple[str, Sight], tuple[str, Sight]] = {}
    for carer, sight in connection.execute(
        "SELECT carer, sight FROM carer_look WHERE deed = ? ORDER BY id", (Deed.ASKED,)
    ).fetchall():
        pair = (carer.casefold(), Sight(sight))
        if pair not in answered:
            asked.setdefault(pair, (carer, Sight(sight)))
    return Rights(tuple(given), tuple(asked.values())[-MOST_ASKED:], closed)


def _named(connection: Connection, carer: str) -> str:
    """The name as it was first written."""
    for (known,) in connection.execute(
        "SELECT carer FROM carer_right UNION ALL SELECT carer FROM carer_look"
    ).fetchall():
        if known.casefold() == carer.casefold():
            return str(known)
    return carer


def _right(connection: Connection, carer: str, sight: Sight) -> Right | None:
    row = connection.execute(
        "SELECT allowed, by_key FROM carer_right WHERE carer = ? AND sight = ?", (carer, sight)
    ).fetchone()
    return None if row is None else Right(carer, sight, bool(row[0]), bool(row[1]))


def _is_closed(connection: Connection) -> bool:
    found = connection.execute("SELECT 1 FROM carer_right WHERE carer = ? AND sight = ?", NOBODY)
    return found.fetchone() is not None


def _allow(connection: Connection, now: Moment, carer: str, sight: Sight, by_key: bool) -> bool:
    carer = _named(connection, carer)
    right = _right(connection, carer, sight)
    if by_key:
        _close(connection, False)
    elif _is_closed(connection) or (right is not None and right.by_key and not right.allowed):
        return False
    if right is not None and right.allowed:
        return True
    connection.execute(CHOOSE, (carer, sight, 1, by_key))
    if not by_key:
        _note(connection, now, carer, Deed.ALLOWED, sight)
    return True


def _deny(connection: Connection, now: Moment, carer: str, sight: Sight, by_key: bool) -> None:
    carer = _named(connection, carer)
    right = _right(connection, carer, sight)
    if by_key or right is None or right.allowed:
        connection.execute(CHOOSE, (carer, sight, 0, by_key))
    if right is not None and right.allowed and not by_key:
        _note(connection, now, carer, Deed.DENIED, sight)


def _close(connection: Connection, closed: bool) -> None:
    if closed:
        connection.execute("UPDATE carer_right SET allowed = 0, by_key = 1")
        connection.execute(CHOOSE, (*NOBODY, 0, 1))
    else:
        connection.execute("DELETE FROM carer_right WHERE carer = ? AND sight = ?", NOBODY)


def _look(connection: Connection, now: Moment, carer: str, sight: Sight) -> bool:
    carer = _named(connection, carer)
    right = _right(connection, carer, sight)
    if right is not None and right.allowed:
        _note(connection, now, carer, Deed.LOOKED, sight)
        return True
    answered = right is not None and right.by_key
    silent = answered or _is_closed(connection) or _has_asked(connection, now, carer, sight)
    _note(connection, now, carer, Deed.ASKED, sight, silent=silent)
    return False


def _has_asked(connection: Connection, now: Moment, carer: str, sight: Sight) -> bool:
    row = connection.execute(
        "SELECT max(at) FROM carer_look WHERE deed = ? AND carer = ? AND sight = ?",
        (Deed.ASKED, carer, sight),
    ).fetchone()
    return row[0] is not None and abs(milliseconds(now.utc_s) - row[0]) < milliseconds(ASK_AGAIN_S)


def _note(
    connection: Connection,
    now: Moment,
    carer: str,
    deed: Deed,
    sight: Sight | str = "",
    *,
    thing: int | None = None,
    place: int | None = None,
    silent: bool = False,
) -> None:
    """silent: it is in the log, and not told by itself."""
    at = milliseconds(now.utc_s)
    connection.execute(
        """INSERT INTO carer_look (at, sure, carer, deed, sight, thing, place, told)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        (at, now.trusted, _named(connection, carer), deed, sight, thing, place, at if silent else None),
    )


def _is_known(connection: Connection, mark: str) -> bool:
    return connection.execute("SELECT 1 FROM carer_item WHERE mark = ?", (mark,)).fetchone() is not None


def _new(connection: Connection, marks: Sequence[str]) -> bool:
    """Notes those that did not come before. False: all of them did."""
    new = [mark for mark in marks if not _is_known(connection, mark)]
    connection.executemany("INSERT OR IGNORE INTO carer_item (mark) VALUES (?)", [(mark,) for mark in new])
    return bool(new)
