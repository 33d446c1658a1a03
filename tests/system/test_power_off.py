"""Both keys of a pod held: told, everything closed, the memory whole, the machine asked to switch off."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from chestnut.core import care
from chestnut.core.ports import Post
from chestnut.devices import power
from chestnut.devices.gauges import PiSugar3
from chestnut.devices.machine_switch import FileSwitch
from chestnut.devices.power import PowerWatch
from chestnut.memory.store import Store
from chestnut.runtime.assemble import body as bodies
from chestnut.runtime.assemble import device as assembling
from chestnut.runtime.assemble.device import assemble
from chestnut.runtime.assemble.simulation import Simulation
from chestnut.runtime.clock import HostClock
from chestnut.runtime.keepsake import Keepsake
from chestnut.runtime.memory import key_of
from chestnut.runtime.performer import Parts
from chestnut.runtime.pins import load_pins
from chestnut.runtime.settings import CameraSettings, MemorySettings, PodSettings, PowerSettings
from chestnut.sim.gauges import Cell, PiSugar3Twin
from chestnut.sim.pictures import demonstration
from chestnut.sim.pod import SimulatedPod
from chestnut_tests.life import PATIENCE_S, QUICK, Life
from chestnut_tests.memory_desk import seen


class OnADesk:
    """The real assembly of the device, with a simulated pod on its cable and pictures for a camera."""

    def __init__(self, folder: Path) -> None:
        demonstration(folder / "pictures")
        self.pod = SimulatedPod({button.name: button.gpio for button in load_pins().buttons})
        self.memory = folder / "memory.db"
        self.opened: list[Store] = []
        self.settings = replace(
            QUICK,
            pod=PodSettings(port=self.pod.port),
            camera=CameraSettings(f"folder:{folder / 'pictures'}"),
            memory=MemorySettings(str(self.memory)),
        )

    async def assemble(self, post: Post) -> Parts:
        return await assemble(self.settings, post, Keepsake(None))

    def press(self, button: str, hold_s: float = 0.08) -> None:
        self.pod.press(button, hold_s)

    def hold_both(self) -> None:
        for button in ("find", "stop"):
            self.pod.down(button)

    def release_both(self) -> None:
        for button in ("find", "stop"):
            self.pod.up(button)


def live(desk: OnADesk, scenario: Any) -> None:
    async def run() -> None:
        life = Life(desk)  # type: ignore[arg-type]
        async with life.device:
            await life.awake()
            await scenario(life)

    with desk.pod:
        asyncio.run(run())


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OnADesk:
    """Without detectors, which are not asked here and take seconds; its wish to switch off goes to tmp_path/run."""
    for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr(assembling, "open_detectors", lambda post, clock: {})
    desk = OnADesk(tmp_path)

    def open_memory(*arguments: Any) -> Store:
        desk.opened.append(real(*arguments))
        return desk.opened[-1]

    real: Any = assembling.open_memory
    monkeypatch.setattr(assembling, "open_memory", open_memory)
    monkeypatch.setattr(bodies, "FileSwitch", lambda: FileSwitch(tmp_path / "run" / "poweroff", heard_s=0.05))
    return desk


def test_both_keys_held_switch_the_device_off_with_its_memory_whole(desk: OnADesk, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()

    async def scenario(life: Life) -> None:
        (memory,) = desk.opened
        memory.remember([seen("cup", at=HostClock().wall().utc_s)]).result()
        desk.hold_both()
        await life.says("switch_off_hold")
        await life.says("switching_off")
        desk.release_both()
        memory.remember([seen("keys", at=HostClock().wall().utc_s)]).result()  # to the last moment
        assert not (tmp_path / "run" / "poweroff").exists(), "not before everything is closed"
        async with asyncio.timeout(PATIENCE_S):
            await life.device.stopped()

    live(desk, scenario)
    assert (tmp_path / "run" / "poweroff").exists()
    store = Store(desk.memory, key_of(desk.memory, desk.memory), HostClock().wall)
    try:
        assert store.check() == ()
        assert {row.thing.label for row in store.recall()} == {"cup", "keys"}
    finally:
        store.close()


def test_where_the_machine_cannot_be_switched_off_it_says_so_and_ends(desk: OnADesk, tmp_path: Path) -> None:
    async def scenario(life: Life) -> None:
        desk.hold_both()
        await life.says("program_ends")
        async with asyncio.timeout(PATIENCE_S):
            await life.device.stopped()

    live(desk, scenario)
    assert not (tmp_path / "run").exists()


def test_a_key_cancels_it(desk: OnADesk, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()

    async def scenario(life: Life) -> None:
        desk.hold_both()
        await life.says("switching_off")
        desk.release_both()
        desk.press("describe")
        await life.says("eyes_lost")
        await life.answers("stop", "status", hold_s=0.9)

    live(desk, scenario)
    assert not (tmp_path / "run" / "poweroff").exists()


def test_the_service_button_of_a_simulated_machine_switches_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(assembling, "open_detectors", lambda post, clock: {})
    simulation = Simulation(QUICK)

    async def scenario() -> None:
        life = Life(simulation)
        async with life.device:
            await life.awake()
            await life.quiet()
            simulation.press_service(held=True)
            await life.says("program_ends")
            async with asyncio.timeout(PATIENCE_S):
                await life.device.stopped()

    asyncio.run(scenario())


@pytest.fixture
def cell(desk: OnADesk, monkeypatch: pytest.MonkeyPatch) -> Cell:
    """The battery of a PiSugar, looked at often."""
    cell = Cell(60)
    desk.settings = replace(desk.settings, power=PowerSettings("pisugar3"))
    monkeypatch.setattr(bodies, "open_gauge", lambda kind: PiSugar3(PiSugar3Twin(cell)))
    monkeypatch.setattr(bodies, "PowerWatch", partial(PowerWatch, every_s=0.02))
    monkeypatch.setattr(power, "AGAIN_S", 0.05)
    return cell


def test_an_empty_battery_switches_the_device_off_and_a_charger_keeps_it_on(
    desk: OnADesk, cell: Cell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the registers of the gauge to the wish that the machine powers off."""
    (tmp_path / "run").mkdir()

    async def scenario(life: Life) -> None:
        await life.until(lambda: life.device.conductor.session.care.battery == 60)
        cell.percent = 20
        await life.says("battery_low")
        cell.percent = 5
        await life.says("battery_last")
        cell.plugged = True
        await life.says("battery_charging")
        assert life.device.conductor.session.care.empty_since is None
        monkeypatch.setattr(care, "GRACE_S", 0.2)  # instead of a minute
        cell.plugged = False
        await life.says("switching_off")
        async with asyncio.timeout(PATIENCE_S):
            await life.device.stopped()

    live(desk, scenario)
    assert (tmp_path / "run" / "poweroff").exists()
