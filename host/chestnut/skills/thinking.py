"""What the language model says of a thought, spoken sentence by sentence while it is still being written."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from chestnut.core.effects import Effect, Next, Read, Say
from chestnut.core.scene import Page
from chestnut.core.skill import EffectError, Steps
from chestnut.core.thought import Sentence

# There is no model for this at all, and asking again changes nothing. Who has had an answer of the fast lane needs no
# remedy for that with every question.
NO_MODEL = frozenset({"gemma_missing", "engine_missing", "engine_off", "model_blind"})


def tell(
    nothing: str = "model_unsure",
    *,
    first: Say | None = None,
    once: Say | None = None,
    doubtful: bool = False,
) -> Steps:
    """Speak every sentence of the thought that was begun. first: what is said before the first of them. once: what is
    said before the first doubtful one, in place of a word before each of them; it holds to the end. nothing: the
    phrase for a thought that has none, be they withheld or unwritten. doubtful: none of them is more than probable.
    EffectError as Next raises it."""
    spoken = announced = False
    while isinstance(sentence := (yield Next()), Sentence):
        if first is not None and not spoken:
            yield first
        if once is not None and sentence.doubtful and not announced:
            yield once
            announced = True
        yield worded(replace(sentence, doubtful=False) if announced else sentence, doubtful=doubtful)
        spoken = True
    if not spoken:
        yield Say(nothing)


def worded(sentence: Sentence, *, doubtful: bool = False) -> Say:
    args = {"text": sentence.text}
    return Say("model_doubtful", args) if doubtful or sentence.doubtful else Say("model", args)


def page_in_view() -> Generator[Effect, Any, Page | None]:
    """The text in view, None without a reader for it: the model can do without."""
    try:
        page: Page = yield Read()
    except EffectError:
        return None
    return page
