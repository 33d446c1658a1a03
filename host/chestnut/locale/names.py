"""Whose things are: a person is known again in the other script and in another case."""

from __future__ import annotations

import re

from chestnut.core.memory import Owned
from chestnut.locale.lexicon import words

# Enough to know a name again, not to write it.
LETTERS = "аa бb вv гg дd еe зz иi йi кk лl мm нn оo пp рr сs тt уu фf хh цc чch шsh щsh ыi эe юu яa жzh ь ъ"
LATIN = {pair[0]: pair[1:] for pair in LETTERS.split()}
ALIKE = {"x": "ks", "kh": "h", "ju": "u", "yu": "u", "ya": "a", "ja": "a", "y": "i", "w": "v"}
POSSESSIVE = re.compile(r"(?:'s|s)$")
CASE = re.compile(r"(?:in(?:a|o|i|u|oi|ih|im|imi|ogo|omu)?|ov(?:a|o|i|u|oi|ih)?|ev(?:a|o|i|u)?|[aeiou]+)$")


def same_owner(one: str, other: str) -> bool:
    """ "Anna's" and "Анны" are one. Nobody is nobody alone."""
    return one == other or bool(one and other and bare_name(one) == bare_name(other))


def same_thing(one: Owned, other: Owned) -> bool:
    """Whatever the capitals, and in whichever language the owner is told."""
    return one.label.casefold() == other.label.casefold() and same_owner(one.owner, other.owner)


def bare_name(owner: str) -> str:
    """In Latin letters, without endings and doubled letters: "an" of "Anna's", "Анны" and "Анины"."""
    latin = "".join(LATIN.get(letter, letter) for letter in " ".join(words(owner)))
    for pair, single in ALIKE.items():
        latin = latin.replace(pair, single)
    for ending in (POSSESSIVE, CASE):
        shorter = ending.sub("", latin)
        latin = shorter if len(shorter) > 1 else latin
    return re.sub(r"(.)\1", r"\1", latin)
