"""The judge of one answer."""

from __future__ import annotations

from chestnut.core.ports import Prompt
from chestnut.core.scene import Page, Scene
from chestnut.core.thought import Sentence, Task
from chestnut.engine.truth.claims import Claims, says_more
from chestnut.engine.truth.cleaning import clean
from chestnut.engine.truth.denials import denies_the_unknown
from chestnut.engine.truth.language import FEW, is_in_language
from chestnut.engine.truth.mentions import mentions
from chestnut.engine.truth.people import without_traits
from chestnut.engine.truth.promise import promises
from chestnut.engine.truth.reading import Reading
from chestnut.engine.truth.seen import check_seen
from chestnut.engine.truth.sense import goes_round
from chestnut.engine.truth.source import has_added_numbers, has_added_words
from chestnut.engine.truth.spelling import words as words_of
from chestnut.engine.truth.stakes import Stakes, affirms, may_answer, stakes, tells_signal
from chestnut.engine.truth.text import check_text, is_of_text, unquoted
from chestnut.engine.truth.told import Told
from chestnut.engine.truth.verdict import Rule, Verdict
from chestnut.engine.truth.words import Words

TAIL = 120  # characters of what was spoken before
PART = 3  # words; so short a sentence may go on with the one before it, or begin the next
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
        self._reading = Reading(page)
        self._given = Reading(page, source)  # may be named again, which makes it no truer
        self._told = Told(prompt, task, self._known)
        self._stakes = stakes(source, prompt, words) if task is Task.QUESTION else Stakes.NONE
        self._asked = frozenset(words_of(source)) if task is Task.QUESTION else frozenset()
        self._written = self._spoken = ""
        self._withheld: Rule | None = None

    def judge(self, sentence: str, complete: bool = True) -> Verdict:
        """complete: False for the last sentence of an answer that was cut off at its longest."""
        text = clean(sentence, self._known)
        if not text:
            return Verdict(None, Rule.EMPTY)
        if not complete and text[-1] not in ENDS:
            return Verdict(None, Rule.UNFINISHED)
        verdict = self._judged(text)
        self._written, self._withheld = text, verdict.rule
        if verdict.sentence is not None:
            spoken = verdict.sentence.text
            self._spoken = f"{self._spoken} {spoken}"[-TAIL:] if _is_part(spoken) else spoken
        return verdict

    def _judged(self, text: str) -> Verdict:
        if goes_round(text):
            return Verdict(None, Rule.NONSENSE)
        if self._promises(text):
            return Verdict(None, Rule.PROMISE)
        if self._known.boilerplate.found(text) or self._told.is_prompt(text):
            return Verdict(None, Rule.LEAK)
        if self._told.is_repeated(text):
            return Verdict(None, Rule.REPETITION)
        of_text = self._task in (Task.TRANSLATE, Task.REWORD)
        if not is_in_language(text, self._known, self._given, few=0 if of_text else FEW):
            return Verdict(None, Rule.LANGUAGE)
        if not self._known.sense.is_made(text, self._given):
            return Verdict(None, Rule.NONSENSE)
        return self._of_source(text) if of_text else self._of_picture(text)

    def _promises(self, text: str) -> bool:
        """By itself, begun in what was written or spoken before, or as the answer to what was withheld."""
        if self._withheld is Rule.PROMISE and affirms(text, self._known):
            return True
        before = {each if _is_part(text) or _is_part(each) else "" for each in (self._written, self._spoken)}
        return any(promises(text, self._words, each) for each in before)

    def _of_source(self, text: str) -> Verdict:
        """Checked against its source, which is all there is to it: never doubtful."""
        if has_added_numbers(text, self._source, self._words):
            return Verdict(None, Rule.NUMBER)
        if self._task is Task.REWORD and has_added_words(text, self._source, self._known):
            return Verdict(None, Rule.ADDED)
        return Verdict(Sentence(text))

    def _of_picture(self, text: str) -> Verdict:
        spoken = without_traits(text, self._known, self._written)
        if spoken is None:
            return Verdict(None, Rule.TRAIT)
        if spoken != text and self._promises(spoken):
            return Verdict(None, Rule.PROMISE)
        claims, said = Claims(), words_of(unquoted(spoken))
        named = found = mentions(said, self._known)
        if tells_signal(said, found, self._known, self._scene):
            return Verdict(None, Rule.PROMISE)
        if denies_the_unknown(said, found, self._known, self._asked):
            return Verdict(None, Rule.DENIAL)
        if self._scene is not None or self._page is not None:
            check_text(spoken, found, self._known, self._reading, claims)
        if claims.confirmed:
            found = [each for each in found if not is_of_text(each, said, self._known, self._reading)]
        if self._scene is not None and not claims.broken:
            check_seen(said, found, self._known, self._scene, claims)
        if claims.broken:
            return Verdict(None, claims.broken)
        claims.open += says_more(said, named, self._known, self._reading)
        doubtful = claims.doubtful and not self._known.admission.found(spoken)
        if not may_answer(self._stakes, spoken, doubtful, self._known):
            return Verdict(None, Rule.PROMISE)
        return Verdict(Sentence(spoken, doubtful))


def _is_part(text: str) -> bool:
    """Of a sentence: it does not end, or is very short."""
    return text[-1:] not in ENDS or len(text.split()) <= PART
