"""The whole simulated device: real firmware, real detectors, real voice into real time without sound."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from chestnut.runtime.assemble.device import first_session
from chestnut.runtime.assemble.simulation import Simulation
from chestnut.runtime.keymap import keymap
from chestnut.runtime.pins import load_pins
from chestnut.runtime.recording import Recorder, replay
from chestnut.skills.table import SKILLS
from chestnut_tests import no_network
from chestnut_tests.life import QUICK, Life, live


def test_the_tour_shows_every_capability_in_both_languages() -> None:
    """The same that `make run` plays without a terminal. Where any process of it would get a socket that is not a
    local one, it is ended badly: the device makes none, from start to stop."""
    result = subprocess.run(
        [sys.executable, no_network.__file__, Path(sys.executable).parent / "chestnut", "tour", "--json"],
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert len(result.stdout.splitlines()) == 1
    answer = json.loads(result.stdout)
    assert "failed" not in answer["facts"]
    assert "One person ahead, near." in answer["said"]
    assert "Впереди, близко, один человек." in answer["said"]
    assert any("Комната 214" in said for said in answer["said"])
    assert any("remember: a cup" in said for said in answer["said"])
    assert any(said.startswith("Someone I don't know") for said in answer["said"])
    steps = {step["title"]: step for step in answer["facts"]["steps"]}
    assert steps["Describe: a person"]["timings_ms"]["press_to_first_word"] > 0


def test_a_pod_pulled_and_returned_is_told_and_obeyed_again() -> None:
    async def scenario(life: Life) -> None:
        assert life.simulation.pod is not None
        life.simulation.pod.unplug()
        await life.says("pod_lost")
        life.simulation.pod.plug()
        await life.says("pod_back")
        await life.until(lambda: not life.device.conductor.busy)
        await life.press("describe")
        await life.says("scene")

    live(scenario)


def test_a_camera_pulled_and_returned_is_told() -> None:
    async def scenario(life: Life) -> None:
        cover = life.simulation.cover
        assert cover is not None
        cover.pulled = True
        await life.says("camera_lost")
        await life.until(lambda: not life.device.conductor.busy)
        await life.press("describe")
        await life.says("camera_lost")
        cover.pulled = False
        await life.says("camera_back")
        await life.until(lambda: not life.device.conductor.busy)
        await life.press("describe")
        await life.says("scene")

    live(scenario)


def test_without_models_the_device_says_so_and_lives_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(life: Life) -> None:
        await life.until(lambda: "eyes_lost" in life.keys)
        await life.until(lambda: not life.device.conductor.busy)
        life.keys.clear()
        await life.press("describe")
        await life.says("eyes_lost")
        await life.until(lambda: not life.device.conductor.busy)
        await life.press("stop", hold_s=0.9)
        await life.says("status")

    monkeypatch.setenv("CHESTNUT_CACHE", str(tmp_path))
    live(scenario)


def test_a_recorded_life_replays_the_same(tmp_path: Path) -> None:
    path = tmp_path / "life.jsonl"

    with path.open("w", encoding="utf-8") as file:

        async def scenario(life: Life) -> None:
            await life.press("describe")
            await life.says("scene")
            await life.until(lambda: not life.device.conductor.busy)
            await life.press("stop")
            await life.says("scene")
            await life.press("read")
            await life.until(lambda: not life.device.conductor.busy)

        def life() -> Life:
            return Life(Simulation(QUICK), Recorder(file, first_session(QUICK), keymap(load_pins(), {})))

        live(scenario, life)
    steps = list(replay(path, SKILLS))
    assert len(steps) > 10
    assert not [step for step in steps if step.differs]


def test_a_warm_back_plate_slows_and_stops_the_device_until_it_is_cool() -> None:
    async def scenario(life: Life) -> None:
        pod = life.simulation.pod
        assert pod is not None
        pod.skin(41.5)
        await life.says("skin_warm")
        pod.skin(43.5)
        await life.says("skin_hot")
        await life.press("describe")
        await life.says("too_hot")
        pod.skin(None)
        await life.until(lambda: life.device.conductor.session.care.skin_c is None)
        await life.press("describe")
        await life.says("too_hot")  # a torn wire is not cool
        pod.skin(39.0)
        await life.says("skin_cool")
        await life.press("describe")
        await life.says("scene")

    live(scenario)


def test_an_emptying_battery_is_told_and_stands_in_the_status() -> None:
    async def scenario(life: Life) -> None:
        assert life.simulation.pod is not None
        await life.until(lambda: life.device.conductor.session.care.battery == 75)
        life.simulation.pod.volts(3.45)
        await life.says("battery_low")
        await life.press("stop", hold_s=0.9)
        await life.says("battery")

    live(scenario)


def test_a_fault_of_the_pod_is_announced_and_the_keys_explain_themselves_after_it() -> None:
    async def scenario(life: Life) -> None:
        assert life.simulation.pod is not None
        life.simulation.pod.fail()
        await life.says("pod_restarted")
        await life.until(
            lambda: not life.device.conductor.busy and life.device.conductor.session.faults == ()
        )
        life.device.conductor.request("choose")
        for key, expected in (("find", "choose_status"), ("find", "choose_keys"), ("describe", "keys_help")):
            await life.press(key)
            await life.says(expected)
        await life.press("read")
        await life.says("keys_key")
        await life.press("stop")
        await life.until(lambda: not life.device.conductor.busy)

    live(scenario)


def test_nothing_is_left_running() -> None:
    import threading

    import psutil

    before = {thread.name for thread in threading.enumerate()}

    async def scenario(life: Life) -> None:
        await life.press("describe")
        await life.says("scene")

    live(scenario)
    left = {thread.name for thread in threading.enumerate()} - before
    assert not {name for name in left if not name.startswith("asyncio")}, left
    assert not [child.name() for child in psutil.Process().children() if "micropython" in child.name()]
