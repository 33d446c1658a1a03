"""A question on which somebody's health may hang: whether a way is free, whether something may be eaten.

There a bare "yes" is a promise, so only what the detectors bear out is answered, and never with yes or no.
"""

from __future__ import annotations

from chestnut.core.ports import Prompt
from chestnut.engine.truth.promise import promises
from chestnut.engine.truth.spelling import CLAUSE, words
from chestnut.engine.truth.words import LanguageWords, Words

SHORT = 4  # words; so short a question goes on with the one before it: "And now?"


def is_high(question: str, prompt: Prompt | None, words_of_all: Words) -> bool:
    if _asks(question, words_of_all):
        return True
    if prompt is None or len(prompt.turns) < 3 or len(words(question)) > SHORT:
        return False
    return _asks(prompt.turns[-3].rpartition("\n")[2], words_of_all)


def _asks(question: str, words_of_all: Words) -> bool:
    if promises(question, words_of_all):
        return True
    first = next((word for word in words(question) if word != CLAUSE), "")
    return not any(first in known.open_questions for known in words_of_all.languages.values()) and any(
        known.stakes.found(question) for known in words_of_all.languages.values()
    )


def affirms(text: str, known: LanguageWords) -> bool:
    """Begins with a yes or a no, or is no more than one word."""
    said = [word for word in words(text) if word != CLAUSE]
    return len(said) < 2 or said[0] in known.affirmed
