"""Which drawings there are, and how their files are named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hardware.pins import Pins
from hardware.wiring.chest import chest
from hardware.wiring.extras import extras
from hardware.wiring.harness import Harness
from hardware.wiring.pod import pod
from hardware.wiring.power import power

HERE = Path(__file__).parent


def standard(pins: Pins) -> tuple[Harness, ...]:
    """What the guide builds."""
    return pod(pins), chest(pins), power()


def otherwise(pins: Pins) -> tuple[Harness, ...]:
    """What one may build instead or beside it: the pod with every other part, and the Pi's other lines."""
    return pod(other_pod(pins), "pod_extras"), extras(pins)


def other_pod(pins: Pins) -> Pins:
    """The pod with the other driver, and a cell that is measured."""
    if pins.haptic == "drv2605l":
        return replace(pins, haptic="pwm", actuator="erm", battery_sensor="adc")
    return replace(pins, haptic="drv2605l", actuator="lra", battery_sensor="adc")


def file(name: str, language: str, ending: str) -> str:
    """pod.svg in English, pod.ru.svg in Russian."""
    return f"{name}.{ending}" if language == "en" else f"{name}.{language}.{ending}"
