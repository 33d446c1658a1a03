"""A device that is stopped or fails while it starts leaves no memory open; without a memory it says why and lives."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import pytest
from chestnut.core.effects import Order, Say, Start
from chestnut.core.events import Event
from chestnut.memory.faults import Closed
from chestnut.memory.keys import Key, KeyFile
from chestnut.memory.store import Store
from chestnut.runtime.assemble import device as assembling
from chestnut.runtime.assemble.device import first_session
from chestnut.runtime.assemble.simulation import Simulation
from chestnut.runtime.keymap import keymap
from chestnut.runtime.loop import Runtime
from chestnut.runtime.performer import spoken
from chestnut.runtime.pins import load_pins
from chestnut.runtime.settings import Settings, VoiceSettings
from chestnut_tests.memory_desk import Desk

QUICK = Settings(voice=VoiceSettings(speaker="none"))
PATIENCE_S = 60.0


class Opening:
    """Stands in for open_memory, which it asks when it may."""

    def __init__(self, real: Callable[..., Any]) -> None:
        self._real = real
        self.began, self.may = threading.Event(), threading.Event()
        self.opened: list[Store] = []

    def __call__(self, *arguments: Any) -> Any:
        self.began.set()
        assert self.may.wait(PATIENCE_S)
        self.opened.append(self._real(*arguments))
        return self.opened[-1]


@pytest.fixture
def opening(monkeypatch: pytest.MonkeyPatch) -> Opening:
    """Without detectors, which are not asked here and take seconds."""
    opening = Opening(assembling.open_memory)
    monkeypatch.setattr(assembling, "open_memory", opening)
    monkeypatch.setattr(assembling, "open_detectors", lambda post, clock: {})
    return opening


def device() -> Runtime:
    return Runtime(Simulation(QUICK).assemble, keymap(load_pins(), {}), first_session(QUICK))


def assert_nothing_is_left(opening: Opening, before: set[threading.Thread]) -> None:
    (store,) = opening.opened
    with pytest.raises(Closed):
        store.recall()
    assert set(threading.enumerate()) == before
    assert not [name for name in files() if "memory.db" in name]


def files() -> list[str]:
    found = []
    for handle in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the listing's own
            found.append(str(handle.readlink()))
    return found


def test_who_is_stopped_while_the_memory_is_being_opened_leaves_it_closed(opening: Opening) -> None:
    async def stopped() -> None:
        starting = asyncio.ensure_future(device().__aenter__())
        assert await asyncio.to_thread(opening.began.wait, PATIENCE_S)
        starting.cancel()
        await asyncio.sleep(0)  # so that it is told before the memory is there
        opening.may.set()
        with pytest.raises(asyncio.CancelledError):
            await starting

    before = set(threading.enumerate())
    asyncio.run(stopped())
    assert_nothing_is_left(opening, before)


@pytest.mark.parametrize("part", ["Remembering", "Attending"])
def test_a_start_that_fails_after_the_memory_was_opened_leaves_it_closed(
    opening: Opening, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    def fail(*_: Any, **__: Any) -> NoReturn:
        raise RuntimeError("broken on purpose")

    async def failing() -> None:
        with pytest.raises(RuntimeError, match="on purpose"):
            await device().__aenter__()

    monkeypatch.setattr(assembling, part, fail)
    opening.may.set()
    before = set(threading.enumerate())
    asyncio.run(failing())
    assert_nothing_is_left(opening, before)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "That is the key of another memory. Put the right one there."),
        ("ru", "Это ключ от другой памяти. Положите на его место правильный."),
    ],
)
def test_a_device_with_a_wrong_key_says_its_remedy_and_leaves_the_files_as_they_were(
    opening: Opening, language: str, said: str
) -> None:
    desk = Desk(Path("unused"))
    before: dict[str, bytes] = {}

    def remembered(path: Path) -> None:
        desk.path, desk.key_file = path, KeyFile(path.with_name(path.name + ".key"))
        desk.fill(3)
        desk.key_file.path.write_text(Key.new().digits)
        before.update(desk.files())

    async def life() -> None:
        told: asyncio.Queue[str] = asyncio.Queue()

        def tap(event: Event, orders: tuple[Order, ...]) -> None:
            for order in orders:
                if isinstance(order, Start) and isinstance(order.effect, Say):
                    told.put_nowait(spoken(order.effect, one.conductor.session))

        simulation = Simulation(QUICK, remembered=remembered)
        one = Runtime(simulation.assemble, keymap(load_pins(), {}), first_session(QUICK, language), (tap,))
        async with one, asyncio.timeout(PATIENCE_S):
            while await told.get() != said:
                pass
            assert desk.files() == before

    opening.may.set()
    asyncio.run(life())
