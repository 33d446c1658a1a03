"""The loop with parts that fail: the device lives on, and nobody waits for ever."""

from __future__ import annotations

import asyncio
import os
import pty
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from chestnut.core.effects import Haptic, Order, Say, Sound, Start
from chestnut.core.events import (
    ButtonChanged,
    Edge,
    EffectFailed,
    Event,
    Part,
    PartFound,
    PartLost,
    SpeechEnded,
)
from chestnut.core.ports import Post, Speech
from chestnut.core.session import Session
from chestnut.runtime.keepsake import Keepsake
from chestnut.runtime.loop import Runtime
from chestnut.runtime.performer import Parts
from chestnut.runtime.recording import Recorder
from chestnut.sim.camera import FakeCamera
from chestnut.sim.keyboard import Keyboard
from chestnut.skills.choose import NAMES
from chestnut_tests.drive import default_keymap


class Clock:
    def now(self) -> float:
        return 100.0

    def time_of_day(self) -> str:
        return "12:00"


class Pod:
    def __init__(self) -> None:
        self.felt: list[Haptic] = []
        self.closed = False

    def buzz(self, pattern: Haptic) -> None:
        self.felt.append(pattern)

    async def close(self) -> None:
        self.closed = True


class Voice:
    """Every speech ends at once, or cannot be begun."""

    def __init__(self, post: Post, *, broken: bool = False) -> None:
        self._post, self._broken = post, broken
        self.closed = False

    def say(self, job: int, speech: Speech) -> None:
        if self._broken:
            raise ValueError("no such voice")
        self._post(SpeechEnded(at=100.0, job=job))

    def hush(self, job: int | None = None) -> None: ...

    def chime(self, sound: Sound, volume: float = 0.8) -> None: ...

    def tone(self, height: float, volume: float = 0.8) -> None: ...

    def close(self) -> None:
        self.closed = True


class Life:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.said: list[str] = []

    def tap(self, event: Event, orders: tuple[Order, ...]) -> None:
        self.events.append(event)
        for order in orders:
            if isinstance(order, Start) and isinstance(order.effect, Say):
                self.said.append(order.effect.key)

    def live(
        self,
        scenario: Callable[[Runtime], Awaitable[None]],
        *taps: Callable[[Event, tuple[Order, ...]], None],
        early: tuple[Event, ...] = (),
        broken_voice: bool = False,
        reads: bool = True,
        keepsake: Keepsake | None = None,
    ) -> Parts:
        built: list[Parts] = []

        async def assemble(post: Post) -> Parts:
            voice = Voice(post, broken=broken_voice)
            camera = FakeCamera(post)
            sight = None if reads else Blind()
            built.append(Parts(Pod(), camera, sight, voice, Clock(), keepsake or Keepsake(None), reads=reads))
            for event in early[:-1]:
                post(event)
            await asyncio.sleep(0)
            for event in early[-1:]:  # comes while the loop is on its way to the end of the assembly
                post(event)
            return built[0]

        async def run() -> None:
            async with Runtime(assemble, default_keymap(), Session(), (*taps, self.tap)) as device:
                await scenario(device)

        asyncio.run(run())
        return built[0]


class Blind:
    """Looks at nothing."""

    def glance(self) -> None: ...

    def look(self, job: int, *, fresh: bool, own: bool = False) -> None: ...

    def read(self, job: int) -> None: ...

    def cancel(self, job: int) -> None: ...

    def close(self) -> None: ...


async def press(device: Runtime, button: str) -> None:
    device.post(ButtonChanged(at=100.0, button=button, edge=Edge.DOWN))
    device.post(ButtonChanged(at=100.1, button=button, edge=Edge.UP))
    await idle(device)


async def idle(device: Runtime) -> None:
    for _ in range(20):
        await asyncio.sleep(0)
    assert not device.conductor.busy


def test_a_recording_on_a_full_disk_ends_and_the_device_answers() -> None:
    life = Life()

    def recorder(event: Event, orders: tuple[Order, ...]) -> None:
        with Path("/dev/full").open("w", encoding="utf-8") as full:
            Recorder(full, Session(), default_keymap())

    async def scenario(device: Runtime) -> None:
        await idle(device)
        await press(device, "describe")
        assert recorder not in device.taps

    life.live(scenario, recorder)
    assert life.said == ["ready", "eyes_lost"]


def test_a_part_that_raises_leaves_nobody_waiting() -> None:
    life = Life()
    parts = life.live(idle, broken_voice=True)
    assert any(isinstance(event, EffectFailed) for event in life.events)
    assert isinstance(parts.pod, Pod) and Haptic.FAILED in parts.pod.felt


def test_what_was_posted_while_the_parts_were_built_keeps_its_order() -> None:
    life = Life()
    lost = PartLost(at=99.0, part=Part.CAMERA, reason="camera_lost")

    async def scenario(device: Runtime) -> None:
        await idle(device)
        assert device.conductor.session.faults == ()

    life.live(scenario, early=(lost, PartFound(at=99.5, part=Part.CAMERA)))
    assert life.said == ["ready", "camera_lost", "camera_back"]


def test_without_the_text_reader_reading_says_so_and_the_eyes_stay_open() -> None:
    life = Life()

    async def scenario(device: Runtime) -> None:
        await idle(device)
        await press(device, "read")

    life.live(scenario, reads=False)
    assert life.said == ["ready", "reader_missing"]


def test_choices_that_cannot_be_kept_cost_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    life = Life()

    async def scenario(device: Runtime) -> None:
        await idle(device)
        presses = [("ask", 100.0), *(("ask", 100.2 + at) for at in range(1 + NAMES.index("louder")))]
        for button, at in (*presses, ("describe", 200.0)):
            device.post(ButtonChanged(at=at, button=button, edge=Edge.DOWN))
            device.post(ButtonChanged(at=at + 0.1, button=button, edge=Edge.UP))
        await asyncio.sleep(0.01)
        assert life.said[-1] in ("volume", "rate")
        device.post(ButtonChanged(at=201.0, button="stop", edge=Edge.DOWN))
        await idle(device)

    life.live(scenario, keepsake=Keepsake(tmp_path / "file" / "session.json"))


def test_every_part_is_closed_even_when_one_fails_to() -> None:
    class Stuck(Pod):
        async def close(self) -> None:
            raise OSError("stuck")

    voice = Voice(lambda event: None)
    parts = Parts(Stuck(), FakeCamera(lambda event: None), None, voice, Clock(), Keepsake(None))
    with pytest.raises(OSError, match="stuck"):
        asyncio.run(parts.close())
    assert voice.closed


def test_letters_typed_at_once_are_all_pressed(monkeypatch: pytest.MonkeyPatch) -> None:
    pressed: list[str] = []

    async def run() -> None:
        master, slave = pty.openpty()
        with os.fdopen(slave) as terminal, monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", terminal)
            all_three = asyncio.Event()

            def press(name: str, hold_s: float) -> None:
                pressed.append(name)
                if len(pressed) == 3:
                    all_three.set()

            with Keyboard(("describe", "read"), press, {}):
                os.write(master, b"ddr")
                async with asyncio.timeout(60):
                    await all_three.wait()
            os.close(master)

    asyncio.run(run())
    assert pressed == ["describe", "describe", "read"]


class Switch:
    """Of the machine; notes whether everything was closed when it was asked."""

    def __init__(self) -> None:
        self.promised: list[float] = []
        self.closed_before: list[bool] = []
        self.parts: Parts | None = None

    def possible(self) -> bool:
        return True

    def promise(self, within_s: float) -> None:
        self.promised.append(within_s)

    def ask(self) -> None:
        assert self.parts is not None
        voice, pod = self.parts.voice, self.parts.pod
        assert isinstance(voice, Voice) and isinstance(pod, Pod)
        self.closed_before.append(voice.closed and pod.closed)


def switched_off(switch: Switch) -> Callable[[Runtime], Awaitable[None]]:
    """Holds the service button until the device has stopped."""

    async def scenario(device: Runtime) -> None:
        await idle(device)
        assert device.parts is not None
        device.parts.switch, switch.parts = switch, device.parts
        for edge in (Edge.DOWN, Edge.HELD, Edge.UP):
            device.post(ButtonChanged(at=100.0, button="service", edge=edge, source="board"))
        async with asyncio.timeout(20):
            await device.stopped()

    return scenario


@pytest.mark.parametrize("broken_voice", [False, True], ids=["spoken", "voiceless"])
def test_switching_off_closes_everything_before_the_machine_is_asked(broken_voice: bool) -> None:
    life, switch = Life(), Switch()
    life.live(switched_off(switch), broken_voice=broken_voice)
    assert "switching_off" in life.said
    assert switch.closed_before == [True]
    assert len(switch.promised) == 1, "should a part hang while it is closed"


def test_a_part_that_fails_to_close_keeps_the_machine_not_on() -> None:
    switch = Switch()
    scenario = switched_off(switch)

    async def stuck(device: Runtime) -> None:
        await scenario(device)
        assert device.parts is not None

        def fail() -> None:
            raise OSError("stuck")

        device.parts.others = (fail,)

    with pytest.raises(OSError, match="stuck"):
        Life().live(stuck)
    assert switch.closed_before == [True]


def test_an_end_that_was_not_switching_off_leaves_the_machine_on() -> None:
    switch = Switch()

    async def scenario(device: Runtime) -> None:
        assert device.parts is not None
        device.parts.switch = switch
        device.stop()
        await device.stopped()

    Life().live(scenario)
    assert (switch.promised, switch.closed_before) == ([], [])
