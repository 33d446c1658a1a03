"""What the watch over battery and processor tells, and how the machine is switched off."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from chestnut.core.events import (
    BatteryMeasured,
    BatteryWarned,
    ChipMeasured,
    Event,
    Part,
    PartFound,
    PartLost,
)
from chestnut.devices.chip import Chip, ChipState, ask_firmware, parse_temperature, parse_throttled
from chestnut.devices.gauges import Max17048, PiSugar3
from chestnut.devices.machine_switch import FileSwitch
from chestnut.devices.power import AGAIN_S, EVERY_S, LOST_AFTER, PowerWatch
from chestnut.sim.gauges import Cell, Max17048Twin, PiSugar3Twin
from hypothesis import given
from hypothesis import strategies as st

PATIENCE_S = 20.0


class Time:
    def __init__(self) -> None:
        self.at = 100.0

    def now(self) -> float:
        return self.at

    def time_of_day(self) -> str:
        return "12:00"


class Machine:
    """A Pi's files of /sys under a folder, and its firmware."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.answers = {"get_throttled": "throttled=0x0\n", "measure_temp": "temp=47.2'C\n"}

    def zone(self, milli_c: int | str, kind: str = "cpu-thermal") -> None:
        self._write("sys/class/thermal/thermal_zone0", type=f"{kind}\n", temp=f"{milli_c}\n")

    def alarm(self, value: int) -> None:
        self._write("sys/class/hwmon/hwmon3", name="rpi_volt\n", in0_lcrit_alarm=f"{value}\n")

    def ask(self, words: Sequence[str]) -> str:
        return self.answers.get(words[0], "")

    def chip(self) -> Chip:
        return Chip(self.root, self.ask)

    def _write(self, folder: str, **files: str) -> None:
        (self.root / folder).mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (self.root / folder / name).write_text(text)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


# --- the processor ----------------------------------------------------------------------------------------------


def test_the_kernels_zone_is_read_first(machine: Machine) -> None:
    machine.zone(61250)
    assert machine.chip().read() == ChipState(61.25)


def test_without_it_the_firmware_is_asked(machine: Machine) -> None:
    assert machine.chip().read() == ChipState(47.2)
    machine.zone(61250, kind="x86_pkg_temp")
    assert machine.chip().read() == ChipState(47.2), "another sensor's zone"
    machine.zone("no number")
    assert machine.chip().read() == ChipState(47.2)


def test_on_another_machine_nothing_is_measured(tmp_path: Path) -> None:
    chip = Chip(tmp_path, lambda words: "")
    assert chip.read() == ChipState()
    assert not chip.there


def test_a_weak_supply_now_then_and_by_the_kernel(machine: Machine) -> None:
    chip = machine.chip()
    machine.answers["get_throttled"] = "throttled=0x50005\n"
    assert chip.read().undervoltage
    machine.answers["get_throttled"] = "throttled=0x50000\n"
    assert not chip.read().undervoltage, "that it ever was is told once"
    machine.alarm(1)
    assert chip.read().undervoltage
    machine.alarm(0)
    assert not chip.read().undervoltage


def test_a_dip_between_two_looks_is_seen(machine: Machine) -> None:
    chip = machine.chip()
    assert not chip.read().undervoltage
    machine.answers["get_throttled"] = "throttled=0x10000\n"
    assert chip.read().undervoltage
    assert not chip.read().undervoltage


def test_held_back_for_its_warmth(machine: Machine) -> None:
    machine.answers["get_throttled"] = "throttled=0x80008\n"
    assert machine.chip().read().slowed


@given(st.text())
def test_whatever_the_firmware_prints_it_is_a_number_or_nothing(text: str) -> None:
    bits, celsius = parse_throttled(text), parse_temperature(text)
    assert bits is None or 0 <= bits < 1 << 32
    assert celsius is None or -20 <= celsius <= 125


@given(st.integers(0, (1 << 32) - 1), st.decimals(-20, 125, places=1))
def test_what_the_firmware_tells_is_read(bits: int, celsius: object) -> None:
    assert parse_throttled(f"throttled=0x{bits:x}\n") == bits
    assert parse_temperature(f"temp={celsius}'C\n") == pytest.approx(float(str(celsius)))


def test_no_temperature_of_the_sun(machine: Machine) -> None:
    machine.zone(5772_000)
    machine.answers.clear()
    assert machine.chip().read().celsius is None


def test_a_machine_without_the_firmwares_command_is_silent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ask_firmware(["get_throttled"]) == ""
    command = tmp_path / "vcgencmd"
    command.write_text("#!/bin/sh\necho VCHI initialization failed\nexit 255\n")
    command.chmod(0o755)
    assert ask_firmware(["get_throttled"]) == ""
    command.write_text("#!/bin/sh\necho throttled=0x5\n")
    assert parse_throttled(ask_firmware(["get_throttled"])) == 5

    def hang(*args: object, **kwargs: object) -> None:
        raise subprocess.TimeoutExpired("vcgencmd", 2.0)

    monkeypatch.setattr(subprocess, "run", hang)
    assert ask_firmware(["get_throttled"]) == ""


# --- the watch --------------------------------------------------------------------------------------------------


class Watch:
    """Driven by hand over a PiSugar's twin; everything it tells."""

    def __init__(self, machine: Machine | None = None) -> None:
        self.cell = Cell(80)
        self.twin = PiSugar3Twin(self.cell)
        self.time = Time()
        self.told: list[Event] = []
        self.line: bool | None = None
        chip = machine.chip() if machine else Chip(Path("/nowhere"), lambda words: "")
        self.watch = PowerWatch(self.told.append, self.time, PiSugar3(self.twin), chip, lambda: self.line)

    def look(self, times: int = 1) -> list[Event]:
        """What is told by so many looks."""
        self.told.clear()
        for _ in range(times):
            self.time.at += EVERY_S
            self.watch.tick()
        return list(self.told)


def percents(events: list[Event]) -> list[tuple[int | None, bool | None]]:
    return [(event.percent, event.charging) for event in events if isinstance(event, BatteryMeasured)]


def test_the_battery_is_told_when_it_changes_and_now_and_then() -> None:
    desk = Watch()
    assert percents(desk.look()) == [(80, False)]
    assert percents(desk.look(2)) == []
    assert percents(desk.look(round(AGAIN_S / EVERY_S) - 2)) == [(80, False)]
    desk.cell.millivolts -= 5
    assert percents(desk.look()) == [], "some millivolts are no news"
    desk.cell.percent = 79
    assert percents(desk.look()) == [(79, False)]
    desk.cell.plugged = True
    assert percents(desk.look(2)) == [(79, True)], "believed the second time"


def test_a_gauge_that_is_lost_and_found_is_told_of_once_each() -> None:
    desk = Watch()
    desk.look()
    desk.twin.answers = False
    assert desk.look(LOST_AFTER - 1) == [], "it may be busy once"
    (lost,) = desk.look(10)
    assert isinstance(lost, PartLost)
    assert (lost.part, lost.reason) == (Part.GAUGE, "gauge_lost")
    desk.twin.answers = True
    found, measured = desk.look()
    assert isinstance(found, PartFound)
    assert percents([measured]) == [(80, False)]


def test_a_gauge_that_is_steady_is_taken_to_do_as_before() -> None:
    desk = Watch()
    cell = Cell(80, rate=20.0)
    desk.watch = PowerWatch(
        desk.told.append, desk.time, Max17048(Max17048Twin(cell)), Chip(Path("/nowhere"), lambda words: "")
    )
    assert percents(desk.look()) == [(80, True)]
    cell.rate, cell.percent = 0.1, 81
    assert percents(desk.look()) == [(81, True)]
    for rate in (-20.0, 20.0, -20.0, 20.0):  # as strong as the load
        cell.rate = rate
        assert all(charging for _, charging in percents(desk.look()))
    cell.rate = -20.0
    assert percents(desk.look(2)) == [(81, False)]


def test_the_warning_line_is_believed_the_second_time_and_told_again() -> None:
    desk = Watch()

    def warned(times: int = 1) -> list[bool]:
        return [event.low for event in desk.look(times) if isinstance(event, BatteryWarned)]

    desk.line = False
    assert warned(5) == [], "a line that warns of nothing is no news"
    desk.line = True
    assert warned() == []
    assert warned(1 + round(AGAIN_S / EVERY_S)) == [True, True]
    desk.line = False
    assert warned(5) == [False]


def test_the_processor_is_told_by_whole_degrees_and_its_supply_at_once(machine: Machine) -> None:
    machine.zone(50000)
    desk = Watch(machine)

    def chips(times: int = 1) -> list[tuple[float | None, bool]]:
        return [
            (event.celsius, event.undervoltage)
            for event in desk.look(times)
            if isinstance(event, ChipMeasured)
        ]

    assert chips() == [(50.0, False)]
    machine.zone(50700)
    assert chips() == []
    machine.zone(51000)
    assert chips() == [(51.0, False)]
    machine.answers["get_throttled"] = "throttled=0x1\n"
    assert chips() == [(51.0, True)]


def test_where_nothing_can_be_measured_nothing_is_told() -> None:
    desk = Watch()
    desk.watch = PowerWatch(desk.told.append, desk.time, None, Chip(Path("/nowhere"), lambda words: ""))
    assert desk.look(5) == []


def test_its_thread_measures_by_itself_survives_a_fault_and_ends(machine: Machine) -> None:
    threads = threading.active_count()
    measured = threading.Event()
    looks = iter([ValueError("a fault of ours")])

    def line() -> bool | None:
        for fault in looks:
            raise fault
        return None

    def told(event: Event) -> None:
        if isinstance(event, ChipMeasured):
            measured.set()

    watch = PowerWatch(told, Time(), None, machine.chip(), line, every_s=0.01)
    watch.start()
    assert measured.wait(PATIENCE_S)
    watch.close()
    watch.close()
    assert threading.active_count() == threads


# --- the switch -------------------------------------------------------------------------------------------------


def test_without_its_folder_the_machine_cannot_be_switched_off(tmp_path: Path) -> None:
    switch = FileSwitch(tmp_path / "run/chestnut/poweroff", heard_s=0.05)
    assert not switch.possible()
    switch.promise(0.0)
    switch.ask()
    assert list(tmp_path.iterdir()) == []


def test_the_wish_is_left_and_waited_for_until_it_is_taken(tmp_path: Path) -> None:
    """As systemd's unit takes it."""
    wish = tmp_path / "poweroff"
    taken = threading.Event()

    def unit() -> None:
        while not wish.exists():
            taken.wait(0.001)
        wish.unlink()
        taken.set()

    watching = threading.Thread(target=unit)
    watching.start()
    FileSwitch(wish, heard_s=PATIENCE_S).ask()
    watching.join(PATIENCE_S)
    assert taken.is_set()
    assert not wish.exists()


def test_a_wish_that_nobody_takes_stays_and_is_told_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wish = tmp_path / "poweroff"
    FileSwitch(wish, heard_s=0.05).ask()
    assert wish.exists()
    assert "chestnut-poweroff.path" in caplog.text


def test_a_promise_is_kept_by_itself_and_forgotten_when_it_is_asked_before(tmp_path: Path) -> None:
    wish = tmp_path / "poweroff"
    switch = FileSwitch(wish, heard_s=0.05)
    switch.promise(0.01)
    assert switch._timer is not None
    switch._timer.join(PATIENCE_S)
    assert wish.exists()
    wish.unlink()
    switch.promise(3600.0)
    timer = switch._timer
    switch.ask()
    timer.join(PATIENCE_S)
    assert not timer.is_alive()
