"""A question on which somebody's health may hang: whether a way is free, whether something may be eaten.

There a bare "yes" is a promise, and so is "the left one". What the detectors bear out is answered to a question that
wants a yes or a no; to any other nothing, but that the model does not know.
"""

from __future__ import annotations

from enum import StrEnum

from chestnut.core.ports import Prompt
from chestnut.core.scene import Scene
from chestnut.engine.truth.mentions import Mention
from chestnut.engine.truth.promise import promises
from chestnut.engine.truth.spelling import CLAUSE, line, words
from chestnut.engine.truth.words import LanguageWords, Words

SHORT = 4  # words; so short a question goes on with the one before it: "And now?"
LEAST = 3  # words of an answer; fewer choose one thing
SIGNAL = "traffic light"


class Stakes(StrEnum):
    NONE = "none"
    DECIDE = "decide"  # a yes or a no
    CHOOSE = "choose"  # which, where, when, how many


def stakes(question: str, prompt: Prompt | None, words_of_all: Words) -> Stakes:
    found = _of(question, words_of_all)
    if found or prompt is None or len(prompt.turns) < 3 or len(words(question)) > SHORT:
        return found or Stakes.NONE
    return _of(prompt.turns[-3].rpartition("\n")[2], words_of_all) or Stakes.NONE


def _of(question: str, words_of_all: Words) -> Stakes | None:
    languages = words_of_all.languages.values()
    asked = line(words(question))
    is_open = any((found := known.open_questions.match(asked)) and not found.start() for known in languages)
    high = promises(question, words_of_all) or any(
        known.grave.found(question) or (not is_open and known.stakes.found(question)) for known in languages
    )
    return None if not high else Stakes.CHOOSE if is_open else Stakes.DECIDE


def may_answer(stakes: Stakes, text: str, doubtful: bool, known: LanguageWords) -> bool:
    """doubtful: not all of the answer is borne out by the detectors."""
    if stakes is Stakes.NONE or known.admission.found(text):
        return True
    said = [word for word in words(text) if word != CLAUSE]
    return stakes is Stakes.DECIDE and not doubtful and len(said) >= LEAST and not affirms(text, known)


def affirms(text: str, known: LanguageWords) -> bool:
    """Begins with a yes or a no, or is no more than one word."""
    said = [word for word in words(text) if word != CLAUSE]
    return len(said) < 2 or said[0] in known.affirmed


def tells_signal(said: list[str], found: list[Mention], known: LanguageWords, scene: Scene | None) -> bool:
    """A colour of a traffic light, where one is seen and nothing else is named: "it is green"."""
    if scene is None or all(thing.label != SIGNAL for thing in scene.things):
        return False
    named = {label for mention in found for label in mention.noun.labels or ("",)}
    return named <= {SIGNAL} and any(word in known.signal for word in said)
