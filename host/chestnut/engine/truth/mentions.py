"""Which things a sentence names, and how many of them."""

from __future__ import annotations

from dataclasses import dataclass

from chestnut.engine.truth.nouns import PERSON, Noun
from chestnut.engine.truth.spelling import CLAUSE
from chestnut.engine.truth.words import LanguageWords

ADJECTIVES = 3  # words between a number and what it counts
SEVERAL, CROWD = 2, 3
MOST = 12  # nobody counts more at a glance: a larger number in digits is the name of something


@dataclass(frozen=True, slots=True)
class Mention:
    """start, end: words of the sentence. count: as said, None for none. exact: neither more nor fewer, for one:
    "only one". least: "several". digits: the count as it stands there, if in digits."""

    noun: Noun
    start: int
    end: int
    count: int | None = None
    exact: bool = False
    least: int = 0
    digits: str = ""


def mentions(said: list[str], known: LanguageWords) -> list[Mention]:
    """said: as spelling.words() gives them."""
    found: list[Mention] = []
    at = 0
    while at < len(said):
        for length in range(min(known.longest_noun, len(said) - at), 0, -1):
            noun = known.nouns.get(tuple(said[at : at + length]))
            if noun is not None:
                found.append(_counted(noun, said, at, at + length, found, known))
                at += length
                break
        else:
            if said[at] in known.gathered and not _counts_what_follows(said, at, known):
                people = Noun(frozenset((PERSON,)))
                found.append(Mention(people, at, at + 1, count=known.gathered[said[at]], exact=True))
            at += 1
    return found


def _counts_what_follows(said: list[str], at: int, known: LanguageWords) -> bool:
    return any((word,) in known.nouns for word in said[at + 1 : at + 3])


def _counted(
    noun: Noun, said: list[str], start: int, end: int, before: list[Mention], known: LanguageWords
) -> Mention:
    first = max(start - ADJECTIVES - 1, before[-1].end if before else 0)
    least = CROWD if any(word in known.crowd for word in said[start:end]) else SEVERAL if noun.many else 0
    for at in range(start - 1, first - 1, -1):
        word = said[at]
        if word == CLAUSE:
            break
        value = int(word) if word.isdecimal() and len(word) < 4 else known.numbers.get(word)
        if value is not None and value <= MOST:
            exact = value != 1 or any(each in known.exact for each in said[max(0, at - 2) : at + 1])
            return Mention(noun, start, end, value, exact, digits=word if word.isdecimal() else "")
        if word in known.pair and noun.labels not in ({"scissors"}, {"skis"}):
            return Mention(noun, start, end, 2, exact=True)
        if word in known.several:
            return Mention(noun, start, end, least=max(least, SEVERAL))
        if word in known.sole and at == start - 1 and not noun.many:
            return Mention(noun, start, end, 1, exact=True)
        if word in known.stop and word not in known.part:
            break
    return Mention(noun, start, end, least=least)
