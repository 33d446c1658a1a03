"""Is a sentence in the wearer's language? Words of another script may stand in it only where they were read."""

from __future__ import annotations

import re
import unicodedata

from chestnut.engine.truth.reading import Reading
from chestnut.engine.truth.spelling import spelled, tokens
from chestnut.engine.truth.words import LanguageWords

WORD = re.compile(r"[^\W\d_]+")
FEW = 5  # words; fewer may all be names
OWN_LETTERS = {
    "CYRILLIC": re.compile(r"[а-яё]+", re.IGNORECASE),
    "LATIN": re.compile(r"[a-zà-öø-ÿœ]+", re.IGNORECASE),
}


def is_in_language(text: str, known: LanguageWords, reading: Reading, few: int = FEW) -> bool:
    """few: so many words of another script may stand without any of the wearer's."""
    own, strange = 0, 0
    for word in WORD.findall(unicodedata.normalize("NFKC", text)):
        if OWN_LETTERS[known.script].fullmatch(word):
            own += 1
        elif reading.has(word) or spelled(word) in known.acronyms:
            strange += 1
        else:
            return False
    if strange > max(own, few):
        return False
    return _sounds_like_it(text, known)


def _sounds_like_it(text: str, known: LanguageWords) -> bool:
    """Another language of the same script gives itself away by its small words."""
    found = [word for word in tokens(spelled(text)) if word[0].isalpha()]
    own = sum(word in known.stop or (word,) in known.nouns or word in known.written for word in found)
    foreign = sum(word in known.foreign for word in found)
    return foreign <= own and (own > 0 or len(found) <= FEW)
