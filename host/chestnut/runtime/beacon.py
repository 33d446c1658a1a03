"""The beacon that guides a hand: a tone and a pulse of the motor together, the higher and the quicker the closer.

The skill says how close; the rhythm between two looks is kept here. Whoever leads must go on saying so: what was not
renewed for a while is pointed at no more.
"""

from __future__ import annotations

import asyncio

from chestnut.core.effects import Haptic, Sound
from chestnut.core.ports import Pod, Voice

SLOWEST_S, QUICKEST_S = 0.9, 0.16  # between two tones; the motor's pulse with its rest takes 0.095
SEARCHING_S = 1.5  # between two ticks while nothing is in sight
STALE_S = 2.5  # a look that rests for warmth takes less


def period_s(closeness: float | None) -> float:
    """From one beat to the next; equal steps of closeness quicken by equal ratios."""
    if closeness is None:
        return SEARCHING_S
    return float(SLOWEST_S * (QUICKEST_S / SLOWEST_S) ** min(1.0, max(0.0, closeness)))


class Beacon:
    """Used on the loop's thread."""

    def __init__(self, pod: Pod, voice: Voice, loop: asyncio.AbstractEventLoop) -> None:
        self._pod = pod
        self._voice = voice
        self._loop = loop
        self._closeness: float | None = None
        self._volume = 0.0
        self._told_s = 0.0
        self._beaten_s = float("-inf")
        self._timer: asyncio.TimerHandle | None = None

    def lead(self, closeness: float | None, volume: float) -> None:
        """From now on; a rhythm that runs goes on in its time."""
        if closeness is not None and self._closeness is None:
            self._beaten_s = float("-inf")  # come into sight: told at once, not after a slow tick's rest
        self._closeness, self._volume = closeness, volume
        self._told_s = self._loop.time()
        self._plan()

    def end(self) -> None:
        """Silent; may be called twice."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _plan(self) -> None:
        self.end()
        due_s = max(self._loop.time(), self._beaten_s + period_s(self._closeness))
        self._timer = self._loop.call_at(due_s, self._beat)

    def _beat(self) -> None:
        self._timer = None
        now_s = self._loop.time()
        if now_s - self._told_s > STALE_S:
            return
        self._beaten_s = now_s
        if self._closeness is None:
            self._voice.chime(Sound.WORKING, self._volume)
        else:
            self._voice.tone(self._closeness, self._volume)
            self._pod.buzz(Haptic.PRESSED)
        self._plan()
