"""What the device knows of its own battery and warmth, and when it speaks of them. Pure.

Each warning is spoken once; it may come again only after things were clearly better. What is not measured changes
nothing: a torn sensor is never taken for a cool skin or a full battery.

Warmth at the body: as remembered, IEC 60601-1 and 62368-1 allow about 43 °C for something worn for hours, and the
wearer may not feel it. So the rule is automatic: slow at 41, stop at 43, as before only under 40.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from chestnut.core.effects import Say

WARN_PERCENT = (20, 10, 5)
BETTER_BY_PERCENT = 5
SLOW_C, STOP_C, COOL_C = 41.0, 43.0, 40.0


class Heat(StrEnum):
    """FINE; SLOW: a pause before each look, and none ahead of it; HOT: nothing is looked at."""

    FINE = "fine"
    SLOW = "slow"
    HOT = "hot"


@dataclass(frozen=True, slots=True)
class Care:
    """battery: percent. skin_c: degrees Celsius on the body's side. None: not measured. warned: the lowest of
    WARN_PERCENT that was told, or 101."""

    battery: int | None = None
    warned: int = 101
    skin_c: float | None = None
    heat: Heat = Heat.FINE

    def charged(self, percent: int | None) -> tuple[Care, Say | None]:
        """The battery was measured; what is to be said of it."""
        if percent is None:
            return replace(self, battery=None), None
        told = [level for level in WARN_PERCENT if percent <= level]
        if told and told[-1] < self.warned:
            say = Say("battery_last" if told[-1] == WARN_PERCENT[-1] else "battery_low", {"percent": percent})
            return replace(self, battery=percent, warned=told[-1]), say
        warned = 101
        for level in WARN_PERCENT:
            if self.warned <= level and percent < level + BETTER_BY_PERCENT:
                warned = level
        return replace(self, battery=percent, warned=warned), None

    def warmed(self, celsius: float | None) -> tuple[Care, Say | None]:
        """The warmth was measured; what is to be said of it."""
        heat = self.heat
        if celsius is None:
            return replace(self, skin_c=None), None
        if celsius >= STOP_C:
            heat = Heat.HOT
        elif celsius < COOL_C:
            heat = Heat.FINE
        elif celsius >= SLOW_C and heat is Heat.FINE:
            heat = Heat.SLOW
        say = None
        if heat is not self.heat:
            if heat is Heat.HOT:
                say = Say("skin_hot")
            elif heat is Heat.SLOW:
                say = Say("skin_warm")
            elif self.heat is Heat.HOT:
                say = Say("skin_cool")
        return replace(self, skin_c=celsius, heat=heat), say

    def blind(self) -> Care:
        """Nobody measures any more."""
        return replace(self, battery=None, skin_c=None)
