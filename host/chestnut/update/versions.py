"""The versions of Chestnut on one machine, side by side.

    /opt/chestnut/versions/0.1.0/    whole: it holds the file .whole, written last, or it runs
    /opt/chestnut/environments/      the Python packages versions lead to; install.sh makes them
    /opt/chestnut/current            a symbolic link to the one that runs; changed by one rename
    /opt/chestnut/previous           the one before it, to which `undo` returns
    /opt/chestnut/trial              the current one has not proved itself yet: host/system/update_guard.sh counts its
                                     starts here, returns to the one before, or removes the file
    /opt/chestnut/spared             what was missing before the update already, one PART:REASON a line
    /opt/chestnut/returned           versions that were left again, one a line
    /opt/chestnut/outcome            what became of the latest update, a phrase key, for the device to tell

Whenever the power goes, `current` leads to a whole version: everything is written and on the card before the link
changes, and a version that is current is never written to.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chestnut.update.manifest import Manifest, parse, rank
from chestnut.update.refusal import Refused

ROOT = Path("/opt/chestnut")
WHOLE = ".whole"  # holds the manifest


@dataclass(frozen=True, slots=True)
class Trial:
    """new runs, and has not proved itself; old comes back after so many starts of it."""

    new: str
    old: str
    starts: int = 0


class Versions:
    """root: see above. Refused("update_not_installed") from what needs a current version where there is none."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root

    @property
    def current(self) -> str:
        """The version that runs, or runs at the next start."""
        name = self._linked("current")
        if not name:
            raise Refused(
                "update_not_installed",
                f"{self.root / 'current'} leads to no version: install with host/system/install.sh first",
            )
        return name

    @property
    def previous(self) -> str:
        """ "" where there is none to return to."""
        name = self._linked("previous")
        return name if name != self._linked("current") and self.is_whole(name) else ""

    def folder(self, version: str) -> Path:
        return self.root / "versions" / version

    def is_whole(self, version: str) -> bool:
        return bool(version) and (self.folder(version) / WHOLE).is_file()

    def manifest(self, version: str) -> Manifest | None:
        """None for a version that install.sh put there."""
        try:
            data = (self.folder(version) / WHOLE).read_bytes()
        except OSError:
            return None
        try:
            return parse(data)
        except Refused:
            return None

    def installed(self) -> tuple[str, ...]:
        """Every whole version, the oldest first."""
        found = [name for name in _names(self.root / "versions") if _is_version(name) and self.is_whole(name)]
        return tuple(sorted(found, key=rank))

    @contextmanager
    def alone(self) -> Iterator[int]:
        """One update at a time. Refused when another is on its way, or when this user may not write here. The lock's
        file descriptor, for programs that work on it: it lasts as long as one of them has it."""
        try:
            handle = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except FileNotFoundError as error:
            raise Refused(
                "update_not_installed", f"{self.root} is not there: install with host/system/install.sh first"
            ) from error
        except OSError as error:
            raise refused(error, self.root) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(handle)
            raise Refused("update_busy", "another update is on its way: wait for its end") from error
        before = os.umask(0o022)  # the device's user reads what root writes
        try:
            yield handle
        finally:
            os.umask(before)
            os.close(handle)

    def drop_others(self) -> None:
        """What is neither current nor the one to return to nor needed by them, and what was left half-written."""
        keep = {self.current, self.previous}
        for name in _names(self.root / "versions"):
            if name not in keep:
                self.drop(name)
        used = {(self.folder(name) / "venv").resolve().name for name in keep if name}
        for name in _names(self.root / "environments"):
            if name not in used:
                shutil.rmtree(self.root / "environments" / name, ignore_errors=True)

    def drop(self, version: str) -> None:
        """Never the current one. First it is whole no more, so that half of it is never taken for a version."""
        assert version != self.current, "it runs"
        folder = self.folder(version)
        (folder / WHOLE).unlink(missing_ok=True)
        _sync(folder)
        shutil.rmtree(folder, ignore_errors=True)

    def begin(self, version: str) -> Path:
        """An empty folder for it."""
        folder = self.folder(version)
        if folder.exists():
            self.drop(version)
        folder.mkdir(parents=True)
        return folder

    def finish(self, version: str, manifest: Manifest) -> None:
        """All of it is on the card, and it is whole."""
        os.sync()
        _write(self.folder(version) / WHOLE, manifest.encoded())
        _sync(self.folder(version).parent)

    def switch(self, version: str, spared: Sequence[str] = ()) -> None:
        """From the next start on it runs, on trial: it returns by itself when it does not prove itself. spared: what
        may be missing all the same, as `chestnut check --except` takes it."""
        assert self.is_whole(version)
        old = self.current
        if not self.is_whole(old):  # install.sh put it there, and it runs
            _write(self.folder(old) / WHOLE, b"")
        _write(self.root / "spared", "".join(f"{part}\n" for part in spared).encode())
        _write(self.root / "trial", f"{version} {old} 0\n".encode())
        self._link("previous", old)
        self._link("current", version)

    def was_left(self, version: str) -> bool:
        """It was tried, and failed or was undone."""
        try:
            return version in (self.root / "returned").read_text(encoding="utf-8").split()
        except (OSError, UnicodeDecodeError):
            return False

    def tell(self, outcome: str, of_what: str) -> None:
        """For the device to say once: a phrase key, and what it is about, which says it anew when it changes."""
        path, data = self.root / "outcome", f"{outcome} {of_what}\n".encode()
        if not path.is_file() or path.read_bytes() != data:
            _write(path, data)

    def trial(self) -> Trial | None:
        """None when the current version has proved itself."""
        try:
            words = (self.root / "trial").read_text(encoding="utf-8").split()
            trial = Trial(words[0], words[1], int(words[2]))
        except (OSError, UnicodeDecodeError, ValueError, IndexError):
            return None
        return trial if trial.new == self._linked("current") else None

    def undo(self) -> str:
        """Back to the version before, which has proved itself; its name. Refused when there is none."""
        back = self.previous
        if not back:
            raise Refused("update_no_previous", "there is no version before this one to return to")
        now = self.current
        with (self.root / "returned").open("a", encoding="utf-8") as left:
            left.write(f"{now}\n")
        (self.root / "trial").unlink(missing_ok=True)
        _sync(self.root)
        self._link("current", back)
        self._link("previous", now)
        return back

    def _linked(self, name: str) -> str:
        try:
            target = (self.root / name).readlink()
        except OSError:
            return ""
        return target.name if self.folder(target.name).is_dir() else ""

    def _link(self, name: str, version: str) -> None:
        """By one rename: there is always one link, to the old or to the new."""
        half = self.root / f"{name}.new"
        half.unlink(missing_ok=True)
        half.symlink_to(Path("versions") / version)
        half.replace(self.root / name)
        _sync(self.root)


def refused(error: OSError, root: Path) -> Refused:
    """Why the card would not take it."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Refused("update_no_room", f"no room left in {root}: free some space, then try again")
    if error.errno in (errno.EACCES, errno.EPERM):
        return Refused("update_denied", f"{root} cannot be written by this user: run it with sudo")
    if error.errno == errno.EROFS:
        return Refused("update_denied", f"{root} is read-only: make it writable, then try again")
    return Refused("update_card", f"{root} cannot be written ({error.strerror}): have the card checked")


def _names(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return []


def _is_version(name: str) -> bool:
    try:
        return bool(rank(name))
    except ValueError:
        return False


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, and on the card."""
    half = path.with_name(path.name + ".new")
    with half.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Names of files in it are on the card."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
