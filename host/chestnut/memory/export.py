"""Everything that is remembered, for its owner to read or carry away. Not encrypted; no vectors, only how many."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from chestnut.memory.vault import Connection

# One query a kind; columns that end in _at are UTC milliseconds.
KINDS = {
    "sighting": """SELECT t.label, t.owner, p.name AS place, p.near, s.first_seen AS first_seen_at,
            s.last_seen AS last_seen_at, e.trusted AS clock_trusted, s.confidence / 1000.0 AS confidence, s.looks,
            s.source, s.pinned, s.box_left / 1000.0 AS box_left, s.box_top / 1000.0 AS box_top,
            s.box_right / 1000.0 AS box_right, s.box_bottom / 1000.0 AS box_bottom
        FROM sighting s JOIN thing t ON t.id = s.thing JOIN place p ON p.id = s.place JOIN era e ON e.id = s.era
        ORDER BY s.era, s.last_seen, s.id""",
    "thing": """SELECT label, owner, taught AS taught_at,
            (SELECT count(*) FROM descriptor WHERE thing = thing.id) AS takes FROM thing ORDER BY id""",
    "place": """SELECT name, near, named AS named_at,
            (SELECT count(*) FROM descriptor WHERE place = place.id) AS views FROM place ORDER BY id""",
    "person": """SELECT name, consent, consented AS consented_at,
            (SELECT count(*) FROM face WHERE person = person.id) AS faces FROM person ORDER BY id""",
    "reminder": """SELECT id, words, kind AS about, starts, zone, rule, made AS made_at, source
        FROM reminder ORDER BY id""",
    "occurrence": """SELECT reminder, due AS due_at, times, spoken AS spoken_at, acknowledged AS acknowledged_at,
            missed AS missed_at
        FROM occurrence ORDER BY reminder, due""",
    "carer_right": "SELECT carer, sight, allowed, by_key FROM carer_right ORDER BY carer, sight",
    "carer_look": """SELECT c.at AS looked_at, c.sure AS clock_trusted, c.carer, c.deed, c.sight, t.label, t.owner,
            p.name AS place, c.told AS told_at
        FROM carer_look c LEFT JOIN thing t ON t.id = c.thing LEFT JOIN place p ON p.id = c.place ORDER BY c.id""",
}


class Form(StrEnum):
    """LINES: one JSON object a line. TEXT: one row a line, empty columns left out."""

    LINES = "jsonl"
    TEXT = "txt"


def export(connection: Connection, path: Path, form: Form) -> int:
    """Writes a new file, readable by its owner alone; how many rows. OSError when it is there already or cannot be
    written: then nothing is left of what was begun."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            count = 0
            connection.execute("BEGIN")  # one state of the memory, whatever is written meanwhile
            try:
                for row in rows(connection):
                    file.write((_line(row) if form is Form.LINES else _text(row)) + "\n")
                    count += 1
            finally:
                connection.execute("COMMIT")
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink()
        raise
    return count


def rows(connection: Connection) -> Iterator[dict[str, Any]]:
    for kind, query in KINDS.items():
        cursor = connection.execute(query)
        names = [column[0] for column in cursor.description]
        for values in cursor:
            yield {"kind": kind} | {
                name: _told(name, value) for name, value in zip(names, values, strict=True)
            }


def _told(name: str, value: Any) -> Any:
    if name.endswith("_at") and value is not None:
        try:
            return datetime.fromtimestamp(value / 1000, UTC).isoformat(timespec="seconds")
        except (ValueError, OverflowError, OSError):  # a clock that was very wrong
            return f"{value / 1000:.0f} s"
    return value


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False)


def _text(row: dict[str, Any]) -> str:
    told = [str(row["kind"])]
    told += [f"{name} {value}" for name, value in row.items() if name != "kind" and value not in (None, "")]
    return "; ".join(told)
