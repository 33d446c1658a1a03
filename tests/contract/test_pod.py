"""What every Pod port keeps, whatever is behind it. A new pod joins by a line in BENCHES."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from chestnut.core.effects import Haptic
from chestnut.core.ports import Pod
from chestnut.sim.pod import SimulatedPod
from chestnut_tests.pod_desk import GPIOS, PodDesk, nothing_left, pulses


def simulated() -> AbstractContextManager[SimulatedPod]:
    """SerialPod joined to the real firmware under MicroPython."""
    return SimulatedPod(GPIOS)


BENCHES = [simulated]


@pytest.fixture(params=BENCHES, ids=lambda bench: bench.__name__)
def play(request: pytest.FixtureRequest) -> Callable[[Any], None]:
    """Plays a scene with a pod that is plugged in and a started port."""

    def run(scene: Any) -> None:
        async def whole() -> None:
            desk = PodDesk(pod)
            await desk.link.start()
            try:
                await scene(desk)
            finally:
                await desk.link.close()

        with request.param() as pod:
            asyncio.run(whole())
        nothing_left()

    return run


def test_it_says_once_that_it_is_there(play: Callable[[Any], None]) -> None:
    async def scene(desk: PodDesk) -> None:
        await desk.linked()
        await asyncio.sleep(0.1)
        assert desk.parts() == ["found"]

    play(scene)


def test_every_press_is_told_once_in_order_and_never_in_the_future(play: Callable[[Any], None]) -> None:
    async def scene(desk: PodDesk) -> None:
        await desk.linked()
        for number in range(1, 9):
            desk.pod.press("describe" if number % 2 else "stop", 0.03)
            await desk.edges_come(2 * number)
        assert desk.edges() == ["describe down", "describe up", "stop down", "stop up"] * 4
        assert desk.moments() == sorted(desk.moments())
        assert desk.moments()[-1] <= time.monotonic()

    play(scene)


def test_a_buzz_is_felt(play: Callable[[Any], None]) -> None:
    async def scene(desk: PodDesk) -> None:
        await desk.linked()
        desk.link.buzz(Haptic.DONE)
        await desk.pulses_come(2)

    play(scene)


def test_loss_and_return_are_told_and_keys_work_again(play: Callable[[Any], None]) -> None:
    async def scene(desk: PodDesk) -> None:
        await desk.linked()
        desk.pod.unplug()
        await desk.until(lambda: desk.parts() == ["found", "pod_lost"])
        for haptic in Haptic:
            desk.link.buzz(haptic)  # without a pod: nothing, and nothing later
        desk.pod.plug()
        await desk.until(lambda: desk.parts() == ["found", "pod_lost", "found"])
        desk.pod.press("ask", 0.03)
        await desk.edges_come(2)
        assert desk.edges() == ["ask down", "ask up"]
        assert len(pulses(desk.pod.motor_history())) <= 1  # the tick, and none of the old buzzes

    play(scene)


def test_it_may_be_closed_twice_and_buzzed_after(play: Callable[[Any], None]) -> None:
    async def scene(desk: PodDesk) -> None:
        await desk.linked()
        await desk.link.close()
        await desk.link.close()
        desk.link.buzz(Haptic.DONE)
        port: Pod = desk.link
        assert port is not None
        assert asyncio.all_tasks() == {asyncio.current_task()}

    play(scene)
