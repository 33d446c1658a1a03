"""A memory of any number of rows, for measuring. The first and the last rows come the true way, through
Store.remember; between them the same looks are put in by plain SQL, in long transactions that are not flushed.

Bulk rows go through the same tables, indexes and triggers in the same order of time, so that the file's pages lie as
the writer would have left them. They leave out the writer's Python, its flushes and the search whether a thing has
stayed. Store.check() tells afterwards whether what recall reads is right.
"""

from __future__ import annotations

import contextlib
import random
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chestnut.core.memory import LIKELY, Moment, Owned, Place, Sighting
from chestnut.core.scene import Box
from chestnut.locale.lexicon import lexicon
from chestnut.memory.eras import era_at, milliseconds
from chestnut.memory.keys import KeyFile
from chestnut.memory.sightings import place_id, thing_id, thousandths
from chestnut.memory.store import Store
from chestnut.memory.vault import Vault

THINGS, PLACES = 200, 30
GROUP = 1000  # looks of one call of Store.remember
BULK = 250_000  # rows of one transaction
BULK_CACHE_KB = 2_000_000
EDGE_FIRST, EDGE_LAST = 200_000, 100_000  # rows that come the true way
LOOK_EVERY_S = 2.0
BEGAN = 1_700_000_000.0


@dataclass(frozen=True, slots=True)
class Built:
    """rows_per_s: the true way, into a new file and on top of what came in bulk; None where nothing came so."""

    rows: int
    by_writer: int
    first_rows_per_s: float | None
    last_rows_per_s: float | None
    bulk_rows_per_s: float | None

    def told(self) -> str:
        rates = {
            "the writer, new file": self.first_rows_per_s,
            "bulk": self.bulk_rows_per_s,
            "the writer, on top": self.last_rows_per_s,
        }
        ways = ", ".join(f"{way} {rate:.0f} rows/s" for way, rate in rates.items() if rate is not None)
        return f"{self.rows} rows built, {self.by_writer} of them by the writer in groups of {GROUP}: {ways}"


def key_file(path: Path) -> KeyFile:
    """Where the commands look for it."""
    return KeyFile(path.with_name(path.name + ".key"))


def clock_at(rows: int, began: float) -> Moment:
    """When the row of that number is seen."""
    return Moment(began + rows * LOOK_EVERY_S)


@contextlib.contextmanager
def opened(path: Path, now: Moment) -> Iterator[Store]:
    with contextlib.closing(Store(path, key_file(path), lambda: now)) as store:
        yield store


def build(
    path: Path,
    rows: int,
    *,
    first: int = EDGE_FIRST,
    last: int = EDGE_LAST,
    began: float = BEGAN,
    seed: int = 1,
    progress: Callable[[int], None] = lambda rows: None,
) -> Built:
    """A new file. first, last: how many of the rows come the true way, at the beginning and at the end. began: UTC
    seconds of the first."""
    chance, things = random.Random(seed), kinds()
    first = min(first, rows)
    last = min(last, rows - first)
    rates = []
    for begin, end, way in (
        (0, first, remember),
        (first, rows - last, insert),
        (rows - last, rows, remember),
    ):
        began_s = time.monotonic()
        looks = (look(chance, things, clock_at(number, began).utc_s) for number in range(begin, end))
        way(path, looks, range(begin, end), clock_at(end, began), progress)
        rates.append((end - begin) / (time.monotonic() - began_s) if end > begin else None)
    return Built(rows, first + last, rates[0], rates[2], rates[1])


def kinds() -> tuple[Owned, ...]:
    """Things a question can name: what the tables know, nobody's and the wearer's."""
    labels = sorted(lexicon().labels)
    return tuple([Owned(label, owner) for owner in ("", "my") for label in labels][:THINGS])


def look(chance: random.Random, things: tuple[Owned, ...], at: float) -> Sighting:
    """Each look is at another spot, the worst case: a thing that stays is one row however long it is watched."""
    place = chance.randrange(PLACES)
    return Sighting(
        chance.choice(things),
        Place(f"place {place}") if place % 3 else Place(near=f"thing {place}"),
        chance.choice((0.3, 0.6, 0.7, 0.8, 0.9)),
        at,
        Box(left := chance.random() * 0.9, top := chance.random() * 0.9, left + 0.1, top + 0.1),
    )


def remember(
    path: Path, looks: Iterator[Sighting], numbers: range, now: Moment, progress: Callable[[int], None]
) -> None:
    """The true way, in groups."""
    if not numbers:
        return
    waiting: deque[Future[Any]] = deque()
    with opened(path, now) as store:
        for number in numbers[::GROUP]:
            waiting.append(store.remember([next(looks) for _ in range(min(GROUP, numbers.stop - number))]))
            if len(waiting) > 4:
                waiting.popleft().result()
            progress(min(number + GROUP, numbers.stop))
        for future in waiting:
            future.result()


def insert(
    path: Path, looks: Iterator[Sighting], numbers: range, now: Moment, progress: Callable[[int], None]
) -> None:
    """In bulk."""
    if not numbers:
        return
    vault = Vault(path, key_file(path))
    with contextlib.closing(vault), contextlib.closing(vault.writer()) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"PRAGMA cache_size = -{BULK_CACHE_KB}")
        for number in numbers[::BULK]:
            connection.execute("BEGIN IMMEDIATE")
            era = era_at(connection, now)
            things, places = _Rows(connection, thing_id), _Rows(connection, place_id)
            connection.executemany(
                """INSERT INTO sighting (thing, likely, place, era, first_seen, last_seen, confidence, looks, source,
                    pinned, box_left, box_top, box_right, box_bottom)
                VALUES (?, ?, ?, ?, ?, ?, ?, 1, 'seen', 0, ?, ?, ?, ?)""",
                (_row(next(looks), things, places, era) for _ in range(min(BULK, numbers.stop - number))),
            )
            connection.execute("COMMIT")
            progress(min(number + BULK, numbers.stop))
        vault.empty_log(connection)


class _Rows(dict[Any, int]):
    """Of things or places, each looked up once."""

    def __init__(self, connection: Any, find: Callable[[Any, Any], int]) -> None:
        super().__init__()
        self._connection, self._find = connection, find

    def __missing__(self, key: Any) -> int:
        self[key] = row = self._find(self._connection, key)
        return row


def _row(look: Sighting, things: _Rows, places: _Rows, era: int) -> tuple[int, ...]:
    at, box = milliseconds(look.at), look.box
    assert box is not None
    sides = (thousandths(side) for side in (box.left, box.top, box.right, box.bottom))
    likely, confidence = look.confidence >= LIKELY, thousandths(look.confidence)
    return (things[look.thing], likely, places[look.place], era, at, at, confidence, *sides)
