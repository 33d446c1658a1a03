"""The host's clocks."""

from __future__ import annotations

import time

from chestnut.core.memory import Moment


class HostClock:
    def now(self) -> float:
        """CLOCK_MONOTONIC, the clock of kernel stamps and of the event loop."""
        return time.monotonic()

    def time_of_day(self) -> str:
        return time.strftime("%H:%M")

    def wall(self) -> Moment:
        """What the machine's clock says, taken on trust."""
        return Moment(time.time())
