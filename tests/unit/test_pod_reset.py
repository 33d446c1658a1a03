"""The pod is reset over its wires, plainly or as a drive, and let go whatever happens."""

from __future__ import annotations

import gpiozero
import pytest
from chestnut.core.ports import PodLine
from chestnut.devices.board import NoPins
from chestnut.runtime.clock import HostClock
from chestnut.sim.board import SimulatedBoard
from gpiozero.pins.mock import MockFactory, MockPWMPin

from tools.pod_reset import main, reset

RUN, BOOTSEL = PodLine.RUN, PodLine.BOOTSEL


@pytest.mark.parametrize(
    ("drive", "lows"), [(False, [{RUN}, set()]), (True, [{RUN, BOOTSEL}, {BOOTSEL}])], ids=["plain", "drive"]
)
def test_bootsel_is_held_longer_than_run(drive: bool, lows: list[set[PodLine]]) -> None:
    board = SimulatedBoard(lambda event: None, HostClock())
    seen: list[set[PodLine]] = []
    reset(board, drive=drive, rest=lambda seconds: seen.append(set(board.low)))
    assert seen == lows
    assert board.low == set()


def test_interrupted_it_lets_go() -> None:
    board = SimulatedBoard(lambda event: None, HostClock())

    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reset(board, drive=True, rest=interrupt)
    assert board.low == set()


def test_the_command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    assert main(["--drive"], lambda: MockFactory(pin_class=MockPWMPin)) == 0
    assert "UF2" in capsys.readouterr().out


def test_where_it_cannot_be_one_line_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    def none() -> None:
        raise NoPins("this machine is no Raspberry Pi and has none of its pins")

    assert main([], none) == 2
    assert "no Raspberry Pi" in capsys.readouterr().err
    pins = MockFactory(pin_class=MockPWMPin)
    taken = gpiozero.LED(5, pin_factory=pins)
    assert main([], lambda: pins) == 2
    assert "systemctl stop chestnut" in capsys.readouterr().err
    taken.close()
