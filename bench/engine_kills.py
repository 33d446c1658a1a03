"""The language model's process killed (SIGKILL) at random moments: while it loads, thinks or waits for work.

After every kill or pair of kills a request must be answered. The seed makes the moments the same again, as far as
the machine does.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from chestnut.core.events import EffectFailed, PartLost, ThoughtEnded, ThoughtProgressed
from chestnut.core.ports import Prompt
from chestnut.engine.dialogue import Phase
from chestnut.engine.messages import Load
from chestnut.engine.process import EngineProcess
from chestnut.runtime.clock import HostClock
from chestnut_tests.engine_desk import Ears

AGAIN = 0.4  # of the killed processes' successors are killed too, in the midst of loading or soon after


@dataclass(slots=True)
class Survived:
    """kills: by what the process did. told: losses announced. asked, answered: requests after a kill. back_ms: from
    a kill, or the first of a pair, to the end of the next answer. files, threads: of the runtime, before the first
    kill and at the end."""

    kills: Counter[str] = field(default_factory=Counter)
    told: int = 0
    asked: int = 0
    answered: int = 0
    back_ms: list[float] = field(default_factory=list)
    files: tuple[int, int] = (0, 0)
    threads: tuple[int, int] = (0, 0)


def survive(load: Load, asked: Callable[[int], Prompt], kills: int, seed: int) -> Survived:
    """Kills the process so often. asked: a prompt for each number. AssertionError when the engine does not come
    back."""
    ears, chance, survived = Ears(), random.Random(seed), Survived()
    begun_s = time.monotonic()
    engine = EngineProcess(load, ears.post, HostClock())
    try:
        ears.until(engine.ready.is_set)
        load_s = time.monotonic() - begun_s
        _think(engine, ears, 1, asked(1))
        think_s = _think(engine, ears, 2, asked(2))
        survived.files, survived.threads = (_files(), 0), (threading.active_count(), 0)
        job = 2
        while survived.kills.total() < kills:
            job += 2
            engine.think(job - 1, asked(job - 1))
            _kill(engine, ears, survived, chance.uniform(0, 1.3 * think_s))
            killed_s = time.monotonic()
            if survived.kills.total() < kills and chance.random() < AGAIN:
                _kill(engine, ears, survived, chance.uniform(0, 1.1 * load_s))
            _think(engine, ears, job, asked(job))
            survived.asked += 1
            survived.answered += isinstance(ears.of(job)[-1], ThoughtEnded)
            survived.back_ms.append(1000 * (time.monotonic() - killed_s))
        survived.told = sum(isinstance(event, PartLost) for event in ears.events)
        survived.files = (survived.files[0], _files())
        survived.threads = (survived.threads[0], threading.active_count())
    finally:
        engine.close()
    return survived


def _think(engine: EngineProcess, ears: Ears, job: int, prompt: Prompt) -> float:
    """Seconds until it is over."""
    begun_s = time.monotonic()
    engine.think(job, prompt)
    ears.until(lambda: any(isinstance(event, (ThoughtEnded, EffectFailed)) for event in ears.of(job)))
    return time.monotonic() - begun_s


def _kill(engine: EngineProcess, ears: Ears, survived: Survived, after_s: float) -> None:
    died = engine.lives.died
    threading.Event().wait(after_s)
    ears.until(lambda: engine.pid is not None)
    pid, phase = engine.pid, engine.phase
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    doing = str(phase.value)
    if phase is Phase.THINKING:
        doing = next(
            str(event.stage) for event in reversed(ears.events) if isinstance(event, ThoughtProgressed)
        )
    survived.kills[doing] += 1
    ears.until(lambda: engine.lives.died > died)


def _files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
