"""One update in one file: a tar of `manifest.json`, `manifest.json.sig` and then `files/PATH` for each file of the
manifest, in its order and nothing else. Read from its beginning to its end, nothing of it is believed before the
signature was verified, and every byte is checked against the manifest."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from chestnut.update.manifest import MOST_BYTES, File, Manifest, parse, rank
from chestnut.update.refusal import Refused, damaged, unreadable
from chestnut.update.signature import verify

ENDING = ".update"
MANIFEST, SIGNATURE, FILES = "manifest.json", "manifest.json.sig", "files/"
MOST_SIGNATURE_BYTES = 16 << 10
_PIECE = 1 << 20

Take = Callable[[File, Iterator[bytes]], None]


def read_manifest(path: Path, signers: Path) -> Manifest:
    """Of a bundle, its signature verified. Refused for anything else."""
    with _opened(path) as tar:
        return _head(tar, path, signers)


def check(path: Path, signers: Path) -> Manifest:
    """Every byte of the bundle is right. Refused otherwise."""
    return _read(path, signers, lambda file, pieces: _exhaust(pieces))


def unpack(path: Path, signers: Path, wanted: Manifest, folder: Path) -> None:
    """Into an empty folder, each byte checked once more: a stick may have been changed since. Refused leaves what was
    written so far. OSError when the folder cannot be written."""
    made: set[Path] = set()

    def write(file: File, pieces: Iterator[bytes]) -> None:
        place = folder / file.path
        if place.parent not in made:
            place.parent.mkdir(parents=True, exist_ok=True)
            made.add(place.parent)
        handle = os.open(
            place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o755 if file.executable else 0o644
        )
        with os.fdopen(handle, "wb") as out:
            for piece in pieces:
                out.write(piece)

    if _read(path, signers, write, wanted) != wanted:
        raise damaged(path.name, "it changed while it was read")


def _read(path: Path, signers: Path, take: Take, wanted: Manifest | None = None) -> Manifest:
    with _opened(path) as tar:
        manifest = _head(tar, path, signers)
        if wanted is not None and manifest != wanted:
            return manifest
        for file in manifest.files:
            member, source = _next(tar, path, FILES + file.path)
            if member.size != file.bytes:
                raise damaged(path.name, f"{file.path} has another length")
            take(file, _pieces(source, file, path))
        if tar.next() is not None:
            raise damaged(path.name, "it holds more than it says")
        return manifest


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    """Errors of reading are refusals."""
    try:
        source = path.open("rb")
    except OSError as error:
        raise unreadable(path.name, error) from error
    with source:
        reading = _Reading(source, path.name)
        try:
            with tarfile.open(fileobj=reading, mode="r|", bufsize=_PIECE) as tar:
                yield tar
        except (tarfile.TarError, EOFError, UnicodeError, ValueError) as error:
            raise damaged(path.name, str(error) or "cut short") from error


class _Reading(io.BufferedIOBase):
    """What tarfile reads from. So that an error of the stick is told apart from one of the card."""

    def __init__(self, source: IO[bytes], name: str) -> None:
        self._source, self._name = source, name

    def read(self, count: int | None = -1, /) -> bytes:
        try:
            return self._source.read(-1 if count is None else count)
        except OSError as error:
            raise unreadable(self._name, error) from error


def _head(tar: tarfile.TarFile, path: Path, signers: Path) -> Manifest:
    data = _small(tar, path, MANIFEST, MOST_BYTES)
    verify(data, _small(tar, path, SIGNATURE, MOST_SIGNATURE_BYTES), signers, path.name)
    return parse(data, path.name)


def _small(tar: tarfile.TarFile, path: Path, name: str, most_bytes: int) -> bytes:
    member, source = _next(tar, path, name)
    if member.size > most_bytes:
        raise damaged(path.name, f"{name} is too long")
    data = source.read(member.size)
    if len(data) != member.size:
        raise damaged(path.name, "cut short")
    return data


def _next(tar: tarfile.TarFile, path: Path, name: str) -> tuple[tarfile.TarInfo, IO[bytes]]:
    member = tar.next()
    if member is None:
        raise damaged(path.name, f"{name} is missing")
    if member.name != name or not member.isreg() or member.issparse():
        raise damaged(path.name, f"{name} was to come")
    source = tar.extractfile(member)
    assert source is not None, "a regular file has contents"
    return member, source


def _pieces(source: IO[bytes], file: File, path: Path) -> Iterator[bytes]:
    sha256, left = hashlib.sha256(), file.bytes
    while left:
        piece = source.read(min(left, _PIECE))
        if not piece:
            raise damaged(path.name, "cut short")
        left -= len(piece)
        sha256.update(piece)
        yield piece
    if sha256.hexdigest() != file.sha256:
        raise damaged(path.name, f"{file.path} is not what was signed")


def _exhaust(pieces: Iterator[bytes]) -> None:
    for _ in pieces:
        pass


def write(path: Path, manifest: Manifest, signature: bytes, sources: Mapping[str, Path]) -> None:
    """A bundle of these files, by their paths in it. The same files give the same bytes."""
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in ((MANIFEST, manifest.encoded()), (SIGNATURE, signature)):
            tar.addfile(_member(name, len(data)), io.BytesIO(data))
        for file in manifest.files:
            with sources[file.path].open("rb") as contents:
                tar.addfile(_member(FILES + file.path, file.bytes), contents)


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size
    return member


def newest(place: Path, signers: Path) -> tuple[Path, Manifest]:
    """The bundle itself, or of those in a folder the one with the newest version that can be verified; Refused tells
    what is wrong with the only one, or that there is none."""
    if not place.is_dir():
        return place, read_manifest(place, signers)
    found: list[tuple[Path, Manifest]] = []
    refused: Refused | None = None
    try:
        files = sorted(file for file in place.iterdir() if file.suffix == ENDING and file.is_file())
    except OSError as error:
        raise unreadable(str(place), error) from error
    for file in files:
        try:
            found.append((file, read_manifest(file, signers)))
        except Refused as error:
            refused = refused or error
    if found:
        return max(found, key=lambda one: rank(one[1].version))
    raise refused or Refused("update_none", f"no update (*{ENDING}) in {place}: copy one there")
