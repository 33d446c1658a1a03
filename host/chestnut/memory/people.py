"""Enrolled people: name, consent, and descriptors of the face. All three are written together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from chestnut.core.memory import Descriptor, Moment
from chestnut.core.people import LEAST_TAKES, Acquaintance, clean_name
from chestnut.memory.eras import milliseconds
from chestnut.memory.faults import MemoryFault
from chestnut.memory.vault import Connection


class NameTaken(MemoryFault):
    """Somebody else has that name."""

    reason = "name_taken"


class People:
    """core.ports.PeopleBook, in the memory's file. read, write, forget: the store's own ways in."""

    def __init__(
        self,
        read: Callable[[Callable[[Connection], Any]], Any],
        write: Callable[[Callable[[Connection, Moment], Any]], Future[Any]],
        forget: Callable[[Callable[[Connection, Moment], int]], Future[int]],
    ) -> None:
        self._read, self._write, self._forget = read, write, forget

    def all(self) -> tuple[Acquaintance, ...]:
        people: tuple[Acquaintance, ...] = self._read(_people)
        return people

    def enrol(self, name: str, consent: str, takes: Sequence[Descriptor]) -> Future[None]:
        name, consent, given = clean_name(name), consent.strip(), tuple(takes)
        if not consent:
            raise ValueError("nobody is enrolled without consent: tell who agreed, and how")
        if len(given) < LEAST_TAKES:
            raise ValueError(f"a face needs {LEAST_TAKES} takes at least, not {len(given)}")
        return self._write(lambda connection, now: _enrol(connection, name, consent, given, now))

    def rename(self, name: str, new: str) -> Future[bool]:
        new = clean_name(new)
        return self._write(lambda connection, now: _rename(connection, name, new))

    def forget(self, name: str) -> Future[int]:
        return self._forget(lambda connection, now: _forget(connection, name))


def _people(connection: Connection) -> tuple[Acquaintance, ...]:
    takes: dict[int, list[Descriptor]] = {}
    for person, model, vector in connection.execute("SELECT person, model, vector FROM face ORDER BY id"):
        takes.setdefault(person, []).append(Descriptor(model, vector))
    return tuple(
        Acquaintance(name, consent, consented / 1000, tuple(takes.get(row, ())))
        for row, name, consent, consented in connection.execute(
            "SELECT id, name, consent, consented FROM person ORDER BY id"
        ).fetchall()
    )


def _enrol(
    connection: Connection, name: str, consent: str, takes: tuple[Descriptor, ...], now: Moment
) -> None:
    _refuse_taken(connection, name)
    person = connection.execute(
        "INSERT INTO person (name, consent, consented) VALUES (?, ?, ?)",
        (name, consent, milliseconds(now.utc_s)),
    ).lastrowid
    connection.executemany(
        "INSERT INTO face (person, model, vector) VALUES (?, ?, ?)",
        [(person, take.model, take.vector) for take in takes],
    )


def _rename(connection: Connection, name: str, new: str) -> bool:
    row = _row(connection, name)
    if row is None:
        return False
    _refuse_taken(connection, new, besides=row)
    connection.execute("UPDATE person SET name = ? WHERE id = ?", (new, row))
    return True


def _forget(connection: Connection, name: str) -> int:
    row = _row(connection, name)
    return 0 if row is None else int(connection.execute("DELETE FROM person WHERE id = ?", (row,)).rowcount)


def _row(connection: Connection, name: str) -> int | None:
    """Of the person of that name, however it is written."""
    for row, known in connection.execute("SELECT id, name FROM person").fetchall():
        if known.casefold() == name.strip().casefold():
            return int(row)
    return None


def _refuse_taken(connection: Connection, name: str, besides: int | None = None) -> None:
    row = _row(connection, name)
    if row is not None and row != besides:
        raise NameTaken(
            f"somebody called {name} is enrolled already: choose another name, or forget that person"
        )
