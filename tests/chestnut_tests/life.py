"""A whole simulated device that lives, and what it says: real firmware, real detectors, real voice in real time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chestnut.core.effects import Order, Recite, Say, Start
from chestnut.core.events import ButtonChanged, Edge, Event, Part, PartFound
from chestnut.runtime.assemble.device import first_session
from chestnut.runtime.assemble.simulation import Simulation
from chestnut.runtime.keymap import keymap
from chestnut.runtime.loop import Runtime
from chestnut.runtime.pads import load_pads
from chestnut.runtime.pins import load_pins
from chestnut.runtime.settings import Settings, VoiceSettings

from chestnut_tests.sealed import sealed

QUICK = Settings(voice=VoiceSettings(rate_wpm=450, speaker="none"))
PATIENCE_S = 60.0
APART_S = 0.5  # between two presses of a key that are no double press, by the stamps of the pod
Tap = Callable[[Event, tuple[Order, ...]], None]


class Life:
    """A device that runs. keys: the phrases it has said since says() last found one; text that was read stands there
    as it is. told: how often each was said in its whole life."""

    def __init__(
        self, simulation: Simulation, *taps: Tap, settings: Settings = QUICK, mode: str = ""
    ) -> None:
        self.simulation = simulation
        session = first_session(settings)
        self.device = Runtime(
            simulation.assemble,
            keymap(load_pins(), {}, load_pads().keys),
            replace(session, mode=mode) if mode else session,
            (*taps, self._tap),
        )
        self.keys: list[str] = []
        self.told: Counter[str] = Counter()
        self.found: set[Part] = set()
        self._pressed: dict[str, float] = {}  # when each key went down last
        self._changed = asyncio.Event()

    def _tap(self, event: Event, orders: tuple[Order, ...]) -> None:
        match event:
            case PartFound(part=part):
                self.found.add(part)
            case ButtonChanged(edge=Edge.DOWN, button=button, at=at):
                self._pressed[button] = at
        for order in orders:
            if isinstance(order, Start) and isinstance(order.effect, (Say, Recite)):
                key = order.effect.key if isinstance(order.effect, Say) else order.effect.text
                self.keys.append(key)
                self.told[key] += 1
        self._changed.set()

    async def until(self, holds: Callable[[], object]) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not holds():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"said {self.keys}; in all {dict(self.told)}") from None

    async def says(self, key: str) -> None:
        await self.until(lambda: key in self.keys)
        self.keys.clear()

    async def quiet(self) -> None:
        await self.until(lambda: not self.device.conductor.busy)

    async def press(self, button: str, hold_s: float = 0.08) -> None:
        """Once; never the second half of a double press, however quickly the device answered the one before."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self._pressed.get(button, 0.0) + APART_S - loop.time())
        self.simulation.press(button, hold_s)

    async def answers(self, button: str, key: str, hold_s: float = 0.08) -> None:
        """A press in silence leads to this phrase."""
        await self.quiet()
        self.keys.clear()
        await self.press(button, hold_s)
        await self.says(key)

    async def awake(self) -> None:
        await self.until(lambda: {Part.POD, Part.CAMERA} <= self.found and "ready" in self.keys)
        await self.quiet()


def live(scenario: Callable[[Life], Any], life: Callable[[], Life] = lambda: Life(Simulation(QUICK))) -> None:
    """The scenario, from "ready" to the end, without a network."""

    async def run() -> None:
        one = life()
        async with one.device:
            await one.awake()
            await scenario(one)

    sealed(lambda: asyncio.run(run()))
