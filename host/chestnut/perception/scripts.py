"""Letters that look the same in Latin and Cyrillic, put into the script of their word and line. Pure.

Tesseract reads each word with both languages and now and then writes an English word with Cyrillic letters, or the
other way round. A voice then spells it in the wrong language. Nothing is guessed here: a letter is only exchanged
for the one that looks exactly like it, and only where the other letters leave no choice. Words with digits stay as
they are. Pairs: Unicode confusables (UTS 39), those of Russian and English alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum

_LATIN = "ABCEHKMOPTXYaceopxy"
_CYRILLIC = "АВСЕНКМОРТХУасеорху"
TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)


class Script(Enum):
    LATIN = "latin"
    CYRILLIC = "cyrillic"


def script_of_letter(letter: str) -> Script | None:
    if "a" <= letter.lower() <= "z" or ("\u00c0" <= letter <= "\u024f" and letter.isalpha()):
        return Script.LATIN
    if "\u0400" <= letter <= "\u04ff":
        return Script.CYRILLIC
    return None


def sure_script(words: Iterable[str]) -> Script | None:
    """The script of the letters that exist in one script only, if they are all of one; None when there are none or
    both."""
    seen = {
        script_of_letter(letter)
        for word in words
        for letter in word
        if letter not in _LATIN and letter not in _CYRILLIC
    } - {None}
    return seen.pop() if len(seen) == 1 else None


def written_in(word: str) -> Script | None:
    """The script that most of its letters are written in, look-alike or not; None without letters."""
    scripts = [script_of_letter(letter) for letter in word]
    latin, cyrillic = scripts.count(Script.LATIN), scripts.count(Script.CYRILLIC)
    if latin == cyrillic:
        return None
    return Script.LATIN if latin > cyrillic else Script.CYRILLIC


def main_script(words: Iterable[str]) -> Script | None:
    """The script of most words that show one; None when there are none, or as many of each."""
    shown = [sure_script([word]) for word in words]
    latin, cyrillic = shown.count(Script.LATIN), shown.count(Script.CYRILLIC)
    if latin == cyrillic:
        return None
    return Script.LATIN if latin > cyrillic else Script.CYRILLIC


def in_one_script(line: Sequence[str], page: Script | None = None) -> list[str]:
    """The words of a line with look-alike letters in the script that their word shows, else their line, else the
    page. page: the script of the whole page, if it has only one."""
    around = sure_script(line) or page
    return [_word(word, around) for word in line]


def _word(word: str, around: Script | None) -> str:
    if any(letter.isdigit() for letter in word):
        return word
    script = sure_script([word])
    if script is None:
        if any(letter not in _LATIN + _CYRILLIC and script_of_letter(letter) for letter in word):
            return word  # sure letters of both scripts: not for us to decide
        script = around
    if script is None:
        return word
    return word.translate(TO_CYRILLIC if script is Script.CYRILLIC else TO_LATIN)
