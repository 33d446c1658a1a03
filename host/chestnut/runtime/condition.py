"""How the device is, for who looks from another process: whether it runs, its battery, its faults. Nothing else, and
nothing of the wearer; so the file is not encrypted and can be read when the memory cannot."""

from __future__ import annotations

import fcntl
import json
import logging
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from chestnut.core.events import BatteryMeasured, Event, PartFound, PartLost
from chestnut.runtime import keepsake

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Condition:
    """at: UTC seconds of the last change. sure: the clock could be trusted. battery: percent, None when nothing
    measures it. faults: phrase keys that tell the remedies."""

    at: float
    sure: bool = True
    battery: int | None = None
    faults: tuple[str, ...] = ()


def default_path() -> Path:
    return keepsake.default_path().with_name("condition.json")


class ConditionFile:
    """Of a running device. Made anew at its start; a folder that cannot be written costs this file, nothing else."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._battery: int | None = None
        self._source = ""  # who measured it
        self._faults: dict[str, str] = {}
        self._changed = True
        self._lock, self._held = -1, False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(_lock(path), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            log.warning("how the device is cannot be told to other processes: %s", error)
        self._hold()

    def note(self, event: Event) -> None:
        """Writes nothing; from another thread than write()."""
        before = self._battery, self._faults
        match event:
            case BatteryMeasured(percent=percent, source=source):
                self._battery, self._source = percent, source
            case PartLost(part=part, reason=reason):
                self._faults = {**self._faults, part: reason}
                if part.value == self._source:
                    self._battery = None  # nobody measures it any more
            case PartFound(part=part):
                self._faults = {lost: why for lost, why in self._faults.items() if lost != part}
        self._changed |= before != (self._battery, self._faults)

    def write(self, utc_s: float, sure: bool, *, ends: bool = False) -> None:
        """When something has changed, or at the end."""
        self._hold()
        if not (self._changed or ends):
            return
        self._changed = False
        half = self.path.with_suffix(".new")
        now = Condition(utc_s, sure, self._battery, tuple(self._faults.values()))
        try:
            half.write_text(json.dumps(asdict(now)), encoding="utf-8")
            half.replace(self.path)
        except OSError as error:
            log.warning("how the device is cannot be told to other processes: %s", error)

    def _hold(self) -> None:
        """Who looks in this moment has the lock; then it is tried again with the next write()."""
        if self._held or self._lock < 0:
            return
        try:
            fcntl.flock(self._lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            self._held = True
        except OSError as error:
            log.debug("somebody looks how the device is: %s", error)

    def close(self) -> None:
        """The system does it too, for a process that is killed."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock, self._held = -1, False


def read(path: Path) -> tuple[Condition | None, bool]:
    """What the device last told, None for nothing that can be read; and whether it runs."""
    try:
        condition = parse(path.read_text(encoding="utf-8")) if path.is_file() else None
    except (OSError, UnicodeDecodeError):
        condition = None
    return condition, _is_held(_lock(path))


def parse(text: str) -> Condition | None:
    """None for anything no device wrote."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    at, battery, faults = data.get("at"), data.get("battery"), data.get("faults")
    if isinstance(at, bool) or not isinstance(at, (int, float)) or not 0 <= at < 1e11:
        return None
    if battery is not None and (type(battery) is not int or not 0 <= battery <= 100):
        return None
    if not isinstance(faults, list) or not all(isinstance(fault, str) for fault in faults):
        return None
    return Condition(float(at), data.get("sure") is True, battery, tuple(faults))


def _lock(path: Path) -> Path:
    return path.with_suffix(".lock")


def _is_held(path: Path) -> bool:
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    except OSError:
        return True
    finally:
        os.close(handle)
