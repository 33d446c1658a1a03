"""A serial cable that lies, between a pod's port and the host: two terminals and a seeded relay between them.

It drops, damages, doubles, splits, delays and reorders what passes, adds noise, falls silent and delivers all at
once, and can be pulled out and put back. Everything happens in the asyncio loop that opened it, in the loop's time.
The same seed deals the same faults in the same order; which bytes meet them depends on the machine's timing.
"""

from __future__ import annotations

import asyncio
import os
import pty
import random
import tempfile
import termios
import tty
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

_READ = 4096
_REOPEN_S = 0.02


@dataclass(frozen=True, slots=True)
class Faults:
    """Probabilities for each piece that passes in either direction.

    drop: a stretch of the piece, often all of it. flip: 1 to 4 bits. double: the piece comes twice. noise: up to 80
    bytes of anything before it. split: in two, the second a little later. reorder: it comes after pieces that were
    sent later. late: 10 to 100 ms, and what follows waits. stall: nothing passes for 0.1 to 1.5 s.
    """

    drop: float = 0.01
    flip: float = 0.01
    double: float = 0.005
    noise: float = 0.005
    split: float = 0.05
    reorder: float = 0.01
    late: float = 0.01
    stall: float = 0.0005


QUIET = Faults(0, 0, 0, 0, 0, 0, 0, 0)


class LyingLine:
    """port: the path the host opens; it stays the same over unplug and plug. far: the path of the pod's port, opened
    whenever it is there. counted: the faults so far, by name; the loop must run for anything to pass."""

    def __init__(self, far: str, seed: int, faults: Faults) -> None:
        self.counted: Counter[str] = Counter()
        self._far_path = far
        self._faults = faults
        self._random = random.Random(seed)
        self._folder = tempfile.TemporaryDirectory(prefix="chestnut-line-")
        self.port = str(Path(self._folder.name) / "line")
        self._far: int | None = None
        self._near: int | None = None
        self._slave: int | None = None
        self._ways = {"up": _Way(), "down": _Way()}
        self._loop = asyncio.get_running_loop()
        self._seeking: asyncio.TimerHandle | None = None
        self.plug()
        self._seek()

    def plug(self) -> None:
        """The host's side is there again."""
        if self._near is None:
            self._near, self._slave = pty.openpty()  # the slave stays open: with none, reading here fails
            tty.setraw(self._slave)
            os.set_blocking(self._near, False)
            fresh = Path(self.port + ".new")
            fresh.symlink_to(os.ttyname(self._slave))
            fresh.replace(self.port)
            self._loop.add_reader(self._near, self._read, self._near, "down")

    def unplug(self) -> None:
        """The host's port goes, and with it what is on its way; the pod keeps its power."""
        if self._near is not None and self._slave is not None:
            self.counted["unplugged"] += 1
            Path(self.port).unlink(missing_ok=True)
            self._loop.remove_reader(self._near)
            os.close(self._near)
            os.close(self._slave)
            self._near = self._slave = None
            for way in self._ways.values():
                way.cut()

    def close(self) -> None:
        self.unplug()
        self._let_go()
        if self._seeking is not None:
            self._seeking.cancel()
        self._folder.cleanup()

    # --- the pod's side ---------------------------------------------------------------------------------

    def _seek(self) -> None:
        self._seeking = None
        try:
            self._far = os.open(self._far_path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            tty.setraw(self._far)
        except (OSError, termios.error):
            self._let_go()
            return
        self._loop.add_reader(self._far, self._read, self._far, "up")

    def _let_go(self) -> None:
        """The pod is gone; look for it again."""
        if self._far is not None:
            self._loop.remove_reader(self._far)
            os.close(self._far)
            self._far = None
        if self._seeking is None:
            self._seeking = self._loop.call_later(_REOPEN_S, self._seek)

    # --- what passes ------------------------------------------------------------------------------------

    def _read(self, descriptor: int, direction: str) -> None:
        try:
            data = os.read(descriptor, _READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._pass(data, direction)
        elif direction == "up":
            self._let_go()

    def _pass(self, data: bytes, direction: str) -> None:
        way = self._ways[direction]
        faults = self._faults
        if self._happens("noise", faults.noise):
            self._deliver(self._random.randbytes(self._random.randint(1, 80)), direction)
        if self._happens("drop", faults.drop):
            if self._random.random() < 0.5:
                return
            start = self._random.randrange(len(data))
            data = data[:start] + data[self._random.randint(start, len(data)) :]
        if data and self._happens("flip", faults.flip):
            data = self._flipped(data)
        if self._happens("stall", faults.stall):
            way.hold(self._loop.time() + self._random.uniform(0.1, 1.5))
        if self._happens("late", faults.late):
            way.hold(self._loop.time() + self._random.uniform(0.01, 0.1))
        for _ in range(2 if self._happens("double", faults.double) else 1):
            if len(data) > 1 and self._happens("split", faults.split):
                middle = self._random.randrange(1, len(data))
                self._deliver(data[:middle], direction)
                way.hold(self._loop.time() + self._random.uniform(0.0, 0.01))
                self._deliver(data[middle:], direction)
            elif self._happens("reorder", faults.reorder):
                way.later(self._loop, self._random.uniform(0.02, 0.3), lambda: self._write(data, direction))
            else:
                self._deliver(data, direction)

    def _deliver(self, data: bytes, direction: str) -> None:
        """In order, as soon as the way is free."""
        way = self._ways[direction]
        wait_s = way.free_s - self._loop.time()
        if wait_s <= 0 and not way.queue:
            self._write(data, direction)
            return
        way.queue.append(data)
        if len(way.queue) == 1:
            way.later(self._loop, max(wait_s, 0.0), lambda: self._drain(direction))

    def _drain(self, direction: str) -> None:
        way = self._ways[direction]
        wait_s = way.free_s - self._loop.time()
        if wait_s > 0:
            way.later(self._loop, wait_s, lambda: self._drain(direction))
            return
        waiting, way.queue = way.queue, []
        self._write(b"".join(waiting), direction)

    def _write(self, data: bytes, direction: str) -> None:
        descriptor = self._near if direction == "up" else self._far
        if descriptor is None:
            self.counted["into nowhere"] += 1
            return
        try:
            if os.write(descriptor, data) < len(data):
                self.counted["overrun"] += 1
        except BlockingIOError:
            self.counted["overrun"] += 1
        except OSError:
            self.counted["into nowhere"] += 1

    def _flipped(self, data: bytes) -> bytes:
        damaged = bytearray(data)
        for _ in range(self._random.randint(1, 4)):
            damaged[self._random.randrange(len(damaged))] ^= 1 << self._random.randrange(8)
        return bytes(damaged)

    def _happens(self, fault: str, rate: float) -> bool:
        if self._random.random() >= rate:
            return False
        self.counted[fault] += 1
        return True


class _Way:
    """One direction. free_s: until then nothing passes. queue: what waits, in order."""

    def __init__(self) -> None:
        self.free_s = 0.0
        self.queue: list[bytes] = []
        self._timers: set[asyncio.TimerHandle] = set()

    def hold(self, until_s: float) -> None:
        self.free_s = max(self.free_s, until_s)

    def later(self, loop: asyncio.AbstractEventLoop, wait_s: float, done: object) -> None:
        def fire() -> None:
            self._timers.discard(timer)
            assert callable(done)
            done()

        timer = loop.call_later(wait_s, fire)
        self._timers.add(timer)

    def cut(self) -> None:
        self.free_s = 0.0
        self.queue.clear()
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
