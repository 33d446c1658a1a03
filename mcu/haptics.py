"""The motor and its rhythms, told apart by rhythm alone: strength is lost through a coat.

A rhythm is pairs of milliseconds on and off. The newest order replaces the one being played, except that a tick is
always felt to its end: what is ordered meanwhile follows it.
"""

import asyncio

from chestnut_wire.messages import (
    DONE,
    FAILED,
    HOST_LOST,
    PAUSED,
    PRESSED,
    STOPPED,
    WATCHING,
    WORKING,
)

RHYTHMS = {
    PRESSED: ((35, 60),),  # one short click
    WORKING: ((60, 340), (60, 340), (60, 340)),  # a slow pulse
    DONE: ((70, 90), (70, 90)),  # two
    FAILED: ((450, 90),),  # one long
    STOPPED: ((50, 70), (220, 90)),  # short, long
    HOST_LOST: ((150, 150), (150, 150), (150, 150)),  # three heavy
    WATCHING: ((50, 90), (50, 90), (50, 90), (50, 90)),  # four quick steps: it goes on
    PAUSED: ((350, 250), (350, 90)),  # two long: it rests
}


class Haptics:
    """Plays rhythms on a motor of motors.py without ever blocking."""

    def __init__(self, motor):
        self._motor = motor
        self._task = None
        self._playing = 0
        self._next = None

    def play(self, pattern, strength):
        """Start a rhythm; unknown ones are ignored, they belong to a newer host."""
        if pattern not in RHYTHMS:
            return
        if self._playing == PRESSED and pattern != PRESSED:
            self._next = (pattern, strength)
            return
        if self._playing:
            self._motor.off()
            self._task.cancel()
        self._playing = pattern
        self._task = asyncio.create_task(self._perform(pattern, strength))

    async def _perform(self, pattern, strength):
        while True:
            for on_ms, off_ms in RHYTHMS[pattern]:
                self._motor.on(strength)
                await asyncio.sleep_ms(on_ms)
                self._motor.off()
                await asyncio.sleep_ms(off_ms)
            if self._next is None:
                self._playing = 0
                return
            pattern, strength = self._next
            self._next = None
            self._playing = pattern
