"""Parts of the whole simulated device are lost and come back while it runs: each is told once with its remedy, none
is fatal, and a press is answered afterwards. docs/faults.md lists every fault with the test that shows it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from chestnut.core.events import SkillAsked
from chestnut.core.session import COMPANION
from chestnut.runtime.assemble.eyes import EYES, LIKENESS
from chestnut.runtime.assemble.simulation import Simulation
from chestnut.runtime.settings import EngineSettings
from chestnut.sim.loudspeaker import Loudspeaker
from chestnut_models.library import list_models
from chestnut_tests.full_disk import filling_disk
from chestnut_tests.life import PATIENCE_S, QUICK, Life, live
from chestnut_tests.tiny_models import write_gemma3n

HOLD_S = 0.9


def children(name: str) -> list[psutil.Process]:
    """Ours whose command line has this word."""
    found = []
    for child in psutil.Process().children(recursive=True):
        try:
            if any(name in word for word in child.cmdline()):
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


async def begun(name: str) -> psutil.Process:
    """The one that has this word, as soon as there is one."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if found := children(name):
                return found[0]
            await asyncio.sleep(0.05)


def test_a_pod_whose_processor_dies_is_told_once_and_obeyed_again() -> None:
    async def scenario(life: Life) -> None:
        pod = life.simulation.pod
        assert pod is not None
        (firmware,) = children("micropython")
        firmware.kill()
        await life.says("pod_lost")
        pod.unplug()
        pod.plug()
        await life.says("pod_back")
        await life.answers("describe", "scene")
        assert (life.told["pod_lost"], life.told["pod_back"]) == (1, 1)

    live(scenario)


@pytest.fixture
def loudspeaker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loudspeaker]:
    with Loudspeaker() as speaker:
        for name, value in speaker.environment.items():
            monkeypatch.setenv(name, value)
        yield speaker


@pytest.mark.slow
def test_a_loudspeaker_pulled_and_returned_is_told_once_and_heard_again(loudspeaker: Loudspeaker) -> None:
    # By its name: what "auto" may find was looked up before there was one, when other tests ran in this process.
    settings = replace(QUICK, voice=replace(QUICK.voice, speaker="default"))

    async def scenario(life: Life) -> None:
        loudspeaker.unplug()
        await life.says("speaker_lost")
        await life.answers("describe", "scene")  # felt, and spoken into the void
        await life.quiet()
        loudspeaker.plug()
        await life.says("speaker_back")
        ear = loudspeaker.listen()
        try:
            await life.answers("describe", "scene")
            await life.quiet()
            assert ear.wait_sound(0.0) is not None
        finally:
            ear.close()
        assert (life.told["speaker_lost"], life.told["speaker_back"]) == (1, 1)

    live(scenario, lambda: Life(Simulation(settings), settings=settings))


@pytest.mark.slow
def test_a_language_model_whose_process_is_killed_is_told_and_comes_back(tmp_path: Path) -> None:
    model = tmp_path / "tiny.gguf"
    write_gemma3n(model)
    settings = replace(QUICK, engine=EngineSettings(model=str(model), projector="none"))

    async def scenario(life: Life) -> None:
        engine = await begun("chestnut.engine.child")
        engine.kill()
        await life.until(lambda: life.told["engine_restarted"] or life.told["engine_back"])
        assert (await begun("chestnut.engine.child")).pid != engine.pid
        await life.answers("describe", "scene")
        await life.quiet()
        # Told of when it is back already, or first of its loss and then of its return.
        told = [life.told[key] for key in ("engine_restarted", "engine_lost", "engine_back")]
        assert told in ([1, 0, 0], [0, 1, 1])

    live(scenario, lambda: Life(Simulation(settings), settings=settings))


@pytest.mark.slow
def test_a_card_that_fills_up_under_companion_is_told_once_and_told_when_there_is_room() -> None:
    with filling_disk() as disk:

        async def scenario(life: Life) -> None:
            life.simulation.show("coffee")
            disk.room = 0
            await life.says("memory_full")
            await life.answers("describe", "scene")
            disk.room = None
            await life.quiet()
            await life.press("find")  # what waits is written before what is remembered is told
            await life.until(lambda: life.told["memory_back"])
            await life.press("stop")
            await life.answers("describe", "scene")
            assert (life.told["memory_full"], life.told["memory_back"]) == (1, 1)

        live(scenario, lambda: Life(Simulation(QUICK), mode=COMPANION))


@pytest.fixture
def own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test's own, with every model file."""
    for model in list_models():
        (tmp_path / model.name).symlink_to(model.path)
    monkeypatch.setenv("CHESTNUT_CACHE", str(tmp_path))
    return tmp_path


def test_model_files_that_vanish_while_it_runs_are_named_by_the_self_test(own_models: Path) -> None:
    """What is loaded stays loaded: the eyes see on."""

    async def scenario(life: Life) -> None:
        eyes, likeness = own_models / EYES["objects"], own_models / LIKENESS
        likeness.unlink()
        await life.answers("describe", "scene")
        await self_test(life, "own_missing")
        eyes.unlink()
        await life.answers("describe", "scene")
        await self_test(life, "eyes_lost")

    live(scenario)


async def self_test(life: Life, until: str) -> None:
    """It says this phrase."""
    await life.quiet()
    life.keys.clear()
    life.device.post(SkillAsked(at=life.device.parts.clock.now(), skill="check_self"))  # type: ignore[union-attr]
    await life.until(lambda: until in life.keys)
    await life.press("stop")  # any key ends it
    await life.quiet()


def test_parts_lost_together_are_each_told_once_and_stand_in_the_status_until_they_return() -> None:
    async def scenario(life: Life) -> None:
        pod = life.simulation.pod
        assert pod is not None
        pad = life.simulation.pad
        assert pad is not None
        pad.come()
        await life.says("pad_found")
        cover = life.simulation.cover
        assert cover is not None
        cover.pulled = True
        pod.unplug()
        pad.go()
        await life.until(lambda: {"pod_lost", "camera_lost", "pad_lost"} <= set(life.keys))
        await life.quiet()
        pod.plug()
        await life.says("pod_back")
        assert [life.told[key] for key in ("pod_lost", "camera_lost", "pad_lost", "pod_back")] == [1] * 4
        await life.answers("stop", "status", HOLD_S)
        await life.until(lambda: "camera_lost" in life.keys)
        cover.pulled = False
        await life.says("camera_back")
        await life.answers("describe", "scene")
        pad.come()
        await life.says("pad_back")
        assert [life.told[key] for key in ("camera_back", "pad_back")] == [1, 1]

    live(scenario)
