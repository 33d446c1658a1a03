"""A language model inside the engine's process. engine/child.py serves one backend; there are two, llama/ and
litert.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from chestnut.core.thought import Effort, Stage
from chestnut.engine.messages import Load, Think


class Unloadable(Exception):
    """The model cannot be used. reason: a phrase key ("model_damaged", "model_memory", "engine_missing",
    "gemma_missing"); detail: one line for the log and the desk, with the remedy."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class Refused(Exception):
    """This prompt cannot be thought; the next one may. reason: a phrase key ("model_blind", "prompt_too_long",
    "model_memory", "fault")."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class Stopped(Exception):
    """stop() was called; the backend can be used again."""


class Backend(Protocol):
    """One thread calls all of it but stop(). sees: it takes pictures. facts: name, architecture, sizes, for `chestnut
    check`. effort: of the latest think(). whole: it ended by itself, not by max_tokens."""

    sees: bool
    facts: dict[str, Any]
    effort: Effort
    whole: bool

    def warm(self) -> None:
        """Take in the constant prompts, or restore them from the cache."""

    def think(self, order: Think, rgb: Any, reached: Callable[[Stage], None]) -> Iterator[str]:
        """Pieces of the answer, whole characters. rgb: array (height, width, 3) uint8 or None. Raises Refused or
        Stopped. reached() raises Stopped too; it is called at the latest when the first piece is about to come, and
        only after what an earlier stop() left behind was cleared."""

    def stop(self) -> None:
        """From any thread: the running think() raises Stopped as soon as it can; LiteRT-LM cannot while it reads or
        looks. Nothing is remembered for a think() that has not begun."""

    def close(self) -> None: ...


def open_backend(order: Load) -> Backend:
    """Loads the model; Unloadable when that fails."""
    if order.backend == "litert":
        from chestnut.engine.litert import LitertBackend

        return LitertBackend(order)
    from chestnut.engine.llama.backend import LlamaBackend

    return LlamaBackend(order)
