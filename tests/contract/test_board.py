"""What every Board port keeps: the Pi's pins under gpiozero's mock of them, and the stand-in. The mock's pins are
looked at from outside, as a meter would."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from chestnut.core.events import ButtonChanged, Edge, Event
from chestnut.core.ports import Board, PodLine
from chestnut.devices.board import GpioBoard, NoPins, open_pins
from chestnut.runtime.clock import HostClock
from chestnut.runtime.pins import load_pins
from chestnut.sim.board import SimulatedBoard
from gpiozero.pins.mock import MockFactory, MockPWMPin

GPIOS = {line.name: line.gpio for line in load_pins().header if not line.kind.startswith("i2c")}
PATIENCE_S = 10.0


class Meter(Protocol):
    """A board, and what is to be measured at its pins."""

    board: Board

    def level(self) -> float: ...

    def camera_lit(self) -> bool: ...

    def amplified(self) -> bool: ...

    def low(self) -> set[PodLine]: ...

    def empty(self, low: bool) -> None: ...

    def press(self, held: bool) -> None: ...


class Mocked:
    """gpiozero's pins: an input that floats is pulled up by what hangs on it."""

    def __init__(self, post: Callable[[Event], None]) -> None:
        self.held = threading.Event()
        self.pins = MockFactory(pin_class=MockPWMPin)

        def told(event: Event) -> None:
            post(event)
            if isinstance(event, ButtonChanged) and event.edge is Edge.HELD:
                self.held.set()

        self.board = GpioBoard(GPIOS, told, HostClock(), self.pins, hold_s=0.01, bounce_s=None)
        self.wires = {name: self.pins.pin(gpio) for name, gpio in GPIOS.items()}  # they outlive the program

    def pin(self, name: str) -> Any:
        return self.wires[name]

    def drives_low(self, name: str) -> bool:
        pin = self.pin(name)
        assert pin.function == "input" or not pin.state, f"{name} is driven high"
        return bool(pin.function == "output")

    def level(self) -> float:
        return float(self.pin("status_led").state)

    def camera_lit(self) -> bool:
        return bool(self.pin("camera_led").state)

    def amplified(self) -> bool:
        return not self.drives_low("amplifier")

    def low(self) -> set[PodLine]:
        names = {PodLine.RUN: "pod_run", PodLine.BOOTSEL: "pod_bootsel"}
        return {line for line, name in names.items() if self.drives_low(name)}

    def empty(self, low: bool) -> None:
        (self.pin("battery_low").drive_low if low else self.pin("battery_low").drive_high)()

    def press(self, held: bool) -> None:
        self.pin("service").drive_low()
        if held:
            assert self.held.wait(PATIENCE_S)
        self.pin("service").drive_high()


class Simulated:
    def __init__(self, post: Callable[[Event], None]) -> None:
        self.board = self.twin = SimulatedBoard(post, HostClock(), empty=False)

    def level(self) -> float:
        return self.twin.level

    def camera_lit(self) -> bool:
        return self.twin.camera_lit

    def amplified(self) -> bool:
        return self.twin.amplified

    def low(self) -> set[PodLine]:
        return self.twin.low

    def empty(self, low: bool) -> None:
        self.twin.empty = low

    def press(self, held: bool) -> None:
        self.twin.press(held=held)


@pytest.fixture
def told() -> list[Event]:
    return []


@pytest.fixture(params=[Mocked, Simulated], ids=["gpiozero", "stand-in"])
def meter(request: pytest.FixtureRequest, told: list[Event]) -> Iterator[Meter]:
    threads = threading.active_count()
    meter: Meter = request.param(told.append)
    yield meter
    meter.board.close()
    assert threading.active_count() == threads


def test_at_first_lights_are_off_the_amplifier_on_and_the_pod_free(meter: Meter) -> None:
    assert (meter.level(), meter.camera_lit(), meter.amplified(), meter.low()) == (0.0, False, True, set())


def test_lights(meter: Meter) -> None:
    meter.board.glow(0.3)
    assert meter.level() == pytest.approx(0.3, abs=0.01)
    meter.board.glow(7.0)
    assert meter.level() == 1.0
    meter.board.camera_light(True)
    assert meter.camera_lit()
    meter.board.camera_light(False)
    assert not meter.camera_lit()


def test_the_amplifier_is_muted_and_let_go(meter: Meter) -> None:
    meter.board.amplify(False)
    assert not meter.amplified()
    meter.board.amplify(True)
    meter.board.amplify(True)
    assert meter.amplified()


@pytest.mark.parametrize("line", list(PodLine))
def test_the_pods_lines_are_pulled_low_and_let_go_and_never_driven_high(meter: Meter, line: PodLine) -> None:
    for _ in range(2):
        meter.board.pull(line, True)
        assert meter.low() == {line}
        meter.board.pull(line, False)
        assert meter.low() == set()


def test_the_warning_line(meter: Meter) -> None:
    assert meter.board.battery_low() is False
    meter.empty(True)
    assert meter.board.battery_low() is True
    meter.empty(False)
    assert meter.board.battery_low() is False


@pytest.mark.parametrize("held", [False, True])
def test_the_service_button(meter: Meter, told: list[Event], held: bool) -> None:
    meter.press(held)
    edges = [event.edge for event in told if isinstance(event, ButtonChanged)]
    assert edges == ([Edge.DOWN, Edge.HELD, Edge.UP] if held else [Edge.DOWN, Edge.UP])
    assert {(event.button, event.source) for event in told if isinstance(event, ButtonChanged)} == {
        ("service", "board")
    }


def test_after_the_end_everything_is_let_go_and_nothing_is_told(meter: Meter, told: list[Event]) -> None:
    meter.board.amplify(False)
    meter.board.pull(PodLine.RUN, True)
    meter.board.glow(1.0)
    meter.board.camera_light(True)
    meter.board.close()
    meter.board.close()
    meter.board.glow(0.5)
    meter.board.camera_light(True)
    meter.board.amplify(False)
    meter.board.pull(PodLine.BOOTSEL, True)
    assert meter.board.battery_low() is None
    assert meter.amplified()
    assert meter.low() == set()
    if isinstance(
        meter, Simulated
    ):  # gpiozero lets go of an output by making it an input, which tells no level
        assert (meter.level(), meter.camera_lit()) == (0.0, False)
    meter.press(False)
    assert told == []


# --- the Pi's alone -----------------------------------------------------------------------------------------


def test_a_line_that_is_not_built_does_nothing() -> None:
    board = GpioBoard({"camera_led": 22}, lambda event: None, HostClock(), MockFactory(pin_class=MockPWMPin))
    board.glow(1.0)
    board.amplify(False)
    board.pull(PodLine.RUN, True)
    assert board.battery_low() is None
    assert board.lines == ("camera_led",)
    board.close()


def test_a_line_that_is_in_use_is_left_out_with_a_word(caplog: pytest.LogCaptureFixture) -> None:
    import gpiozero

    pins = MockFactory(pin_class=MockPWMPin)
    taken = gpiozero.LED(22, pin_factory=pins)
    board = GpioBoard(GPIOS, lambda event: None, HostClock(), pins)
    assert "camera_led" not in board.lines
    assert "GPIO 22, camera_led, cannot be used" in caplog.text
    board.camera_light(True)
    board.close()
    taken.close()


def test_off_a_pi_there_is_a_clear_word(tmp_path: Path) -> None:
    with pytest.raises(NoPins, match="no Raspberry Pi"):
        open_pins(tmp_path)
    model = tmp_path / "proc/device-tree/model"
    model.parent.mkdir(parents=True)
    model.write_text("Some other board\0")
    with pytest.raises(NoPins, match="no Raspberry Pi"):
        open_pins(tmp_path)


@pytest.mark.parametrize(
    ("library", "words"),
    [
        (None, "sudo apt install python3-lgpio"),
        (PermissionError("can not open gpiochip"), "usermod -aG gpio"),
    ],
)
def test_on_a_pi_without_its_library_or_rights_the_remedy_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: Exception | None, words: str
) -> None:
    """lgpio itself is not on this machine: a module of its name with the one call that fails."""
    import sys
    import types

    model = tmp_path / "proc/device-tree/model"
    model.parent.mkdir(parents=True)
    model.write_text("Raspberry Pi 5 Model B Rev 1.0\0")
    here = Path.cwd()
    module = types.ModuleType("gpiozero.pins.lgpio")
    if library is not None:

        def refuse() -> None:
            assert Path.cwd() != here, "lgpio leaves its pipe where it is imported"
            raise library

        module.LGPIOFactory = refuse  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "gpiozero.pins.lgpio", module)
    with pytest.raises(NoPins, match=words):
        open_pins(tmp_path)
    assert Path.cwd() == here
