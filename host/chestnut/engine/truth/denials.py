"""That something is not there is told only of what has a name here: of shards, mould or pork nobody would know."""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterable

from chestnut.engine.truth.mentions import Mention
from chestnut.engine.truth.spelling import CLAUSE
from chestnut.engine.truth.words import LanguageWords

WITHIN = 4  # words


def denies_the_unknown(
    said: list[str], found: list[Mention], known: LanguageWords, asked: Container[str]
) -> bool:
    """ "No shards". asked: words of the question, which may be answered."""
    named = {place for mention in found for place in range(mention.start, mention.end)}

    def is_known(place: int) -> bool:
        word = said[place]
        return (
            place in named or word in asked or word in known.written or known.neutral.match(word) is not None
        )

    def is_unknown(places: Iterable[int]) -> bool:
        clause = list(
            itertools.takewhile(lambda place: said[place] != CLAUSE, itertools.islice(places, WITHIN))
        )
        content = [place for place in clause if not _is_small(said[place], known)]
        return bool(content) and not any(is_known(place) for place in clause)

    for at, word in enumerate(said):
        if word in known.lacks and is_unknown(range(at + 1, len(said))):
            return True
        if word in known.lacking and is_unknown(range(at - 1, -1, -1)):
            return True
    return False


def _is_small(word: str, known: LanguageWords) -> bool:
    return word in known.stop or known.unless.match(word) is not None or word in known.affirmed
