"""The pod cares for itself: watchdog, faults told and counted, safe start, the prompt left to the maker."""

from __future__ import annotations

import time

import pytest
from chestnut.sim.pod import SimulatedPod
from chestnut_tests.pod_desk import GPIOS, PlainHost, pulses, wait_until
from chestnut_wire import messages as m

QUICK = {"WATCHDOG_MS": 1500, "ROLL_CALL_MS": 50, "REST_AFTER_FAULT_MS": 50, "MEASURE_MS": 20}


def greeted(pod: SimulatedPod) -> PlainHost:
    host = PlainHost(pod)
    host.link()
    return host


def reset(pod: SimulatedPod) -> None:
    """A fault, and the next life begins."""
    before = pod.lives
    pod.fail()
    wait_until(lambda: pod.lives == before + 1)


def hello(host: PlainHost) -> m.Hello:
    assert host.end.hello is not None
    return host.end.hello


def test_the_watchdog_sleeps_until_a_host_has_come_and_is_fed_while_all_is_well() -> None:
    with SimulatedPod(GPIOS, limits={**QUICK, "WATCHDOG_MS": 400}) as pod:
        pod.press("read", 0.03)
        wait_until(lambda: pulses(pod.motor_history()))
        assert not pod.watched
        host = greeted(pod)
        host.talk_until(lambda: pod.watched)
        end_s = time.monotonic() + 1.2
        host.talk_until(lambda: time.monotonic() > end_s)
        assert pod.resets == 0


def test_what_blocks_everything_ends_in_a_reset_that_is_told() -> None:
    with SimulatedPod(GPIOS, limits=QUICK) as pod:
        host = greeted(pod)
        host.talk_until(lambda: pod.watched)
        assert hello(host).reset_cause == m.CAUSE_POWER
        pod.hang()
        wait_until(lambda: pod.lives == 2)
        again = greeted(pod)
        assert hello(again).reset_cause == m.CAUSE_WATCHDOG
        again.talk_until(lambda: again.crashes)
        assert "the watchdog expired" in again.crashes[0]


@pytest.mark.parametrize(
    ("stuck", "name"),
    [
        ("buttons.Buttons.hear", "hear"),
        ("buttons.Buttons.watch", "watch"),
        ("link.Link.keep", "keep"),
        ("link.Link.receive", "receive"),
    ],
)
def test_a_task_that_no_longer_reports_is_named_and_the_pod_starts_anew(stuck: str, name: str) -> None:
    with SimulatedPod(GPIOS, limits=QUICK, stuck=stuck, restart=False) as pod:
        host = PlainHost(pod)
        host.port.write(b"\1\0")  # something to receive
        wait_until(lambda: not pod.running)
        last = (pod.flash / "crash.txt").read_text().splitlines()[-1]
        assert last.startswith("TaskLate: no report from ")
        assert name in last


def test_a_fault_is_told_whole_with_its_trace_once_and_by_the_next_life() -> None:
    with SimulatedPod(GPIOS, limits=QUICK) as pod:
        boot = hello(greeted(pod)).boot
        reset(pod)
        host = greeted(pod)
        assert hello(host).reset_cause == m.CAUSE_RESET
        host.talk_until(lambda: not (pod.flash / "crash.txt").exists())
        assert len(host.crashes) == 1
        assert host.crashes[0].startswith(f"life {boot:08x}, ")
        assert host.crashes[0].endswith("RuntimeError: asked to fail\n")
        assert 'machine.py", line' in host.crashes[0]
        pod.press("stop", 0.03)
        host.talk_until(lambda: len(host.edges) == 2)  # and the keys work
        host.port.close()
        end_s = time.monotonic() + 0.5
        other = greeted(pod)
        other.talk_until(lambda: time.monotonic() > end_s)
        assert other.crashes == []


def test_three_faults_in_a_row_start_it_safe_until_it_loses_power() -> None:
    with SimulatedPod(GPIOS, limits=QUICK) as pod:
        for _ in range(3):
            reset(pod)
        host = greeted(pod)
        assert hello(host).capabilities == m.SAFE_AFTER_FAULTS
        host.talk_until(lambda: host.crashes)
        before = len(pulses(pod.motor_history()))
        pod.press("read", 0.03)
        end_s = time.monotonic() + 0.5
        host.talk_until(lambda: time.monotonic() > end_s)
        assert host.edges == []
        assert len(pulses(pod.motor_history())) == before
        assert not pod.watched
        pod.unplug()
        pod.plug()
        again = greeted(pod)
        assert hello(again).capabilities & m.CAN_BUZZ
        assert (hello(again).reset_cause, again.crashes) == (m.CAUSE_POWER, [])


def test_a_pod_that_has_lived_well_for_a_while_begins_to_count_anew() -> None:
    with SimulatedPod(GPIOS, limits={**QUICK, "HEALTHY_MS": 100}) as pod:
        for _ in range(3):
            reset(pod)
            wait_until(lambda: not (pod.flash / "faults.txt").exists())
        assert hello(greeted(pod)).capabilities & m.CAN_BUZZ


def test_a_key_held_when_it_gets_power_starts_it_safe_and_at_no_other_time() -> None:
    with SimulatedPod(GPIOS, limits=QUICK, held=[GPIOS["ask"]]) as pod:
        host = greeted(pod)
        assert hello(host).capabilities == m.SAFE_BY_KEY
        reset(pod)
        assert hello(greeted(pod)).capabilities & m.CAN_BUZZ


def test_a_flash_that_takes_nothing_costs_a_report_and_not_the_pod() -> None:
    with SimulatedPod(GPIOS, limits=QUICK) as pod:
        for name in ("crash.txt", "faults.txt", "maker.txt"):
            (pod.flash / name).mkdir()
        for _ in range(4):
            reset(pod)
        host = greeted(pod)
        pod.press("stop", 0.03)
        host.talk_until(lambda: len(host.edges) == 2)
        assert host.crashes == []


@pytest.mark.parametrize("armed", [True, False])
def test_the_maker_gets_the_prompt_and_no_watchdog_disturbs_him(armed: bool) -> None:
    """Armed, by a reset; in the safe start, which arms nothing, at once."""
    held = [] if armed else [GPIOS["read"]]
    with SimulatedPod(GPIOS, limits={**QUICK, "WATCHDOG_MS": 700}, prompt=True, held=held) as pod:
        host = greeted(pod)
        if armed:
            host.talk_until(lambda: pod.watched)
        host.end.maintain(time.monotonic())
        host.talk_until(lambda: host.end.commands.idle)
        if armed:
            wait_until(lambda: pod.lives == 2)
            host = PlainHost(pod)
        heard = b""
        end_s = time.monotonic() + 20
        while b"42" not in heard:
            assert time.monotonic() < end_s, heard
            heard += (new := host.port.read(256))
            if heard and not new:
                host.port.write(b"\x03\r\nprint(6 * 7)\r\n")  # Ctrl-C: away with our own first frame
        end_s = time.monotonic() + 0.8
        wait_until(lambda: time.monotonic() > end_s)
        assert pod.running
        assert pod.resets == armed
        pod.unplug()
        pod.plug()
        greeted(pod)  # and after that it is a pod again
