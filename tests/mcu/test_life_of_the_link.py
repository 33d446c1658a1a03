"""What the host hears of the pod's life, through the real firmware, the real link and a terminal."""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from chestnut.core.events import (
    BatteryMeasured,
    ButtonChanged,
    Part,
    PartFound,
    PartLost,
    PodRestarted,
    SkinMeasured,
)
from chestnut.core.gestures import Gestures, Kind
from chestnut.devices.link import RETRY_MAX_S, LinkLost
from chestnut.devices.ports import find_port, stable_name
from chestnut.sim.pod import SimulatedPod
from chestnut_tests.pod_desk import GPIOS, PINS, PlainHost, PodDesk, at_desk, pulses, wait_until
from chestnut_wire import messages as m
from chestnut_wire.framing import frame
from chestnut_wire.messages import encode

QUICK = {"REST_AFTER_FAULT_MS": 50}


def of(desk: PodDesk, kind: type) -> list[SimpleNamespace]:
    return [event for event in desk.events if isinstance(event, kind)]  # type: ignore[misc]


def test_a_host_that_never_reads_blocks_nothing_and_the_loss_is_counted() -> None:
    """Pings fill the terminal with answers that nobody takes; the pod goes on, and gives up the oldest edges."""
    with SimulatedPod(GPIOS) as pod:
        host = PlainHost(pod)
        host.link()
        host.talk_until(lambda: pod.pin_history(PINS.signal("led").gpio))
        ping = frame(encode(m.Ping(host.end._session, 7), 0, 0))
        for _ in range(100):
            host.port.write(ping * 20)
        presses = 24  # 16 fit into the pod
        for number in range(presses):
            pod.press(PINS.names[number % 5], 0.03)
            wait_until(lambda number=number: len(pulses(pod.motor_history())) == number + 1)
            host.port.write(ping)
            time.sleep(0.05)  # as fast as a finger
        assert pod.resets == 0
        host.talk_until(lambda: host.edges and host.edges[-1] == ((presses - 1) % 5, m.UP))
        lost = host.end.inbox.lost
        assert lost >= 2 * presses - 32 - 12  # at most a few went before the terminal was full
        assert len(host.edges) == 2 * presses - lost
        assert [button for button, kind in host.edges if kind == m.DOWN][-12:] == [
            number % 5 for number in range(presses - 12, presses)
        ]
        pod.press("ask", 0.03)
        host.talk_until(lambda: host.edges[-1] == (PINS.names.index("ask"), m.UP))
        assert pod.stderr() == ""


def gestures_of(desk: PodDesk) -> list[tuple[str, Kind]]:
    gestures = Gestures()
    found = [gestures.feed(event) for event in desk.events if isinstance(event, ButtonChanged)]
    return [(gesture.button, gesture.kind) for gesture in found if gesture]


def test_a_host_that_stalls_bends_no_gesture() -> None:
    """The loop stands still while the finger presses, presses twice and holds: the pod's times decide."""

    async def scene(desk: PodDesk) -> None:
        await desk.linked()
        desk.pod.press("describe", 0.08)
        time.sleep(1.2)  # a press does not become a hold
        await desk.edges_come(2)
        desk.pod.wave("read", [(0.0, 0), (0.06, 1), (0.2, 0), (0.26, 1)])
        time.sleep(1.2)  # nor a double press two presses
        await desk.edges_come(6)
        desk.pod.press("stop", 0.8)
        time.sleep(1.2)  # nor a hold a press
        await desk.edges_come(9)
        assert gestures_of(desk) == [
            ("describe", Kind.PRESS),
            ("read", Kind.PRESS),
            ("read", Kind.DOUBLE),
            ("stop", Kind.HOLD),
        ]
        assert desk.parts() == ["found"]

    at_desk(scene)


def test_measures_come_as_events() -> None:
    async def scene(desk: PodDesk) -> None:
        await desk.until(lambda: of(desk, BatteryMeasured) and of(desk, SkinMeasured))
        battery, skin = of(desk, BatteryMeasured)[0], of(desk, SkinMeasured)[0]
        assert battery.percent == pytest.approx(75, abs=1)
        assert battery.millivolts == pytest.approx(3900, abs=5)
        assert skin.celsius == 33.0
        desk.pod.skin(None)
        await desk.until(lambda: of(desk, SkinMeasured)[-1].celsius is None)
        desk.pod.volts(0)
        await desk.until(lambda: of(desk, BatteryMeasured)[-1].percent is None)

    at_desk(scene, speed=10, board={"BATTERY_SENSOR": "adc"}, adc={"26": 38_725})


def test_a_fault_is_logged_with_its_trace_and_announced_once(caplog: pytest.LogCaptureFixture) -> None:
    async def scene(desk: PodDesk) -> None:
        await desk.linked()
        desk.pod.fail()
        await desk.until(lambda: of(desk, PodRestarted))
        assert of(desk, PodRestarted)[0].reason == "RuntimeError: asked to fail"
        assert desk.parts() == ["found", "pod_lost", "found"]
        await desk.until(lambda: not (desk.pod.flash / "crash.txt").exists())
        assert len(of(desk, PodRestarted)) == 1

    with caplog.at_level(logging.ERROR):
        at_desk(scene, limits=QUICK)
    assert "Traceback" in caplog.text


def test_a_safe_start_is_told_with_its_reason_and_ends_with_a_new_plug() -> None:
    async def scene(desk: PodDesk) -> None:
        await desk.until(lambda: desk.parts() == ["pod_safe_key"])
        desk.pod.press("read", 0.03)
        desk.pod.unplug()
        desk.pod._settings["held"] = []
        desk.pod.plug()
        await desk.until(lambda: desk.parts() == ["pod_safe_key", "found"])
        assert desk.edges() == []

    at_desk(scene, held=[GPIOS["ask"]])


def test_three_faults_in_a_row_are_told_as_such() -> None:
    async def scene(desk: PodDesk) -> None:
        for life in (1, 2, 3):
            await desk.until(lambda life=life: desk.pod.lives == life and desk.link.linked)
            desk.pod.fail()
        await desk.until(lambda: desk.parts()[-1] == "pod_safe_faults")
        assert desk.pod.lives == 4

    at_desk(scene, limits=QUICK)


def test_a_motor_that_fails_is_a_lost_part_and_found_again_with_a_new_plug() -> None:
    async def scene(desk: PodDesk) -> None:
        await desk.linked()
        desk.pod.wires(False)
        desk.pod.press("read", 0.03)
        await desk.until(lambda: parts(desk)[-1:] == [(PartLost, Part.MOTOR)])
        assert desk.edges() or await desk.edges_come(2) is None
        desk.pod.unplug()
        desk.pod.plug()
        await desk.until(lambda: parts(desk)[-1:] == [(PartFound, Part.MOTOR)])

    def parts(desk: PodDesk) -> list[tuple[type, Part]]:
        return [(type(event), event.part) for event in desk.events if isinstance(event, PartLost | PartFound)]

    at_desk(scene, board={"HAPTIC": "drv2605l"}, drv2605l="erm")


def test_the_host_is_felt_to_be_lost_and_back_in_the_wearers_strength() -> None:
    with SimulatedPod(GPIOS, limits={"HOST_SILENT_US": 300_000}) as pod:
        host = PlainHost(pod)
        host.link()
        host.end.buzz(m.PRESSED, 102, time.monotonic())
        host.talk_until(lambda: len(pulses(pod.motor_history())) == 1)
        wait_until(lambda: len(pulses(pod.motor_history())) == 4)
        host.talk_until(lambda: len(pulses(pod.motor_history())) == 6)
        strengths = [round(change.duty, 1) for change in pod.motor_history() if change.duty]
        assert strengths == [0.4, 1, 1, 1, 0.4, 0.4]  # that the host is gone is told as strongly as it goes


def usb(device: str, serial_number: str | None) -> SimpleNamespace:
    return SimpleNamespace(device=device, vid=0x2E8A, pid=0x0005, serial_number=serial_number)


def test_among_several_pods_the_known_one_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from serial.tools import list_ports

    pods = [usb("/dev/ttyACM0", "E661000000000001"), usb("/dev/ttyACM1", "E66100000000ABCD")]
    monkeypatch.setattr(list_ports, "comports", lambda: pods)
    assert find_port("e66100000000abcd", tmp_path) == "/dev/ttyACM1"
    assert find_port("e661000000000fff", tmp_path) == "/dev/ttyACM0"
    assert find_port("", tmp_path / "missing") == "/dev/ttyACM0"
    monkeypatch.setattr(list_ports, "comports", lambda: [usb("/dev/ttyACM3", None)])
    assert find_port("e661", tmp_path) == "/dev/ttyACM3"
    monkeypatch.setattr(list_ports, "comports", list)
    with pytest.raises(LinkLost, match="plug it in"):
        find_port("e661", tmp_path)


def test_a_port_has_the_name_that_stays(tmp_path: Path) -> None:
    device = tmp_path / "ttyACM0"
    device.touch()
    by_id = tmp_path / "by-id"
    by_id.mkdir()
    (by_id / "usb-other").symlink_to(tmp_path / "ttyUSB0")
    assert stable_name(str(device), by_id) == str(device)
    (by_id / "usb-MicroPython_Board_E661-if00").symlink_to("../ttyACM0")
    assert stable_name(str(device), by_id) == str(by_id / "usb-MicroPython_Board_E661-if00")


def test_a_pod_that_was_away_for_a_while_is_found_again_at_its_plug() -> None:
    async def scene(desk: PodDesk) -> None:
        await desk.linked()
        desk.pod.unplug()
        await desk.until(lambda: not desk.link.linked)
        await asyncio.sleep(1.5)  # the host has grown patient meanwhile
        desk.pod.plug()
        await desk.linked()
        assert RETRY_MAX_S + 0.5 < 2  # it looks so often, and clocks and hello take a few milliseconds

    at_desk(scene)
