"""The pad in a whole device, and the commands that look at it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import chestnut.cli.pad as pad_command
import pytest
from chestnut.core.events import ButtonChanged, Edge, Event, Part, SkillAsked
from chestnut.core.ports import Pad, Post
from chestnut.devices.pad_evdev import EvdevPad
from chestnut.devices.pads_here import PadHere, pads_here
from chestnut.runtime.assemble.checks.pad import bluetooth, pad
from chestnut.runtime.checking import Place, State
from chestnut.runtime.clock import HostClock
from chestnut.runtime.settings import PadSettings, Settings
from chestnut_tests.commands import answer, chestnut, error
from chestnut_tests.life import Life, live
from chestnut_tests.pad_desk import HOLD_S, PADS
from chestnut_tests.pipe_pad import Kernel, KernelPad
from evdev import ecodes


def test_its_first_key_wakes_it_and_its_keys_are_obeyed() -> None:
    async def scenario(life: Life) -> None:
        await life.quiet()
        life.simulation.press_pad("pad_b")
        await life.says("scene")
        assert Part.PAD in life.found
        await life.quiet()
        life.simulation.press_pad("pad_up")
        await life.says("volume")

    live(scenario)


def test_pulled_and_returned_it_is_told_once_each_and_obeyed_again() -> None:
    async def scenario(life: Life) -> None:
        await life.quiet()
        assert life.simulation.pad is not None
        life.simulation.pad.come()
        await life.says("pad_found")
        life.simulation.pad.go()
        await life.says("pad_lost")
        await life.quiet()
        await life.press("describe")
        await life.says("scene")  # the pod works as before
        await life.quiet()
        life.simulation.pad.come()
        await life.says("pad_back")
        await life.quiet()
        life.simulation.press_pad("pad_down")
        await life.says("volume")
        told = {key: life.told[key] for key in ("pad_found", "pad_lost", "pad_back")}
        assert told == {"pad_found": 1, "pad_lost": 1, "pad_back": 1}

    live(scenario)


def test_where_no_pad_can_be_paired_the_remedy_is_told() -> None:
    async def scenario(life: Life) -> None:
        await life.quiet()
        life.device.post(SkillAsked(at=HostClock().now(), skill="forget_pad"))
        await life.says("bluetooth_missing")

    live(scenario)


# --- commands -------------------------------------------------------------------------------------------


heard: list[Event] = []  # by the command that runs


@pytest.fixture
def zero(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KernelPad:
    """The one pad the system has."""
    pad = KernelPad(tmp_path)
    kernel = Kernel(pad)
    heard.clear()

    def here(models: object) -> list[PadHere]:
        return pads_here(PADS.models, tmp_path, tmp_path / "sys", kernel.open)

    def open_pad(settings: PadSettings, post: Post, clock: HostClock) -> Pad:
        def hear(event: Event) -> None:
            post(event)
            heard.append(event)

        return EvdevPad(
            hear,
            clock,
            PADS.models,
            HOLD_S,
            folder=tmp_path,
            system=tmp_path / "sys",
            open_node=kernel.open,
            rescan_s=0.01,
        )

    monkeypatch.setattr(pad_command, "pads_here", here)
    monkeypatch.setattr("chestnut.runtime.assemble.checks.pad.pads_here", here)
    monkeypatch.setattr(pad_command, "open_pad", open_pad)
    return pad


def test_the_list_names_the_pad_its_mode_and_its_numbers(zero: KernelPad) -> None:
    (listed,) = answer("pad", "list")["facts"]["pads"]
    assert (listed["model"], listed["mode"], listed["id"]) == ("8BitDo Zero 2", "D", "2dc8:3230")
    _, out, _ = chestnut("pad", "list")
    assert "8BitDo Zero 2, mode D" in out


def test_without_a_pad_the_list_is_an_honest_refusal() -> None:
    found = answer("pad", "list")
    assert (found["refused"], found["facts"]["pads"]) == ("no_pad", [])


def test_the_test_tells_each_key_and_its_meaning(zero: KernelPad, monkeypatch: pytest.MonkeyPatch) -> None:
    async def until_pressed(seconds: float) -> None:
        while not zero.grabbed:
            await real_sleep(0.005)
        heard.clear()
        zero.key(ecodes.BTN_WEST, 1)
        zero.key(ecodes.BTN_WEST, 0)
        while not any(isinstance(event, ButtonChanged) and event.edge is Edge.UP for event in heard):
            await real_sleep(0.005)

    real_sleep = asyncio.sleep
    monkeypatch.setattr(pad_command, "wait", until_pressed)
    found = answer("pad", "test", "--lang", "ru")
    assert [(key["key"], key["edge"]) for key in found["facts"]["keys"]] == [
        ("pad_y", "down"),
        ("pad_y", "up"),
    ]
    _, out, _ = chestnut("pad", "test", "--lang", "ru")
    assert "y, нажать: прочитать текст слово в слово" in out


def test_a_test_of_no_pad_says_so_and_wrong_use_names_the_remedy() -> None:
    assert answer("pad", "test", "--seconds", "0.1")["refused"] == "no_pad"
    assert "0.1 to 3600" in error("pad", "test", "--seconds", "0")


def test_the_self_test_names_the_pad_or_how_to_get_one(zero: KernelPad) -> None:
    assert pad(Place()).state is State.OK
    zero.readable = False
    off = Settings(pad=PadSettings(link="none"))
    assert pad(Place(settings=off)).state is State.ABSENT
    zero.unplug()
    found = pad(Place())
    assert (found.state, bool(found.remedy)) == (State.ABSENT, True)


def test_the_self_test_says_how_bluetooth_is_got() -> None:
    found = bluetooth(Place())
    assert found.state in (State.OK, State.ABSENT)
    assert found.state is State.OK or "bluez" in found.remedy
