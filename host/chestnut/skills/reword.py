"""Taught signs in their order, spoken as a sentence: the model's, or else sign by sign."""

from __future__ import annotations

from collections.abc import Callable

from chestnut.core.effects import Next, Recite, Think
from chestnut.core.session import Session
from chestnut.core.skill import EffectError, Steps
from chestnut.core.thought import Sentence, Task
from chestnut.skills.thinking import NO_MODEL, worded


def reword(signs: tuple[str, ...]) -> Callable[[Session], Steps]:
    """signs: their names as they were taught, such as ("I", "HOME", "GO"). Nothing is lost without a model: what was
    signed is spoken in any case."""

    def said(session: Session) -> Steps:
        plainly = " ".join(signs)
        yield Think(Task.REWORD, plainly)
        try:
            sentence = yield Next()
        except EffectError as error:
            yield Recite(plainly)
            if error.reason not in NO_MODEL:
                raise
            return
        yield worded(sentence) if isinstance(sentence, Sentence) else Recite(plainly)

    return said
