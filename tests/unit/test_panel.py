"""Lights, amplifier and the pod's reset, driven by hand over the board's stand-in."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import numpy as np
import pytest
from chestnut.core.effects import Cancel, Chime, Effect, Order, Recite, Say, Sound, Start
from chestnut.core.events import EffectFailed, Event, Part, PartFound, PartLost, SpeechEnded
from chestnut.core.ports import PodLine
from chestnut.core.rescue import WAITS_S, Rescue
from chestnut.core.scene import Frame
from chestnut.core.session import Session
from chestnut.runtime.clock import HostClock
from chestnut.runtime.panel import BEAT_S, CALM_S, DIMMEST, LIT_S, QUIET_S, RESET_S, TROUBLED_S, Panel, breath
from chestnut.sim.board import SimulatedBoard

NO_EVENT = PartFound(at=0.0, part=Part.CAMERA)


class Pictures:
    """A camera whose newest picture is set by hand."""

    def __init__(self) -> None:
        self.number = 0

    def newest(self) -> Frame | None:
        return Frame(self.number, 0.0, np.zeros((1, 1, 3), np.uint8)) if self.number else None

    def next(self, after: int, timeout_s: float) -> Frame | None:
        return None

    def close(self) -> None:
        pass


class Desk:
    def __init__(self) -> None:
        self.board = SimulatedBoard(lambda event: None, HostClock())
        self.camera = Pictures()
        self.panel = Panel(self.board, self.camera)
        self.now = 1000.0
        self.panel.hear(NO_EVENT, (Start(1, Chime(Sound.DONE)),), Session(), self.now)

    def hear(self, event: Event = NO_EVENT, *orders: Order, session: Session | None = None) -> None:
        self.panel.hear(event, orders, session or Session(), self.now)

    def say(self, job: int, effect: Effect) -> None:
        self.hear(NO_EVENT, Start(job, effect))

    def wait(self, seconds: float) -> None:
        for _ in range(max(1, round(seconds / BEAT_S))):
            self.now += BEAT_S
            self.panel.beat(self.now)

    def levels(self, seconds: float) -> list[float]:
        levels = []
        for _ in range(round(seconds / BEAT_S)):
            self.wait(BEAT_S)
            levels.append(self.board.level)
        return levels


def breaths(levels: list[float]) -> int:
    """How often the light was at its brightest."""
    rises = [after > before for before, after in pairwise(levels)]
    return sum(up and not still for up, still in pairwise(rises))


def test_the_light_breathes_between_dim_and_bright() -> None:
    desk = Desk()
    levels = desk.levels(10 * CALM_S)
    assert min(levels) >= DIMMEST
    assert max(levels) == pytest.approx(1.0, abs=0.02)
    assert breaths(levels) in (9, 10, 11)
    assert breath(CALM_S, CALM_S) == pytest.approx(DIMMEST)


def test_it_breathes_quickly_while_something_is_lost() -> None:
    desk = Desk()
    lost = PartLost(at=desk.now, part=Part.CAMERA, reason="camera_lost")
    desk.hear(lost, session=Session().lost(Part.CAMERA, "camera_lost"))
    assert breaths(desk.levels(10 * TROUBLED_S)) in (9, 10, 11)
    desk.hear(PartFound(at=desk.now, part=Part.CAMERA), session=Session())
    assert breaths(desk.levels(2 * CALM_S)) in (1, 2, 3)


def test_each_picture_lights_the_cameras_light_for_a_moment() -> None:
    desk = Desk()
    desk.wait(1.0)
    assert not desk.board.camera_lit, "no picture was ever taken"
    desk.camera.number = 1
    desk.wait(BEAT_S)
    assert desk.board.camera_lit
    desk.wait(LIT_S + BEAT_S)
    assert not desk.board.camera_lit
    for _ in range(20):
        desk.camera.number += 1
        desk.wait(2 * BEAT_S)
        assert desk.board.camera_lit, "it stays on while pictures are taken"


def test_the_amplifier_rests_when_nothing_sounds_and_is_on_before_the_next_sound() -> None:
    desk = Desk()
    desk.say(2, Say("ready"))
    desk.wait(3 * QUIET_S)
    assert desk.board.amplified, "something is spoken all the while"
    desk.hear(SpeechEnded(at=desk.now, job=2))
    desk.wait(QUIET_S - 1)
    assert desk.board.amplified
    desk.wait(2)
    assert not desk.board.amplified
    desk.say(3, Chime(Sound.PRESSED))
    assert desk.board.amplified, "before the order is carried out"


@pytest.mark.parametrize("end", ["cancelled", "failed"])
def test_what_is_cut_off_or_fails_sounds_no_longer(end: str) -> None:
    desk = Desk()
    desk.say(2, Recite("a text"))
    desk.wait(1)
    if end == "cancelled":
        desk.hear(NO_EVENT, Cancel(2))
    else:
        desk.hear(EffectFailed(at=desk.now, job=2, reason="voice_failed"))
    desk.wait(QUIET_S + 1)
    assert not desk.board.amplified


def test_a_pod_that_hangs_is_reset_three_times_and_then_left() -> None:
    desk = Desk()
    desk.hear(PartLost(at=desk.now, part=Part.POD, reason="pod_lost"))
    resets, before = [], False
    start = desk.now
    for _ in range(round(600 / BEAT_S)):
        desk.wait(BEAT_S)
        low = PodLine.RUN in desk.board.low
        if low and not before:
            resets.append(desk.now - start)
        before = low
    expected = [sum(WAITS_S[: count + 1]) for count in range(len(WAITS_S))]
    assert resets == pytest.approx(expected, abs=2 * len(WAITS_S) * BEAT_S)
    assert desk.board.low == set(), "and let go"


def test_a_reset_is_short_and_a_pod_that_is_back_has_all_tries_again() -> None:
    desk = Desk()
    for _ in range(2):
        desk.hear(PartLost(at=desk.now, part=Part.POD, reason="pod_missing"))
        desk.wait(WAITS_S[0] + BEAT_S)
        assert desk.board.low == {PodLine.RUN}
        desk.wait(RESET_S + BEAT_S)
        assert desk.board.low == set()
        desk.hear(PartFound(at=desk.now, part=Part.POD))
        desk.wait(600)
        assert desk.board.low == set()


@pytest.mark.parametrize("reason", ["pod_version", "pod_safe_key", "pod_safe_faults"])
def test_a_pod_that_is_there_and_cannot_be_used_is_not_reset(reason: str) -> None:
    rescue = Rescue()
    rescue.lost(0.0, "pod_lost")
    rescue.lost(1.0, reason)
    assert not any(rescue.due(float(now)) for now in range(1000))


class Broken(SimulatedBoard):
    def glow(self, level: float) -> None:
        raise OSError("GPIO not allocated")


def test_its_task_beats_and_ends_and_a_pin_that_fails_ends_the_lights_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scene() -> None:
        board, camera = SimulatedBoard(lambda event: None, HostClock()), Pictures()
        panel = Panel(board, camera, beat_s=0.001)
        panel.start()
        async with asyncio.timeout(20):
            while board.level == 0:
                await asyncio.sleep(0)
        await panel.close()
        await panel.close()

        panel = Panel(Broken(lambda event: None, HostClock()), camera, beat_s=0.001)
        panel.start()
        task = panel._task
        assert task is not None
        async with asyncio.timeout(20):
            await task
        await panel.close()

    asyncio.run(scene())
    assert "given up" in caplog.text


def test_a_pin_that_fails_during_a_reset_lets_the_pod_go() -> None:
    class Fails(SimulatedBoard):
        def glow(self, level: float) -> None:
            if PodLine.RUN in self.low:
                raise OSError("GPIO not allocated")

    async def scene() -> None:
        board = Fails(lambda event: None, HostClock())
        panel = Panel(board, Pictures(), beat_s=0.001)
        long_ago = asyncio.get_running_loop().time() - WAITS_S[0] - 1
        panel.hear(PartLost(at=0.0, part=Part.POD, reason="pod_lost"), (), Session(), long_ago)
        panel.start()
        task = panel._task
        assert task is not None
        async with asyncio.timeout(20):
            await task
        assert board.low == set()
        await panel.close()

    asyncio.run(scene())
