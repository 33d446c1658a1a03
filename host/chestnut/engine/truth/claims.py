"""What a rule finds in a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from chestnut.engine.truth.mentions import Mention
from chestnut.engine.truth.reading import Reading
from chestnut.engine.truth.spelling import CLAUSE
from chestnut.engine.truth.verdict import Rule
from chestnut.engine.truth.words import LanguageWords


@dataclass(slots=True)
class Claims:
    """confirmed: of what the sentence claims, so much a detector or the text reader bears out; open: so much nothing
    but the model says. broken: the rule it breaks, then it is withheld."""

    confirmed: int = 0
    open: int = 0
    broken: Rule | None = None

    @property
    def doubtful(self) -> bool:
        return self.open > 0 or self.confirmed == 0


def says_more(said: list[str], found: list[Mention], known: LanguageWords, reading: Reading) -> bool:
    """Than things, how many, where and what is written: a colour, a material, what somebody does, what stands behind
    what. No detector and no reader can confirm that."""
    named = {place for mention in found for place in range(mention.start, mention.end)}
    return any(
        word != CLAUSE
        and place not in named
        and not word.isdecimal()
        and not any(word in words for words in (known.plain, known.numbers, known.several, known.sole))
        and not any(word in words for words in (known.pair, known.gathered, known.writing, known.written))
        and not reading.has(word)
        for place, word in enumerate(said)
    )
