"""Pairing through BlueZ's D-Bus: who is offered, who is let in, and that nothing waits for ever."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chestnut.core.effects import ForgetPad, ListPads, PairPad, SeekPads
from chestnut.core.events import Event, PadForgotten, PadPaired, PadsListed
from chestnut.core.pad import SeenPad
from chestnut.devices import pad_pairing
from chestnut.devices.pad_pairing import BluezPairing, PairingFailed, clean, is_pad
from chestnut.devices.pairing_agent import PairingAgent, address_of
from chestnut.runtime.pairing import Pairing
from chestnut_tests.bluez_desk import Bluez, Bus
from chestnut_tests.pod_desk import MonotonicClock
from dbus_fast import DBusError, Variant
from hypothesis import given
from hypothesis import strategies as st

ZERO, OTHER = "E4:17:D8:00:00:01", "E4:17:D8:00:00:02"
NEAR = {"RSSI": Variant("n", -40), "Icon": Variant("s", "input-gaming")}
CONNECTED = {**NEAR, "Paired": Variant("b", True), "Connected": Variant("b", True)}
FAR = {"RSSI": Variant("n", -80), "Icon": Variant("s", "input-gaming")}


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[Bus]:
    with Bus(tmp_path) as found:
        yield found


def play(bus: Bus, scene: Callable[[Bluez, BluezPairing], Awaitable[None]], **options: Any) -> None:
    async def whole() -> None:
        async with asyncio.timeout(60), Bluez(bus.address, **options) as bluez:
            await scene(bluez, BluezPairing(MonotonicClock(), bus.address))

    asyncio.run(whole())


async def failure(doing: Awaitable[object]) -> str:
    with pytest.raises(PairingFailed) as raised:
        await doing
    assert str(raised.value)
    return raised.value.reason


def test_pads_near_by_that_want_to_be_paired_are_found_the_nearest_first(bus: Bus) -> None:
    async def scene(bluez: Bluez, pairing: BluezPairing) -> None:
        bluez.add(OTHER, "8BitDo Micro gamepad", **FAR)
        bluez.add(ZERO, "8BitDo Zero 2 gamepad", **NEAR)
        bluez.add("00:00:00:00:00:03", "Headphones", RSSI=Variant("n", -30))
        bluez.add("00:00:00:00:00:04", "8BitDo gone", Icon=Variant("s", "input-gaming"))
        bluez.add("00:00:00:00:00:05", "8BitDo paired", **CONNECTED)
        found = await pairing.seek(0.05)
        assert found == (SeenPad(ZERO, "8BitDo Zero 2 gamepad"), SeenPad(OTHER, "8BitDo Micro gamepad"))
        assert bluez.adapter is not None
        assert bluez.adapter.powered
        assert (bluez.adapter.discoveries, bluez.adapter.discovering) == (1, False)

    play(bus, scene)


def test_the_chosen_pad_is_paired_trusted_and_connected(bus: Bus) -> None:
    async def scene(bluez: Bluez, pairing: BluezPairing) -> None:
        pad = bluez.add(ZERO, "8BitDo Zero 2 gamepad", **NEAR)
        await pairing.pair(ZERO.lower())
        assert (pad.paired, pad.trusted, pad.connected) == (True, True, True)
        assert await pairing.paired() == (SeenPad(ZERO, pad.alias),)
        assert await pairing.path_of(ZERO) == pad.path

    play(bus, scene)


def test_another_that_asks_meanwhile_is_refused(bus: Bus) -> None:
    async def scene(bluez: Bluez, pairing: BluezPairing) -> None:
        pad = bluez.add(ZERO, "8BitDo Zero 2 gamepad", **NEAR)
        stranger = bluez.add(OTHER, "8BitDo Zero 2 gamepad", **NEAR)
        asked: list[str] = []
        once = bluez.ask_agent

        async def ask_agent(path: str, member: str = "RequestAuthorization") -> None:
            for each in (stranger.path, path):
                try:
                    await once(each)
                    asked.append(f"{each[-2:]} yes")
                except DBusError:
                    asked.append(f"{each[-2:]} no")
            await once(path, "AuthorizeService")

        bluez.ask_agent = ask_agent  # type: ignore[method-assign]
        await pairing.pair(ZERO)
        assert asked == ["02 no", "01 yes"]
        assert (pad.paired, stranger.paired) == (True, False)

    play(bus, scene)


def test_a_refused_pairing_tells_the_remedy_and_is_broken_off(bus: Bus) -> None:
    async def scene(bluez: Bluez, pairing: BluezPairing) -> None:
        pad = bluez.add(ZERO, "8BitDo Zero 2 gamepad", **NEAR)
        pad.fails = "org.bluez.Error.AuthenticationFailed"
        assert await failure(pairing.pair(ZERO)) == "pad_pair_failed"
        assert pad.cancelled
        assert not pad.trusted
        assert await failure(pairing.pair(OTHER)) == "pad_pair_failed"

    play(bus, scene)


def test_a_pad_that_has_forgotten_its_pairing_is_offered_and_paired_anew(bus: Bus) -> None:
    async def scene(bluez: Bluez, pairing: BluezPairing) -> None:
        pad = bluez.add(ZERO, "8BitDo Zero 2 gamepad", **{**NEAR, "Paired": Variant("b", True)})
        assert await pairing.seek(0.01) == (SeenPad(ZERO, pad.alias),)
        await pairing.pair(ZERO)
        assert (pad.paired, pad.trusted, pad.connected) == (True, True, True)
        assert bluez.adapter is not None
        assert not bluez.adapter.discovering

    play(bus, scene)


def test_one_that_is_gone_before_it_is_paired_anew_is_told(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pad_pairing, "FIND_S", 0.1)

    async def scene(bluez: Bluez, pairing: BluezPairing) -> None:
        pad = bluez.add(ZERO, "8BitDo Zero 2 gamepad", Paired=Variant("b", True))
        assert not pad.near
        assert await failure(pairing.pair(ZERO)) == "pad_pair_failed"

    play(bus, scene)


def test_a_pad_that_never_answers_is_given_up(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pad_pairing, "PAIR_S", 0.1)

    async def scene(bluez: Bluez, pairing: BluezPairing) -> None:
        pad = bluez.add(ZERO, "8BitDo Zero 2 gamepad", **NEAR)
        pad.slow = True
        assert await failure(pairing.pair(ZERO)) == "pad_pair_failed"
        assert pad.cancelled

    play(bus, scene)


def test_a_forgotten_pad_is_known_no_more(bus: Bus) -> None:
    async def scene(bluez: Bluez, pairing: BluezPairing) -> None:
        bluez.add(ZERO, "8BitDo Zero 2 gamepad", Paired=Variant("b", True), Icon=Variant("s", "input-gaming"))
        await pairing.forget(ZERO)
        assert await pairing.paired() == ()
        assert await failure(pairing.forget(ZERO)) == "pad_pair_failed"

    play(bus, scene)


@pytest.mark.parametrize("times, patience_s", [(2, 20.0), (10**6, 0.1)])
def test_a_radio_that_wakes_is_waited_for(
    bus: Bus, monkeypatch: pytest.MonkeyPatch, times: int, patience_s: float
) -> None:
    monkeypatch.setattr(pad_pairing, "AGAIN_S", 0.01)
    monkeypatch.setattr(pad_pairing, "CALL_S", patience_s)

    async def scene(bluez: Bluez, pairing: BluezPairing) -> None:
        assert bluez.adapter is not None
        bluez.adapter.busy = times
        if times == 2:
            assert await pairing.seek(0.01) == ()
            assert bluez.adapter.powered
        else:
            assert await failure(pairing.seek(0.01)) == "bluetooth_missing"

    play(bus, scene)


def test_without_a_radio_the_remedy_is_told(bus: Bus) -> None:
    async def scene(bluez: Bluez, pairing: BluezPairing) -> None:
        assert await failure(pairing.seek(0.01)) == "bluetooth_missing"
        assert await failure(pairing.pair(ZERO)) == "bluetooth_missing"

    play(bus, scene, adapter=False)


def test_without_bluez_or_a_bus_the_remedy_is_told(bus: Bus, tmp_path: Path) -> None:
    async def scene() -> None:
        assert await failure(BluezPairing(MonotonicClock(), bus.address).paired()) == "bluetooth_missing"
        nowhere = f"unix:path={tmp_path / 'none'}"
        assert await failure(BluezPairing(MonotonicClock(), nowhere).paired()) == "bluetooth_missing"

    asyncio.run(scene())


def test_a_search_that_is_cancelled_ends(bus: Bus) -> None:
    async def scene(bluez: Bluez, pairing: BluezPairing) -> None:
        adapter = bluez.adapter
        assert adapter is not None
        searching = asyncio.create_task(pairing.seek(3600))
        async with asyncio.timeout(20):
            while not adapter.discovering:
                await asyncio.sleep(0.005)
        searching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await searching
        assert not adapter.discovering

    play(bus, scene)


def test_the_desk_answers_every_effect_under_its_job(bus: Bus) -> None:
    async def scene(bluez: Bluez, pairing: BluezPairing) -> None:
        told: list[Event] = []
        desk = Pairing(pairing, told.append, MonotonicClock())
        bluez.add(ZERO, "8BitDo Zero 2 gamepad", **NEAR)
        expected = [(1, PadsListed), (2, PadPaired), (3, PadsListed), (4, PadForgotten)]
        for job, effect in enumerate((SeekPads(0.01), PairPad(ZERO), ListPads(), ForgetPad(ZERO)), 1):
            desk.perform(job, effect)
            async with asyncio.timeout(20):
                while len(told) < job:
                    await asyncio.sleep(0.005)
        assert [(event.job, type(event)) for event in told] == expected  # type: ignore[attr-defined]
        assert told[2].pads == (SeenPad(ZERO, "8BitDo Zero 2 gamepad"),)  # type: ignore[attr-defined]
        desk.perform(5, PairPad(OTHER))
        async with asyncio.timeout(20):
            while len(told) < 5:
                await asyncio.sleep(0.005)
        assert told[4].reason == "pad_pair_failed"  # type: ignore[attr-defined]
        desk.perform(6, SeekPads(3600))
        desk.cancel(6)
        desk.perform(7, SeekPads(3600))
        await desk.close()
        desk.cancel(7)
        assert len(told) == 5

    play(bus, scene)


# --- the agent ------------------------------------------------------------------------------------------


class Moment:
    s = 0.0


def test_the_agents_window_is_one_pads_and_ends() -> None:
    agent = PairingAgent(lambda: Moment.s)
    path = "/org/bluez/hci0/dev_" + ZERO.replace(":", "_")
    assert not agent.allows(path)
    agent.open_window(ZERO.lower(), 30)
    assert agent.allows(path)
    assert not agent.allows(path[:-1] + "2")
    Moment.s = 30.0
    assert not agent.allows(path)
    agent.open_window(ZERO, 30)
    agent.close_window()
    assert not agent.allows(path)


@given(st.text(max_size=40))
def test_no_path_is_let_in_that_is_not_the_chosen_pads(path: str) -> None:
    agent = PairingAgent(time.monotonic)
    agent.open_window(ZERO, 30)
    assert agent.allows(path) == (address_of(path) == ZERO)


@given(st.text(max_size=300))
def test_a_name_from_the_air_is_one_short_line_of_words(name: str) -> None:
    found = clean(name, ZERO)
    assert found
    assert len(found) <= 40
    assert found.isprintable()
    assert not set(found) & set('{}<>\n"')


def test_a_pad_is_known_by_what_it_says() -> None:
    assert is_pad({"Icon": "input-gaming"})
    assert is_pad({"Appearance": 0x03C4})
    assert is_pad({"Name": "8BitDo Micro Keyboard", "Icon": "input-keyboard"})
    assert not is_pad({"Name": "Keyboard", "Icon": "input-keyboard"})
    assert not is_pad({})
