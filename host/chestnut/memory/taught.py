"""What things and places look like, as the wearer or carer showed them."""

from __future__ import annotations

from collections.abc import Sequence

from chestnut.core.memory import Descriptor, Moment, Named, Owned, Place, Taught
from chestnut.memory.eras import milliseconds
from chestnut.memory.faults import MemoryFault
from chestnut.memory.sightings import place_id, thing_id
from chestnut.memory.vault import Connection


class NameTaken(MemoryFault):
    """Something else has that name."""

    reason = "taught_name_taken"


def teach(connection: Connection, thing: Owned, takes: Sequence[Descriptor], now: Moment) -> None:
    """Adds takes to what is known of the thing."""
    row = thing_id(connection, thing)
    connection.execute("UPDATE thing SET taught = ? WHERE id = ?", (milliseconds(now.utc_s), row))
    connection.executemany(
        "INSERT INTO descriptor (thing, model, vector) VALUES (?, ?, ?)",
        [(row, take.model, take.vector) for take in takes],
    )


def name_place(connection: Connection, name: str, views: Sequence[Descriptor], now: Moment) -> None:
    """Adds views to what is known of the place."""
    row = place_id(connection, Place(name=name))
    connection.execute("UPDATE place SET named = ? WHERE id = ?", (milliseconds(now.utc_s), row))
    connection.executemany(
        "INSERT INTO descriptor (place, model, vector) VALUES (?, ?, ?)",
        [(row, view.model, view.vector) for view in views],
    )


def rename_thing(connection: Connection, thing: Owned, new: Owned) -> bool:
    """With what was seen of it. False: nothing like that was taught."""
    if (
        thing != new
        and connection.execute(
            "SELECT 1 FROM thing WHERE label = ? AND owner = ?", (new.label, new.owner)
        ).fetchone()
    ):
        raise NameTaken("a thing of that name is remembered already: choose another, or forget that one")
    changed = connection.execute(
        "UPDATE thing SET label = ?, owner = ? WHERE label = ? AND owner = ? AND taught IS NOT NULL",
        (new.label, new.owner, thing.label, thing.owner),
    )
    return bool(changed.rowcount)


def rename_place(connection: Connection, name: str, new: str) -> bool:
    """With what was seen there. False: no place was named so."""
    if (
        name != new
        and connection.execute("SELECT 1 FROM place WHERE name = ? AND near = ''", (new,)).fetchone()
    ):
        raise NameTaken("a place of that name is remembered already: choose another, or forget that one")
    changed = connection.execute(
        "UPDATE place SET name = ? WHERE name = ? AND near = '' AND named IS NOT NULL", (new, name)
    )
    return bool(changed.rowcount)


def things(connection: Connection) -> tuple[Taught, ...]:
    """In the order they were first heard of."""
    known: dict[Owned, list[Descriptor]] = {}
    for label, owner, model, vector in connection.execute(
        """SELECT t.label, t.owner, d.model, d.vector FROM thing t LEFT JOIN descriptor d ON d.thing = t.id
        WHERE t.taught IS NOT NULL ORDER BY t.id, d.id"""
    ).fetchall():
        takes = known.setdefault(Owned(label, owner), [])
        if vector is not None:
            takes.append(Descriptor(model, vector))
    return tuple(Taught(thing, tuple(takes)) for thing, takes in known.items())


def places(connection: Connection) -> tuple[Named, ...]:
    """In the order they were first heard of."""
    known: dict[str, list[Descriptor]] = {}
    for name, model, vector in connection.execute(
        """SELECT p.name, d.model, d.vector FROM place p LEFT JOIN descriptor d ON d.place = p.id
        WHERE p.named IS NOT NULL ORDER BY p.id, d.id"""
    ).fetchall():
        views = known.setdefault(name, [])
        if vector is not None:
            views.append(Descriptor(model, vector))
    return tuple(Named(name, tuple(views)) for name, views in known.items())
