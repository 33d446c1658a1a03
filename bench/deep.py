"""The deep lane in the whole simulated device: stopped at every stage, and the fast lane beside a model that is busy.

Models with random weights, as slow as each stage needs, in a real engine's process; sound in the air of a private
loudspeaker. What they say is nonsense, what they cost is not.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from chestnut.core.events import Event, SentenceWritten, ThoughtEnded, ThoughtProgressed
from chestnut.core.ports import Prompt
from chestnut.core.thought import Stage
from chestnut.engine.messages import Load
from chestnut.engine.process import EngineProcess
from chestnut.runtime.assemble.device import first_session
from chestnut.runtime.assemble.simulation import Simulation
from chestnut.runtime.choice import PREPARED
from chestnut.runtime.clock import HostClock
from chestnut.runtime.keymap import keymap
from chestnut.runtime.loop import Runtime
from chestnut.runtime.pins import load_pins
from chestnut.runtime.prompts import systems
from chestnut.runtime.settings import EngineSettings, Settings
from chestnut.sim.loudspeaker import Loudspeaker
from chestnut_models.cache import cache_folder
from chestnut_tests.tiny_models import write_gemma3n, write_gemma3nv, write_gemma4, write_gemma4v

from bench.device import Bench, Measured

HOLD_S = 0.9
CONTEXT_TOKENS = 4096  # of these models every letter is a token


@dataclass(slots=True)
class Stops:
    """Milliseconds from the contact of Stop, by stage. killed: how often the process had to be ended for it."""

    silence_ms: dict[str, list[float]] = field(default_factory=dict)
    ready_ms: dict[str, list[float]] = field(default_factory=dict)
    killed: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Beside:
    """The device idle and beside a model that thinks on every core."""

    idle: Measured
    busy: Measured
    tokens: int  # written by the model meanwhile


async def measure_stops(rounds: int) -> Stops:
    """Each stage with the model that is slowest at it."""
    stops = Stops()
    with tempfile.TemporaryDirectory() as name, _cache_of_its_own(Path(name)):
        folder = Path(name)
        wide = write_gemma3n(folder / "wide.gguf", 1024, CONTEXT_TOKENS)
        wide_eyes = write_gemma3nv(folder / "wide-eyes.gguf", 1024)
        for _ in range(max(2, rounds // 4)):  # a device each: its prompts are not warm yet
            await _stop_at({Stage.LOADING: 1}, wide, wide_eyes, stops)
        await _stop_at({Stage.READING: rounds}, wide, wide_eyes, stops)
        narrow = write_gemma3n(folder / "narrow.gguf", 256, CONTEXT_TOKENS)
        await _stop_at({Stage.WRITING: rounds}, narrow, write_gemma3nv(folder / "eyes.gguf", 256), stops)
        small = write_gemma4(folder / "small.gguf", CONTEXT_TOKENS)
        true_eyes = write_gemma4v(folder / "true-eyes.gguf", full=True)
        await _stop_at({Stage.LOOKING: rounds}, small, true_eyes, stops)
    return stops


async def _stop_at(stages: dict[Stage, int], model: Path, projector: Path, stops: Stops) -> None:
    settings = Settings(
        engine=EngineSettings(model=str(model), projector=str(projector), context_tokens=CONTEXT_TOKENS)
    )
    shutil.rmtree(cache_folder() / PREPARED, ignore_errors=True)  # so that it loads long enough
    with Loudspeaker() as loudspeaker:
        os.environ.update(loudspeaker.environment)
        simulation = Simulation(settings)
        device = Runtime(simulation.assemble, keymap(load_pins(), {}), first_session(settings))
        ear = loudspeaker.listen()
        try:
            async with device:
                bench = _Stopper(device, simulation, ear)
                simulation.show("astronaut")
                for stage, rounds in stages.items():
                    for _ in range(rounds):
                        await bench.stop_at(stage, stops)
        finally:
            ear.close()


class _Stopper(Bench):
    async def stop_at(self, stage: Stage, stops: Stops) -> None:
        engine = self._device.parts.thinker.engine  # type: ignore[union-attr]
        assert isinstance(engine, EngineProcess)
        if stage is not Stage.LOADING:
            await asyncio.to_thread(engine.ready.wait)
            await self.quiet()
            await asyncio.sleep(0.5)
        else:
            _pause(engine)  # a fast machine would have loaded it before the wearer can ask
        seen, killed = len(self._events), engine.lives.killed
        self._simulation.press("describe", HOLD_S)
        reached = ThoughtProgressed
        await self._until(
            lambda: any(isinstance(e, reached) and e.stage is stage for _, e in self._events[seen:])
        )
        ready_again = asyncio.create_task(asyncio.to_thread(_waited, engine.ready))
        down, _ = await self.press("stop")
        silent = await asyncio.to_thread(self._ear.wait_silence)
        if stage is Stage.LOADING:
            assert engine.pid is not None
            os.kill(engine.pid, signal.SIGCONT)
        ready = await ready_again
        stops.silence_ms.setdefault(stage, []).append(max(0.0, ((silent or down) - down) * 1e3))
        stops.ready_ms.setdefault(stage, []).append((ready - down) * 1e3)
        stops.killed[stage] = stops.killed.get(stage, 0) + engine.lives.killed - killed


def _pause(engine: EngineProcess) -> None:
    """In the midst of loading."""
    while engine.pid is None:
        time.sleep(0.01)
    os.kill(engine.pid, signal.SIGSTOP)


def _waited(ready: threading.Event) -> float:
    """When it was set, in monotonic seconds."""
    ready.wait()
    return HostClock().now()


async def measure_beside(rounds: int) -> Beside:
    """Idle and busy take turns, so that neither has the better part of the machine's day."""
    with tempfile.TemporaryDirectory() as name, Loudspeaker() as loudspeaker:
        model = write_gemma3n(Path(name) / "wide.gguf", 1024, CONTEXT_TOKENS)
        os.environ.update(loudspeaker.environment)
        settings = Settings(engine=EngineSettings(kind="none"))
        simulation = Simulation(settings)
        device = Runtime(simulation.assemble, keymap(load_pins(), {}), first_session(settings))
        ear = loudspeaker.listen()
        thinking = _Thinking(model)
        try:
            async with device:
                bench = Bench(device, simulation, ear)
                await bench.quiet()
                simulation.show("astronaut")
                await bench.describe()  # the first use of a detector is slower; it is not counted
                idle, busy = Measured(), Measured()
                for _ in range(2):
                    bench.measured = idle
                    for _ in range(rounds // 2):
                        await bench.describe()
                    await asyncio.to_thread(thinking.begin)
                    bench.measured = busy
                    for _ in range(rounds // 2):
                        await bench.describe()
                    thinking.pause()
                return Beside(idle, busy, thinking.tokens)
        finally:
            thinking.close()
            ear.close()


class _Thinking:
    """A model that thinks on every core for as long as it is let."""

    def __init__(self, model: Path) -> None:
        self.tokens = 0
        self._job = 0
        self._writing = threading.Event()
        load = Load("llama", str(model), systems=systems()[:1], threads=os.cpu_count() or 1)
        self._engine = EngineProcess(load, self._heard, HostClock())

    def begin(self) -> None:
        self._engine.ready.wait()
        self._writing.clear()
        self._think()
        self._writing.wait()

    def pause(self) -> None:
        self._engine.cancel(self._job)

    def close(self) -> None:
        self._engine.close()

    def _think(self) -> None:
        self._job += 1
        # A grammar that never ends keeps the random model writing.
        prompt = Prompt(systems()[0], ("x" * 200,), max_tokens=1000, grammar='root ::= [a-z ,]* "\\x00"')
        self._engine.think(self._job, prompt)

    def _heard(self, event: Event) -> None:
        match event:
            case ThoughtProgressed(stage=Stage.WRITING):
                self._writing.set()
            case ThoughtEnded(effort=effort):
                self.tokens += effort.written_tokens
                self._think()
            case SentenceWritten():
                pass


@contextlib.contextmanager
def _cache_of_its_own(folder: Path) -> Iterator[None]:
    """The models of this machine, but none of its warm prompts, which must not be lost to the bench's."""
    inside = folder / "cache"
    inside.mkdir()
    for file in cache_folder().iterdir():
        if file.name != PREPARED:
            (inside / file.name).symlink_to(file)
    before = os.environ.get("CHESTNUT_CACHE")
    os.environ["CHESTNUT_CACHE"] = str(inside)
    try:
        yield
    finally:
        os.environ.pop("CHESTNUT_CACHE")
        if before is not None:
            os.environ["CHESTNUT_CACHE"] = before
