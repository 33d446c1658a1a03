"""What every Gauge port keeps, over twins of the chips that behave as their registers do."""

from __future__ import annotations

import ctypes
import errno
import fcntl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from chestnut.core.ports import Charge, Gauge
from chestnut.devices import i2c
from chestnut.devices.gauges import CELL_MV, KINDS, GaugeLost, Max17048, PiSugar3, open_gauge
from chestnut.devices.i2c import I2cChip
from chestnut.sim.gauges import Cell, Max17048Twin, PiSugar3Twin
from hypothesis import given
from hypothesis import strategies as st

Twin = Max17048Twin | PiSugar3Twin
BENCHES: dict[str, Callable[[Cell], Twin]] = {"max17048": Max17048Twin, "pisugar3": PiSugar3Twin}


@pytest.fixture(params=sorted(BENCHES))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def joined(kind: str, cell: Cell) -> tuple[Gauge, Twin]:
    twin = BENCHES[kind](cell)
    return KINDS[kind](twin), twin


@given(percent=st.integers(0, 100), millivolts=st.integers(CELL_MV.start + 1, CELL_MV.stop - 2))
@pytest.mark.parametrize("kind", sorted(BENCHES))
def test_what_the_cell_has_is_read(kind: str, percent: int, millivolts: int) -> None:
    gauge, _ = joined(kind, Cell(percent, millivolts))
    charge = gauge.read()
    assert charge.percent == percent
    assert abs(charge.millivolts - millivolts) <= 1


def test_charging_and_discharging(kind: str) -> None:
    gauge, _ = joined(kind, Cell(rate=30.0, plugged=True))
    assert gauge.read().charging is True
    gauge, _ = joined(kind, Cell(rate=-12.0, plugged=False))
    assert gauge.read().charging is False


def test_a_chip_that_does_not_answer_names_the_remedy_and_is_read_again_when_it_does(kind: str) -> None:
    gauge, twin = joined(kind, Cell(50))
    twin.answers = False
    with pytest.raises(GaugeLost, match="check how its board sits"):
        gauge.read()
    twin.answers = True
    assert gauge.read().percent == 50


@pytest.mark.parametrize("millivolts", [0, 500, 6000])
def test_a_voltage_no_cell_has_is_refused(kind: str, millivolts: int) -> None:
    gauge, _ = joined(kind, Cell(50, min(millivolts, 5100)))
    with pytest.raises(GaugeLost, match="nonsense"):
        gauge.read()


class Bytes:
    """Registers that hold anything."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def read(self, register: int, count: int) -> bytes:
        return bytes(self.data[(register + at) % len(self.data)] for at in range(count))

    def close(self) -> None:
        pass


@given(st.binary(min_size=1, max_size=256))
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_whatever_the_registers_hold_it_is_a_charge_or_a_loss(kind: str, data: bytes) -> None:
    try:
        charge = KINDS[kind](Bytes(data)).read()
    except GaugeLost:
        return
    assert 0 <= charge.percent <= 100
    assert charge.millivolts in CELL_MV


@pytest.mark.parametrize("level", [b"\x00", b"\xff"])
def test_a_bus_that_is_shorted_or_empty_is_a_loss(kind: str, level: bytes) -> None:
    with pytest.raises(GaugeLost):
        KINDS[kind](Bytes(level)).read()


# --- of one chip alone -----------------------------------------------------------------------------------------


def test_a_max17048_that_is_steady_tells_neither() -> None:
    assert Max17048(Max17048Twin(Cell(rate=0.4))).read().charging is None


def test_its_predecessor_has_no_rate() -> None:
    assert Max17048(Max17048Twin(Cell(62, rate=-12.0), version=0x0003)).read() == Charge(62, 3950, None)


def test_a_cell_that_is_overfull_is_full() -> None:
    assert Max17048(Max17048Twin(Cell(104.5))).read().percent == 100


def test_another_chip_at_the_address_of_a_pisugar_is_named() -> None:
    """A clock's memory stands at 0x57 too."""
    with pytest.raises(GaugeLost, match=r"no PiSugar 3.*\[power\] gauge"):
        PiSugar3(PiSugar3Twin(Cell(), version=255)).read()


def test_a_pisugar_with_its_charging_switched_off_does_not_charge() -> None:
    assert PiSugar3(PiSugar3Twin(Cell(plugged=True), may_charge=False)).read().charging is False


# --- the bus ------------------------------------------------------------------------------------------------------


class Kernel:
    """The kernel's side of I2C_RDWR: takes the messages apart and lets a twin answer them."""

    def __init__(self, twin: Twin, address: int) -> None:
        self.twin, self.address = twin, address
        self.transfers = 0

    def ioctl(self, file: int, request: int, argument: Any) -> int:
        assert request == 0x0707
        transfer = i2c._Transfer.from_buffer_copy(bytes(argument))
        assert transfer.count == 2
        write, read = transfer.messages[0], transfer.messages[1]
        assert (write.flags, read.flags, write.length) == (0, 1, 1)
        if {write.address, read.address} != {self.address}:
            raise OSError(errno.EREMOTEIO, "Remote I/O error")
        answer = self.twin.read(write.data[0], read.length)
        ctypes.memmove(read.data, answer, len(answer))
        self.transfers += 1
        return 2


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch, kind: str) -> Kernel:
    kernel = Kernel(
        BENCHES[kind](Cell(41, 3777, plugged=True, rate=20)), {"max17048": 0x36, "pisugar3": 0x57}[kind]
    )
    monkeypatch.setattr(fcntl, "ioctl", kernel.ioctl)
    return kernel


def test_the_whole_way_from_the_gauge_to_the_bus(
    kernel: Kernel, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = tmp_path / "i2c-1"
    bus.touch()
    monkeypatch.setattr(I2cChip.__init__, "__defaults__", (bus,))
    gauge = open_gauge(kind)
    assert gauge is not None
    assert gauge.read() == Charge(41, 3777, True)
    kernel.twin.answers = False
    with pytest.raises(GaugeLost):
        gauge.read()
    kernel.twin.answers = True
    assert gauge.read().percent == 41, "the bus is opened anew"
    gauge.close()
    gauge.close()


def test_a_bus_that_is_not_there_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(GaugeLost, match="dtparam=i2c_arm=on"):
        Max17048(I2cChip(0x36, tmp_path / "i2c-1")).read()


def test_a_bus_that_may_not_be_opened_names_the_group(as_nobody: None, tmp_path: Path) -> None:
    bus = tmp_path / "i2c-1"
    bus.touch(0)
    with pytest.raises(GaugeLost, match="usermod -aG i2c"):
        Max17048(I2cChip(0x36, bus)).read()


@pytest.mark.parametrize("kind", ["pod", "none", "ina219"])
def test_what_is_no_gauge_opens_none(kind: str) -> None:
    assert open_gauge(kind) is None
