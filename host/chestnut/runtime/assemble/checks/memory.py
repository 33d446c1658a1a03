"""What remembers, and the card it is on."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

from chestnut.memory.faults import MemoryFault, damaged
from chestnut.memory.keys import KeyFile
from chestnut.memory.store import Store
from chestnut.runtime.checking import Place, Result, State
from chestnut.runtime.clock import HostClock
from chestnut.runtime.memory import key_of, memory_path

log = logging.getLogger(__name__)

READ_BYTES = 64 << 20  # a memory up to this size is read whole within a second or two
LOW_BYTES = 256 << 20  # less free room is told before the card is full


def memory(place: Place) -> Result:
    """A new memory is begun and thrown away, which proves that a wrong key opens nothing; then the device's own is
    opened, and read whole where that takes no time or was asked for."""
    if not place.settings.memory.enabled:
        return Result(
            "memory", State.ABSENT, "switched off in the settings", "set memory.enabled to true", "memory_off"
        )
    own = memory_path(place.settings.memory)
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / "memory.db"
        try:
            Store(trial, KeyFile(Path(folder) / "memory.key"), HostClock().wall).close()
            found = _opened(own, place) if os.path.lexists(own) else "nothing remembered yet"
        except MemoryFault as fault:
            message, _, remedy = str(fault).partition(": ")
            return Result("memory", State.MISSING, message, remedy or "report this as a fault", fault.reason)
    days = place.settings.memory.keep_days
    return Result(
        "memory", State.OK, f"encrypted, a wrong key opens nothing; {found}; kept {days} days unless pinned"
    )


def _opened(own: Path, place: Place) -> str:
    """What is told of it. MemoryFault when it is not sound."""
    store = Store(own, key_of(own, own), HostClock().wall)
    try:
        size = own.stat().st_size
        if place.quick or not (place.whole or size <= READ_BYTES):
            return f"{own}, opened; chestnut check --part memory reads all its {size / 1e6:.0f} MB"
        broken = store.check()
    finally:
        store.close()
    if broken:
        log.error("%s: %s", own, broken[0])
        raise damaged(own)
    return f"{own}, every page sound"


def card(place: Place) -> Result:
    """The room that is left where the memory is."""
    folder = memory_path(place.settings.memory).parent
    while not folder.exists():
        folder = folder.parent
    room = os.statvfs(folder)
    free = room.f_bavail * room.f_frsize
    found = f"{free / 1e9:.1f} GB free in {folder}"
    if room.f_flag & os.ST_RDONLY:
        return Result("card", State.MISSING, found + ", read-only", "check the card", "memory_read_only")
    if free < LOW_BYTES:
        return Result("card", State.MISSING, found, "free some space", "card_low")
    return Result("card", State.OK, found)
