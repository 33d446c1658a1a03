"""A file of an older Chestnut becomes one of this: a copy beside it first, then all steps in one transaction."""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path
from typing import Any

from chestnut.memory.faults import NoRoom
from chestnut.memory.schema import Migration

log = logging.getLogger(__name__)

SPARE_BYTES = 8 << 20  # to be left when the copy is there: for the log of the steps, and the reserve


def backups(path: Path) -> list[Path]:
    """The copies beside a memory's file, unfinished ones included."""
    return sorted(path.parent.glob(path.name + ".schema*"))


def migrate(connection: Any, path: Path, version: int, migrations: tuple[Migration, ...]) -> None:
    """From `version` steps to all of them, or unchanged. version 0: a new file. Nobody else has the memory."""
    if version:
        _back_up(connection, path, version)
    else:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN EXCLUSIVE")
    try:
        for migration in migrations[version:]:
            for statement in migration:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _back_up(connection: Any, path: Path, version: int) -> None:
    """The whole file, encrypted with the same key; after the checkpoint nothing is in the log any more. NoRoom
    before anything is copied when it does not fit."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    megabytes, free = path.stat().st_size / 1e6, os.statvfs(path.parent)
    log.warning("%s is of an older Chestnut: a copy of %.0f MB is put beside it first", path, megabytes)
    if free.f_bavail * free.f_frsize < path.stat().st_size + SPARE_BYTES:
        raise NoRoom(
            f"{path} is of an older Chestnut, and there is no room for the copy that is made before it is changed: "
            f"free {megabytes + SPARE_BYTES / 1e6:.0f} MB in {path.parent}, then start again; nothing was changed"
        )
    backup = path.with_name(f"{path.name}.schema{version}")
    half = backup.with_name(backup.name + ".new")
    try:
        shutil.copyfile(path, half)
        half.chmod(0o600)
        with half.open("rb") as file:
            os.fsync(file.fileno())
        half.replace(backup)
    except OSError:
        half.unlink(missing_ok=True)
        raise
