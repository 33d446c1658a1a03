"""The host's clocks."""

from __future__ import annotations

import time


class HostClock:
    def now(self) -> float:
        """CLOCK_MONOTONIC, the clock of kernel stamps and of the event loop."""
        return time.monotonic()

    def time_of_day(self) -> str:
        return time.strftime("%H:%M")
