"""Is the clock right? A computer without a network can only ask who set it and whether it ran on since.

It is trusted when a network keeps it, when the wearer or carer said that it is right, or when a clock with a battery
has run on since it was right; and from then on as long as it does not jump. What was last known stands in a small
file.
"""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from chestnut.core.memory import Moment

log = logging.getLogger(__name__)

FIRST_YEAR, LAST_YEAR = 2026, 2100  # before the first this was not written
JUMP_S = 60.0  # less is a correction
AGREES_S = 60.0  # the clock with the battery and the system's
LOOK_S = 10.0  # how often a doubt is looked into again
KEEP_S = 600.0  # how often the file is written
UNSURE, SET_BACK = "clock_unsure", "clock_set_back"  # phrase keys


class Machine(Protocol):
    """See devices/machine_clock.py."""

    def wall(self) -> float: ...

    def since_boot(self) -> float: ...

    def boot(self) -> str: ...

    def kept_right(self) -> bool: ...

    def network_set_at(self) -> float | None: ...

    def battery_clock(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Known:
    """What was last known: the clock's UTC seconds at so many seconds of this boot, and what it was worth. doubt: ""
    or the phrase that tells why it is not trusted."""

    wall: float
    since_boot: float
    boot: str
    doubt: str


class WallClock:
    """Of any thread. path: where what is known survives a restart; None keeps nothing."""

    def __init__(self, machine: Machine, path: Path | None) -> None:
        self._machine = machine
        self._path = path
        self._lock = threading.RLock()
        self._known: Known | None = None
        self._looked_at = float("-inf")
        self._kept: Known | None = None

    def moment(self) -> Moment:
        known = self._look()
        return Moment(known.wall, not known.doubt)

    def doubt(self) -> str:
        """ "" when the clock is trusted, else the phrase that tells the remedy."""
        return self._look().doubt

    def confirm(self) -> None:
        """Somebody who knows the time says that this clock is right. OSError when that cannot be kept, ValueError
        when it cannot be right."""
        with self._lock:
            now = self._now("")
            if not _sane(now.wall):
                raise ValueError(f"no clock is right that says {now.wall:.0f} s")
            self._known = now
            self._write(now)

    def keep(self, *, at_once: bool = False) -> None:
        """Write down what is known, when it is time to. A disk that cannot be written is a line in the log."""
        with self._lock:
            known = self._look(again=True)  # what another process wrote meanwhile is not to be lost
            kept = self._kept
            due = kept is None or kept.doubt != known.doubt or known.since_boot >= kept.since_boot + KEEP_S
            if not (due or at_once):
                return
            self._kept = known
            try:
                self._write(known)
            except OSError as error:
                log.warning("the time is not kept over a restart: %s", error)

    def close(self) -> None:
        self.keep(at_once=True)

    def _look(self, *, again: bool = False) -> Known:
        with self._lock:
            known = self._known
            now = self._now("" if known is None else known.doubt)
            jumped = known is None or bool(_jump(known, now))
            waited = again or now.since_boot >= self._looked_at + LOOK_S
            if jumped or (now.doubt and waited):
                self._looked_at = now.since_boot
                now = replace(now, doubt=self._judge(now, known))
            self._known = now
            return now

    def _now(self, doubt: str) -> Known:
        machine = self._machine
        return Known(machine.wall(), machine.since_boot(), machine.boot(), doubt)

    def _judge(self, now: Known, known: Known | None) -> str:
        """known: what this process knew before."""
        if not _sane(now.wall):
            return UNSURE
        if self._machine.kept_right():
            return ""
        kept = self._read()
        if kept is not None and kept.boot == now.boot and not _jump(kept, now):
            return kept.doubt
        before = known or kept
        if before is None or before.boot != now.boot:
            return self._judge_start(now, before)
        jump = _jump(before, now)
        if not jump:
            return before.doubt
        return SET_BACK if jump < 0 else UNSURE

    def _judge_start(self, now: Known, before: Known | None) -> str:
        """The first look since the machine was started."""
        network = self._machine.network_set_at()
        if network is not None and now.wall - now.since_boot - JUMP_S <= network <= now.wall + JUMP_S:
            return ""
        if before is not None and now.wall < before.wall - JUMP_S:
            return SET_BACK
        if before is not None and before.doubt:
            return before.doubt
        battery = self._machine.battery_clock()
        if battery is not None and abs(battery - now.wall) <= AGREES_S:
            return ""
        return UNSURE

    def _read(self) -> Known | None:
        """None when nothing sensible is known."""
        if self._path is None:
            return None
        try:
            data = json.loads(self._path.read_text(encoding="utf-8"))
            known = Known(
                float(data["wall"]), float(data["since_boot"]), str(data["boot"]), str(data["doubt"])
            )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            log.warning("what was known of the time is lost: %s", error)
            return None
        return known if known.doubt in ("", UNSURE, SET_BACK) else None

    def _write(self, known: Known) -> None:
        if self._path is None:
            return
        half = self._path.with_suffix(".new")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        half.write_text(json.dumps(asdict(known)), encoding="utf-8")
        half.replace(self._path)


def _sane(wall: float) -> bool:
    try:
        return FIRST_YEAR <= datetime.fromtimestamp(wall, UTC).year <= LAST_YEAR
    except (ValueError, OverflowError, OSError):
        return False


def _jump(before: Known, now: Known) -> float:
    """Seconds the clock went forward or back of its own; 0 when it ran on, corrections aside."""
    jump = (now.wall - before.wall) - (now.since_boot - before.since_boot)
    return jump if abs(jump) > JUMP_S else 0.0
