"""The judge of one answer."""

from __future__ import annotations

from chestnut.core.ports import Prompt
from chestnut.core.scene import Page, Scene
from chestnut.core.thought import Sentence, Task
from chestnut.engine.truth.verdict import Rule, Verdict
from chestnut.engine.truth.words import Words


class Truth:
    """One for each answer; its sentences are judged in their order.

    scene and page: what the detectors and the text reader saw in the picture the answer is about. source: the
    question, the text to translate or the signs. prompt: what the model was given, so that it is not spoken back.
    """

    def __init__(
        self,
        words: Words,
        language: str,
        task: Task,
        scene: Scene | None = None,
        page: Page | None = None,
        source: str = "",
        prompt: Prompt | None = None,
    ) -> None:
        self._words = words

    def judge(self, sentence: str, complete: bool = True) -> Verdict:
        """complete: False when the model was cut off after it."""
        text = " ".join(sentence.split())
        if not complete and text[-1:] not in ".!?…":
            return Verdict(None, Rule.UNFINISHED)
        return Verdict(Sentence(text, doubtful=True)) if text else Verdict(None, Rule.EMPTY)
