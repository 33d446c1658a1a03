"""What this machine knows of the time: its clocks, who set them, and the zone it lives in. Linux only."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UNSYNCHRONISED = (
    0x40  # STA_UNSYNC of adjtimex(2): cleared by who keeps the clock, set again when it is set by hand
)
NO_ZONE = "UTC"


class _Timex(ctypes.Structure):
    """struct timex of adjtimex(2) as far as its status; what follows is room for the rest."""

    _fields_ = [
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("frequency", ctypes.c_long),
        ("most_error", ctypes.c_long),
        ("estimated_error", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 512),
    ]


def clock_status() -> int:
    """The kernel's word on its clock; only asked, nothing is changed. UNSYNCHRONISED where it cannot be asked."""
    timex = _Timex()
    try:
        asked = ctypes.CDLL(None).adjtimex(ctypes.byref(timex))
    except (OSError, AttributeError):
        return UNSYNCHRONISED
    return UNSYNCHRONISED if asked < 0 else int(timex.status)


class MachineClock:
    """root: where /proc, /sys and /run are found. status: what the kernel tells of its clock."""

    def __init__(self, root: Path = Path("/"), status: Callable[[], int] = clock_status) -> None:
        self._root = root
        self._status = status

    def wall(self) -> float:
        """UTC seconds."""
        return time.time()

    def since_boot(self) -> float:
        """Seconds, sleep included. It never jumps, and is corrected in its pace as the wall clock is."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def boot(self) -> str:
        """One word for each time the machine was started."""
        return self._text("proc/sys/kernel/random/boot_id")

    def kept_right(self) -> bool:
        """A network keeps the clock right now, or did so some hours ago at most."""
        return not self._status() & UNSYNCHRONISED

    def network_set_at(self) -> float | None:
        """UTC seconds by the clock of then: when systemd-timesyncd last heard from a network since the start."""
        try:
            return (self._root / "run/systemd/timesync/synchronized").stat().st_mtime
        except OSError:
            return None

    def battery_clock(self) -> float | None:
        """UTC seconds of the clock that runs on while the machine is off; None where there is none."""
        text = self._text("sys/class/rtc/rtc0/since_epoch")
        return float(text) if text.isdigit() else None

    def _text(self, path: str) -> str:
        try:
            return (self._root / path).read_text(encoding="ascii", errors="replace").strip()
        except OSError:
            return ""


def local_zone(root: Path = Path("/"), environment: Mapping[str, str] = os.environ) -> str:
    """The name of the machine's time zone, such as "Europe/Berlin"; UTC where it tells none."""
    names = [environment.get("TZ", "").removeprefix(":")]
    with suppress(OSError):
        names.append(str((root / "etc/localtime").readlink()).partition("zoneinfo/")[2])
    with suppress(OSError, ValueError):
        names.append((root / "etc/timezone").read_text(encoding="ascii").strip())
    return next((name for name in names if _is_zone(name)), NO_ZONE)


def _is_zone(name: str) -> bool:
    try:
        return bool(name) and bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
