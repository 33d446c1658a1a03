"""Long silence is filled: first a state word, then ticks, the word again every so often; in the end it is given up.

Silent waits beyond a few seconds are rejected by those who cannot see a spinner; sound with spoken progress is not
(Fröhlich, CHI 2005).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PATIENCE_S = 0.75  # silence longer than this after a request is answered with a state word
TICK_S = 1.0  # and after that ticked
WORD_S = 7.0  # and the word said again every so often
TIMEOUT_S = 45.0


class Beat(StrEnum):
    WORD = "word"
    TICK = "tick"
    END = "end"


@dataclass(slots=True)
class Patience:
    """One wait. heard: it follows what was spoken, so it begins with ticks. waited_s: until the last beat; worded_s:
    when the last word was due."""

    heard: bool = False
    waited_s: float = 0.0
    worded_s: float = 0.0

    def next_s(self) -> float:
        """Seconds until the next beat."""
        return TICK_S if self.waited_s or self.heard else PATIENCE_S

    def beat(self) -> Beat:
        """next_s() have passed: what is due."""
        first = not (self.waited_s or self.heard)
        self.waited_s += self.next_s()
        if self.waited_s >= TIMEOUT_S:
            return Beat.END
        if first or self.waited_s - self.worded_s >= WORD_S:
            self.worded_s = self.waited_s
            return Beat.WORD
        return Beat.TICK
