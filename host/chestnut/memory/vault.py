"""The encrypted file: opened with the right key, proved shut to a wrong one, brought to this version's tables."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from chestnut.memory import faults
from chestnut.memory.faults import InUse, LibraryMissing, MemoryFault, Newer, NoRoom, NotEncrypted, WrongKey
from chestnut.memory.keys import Key, KeyFile
from chestnut.memory.lock import Lock
from chestnut.memory.migrate import backups, migrate
from chestnut.memory.schema import MIGRATIONS, Migration

Connection = Any  # sqlcipher3.dbapi2.Connection; the package carries no types
PLAIN = b"SQLite format 3\0"
PAGE_BYTES = 4096
LOCK_BYTE = 1 << 30  # SQLite locks by this byte and never uses its page, which so has no code
BUSY_MS = 5000
WAL_BYTES = 4 << 20
RESERVE_BYTES = 4 << 20


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Errors of the library and of the system become faults of the memory."""
    library = _library()
    try:
        yield
    except library.Error as error:
        raise faults.of_database(error, path) from error
    except OSError as error:
        raise faults.of_system(error, path) from error


def _library() -> Any:
    try:
        import sqlcipher3.dbapi2
    except ImportError as error:
        raise LibraryMissing("SQLCipher is not installed: run make setup") from error
    return sqlcipher3.dbapi2


class Vault:
    """One file, `path`, with its companions: -wal and -shm of SQLite, -lock, -reserve, and .schema1 and the like, the
    backups made before a migration. Opening raises a MemoryFault and then leaves what is remembered as it was."""

    def __init__(self, path: Path, key_file: KeyFile, migrations: tuple[Migration, ...] = MIGRATIONS) -> None:
        self.path = path
        self._key_file = key_file
        with told(path):
            faults.need_file(path)  # before anything is laid beside it
        self._lock = Lock(path)
        try:
            try:
                self._key = self._prepare(migrations)
            except NoRoom:  # even to read, SQLite needs a little
                if not self.spend_reserve():
                    raise
                self._key = self._prepare(migrations)
            self._lock.share()
        except BaseException:
            self._lock.close()
            raise

    def writer(self) -> Connection:
        """FULL: each commit is on the card before it is acknowledged, if the card tells the truth about that."""
        connection = self._unlocked(self._key)
        for setting in (
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",
            "trusted_schema = OFF",
            f"journal_size_limit = {WAL_BYTES}",
        ):
            connection.execute(f"PRAGMA {setting}")
        return connection

    def reader(self) -> Connection:
        connection = self._unlocked(self._key)
        connection.execute("PRAGMA query_only = ON")
        return connection

    def empty_log(self, connection: Connection) -> None:
        """All that is in the log goes into the file, and what was overwritten there is nowhere any more. InUse when
        another process reads for long."""
        with told(self.path):
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise InUse(f"another process is reading {self.path}: try again, or stop the other chestnut")

    def keep_reserve(self) -> None:
        """Room set aside, so that something can be forgotten on a full disk. None where there is little left."""
        reserve = self._beside("-reserve")
        if reserve.exists() and reserve.stat().st_size == RESERVE_BYTES:
            return
        try:
            free = os.statvfs(self.path.parent)
            if free.f_bavail * free.f_frsize > 2 * RESERVE_BYTES:
                with reserve.open("wb") as file:
                    os.posix_fallocate(file.fileno(), 0, RESERVE_BYTES)
        except OSError:
            self.spend_reserve()

    def spend_reserve(self) -> bool:
        """Whether there was one."""
        try:
            self._beside("-reserve").unlink()
        except OSError:
            return False
        return True

    def drop_backups(self, before: float | None = None) -> None:
        """Those made before a migration; before: UTC seconds, None for all of them."""
        with told(self.path):
            for backup in backups(self.path):
                if before is None or backup.stat().st_mtime < before:
                    backup.unlink()

    def claim(self) -> None:
        """From now on nobody else can open it. InUse when another process has it."""
        if not self._lock.take_alone():
            raise InUse(f"another chestnut has {self.path} open: stop it, then try again")

    def destroy(self) -> bool:
        """The key first, for without it the rest is noise; then every file. Whether the key could be destroyed. It is
        claimed, and all connections are closed."""
        with told(self.path):
            try:
                destroyed = self._key_file.destroy()
            except MemoryFault:  # on a stick that is write-protected: the files go all the same
                destroyed = False
            for suffix in ("", "-wal", "-shm", "-journal", "-reserve"):
                self._beside(suffix).unlink(missing_ok=True)
            self.drop_backups()
            self._lock.path.unlink(missing_ok=True)
        return destroyed

    def close(self) -> None:
        self._lock.close()

    def _beside(self, suffix: str) -> Path:
        return self.path.with_name(self.path.name + suffix)

    def _prepare(self, migrations: tuple[Migration, ...]) -> Key:
        with told(self.path):
            return self._prepared(migrations)

    def _prepared(self, migrations: tuple[Migration, ...]) -> Key:
        size = self.path.stat().st_size if self.path.exists() else 0
        log = self._beside("-wal")
        emptied = size == 0 and log.exists() and log.stat().st_size > 0
        if emptied or 0 < size < PAGE_BYTES:  # SQLite might take it for new and delete the log
            raise faults.damaged(self.path)
        if size:
            self._refuse_plain()
        key = self._key_file.load() if size else self._key_file.load_or_create()
        if not self.path.exists():
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL, 0o600))
        with closing(self._unlocked(key)) as connection:
            version = self._version(connection, size)
            if version > len(migrations):
                raise Newer(
                    f"{self.path} was written by a newer Chestnut (tables {version}, known {len(migrations)}): "
                    "update Chestnut"
                )
            if version < len(migrations):
                if not self._lock.alone:
                    raise InUse(
                        f"{self.path} is of an older Chestnut and in use: stop the other one, start again"
                    )
                migrate(connection, self.path, version, migrations)
            self._refuse_plain()
            self._prove_shut(key)
        return key

    def _unlocked(self, key: Key) -> Connection:
        connection = _library().connect(
            str(self.path), timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to stderr
            connection.execute(f"PRAGMA key = \"x'{key.digits}'\"")
            if not connection.execute("PRAGMA cipher_version").fetchone():
                raise LibraryMissing("the installed sqlcipher3 does not encrypt: run make setup")
        except BaseException:
            connection.close()
            raise
        return connection

    def _refuse_plain(self) -> None:
        with self.path.open("rb") as file:
            if file.read(len(PLAIN)) == PLAIN:
                raise NotEncrypted(
                    f"{self.path} is not encrypted: move it away, it was not written by Chestnut"
                )

    def _version(self, connection: Connection, size: int) -> int:
        """How many migrations the file has been through. WrongKey or Damaged when it cannot be read: each page
        carries a code of its own that only the right key confirms."""
        try:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except _library().DatabaseError as error:
            if error.sqlite_errorcode != faults.NOTADB:
                raise
            broken = connection.execute("PRAGMA cipher_integrity_check").fetchall()
            if len(broken) >= size // PAGE_BYTES - (size > LOCK_BYTE):
                raise WrongKey(
                    f"the key {self._key_file.path} does not belong to {self.path}: put the right one there"
                ) from error
            raise faults.damaged(self.path) from error
        return int(connection.execute("PRAGMA user_version").fetchone()[0])

    def _prove_shut(self, key: Key) -> None:
        """The self-test: a key that is wrong in one digit reads nothing."""
        wrong = Key(("1" if key.digits[0] == "0" else "0") + key.digits[1:])
        with closing(self._unlocked(wrong)) as connection:
            try:
                connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            except _library().DatabaseError as error:
                if error.sqlite_errorcode == faults.NOTADB:
                    return
                raise
        raise NotEncrypted(f"{self.path} opens with any key: SQLCipher is broken here, run make setup")
