"""Which node is a pad, and what the kernel may do to one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from chestnut.devices import pad_evdev
from chestnut.devices.pad_evdev import EvdevPad
from chestnut.devices.pads_here import pads_here
from chestnut_tests.pad_desk import HOLD_S, PADS, Told
from chestnut_tests.pipe_pad import GAMEPAD_KEYS, HAT, Kernel, KernelPad
from chestnut_tests.pod_desk import MonotonicClock
from evdev import ecodes

LETTERS = tuple(range(ecodes.KEY_Q, ecodes.KEY_M + 1))


def play(
    folder: Path, pads: list[KernelPad], scene: Callable[[Told], Awaitable[None]], **options: Any
) -> None:
    async def whole() -> None:
        told, kernel = Told(), Kernel(*pads)
        system = folder / "sys"
        port = EvdevPad(
            told.events.append,
            MonotonicClock(),
            PADS.models,
            HOLD_S,
            folder=folder,
            system=system,
            open_node=kernel.open,
            rescan_s=0.01,
            **options,
        )
        await port.start()
        try:
            await scene(told)
        finally:
            await port.close()
            kernel.close()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    before = len(list(Path("/proc/self/fd").iterdir()))
    asyncio.run(whole())
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def told_by_the_system(folder: Path, pad: KernelPad, battery: int | None = None) -> None:
    """What /sys/class/input tells everybody."""
    device = folder / "sys" / pad.path.name / "device"
    (device / "id").mkdir(parents=True)
    (device / "name").write_text(pad.name + "\n", encoding="utf-8")
    (device / "uniq").write_text(pad.address + "\n", encoding="utf-8")
    (device / "id" / "vendor").write_text(f"{pad.vendor:04x}\n", encoding="utf-8")
    (device / "id" / "product").write_text(f"{pad.product:04x}\n", encoding="utf-8")
    if battery is not None:
        supply = device / "device" / "power_supply" / "hid-e4:17:d8:00:00:01-battery"
        supply.mkdir(parents=True)
        (supply / "capacity").write_text(f"{battery}\n", encoding="utf-8")


def mouse(folder: Path, number: int) -> KernelPad:
    return KernelPad(
        folder, number, name="Mouse", vendor=1, product=1, keys=(ecodes.BTN_LEFT, ecodes.BTN_RIGHT), axes={}
    )


def keyboard(folder: Path, number: int, name: str, product: int) -> KernelPad:
    return KernelPad(folder, number, name=name, product=product, keys=LETTERS, axes={})


def test_a_mouse_and_a_keyboard_are_left_alone_and_opened_once(tmp_path: Path) -> None:
    others = [mouse(tmp_path, 0), keyboard(tmp_path, 1, "8BitDo Retro Mechanical Keyboard", 0x5200)]

    async def scene(told: Told) -> None:
        await asyncio.sleep(0.1)
        assert told.events == []
        assert [(pad.opened, pad.grabbed) for pad in others] == [(1, False)] * 2

    play(tmp_path, others, scene)


def test_the_pad_is_taken_for_us_alone(tmp_path: Path) -> None:
    pad = KernelPad(tmp_path, 3)

    async def scene(told: Told) -> None:
        await told.until(told.parts)
        assert pad.grabbed

    play(tmp_path, [mouse(tmp_path, 0), pad], scene)


def test_a_pad_in_keyboard_mode_types_its_keys(tmp_path: Path) -> None:
    pad = keyboard(tmp_path, 0, "8BitDo Micro Keyboard", 0x9021)

    async def scene(told: Told) -> None:
        await told.until(told.parts)
        pad.key(ecodes.KEY_G, 1)
        pad.key(ecodes.KEY_G, 2)  # repeated by the kernel
        pad.key(ecodes.KEY_G, 0)
        pad.key(ecodes.KEY_Q, 1)
        pad.key(ecodes.KEY_C, 1)
        await told.until(lambda: told.edges() == ["a down", "a up", "up down"])

    play(tmp_path, [pad], scene)


def test_a_gamepad_of_no_table_works_by_the_kernels_names(tmp_path: Path) -> None:
    pad = KernelPad(tmp_path, name="Some gamepad", vendor=0x1234, product=0x5678)

    async def scene(told: Told) -> None:
        await told.until(told.parts)
        pad.key(ecodes.BTN_NORTH, 1)
        await told.until(lambda: told.edges() == ["x down"])

    play(tmp_path, [pad], scene)


def test_as_nintendos_controller_the_printed_letters_count(tmp_path: Path) -> None:
    pad = KernelPad(tmp_path, name="Pro Controller", vendor=0x057E, product=0x2009)

    async def scene(told: Told) -> None:
        await told.until(told.parts)
        pad.key(ecodes.BTN_EAST, 1)
        await told.until(lambda: told.edges() == ["a down"])

    play(tmp_path, [pad], scene)


def test_triggers_that_tell_by_their_way_alone_are_keys(tmp_path: Path) -> None:
    pad = KernelPad(tmp_path, name="8BitDo SN30 Pro", product=0x6101)

    async def scene(told: Told) -> None:
        await told.until(told.parts)
        pad.axis(ecodes.ABS_BRAKE, 250)
        pad.axis(ecodes.ABS_BRAKE, 0)
        pad.axis(ecodes.ABS_GAS, 250)
        await told.until(lambda: told.edges() == ["l2 down", "l2 up", "r2 down"])

    play(tmp_path, [pad], scene)


@pytest.mark.parametrize("wanted", ["zero", "E4:17:D8:00:00:02"])
def test_of_two_pads_the_wanted_one_is_taken(tmp_path: Path, wanted: str) -> None:
    pads = [
        KernelPad(tmp_path, 0, name="8BitDo Micro gamepad", product=0x9020),
        KernelPad(tmp_path, 1, address="e4:17:d8:00:00:02"),
    ]

    async def scene(told: Told) -> None:
        await told.until(told.parts)
        assert [pad.grabbed for pad in pads] == [False, True]

    play(tmp_path, pads, scene, wanted=wanted)


def test_a_pad_another_program_has_is_told_once_with_the_remedy(tmp_path: Path) -> None:
    pad = KernelPad(tmp_path)
    pad.taken_by_other = True

    async def scene(told: Told) -> None:
        await told.until(told.parts)
        await told.until(lambda: pad.opened > 3)
        assert told.parts() == ["pad_busy"]
        pad.taken_by_other = False
        await told.until(lambda: told.parts() == ["pad_busy", "found"])

    play(tmp_path, [pad], scene)


def test_a_pad_that_may_not_be_read_is_told_after_a_while_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The permissions of a new node come a moment after it."""
    monkeypatch.setattr(pad_evdev, "DENIED_S", 0.1)
    pad, other = KernelPad(tmp_path), mouse(tmp_path, 7)
    pad.readable = other.readable = False
    told_by_the_system(tmp_path, pad)
    told_by_the_system(tmp_path, other)

    async def scene(told: Told) -> None:
        await told.until(told.parts)
        await asyncio.sleep(0.1)
        assert told.parts() == ["pad_denied"]
        pad.readable = True
        await told.until(lambda: told.parts() == ["pad_denied", "found"])

    play(tmp_path, [pad, other], scene)


def test_a_machine_whose_nodes_may_not_be_read_and_that_has_no_pad_is_quiet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pad_evdev, "DENIED_S", 0.0)
    other = mouse(tmp_path, 0)
    other.readable = False

    async def scene(told: Told) -> None:
        await asyncio.sleep(0.1)
        assert told.events == []

    play(tmp_path, [other], scene)


def test_a_folder_that_is_not_there_is_no_pad(tmp_path: Path) -> None:
    async def scene(told: Told) -> None:
        await asyncio.sleep(0.05)
        assert told.events == []

    play(tmp_path / "none", [], scene)


def test_after_lost_events_the_keys_are_as_they_are(tmp_path: Path) -> None:
    """SYN_DROPPED: what comes until the next report is broken, and a release may be among what was lost."""
    pad = KernelPad(tmp_path)

    async def scene(told: Told) -> None:
        await told.until(told.parts)
        pad.key(ecodes.BTN_SOUTH, 1)
        pad.axis(ecodes.ABS_HAT0X, 1)
        await told.until(lambda: told.edges() == ["a down", "right down"])
        pad.pressed = {ecodes.BTN_EAST}
        pad.axes[ecodes.ABS_HAT0X] = HAT
        pad.write((ecodes.EV_SYN, ecodes.SYN_DROPPED, 0), (ecodes.EV_MSC, ecodes.MSC_SCAN, 1))
        await told.until(lambda: len(told.edges()) == 5)
        assert set(told.edges()[2:]) == {"a up", "b down", "right up"}

    play(tmp_path, [pad], scene)


def test_of_many_presses_at_once_none_is_lost(tmp_path: Path) -> None:
    """More than one read takes, as after a stall of the host."""
    pad = KernelPad(tmp_path)

    async def scene(told: Told) -> None:
        await told.until(told.parts)
        start = MonotonicClock().now() - 60
        for number in range(300):
            for value in (1, 0):
                pad.key(ecodes.BTN_SOUTH + number % 2, value, at=start + number / 10 + (1 - value) / 20)
        await told.until(lambda: len(told.edges()) == 600)
        assert told.edges() == ["a down", "a up", "b down", "b up"] * 150
        assert told.moments() == sorted(told.moments())

    play(tmp_path, [pad], scene)


def test_the_stamp_is_the_kernels(tmp_path: Path) -> None:
    pad = KernelPad(tmp_path)

    async def scene(told: Told) -> None:
        await told.until(told.parts)
        at = MonotonicClock().now() - 5
        pad.key(ecodes.BTN_SOUTH, 1, at=at)
        pad.key(ecodes.BTN_SOUTH, 0, at=at + 0.1)
        await told.until(lambda: told.edges() == ["a down", "a up"])
        assert told.moments() == pytest.approx([at, at + 0.1], abs=1e-5)

    play(tmp_path, [pad], scene)


def test_the_battery_of_the_pad_is_told(tmp_path: Path) -> None:
    pad = KernelPad(tmp_path)
    told_by_the_system(tmp_path, pad, battery=40)

    async def scene(told: Told) -> None:
        await told.until(told.battery)
        assert told.battery() == [40]

    play(tmp_path, [pad], scene)


def test_what_is_here_is_listed_also_what_may_not_be_read(tmp_path: Path) -> None:
    zero = KernelPad(tmp_path, 0)
    other = KernelPad(tmp_path, 1, name="Some gamepad", vendor=1, product=2, keys=GAMEPAD_KEYS)
    closed = KernelPad(tmp_path, 2, name="8BitDo Micro gamepad", product=0x9020)
    closed.readable = False
    told_by_the_system(tmp_path, zero, battery=99)
    told_by_the_system(tmp_path, closed)
    kernel = Kernel(zero, mouse(tmp_path, 3), other, closed)
    here = pads_here(PADS.models, tmp_path, tmp_path / "sys", kernel.open)
    assert [(pad.name, pad.model, pad.mode, pad.readable, pad.battery) for pad in here] == [
        ("8BitDo Zero 2 gamepad", "8BitDo Zero 2", "D", True, 99),
        ("Some gamepad", "", "", True, None),
        ("8BitDo Micro gamepad", "8BitDo Micro", "D", False, None),
    ]
    assert not any(pad.grabbed for pad in kernel.pads)
    kernel.close()
