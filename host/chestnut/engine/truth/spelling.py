"""Text made comparable: one spelling for what looks or sounds the same."""

from __future__ import annotations

import re

from chestnut.core.wordforms import spelled as spelled  # the words of this room are compared by it

# Letters of one script that look like letters of another, after case folding.
LOOKALIKES = "аa еe оo рp сc уy хx іi ѕs јj кk мm тt вb нh ԁd ԛq ԝw ӏl αa εe οo ρp τt υu χx κk νv ηn ιi зe"
LATIN_FOR = {pair[0]: pair[1] for pair in LOOKALIKES.split()}
CYRILLIC_FOR = dict(zip("aeopcyxikmtbhn0364", "аеорсухикмтвнпозбч", strict=True))
DIGIT_FOR = str.maketrans("0134578@$", "oleastbas")
TO_LATIN = str.maketrans(LATIN_FOR)
TO_CYRILLIC = str.maketrans(CYRILLIC_FOR)

WORD = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W_]+(?:[@$][^\W_]+)*|[,;:.!?…()\[\]—–\n]+")
DASH = re.compile(r"\s[-−]\s")
APOSTROPHE = re.compile(r"(?<=\w)['’ʼ`´](?=\w)")
SPACED = re.compile(r"(?<!\S)(?:[^\W\d_][\s.\-·•*_]+){3,}[^\W\d_](?!\w)")
HIDING = re.compile(r"\w*[^\W\d]\w*|(?<=[^\W\d])[@$]|[@$](?=[^\W\d])")
CLAUSE = "/"


def words(text: str) -> list[str]:
    """The words of a text as they are compared, "/" where a clause ends."""
    return tokens(spelled(text))


def tokens(text: str) -> list[str]:
    """As words(), of text that is spelled() already."""
    text = DASH.sub(" – ", APOSTROPHE.sub("", text))
    return [found if found[0].isalnum() else CLAUSE for found in WORD.findall(text)]


def line(found: list[str]) -> str:
    """Words as one string to be matched by patterns: each is followed by a space."""
    return "".join(f"{word} " for word in found)


def disguises(text: str) -> tuple[str, str]:
    """A text as someone means it who hides its words from a filter: read as Latin and read as Cyrillic letters.

    Letters that look alike, digits for letters, and letters set apart ("s a f e") are read as the words they make.
    """
    text = SPACED.sub(lambda found: re.sub(r"[\s.\-·•*_]+", "", found[0]), spelled(text))
    latin = text.translate(TO_LATIN)
    return HIDING.sub(_undigited, latin), text.translate(TO_CYRILLIC)


def _undigited(found: re.Match[str]) -> str:
    return found[0].translate(DIGIT_FOR)


def bare(text: str) -> str:
    """Letters and digits alone, those that look alike the same: to compare with what was read in a picture."""
    return "".join(mark for mark in spelled(text).translate(TO_LATIN) if mark.isalnum())
