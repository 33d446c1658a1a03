"""A second opinion on words that may have been read in the wrong language.

With both languages loaded Tesseract keeps the first reading that is good enough, so that "Room" beside Russian words
becomes "Воот" and a Russian "от" becomes "or". Such a word is read again, alone and once in each language, 3 to 10 ms
a word, and changes only when the other language is at least as sure. Words with digits are never touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from chestnut.perception.scripts import Script, main_script, sure_script
from chestnut.perception.tesseract import WORD, RawWord, Tesseract

LANGUAGES = {Script.LATIN: "eng", Script.CYRILLIC: "rus"}
DOUBTFUL = 93.0  # percent; clean words have 95 and more
MOST = 24  # words of one page that are read again
MARGIN_PX = 8
ODD_SURE = 60.0  # percent that a word of another script than its line needs in the line's language
SURE, AHEAD = 95.0, 10.0  # percent that any other word needs, and by how much it must be surer
SHORT, LENIENCE = 2, 5.0  # a word of so few letters tells little by itself, and may be a little less sure


class SecondOpinion:
    def __init__(self) -> None:
        """Raises TextError where a language is missing."""
        self._readers = {script: Tesseract((language,)) for script, language in LANGUAGES.items()}

    def reconsider(self, lines: Sequence[Sequence[RawWord]], grey: np.ndarray) -> list[list[RawWord]]:
        """The same lines, with the words changed that are better read in the other language."""
        page = main_script(word.text for line in lines for word in line)
        left = MOST
        result = []
        for line in lines:
            words = list(line)
            for place, word in enumerate(line):
                own = sure_script([word.text])
                if own is None or left == 0 or any(letter.isdigit() for letter in word.text):
                    continue
                around = main_script(other.text for other in line if other is not word) or page
                if around is own and word.confidence >= DOUBTFUL:
                    continue
                left -= 1
                words[place] = self._again(word, own, around, grey)
            result.append(words)
        return result

    def close(self) -> None:
        for reader in self._readers.values():
            reader.close()

    def _again(self, word: RawWord, own: Script, around: Script | None, grey: np.ndarray) -> RawWord:
        top, left = max(0, word.top - MARGIN_PX), max(0, word.left - MARGIN_PX)
        crop = grey[top : word.bottom + MARGIN_PX, left : word.right + MARGIN_PX]
        other = Script.LATIN if own is Script.CYRILLIC else Script.CYRILLIC
        same = self._read(own, crop)
        better = self._read(other, crop)
        if better is None or sure_script([better.text]) is own:
            return word
        same_confidence = same.confidence if same is not None else 0.0
        if around is other:
            lenience = LENIENCE if len(word.text) <= SHORT else 0.0
            changes = better.confidence >= max(ODD_SURE, same_confidence - lenience)
        else:
            changes = better.confidence >= max(SURE, same_confidence + AHEAD)
        return replace(word, text=better.text, confidence=better.confidence) if changes else word

    def _read(self, script: Script, crop: np.ndarray) -> RawWord | None:
        """The only word of the crop in this language; None when it gives none or several, or not of its script."""
        words = self._readers[script].read(crop, WORD)
        if len(words) != 1 or not any(letter.isalpha() for letter in words[0].text):
            return None
        return words[0]
