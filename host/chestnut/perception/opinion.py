"""A second opinion on words that may have been read in the wrong language, and on numbers that may end in a unit.

With both languages loaded Tesseract keeps the first reading that is good enough, so that "Room" beside Russian words
becomes "Воот", and a Russian "от" becomes "or". A line with such a word is read again, once in each language, 20 ms a
line. Each word goes to the language that is clearly surer of it; one that both are sure of (not, He; on, оп) goes
with the words around it.

Numbers are never changed. But "13g" is read as "139" with 97 %, and a dose must not grow tenfold: a number that ends
in 9 and does not read the same, and surely, when it is read alone in English, counts as unsure.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from chestnut.perception.scripts import Script, main_script, written_in
from chestnut.perception.tesseract import LINE, RawWord, Tesseract

LANGUAGES = {Script.LATIN: "eng", Script.CYRILLIC: "rus"}
DOUBTFUL = 93.0  # percent; clean words have 95 and more
MOST = 16  # lines and numbers of one page that are read again
MARGIN_PX = 8
CLEAR = 3.5  # percent by which one language must be surer than the other to have a word for itself
LIKELY = 2.0  # the same for a word to stay what it was read as at first
ANY_REASON = 1.0  # the same for a word of a line that may be of both languages to change
ONE_LANGUAGE = 3  # clear words that make a line one of their language
ODD_CASE = 30.0  # percent that a capital inside a word costs: "nyTu" is "пути"
LEAST = 50.0  # percent below which a reading is none
NUMBER_SURE = 70.0  # percent; mistaken units came out as another text, 75 to 91 percent sure

_PERHAPS_A_UNIT = re.compile(r"\d[.,]?9\W*$")


class SecondOpinion:
    def __init__(self) -> None:
        """Raises TextError where a language is missing."""
        self._readers = {script: Tesseract((language,)) for script, language in LANGUAGES.items()}

    def reconsider(self, lines: Sequence[Sequence[RawWord]], grey: np.ndarray) -> list[list[RawWord]]:
        """The same lines, with the words changed that are better read in the other language, and with confidence 0
        for numbers that are not what they seem."""
        page = main_script(word.text for line in lines for word in line)
        left = MOST
        result = []
        for line in lines:
            words = list(line)
            if left and any(_is_odd(place, words, page) for place in range(len(words))):
                left -= 1
                words = self._read_again(words, page, grey)
            for place, word in enumerate(words):
                if left and _PERHAPS_A_UNIT.search(word.text):
                    left -= 1
                    words[place] = self._number(word, grey)
            result.append(words)
        return result

    def close(self) -> None:
        for reader in self._readers.values():
            reader.close()

    def _read_again(self, line: list[RawWord], page: Script | None, grey: np.ndarray) -> list[RawWord]:
        crop = _crop(line, grey)
        readings = {script: reader.read(crop, LINE) for script, reader in self._readers.items()}
        for script, reader in self._readers.items():
            if len(readings[script]) != len(line):  # cut in other places: word by word
                alone = [reader.read(_crop([word], grey), LINE) for word in line]
                readings[script] = [
                    words[0] if len(words) == 1 else replace(word, confidence=0.0)
                    for word, words in zip(line, alone, strict=True)
                ]
        return _each_in_its_language(line, readings[Script.LATIN], readings[Script.CYRILLIC], page)

    def _number(self, word: RawWord, grey: np.ndarray) -> RawWord:
        again = self._readers[Script.LATIN].read(_crop([word], grey), LINE)
        is_same = (
            len(again) == 1 and again[0].confidence >= NUMBER_SURE and _digits(again[0]) == _digits(word)
        )
        return word if is_same else replace(word, confidence=0.0)


def _digits(word: RawWord) -> str:
    """From the first digit on: "№" before it is "No" in English."""
    found = re.search(r"\d.*", word.text)
    return found.group() if found else ""


def _has_digit(word: RawWord) -> bool:
    return any(letter.isdigit() for letter in word.text)


def _around(place: int, line: Sequence[RawWord]) -> Script | None:
    return main_script(word.text for number, word in enumerate(line) if number != place)


def _is_odd(place: int, line: Sequence[RawWord], page: Script | None) -> bool:
    """May this word be of another language than it was read in?"""
    word = line[place]
    written = written_in(word.text)
    if written is None or _has_digit(word):
        return False
    around = _around(place, line) or page
    return (around is not None and around is not written) or word.confidence < DOUBTFUL


def _each_in_its_language(
    line: list[RawWord], latin: list[RawWord], cyrillic: list[RawWord], page: Script | None
) -> list[RawWord]:
    """Three readings of one line, word by word. Words with digits stay as they are."""
    leads = [
        0.0 if _has_digit(word) or written_in(word.text) is None else _sureness(one) - _sureness(other)
        for word, one, other in zip(line, latin, cyrillic, strict=True)
    ]
    clear = sum(lead >= CLEAR for lead in leads), sum(lead <= -CLEAR for lead in leads)
    lean = float(clear[0] - clear[1])
    if not lean:
        lean = sum(leads, 0.0 if page is None else CLEAR if page is Script.LATIN else -CLEAR)
    # A line of one language takes its words along; in a line that may be of both each word needs its own reason.
    takes_along = not any(clear) or (min(clear) == 0 and max(clear) >= ONE_LANGUAGE)
    result = []
    for place, (word, one, other, lead) in enumerate(zip(line, latin, cyrillic, leads, strict=True)):
        own_lead = lead if written_in(word.text) is Script.LATIN else -lead
        if own_lead >= LIKELY:
            result.append(word)
            continue
        if not takes_along and own_lead > -ANY_REASON:
            result.append(word)
            continue
        decides = abs(lead) >= CLEAR and _is_odd(place, line, page)
        chosen = one if (lead if decides else lean) > 0 else other
        is_fit = (
            chosen.confidence >= max(LEAST, _sureness(word) - CLEAR)
            and not _has_digit(chosen)
            and written_in(chosen.text) is not None
        )
        if is_fit and not _has_digit(word) and written_in(word.text) is not None:
            word = replace(word, text=chosen.text, confidence=chosen.confidence)
        result.append(word)
    return result


def _sureness(word: RawWord) -> float:
    letters = word.text.strip(".,:;!?()\"'«»")
    is_odd = any(before.islower() and after.isupper() for before, after in itertools.pairwise(letters))
    return word.confidence - (ODD_CASE if is_odd else 0.0)


def _crop(words: Sequence[RawWord], grey: np.ndarray) -> np.ndarray:
    top, left = (max(0, min(side) - MARGIN_PX) for side in ([w.top for w in words], [w.left for w in words]))
    bottom, right = max(word.bottom for word in words), max(word.right for word in words)
    return grey[top : bottom + MARGIN_PX, left : right + MARGIN_PX]
