"""Is it made of words at all? A model that is damaged, or was never trained, writes letters as they come.

There is no dictionary here. A word counts as one when the word tables have it, when it was read, or when most of its
runs of three letters occur in words of the tables: in English and Russian descriptions that holds of 99 words in 100,
of random letters of 4 and more in one of 10.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from chestnut.core.wordforms import spelled
from chestnut.engine.truth.reading import Reading

WORD = re.compile(r"[^\W\d_]+")
LONG, DIFFERENT = 16, 0.4  # words of a sentence; of these, the share that must differ
SHORT = 2  # letters; so short a word must be known
FAMILIAR = 0.6  # of a word's runs of letters
WORDS = 0.5  # of a sentence, and letters and digits of its marks, at least


class Sense:
    """table: of one language; more: forms of its words that do not stand in it as they are."""

    def __init__(self, table: Mapping[str, Any], more: Iterable[str]) -> None:
        self._words = {
            word for text in _texts(table) for word in WORD.findall(text.lower().replace("ё", "е"))
        }
        self._words.update(more)
        self._runs = {run for word in self._words for run in _runs(word)}

    def is_made(self, text: str, reading: Reading) -> bool:
        """Of words, by half at least; a number alone is no nonsense."""
        if sum(mark.isalnum() or mark.isspace() for mark in text) < WORDS * len(text):
            return False
        found = WORD.findall(spelled(text))
        known = [word for word in found if self._is_word(word) or reading.has(word)]
        return not found or (len(known) >= WORDS * len(found) and max(map(len, known)) > 1)

    def _is_word(self, word: str) -> bool:
        if word in self._words or len(word) <= SHORT:
            return word in self._words
        runs = _runs(word)
        needed = 1.0 if len(word) == SHORT + 1 else FAMILIAR
        return sum(run in self._runs for run in runs) >= needed * len(runs)


def goes_round(text: str) -> bool:
    """The same few words over and over, as a model that has lost its way writes them."""
    said = text.casefold().split()
    return len(said) >= LONG and len(set(said)) < DIFFERENT * len(said)


def _runs(word: str) -> list[str]:
    """Of three letters, where "^" and "$" are its ends."""
    word = f"^{word}$"
    return [word[at : at + 3] for at in range(len(word) - 2)]


def _texts(table: Any) -> Iterable[str]:
    if isinstance(table, str):
        yield table
    elif isinstance(table, Mapping):
        for key, value in table.items():
            yield key
            yield from _texts(value)
    elif isinstance(table, list):
        for value in table:
            yield from _texts(value)
