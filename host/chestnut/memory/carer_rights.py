"""Who may see what, as it stands in the memory. Whatever changes a right by a command is in the log with it."""

from __future__ import annotations

from chestnut.core.carers import Deed, Right, Rights, Sight
from chestnut.core.memory import Moment
from chestnut.memory.carer_log import MOST_ASKED, enough, named, note
from chestnut.memory.vault import Connection

NOBODY = ("", "")

CHOOSE = """
INSERT INTO carer_right (carer, sight, allowed, by_key) VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET allowed = excluded.allowed, by_key = excluded.by_key
"""


def rights(connection: Connection) -> Rights:
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


def _right(connection: Connection, carer: str, sight: Sight) -> Right | None:
    row = connection.execute(
        "SELECT allowed, by_key FROM carer_right WHERE carer = ? AND sight = ?", (carer, sight)
    ).fetchone()
    return None if row is None else Right(carer, sight, bool(row[0]), bool(row[1]))


def _is_closed(connection: Connection) -> bool:
    found = connection.execute("SELECT 1 FROM carer_right WHERE carer = ? AND sight = ?", NOBODY)
    return found.fetchone() is not None


def allow(connection: Connection, now: Moment, carer: str, sight: Sight, by_key: bool) -> bool:
    carer = named(connection, carer)
    right = _right(connection, carer, sight)
    if by_key:
        close(connection, False)
    elif _is_closed(connection) or (right is not None and right.by_key and not right.allowed):
        return False
    if right is not None and right.allowed:
        return True
    connection.execute(CHOOSE, (carer, sight, 1, by_key))
    if not by_key:
        note(connection, now, carer, Deed.ALLOWED, sight)
    return True


def deny(connection: Connection, now: Moment, carer: str, sight: Sight, by_key: bool) -> None:
    carer = named(connection, carer)
    right = _right(connection, carer, sight)
    if by_key or right is None or right.allowed:
        connection.execute(CHOOSE, (carer, sight, 0, by_key))
    if right is not None and right.allowed and not by_key:
        note(connection, now, carer, Deed.DENIED, sight)


def close(connection: Connection, closed: bool) -> None:
    if closed:
        connection.execute("UPDATE carer_right SET allowed = 0, by_key = 1")
        connection.execute(CHOOSE, (*NOBODY, 0, 1))
    else:
        connection.execute("DELETE FROM carer_right WHERE carer = ? AND sight = ?", NOBODY)


def look(connection: Connection, now: Moment, carer: str, sight: Sight) -> bool:
    carer = named(connection, carer)
    right = _right(connection, carer, sight)
    if right is not None and right.allowed:
        note(connection, now, carer, Deed.LOOKED, sight)
        return True
    answered = right is not None and right.by_key
    silent = answered or _is_closed(connection) or enough(connection, now, carer, sight)
    note(connection, now, carer, Deed.ASKED, sight, silent=silent)
    return False
