"""Reminders and what became of each of their times. Another process may write too: what somebody acknowledged there
is never taken back here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from chestnut.core.memory import Moment
from chestnut.core.reminders import LOOK_BACK_S, Kind, Occurrence, Reminder
from chestnut.memory.eras import milliseconds
from chestnut.memory.vault import Connection

KEEP_S = LOOK_BACK_S + 24 * 3600.0  # longer than anybody asks what became of it
Work = Callable[[Connection, Moment], Any]

KEEP = """
INSERT INTO occurrence (reminder, due, times, spoken, acknowledged, missed)
SELECT id, :due, :times, :spoken, :acknowledged, :missed FROM reminder WHERE id = :reminder
ON CONFLICT DO UPDATE SET times = excluded.times, spoken = excluded.spoken, missed = excluded.missed,
    acknowledged = coalesce(acknowledged, excluded.acknowledged)
"""
ACKNOWLEDGE = """
INSERT INTO occurrence (reminder, due, times, acknowledged)
SELECT id, :due, 0, :at FROM reminder WHERE id = :reminder
ON CONFLICT DO UPDATE SET acknowledged = coalesce(acknowledged, excluded.acknowledged)
"""


class Reminders:
    """core.ports.ReminderBook, in the memory's file. read, write, forget: the store's own ways in."""

    def __init__(
        self,
        read: Callable[[Callable[[Connection], Any]], Any],
        write: Callable[[Work], Future[Any]],
        forget: Callable[[Callable[[Connection, Moment], int]], Future[int]],
    ) -> None:
        self._read, self._write, self._forget = read, write, forget

    def all(self) -> tuple[Reminder, ...]:
        rows: tuple[Reminder, ...] = self._read(_reminders)
        return rows

    def occurrences(self) -> tuple[Occurrence, ...]:
        rows: tuple[Occurrence, ...] = self._read(_occurrences)
        return rows

    def add(self, reminder: Reminder) -> Future[int]:
        return self._write(lambda connection, now: insert(connection, reminder))

    def remove(self, row: int) -> Future[int]:
        return self._forget(
            lambda connection, now: connection.execute("DELETE FROM reminder WHERE id = ?", (row,)).rowcount
        )

    def take_from_file(self, reminders: Collection[Reminder]) -> Future[None]:
        given = {reminder.source: reminder for reminder in reminders}
        return self._write(lambda connection, now: _take_from_file(connection, given))

    def keep(
        self,
        occurrences: Sequence[Occurrence],
        void: Sequence[Occurrence] = (),
        made: Mapping[int, float] | None = None,
    ) -> Future[None]:
        def work(connection: Connection, now: Moment) -> None:
            connection.executemany(
                "DELETE FROM occurrence WHERE reminder = ? AND due = ?",
                [(gone.reminder, milliseconds(gone.due)) for gone in void],
            )
            connection.executemany(
                "UPDATE reminder SET made = ? WHERE id = ?",
                [(milliseconds(at), row) for row, at in (made or {}).items()],
            )
            connection.executemany(KEEP, [_columns(occurrence) for occurrence in occurrences])
            if now.trusted:
                _tidy(connection, now)

        return self._write(work)

    def acknowledge(self, row: int, due: float, at: float) -> Future[bool]:
        columns = {"reminder": row, "due": milliseconds(due), "at": milliseconds(at)}
        return self._write(lambda connection, now: bool(connection.execute(ACKNOWLEDGE, columns).rowcount))


def _reminders(connection: Connection) -> tuple[Reminder, ...]:
    rows = connection.execute(
        "SELECT words, kind, starts, zone, rule, made, source, id FROM reminder ORDER BY id"
    ).fetchall()
    return tuple(
        Reminder(words, Kind(kind), starts, zone, rule, made / 1000, source, row)
        for words, kind, starts, zone, rule, made, source, row in rows
    )


def _occurrences(connection: Connection) -> tuple[Occurrence, ...]:
    rows = connection.execute(
        "SELECT reminder, due, times, spoken, acknowledged, missed FROM occurrence ORDER BY due, reminder"
    ).fetchall()
    return tuple(
        Occurrence(reminder, due / 1000, times, *(None if at is None else at / 1000 for at in stamps))
        for reminder, due, times, *stamps in rows
    )


def _columns(occurrence: Occurrence) -> dict[str, int | None]:
    stamps = {name: getattr(occurrence, name) for name in ("spoken", "acknowledged", "missed")}
    return {
        "reminder": occurrence.reminder,
        "due": milliseconds(occurrence.due),
        "times": occurrence.times,
        **{name: None if at is None else milliseconds(at) for name, at in stamps.items()},
    }


def insert(connection: Connection, reminder: Reminder) -> int:
    return int(
        connection.execute(
            "INSERT INTO reminder (words, kind, starts, zone, rule, made, source) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                reminder.words,
                reminder.kind.value,
                reminder.starts,
                reminder.zone,
                reminder.rule,
                milliseconds(reminder.made),
                reminder.source,
            ),
        ).lastrowid
    )


def _take_from_file(connection: Connection, given: Mapping[str, Reminder]) -> None:
    known = dict(connection.execute("SELECT source, id FROM reminder WHERE source <> ''").fetchall())
    for source in known.keys() - given.keys():
        connection.execute("DELETE FROM reminder WHERE id = ?", (known[source],))
    for source, reminder in given.items():
        if source not in known:
            insert(connection, reminder)


def _tidy(connection: Connection, now: Moment) -> None:
    """What became of times that are long over goes, and with it what was told for that one time."""
    cutoff = milliseconds(now.utc_s - KEEP_S)
    connection.execute(
        """DELETE FROM reminder WHERE rule = '' AND source = ''
        AND id IN (SELECT reminder FROM occurrence WHERE due < ?)""",
        (cutoff,),
    )
    connection.execute("DELETE FROM occurrence WHERE due < ?", (cutoff,))
