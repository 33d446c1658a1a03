"""The self-test: every part is looked at in turn, each in a thread of its own, so that one that hangs holds up
nobody.

What the parts are stands in runtime/assemble/checks. Nothing is changed, nothing is spoken here.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from chestnut.core.events import Part
from chestnut.locale import Phrases
from chestnut.runtime.condition import Condition
from chestnut.runtime.settings import Settings

LIMIT_S = 6.0  # for one part
TOGETHER_S = 18.0
WHOLE_S = 600.0  # for one part that was asked for by its name


class State(StrEnum):
    """OK. MISSING: must be mended. ABSENT: optional, or hardware this machine does not have."""

    OK = "ok"
    MISSING = "missing"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Result:
    """found: one line for the owner. remedy: the next thing to do, never "" unless the state is OK. say: the phrase
    key that tells the wearer, "" for what is told elsewhere or not to them."""

    part: str
    state: State
    found: str
    remedy: str = ""
    say: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """What is looked at. settings_path: None for the default file. settings: what stands in it, the defaults where it
    cannot be read. device: what a running device tells of itself, None when none runs. quick: without what takes
    seconds. whole: one part was asked for, and may take its time."""

    settings: Settings = field(default_factory=Settings)
    settings_path: Path | None = None
    device: Condition | None = None
    quick: bool = False
    whole: bool = False


Look = Callable[[Place], Result]


@dataclass(frozen=True, slots=True)
class Check:
    """look: blocks, LIMIT_S at most, and may raise. held: a running device has this part alone, so it is asked
    instead. slow: left out of a quick self-test. spoken: looked at also by a running device, when its wearer asks."""

    part: str
    look: Look
    held: Part | None = None
    slow: bool = False
    spoken: bool = False


def check_all(
    checks: Sequence[Check], place: Place, *, limit_s: float = LIMIT_S, together_s: float = TOGETHER_S
) -> Iterator[Result]:
    """One after the other, in their order."""
    if place.whole:
        limit_s = together_s = WHOLE_S
    give_up = time.monotonic() + together_s
    for check in checks:
        if place.quick and check.slow:
            continue
        if place.device is not None and check.held is not None:
            yield _as_told(check.part, check.held, place.device)
            continue
        left_s = give_up - time.monotonic()
        if left_s > 0:
            yield _in_time(check, place, min(limit_s, left_s))
        else:
            yield Result(
                check.part, State.MISSING, "not looked at: time is up", f"chestnut check --part {check.part}"
            )


def _as_told(part: str, held: Part, device: Condition) -> Result:
    """By the running device, whose faults are phrase keys that begin with the part's name."""
    for fault in device.faults:
        if fault.startswith(f"{held}_"):
            found, _, remedy = Phrases.of("en").render(fault, {}).partition(". ")
            return Result(part, State.MISSING, found, remedy or "restart the device", fault)
    return Result(part, State.OK, "in use by the running device, which misses nothing of it")


def _in_time(check: Check, place: Place, limit_s: float) -> Result:
    """The thread of a part that hangs is left behind; it ends with the process."""
    found: queue.SimpleQueue[Result] = queue.SimpleQueue()
    threading.Thread(
        target=lambda: found.put(_guarded(check, place)), name=f"check {check.part}", daemon=True
    ).start()
    try:
        return found.get(timeout=limit_s)
    except queue.Empty:
        return Result(
            check.part,
            State.MISSING,
            f"no answer within {limit_s:.0f} seconds",
            "start the machine again; report it if that does not help",
        )


def _guarded(check: Check, place: Place) -> Result:
    try:
        return check.look(place)
    except Exception as error:  # noqa: BLE001 - a self-test reports whatever breaks, and goes on
        cause = f"{type(error).__name__}: {error}".splitlines()[0]
        return Result(check.part, State.MISSING, cause, "report this as a fault")
