"""One asyncio loop owns all state. Parts and threads post events; the conductor answers with orders; the performer
carries them out. Events are handled one by one in the order in which they were posted."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Mapping

from chestnut.core.conductor import Conductor, Keymap
from chestnut.core.effects import Order
from chestnut.core.events import Answer, Event, Woke
from chestnut.core.ports import Post
from chestnut.core.session import Session
from chestnut.core.skill import Skill
from chestnut.runtime.performer import Parts, Performer
from chestnut.skills.table import SKILLS

log = logging.getLogger(__name__)

SWITCH_S = (
    0.001  # measured: with the default of 5 ms two busy threads cause 97 gaps in 650 blocks of sound, now 2
)
CLOSED_S = 20.0  # an empty battery does not wait for a part that does not close
LATE_S = 0.05  # a handler that holds the loop longer than this is named in the log

Tap = Callable[[Event, tuple[Order, ...]], None]
Assemble = Callable[[Post], Awaitable[Parts]]


class Runtime:
    """The device from start to stop.

        async with Runtime(assemble, keymap, session) as device:
            await device.stopped()

    taps are called with every event and its orders, on the loop, before the orders are performed; one that raises is
    called no more. skills: by name, those of packs among them. names: of the skills, by id().
    """

    def __init__(
        self,
        assemble: Assemble,
        keymap: Keymap,
        session: Session,
        taps: tuple[Tap, ...] = (),
        skills: Mapping[str, Skill] = SKILLS,
    ) -> None:
        self._assemble = assemble
        self.conductor = Conductor(skills, keymap, session, self._skill_fault)
        self.skills = skills
        self.names = {id(skill): name for name, skill in skills.items()}
        self.taps = list(taps)
        self.parts: Parts | None = None
        self._early: list[Event] = []
        self._awake = False
        self._closing = False
        self._switches_off = False
        self._stop = asyncio.Event()

    async def __aenter__(self) -> Runtime:
        self._loop = asyncio.get_running_loop()
        # The loudspeaker's callback waits for the interpreter at most this long behind busy Python code.
        sys.setswitchinterval(SWITCH_S)
        self.parts = await self._assemble(self.post)
        self._performer = Performer(self.parts, self.post, self._loop, self.switch_off)
        if (attending := self.parts.attending) is not None:
            self.taps.append(lambda event, orders: attending.hear(event))
        if (panel := self.parts.panel) is not None:
            self.taps.append(
                lambda event, orders: panel.hear(event, orders, self.conductor.session, self._loop.time())
            )
        if self.parts.meter is not None:
            self.taps.append(self._measure)
        self.parts.keepsake.keep(self.conductor.session)
        self._loop.call_soon(
            self._wake, Woke(at=self.parts.clock.now(), first=self.parts.keepsake.first_start)
        )
        return self

    def _wake(self, woke: Woke) -> None:
        """First the greeting, then what was posted before it, in order."""
        self._awake = True
        for event in (woke, *self._early):
            self._handle(event)
        self._early.clear()

    async def __aexit__(self, *exc_info: object) -> None:
        self._closing = True
        self._performer.close()
        if self.parts is None:
            return
        try:
            await self.parts.close()
        finally:
            if self._switches_off and self.parts.switch is not None:
                await self._loop.run_in_executor(None, self.parts.switch.ask)

    def post(self, event: Event) -> None:
        """From any thread, at any time; never blocks. After the end it does nothing."""
        if self._closing:
            return
        try:
            self._loop.call_soon_threadsafe(self._handle, event)
        except RuntimeError:  # the loop closed between the check and the call
            log.debug("posted after the end: %s", type(event).__name__)

    def switch_off(self) -> None:
        """Stop, and switch the machine off when everything is closed; in CLOSED_S even if it is not."""
        self._switches_off = True
        if self.parts is not None and self.parts.switch is not None:
            self.parts.switch.promise(CLOSED_S)
        self.stop()

    def stop(self) -> None:
        self._stop.set()

    async def stopped(self) -> None:
        """Wait until stop() was called."""
        await self._stop.wait()

    def _handle(self, event: Event) -> None:
        if self._closing:
            return
        if not self._awake:
            self._early.append(event)  # a part spoke up while the others were still being built
            return
        started = self._loop.time()
        if isinstance(event, Answer):
            self._performer.finished(event.job)
        orders = self.conductor.handle(event)
        for tap in tuple(self.taps):
            self._tell(tap, event, orders)
        for order in orders:
            self._performer.perform(order, self.conductor.session)
        if self.parts is not None and self.parts.watching is not None:
            self.parts.watching.follow(self.conductor.session, self.conductor.thinks)
        if self.parts is not None and self.parts.signing is not None:
            rests = self.conductor.takes_hands
            self.parts.signing.follow(self.conductor.session, self.conductor.thinks, rests)
        if self.parts is not None and self.parts.letters is not None:
            self.parts.letters.follow(self.conductor.takes_hands)
        if self.parts is not None and self.parts.sign_lesson is not None:
            self.parts.sign_lesson.follow(self.conductor.takes_hands)
        held_s = self._loop.time() - started
        if held_s > LATE_S:
            log.warning("%s held the loop for %.0f ms", type(event).__name__, held_s * 1e3)

    def _tell(self, tap: Tap, event: Event, orders: tuple[Order, ...]) -> None:
        """A tap that fails, as a recording on a full disk does, is told no more; the device lives on."""
        try:
            tap(event, orders)
        except Exception as error:  # noqa: BLE001 - whatever fails, the orders must still be performed
            log.error("recording or showing ended: %s: %s", type(error).__name__, error)
            self.taps.remove(tap)

    def _measure(self, event: Event, orders: tuple[Order, ...]) -> None:
        """How long what follows a press takes."""
        assert self.parts is not None and self.parts.meter is not None
        skill = self.conductor.skill
        name = self.names.get(id(skill), "")
        self.parts.meter.hear(event, orders, skill, name, self.parts.clock.now())

    @staticmethod
    def _skill_fault(error: Exception) -> None:
        log.error("a skill failed", exc_info=error)
