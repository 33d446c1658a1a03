"""The key of the memory: a small text file that should not live on the card the memory is on (docs/privacy.md).

The file holds 96 hexadecimal digits: 32 bytes of key and 16 of salt, from os.urandom. No passphrase and so no slow
derivation: the key itself is as hard to guess as the cipher.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from chestnut.memory.faults import KeyDamaged, KeyMissing, of_system

DIGITS = 96
VARIABLE = "CHESTNUT_MEMORY_KEY"
CREDENTIAL = "chestnut-memory-key"


@dataclass(frozen=True, slots=True)
class Key:
    """digits: 64 of the key, then 32 of the salt, hexadecimal. Never printed."""

    digits: str = field(repr=False)

    @classmethod
    def new(cls) -> Key:
        return cls(secrets.token_hex(DIGITS // 2))


@dataclass(frozen=True, slots=True)
class KeyFile:
    """ours: it may be made and destroyed here. A systemd credential is neither."""

    path: Path
    ours: bool = True

    def load(self) -> Key:
        """KeyMissing, KeyDamaged, ReadOnly or CardFailed when there is no key to be had."""
        if self.path.is_fifo():
            raise KeyDamaged(f"{self.path} is a pipe, which nobody can read a key from twice: name a file")
        try:
            text = b"".join(self.path.read_bytes().split()).lower()  # it may have been typed from paper
        except (FileNotFoundError, NotADirectoryError):
            raise KeyMissing(
                f"the memory's key {self.path} is not there: put in the stick or the file that holds it"
            ) from None
        except OSError as error:
            raise of_system(error, self.path) from error
        if not re.fullmatch(rb"[0-9a-f]{%d}" % DIGITS, text):
            raise KeyDamaged(
                f"{self.path} holds no key of {DIGITS} hexadecimal digits: put a copy of the right one there"
            )
        return Key(text.decode())

    def load_or_create(self) -> Key:
        """Written whole before it is used. Two processes that begin at once get the same key."""
        if not self.ours:
            return self.load()
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise of_system(error, self.path) from error
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            with suppress(KeyMissing):
                return self.load()
            key = Key.new()
            half = self.path.with_name(self.path.name + ".new")
            half.unlink(missing_ok=True)
            _write(half, key.digits.encode() + b"\n", os.O_CREAT | os.O_EXCL)
            half.rename(self.path)
            os.fsync(folder)
            return key
        except OSError as error:
            raise of_system(error, self.path) from error
        finally:
            os.close(folder)

    def destroy(self) -> bool:
        """Overwritten, then removed. False: it is not ours to destroy, or it is gone already. A flash card may still
        hold the old cells; docs/privacy.md says what that means."""
        if not self.ours or not self.path.exists():
            return False
        try:
            _write(self.path, os.urandom(DIGITS + 1), 0)
            self.path.unlink()
        except OSError as error:
            raise of_system(error, self.path) from error
        return True


def _write(path: Path, data: bytes, how: int) -> None:
    handle = os.open(path, os.O_WRONLY | how, 0o600)
    try:
        os.write(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)


def find_key(environment: Mapping[str, str] = os.environ) -> KeyFile:
    """Where the key is: the file CHESTNUT_MEMORY_KEY names; the systemd credential chestnut-memory-key; else the
    wearer's own settings folder."""
    if named := environment.get(VARIABLE):
        return KeyFile(Path(named))
    if credentials := environment.get("CREDENTIALS_DIRECTORY"):
        given = Path(credentials) / CREDENTIAL
        if given.exists():
            return KeyFile(given, ours=False)
    settings = environment.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return KeyFile(Path(settings) / "chestnut" / "keys" / "memory.key")
