"""The llama.cpp backend beside a bare llama-cpp-python loop on the same file, and what its warm memory saves.

Run: python -m bench.engine, which measures in a process of its own, for OpenMP reads its settings when it is loaded.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from chestnut.core.thought import Effort
from chestnut.engine.launch import environment
from chestnut.engine.messages import Load, Think
from chestnut.runtime.prompts import systems
from chestnut_tests.tiny_models import write_gemma3n, write_gemma3nv

TOKENS = 48  # of an answer
CONTEXT_TOKENS = 4096  # of this model every letter is a token
WIDTH = 1024


@dataclass(slots=True)
class EngineTimes:
    """Milliseconds, one of each round. token: of one written token, bare: by llama-cpp-python's own generator, ours:
    through the backend. cold, warm: request → first token with the constant prompt to be read, and kept. restored:
    the constant prompts of both languages from disk. encoded: pictures encoded by follow-up questions."""

    token_bare: list[float] = field(default_factory=list)
    token_ours: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    prompts_read: list[float] = field(default_factory=list)
    prompts_restored: list[float] = field(default_factory=list)
    encoded: list[int] = field(default_factory=list)


def measure_engine(rounds: int) -> EngineTimes:
    """In a process of its own, with the environment of the engine's."""
    command = [sys.executable, "-m", "bench.engine", str(rounds)]
    given = environment(os.cpu_count() or 1, os.environ) | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, env=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return EngineTimes(**json.loads(done.stdout))


def _measure(rounds: int) -> EngineTimes:
    times = EngineTimes()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = write_gemma3n(folder / "model.gguf", WIDTH, CONTEXT_TOKENS)
        eyes = write_gemma3nv(folder / "eyes.gguf", WIDTH)
        for number in range(max(2, rounds // 5)):
            cache = folder / f"cache-{number}"
            times.prompts_read.append(_warmed_ms(model, cache))
            times.prompts_restored.append(_warmed_ms(model, cache))
        _decode(model, rounds, times)
        _talk(model, eyes, rounds, times)
    return times


def _load(model: Path, eyes: Path | None = None, cache: Path | None = None) -> Load:
    threads = os.cpu_count() or 1
    known = systems() if cache else ()
    return Load("llama", str(model), str(eyes or ""), known, str(cache or ""), threads, CONTEXT_TOKENS)


def _opened(load: Load) -> Any:
    from chestnut.engine.llama.backend import LlamaBackend

    return LlamaBackend(load)


def _warmed_ms(model: Path, cache: Path) -> float:
    backend = _opened(_load(model, cache=cache))
    taken_ms = _timed_ms(backend.warm)
    backend.close()
    return taken_ms


def _decode(model: Path, rounds: int, times: EngineTimes) -> None:
    """The two take turns."""
    from llama_cpp import Llama

    backend = _opened(_load(model))
    question = _endless(backend)
    effort: Effort = backend.effort
    threads = os.cpu_count() or 1
    bare = Llama(
        str(model),
        n_ctx=CONTEXT_TOKENS,
        n_batch=128,
        n_threads=threads,
        n_threads_batch=threads,
        verbose=False,
    )
    prompt = bare.tokenize(b"x" * effort.prompt_tokens)[: effort.prompt_tokens]
    for _ in range(rounds):
        bare.reset()
        stream = bare.generate(prompt, temp=0.0)
        next(stream)
        times.token_bare.append(
            _timed_ms(lambda stream=stream: [next(stream) for _ in range(TOKENS)]) / TOKENS
        )
        _answered(backend, question)
        times.token_ours.append(backend.effort.write_ms / backend.effort.written_tokens)
    bare.close()
    backend.close()


def _endless(backend: Any) -> str:
    """A question whose answer this random model does not end by itself."""
    for length in range(20, 400, 7):
        _answered(backend, "x" * length)
        if not backend.whole:
            return "x" * length
    raise RuntimeError("this model always ends early")


def _talk(model: Path, eyes: Path, rounds: int, times: EngineTimes) -> None:
    """Cold: nothing is kept. Warm: the constant prompt is. Then a second question about the same picture."""
    import numpy as np

    backend = _opened(_load(model, eyes))
    rgb = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    for number in range(rounds):
        # Another system prompt empties the memory: what it begins with is not the same.
        _answered(backend, "hm?", system="-")
        _answered(backend, "what?")
        times.cold.append(backend.effort.first_ms)
        _answered(backend, "where?")
        times.warm.append(backend.effort.first_ms)
        _answered(backend, "what is it?", rgb=rgb, key=str(number))
        answer = _answered(backend, "what is it?", rgb=rgb, key=str(number))
        _answered(backend, "what is it?", answer, "and its colour?", rgb=rgb, key=str(number))
        times.encoded.append(backend.effort.pictures_encoded)
    backend.close()


def _answered(backend: Any, *turns: str, system: str = "", rgb: Any = None, key: str = "") -> str:
    size = rgb.shape[:2] if rgb is not None else None
    order = Think(1, system or systems()[0], turns, size, key, TOKENS)
    return "".join(backend.think(order, rgb, lambda stage: None))


def _timed_ms(work: Callable[[], object]) -> float:
    begun_at = time.perf_counter()
    work()
    return (time.perf_counter() - begun_at) * 1e3


if __name__ == "__main__":
    print(json.dumps(asdict(_measure(int(sys.argv[1])))))
