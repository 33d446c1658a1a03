"""The model's process killed (SIGKILL) at random moments of a whole runtime that is asked for detailed descriptions.

Run: python -m bench.runtime_kills --kills 200 --seed 1. Loop, conductor, skills, truth filter and the engine's
process with a tiny model of random weights are real; eyes, voice and pod are stand-ins that answer at once, so that
it takes minutes and not hours. A grammar makes the model say what passes the filter.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from chestnut.core.effects import Haptic, Order, Say, Sound, Start
from chestnut.core.events import (
    ButtonChanged,
    Edge,
    Event,
    PartLost,
    SceneSeen,
    SpeechEnded,
    TextRead,
    ThoughtEnded,
)
from chestnut.core.ports import Post, Speech
from chestnut.core.scene import Frame, Judgement, Page, Scene
from chestnut.core.session import Session
from chestnut.engine.messages import Load
from chestnut.engine.process import EngineProcess
from chestnut.runtime.clock import HostClock
from chestnut.runtime.keepsake import Keepsake
from chestnut.runtime.keymap import keymap
from chestnut.runtime.loop import Runtime
from chestnut.runtime.performer import Parts
from chestnut.runtime.pins import load_pins
from chestnut.runtime.prompts import systems
from chestnut.runtime.thinking import Thinker
from chestnut.sim.camera import FakeCamera
from chestnut_tests.tiny_models import write_gemma3n, write_gemma3nv

PATIENCE_S = 60.0
CONTEXT_TOKENS = 4096  # of this model every letter is a token
AGAIN, AGAIN_S = 0.4, 0.4  # of the successors are killed too, within so many seconds: mostly while they load
SENTENCES = "The walls are white. A large window is behind the table. The floor is made of wood."
GRAMMAR = f'root ::= "{SENTENCES}"'
CLOCK = HostClock()


@dataclass(slots=True)
class Lived:
    """kills: by what the process did. lost: losses that the engine announced, one for kills of a process that had
    not come back yet. told: how often the wearer heard of it. asked, answered by the model: after each kill or
    pair."""

    kills: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    told: int = 0
    asked: int = 0
    answered: int = 0


class _Voice:
    """Every speech is over as soon as it is begun."""

    def __init__(self, post: Post) -> None:
        self._post = post

    def say(self, job: int, speech: Speech) -> None:
        self._post(SpeechEnded(at=CLOCK.now(), job=job))

    def hush(self, job: int | None = None) -> None: ...

    def chime(self, sound: Sound, volume: float = 0.8) -> None: ...

    def tone(self, height: float, volume: float = 0.8) -> None: ...

    def close(self) -> None: ...


class _Eyes:
    """Every look sees nothing that has a name, in a picture of its own."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._number = 0

    def glance(self) -> None: ...

    def look(self, job: int, *, fresh: bool, own: bool = False) -> None:
        self._number += 1
        self._post(SceneSeen(at=CLOCK.now(), job=job, scene=Scene(self._number, Judgement(0.5, 1.0))))

    def read(self, job: int) -> None:
        self._post(TextRead(at=CLOCK.now(), job=job, page=Page(self._number, Judgement(0.5, 1.0))))

    def picture(self, number: int) -> Frame | None:
        return Frame(
            number, float(number), np.random.default_rng(number).integers(0, 255, (48, 64, 3), np.uint8)
        )

    def cancel(self, job: int) -> None: ...

    def close(self) -> None: ...


class _Pod:
    def buzz(self, pattern: Haptic) -> None: ...

    async def close(self) -> None: ...


class _Killer:
    """Presses, watches and kills."""

    def __init__(self, chance: random.Random) -> None:
        self.lived = Lived()
        self._chance = chance
        self._changed = asyncio.Event()
        self._events: list[Event] = []
        self._said: list[str] = []
        self._engine: EngineProcess | None = None

    def tap(self, event: Event, orders: tuple[Order, ...]) -> None:
        self._events.append(event)
        self._said += [
            order.effect.key for order in orders if isinstance(order, Start) and isinstance(order.effect, Say)
        ]
        self._changed.set()

    async def live(self, load: Load, kills: int) -> None:
        async def assemble(post: Post) -> Parts:
            thinker = Thinker(post, CLOCK, self._open(load), GRAMMAR)
            eyes, voice = _Eyes(post), _Voice(post)
            return Parts(_Pod(), FakeCamera(post), eyes, voice, CLOCK, Keepsake(None), thinker=thinker)

        device = Runtime(assemble, keymap(load_pins(), {}), Session(), (self.tap,))
        async with device:
            assert self._engine is not None
            await self._until(self._engine.ready.is_set)
            while self.lived.kills.total() < kills:
                begun_s = CLOCK.now()
                await self._answered(device)
                await self._round(device, CLOCK.now() - begun_s, kills)

    def _open(self, load: Load) -> Callable[[Post], EngineProcess]:
        def opened(post: Post) -> EngineProcess:
            self._engine = EngineProcess(load, post, CLOCK)
            return self._engine

        return opened

    async def _round(self, device: Runtime, think_s: float, kills: int) -> None:
        """think_s: how long a thought takes just now."""
        said, seen = len(self._said), len(self._events)
        self._ask(device)
        await self._kill(self._chance.uniform(0, 1.2 * think_s))
        if self.lived.kills.total() < kills and self._chance.random() < AGAIN:
            await self._kill(self._chance.uniform(0, AGAIN_S))
        await self._until(lambda: not device.conductor.busy)
        self.lived.asked += 1
        self.lived.answered += await self._answered(device)
        self.lived.lost += sum(isinstance(event, PartLost) for event in self._events[seen:])
        self.lived.told += sum(key in ("engine_lost", "engine_restarted") for key in self._said[said:])

    def _ask(self, device: Runtime) -> None:
        for edge in (Edge.DOWN, Edge.HELD, Edge.UP):
            device.post(ButtonChanged(at=CLOCK.now(), button="describe", edge=edge))

    async def _answered(self, device: Runtime) -> bool:
        """Asks, and waits until all is said: did the model say it?"""
        seen, said = len(self._events), len(self._said)
        self._ask(device)
        await self._until(lambda: any(isinstance(event, SceneSeen) for event in self._events[seen:]))
        await self._until(lambda: not device.conductor.busy)
        ended = any(isinstance(event, ThoughtEnded) for event in self._events[seen:])
        return ended and bool({"model", "model_doubtful"} & set(self._said[said:]))

    async def _kill(self, after_s: float) -> None:
        engine = self._engine
        assert engine is not None
        await asyncio.sleep(after_s)
        await self._until(lambda: engine.pid is not None)
        died, pid = engine.lives.died, engine.pid
        self.lived.kills[engine.phase.value] += 1
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await self._until(lambda: engine.lives.died > died)

    async def _until(self, true: Callable[[], object]) -> None:
        """Of what was heard, or of the engine itself, which nobody is told of."""
        async with asyncio.timeout(PATIENCE_S):
            while not true():
                self._changed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), 0.01)


def survive(kills: int, seed: int) -> Lived:
    """TimeoutError when the device does not come to rest."""
    killer = _Killer(random.Random(seed))
    with tempfile.TemporaryDirectory() as folder:
        model = write_gemma3n(Path(folder) / "model.gguf", context_tokens=CONTEXT_TOKENS)
        eyes = write_gemma3nv(Path(folder) / "eyes.gguf")
        load = Load("llama", str(model), str(eyes), systems(), folder, context_tokens=CONTEXT_TOKENS)
        asyncio.run(killer.live(load, kills))
    return killer.lived


def main() -> int:
    parser = argparse.ArgumentParser(description="SIGKILL of the language model at random moments.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    lived = survive(arguments.kills, arguments.seed)
    print(
        f"kills {lived.kills.total()} {dict(lived.kills)} asked {lived.asked} answered {lived.answered} "
        f"lost {lived.lost} told {lived.told}"
    )
    return 0 if lived.answered == lived.asked and lived.told == lived.lost else 1


if __name__ == "__main__":
    sys.exit(main())
