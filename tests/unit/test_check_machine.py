"""The self-test's lines on pins, gauge and processor."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from chestnut.core.ports import Charge, Gauge
from chestnut.devices.board import NoPins
from chestnut.devices.chip import Chip
from chestnut.devices.gauges import GaugeLost
from chestnut.locale import Phrases
from chestnut.runtime.assemble.checks import machine
from chestnut.runtime.checking import Place, Result, State
from chestnut.runtime.settings import PowerSettings, Settings
from gpiozero.pins.mock import MockFactory


class One:
    """A gauge that answers once."""

    def __init__(self, answer: Charge | OSError) -> None:
        self.answer = answer
        self.closed = False

    def read(self) -> Charge:
        if isinstance(self.answer, OSError):
            raise self.answer
        return self.answer

    def close(self) -> None:
        self.closed = True


def gauge(monkeypatch: pytest.MonkeyPatch, answer: Charge | OSError) -> Result:
    one = One(answer)
    opened: list[str] = []

    def open_one(kind: str) -> Gauge:
        opened.append(kind)
        return one

    monkeypatch.setattr(machine, "open_gauge", open_one)
    result = machine.gauge(Place(replace(Settings(), power=PowerSettings("pisugar3"))))
    assert opened == ["pisugar3"]
    assert one.closed
    return result


def test_a_gauge_that_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    result = gauge(monkeypatch, Charge(81, 3960, True))
    assert (result.state, result.found) == (State.OK, "pisugar3: 81 %, 3960 mV, charging")


def test_a_gauge_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    result = gauge(monkeypatch, GaugeLost("the battery's gauge does not answer: check how its board sits"))
    assert (result.state, result.remedy) == (State.MISSING, "check how its board sits")
    assert result.say == "gauge_lost"


def test_without_a_gauge_the_setting_is_named() -> None:
    result = machine.gauge(Place())
    assert result.state is State.ABSENT
    assert "[power] gauge" in result.remedy


@pytest.mark.parametrize(
    ("throttled", "milli_c", "state", "say"),
    [
        ("throttled=0x0\n", "48300", State.OK, ""),
        ("throttled=0x50000\n", "48300", State.ABSENT, "power_weak"),
        ("throttled=0x0\n", "81000", State.ABSENT, "chip_warm"),
        ("", "", State.ABSENT, ""),
    ],
)
def test_the_processor(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, throttled: str, milli_c: str, state: State, say: str
) -> None:
    zone = tmp_path / "sys/class/thermal/thermal_zone0"
    zone.mkdir(parents=True)
    (zone / "type").write_text("cpu-thermal\n")
    (zone / "temp").write_text(milli_c)
    answers = {"get_throttled": throttled}
    monkeypatch.setattr(machine, "Chip", lambda: Chip(tmp_path, lambda words: answers.get(words[0], "")))
    result = machine.processor(Place())
    assert (result.state, result.say) == (state, say)
    assert bool(result.remedy) is (state is not State.OK)
    if say:
        assert Phrases.of("ru").render(say, {})


def test_the_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "open_pins", MockFactory)
    result = machine.pins(Place())
    assert result.state is State.OK
    assert "service 17" in result.found

    def none() -> None:
        raise NoPins("the library of the pins is missing: sudo apt install python3-lgpio")

    monkeypatch.setattr(machine, "open_pins", none)
    result = machine.pins(Place())
    assert (result.state, result.remedy) == (State.ABSENT, "sudo apt install python3-lgpio")
