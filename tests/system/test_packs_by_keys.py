"""The example pack on a whole simulated device, by keys, and its own tests as a stranger runs them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from chestnut.core.effects import Order, Say, Start
from chestnut.core.events import DoubtArose, Event, Part, PartFound, SpeechEnded
from chestnut.runtime.assemble.device import first_session
from chestnut.runtime.assemble.simulation import Simulation
from chestnut.runtime.keymap import keymap
from chestnut.runtime.loop import Runtime
from chestnut.runtime.packs.finding import find
from chestnut.runtime.packs.loading import examined, skills_with, spoken
from chestnut.runtime.packs.trial import forget
from chestnut.runtime.pins import load_pins
from chestnut.runtime.settings import Settings, VoiceSettings

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "inspect"
QUICK = Settings(voice=VoiceSettings(rate_wpm=450, speaker="none"))
PATIENCE_S = 60.0


def test_the_list_is_gone_through_by_keys_and_what_is_wrong_is_told() -> None:
    packs = examined(find([str(EXAMPLE), "/nowhere/at/all"], []))
    skills = skills_with(packs)
    keys = keymap(load_pins(), {"read": {"press": "inspect"}}, None, skills)
    said: list[str] = []
    heard: list[str] = []
    jobs: dict[int, str] = {}
    found: set[Part] = set()
    changed = asyncio.Event()

    def tap(event: Event, orders: tuple[Order, ...]) -> None:
        if isinstance(event, PartFound):
            found.add(event.part)
        if isinstance(event, SpeechEnded):
            heard.append(jobs[event.job])
        for order in orders:
            if isinstance(order, Start) and isinstance(order.effect, Say):
                said.append(order.effect.key)
                jobs[order.job] = order.effect.key
        changed.set()

    async def until(holds: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                changed.clear()
                await changed.wait()

    async def run() -> None:
        simulation = Simulation(QUICK)
        device = Runtime(simulation.assemble, keys, first_session(QUICK), (tap,), skills)
        async with device:
            await until(lambda: Part.POD in found and "ready" in said and not device.conductor.busy)
            assert device.parts is not None
            if packs.refused:
                device.post(DoubtArose(at=device.parts.clock.now(), reason="packs_refused"))
            await until(lambda: "packs_refused" in said and not device.conductor.busy)
            for key, asked in (
                ("read", "inspect_stove"),
                ("describe", "inspect_taps"),
                ("read", "inspect_windows"),
                ("describe", "inspect_keys"),
                ("describe", "inspect_open_taps"),
            ):
                simulation.press(key)
                await until(
                    lambda asked=asked: asked in heard
                )  # to its end: twice quickly is another gesture
            await until(lambda: not device.conductor.busy)
            assert device.parts.meter is not None
            measured = {row["skill"]: row["stages"] for row in device.parts.meter.report()}
            assert measured["inspect"]["word"]["count"] >= 4

    try:
        with spoken(packs):
            asyncio.run(run())
    finally:
        forget("chestnut_inspect")
    assert said[-2:] == ["inspect_open", "inspect_open_taps"]


def test_the_tests_of_the_example_pass() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(EXAMPLE / "tests")]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE_S, check=False, cwd=EXAMPLE
    )
    assert done.returncode == 0, done.stdout + done.stderr
