"""The judge of one answer."""

from __future__ import annotations

from chestnut.core.ports import Prompt
from chestnut.core.scene import Page, Scene
from chestnut.core.thought import Sentence, Task
from chestnut.engine.truth.claims import Claims
from chestnut.engine.truth.cleaning import clean
from chestnut.engine.truth.language import FEW, is_in_language
from chestnut.engine.truth.mentions import mentions
from chestnut.engine.truth.people import without_traits
from chestnut.engine.truth.promise import promises
from chestnut.engine.truth.reading import Reading
from chestnut.engine.truth.seen import check_seen
from chestnut.engine.truth.source import has_added_numbers, has_added_words
from chestnut.engine.truth.spelling import words
from chestnut.engine.truth.text import carries_text, check_text
from chestnut.engine.truth.told import Told
from chestnut.engine.truth.verdict import Rule, Verdict
from chestnut.engine.truth.words import Words

ENDS = ".!?…\"'”’»)"


class Truth:
    """One for each answer; its sentences are judged in their order, in one thread.

    words: the tables of every language, built once. scene and page: what the detectors and the text reader saw in the
    picture the answer is about. source: the question, the text to translate or the signs. prompt: what the model was
    given, so that it is not spoken back.
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
        self._words, self._known = words, words.languages[language]
        self._task, self._scene, self._page, self._source = task, scene, page, source
        self._reading = Reading(page, source)
        self._told = Told(prompt, task, self._known)
        self._before = ""

    def judge(self, sentence: str, complete: bool = True) -> Verdict:
        """complete: False for the last sentence of an answer that was cut off at its longest."""
        text = clean(sentence, self._known)
        before, self._before = self._before, text or self._before
        if not text:
            return Verdict(None, Rule.EMPTY)
        if not complete and text[-1] not in ENDS:
            return Verdict(None, Rule.UNFINISHED)
        rule = self._told_or_forbidden(text, before)
        if rule is not None:
            return Verdict(None, rule)
        if self._task in (Task.TRANSLATE, Task.REWORD):
            return self._of_source(text)
        return self._of_picture(text)

    def _told_or_forbidden(self, text: str, before: str) -> Rule | None:
        if promises(text, self._words, before):
            return Rule.PROMISE
        if self._known.boilerplate.found(text) or self._told.is_prompt(text):
            return Rule.LEAK
        if self._told.is_repeated(text):
            return Rule.REPETITION
        few = 0 if self._task is Task.TRANSLATE else FEW
        return None if is_in_language(text, self._known, self._reading, few) else Rule.LANGUAGE

    def _of_source(self, text: str) -> Verdict:
        """Checked against its source, which is all there is to it: never doubtful."""
        if has_added_numbers(text, self._source, self._words):
            return Verdict(None, Rule.NUMBER)
        if self._task is Task.REWORD and has_added_words(text, self._source, self._known):
            return Verdict(None, Rule.ADDED)
        return Verdict(Sentence(text))

    def _of_picture(self, text: str) -> Verdict:
        spoken = without_traits(text, self._known)
        if spoken is None:
            return Verdict(None, Rule.TRAIT)
        claims, said = Claims(), words(spoken)
        found = mentions(said, self._known)
        if self._scene is not None or self._page is not None:
            check_text(spoken, found, self._known, self._reading, claims)
        if claims.confirmed:  # the sign on which it stands is as sure as the text
            found = [each for each in found if not carries_text(each, said, self._known)]
        if self._scene is not None and not claims.broken:
            check_seen(said, found, self._known, self._scene, claims)
        if claims.broken:
            return Verdict(None, claims.broken)
        doubtful = claims.doubtful and not self._known.admission.found(spoken)
        return Verdict(Sentence(spoken, doubtful))
