"""Companion on the whole simulated device: what stood before the camera is found again by key; a pause is a pause."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from chestnut.core.effects import Buzz, Haptic, Order, Say, Start
from chestnut.core.events import ButtonChanged, Edge, Event
from chestnut.core.memory import Sighting
from chestnut.core.session import COMPANION, LANGUAGES
from chestnut.devices.pictures import load_picture
from chestnut.locale import Phrases
from chestnut.runtime.assemble.device import first_session
from chestnut.runtime.assemble.simulation import Simulation
from chestnut.runtime.keymap import keymap
from chestnut.runtime.loop import Runtime
from chestnut.runtime.pins import load_pins
from chestnut.runtime.settings import Settings, VoiceSettings
from chestnut.sim.pictures import NOTICES, notice
from chestnut_tests.sealed import sealed

QUICK = Settings(voice=VoiceSettings(rate_wpm=450, speaker="none"))
PATIENCE_S = 60.0
EMPTY = np.asarray(notice(NOTICES["en"]))


class Room:
    """A camera before which somebody holds a picture."""

    def __init__(self, rgb: np.ndarray) -> None:
        self._lock = threading.Lock()
        self.show(rgb)

    def show(self, rgb: np.ndarray) -> None:
        with self._lock:
            self._rgb = np.ascontiguousarray(rgb)

    def open(self) -> None: ...

    def read(self) -> np.ndarray:
        with self._lock:
            return self._rgb

    def close(self) -> None: ...


class Companion:
    """A device in that mode: what it says and feels like, and what it takes note of."""

    def __init__(self, language: str = "en", *, paused: bool = False) -> None:
        self.room = Room(EMPTY)
        self.phrases = Phrases.of(language)
        session = replace(first_session(QUICK, language), mode=COMPANION, paused=paused)
        self.device = Runtime(
            Simulation(QUICK, camera=self.room).assemble, keymap(load_pins(), {}), session, (self._tap,)
        )
        self.said: list[str] = []
        self.felt: list[Haptic] = []
        self.noted: list[str] = []
        self._changed = asyncio.Event()

    def _tap(self, event: Event, orders: tuple[Order, ...]) -> None:
        for order in orders:
            match order:
                case Start(effect=Say(key=key, args=args)):
                    self.said.append(self.phrases.render(key, args))
                case Start(effect=Buzz(pattern=pattern)):
                    self.felt.append(pattern)
        self._changed.set()

    async def ready(self) -> None:
        parts = self.device.parts
        assert parts is not None and parts.watching is not None and parts.remembering is not None
        loop, note = asyncio.get_running_loop(), parts.remembering.note

        def listen(looks: Sequence[Sighting]) -> None:
            note(looks)
            self.noted += [look.thing.label for look in looks]
            loop.call_soon_threadsafe(self._changed.set)

        parts.watching._note = listen
        await self.until(lambda: self.said and not self.device.conductor.busy)

    async def until(self, holds: Callable[[], object]) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not holds():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"said {self.said}, noted {self.noted}") from None

    async def press(self, *keys: str) -> list[str]:
        """What is said until it is silent again."""
        begun = len(self.said)
        for key in keys:
            for edge in Edge.DOWN, Edge.UP:
                self.device.post(ButtonChanged(at=time.monotonic(), button=key, edge=edge))
        await self.until(lambda: len(self.said) > begun and not self.device.conductor.busy)
        return self.said[begun:]

    async def find(self) -> str:
        """What the list of what is remembered begins with; then it is closed."""
        begun = len(self.said)
        for edge in Edge.DOWN, Edge.UP:
            self.device.post(ButtonChanged(at=time.monotonic(), button="find", edge=edge))
        await self.until(lambda: len(self.said) > begun)
        said = self.said[begun]
        self.device.post(ButtonChanged(at=time.monotonic(), button="stop", edge=Edge.DOWN))
        self.device.post(ButtonChanged(at=time.monotonic(), button="stop", edge=Edge.UP))
        await self.until(lambda: not self.device.conductor.busy)
        return said

    async def pause_or_go_on(self) -> None:
        felt = len(self.felt)
        for edge in Edge.DOWN, Edge.HELD, Edge.UP:
            self.device.post(ButtonChanged(at=time.monotonic(), button="read", edge=edge))
        await self.until(lambda: len(self.felt) > felt and not self.device.conductor.busy)


CUP_SEEN = {
    "en": "A cup: seen just now, I do not know where.",
    "ru": "Чашка: видел только что, где — не знаю.",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_seen_is_found_again_and_nothing_is_kept_while_it_is_paused(language: str) -> None:
    companion = Companion(language)

    async def scenario() -> None:
        async with companion.device:
            await companion.ready()
            assert companion.felt[-1] is Haptic.WATCHING
            assert companion.said[-1] == companion.phrases.render("watch_on")
            companion.room.show(skimage.data.coffee())
            await companion.until(lambda: "cup" in companion.noted)
            assert await companion.find() == CUP_SEEN[language]
            await companion.pause_or_go_on()
            assert companion.felt[-1] is Haptic.PAUSED
            companion.room.show(skimage.data.chelsea())
            cat = companion.phrases.counted(1, "cat").lower()
            for _ in range(20):  # until the camera shows it
                if cat in " ".join(await companion.press("describe")).lower():
                    break
            else:
                raise AssertionError(companion.said)
            assert set(companion.noted) == {"cup"}, "the cat was looked at, and not remembered"
            await companion.pause_or_go_on()
            assert companion.felt[-1] is Haptic.WATCHING
            await companion.until(lambda: "cat" in companion.noted)
            assert cat in (await companion.find()).lower()

    sealed(lambda: asyncio.run(scenario()))


def test_after_a_restart_it_is_still_paused_and_says_so() -> None:
    companion = Companion(paused=True)
    companion.room.show(skimage.data.coffee())

    async def scenario() -> None:
        async with companion.device:
            await companion.ready()
            assert (
                companion.said[-1].startswith("Watching is paused.") and companion.felt[-1] is Haptic.PAUSED
            )
            assert "A cup" in (await companion.press("describe"))[-1]
            assert companion.noted == [] and "remember no things" in await companion.find()

    sealed(lambda: asyncio.run(scenario()))


@pytest.mark.data
def test_a_cup_on_a_real_table(data_dir: Path) -> None:
    companion = Companion()
    companion.room.show(load_picture(data_dir / "photos" / "restaurant.jpg"))

    async def scenario() -> None:
        async with companion.device:
            await companion.ready()
            await companion.until(lambda: "cup" in companion.noted)
            told = [await companion.find()]
            assert told[0].endswith("just now.") and ": next to the table, " in told[0]

    sealed(lambda: asyncio.run(scenario()))
