"""The cable: USB serial on a Pico, a pseudo-terminal under the unix port; both are stdin and stdout.

Reading waits once and then drains, because each await costs a Pico half a millisecond. Writing never waits: what the
host does not take is kept up to a limit and then dropped, and the protocol repeats what matters.
"""

import asyncio
import select
import sys

import limits
import micropython
import ticks

_CHUNK = 64
_KEPT = 512


class Link:
    """`end` is set before the tasks run: it hears the bytes. `lit(on)` is told often whether a host is there,
    `report(task)` that "receive" and "keep" are alive."""

    def __init__(self, lit, report):
        self.end = None
        self.dropped = 0  # frames the host did not take
        self._lit = lit
        self._report = report
        self._input = sys.stdin.buffer
        self._output = sys.stdout.buffer
        self._readable = select.poll()
        self._readable.register(self._input, select.POLLIN)
        self._writable = select.poll()
        self._writable.register(self._output, select.POLLOUT)
        self._waiting = bytearray()
        micropython.kbd_intr(-1)  # a frame may hold the byte of Ctrl-C

    def send(self, data):
        """One frame. Never blocks."""
        if len(self._waiting) + len(data) > _KEPT:
            self.dropped += 1
            return
        self._waiting.extend(data)
        self._flush()

    def roll_call(self):
        """Nothing to receive is no reason to be missed."""
        if not self._readable.poll(0):
            self._report("receive")

    async def receive(self):
        """Runs until the input ends, which a Pico's never does."""
        reader = asyncio.StreamReader(self._input)
        one = bytearray(1)
        while True:
            chunk = bytearray(await reader.read(1))
            self._report("receive")
            if not chunk:
                raise OSError("the input has ended")
            while len(chunk) < _CHUNK and self._readable.poll(0):
                if not self._input.readinto(one):
                    break
                chunk.extend(one)
            self.end.received(chunk, ticks.now_us())

    async def keep(self):
        """Runs for ever: repeats, notices silence, writes on."""
        while True:
            self.end.tick(ticks.now_us())
            self._report("keep")
            self._lit(self.end.linked)
            self._flush()
            await asyncio.sleep_ms(limits.KEEP_MS)

    def _flush(self):
        while self._waiting and self._writable.poll(0):
            count = self._output.write(self._waiting[:_CHUNK])
            if not count:
                return
            self._waiting = self._waiting[count:]
