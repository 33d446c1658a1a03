"""What every Pad port keeps, whatever is behind it. A new pad joins by a line in BENCHES."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from chestnut.core.events import ButtonChanged
from chestnut.core.ports import Pad
from chestnut_tests.pad_desk import HOLD_S, KernelBench, RadioBench, SimulatedBench, Told

BENCHES = [KernelBench, RadioBench, SimulatedBench]
Scene = Callable[[Any, Told], Awaitable[None]]


@pytest.fixture(params=BENCHES, ids=lambda bench: bench.__name__)
def play(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Scene], None]:
    """Plays a scene with a pad that is switched on and a started port."""

    def run(scene: Scene) -> None:
        async def whole() -> None:
            told, bench = Told(), request.param()
            await bench.set_up(told.events.append, tmp_path)
            await bench.port.start()
            try:
                await scene(bench, told)
            finally:
                await bench.port.close()
                await bench.tear_down()
            ours = {task for task in asyncio.all_tasks() if task.get_name() == "pad"}
            assert not ours

        asyncio.run(whole())

    return run


def test_it_says_once_that_it_is_there(play: Callable[[Scene], None]) -> None:
    async def scene(bench: Any, told: Told) -> None:
        await told.until(told.parts)
        await bench.port.start()
        await asyncio.sleep(0.1)
        assert told.parts() == ["found"]

    play(scene)


def test_every_press_is_told_once_in_order_and_never_in_the_future(play: Callable[[Scene], None]) -> None:
    async def scene(bench: Any, told: Told) -> None:
        await told.until(told.parts)
        pressed = ["a", "b", "x", "y", "l1", "r1", "l2", "r2", "select", "start", "left", "right"]
        for number, button in enumerate(pressed, 1):
            await bench.press(button, 0.01)
            await told.until(lambda number=number: told.edges()[-1:] == [f"{pressed[number - 1]} up"])
        # A machine that stalls holds a key too long: that is told, truly, and not what this is about.
        edges = [edge for edge in told.edges() if not edge.endswith("held")]
        assert edges == [f"{button} {edge}" for button in pressed for edge in ("down", "up")]
        assert told.moments() == sorted(told.moments())
        assert told.moments()[-1] <= time.monotonic()
        assert {event.source for event in told.events if isinstance(event, ButtonChanged)} == {"pad"}

    play(scene)


def test_a_hold_is_told_while_the_key_is_still_down(play: Callable[[Scene], None]) -> None:
    async def scene(bench: Any, told: Told) -> None:
        await told.until(told.parts)
        holding = asyncio.create_task(bench.press("r1", 10 * HOLD_S))
        await told.until(lambda: told.edges() == ["r1 down", "r1 held"])
        down, held = told.moments()
        assert held - down >= HOLD_S - 0.02
        await holding
        await told.until(lambda: told.edges() == ["r1 down", "r1 held", "r1 up"])

    play(scene)


def test_loss_and_return_are_told_once_and_keys_work_again(play: Callable[[Scene], None]) -> None:
    async def scene(bench: Any, told: Told) -> None:
        await told.until(told.parts)
        await bench.go()
        await told.until(lambda: told.parts() == ["found", "pad_lost"])
        await asyncio.sleep(0.1)
        assert told.parts() == ["found", "pad_lost"]
        await bench.come()
        await told.until(lambda: told.parts() == ["found", "pad_lost", "found"])
        await bench.press("y", 0.01)
        await told.until(lambda: told.edges() == ["y down", "y up"])

    play(scene)


def test_a_key_that_is_down_when_the_pad_is_lost_is_never_held_or_let_go(
    play: Callable[[Scene], None],
) -> None:
    async def scene(bench: Any, told: Told) -> None:
        await told.until(told.parts)
        pressing = asyncio.create_task(bench.press("y", 3600))
        await told.until(lambda: told.edges() == ["y down"])
        await bench.go()
        await told.until(lambda: told.parts() == ["found", "pad_lost"])
        await asyncio.sleep(1.5 * HOLD_S)
        assert told.edges() == ["y down"]
        pressing.cancel()

    play(scene)


def test_it_may_be_closed_twice_and_before_it_began(play: Callable[[Scene], None]) -> None:
    async def scene(bench: Any, told: Told) -> None:
        port: Pad = bench.port
        await port.close()
        await port.close()
        told.events.clear()
        await bench.press("a", 0.01)
        await asyncio.sleep(0.05)
        assert told.events == []

    play(scene)
