"""A device of stand-ins that is reminded by a hand clock, with a real memory and its page."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from chestnut.core.ports import Post
from chestnut.core.session import Session
from chestnut.memory.store import Store
from chestnut.runtime.attending import Attending
from chestnut.runtime.carer_desk import CarerDesk
from chestnut.runtime.desks import Desks
from chestnut.runtime.loop import Runtime
from chestnut.runtime.performer import Parts
from chestnut.runtime.reminder_desk import ReminderDesk

from chestnut_tests.drive import default_keymap
from chestnut_tests.memory_desk import Desk
from chestnut_tests.paged import Paged
from chestnut_tests.reminder_desk import ZONE, HandClock, Reminded


class _Desked(Reminded):
    def __init__(self, store: Store, clock: HandClock, folder: Path) -> None:
        super().__init__(store.reminders, clock)
        self._store, self._folder = store, folder

    async def _assemble(self, post: Post) -> Parts:
        parts = await super()._assemble(post)
        store, clock = self._store, self.clock
        assert self.reminding is not None
        parts.attending = Attending(store.carers, post, clock, clock.moment, lambda: ZONE)
        parts.desks = Desks(
            ReminderDesk(store.reminders, clock.moment, ZONE),
            CarerDesk(
                store.carers, store, store.reminders, clock.moment, ZONE, self._folder / "condition.json"
            ),
            reminded=self.reminding.look_again,
        )
        return parts


class ReminderDevice(Paged):
    """It is eight o'clock, until `turn` passes some time."""

    def __init__(self, folder: Path) -> None:
        super().__init__(self._lives, folder / "window.token")
        self._folder = folder
        self.clock = HandClock()
        self.store: Store
        self.reminded: _Desked

    @contextlib.asynccontextmanager
    async def _lives(self) -> AsyncIterator[Runtime]:
        desk = Desk(self._folder)
        desk.clock = self.clock.moment  # type: ignore[method-assign]
        with desk.open() as self.store:
            self.reminded = _Desked(self.store, self.clock, self._folder)
            async with Runtime(self.reminded._assemble, default_keymap(), Session()) as runtime:
                self.reminded.device = runtime
                runtime._performer._loop = self.reminded._timers  # type: ignore[assignment]
                await self.reminded.settle()
                assert self.reminded.said  # the greeting
                yield runtime

    def turn(self, passes_s: float) -> list[str]:
        """What was said."""
        return self.do(lambda: self.reminded.turn(passes_s))
