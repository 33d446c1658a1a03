"""When a pod that hangs is reset over its RUN wire. Pure.

The pod's own watchdog resets it after eight seconds, so it is given longer than that; and a pod that stays away after
three resets is unplugged or broken, which no reset mends.
"""

from __future__ import annotations

WAITS_S = (12.0, 30.0, 60.0)  # of silence before each reset
HANGS = ("pod_lost", "pod_missing")  # why it is away, where a reset may help


class Rescue:
    def __init__(self) -> None:
        self._away_since: float | None = None
        self._tries = 0

    def lost(self, at: float, reason: str) -> None:
        """at: monotonic seconds. Another reason than HANGS is no silence."""
        self._away_since = at if reason in HANGS else None

    def found(self) -> None:
        self._away_since, self._tries = None, 0

    def due(self, now: float) -> bool:
        """Is it to be reset now? Each time is told once."""
        if self._away_since is None or self._tries == len(WAITS_S):
            return False
        if now - self._away_since < WAITS_S[self._tries]:
            return False
        self._tries += 1
        self._away_since = now
        return True
