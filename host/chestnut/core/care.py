"""What the device knows of its own battery and warmth, and when it speaks of them. Pure.

Each warning is spoken once; it may come again only after things were clearly better. What is not measured changes
nothing: a torn sensor is never taken for a cool skin or a full battery.

Warmth at the body: as remembered, IEC 60601-1 and 62368-1 allow about 43 °C for something worn for hours, and the
wearer may not feel it. So the rule is automatic: slow at 41, stop at 43, as before only under 40.

The processor's own warmth counts beside it: its firmware holds it back from 80 °C and keeps it at 85 (Raspberry Pi
documentation, "Frequency management and thermal control"). Where it is hotter, cooling has failed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from chestnut.core.effects import Say
from chestnut.core.events import BatteryMeasured, ChipMeasured

WARN_PERCENT = (20, 10, 5)
BETTER_BY_PERCENT = 5
RESERVE_PERCENT = WARN_PERCENT[-1]  # kept back, so that switching off in order has the power it needs
GRACE_S = 60.0  # so long it must stay empty, which also leaves time to find a charger
SLOW_C, STOP_C, COOL_C = 41.0, 43.0, 40.0
CHIP_SLOW_C, CHIP_STOP_C, CHIP_COOL_C = 80.0, 88.0, 75.0
AGAIN_S = 600.0  # a supply or a line that was good for so long is told of again


class Heat(StrEnum):
    """FINE; SLOW: a pause before each look, and none ahead of it; HOT: nothing is looked at."""

    FINE = "fine"
    SLOW = "slow"
    HOT = "hot"


SEVERITY = tuple(Heat)


@dataclass(frozen=True, slots=True)
class Care:
    """battery: percent. skin_c: degrees Celsius on the body's side; chip_c: of the processor. None: not measured.
    warned: the lowest of WARN_PERCENT that was told, or 101. charging: None where nobody knows. source: who measures
    the battery, "pod" or "gauge". line_low: the battery's own warning line says that it is nearly empty; line_at:
    when it last did. empty_since: since when the battery is empty. ends: now the device is to be switched off.
    skin, chip: how each takes it. weak_at: when the supply was last too weak. Times in monotonic seconds."""

    battery: int | None = None
    warned: int = 101
    charging: bool | None = None
    source: str = "pod"
    line_low: bool = False
    line_at: float | None = None
    empty_since: float | None = None
    ends: bool = False
    skin_c: float | None = None
    skin: Heat = Heat.FINE
    chip_c: float | None = None
    chip: Heat = Heat.FINE
    weak_at: float | None = None

    @property
    def heat(self) -> Heat:
        """The worse of both."""
        return max(self.skin, self.chip, key=SEVERITY.index)

    @property
    def spares(self) -> bool:
        """Less is done by itself: little is left and nobody charges it, or it is warm."""
        low = self.line_low or (self.battery is not None and self.battery <= WARN_PERCENT[0])
        return (low and self.charging is not True) or self.heat is Heat.SLOW

    def charged(self, told: BatteryMeasured) -> tuple[Care, Say | None]:
        """The battery was measured; what is to be said of it."""
        percent = told.percent
        care = replace(self, battery=percent, charging=told.charging, source=told.source)
        say = None
        if percent is not None:
            care, say = care._warned(percent)
            if say is None and told.charging is not None and self.charging is (not told.charging):
                say = Say("battery_charging" if told.charging else "battery_runs", {"percent": percent})
        return care._drained(told.at), say

    def warned_by_line(self, at: float, low: bool) -> tuple[Care, Say | None]:
        """The battery's own line told whether it is nearly empty."""
        tells = low and self.charging is not True and self.warned > RESERVE_PERCENT
        again = self.line_at is None or at - self.line_at > AGAIN_S
        care = replace(self, line_low=low, line_at=at if tells else self.line_at)
        return care._drained(at), Say("battery_empty") if tells and again else None

    def _warned(self, percent: int) -> tuple[Care, Say | None]:
        """A battery that is being charged is warned of when that ends."""
        told = [level for level in WARN_PERCENT if percent <= level]
        if told and told[-1] < self.warned and self.charging is not True:
            say = Say("battery_last" if told[-1] == RESERVE_PERCENT else "battery_low", {"percent": percent})
            return replace(self, warned=told[-1]), say
        warned = 101
        for level in WARN_PERCENT:
            if self.warned <= level and percent < level + BETTER_BY_PERCENT:
                warned = level
        return replace(self, warned=warned), None

    def _drained(self, at: float) -> Care:
        """ends once each GRACE_S of being empty: who cancels it has so long until the next time."""
        low = self.line_low or (self.battery is not None and self.battery <= RESERVE_PERCENT)
        if not low or self.charging is True:
            return replace(self, empty_since=None, ends=False)
        since = at if self.empty_since is None else self.empty_since
        ends = at - since >= GRACE_S
        return replace(self, empty_since=at if ends else since, ends=ends)

    def warmed(self, celsius: float | None) -> tuple[Care, Say | None]:
        """The warmth at the body was measured; what is to be said of it."""
        if celsius is None:
            return replace(self, skin_c=None), None
        skin = _taken(self.skin, celsius, SLOW_C, STOP_C, COOL_C)
        care = replace(self, skin_c=celsius, skin=skin)
        return care, care._felt(self.skin, skin, Say("skin_warm"), Say("skin_hot"))

    def chip_measured(self, told: ChipMeasured) -> tuple[Care, Say | None]:
        """The processor was measured; what is to be said of it."""
        care = self if told.celsius is not None else replace(self, chip_c=None)
        say = None
        if told.celsius is not None:
            chip = _taken(self.chip, told.celsius, CHIP_SLOW_C, CHIP_STOP_C, CHIP_COOL_C)
            if told.slowed and chip is Heat.FINE:
                chip = Heat.SLOW
            care = replace(self, chip_c=told.celsius, chip=chip)
            say = care._felt(self.chip, chip, Say("chip_warm"), Say("chip_hot"))
        if told.undervoltage and say is None:  # else it is told with the next measurement
            say = None if self.weak(told.at) else Say("power_weak")
            care = replace(care, weak_at=told.at)
        return care, say

    def _felt(self, before: Heat, now: Heat, warm: Say, hot: Say) -> Say | None:
        """Said of one that changed. It looks again only when neither is too hot any more."""
        if now is before:
            return None
        if now is Heat.HOT:
            return hot
        if before is Heat.HOT:
            return Say("skin_cool") if self.heat is not Heat.HOT else None
        return warm if now is Heat.SLOW else None

    def weak(self, now: float) -> bool:
        """The supply was too weak not long ago."""
        return self.weak_at is not None and now - self.weak_at <= AGAIN_S

    def blind(self, source: str) -> Care:
        """Nobody measures there any more: "pod" or "gauge"."""
        care = replace(self, skin_c=None) if source == "pod" else self
        if source != self.source:
            return care
        return replace(care, battery=None, charging=None, empty_since=None, ends=False)


def _taken(before: Heat, celsius: float, slow_c: float, stop_c: float, cool_c: float) -> Heat:
    """Hot until it is cool, not merely less hot."""
    if celsius >= stop_c:
        return Heat.HOT
    if celsius < cool_c:
        return Heat.FINE
    return Heat.SLOW if celsius >= slow_c and before is Heat.FINE else before
