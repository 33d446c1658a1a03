"""A memory in a folder of its own, with a clock that is turned by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chestnut.core.memory import Moment, Owned, Place, Sighting, Source
from chestnut.core.scene import Box
from chestnut.memory.keys import KeyFile
from chestnut.memory.schema import MIGRATIONS, Migration
from chestnut.memory.store import Store

NOON = 1_800_000_000.0
SPOTS = tuple(Box(left / 10, 0.2, left / 10 + 0.2, 0.4) for left in (0, 3, 6))


def seen(
    label: str = "cup",
    place: str = "kitchen table",
    at: float = NOON,
    *,
    owner: str = "",
    near: str = "",
    confidence: float = 0.8,
    spot: int | None = 0,
    pinned: bool = False,
) -> Sighting:
    """spot: one of SPOTS, or None for what was told."""
    return Sighting(
        Owned(label, owner),
        Place(near=near) if near else Place(place),
        confidence,
        at,
        None if spot is None else SPOTS[spot],
        Source.TOLD if spot is None else Source.SEEN,
        pinned,
    )


class Desk:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "data" / "memory.db"
        self.key_file = KeyFile(folder / "keys" / "memory.key")
        self.now = NOON
        self.trusted = True

    def clock(self) -> Moment:
        return Moment(self.now, self.trusted)

    def store(self, migrations: tuple[Migration, ...] = MIGRATIONS) -> Store:
        return Store(self.path, self.key_file, self.clock, migrations)

    @contextmanager
    def open(self, migrations: tuple[Migration, ...] = MIGRATIONS) -> Iterator[Store]:
        store = self.store(migrations)
        try:
            yield store
        finally:
            store.close()

    def fill(self, rows: int = 300) -> None:
        """Rows of many things, a second apart, all on the card and the log merged into the file."""
        with self.open() as store:
            for number in range(rows):
                store.remember([seen(f"thing {number}", at=NOON + number)])

    def files(self) -> dict[str, bytes]:
        """Every file of the memory and its key, but for the lock, the reserve and the shared memory, without rows."""
        folders = (self.path.parent, self.key_file.path.parent)
        return {
            path.name: path.read_bytes()
            for folder in folders
            if folder.exists()
            for path in sorted(folder.iterdir())
            if not path.name.endswith(("-lock", "-reserve", "-shm"))
        }
