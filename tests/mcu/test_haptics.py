"""The same rhythms, limits and silence whatever drives the motor; the twin of the DRV2605L keeps to its registers."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from chestnut.core.effects import Haptic
from chestnut.sim.pod import SimulatedPod, find_micropython
from chestnut_tests.pod_desk import GPIOS, PlainHost, PodDesk, at_desk, pulses, wait_until
from chestnut_wire import messages as m

DRIVERS: dict[str, dict[str, Any]] = {
    "pwm": {},
    "drv2605l_erm": {"board": {"HAPTIC": "drv2605l"}, "drv2605l": "erm"},
    "drv2605l_lra": {"board": {"HAPTIC": "drv2605l", "ACTUATOR": "lra"}, "drv2605l": "lra"},
}
CHIP = DRIVERS["drv2605l_erm"]
Scene = Callable[[PodDesk], Awaitable[None]]


@pytest.fixture(params=DRIVERS)
def driver(request: pytest.FixtureRequest) -> dict[str, Any]:
    return DRIVERS[request.param]


def vibrates(pod: SimulatedPod) -> bool:
    history = pod.motor_history()
    return bool(history) and history[-1].duty > 0


async def ready(desk: PodDesk, driver: dict[str, Any]) -> None:
    """Linked, and a spring is calibrated."""
    await desk.linked()
    if driver is DRIVERS["drv2605l_lra"]:
        await desk.until(lambda: (desk.pod.flash / "haptic.txt").exists())
        await desk.until(lambda: not vibrates(desk.pod))


def test_each_buzz_has_its_own_rhythm(driver: dict[str, Any]) -> None:
    async def scene(desk: PodDesk) -> None:
        await ready(desk, driver)
        rhythms = {}
        for haptic, count in zip(Haptic, (1, 3, 2, 1, 2, 3, 4, 2), strict=True):
            before = len(pulses(desk.pod.motor_history()))
            desk.link.buzz(haptic)
            await desk.pulses_come(before + count)
            rhythms[haptic] = pulses(desk.pod.motor_history())[before:]
        assert len(rhythms) == 8
        assert max(rhythms[Haptic.PRESSED]) < min(rhythms[Haptic.FAILED])
        assert rhythms[Haptic.STOPPED][0] < rhythms[Haptic.STOPPED][1]
        assert max(rhythms[Haptic.WATCHING]) < min(rhythms[Haptic.PAUSED])
        assert {change.frequency_hz for change in desk.pod.motor_history()} == {0 if driver else 20000}
        assert desk.pod.stderr() == ""

    at_desk(scene, **driver)


def test_the_wearers_strength_is_that_of_a_buzz_and_of_the_pods_own_tick(driver: dict[str, Any]) -> None:
    async def scene(desk: PodDesk) -> None:
        await ready(desk, driver)
        before = len(desk.pod.motor_history())
        desk.link.buzz(Haptic.PRESSED)
        await desk.until(lambda: len(desk.pod.motor_history()) == before + 2)
        desk.pod.press("read", 0.03)
        await desk.until(lambda: len(desk.pod.motor_history()) == before + 4)
        duties = [change.duty for change in desk.pod.motor_history()[before:]]
        assert duties == [pytest.approx(0.4, abs=0.01), 0, pytest.approx(0.4, abs=0.01), 0]

    at_desk(scene, link={"strength": 102}, **driver)


def test_the_motor_is_cut_off_after_its_longest_time(driver: dict[str, Any]) -> None:
    async def scene(desk: PodDesk) -> None:
        await ready(desk, driver)
        before = len(pulses(desk.pod.motor_history()))
        desk.link.buzz(Haptic.FAILED)
        await desk.pulses_come(before + 1)
        assert pulses(desk.pod.motor_history())[before] < 0.4  # the rhythm asks for 0.45

    at_desk(scene, limits={"MOTOR_MAX_MS": 60}, **driver)


def test_a_fault_stops_the_motor_before_anything_else(driver: dict[str, Any]) -> None:
    async def scene(desk: PodDesk) -> None:
        await ready(desk, driver)
        desk.link.buzz(Haptic.FAILED)
        await desk.until(lambda: vibrates(desk.pod))
        desk.pod.fail()
        await desk.until(lambda: not vibrates(desk.pod))
        failed_s = desk.pod.motor_history()[-1].at
        await desk.until(lambda: desk.pod.resets == 1)
        assert time.monotonic() - failed_s > 0.3  # of the half second it rests with the motor off

    at_desk(scene, **driver)


def test_a_fault_stops_a_calibration_too() -> None:
    async def scene(desk: PodDesk) -> None:
        await desk.until(lambda: vibrates(desk.pod))
        desk.pod.fail()
        await desk.until(lambda: desk.pod.resets == 1)
        on, off, *_ = desk.pod.motor_history()
        assert off.duty == 0 and off.at - on.at < 0.35  # left alone it takes 0.4 s

    at_desk(scene, **DRIVERS["drv2605l_lra"])


def test_the_watchdogs_reset_or_the_start_after_it_ends_what_vibrates(driver: dict[str, Any]) -> None:
    async def scene(desk: PodDesk) -> None:
        await ready(desk, driver)
        desk.link.buzz(Haptic.FAILED)
        await desk.until(lambda: vibrates(desk.pod) and desk.pod.watched)
        desk.pod.hang()
        await desk.until(lambda: desk.pod.resets == 1)
        await desk.until(lambda: not vibrates(desk.pod))
        await desk.until(lambda: desk.parts() == ["found", "pod_lost", "found"])

    limits = {"WATCHDOG_MS": 700, "ROLL_CALL_MS": 100, "MEASURE_MS": 50, "MOTOR_MAX_MS": 5000}
    at_desk(scene, limits=limits, **driver)


def test_keys_go_on_without_the_chip_and_the_host_knows() -> None:
    async def scene(desk: PodDesk) -> None:
        await desk.linked()
        assert desk.link._end.hello is not None
        assert desk.link._end.hello.capabilities & (m.MOTOR_FAILED | m.CAN_BUZZ) == m.MOTOR_FAILED
        desk.pod.press("ask", 0.03)
        await desk.edges_come(2)
        assert pulses(desk.pod.motor_history()) == []
        assert desk.pod.stderr() == ""

    at_desk(scene, board=CHIP["board"])


def test_a_chip_torn_off_while_it_vibrates_is_silenced_when_it_is_back() -> None:
    async def scene(desk: PodDesk) -> None:
        await desk.linked()
        desk.link.buzz(Haptic.FAILED)
        await desk.until(lambda: vibrates(desk.pod))
        desk.pod.wires(False)
        await desk.until(lambda: desk.link._end.hello and desk.link._end.hello.capabilities & m.MOTOR_FAILED)
        desk.pod.press("ask", 0.03)
        await desk.edges_come(2)
        assert vibrates(desk.pod)
        desk.pod.wires(True)
        await desk.until(lambda: not vibrates(desk.pod))
        assert desk.parts() == ["found"]
        assert desk.pod.resets == 0

    at_desk(scene, limits={"MOTOR_RETRY_MS": 50}, **CHIP)


def test_a_spring_is_calibrated_once_in_the_pods_life() -> None:
    with SimulatedPod(GPIOS, **DRIVERS["drv2605l_lra"]) as pod:
        wait_until(lambda: (pod.flash / "haptic.txt").exists())
        assert (pod.flash / "haptic.txt").read_text() == "14 122 182"
        wait_until(lambda: len(pulses(pod.motor_history())) == 1)
        pod.unplug()
        pod.plug()
        host = PlainHost(pod)
        host.link()
        pod.press("read", 0.03)
        wait_until(lambda: len(pulses(pod.motor_history())) == 2)
        assert pulses(pod.motor_history())[1] < 0.2
        assert pod.stderr() == ""


def test_a_spring_that_is_none_is_a_motor_that_failed() -> None:
    board = {"HAPTIC": "drv2605l", "ACTUATOR": "lra"}
    with SimulatedPod(GPIOS, board=board, drv2605l="erm") as pod:
        host = PlainHost(pod)
        host.link()
        host.talk_until(lambda: host.end.hello and host.end.hello.capabilities & m.MOTOR_FAILED)
        assert not vibrates(pod)


TWIN = """
import asyncio
from drv2605l_chip import *
told = []
chip = Drv2605l(told.append, False)
def registers(*places):
    return [chip.read(place, 1)[0] for place in places]
print("power on", registers(STATUS, MODE, RTP, 3, SEQUENCE, 0x16, 0x17, FEEDBACK, 0x1B, CONTROL3))
chip.write(GO, b"\\1")
print("standing by", registers(GO), told)
chip.write(STATUS, b"\\0")
chip.write(0x22, b"\\7")
print("read only", registers(STATUS, 0x22), len(chip.read(0x20, 9)))

async def play():
    chip.write(MODE, b"\\0")
    chip.write(SEQUENCE, bytes((47, 0x80 | 3, 47, 0)))
    chip.write(GO, b"\\1")
    await asyncio.sleep_ms(20)
    print("plays", registers(GO), told)
    await asyncio.sleep_ms(400)
    print("ended by itself", registers(GO), told)
    chip.write(GO, b"\\1")
    await asyncio.sleep_ms(20)
    chip.write(MODE, b"\\x40")
    print("put to rest", registers(GO), told[-2:])
    chip.write(RTP, bytes((127,)))
    chip.write(MODE, b"\\5")
    chip.write(RTP, bytes((64, 1)))
    print("real time", [round(duty, 2) for duty in told[-2:]], registers(RTP, 3))
    chip.write(RTP, bytes((0x90,)))
    print("braking", told[-1])
    chip.write(MODE, b"\\x80")
    print("reset", registers(MODE, RTP), told[-1])

asyncio.run(play())
"""


def test_the_twin_keeps_to_its_registers(project_dir) -> None:
    environment = {**os.environ, "MICROPYPATH": f"{project_dir / 'mcu' / 'sim'}:.frozen"}
    done = subprocess.run(
        [find_micropython(), "-c", TWIN], env=environment, timeout=20, capture_output=True, text=True
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "power on [224, 64, 0, 1, 1, 62, 140, 54, 147, 160]",
        "standing by [0] []",
        "read only [224, 0] 9",
        "plays [1] [1]",
        "ended by itself [0] [1, 0, 1, 0]",
        "put to rest [0] [1, 0]",
        "real time [1.0, 0.5] [64, 1]",
        "braking 0",
        "reset [64, 0] 0",
    ]
