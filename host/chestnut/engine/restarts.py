"""How long to wait before the engine's process is started again, and when to give it up. No clock."""

from __future__ import annotations

BACKOFF_S = (0.0, 1.0, 5.0, 30.0)  # after the first death, the second in a row, …; then always the last
MOST_FAILED_LOADS = 3  # in a row


class Restarts:
    """Deaths are in a row until a thought was finished in between; failed loads until one succeeded."""

    def __init__(self, backoff_s: tuple[float, ...] = BACKOFF_S) -> None:
        self._backoff_s = backoff_s
        self._deaths = 0
        self._failed_loads = 0

    def died(self, *, loading: bool) -> float | None:
        """The process died by itself. Seconds until the next start; None: it is given up until somebody asks."""
        self._deaths += 1
        if loading:
            self._failed_loads += 1
            if self._failed_loads >= MOST_FAILED_LOADS:
                return None
        return self._backoff_s[min(self._deaths, len(self._backoff_s)) - 1]

    def given_up(self) -> None:
        """The model is of no use: only a request makes sense of one more try."""
        self._failed_loads = MOST_FAILED_LOADS

    def asked(self) -> None:
        """A request is reason for one try, after which a failed load is the last again."""
        self._failed_loads = min(self._failed_loads, MOST_FAILED_LOADS - 1)

    def loaded(self) -> None:
        self._failed_loads = 0

    def thought(self) -> None:
        """One was finished: whatever there was, it is over."""
        self._deaths = 0
