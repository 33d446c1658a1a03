"""Battery and skin, measured by the real firmware on the chips' twins, ten times as fast."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import pytest
from chestnut.sim.pod import SimulatedPod
from chestnut_tests.pod_desk import GPIOS, PlainHost
from chestnut_wire import messages as m

FULL = {"board": {"BATTERY_SENSOR": "adc"}, "adc": {"26": 39_718}}  # 4.0 V behind the divider


def with_pod(scene: Callable[[SimulatedPod, PlainHost], None], **options: Any) -> None:
    with SimulatedPod(GPIOS, speed=10, **options) as pod:
        host = PlainHost(pod)
        host.link()
        scene(pod, host)
        assert pod.stderr() == ""


def told(host: PlainHost, quantity: int) -> list[int]:
    """The changes; what was said again after half a minute is no news."""
    values = [value for found, value in host.measures if found == quantity]
    return [value for value, _ in itertools.groupby(values)]


def celsius(host: PlainHost) -> list[float]:
    return [round(value / 100 - 273.15, 1) for value in told(host, m.SKIN_CENTIKELVIN)]


def test_a_noisy_voltage_is_averaged_and_told_once_while_it_stays() -> None:
    def scene(pod: SimulatedPod, host: PlainHost) -> None:
        assert host.end.hello is not None
        assert host.end.hello.capabilities & m.MEASURES_BATTERY
        host.talk_until(lambda: len(celsius(host)) == 1 and told(host, m.BATTERY_MV))
        pod.skin(34.0)
        host.talk_until(lambda: len(celsius(host)) == 2)  # meanwhile the voltage was looked at, too
        assert told(host, m.BATTERY_MV) == [pytest.approx(4000, abs=5)]

    with_pod(scene, **FULL)


def test_a_falling_voltage_is_told_in_steps_and_a_torn_wire_is_not_an_empty_cell() -> None:
    def scene(pod: SimulatedPod, host: PlainHost) -> None:
        host.talk_until(lambda: told(host, m.BATTERY_MV))
        pod.volts(3.7)
        host.talk_until(lambda: told(host, m.BATTERY_MV)[-1] < 3720)
        falling = told(host, m.BATTERY_MV)
        assert all(before - after >= 20 for before, after in itertools.pairwise(falling))
        pod.volts(0.0)
        host.talk_until(lambda: told(host, m.BATTERY_MV)[-1] == 0)
        assert told(host, m.BATTERY_MV)[:-1] == falling
        pod.volts(3.9)
        host.talk_until(lambda: told(host, m.BATTERY_MV)[-1] == pytest.approx(3900, abs=5))

    with_pod(scene, **FULL)


def test_the_back_plate_is_told_when_it_warms_and_never_as_cold_when_it_is_torn_off() -> None:
    def scene(pod: SimulatedPod, host: PlainHost) -> None:
        assert host.end.hello is not None
        assert not host.end.hello.capabilities & m.MEASURES_BATTERY
        host.talk_until(lambda: celsius(host) == [33.0])
        pod.skin(33.1)  # less than is told
        pod.skin(41.3)
        host.talk_until(lambda: celsius(host)[-1] == 41.3)
        pod.skin(-5.5)
        host.talk_until(lambda: celsius(host)[-1] == -5.5)
        pod.skin(None)
        host.talk_until(lambda: told(host, m.SKIN_CENTIKELVIN)[-1] == 0)
        pod.skin(36.6)
        host.talk_until(lambda: celsius(host)[-1] == 36.6)
        assert len(celsius(host)) == 5
        assert told(host, m.BATTERY_MV) == []

    with_pod(scene)


def test_a_reading_with_a_flipped_bit_is_not_believed() -> None:
    def scene(pod: SimulatedPod, host: PlainHost) -> None:
        host.talk_until(lambda: celsius(host) == [33.0])
        pod.skin_noise(2)
        pod.skin(35.0)
        host.talk_until(lambda: celsius(host)[-1] == 35.0)
        assert celsius(host) == [33.0, 35.0]
        pod.skin_noise(5)  # too many in a row
        host.talk_until(lambda: len(celsius(host)) == 4)
        assert [value > 0 for value in told(host, m.SKIN_CENTIKELVIN)] == [True, True, False, True]

    with_pod(scene)


@pytest.mark.parametrize("degrees", [0.0, 25.0, 41.0, 43.0])
def test_a_thermistor_tells_the_same(degrees: float) -> None:
    ohm = 10_000 * math.exp(3950 * (1 / (degrees + 273.15) - 1 / 298.15))
    board = {"SKIN_SENSOR": "ntc", "SKIN": 27}

    def scene(pod: SimulatedPod, host: PlainHost) -> None:
        host.talk_until(lambda: celsius(host))
        assert celsius(host)[-1] == pytest.approx(degrees, abs=0.2)
        pod.adc(27, 1.0)  # torn off: pulled up to the reference
        host.talk_until(lambda: told(host, m.SKIN_CENTIKELVIN)[-1] == 0)

    with_pod(scene, board=board, adc={"27": round(65535 * ohm / (ohm + 10_000))})


def test_a_short_circuit_is_no_heat() -> None:
    def scene(pod: SimulatedPod, host: PlainHost) -> None:
        host.talk_until(lambda: told(host, m.SKIN_CENTIKELVIN) == [0])

    with_pod(scene, board={"SKIN_SENSOR": "ntc", "SKIN": 27}, adc={"27": 0})


def test_a_pod_without_sensors_measures_nothing() -> None:
    def scene(pod: SimulatedPod, host: PlainHost) -> None:
        assert host.end.hello is not None
        assert host.end.hello.capabilities == m.CAN_BUZZ
        pod.press("read", 0.03)
        host.talk_until(lambda: len(host.edges) == 2)
        assert host.measures == []

    with_pod(scene, board={"SKIN_SENSOR": "none"})
