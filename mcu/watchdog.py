"""The chip's watchdog, which nothing stops once it is armed, fed only while every task is alive.

Each second there is a roll call: tasks that sleep for want of work are woken to answer. A task that misses several in
a row is named in a fault of ours, long before the watchdog would bite; the watchdog itself is for what blocks
everything.
"""

import asyncio

import limits
from machine import WDT


class TaskLate(Exception):
    """A task has not reported; the text names it."""


class Watchdog:
    """armed: from now on only a reset ends it."""

    def __init__(self):
        self.armed = False
        self._missed = {}  # roll calls since each task has reported
        self._callers = []
        self._chip = None

    def expect(self, names, call):
        """These tasks shall report; call() wakes those of them that sleep for want of work."""
        for name in names:
            self._missed[name] = 0
        self._callers.append(call)

    def report(self, name):
        self._missed[name] = 0

    def arm(self):
        if not self.armed:
            self.armed = True
            self._chip = WDT(timeout=limits.WATCHDOG_MS)

    async def watch(self):
        """Runs for ever. Raises TaskLate."""
        while True:
            await asyncio.sleep_ms(limits.ROLL_CALL_MS)
            late = [name for name, missed in self._missed.items() if missed >= limits.ROLL_CALLS]
            if late:
                raise TaskLate("no report from " + ", ".join(late))
            if self.armed and not any(self._missed.values()):
                self._chip.feed()
            for name in self._missed:
                self._missed[name] += 1
            for call in self._callers:
                call()
