"""The log of what carers did: rows, and the names in them."""

from __future__ import annotations

from chestnut.core.carers import Act, Deed, Sight
from chestnut.core.memory import Moment, Owned
from chestnut.memory.eras import milliseconds
from chestnut.memory.vault import Connection

ASK_AGAIN_S = 24 * 3600.0  # who asks again within this time is noted, but the wearer does not hear it again
MOST_ASKED = 6  # who are told in that time, and wait in the menu for an answer, the newest

ACTS = """
SELECT c.id, c.at, c.carer, c.deed, c.sight, t.label, t.owner, p.name, c.sure, c.told
FROM carer_look c LEFT JOIN thing t ON t.id = c.thing LEFT JOIN place p ON p.id = c.place
"""


def acts(connection: Connection, which: str, *values: int) -> tuple[Act, ...]:
    """which: the end of the SQL statement that chooses and orders them."""
    return tuple(_act(*columns) for columns in connection.execute(ACTS + which, values).fetchall())


def note(
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
        (at, now.trusted, named(connection, carer), deed, sight, thing, place, at if silent else None),
    )


def enough(connection: Connection, now: Moment, carer: str, sight: Sight) -> bool:
    """The wearer was, or will be, told of this asking lately; or of many others: names cost nothing, silence does."""
    at, near = milliseconds(now.utc_s), milliseconds(ASK_AGAIN_S)
    same, everybody = connection.execute(
        """SELECT count(*) FILTER (WHERE carer = ? AND sight = ?), count(*)
        FROM carer_look WHERE deed = ? AND told IS NOT at AND abs(at - ?) < ?""",
        (carer, sight, Deed.ASKED, at, near),
    ).fetchone()
    return bool(same or everybody >= MOST_ASKED)


def named(connection: Connection, carer: str) -> str:
    """The name as it was first written."""
    for (known,) in connection.execute(
        "SELECT carer FROM carer_right UNION SELECT carer FROM carer_look"
    ).fetchall():
        if known.casefold() == carer.casefold():
            return str(known)
    return carer


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
