"""Is the clock right? Over starts, jumps, networks, batteries and what people say. Never this machine's clock."""

from __future__ import annotations

import ctypes
import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from chestnut.devices.machine_clock import UNSYNCHRONISED, MachineClock, clock_status, local_zone
from chestnut.devices.wall_clock import JUMP_S, KEEP_S, LOOK_S, SET_BACK, UNSURE, WallClock
from hypothesis import given
from hypothesis import strategies as st

NOON = 1_800_000_000.0
HOUR_S, DAY_S = 3600.0, 86400.0


@dataclass
class Machine:
    """Its time is turned by hand."""

    at: float = NOON
    up: float = 100.0
    life: str = "first"
    kept: bool = False
    network: float | None = None
    battery: float | None = None

    def wall(self) -> float:
        return self.at

    def since_boot(self) -> float:
        return self.up

    def boot(self) -> str:
        return self.life

    def kept_right(self) -> bool:
        return self.kept

    def network_set_at(self) -> float | None:
        return self.network

    def battery_clock(self) -> float | None:
        return self.battery

    def passes(self, seconds: float) -> None:
        self.at += seconds
        self.up += seconds

    def restarts(self, off_s: float, *, battery: bool) -> None:
        """battery: a clock with a battery runs on; without, the machine goes on where it was switched off."""
        self.up, self.life = 20.0, self.life + "+"
        self.network = None
        self.kept = False
        self.at += off_s if battery else 0
        self.battery = self.at if battery else 3.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "clock.json"


def test_a_machine_that_tells_nothing_is_not_trusted(path: Path) -> None:
    clock = WallClock(Machine(), path)
    assert (clock.moment().utc_s, clock.moment().trusted, clock.doubt()) == (NOON, False, UNSURE)


@pytest.mark.parametrize(
    "machine",
    [Machine(kept=True), Machine(network=NOON - 50), Machine(battery=NOON + 2)],
    ids=["a network keeps it", "a network set it", "a battery kept it"],
)
def test_who_may_be_believed(machine: Machine, path: Path) -> None:
    assert WallClock(machine, path).moment().trusted


@pytest.mark.parametrize(
    "machine",
    [
        Machine(network=NOON - DAY_S),
        Machine(network=NOON + DAY_S),
        Machine(battery=NOON - DAY_S),
        Machine(battery=3.0),
        Machine(at=3.0, battery=3.0, kept=True),
        Machine(at=NOON * 3, battery=NOON * 3),
        Machine(at=1e18),
    ],
    ids=["before this start", "in the future", "other time", "empty battery", "1970", "2141", "no date"],
)
def test_who_may_not(machine: Machine, path: Path) -> None:
    assert WallClock(machine, path).doubt() == UNSURE


def test_a_clock_that_ran_on_stays_trusted_without_the_network(path: Path) -> None:
    machine = Machine(kept=True)
    clock = WallClock(machine, path)
    clock.keep()
    machine.kept = False
    machine.passes(3 * DAY_S)
    assert clock.moment().trusted
    assert WallClock(machine, path).moment().trusted, "also by a program that starts later"


def test_without_a_battery_every_start_is_in_doubt_until_somebody_confirms(path: Path) -> None:
    machine = Machine()
    WallClock(machine, path).confirm()
    assert WallClock(machine, path).moment().trusted
    machine.restarts(DAY_S, battery=False)
    clock = WallClock(machine, path)
    assert clock.doubt() == UNSURE
    clock.confirm()
    assert clock.moment().trusted


def test_what_cannot_be_right_cannot_be_confirmed(path: Path) -> None:
    clock = WallClock(Machine(at=3.0), path)
    with pytest.raises(ValueError, match="no clock"):
        clock.confirm()
    assert clock.doubt() == UNSURE


def test_with_a_battery_what_was_confirmed_lasts(path: Path) -> None:
    machine = Machine()
    WallClock(machine, path).confirm()
    machine.restarts(30 * DAY_S, battery=True)
    assert WallClock(machine, path).moment().trusted


def test_a_start_before_what_was_last_known_is_told_as_set_back(path: Path) -> None:
    machine = Machine(kept=True)
    WallClock(machine, path).close()
    machine.restarts(-DAY_S, battery=True)
    clock = WallClock(machine, path)
    assert clock.doubt() == SET_BACK
    clock.close()
    machine.restarts(2 * DAY_S, battery=True)
    assert WallClock(machine, path).doubt() == SET_BACK, "a battery keeps a wrong time too"
    machine.kept = True
    assert WallClock(machine, path).doubt() == ""


def test_set_back_while_it_runs(path: Path) -> None:
    machine = Machine(kept=True)
    clock = WallClock(machine, path)
    assert clock.moment().trusted
    machine.kept = False
    machine.at -= HOUR_S
    assert clock.doubt() == SET_BACK
    machine.passes(DAY_S)
    assert clock.doubt() == SET_BACK
    clock.keep()
    assert WallClock(machine, path).doubt() == SET_BACK


def test_set_back_while_nobody_looked(path: Path) -> None:
    machine = Machine(kept=True)
    WallClock(machine, path).close()
    machine.kept = False
    machine.passes(DAY_S)
    machine.at -= HOUR_S
    assert WallClock(machine, path).doubt() == SET_BACK


def test_set_forward_by_hand_needs_a_word(path: Path) -> None:
    """On the device, while it runs: somebody sets the clock and then says so in another program."""
    machine = Machine()
    clock = WallClock(machine, path)
    clock.keep()
    machine.at += 5 * HOUR_S
    assert clock.doubt() == UNSURE
    WallClock(machine, path).confirm()
    machine.passes(LOOK_S)
    assert clock.doubt() == ""
    clock.close()
    assert WallClock(machine, path).doubt() == ""


def test_writing_down_does_not_lose_what_another_program_wrote(path: Path) -> None:
    machine = Machine()
    clock = WallClock(machine, path)
    assert clock.doubt() == UNSURE
    WallClock(machine, path).confirm()
    clock.close()
    assert WallClock(machine, path).doubt() == ""


def test_a_network_that_comes_later_ends_the_doubt(path: Path) -> None:
    machine = Machine()
    clock = WallClock(machine, path)
    assert clock.doubt() == UNSURE
    machine.kept = True
    machine.passes(LOOK_S - 1)
    assert clock.doubt() == UNSURE, "it is not asked all the time"
    machine.passes(1)
    assert clock.doubt() == ""


def test_a_network_that_sets_it_right_is_no_fault(path: Path) -> None:
    machine = Machine(at=NOON + 9 * DAY_S)
    clock = WallClock(machine, path)
    clock.keep()
    machine.at, machine.kept = NOON, True
    assert clock.moment().trusted


@given(st.lists(st.floats(-JUMP_S + 1, JUMP_S - 1), max_size=20))
def test_corrections_are_no_jumps(corrections: list[float]) -> None:
    machine = Machine(kept=True)
    clock = WallClock(machine, None)
    assert clock.moment().trusted
    machine.kept = False
    for correction in corrections:
        machine.passes(HOUR_S)
        machine.at += correction
        assert clock.moment().trusted


def test_it_is_written_rarely_and_at_once_when_it_changes(path: Path) -> None:
    machine = Machine(kept=True)
    clock = WallClock(machine, path)
    clock.keep()
    first = path.read_text(encoding="utf-8")
    machine.kept = False
    machine.passes(KEEP_S - 1)
    clock.keep()
    assert path.read_text(encoding="utf-8") == first
    machine.passes(1)
    clock.keep()
    second = path.read_text(encoding="utf-8")
    assert second != first
    machine.at -= DAY_S
    clock.keep()
    assert json.loads(path.read_text(encoding="utf-8"))["doubt"] == SET_BACK


@given(
    st.text(max_size=40)
    | st.builds(
        json.dumps,
        st.fixed_dictionaries(
            {},
            optional={
                name: st.none() | st.text(max_size=5) | st.floats() | st.lists(st.integers(), max_size=2)
                for name in ("wall", "since_boot", "boot", "doubt")
            },
        ),
    )
)
def test_a_damaged_file_is_no_more_than_nothing_known(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clock.json"
        path.write_text(text, encoding="utf-8", errors="replace")
        clock = WallClock(Machine(), path)
        assert clock.doubt() in (UNSURE, SET_BACK)
        clock.close()
        assert json.loads(path.read_text(encoding="utf-8"))["wall"] == NOON


def test_a_disk_that_cannot_be_written_costs_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    clock = WallClock(Machine(kept=True), tmp_path / "file" / "clock.json")
    clock.close()
    assert clock.moment().trusted
    with pytest.raises(OSError):
        clock.confirm()


# --- what the machine tells --------------------------------------------------------------------------------


def files(root: Path, **texts: str) -> Path:
    for name, text in texts.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_the_machine_is_read_from_its_files(tmp_path: Path) -> None:
    root = files(
        tmp_path,
        sys__class__rtc__rtc0__since_epoch="1800000000\n",
        proc__sys__kernel__random__boot_id="28635e1e\n",
        run__systemd__timesync__synchronized="",
    )
    os.utime(root / "run/systemd/timesync/synchronized", (NOON, NOON))
    machine = MachineClock(root, lambda: 0)
    assert (machine.battery_clock(), machine.boot(), machine.network_set_at()) == (NOON, "28635e1e", NOON)
    assert machine.kept_right()
    assert not MachineClock(root, lambda: UNSYNCHRONISED | 1).kept_right()


def test_a_machine_without_those_files_tells_nothing(tmp_path: Path) -> None:
    machine = MachineClock(tmp_path, lambda: UNSYNCHRONISED)
    assert (machine.battery_clock(), machine.boot(), machine.network_set_at()) == (None, "", None)
    files(tmp_path, sys__class__rtc__rtc0__since_epoch="hwclock: no\n")
    assert machine.battery_clock() is None


def test_the_kernel_is_only_asked() -> None:
    """Whatever this machine's clock is worth: the call works here, and what it asks changes nothing."""
    assert 0 <= clock_status() < 1 << 16
    assert ctypes.sizeof(ctypes.c_long) == 8, "struct timex is known for 64 bits"


@pytest.mark.parametrize(
    ("environment", "link", "timezone", "zone"),
    [
        ({}, "/usr/share/zoneinfo/Europe/Berlin", "", "Europe/Berlin"),
        ({}, "../usr/share/zoneinfo/Asia/Kolkata", "", "Asia/Kolkata"),
        ({}, "", "Europe/Moscow\n", "Europe/Moscow"),
        ({"TZ": ":America/New_York"}, "/usr/share/zoneinfo/Europe/Berlin", "", "America/New_York"),
        ({"TZ": "nonsense"}, "/usr/share/zoneinfo/Europe/Berlin", "", "Europe/Berlin"),
        ({"TZ": "../../etc/passwd"}, "", "", "UTC"),
        ({}, "", "", "UTC"),
    ],
)
def test_the_zone_of_the_machine(
    environment: dict[str, str], link: str, timezone: str, zone: str, tmp_path: Path
) -> None:
    (tmp_path / "etc").mkdir()
    if link:
        (tmp_path / "etc/localtime").symlink_to(link)
    if timezone:
        (tmp_path / "etc/timezone").write_text(timezone)
    assert local_zone(tmp_path, environment) == zone
