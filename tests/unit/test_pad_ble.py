"""A Low Energy pad over real bleak and a simulated radio: what it is asked, and what it may not be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chestnut.devices import pad_ble
from chestnut.devices.pad_ble import BlePad, PadUnfit
from chestnut.devices.pad_pairing import BluezPairing
from chestnut.runtime.assemble import pad as assembly
from chestnut.runtime.assemble.pad import open_pad, open_pairing, paired_pad
from chestnut.runtime.settings import BadSettings, PadSettings
from chestnut_tests.bluez_desk import Bluez, Bus
from chestnut_tests.pad_desk import HOLD_S, PADS, Told
from chestnut_tests.pod_desk import MonotonicClock
from chestnut_tests.radio import Air, Client, RadioPad
from dbus_fast import Variant

KEYBOARD = bytes.fromhex("05010906a101050719e029e71500250175019508810295067508150025650507190029658100c0")
ZERO = "E4:17:D8:00:00:01"


def play(scene: Callable[[RadioPad, Told], Awaitable[None]], **made: Any) -> None:
    """made: of the pad in the air."""

    async def whole() -> None:
        told = Told()
        async with asyncio.timeout(60), Air() as air:
            pad = RadioPad(air.link, **made)
            await pad.switch_on()
            port = BlePad(
                told.events.append,
                MonotonicClock(),
                PADS.models,
                HOLD_S,
                air.find,
                client=Client,
                retry_s=0.01,
            )
            await port.start()
            try:
                await scene(pad, told)
            finally:
                await port.close()
                await pad.go()

    asyncio.run(whole())


def test_its_battery_is_told_and_told_anew_when_it_changes() -> None:
    async def scene(pad: RadioPad, told: Told) -> None:
        await told.until(lambda: told.battery() == [87])
        await pad.send_battery(20)
        await told.until(lambda: told.battery() == [87, 20])
        await pad.send_battery(255)
        await told.until(lambda: told.battery() == [87, 20, None])

    play(scene)


def test_a_pad_that_does_not_tell_its_battery_is_as_good() -> None:
    async def scene(pad: RadioPad, told: Told) -> None:
        await told.until(told.parts)
        await pad.send(buttons=1)
        await told.until(lambda: told.edges() == ["a down"])
        assert told.battery() == []

    play(scene, battery=None)


@pytest.mark.parametrize(
    "report_map", [None, KEYBOARD, b"\x05", b""], ids=["none", "keyboard", "cut", "empty"]
)
def test_a_pad_that_cannot_be_understood_is_told_once(
    report_map: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pad_ble, "UNFIT_S", 0.01)

    async def scene(pad: RadioPad, told: Told) -> None:
        await told.until(told.parts)
        await pad.come()  # the next try
        await asyncio.sleep(0.2)
        assert told.parts() == ["pad_unknown"]

    play(scene, report_map=report_map)


def test_reports_that_go_to_the_pad_are_not_listened_to() -> None:
    async def scene(pad: RadioPad, told: Told) -> None:
        await told.until(told.parts)
        await pad.send_output(b"\xff" * 7)
        await pad.send(buttons=2)
        await told.until(lambda: told.edges() == ["b down"])

    play(scene)


# --- which pad ------------------------------------------------------------------------------------------


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[Bus]:
    with Bus(tmp_path) as found:
        yield found


@pytest.mark.parametrize("wanted", ["", "zero", ZERO.lower()])
def test_the_paired_pad_that_is_wanted_is_read_by_its_path(bus: Bus, wanted: str) -> None:
    async def scene() -> None:
        async with asyncio.timeout(60), Bluez(bus.address) as bluez:
            find = paired_pad(BluezPairing(MonotonicClock(), bus.address), wanted, MonotonicClock())
            assert await find() is None
            pad = bluez.add(
                ZERO, "8BitDo Zero 2 gamepad", Paired=Variant("b", True), Icon=Variant("s", "input-gaming")
            )
            found = await find()
            assert found is not None
            assert (found.address, found.details["path"]) == (ZERO, pad.path)

    asyncio.run(scene())


def test_bluetooth_that_starts_late_is_waited_for_and_then_told(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene() -> None:
        find = paired_pad(BluezPairing(MonotonicClock(), bus.address), "", MonotonicClock())
        assert await find() is None
        monkeypatch.setattr(assembly, "PATIENCE_S", 0.0)
        with pytest.raises(PadUnfit) as raised:
            await find()
        assert raised.value.reason == "bluetooth_missing"

    asyncio.run(scene())


def test_missing_bluetooth_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pad_ble, "UNFIT_S", 0.01)

    async def scene() -> None:
        told, tried = Told(), 0

        async def find() -> None:
            nonlocal tried
            tried += 1
            raise PadUnfit("bluetooth_missing", "no adapter: plug one in")

        port = BlePad(told.events.append, MonotonicClock(), PADS.models, HOLD_S, find)
        await port.start()
        await told.until(lambda: tried > 3)
        await port.close()
        assert told.parts() == ["bluetooth_missing"]

    asyncio.run(scene())


def test_the_settings_choose_the_way() -> None:
    def hear(event: object) -> None:
        raise AssertionError(event)

    made = [
        type(open_pad(PadSettings(link), hear, MonotonicClock())).__name__
        for link in ("evdev", "ble", "none")
    ]
    assert made == ["EvdevPad", "BlePad", "NoneType"]
    assert open_pairing(PadSettings("none"), hear, MonotonicClock()) is None
    assert open_pairing(PadSettings(), hear, MonotonicClock()) is not None
    with pytest.raises(BadSettings, match="one of evdev, ble, none"):
        PadSettings("usb")
