"""A wall clock turned by hand, and a device of stand-ins that is reminded by it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from chestnut.core.effects import Haptic, Order, Sound
from chestnut.core.events import ButtonChanged, Edge, Event, SpeechEnded, SpeechStarted
from chestnut.core.memory import Moment
from chestnut.core.ports import Post, ReminderBook, Speech
from chestnut.core.reminders import Insistence, Kind, Reminder
from chestnut.core.session import Session
from chestnut.runtime.keepsake import Keepsake
from chestnut.runtime.loop import Runtime
from chestnut.runtime.performer import Parts
from chestnut.runtime.recurrence import zone_of
from chestnut.runtime.reminding import Reminding
from chestnut.sim.camera import FakeCamera

from chestnut_tests.drive import default_keymap

ZONE = "Europe/Berlin"


def at(text: str, zone: str = ZONE) -> float:
    """UTC seconds of a local time."""
    return datetime.fromisoformat(text).replace(tzinfo=zone_of(zone)).timestamp()


EIGHT = at("2026-11-23T08:00")
PILLS = Reminder("heart pills", Kind.MEDICINE, "2026-11-01T08:00:00", ZONE, "FREQ=DAILY", EIGHT - 86400)
GAS = Reminder("Is the gas off?", Kind.GAS, "2026-11-01T08:00:00", ZONE, "FREQ=DAILY", EIGHT - 86400)


class HandClock:
    """Both clocks: what passes moves them together, a jump the wall clock alone."""

    def __init__(self, wall: float = EIGHT) -> None:
        self.wall, self.monotonic = wall, 1000.0
        self.why = ""
        self.closed = False

    def moment(self) -> Moment:
        return Moment(self.wall, not self.why)

    def doubt(self) -> str:
        return self.why

    def keep(self) -> None: ...

    def close(self) -> None:
        self.closed = True

    def now(self) -> float:
        return self.monotonic

    def time_of_day(self) -> str:
        return f"{datetime.fromtimestamp(self.wall, zone_of(ZONE)):%H:%M}"

    def passes(self, seconds: float) -> None:
        self.wall += seconds
        self.monotonic += seconds


class Pod:
    def __init__(self) -> None:
        self.felt: list[Haptic] = []

    def buzz(self, pattern: Haptic) -> None:
        self.felt.append(pattern)

    async def close(self) -> None: ...


class Voice:
    """Every speech is heard at once and ends at once."""

    def __init__(self, post: Post, clock: HandClock) -> None:
        self._post, self._clock = post, clock
        self.said: list[str] = []

    def say(self, job: int, speech: Speech) -> None:
        self.said.append("".join(segment.text for segment in speech.segments))
        self._post(SpeechStarted(at=self._clock.now(), job=job))
        self._post(SpeechEnded(at=self._clock.now(), job=job))

    def hush(self, job: int | None = None) -> None: ...

    def chime(self, sound: Sound, volume: float = 0.8) -> None: ...

    def close(self) -> None: ...


class Timer:
    """As asyncio.TimerHandle, by the hand clock."""

    def __init__(self, when: float, call: Callable[[], None]) -> None:
        self.when, self.call = when, call
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class HandTimers:
    """The performer's loop as far as it needs one."""

    def __init__(self, clock: HandClock) -> None:
        self._clock = clock
        self._timers: list[Timer] = []

    def call_later(self, seconds: float, call: Callable[[int], None], job: int) -> Timer:
        self._timers.append(Timer(self._clock.now() + seconds, lambda: call(job)))
        return self._timers[-1]

    def run(self) -> None:
        due = [timer for timer in self._timers if timer.when <= self._clock.now()]
        self._timers = [timer for timer in self._timers if timer not in due]
        for timer in due:
            if not timer.cancelled:
                timer.call()


class Reminded:
    """A whole Runtime; its reminders are turned by hand."""

    def __init__(self, book: ReminderBook, clock: HandClock, insistence: Insistence | None = None) -> None:
        self._book, self._insistence = book, insistence
        self.clock = clock
        self._timers = HandTimers(clock)
        self.events: list[Event] = []
        self.taps: list[Callable[[Event, tuple[Order, ...]], None]] = []
        self._happened = asyncio.Event()
        self.device: Runtime | None = None
        self.reminding: Reminding | None = None
        self.voice: Voice | None = None

    @property
    def said(self) -> list[str]:
        """Since it was last asked for."""
        assert self.voice is not None
        said, self.voice.said = self.voice.said, []
        return said

    async def _assemble(self, post: Post) -> Parts:
        self.voice = Voice(post, self.clock)
        self.reminding = Reminding(self._book, self.clock, lambda: ZONE, post, self.clock, self._insistence)
        return Parts(
            Pod(), FakeCamera(post), None, self.voice, self.clock, Keepsake(None), reminding=self.reminding
        )

    def live(self, scenario: Callable[[Reminded], Awaitable[None]], session: Session | None = None) -> None:
        async def run() -> None:
            taps = (*self.taps, self._tap)
            async with Runtime(self._assemble, default_keymap(), session or Session(), taps) as self.device:
                self.device._performer._loop = self._timers  # type: ignore[assignment]
                await self.settle()
                await scenario(self)

        asyncio.run(run())

    async def turn(self, passes_s: float = 0.0, jumps_s: float = 0.0) -> list[str]:
        """Time passes, the wall clock jumps, a turn is done; what was said."""
        assert self.reminding is not None
        self.clock.passes(passes_s)
        self.clock.wall += jumps_s
        self._timers.run()
        await self.settle()
        await self.reminding.turn()
        await self.settle()
        return self.said

    async def press(self, button: str, until: str = "") -> list[str]:
        """until: words that are waited for."""
        assert self.device is not None and self.voice is not None
        for edge in (Edge.DOWN, Edge.UP):
            self.clock.passes(1.0)
            self.device.post(ButtonChanged(at=self.clock.now(), button=button, edge=edge))
        async with asyncio.timeout(60):
            while until and not any(until in said for said in self.voice.said):
                self._happened.clear()
                await self._happened.wait()
        await self.settle()
        return self.said

    async def settle(self) -> None:
        """Everything that was posted has been answered."""
        for _ in range(50):
            await asyncio.sleep(0)

    def _tap(self, event: Event, orders: tuple[Order, ...]) -> None:
        self.events.append(event)
        self._happened.set()
