"""The real firmware under MicroPython: keys, rhythms and cable."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time

import psutil
import pytest
from chestnut.core.effects import Haptic
from chestnut.sim.pod import PodNotSimulated, SimulatedPod, find_micropython
from chestnut_tests.pod_desk import GPIOS, PINS, PlainHost, PodDesk, at_desk, nothing_left, pulses, wait_until
from chestnut_wire import messages as m
from chestnut_wire.framing import frame
from chestnut_wire.messages import TICK_MODULUS, encode

STOP = PINS.names.index("stop")


def test_presses_arrive_in_order_with_the_moment_of_the_finger() -> None:
    async def scene(desk: PodDesk) -> None:
        await desk.linked()
        names = (*PINS.names, *PINS.names)
        for number, name in enumerate(names, start=1):
            desk.pod.press(name, 0.04)
            await desk.edges_come(2 * number)
        assert desk.edges() == [f"{name} {edge}" for name in names for edge in ("down", "up")]
        assert desk.moments() == sorted(desk.moments())
        for told, driven in zip(desk.moments(), desk.pod.edge_history(), strict=True):
            assert told == pytest.approx(driven.at, abs=0.05)
        assert desk.pod.stderr() == ""

    at_desk(scene)


def test_the_tick_is_played_without_a_host() -> None:
    with SimulatedPod(GPIOS) as pod:
        pod.press("describe")
        wait_until(lambda: pulses(pod.motor_history()))
        assert pulses(pod.motor_history())[0] >= 0.03
    nothing_left()


def test_a_bouncing_contact_is_one_press() -> None:
    async def scene(desk: PodDesk) -> None:
        await desk.linked()
        bounces = [(0.0, 0), (0.002, 1), (0.003, 0), (0.005, 1), (0.006, 0)]
        bounces += [(0.1, 1), (0.102, 0), (0.104, 1)]
        desk.pod.wave("read", bounces)
        desk.pod.wave("stop", [(0.2, 0), (0.25, 1)])
        await desk.until(lambda: "stop up" in desk.edges())
        assert desk.edges() == ["read down", "read up", "stop down", "stop up"]

    at_desk(scene)


def test_a_tap_of_ten_milliseconds_is_a_press() -> None:
    async def scene(desk: PodDesk) -> None:
        await desk.linked()
        desk.pod.press("ask", 0.01)
        await desk.until(lambda: len(desk.edges()) == 2)
        assert desk.edges() == ["ask down", "ask up"]

    at_desk(scene)


def test_a_hold_is_told_by_the_pod_in_its_own_time() -> None:
    async def scene(desk: PodDesk) -> None:
        await desk.linked()
        desk.pod.press("find", 0.9)
        await desk.until(lambda: len(desk.edges()) == 3)
        assert desk.edges() == ["find down", "find held", "find up"]
        down, held, _ = desk.moments()
        assert held - down == pytest.approx(PINS.hold_ms / 1000, abs=0.05)

    at_desk(scene)


def test_presses_over_the_wrap_of_the_ticks_keep_their_order_and_time() -> None:
    now_us = time.monotonic_ns() // 1000

    async def scene(desk: PodDesk) -> None:
        await desk.linked()
        for _ in range(12):
            desk.pod.press("read", 0.04)
            await desk.edges_come(len(desk.edges()) + 2)
        assert desk.edges() == ["read down", "read up"] * 12
        for told, driven in zip(desk.moments(), desk.pod.edge_history(), strict=True):
            assert told == pytest.approx(driven.at, abs=0.05)

    at_desk(scene, ticks_us=TICK_MODULUS - (now_us + 600_000) % TICK_MODULUS)


def test_a_repeated_command_is_played_once_and_acknowledged_each_time() -> None:
    with SimulatedPod(GPIOS) as pod:
        host = PlainHost(pod)
        host.link()
        before = host.end.side.deframer.frames
        buzz = frame(encode(m.Buzz(host.end._session, 40000, m.DONE, 128), 0, 0))
        for _ in range(5):
            host.port.write(buzz)
        host.talk_until(lambda: len(pulses(pod.motor_history())) == 2)
        host.talk_until(lambda: host.end.side.deframer.frames >= before + 5)
        pod.press("stop", 0.03)
        host.talk_until(lambda: len(host.edges) == 2 and len(pulses(pod.motor_history())) >= 3)
        assert len(pulses(pod.motor_history())) == 3  # two of the buzz, one tick
        assert max(change.duty for change in pod.motor_history()[:5]) == pytest.approx(128 / 255, abs=0.01)


def test_a_silent_host_is_felt_once_and_its_return_too() -> None:
    with SimulatedPod(GPIOS, limits={"HOST_SILENT_US": 1_500_000}) as pod:
        host = PlainHost(pod)
        host.link()
        host.talk_until(lambda: pod.pin_history(PINS.signal("led").gpio))
        assert pulses(pod.motor_history()) == []
        wait_until(lambda: len(pulses(pod.motor_history())) == 3)
        assert pod.pin_history(PINS.signal("led").gpio)[-1].level == 0
        pod.press("stop", 0.03)  # keys are kept for the host that will come
        wait_until(lambda: len(pulses(pod.motor_history())) == 4)
        host.talk_until(lambda: len(pulses(pod.motor_history())) == 6)
        assert host.edges == [(STOP, m.DOWN), (STOP, m.UP)]


def test_garbage_does_no_harm() -> None:
    with SimulatedPod(GPIOS) as pod:
        host = PlainHost(pod)
        chosen = random.Random(1)
        for _ in range(40):
            host.port.write(chosen.randbytes(500))
            host.port.read(4096)
        host.port.write(b"\0" + b"\xff" * 3000 + b"\0" + b"\x03" * 50 + b"\0")
        host.link()
        pod.press("ask", 0.03)
        host.talk_until(lambda: len(host.edges) == 2)
        assert pod.stderr() == ""
        assert pod.resets == 0


def test_a_host_that_does_not_read_stops_nothing() -> None:
    with SimulatedPod(GPIOS) as pod:
        host = PlainHost(pod)
        host.link()
        host.talk_until(lambda: pod.pin_history(PINS.signal("led").gpio))
        for number in range(12):
            pod.press("read", 0.03)
            wait_until(lambda number=number: len(pulses(pod.motor_history())) == number + 1)
        host.talk_until(lambda: len(host.edges) == 24)
        assert [kind for _, kind in host.edges] == [m.DOWN, m.UP] * 12


def test_a_fault_stops_the_motor_first_and_the_pod_comes_back_as_another() -> None:
    async def scene(desk: PodDesk) -> None:
        await desk.linked()
        desk.pod.press("read", 0.03)
        await desk.until(lambda: len(desk.edges()) == 2)
        first = desk.link._end.hello
        desk.link.buzz(Haptic.FAILED)
        await desk.until(lambda: desk.pod.motor_history()[-1].duty > 0)
        desk.pod.fail()
        await desk.until(lambda: desk.parts() == ["found", "pod_lost", "found"])
        assert desk.pod.resets == 1
        assert desk.pod.motor_history()[-1].duty == 0
        assert pulses(desk.pod.motor_history())[-1] < 0.4
        second = desk.link._end.hello
        assert first is not None
        assert second is not None
        assert first.boot != second.boot
        desk.pod.press("ask", 0.03)
        await desk.until(lambda: len(desk.edges()) == 4)
        assert desk.edges() == ["read down", "read up", "ask down", "ask up"]

    at_desk(scene)


def test_memory_stays_level_over_many_presses() -> None:
    async def scene(desk: PodDesk) -> None:
        await desk.linked()
        free = []
        for _ in range(3):
            for _ in range(20):
                desk.pod.press("read", 0.001)
                await desk.edges_come(len(desk.edges()) + 2)
            free.append(await desk.pod.free_memory())
        assert free[2] > free[0] - 2000
        assert free[2] > 60_000

    at_desk(scene)


def test_two_keys_held_at_start_leave_the_board_to_the_maker() -> None:
    with SimulatedPod(GPIOS, held=[GPIOS["find"], GPIOS["stop"]]) as pod:
        wait_until(lambda: not pod.running)
        assert pod.stderr() == ""
        assert not pod.resets


def test_an_interrupt_that_allocates_fails_here_as_on_the_chip(project_dir) -> None:
    script = (
        "from machine import Pin\n"
        "pin = Pin(2, Pin.IN, Pin.PULL_UP)\n"
        "pin.irq(lambda pin: [pin, pin], Pin.IRQ_FALLING, hard=True)\n"
        "try:\n    pin.drive(0)\nexcept MemoryError:\n    print('refused')\n"
    )
    path = ":".join(str(project_dir / folder) for folder in ("mcu/sim", "mcu", "shared"))
    done = subprocess.run(
        [find_micropython(), "-c", script],
        env={**os.environ, "MICROPYPATH": f"{path}:.frozen"},
        timeout=20,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "refused\n", done.stderr


def test_the_firmware_ends_when_nobody_holds_it_any_more(project_dir, tmp_path) -> None:
    script = (
        "import os, time; from chestnut_tests.pod_desk import GPIOS; from chestnut.sim.pod import SimulatedPod\n"
        "pod = SimulatedPod(GPIOS); time.sleep(0.3); print(pod._process.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}  # where a killed host leaves its folder
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=project_dir / "tests",
        env=environment,
        capture_output=True,
        timeout=20,
    )
    pid = int(done.stdout)
    wait_until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


def test_a_missing_interpreter_is_an_error_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MICROPYTHON", "/no/such/micropython")
    with pytest.raises(PodNotSimulated, match="correct it or unset it"):
        SimulatedPod(GPIOS)
