"""The keys: a hard interrupt stamps each raw edge, a task makes presses of them.

The interrupt only writes into preallocated memory: on the chip the heap is locked while it runs. The task sleeps
until an interrupt, or until a key wants to be looked at again.
"""

import asyncio
from array import array

import ticks
from debounce import Key
from machine import Pin

_RING = 64
_WRITE = 0
_READ = 1
_FULL = 2


class _Contact:
    """One key's pin. Its interrupt is a bound method made once, which knows the key's number."""

    def __init__(self, number, gpio, keys):
        self.pin = Pin(gpio, Pin.IN, Pin.PULL_UP)
        self._number = number
        self._keys = keys
        self.interrupt = self._interrupt

    def down(self):
        return self.pin.value() == 0

    def _interrupt(self, pin):
        t_us = ticks.now_us()
        keys = self._keys
        state = keys.state
        place = state[_WRITE]
        following = (place + 1) % _RING
        if following == state[_READ]:
            state[_FULL] = 1
        else:
            keys.times[place] = t_us
            keys.levels[place] = pin.value()
            keys.numbers[place] = self._number
            state[_WRITE] = following
        keys.flag.set()


class Buttons:
    """moved(button, kind, t_us) hears what each key did; buttons count from 0 in the order of `gpios`. report(task)
    hears that "hear" and "watch" are alive."""

    def __init__(self, gpios, debounce_us, hold_us, moved, report):
        self._report = report
        self._debounce_us = debounce_us
        self.times = array("I", [0] * _RING)
        self.levels = bytearray(_RING)
        self.numbers = bytearray(_RING)
        self.state = bytearray(3)
        self.flag = asyncio.ThreadSafeFlag()
        self._pending = asyncio.Event()
        self._keys = []
        self._contacts = []
        for number, gpio in enumerate(gpios):
            contact = _Contact(number, gpio, self)
            self._keys.append(Key(self._reporter(number, moved), debounce_us, hold_us))
            self._contacts.append(contact)
            contact.pin.irq(contact.interrupt, Pin.IRQ_FALLING | Pin.IRQ_RISING, hard=True)

    def roll_call(self):
        """Wakes both tasks, so that they report."""
        self.flag.set()

    async def hear(self):
        """Runs for ever: after each interrupt."""
        while True:
            await self.flag.wait()
            self._report("hear")
            self._drain()
            if self.state[_FULL]:
                self.state[_FULL] = 0
                self._look()
            self._pending.set()

    async def watch(self):
        """Runs for ever: ends the bouncing and notices the holding."""
        while True:
            self._report("watch")
            due_us = self._due_us()
            if due_us is None:
                self._pending.clear()
                await self._pending.wait()
            else:
                # Not longer than a contact bounces: another key may be due before this one.
                await asyncio.sleep_ms(min(due_us, self._debounce_us) // 1000 + 1)
                self._drain()
                self._look()

    def _drain(self):
        state = self.state
        while state[_READ] != state[_WRITE]:
            place = state[_READ]
            number, level, t_us = self.numbers[place], self.levels[place], self.times[place]
            state[_READ] = (place + 1) % _RING
            self._keys[number].edge(level == 0, t_us)

    def _look(self):
        for key, contact in zip(self._keys, self._contacts):  # noqa: B905  # MicroPython's zip has no strict
            key.look(contact.down(), ticks.now_us())

    def _due_us(self):
        soonest = None
        now_us = ticks.now_us()
        for key in self._keys:
            due_us = key.due_us(now_us)
            if due_us is not None and (soonest is None or due_us < soonest):
                soonest = due_us
        return soonest

    @staticmethod
    def _reporter(number, moved):
        return lambda kind, t_us: moved(number, kind, t_us)
