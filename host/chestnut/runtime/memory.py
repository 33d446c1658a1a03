"""The memory's file and key as settings and commands name them, opened; or why there is none."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from chestnut.core.memory import Moment
from chestnut.memory.faults import MemoryFault
from chestnut.memory.keys import KeyFile, find_key
from chestnut.memory.store import Store
from chestnut.runtime.settings import MemorySettings


@dataclass(frozen=True, slots=True)
class NoMemory:
    """reason: a phrase key ("memory_off", "memory_wrong_key"). why: one line for the owner that names the remedy."""

    reason: str
    why: str


def default_path(environment: Mapping[str, str] = os.environ) -> Path:
    data = environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "chestnut" / "memory.db"


def memory_path(settings: MemorySettings) -> Path:
    return default_path() if settings.path == "auto" else Path(settings.path).expanduser()


def key_of(path: Path, own: Path, environment: Mapping[str, str] = os.environ) -> KeyFile:
    """own: the device's memory. Its key is where docs/privacy.md says. Any other file has a key of its own beside it,
    so that to wipe it never destroys the device's."""
    if path.absolute() == own.absolute():
        return find_key(environment)
    return KeyFile(path.with_name(path.name + ".key"))


def open_memory(
    settings: MemorySettings, wall: Callable[[], Moment], key_file: KeyFile | None = None
) -> Store | NoMemory:
    """The device's memory. key_file: None where docs/privacy.md says. Blocks for some milliseconds. Nothing is
    overwritten when it cannot be opened."""
    if not settings.enabled:
        return NoMemory("memory_off", "the settings switch the memory off: set memory.enabled to true")
    path = memory_path(settings)
    try:
        return Store(path, key_file or key_of(path, path), wall)
    except MemoryFault as fault:
        return NoMemory(fault.reason, str(fault))
