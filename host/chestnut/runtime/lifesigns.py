"""The device's signs of life, for the service manager's watchdog.

A beat each second on the loop. It is passed on only when the loop came to it in time and every thread that has work
has moved since. What is stuck is named in the log; who watches then ends this process and starts it anew.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from chestnut.core.effects import Order
from chestnut.core.events import Event, PartFound, PartLost

log = logging.getLogger(__name__)

# Another number each time its thread goes round; None while it has nothing to do.
Pulse = Callable[[], int | None]

PERIOD_S = 1.0
LATE_S = 2.0  # a loop that comes so much too late to a beat is not passed on
STUCK_S = 30.0  # a camera that opens may take 10 s, and a lost one is tried again after 8


class Manager(Protocol):
    """What is used of notify.ServiceManager."""

    @property
    def listens(self) -> bool: ...

    def tell(self, **state: str) -> bool: ...


class Lateness:
    """Is the loop in time, and does every thread move? Times are monotonic seconds."""

    def __init__(self, pulses: Mapping[str, Pulse], late_s: float = LATE_S, stuck_s: float = STUCK_S) -> None:
        self._pulses = dict(pulses)
        self._late_s = late_s
        self._stuck_s = stuck_s
        self._seen: dict[str, tuple[int | None, float]] = {}

    def hindered(self, due_s: float, now_s: float) -> tuple[str, ...]:
        """What hinders life at a beat that was due then and comes now: "loop", names of pulses; () when all is
        well. A pulse that cannot be read is stuck."""
        found = ["loop"] if now_s - due_s > self._late_s else []
        for name, pulse in self._pulses.items():
            try:
                turns = pulse()
            except Exception:  # whatever is wrong with it, it shows no life
                log.exception("the pulse of %s cannot be felt", name)
                turns = -1
            last, since_s = self._seen.get(name, (None, now_s))
            if turns is None or turns != last:
                self._seen[name] = (turns, now_s)
            elif now_s - since_s > self._stuck_s:
                found.append(name)
        return tuple(found)


class Lifesigns:
    """Beats from begin() to end(), which also tell READY and STOPPING. hear() is a tap of the loop: lost parts stand
    in the status, so that `systemctl status` tells them."""

    def __init__(
        self,
        manager: Manager,
        loop: asyncio.AbstractEventLoop,
        clock: Callable[[], float] = time.monotonic,
        period_s: float = PERIOD_S,
    ) -> None:
        self._manager, self._loop, self._clock = manager, loop, clock
        self._lateness = Lateness({})
        self._period_s = period_s
        self._timer: asyncio.TimerHandle | None = None
        self._due_s = 0.0
        self._lost: dict[str, None] = {}
        self._hindered: tuple[str, ...] = ()

    def begin(self, lateness: Lateness) -> None:
        """The device is ready. Without a service manager nothing happens."""
        if self._manager.listens:
            self._lateness = lateness
            self._manager.tell(READY="1", STATUS=self._status())
            self._due_s = self._clock()
            self.beat()

    def beat(self) -> None:
        now_s = self._clock()
        hindered = self._lateness.hindered(self._due_s, now_s)
        if not hindered:
            self._manager.tell(WATCHDOG="1")
        elif hindered != self._hindered:
            log.error("no sign of life: %s", ", ".join(hindered))
        self._hindered = hindered
        self._due_s = now_s + self._period_s
        self._timer = self._loop.call_later(self._period_s, self.beat)

    def hear(self, event: Event, orders: tuple[Order, ...] = ()) -> None:
        if isinstance(event, PartLost):
            self._lost[event.part.value] = None
        elif isinstance(event, PartFound):
            self._lost.pop(event.part.value, None)
        else:
            return
        if self._timer is not None:
            self._manager.tell(STATUS=self._status())

    def end(self) -> None:
        """The device stops, as it was told to."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._manager.tell(STOPPING="1", STATUS="stopping")

    def _status(self) -> str:
        return f"ready; missing: {', '.join(sorted(self._lost))}" if self._lost else "ready"
