"""The memory: one encrypted file, one thread that writes, one connection that reads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from chestnut.core.memory import Descriptor, Moment, Named, Owned, Remembered, Sighting, Taught
from chestnut.memory import export, forgetting, sightings, taught
from chestnut.memory.carers import Carers
from chestnut.memory.eras import set_back
from chestnut.memory.export import Form
from chestnut.memory.faults import ClockSetBack, Closed, NoRoom
from chestnut.memory.keys import KeyFile
from chestnut.memory.people import People
from chestnut.memory.reminders import Reminders
from chestnut.memory.schema import MIGRATIONS, Migration
from chestnut.memory.vault import Connection, Vault, told
from chestnut.memory.writer import Writer

Result = TypeVar("Result")
KEEP_S = 7 * 24 * 3600.0


class Store:
    """core.ports.Memory. Opening raises a MemoryFault (memory/faults.py) and then changes nothing.

    What writes returns a future and never blocks; what reads blocks for milliseconds. Both from any thread.
    clock: the wall clock, asked at each write. doubt: the clock is earlier than it was when the memory was last used.
    """

    def __init__(
        self,
        path: Path,
        key_file: KeyFile,
        clock: Callable[[], Moment],
        migrations: tuple[Migration, ...] = MIGRATIONS,
    ) -> None:
        self.path = path
        self.doubt: ClockSetBack | None = None
        self._clock = clock
        self._vault = Vault(path, key_file, migrations)
        self._reading = threading.Lock()
        self._reader: Connection | None = None
        try:
            with told(path):
                self._reader = self._vault.reader()
                self._note_clock(self._reader, clock())
                self._writer = Writer(self._vault)
            self._vault.keep_reserve()
        except BaseException:
            if self._reader is not None:
                self._reader.close()
            self._vault.close()
            raise

    def remember(self, looks: Sequence[Sighting]) -> Future[tuple[int, ...]]:
        """All of them or none; the row each became or was added to. Done when they are on the card. One call costs
        one flush and about 24 kB of writing however many looks it has: some seconds' looks given at once spare it."""
        given = tuple(looks)
        return self._write(lambda connection, now: sightings.remember(connection, given, now))

    def recall(
        self,
        labels: Collection[str] | None = None,
        *,
        owner: str | None = None,
        likely: bool = True,
        since: float | None = None,
        limit: int | None = None,
    ) -> tuple[Remembered, ...]:
        """The newest row of each thing at each place it was seen at, newest first: the first is the answer, the
        others are where else it was. labels: None for everything. owner: None for anybody's. likely: what was seen
        for sure, or what was only guessed. since: UTC seconds; a row whose time is not sure is told all the same.
        limit: so many rows at most; None for all."""
        return self._read(
            lambda connection: sightings.recall(connection, labels, owner, likely, since, limit)
        )

    def known(self) -> tuple[Owned, ...]:
        """Every thing there is a row of, sure or not, or that was taught; in the order they were first heard of."""
        return self._read(sightings.known)

    def pin(self, row: int, pinned: bool) -> Future[bool]:
        """A pinned row is kept for ever. False: there is no such row."""
        return self._writer.do(lambda connection: sightings.pin(connection, row, pinned))

    def forget(self, row: int) -> Future[int]:
        """Like everything that forgets: how many rows it concerned. Once it is done, nothing of them is left in any
        file of the memory, backups before a migration included. When it fails they may be out of recall and still in
        the log (encrypted): forget again when there is room."""
        return self._forget(lambda connection, now: forgetting.forget_row(connection, row))

    def forget_last(self, seconds: float) -> Future[int]:
        """What began in that time goes, pinned or not; what reaches into it from before ends where it begins."""
        return self._forget(lambda connection, now: forgetting.forget_last(connection, now, seconds))

    def forget_things(self, labels: Collection[str], owner: str | None = None) -> Future[int]:
        """The things, what was seen of them and what they were taught to look like. owner: None for anybody's."""
        return self._forget(lambda connection, now: forgetting.forget_things(connection, labels, owner))

    def forget_place(self, name: str) -> Future[int]:
        """The place, what was seen there and what it looks like."""
        return self._forget(lambda connection, now: forgetting.forget_place(connection, name))

    def forget_all(self) -> Future[int]:
        """Every sighting, pinned or not; what was taught and named stays."""
        return self._forget(lambda connection, now: forgetting.forget_all(connection))

    def sweep(self, keep_s: float = KEEP_S) -> Future[int]:
        """Retention: a batch of what is older and not pinned, and backups as old; how many rows. To be called every
        minute or so, again at once while it is not 0."""

        def old_backups(_: Connection) -> None:
            now = self._clock()
            if now.trusted:
                self._vault.drop_backups(before=now.utc_s - keep_s)
            self._vault.keep_reserve()

        return self._write(
            lambda connection, now: forgetting.sweep(connection, now, keep_s), old_backups, frees=True
        )

    def teach(self, thing: Owned, takes: Sequence[Descriptor]) -> Future[None]:
        """Adds takes to what is known of a thing."""
        return self._write(lambda connection, now: taught.teach(connection, thing, takes, now))

    def rename_thing(self, thing: Owned, new: Owned) -> Future[bool]:
        """With what was seen of it. False: it was not taught. Fails when something is remembered by the new name."""
        return self._write(lambda connection, now: taught.rename_thing(connection, thing, new))

    def things(self) -> tuple[Taught, ...]:
        return self._read(taught.things)

    def name_place(self, name: str, views: Sequence[Descriptor]) -> Future[None]:
        """Adds views to what is known of a place."""
        return self._write(lambda connection, now: taught.name_place(connection, name, views, now))

    def rename_place(self, name: str, new: str) -> Future[bool]:
        """As rename_thing."""
        return self._write(lambda connection, now: taught.rename_place(connection, name, new))

    def places(self) -> tuple[Named, ...]:
        return self._read(taught.places)

    @property
    def people(self) -> People:
        return People(self._read, self._write, self._forget)

    @property
    def reminders(self) -> Reminders:
        return Reminders(self._read, self._write, self._forget)

    @property
    def carers(self) -> Carers:
        return Carers(self._read, self._write)

    def export(self, path: Path, form: Form) -> int:
        """See memory/export.py. Writes without encryption."""
        with told(path), closing(self._vault.reader()) as connection:
            return export.export(connection, path, form)

    def check(self) -> tuple[str, ...]:
        """What is wrong in the file, page by page and table by table; empty when it is sound. Reads all of it."""
        with told(self.path), closing(self._vault.reader()) as connection:
            broken = [row[0] for row in connection.execute("PRAGMA cipher_integrity_check").fetchall()]
            if broken:
                return tuple(broken)
            broken = [
                row[0] for row in connection.execute("PRAGMA integrity_check").fetchall() if row[0] != "ok"
            ]
            orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
            broken += [f"{table}: row {row} has no {parent}" for table, row, parent, _ in orphans]
            if sightings.strays(connection):
                broken.append("newest: does not point at the newest sightings")
            return tuple(broken)

    def wipe(self) -> bool:
        """Closes the memory and destroys its key and files. False: the key could not be destroyed; do it where it is
        kept. InUse when another process has the memory; then nothing was done."""
        self._vault.claim()
        self._shut()
        try:
            return self._vault.destroy()
        finally:
            self._vault.close()

    def close(self) -> None:
        """What was given before is still written."""
        self._shut()
        self._vault.close()

    def _shut(self) -> None:
        self._writer.close()
        with self._reading:
            if self._reader is not None:
                self._reader.close()
                self._reader = None

    def _read(self, look: Callable[[Connection], Result]) -> Result:
        with self._reading, told(self.path):
            if self._reader is None:
                raise Closed("the memory is closed: start Chestnut again")
            return look(self._reader)

    def _write(
        self,
        work: Callable[[Connection, Moment], Result],
        afterwards: Callable[[Connection], object] | None = None,
        *,
        frees: bool = False,
    ) -> Future[Result]:
        def timed(connection: Connection) -> Result:
            now = self._clock()
            self._note_clock(connection, now)
            return work(connection, now)

        return self._writer.do(timed, afterwards, frees=frees)

    def _note_clock(self, connection: Connection, now: Moment) -> None:
        if set_back(connection, now):
            self.doubt = ClockSetBack(
                "the clock was set back: set it right, ages of older things are not known"
            )

    def _forget(self, work: Callable[[Connection, Moment], int]) -> Future[int]:
        def leave_nothing(connection: Connection) -> None:
            try:
                self._vault.empty_log(connection)
            except NoRoom:
                self._vault.spend_reserve()
                self._vault.empty_log(connection)
            self._vault.drop_backups()
            self._vault.keep_reserve()

        return self._write(work, leave_nothing, frees=True)
