"""What becomes of one sentence of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chestnut.core.thought import Sentence


class Rule(StrEnum):
    """Why a sentence is withheld; for counting and for tests."""

    EMPTY = "empty"  # nothing is left of it without its marks
    UNFINISHED = "unfinished"  # cut by the limit of length
    PROMISE = "promise"  # says or permits what may hurt who believes it
    LANGUAGE = "language"  # not the wearer's
    NONSENSE = "nonsense"  # no words, or few among what is none
    REPETITION = "repetition"
    LEAK = "leak"  # the prompt's own words
    TRAIT = "trait"  # age, sex, origin, belief, feeling, looks or health of a person
    NAME = "name"  # of a person, a maker or a place that was not read in the picture
    QUOTE = "quote"  # text that was not read in the picture
    NUMBER = "number"  # a number that was not read and counts nothing seen
    COUNT = "count"
    DENIAL = "denial"
    SIDE = "side"
    LIGHT = "light"
    ADDED = "added"  # more than the signs or the source said


@dataclass(frozen=True, slots=True)
class Verdict:
    """sentence: to be spoken, None when withheld; then rule tells why."""

    sentence: Sentence | None
    rule: Rule | None = None
