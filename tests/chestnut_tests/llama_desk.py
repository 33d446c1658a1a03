"""Asking the llama.cpp backend in the test's own process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from chestnut.core.thought import Effort, Stage
from chestnut.engine.llama.backend import LlamaBackend
from chestnut.engine.llama.context import Context
from chestnut.engine.llama.library import library
from chestnut.engine.messages import Load, Think

SYSTEM_EN = "You look at pictures for somebody who cannot see. Be short, kind and exact. Say what is where."
SYSTEM_RU = "Ты смотришь на снимки для того, кто не видит. Говори коротко, тепло и точно: что где стоит."
CUP = 'root ::= "Чашка слева."'
ENDLESS = "root ::= [a-z] root"


@dataclass(frozen=True)
class Answer:
    pieces: tuple[str, ...]
    whole: bool
    effort: Effort
    stages: tuple[Stage, ...]

    @property
    def text(self) -> str:
        return "".join(self.pieces)


@dataclass
class Desk:
    """A backend and what is asked of it."""

    backend: LlamaBackend
    order: Think = field(default_factory=lambda: Think(1, SYSTEM_EN, ("What is there?",), max_tokens=12))

    def ask(
        self,
        *turns: str,
        rgb: Any = None,
        reached: Callable[[Stage], None] = lambda stage: None,
        **changes: Any,
    ) -> Answer:
        """changes: of Think. Raises what the backend raises."""
        stages: list[Stage] = []

        def both(stage: Stage) -> None:
            stages.append(stage)
            reached(stage)

        picture = None if rgb is None else rgb.shape[:2]
        order = replace(self.order, picture=picture, **({"turns": turns} if turns else {}), **changes)
        pieces = tuple(self.backend.think(order, rgb, both))
        return Answer(pieces, self.backend.whole, self.backend.effort, tuple(stages))

    def scores(self, *turns: str, **changes: Any) -> Any:
        """Of all tokens that may come first."""
        self.ask(*turns, **(changes | {"max_tokens": 1}))
        return scores(self.backend._context, self.backend._model.words)


def scores(context: Context, words: int) -> Any:
    """After read(…, answer=True). (words,) float32."""
    pointer = library().llama.llama_get_logits_ith(context.handle, -1)
    return np.ctypeslib.as_array(pointer, (words,)).copy()


def alike(some: Any, others: Any) -> None:
    """How a prompt is divided into batches changes the order of additions, and random weights make much of it: up to
    0.3 in the tiny gemma4, 1.0 in the tiny gemma3n, as much as a wrong token. So compare gemma4 in batches of at most
    32 tokens (0.03 there, 1.0 for a wrong token), or what was divided alike."""
    np.testing.assert_allclose(some, others, atol=0.3)


@contextmanager
def desk(model: Path, projector: Path | None = None, warm: bool = True, **changes: Any) -> Iterator[Desk]:
    """changes: of Load."""
    load = Load("llama", str(model), str(projector or ""), (SYSTEM_EN, SYSTEM_RU), image_tokens=70)
    backend = LlamaBackend(replace(load, **changes))
    try:
        if warm:
            backend.warm()
        yield Desk(backend)
    finally:
        backend.close()


def photo(seed: int, height: int = 120, width: int = 160) -> Any:
    """Noise. (height, width, 3) uint8."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
