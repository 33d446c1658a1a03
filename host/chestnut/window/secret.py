"""Who may open the page: two doors, each with a token of its own, both made of one secret in a file of the owner's.

The token of one door tells nothing of the other's.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

BYTES = 32


class Door(StrEnum):
    """ALL: the whole page, as a login of the device's user. CARE: reminders and what a carer is allowed to see."""

    ALL = "all"
    CARE = "care"


class BadSecret(RuntimeError):
    """The secret cannot be read or kept; the message names the remedy."""


class Secret:
    def __init__(self, secret: bytes) -> None:
        self._tokens = {
            door: hmac.new(secret, f"chestnut window {door}".encode(), hashlib.sha256).hexdigest()
            for door in Door
        }

    def token(self, door: Door) -> str:
        """64 hexadecimal digits."""
        return self._tokens[door]

    def door(self, token: str) -> Door | None:
        """The one this token opens. Compared in constant time, and with every door's."""
        given = token.encode("utf-8", "replace")
        opened = [door for door in Door if hmac.compare_digest(given, self._tokens[door].encode())]
        return opened[0] if opened else None


def address(secret: Secret, port: int, door: Door) -> str:
    path = "/care" if door is Door.CARE else "/"
    return f"http://127.0.0.1:{port}{path}?token={secret.token(door)}"


def default_path(environment: Mapping[str, str] = os.environ) -> Path:
    data = environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "chestnut" / "window.token"


def open_secret(path: Path) -> Secret:
    """Made when it is not there yet. BadSecret names the remedy."""
    try:
        return Secret(_read(path))
    except FileNotFoundError:
        pass
    except OSError as error:
        raise BadSecret(f"cannot read {path}: {error.strerror}; correct its permissions") from error
    secret = secrets.token_bytes(BYTES)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_own(path, f"{secret.hex()}\n", new=True)
    except FileExistsError:
        return open_secret(path)  # another process was quicker
    except OSError as error:
        raise BadSecret(f"cannot write {path}: {error.strerror}; make its folder writable") from error
    return Secret(secret)


def renew(path: Path) -> None:
    """The next start makes another secret, and every token given out before opens nothing."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise BadSecret(f"cannot remove {path}: {error.strerror}; correct its permissions") from error


def write_own(path: Path, text: str, *, new: bool = False) -> None:
    """A file only its owner can read, at no moment anybody else. new: FileExistsError where there is one."""
    if not new:
        with suppress(FileNotFoundError):
            path.unlink()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)


def _read(path: Path) -> bytes:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(file.fileno())
        text = file.read(4 * BYTES)
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise BadSecret(f"others can read {path}: chmod 600 it, or delete it and a new one is made")
    try:
        secret = bytes.fromhex(text.decode("ascii").strip())
    except ValueError:
        secret = b""
    if len(secret) != BYTES:
        raise BadSecret(f"{path} is damaged: delete it, and a new one is made")
    return secret
