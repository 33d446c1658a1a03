"""Presses by the million through a line that lies: real firmware, real link, nothing mocked, time compressed.

Run: make soak PRESSES=1000000 SEED=1. The firmware runs under MicroPython, the link in an asyncio loop, both with a
clock that runs SPEED times as fast; between them is sim/line.py. Meanwhile the cable is pulled, the host stops and
starts and is killed, and the pod loses power.

What counts: a press is a key that goes down and up. It is lost when the runtime never hears of it, doubled when it
hears twice, reordered when it hears it before an earlier one. A pod keeps what the host has not acknowledged in
memory, so the presses nobody had heard of when it lost its power are gone with it: they are counted as "gone with
the pod's power" (with those it was given and had not made yet) and replaced, never as delivered. What was heard
before the power went must be the first presses of that life, whole and in order. The finger pauses while fewer than
twelve of the pod's 32 places are free.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import platform
import random
import selectors
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

from chestnut.core.events import ButtonChanged, Edge, Event, PartFound, PartLost
from chestnut.devices.link import SerialPod
from chestnut.runtime.pins import load_pins
from chestnut.sim.line import Faults, LyingLine
from chestnut.sim.pod import SimulatedPod
from chestnut_wire.messages import TICK_MODULUS

SPEED = 40
SEGMENT = (20, 60)  # presses between two reckonings
AHEAD = 3  # hands the pod is given beforehand
PATIENCE_S = 120.0  # of compressed time without news: what has not come by then is lost
DEAF = 3  # segments of which nothing was heard end the run: there is no pod
FIRST_WRAP_S = 20.0  # of compressed time after the start


@dataclass(frozen=True, slots=True)
class Disturbances:
    """Probability that a segment is disturbed by each, at a moment anywhere in it."""

    unplugged: float = 0.04
    host_restarted: float = 0.02
    host_killed: float = 0.02
    pod_power: float = 0.02


@dataclass(slots=True)
class Result:
    """Of presses, except where named otherwise. stamps_ms: error of sampled presses' times, in the pod's time."""

    presses: int = 0
    lost: int = 0
    doubled: int = 0
    reordered: int = 0
    gone: int = 0
    stuck: int = 0  # keys that went down and never came up, or the reverse
    held: int = 0
    overflows: int = 0
    resends: int = 0
    wraps: int = 0
    seconds: float = 0.0
    line: Counter[str] = field(default_factory=Counter)
    link: Counter[str] = field(default_factory=Counter)
    disturbed: Counter[str] = field(default_factory=Counter)
    stamps_ms: list[float] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Nothing was lost, doubled, reordered, stuck or pushed out of the pod's memory."""
        return not (self.lost or self.doubled or self.reordered or self.stuck or self.overflows)

    def verdict(self) -> str:
        return f"presses {self.presses} lost {self.lost} doubled {self.doubled} reordered {self.reordered}"


class CompressedLoop(asyncio.SelectorEventLoop):
    """An event loop whose time passes `speed` times as fast."""

    def __init__(self, speed: int) -> None:
        self._speed = speed
        super().__init__(_CompressedSelector(speed))

    def time(self) -> float:
        return time.monotonic() * self._speed


class _CompressedSelector(selectors.DefaultSelector):
    def __init__(self, speed: int) -> None:
        super().__init__()
        self._speed = speed

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout / self._speed if timeout else timeout)


class _LoopClock:
    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def time_of_day(self) -> str:
        return "12:00"


def reckon(pressed: list[str], heard: list[str]) -> tuple[int, int, int]:
    """(lost, doubled, reordered) of what was heard against what was pressed."""
    if heard == pressed:
        return 0, 0, 0
    due, came = Counter(pressed), Counter(heard)
    lost, doubled = (due - came).total(), (came - due).total()
    reordered = sum(told != true for told, true in zip(heard, pressed, strict=False))
    return lost, doubled, reordered if not (lost or doubled) else 0


class Soak:
    """One run. `await run()` inside a CompressedLoop."""

    def __init__(
        self,
        presses: int,
        seed: int,
        *,
        speed: int = SPEED,
        faults: Faults | None = None,
        disturbances: Disturbances | None = None,
        progress: Callable[[Result], None] | None = None,
    ) -> None:
        self.result = Result()
        self._wanted = presses
        self._random = random.Random(seed)
        self._seed = seed
        self._speed = speed
        self._faults = faults or Faults()
        self._disturbances = disturbances or Disturbances()
        self._progress = progress
        self._pins = load_pins()
        self._news = asyncio.Event()
        self._heard: list[ButtonChanged] = []
        self._down: dict[str, bool] = {}
        self._first_of: dict[int, int] = {}  # name of a hand: number of its first press in the segment
        self._unplayed: set[int] = set()
        self._moments: deque[tuple[int, float]] = deque()
        self._hands = 0
        self._life_overflows = self._life_resends = 0
        self._deaf = 0

    async def run(self) -> Result:
        began_s = time.monotonic()
        ahead_us = -round((time.monotonic() * self._speed + FIRST_WRAP_S) * 1e6) % TICK_MODULUS
        async with self._desk(ahead_us):
            while self.result.presses < self._wanted and self._deaf < DEAF:
                await self._segment()
                self.result.seconds = time.monotonic() - began_s
                if self._progress is not None:
                    self._progress(self.result)
        self.result.wraps = self._wraps(time.monotonic(), ahead_us) - self._wraps(began_s, ahead_us)
        return self.result

    @contextlib.asynccontextmanager
    async def _desk(self, ahead_us: int) -> AsyncIterator[None]:
        gpios = {button.name: button.gpio for button in self._pins.buttons}
        with tempfile.TemporaryDirectory(prefix="chestnut-soak-") as folder:
            self._told = Path(folder) / "told"
            with SimulatedPod(gpios, speed=self._speed, ticks_us=ahead_us, quiet=True) as self._pod:
                self._line = LyingLine(self._pod.port, self._seed, self._faults)
                try:
                    await self._start_host()
                    try:
                        await self._until(lambda: self._link.linked)
                        yield
                    finally:
                        await self._stop_host()
                finally:
                    self._line.close()
                    self.result.line = self._line.counted
        self._end_of_life()

    # --- one segment ------------------------------------------------------------------------------------

    async def _segment(self) -> None:
        """Press, perhaps disturb, wait until all has come, and reckon."""
        count = min(self._random.randint(*SEGMENT), self._wanted - self.result.presses)
        hands = self._plan(count)
        pressed = [button for hand in hands for button in hand]
        self._heard.clear()
        self._first_of.clear()
        disturbance = self._choose()
        moment = self._random.randrange(len(hands)) if disturbance else None
        number = 0
        powerless = False
        for index, hand in enumerate(hands):
            await self._until(lambda: len(self._unplayed) < AHEAD)
            self._first_of[self._hands] = number
            self._unplayed.add(self._hands)
            self._pod.play(self._hands, self._steps(hand))
            self._hands += 1
            number += len(hand)
            if index == moment:
                await self._disturb(disturbance)
                powerless = disturbance == "pod_power"
                if powerless:
                    break
        if not powerless:
            await self._until(lambda: self._all_came(len(pressed)))
        self._reckon(pressed[:number], powerless)

    def _plan(self, count: int) -> list[list[str]]:
        """Hands of one to five different keys that are down together."""
        hands = []
        while count:
            size = min(count, self._random.choice((1, 1, 2, 3, 4, 5)))
            hands.append(self._random.sample(self._pins.names, size))
            count -= size
        return hands

    def _steps(self, hand: list[str]) -> list[tuple[int, str, int]]:
        """The contacts of one hand: down one after the other, sometimes bouncing, and up in any order."""
        steps = []
        wait_ms = self._pins.debounce_ms + self._random.randint(1, 20)
        for level, buttons in ((0, hand), (1, self._random.sample(hand, len(hand)))):
            for button in buttons:
                steps.append((wait_ms, button, level))
                if self._random.random() < 0.1:
                    steps += [(0, button, 1 - level), (0, button, level)]
                wait_ms = 0 if self._random.random() < 0.8 else self._random.randint(1, 10)
            wait_ms = self._pins.debounce_ms + self._random.randint(1, 20)
            if self._random.random() < 0.002:
                wait_ms += self._pins.hold_ms
        return steps

    def _all_came(self, count: int) -> bool:
        downs = sum(event.edge is Edge.DOWN for event in self._heard) if len(self._heard) >= 2 * count else 0
        return downs >= count and not any(self._down.values())

    def _reckon(self, pressed: list[str], powerless: bool) -> None:
        result = self.result
        downs = [event for event in self._heard if event.edge is Edge.DOWN]
        heard = [event.button for event in downs]
        if powerless:
            result.gone += max(len(pressed) - len(heard), 0)
            pressed = pressed[: len(heard)]
        lost, doubled, reordered = reckon(pressed, heard)
        self._deaf = self._deaf + 1 if pressed and not heard else 0
        result.presses += len(pressed)
        result.lost += lost
        result.doubled += doubled
        result.reordered += reordered
        result.held += sum(event.edge is Edge.HELD for event in self._heard)
        if not powerless:
            result.stuck += sum(self._down.values())
        self._down.clear()
        self._collect()
        for name, at_s in self._moments:
            index = self._first_of.get(name)
            if index is not None and index < len(downs):
                result.stamps_ms.append(abs(downs[index].at - at_s * self._speed) * 1000)
        self._moments.clear()

    # --- what happens meanwhile -------------------------------------------------------------------------

    def _choose(self) -> str | None:
        dice = self._random.random()
        for name in Disturbances.__slots__:
            dice -= getattr(self._disturbances, name)
            if dice < 0:
                return str(name)
        return None

    async def _disturb(self, name: str | None) -> None:
        self.result.disturbed[str(name)] += 1
        pause_s = self._random.choice((0.02, 0.2, 1.0, 4.0, 8.0))
        if name == "unplugged":
            self._line.unplug()
            await asyncio.sleep(pause_s)
            self._line.plug()
        elif name in ("host_restarted", "host_killed"):
            if name == "host_killed":
                self._line.unplug()  # its farewell does not pass
            await self._stop_host()
            await asyncio.sleep(pause_s)
            self._line.plug()
            await self._start_host()
        elif name == "pod_power":
            before = self._boot()
            with_port = self._random.random() < 0.5  # with USB the port goes too, behind a UART it stays
            if with_port:
                self._line.unplug()
            self._pod.unplug()
            await asyncio.sleep(pause_s)
            self._end_of_life()
            self._pod.plug()
            self._line.plug()
            await self._until(lambda: self._link.linked and self._boot() != before)

    async def _start_host(self) -> None:
        self._link = SerialPod(self._line.port, self._post, _LoopClock(), self._pins.names, told=self._told)
        await self._link.start()

    async def _stop_host(self) -> None:
        await self._link.close()
        self.result.link.update(self._link.counters())

    def _boot(self) -> int | None:
        return None if self._link.hello is None else self._link.hello.boot

    # --- what is heard ----------------------------------------------------------------------------------

    def _post(self, event: Event) -> None:
        if isinstance(event, ButtonChanged):
            self._heard.append(event)
            if event.edge is not Edge.HELD:
                down = event.edge is Edge.DOWN
                if self._down.get(event.button, False) == down:
                    self.result.stuck += 1
                self._down[event.button] = down
        elif isinstance(event, PartFound | PartLost):
            self.result.disturbed["told: " + (event.reason if isinstance(event, PartLost) else "found")] += 1
        self._news.set()

    def _collect(self) -> None:
        for played in self._pod.played():
            self._unplayed.discard(played.name)
            self._moments.append((played.name, played.at))
            self._life_overflows, self._life_resends = played.overflows, played.resends

    def _end_of_life(self) -> None:
        self._collect()
        self._unplayed.clear()
        self.result.overflows += self._life_overflows
        self.result.resends += self._life_resends
        self._life_overflows = self._life_resends = 0

    async def _until(self, true: Callable[[], bool]) -> None:
        """Returns when it is true, or after PATIENCE_S without news."""
        loop = asyncio.get_running_loop()
        end_s = loop.time() + PATIENCE_S
        while True:
            self._collect()
            if true() or loop.time() > end_s:
                return
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await self._news.wait()
                end_s = loop.time() + PATIENCE_S

    def _wraps(self, at_s: float, ahead_us: int) -> int:
        return int(at_s * self._speed * 1e6 + ahead_us) // TICK_MODULUS


def soak(presses: int, seed: int, **options: object) -> Result:
    """Runs to the end; see Soak for the options."""
    speed = int(str(options.get("speed", SPEED)))

    async def run() -> Result:
        return await Soak(presses, seed, **options).run()  # type: ignore[arg-type]

    with asyncio.Runner(loop_factory=lambda: CompressedLoop(speed)) as runner:
        return runner.run(run())


class _Progress:
    def __init__(self, presses: int) -> None:
        self._presses = presses
        self._next_s = 0.0

    def __call__(self, result: Result) -> None:
        if time.monotonic() < self._next_s:
            return
        self._next_s = time.monotonic() + 10
        rate = result.presses / max(result.seconds, 0.001)
        print(
            f"{result.presses:8} of {self._presses}, {rate:5.0f} a second, lost {result.lost} doubled "
            f"{result.doubled} reordered {result.reordered}, gone with the pod's power {result.gone}",
            flush=True,
        )


def show(result: Result, speed: int) -> None:
    stamps = sorted(result.stamps_ms) or [0.0]
    rows = {
        "faults of the line": result.line,
        "what happened beside": result.disturbed,
        "counted by the link": result.link,
    }
    for title, counts in rows.items():
        print(f"{title}: " + ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    print(
        f"the pod: overflows {result.overflows}, edges repeated {result.resends}, holds {result.held}, "
        f"keys left stuck {result.stuck}, gone with its power {result.gone}, wraps of its ticks {result.wraps}"
    )
    print(
        f"error of a press's time, in the pod's time: median {stamps[len(stamps) // 2]:.1f} ms, "
        f"p99 {stamps[int(len(stamps) * 0.99)]:.1f} ms, longest {stamps[-1]:.1f} ms ({len(stamps)} presses)"
    )
    print(
        f"{result.seconds:.0f} s of this machine ({platform.machine()}, {os.cpu_count()} cores), "
        f"{result.seconds * speed / 3600:.1f} h of the pod's"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Presses through a line that lies.")
    parser.add_argument("--presses", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", type=int, default=SPEED, help="how much faster time passes")
    arguments = parser.parse_args()
    if arguments.presses < 1 or arguments.speed < 1:
        parser.error("presses and speed are at least 1")
    logging.disable(logging.WARNING)  # each loss of the pod would be told
    result = soak(
        arguments.presses, arguments.seed, speed=arguments.speed, progress=_Progress(arguments.presses)
    )
    show(result, arguments.speed)
    print(result.verdict())
    return 0 if result.whole else 1


if __name__ == "__main__":
    sys.exit(main())
