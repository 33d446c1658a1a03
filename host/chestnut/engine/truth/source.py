"""A translation or a sentence made of signs says no more than its source."""

from __future__ import annotations

import re

from chestnut.engine.truth.reading import DIGITS, numbers
from chestnut.engine.truth.spelling import CLAUSE, words
from chestnut.engine.truth.words import LanguageWords, Words

ENDING = 3  # letters that inflection may change
STEM = 3  # letters that must stay


def has_added_numbers(text: str, source: str, words_of_all: Words) -> bool:
    """A number that the source has neither in digits nor in words. "One" counts nothing."""
    told = _values(source, words_of_all)
    return bool({value for value in _values(text, words_of_all) if value != "1"} - told)


def _values(text: str, words_of_all: Words) -> set[str]:
    known = words_of_all.number_words
    found = set(numbers(text))
    found |= {re.sub(r"\D", "", number) for number in found}
    return found | {str(known[word]) for word in words(text) if word in known}


def has_added_words(text: str, source: str, known: LanguageWords) -> bool:
    """A word with a meaning of its own that is none of the signs, or a denial more or less than they say."""
    signs = [word for word in words(source) if word != CLAUSE]
    for word in words(text):
        if word == CLAUSE or word in known.free or DIGITS.fullmatch(word):
            continue
        if not any(_is_form_of(word, sign) for sign in signs):
            return True
    return _is_denial(text, known) != _is_denial(source, known)


def _is_form_of(word: str, sign: str) -> bool:
    """Alike but for an ending: "wants" of "want", «чашку» of «чашка»."""
    if word == sign:
        return True
    shared = 0
    for one, other in zip(word, sign, strict=False):
        if one != other:
            break
        shared += 1
    shortest = min(len(word), len(sign))
    if shortest < STEM:
        return shared == shortest and abs(len(word) - len(sign)) <= ENDING
    return shared >= max(STEM, shortest - ENDING + 1) and max(len(word), len(sign)) - shared <= ENDING


def _is_denial(text: str, known: LanguageWords) -> bool:
    return any(word in known.negation for word in words(text))
