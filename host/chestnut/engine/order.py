"""What is wanted of the engine, as its process is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from chestnut.core.ports import Prompt
from chestnut.engine.messages import LARGEST_PICTURE, Think
from chestnut.engine.sentences import Sentences


@dataclass(slots=True, eq=False)
class Request:
    """number: its own, under which the process knows it. waiting: it was told that the model is being loaded."""

    number: int
    job: int
    prompt: Prompt
    sentences: Sentences = field(default_factory=Sentences)
    waiting: bool = False


def order(request: Request) -> tuple[Think, memoryview | None]:
    """The message and its pixels. ValueError when the picture is none."""
    prompt = request.prompt
    pixels, size, key = None, None, ""
    if prompt.picture is not None:
        pixels, size = _pixels(prompt.picture.rgb)
        key = f"{prompt.picture.number} at {prompt.picture.at!r}"
    return Think(
        request.number, prompt.system, prompt.turns, size, key, prompt.max_tokens, prompt.grammar
    ), pixels


def _pixels(rgb: Any) -> tuple[memoryview, tuple[int, int]]:
    """The bytes, copied only where they do not lie in a row, and height and width."""
    try:
        view = memoryview(rgb)
    except TypeError:
        raise ValueError(f"a {type(rgb).__name__} is no picture") from None
    shape = view.shape or ()
    if view.format != "B" or len(shape) != 3 or shape[2] != 3 or not 0 < view.nbytes <= LARGEST_PICTURE:
        raise ValueError(f"an array of shape {shape} and type {view.format} is no picture")
    return (view.cast("B") if view.c_contiguous else memoryview(view.tobytes())), (shape[0], shape[1])
