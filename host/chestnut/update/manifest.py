"""What an update consists of: the one file of it that is signed. JSON, format 1.

    {"format": 1, "version": "0.2.0", "least": "0.1.0", "machine": "aarch64", "memory_schema": 3,
     "files": [{"path": "host/chestnut/__init__.py", "bytes": 120, "sha256": "…", "executable": false}, …]}

version: of what is inside. least: the running version must be this or newer. machine: as platform.machine() says it,
or "any". memory_schema: the number of the memory's tables this version reads and writes. files: in the order in which
they stand in the bundle.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from chestnut.update.refusal import Refused, damaged

FORMAT = 1
ANY_MACHINE = "any"
MOST_BYTES = 8 << 20  # of a manifest: some ten thousand files
_VERSION = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6}){1,3}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MACHINE = re.compile(r"[a-z0-9_]{1,32}")


@dataclass(frozen=True, slots=True)
class File:
    """path: below the version's folder, with "/"."""

    path: str
    bytes: int
    sha256: str
    executable: bool = False


@dataclass(frozen=True, slots=True)
class Manifest:
    version: str
    least: str
    machine: str
    memory_schema: int
    files: tuple[File, ...]

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.bytes for file in self.files)

    def encoded(self) -> bytes:
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1).encode()


def rank(version: str) -> tuple[int, ...]:
    """By which versions are compared: 0.10 is newer than 0.9, 1.0 the same as 1.0.0. ValueError for no version."""
    if not _VERSION.fullmatch(version):
        raise ValueError(f"{version!r} is no version: numbers with dots, as in 0.2.0")
    numbers = [int(number) for number in version.split(".")]
    return tuple(numbers + [0] * (4 - len(numbers)))


def parse(data: bytes, name: str = "the manifest") -> Manifest:
    """Refused for anything that make_update did not write."""
    try:
        table = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise damaged(name, "no JSON") from error
    if not isinstance(table, dict):
        raise damaged(name, "no table")
    if type(table.get("format")) is int and table["format"] > FORMAT:
        raise Refused(
            "update_too_new",
            f"{name} has format {table['format']}: install a version between this and it first",
        )
    try:
        return _manifest(table)
    except (KeyError, TypeError, ValueError) as error:
        raise damaged(name, f"{type(error).__name__} {error}".strip()) from error


def _manifest(table: dict[str, Any]) -> Manifest:
    if table.pop("format") != FORMAT:
        raise ValueError("unknown format")
    files = tuple(File(**file) for file in table.pop("files"))
    manifest = Manifest(**table, files=files)
    rank(manifest.version), rank(manifest.least)
    if not _MACHINE.fullmatch(manifest.machine):
        raise ValueError("no machine")
    if type(manifest.memory_schema) is not int or not 0 < manifest.memory_schema < 10_000:
        raise ValueError("no memory schema")
    if not files:
        raise ValueError("no files")
    for file in files:
        _check(file)
    paths = {file.path for file in files}
    if len({path.casefold() for path in paths}) != len(files):
        raise ValueError("two files of one name")
    if any(str(parent) in paths for path in paths for parent in PurePosixPath(path).parents):
        raise ValueError("a file stands in a file")
    return manifest


def _check(file: File) -> None:
    """ValueError for what is not to be unpacked."""
    pure = PurePosixPath(file.path)
    if not pure.parts or pure.is_absolute() or str(pure) != file.path or len(file.path) > 400:
        raise ValueError("no path below the folder")
    if any(
        part in ("..", ".") or part.startswith(".whole") or len(part.encode()) > 200 for part in pure.parts
    ):
        raise ValueError("no path below the folder")
    if not file.path.isprintable():
        raise ValueError("no path that can be printed")
    if type(file.bytes) is not int or not 0 <= file.bytes < 1 << 40 or type(file.executable) is not bool:
        raise ValueError("no size")
    if not _SHA256.fullmatch(file.sha256):
        raise ValueError("no sha256")
