"""Watches battery, processor and supply, in a thread of its own, every ten seconds."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from chestnut.core.events import (
    BatteryMeasured,
    BatteryWarned,
    ChipMeasured,
    Event,
    Part,
    PartFound,
    PartLost,
)
from chestnut.core.ports import Charge, Clock, Gauge, Post
from chestnut.devices.chip import Chip, ChipState

log = logging.getLogger(__name__)

EVERY_S = 10.0
AGAIN_S = 30.0  # what has not changed is told again so long after
STEP_C = 1.0  # a smaller change of warmth is none
LOST_AFTER = 3  # failures in a row: a gauge may be busy once


class PowerWatch:
    """The Power port. gauge: None measures no battery; closed with this. line_low: the battery's warning line; None
    where there is none. tick() is one look, for who drives it by hand instead of start()."""

    def __init__(
        self,
        post: Post,
        clock: Clock,
        gauge: Gauge | None,
        chip: Chip,
        line_low: Callable[[], bool | None] = lambda: None,
        every_s: float = EVERY_S,
    ) -> None:
        self._post, self._clock, self._gauge, self._chip, self._line_low = post, clock, gauge, chip, line_low
        self._every_s = every_s
        self._told: dict[type[Event], Event] = {}
        self._failures = 0
        self._lost = False
        self._low_before = False
        self._charging_seen: tuple[bool | None, bool | None] = (None, None)  # now, and by the look before
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="power", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._gauge is not None:
            self._gauge.close()

    def _run(self) -> None:
        while True:
            try:
                self.tick()
            except Exception:  # whatever fails, the battery must be watched on
                log.exception("battery and processor could not be looked at")
            if self._ended.wait(self._every_s):
                return

    def tick(self) -> None:
        if self._gauge is not None:
            self._measure(self._gauge)
        low = self._line_low()
        if low is not None:
            # Twice in a row: a line that is touched while it is read is not yet a warning.
            self._warn(low and self._low_before)
            self._low_before = low
        state = self._chip.read()
        if state != ChipState():
            self._tell(
                ChipMeasured(
                    at=self._clock.now(),
                    celsius=state.celsius,
                    slowed=state.slowed,
                    undervoltage=state.undervoltage,
                )
            )

    def _warn(self, low: bool) -> None:
        """That it does not warn is news only after it did."""
        before = self._told.get(BatteryWarned)
        if low or (isinstance(before, BatteryWarned) and before.low):
            self._tell(BatteryWarned(at=self._clock.now(), low=low))

    def _measure(self, gauge: Gauge) -> None:
        try:
            charge = gauge.read()
        except OSError as error:
            self._failures += 1
            if self._failures == LOST_AFTER and not self._lost:
                log.warning("%s", error)
                self._lost = True
                self._told.pop(BatteryMeasured, None)
                self._post(PartLost(at=self._clock.now(), part=Part.GAUGE, reason="gauge_lost"))
            return
        self._failures = 0
        if self._lost:
            self._lost = False
            self._post(PartFound(at=self._clock.now(), part=Part.GAUGE))
        self._tell(self._measured(charge))

    def _measured(self, charge: Charge) -> BatteryMeasured:
        """A gauge that cannot tell for the moment whether it charges is taken to do as before; that it does otherwise
        is believed the second time, for a charger as strong as the load makes the rate tremble around nothing."""
        before = self._told.get(BatteryMeasured)
        charging, self._charging_seen = charge.charging, (charge.charging, self._charging_seen[0])
        if isinstance(before, BatteryMeasured) and before.charging is not None:
            sure = charging is not None and self._charging_seen == (charging, charging)
            charging = charging if sure else before.charging
        return BatteryMeasured(
            at=self._clock.now(),
            percent=charge.percent,
            millivolts=charge.millivolts,
            charging=charging,
            source="gauge",
        )

    def _tell(self, event: Event) -> None:
        before = self._told.get(type(event))
        if before is not None and event.at - before.at < AGAIN_S and _alike(before, event):
            return
        self._told[type(event)] = event
        self._post(event)


def _alike(before: Event, now: Event) -> bool:
    """Nothing of it is news."""
    match before, now:
        case BatteryMeasured(), BatteryMeasured():
            now = replace(now, millivolts=before.millivolts)
        case ChipMeasured(celsius=float(was)), ChipMeasured(celsius=float(celsius)) if (
            abs(celsius - was) < STEP_C
        ):
            now = replace(now, celsius=was)
    return replace(now, at=before.at) == before
