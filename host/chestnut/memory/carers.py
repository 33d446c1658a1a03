"""What carers may see, what they looked at, and what came in with their folders. Whatever is written is written
together with its row of the log, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from chestnut.core.carers import LOG_ROWS, LOG_S, Act, Deed, Rights, Sight
from chestnut.core.memory import Descriptor, Moment, Owned, Place
from chestnut.core.people import clean_name
from chestnut.core.reminders import Reminder
from chestnut.memory import carer_log, carer_rights, reminders, taught
from chestnut.memory.eras import milliseconds
from chestnut.memory.sightings import place_id, thing_id
from chestnut.memory.vault import Connection


class Carers:
    """core.carers.CarerBook, in the memory's file. read, write: the store's own ways in."""

    def __init__(
        self,
        read: Callable[[Callable[[Connection], Any]], Any],
        write: Callable[[Callable[[Connection, Moment], Any]], Future[Any]],
    ) -> None:
        self._read, self._write = read, write

    def rights(self) -> Rights:
        rights: Rights = self._read(carer_rights.rights)
        return rights

    def allow(self, carer: str, sight: Sight, *, by_key: bool = False) -> Future[bool]:
        name = clean_name(carer)
        return self._write(lambda connection, now: carer_rights.allow(connection, now, name, sight, by_key))

    def deny(self, carer: str, sight: Sight, *, by_key: bool = False) -> Future[None]:
        name = clean_name(carer)
        return self._write(lambda connection, now: carer_rights.deny(connection, now, name, sight, by_key))

    def close_to_all(self, closed: bool) -> Future[None]:
        return self._write(lambda connection, now: carer_rights.close(connection, closed))

    def look(self, carer: str, sight: Sight) -> Future[bool]:
        name = clean_name(carer)
        return self._write(lambda connection, now: carer_rights.look(connection, now, name, sight))

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
            carer_log.note(connection, now, name, Deed.SET)
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
            carer_log.note(connection, now, name, Deed.TAUGHT, thing=thing_id(connection, thing))
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
            carer_log.note(connection, now, who, Deed.NAMED, place=place_id(connection, Place(name=name)))
            return True

        return self._write(work)

    def _acts(self, which: str, *values: int) -> tuple[Act, ...]:
        acts: tuple[Act, ...] = self._read(lambda connection: carer_log.acts(connection, which, *values))
        return acts


def _is_known(connection: Connection, mark: str) -> bool:
    return connection.execute("SELECT 1 FROM carer_item WHERE mark = ?", (mark,)).fetchone() is not None


def _new(connection: Connection, marks: Sequence[str]) -> bool:
    """Notes those that did not come before. False: all of them did."""
    new = [mark for mark in marks if not _is_known(connection, mark)]
    connection.executemany("INSERT OR IGNORE INTO carer_item (mark) VALUES (?)", [(mark,) for mark in new])
    return bool(new)
