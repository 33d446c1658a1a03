"""Which things a sentence names, and how many of them."""

from __future__ import annotations

from dataclasses import dataclass

from chestnut.engine.truth.nouns import IN_PAIRS, PERSON, Noun
from chestnut.engine.truth.spelling import CLAUSE
from chestnut.engine.truth.words import LanguageWords

ADJECTIVES = 3  # words between a number and what it counts
SEVERAL, CROWD = 2, 3  # at least
ALONE = 6  # words between a person and "alone"
MOST = 12  # nobody counts more at a glance: a larger number in digits is the name of something


@dataclass(frozen=True, slots=True)
class Mention:
    """start, end: words of the sentence. count: as said, None for none. exact: neither more nor fewer, for one:
    "only one". least: at least so many, for "several" or a plural. digits: the count as it stands there, if in
    digits."""

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
        value = _value(word, known)
        if value is not None and value <= MOST:
            exact = value != 1 or any(each in known.exact for each in said[max(0, at - 2) : at + 1])
            exact = exact or _counted_behind(noun, said, end, known) is not None
            return Mention(noun, start, end, value, exact, digits=word if word.isdecimal() else "")
        if word in known.pair and not noun.labels & IN_PAIRS:
            return Mention(noun, start, end, 2, exact=True)
        if word in known.several:
            return Mention(noun, start, end, least=max(least, known.several[word]))
        if word in known.sole and not noun.many and set(said[at + 1 : start]) <= known.stop:
            return Mention(noun, start, end, 1, exact=True)
        if word in known.stop and word not in known.part and word not in known.articles:
            break
    behind = _counted_behind(noun, said, end, known)
    return Mention(noun, start, end, behind, exact=behind is not None, least=least)


def _counted_behind(noun: Noun, said: list[str], end: int, known: LanguageWords) -> int | None:
    """ "People: three", "a person sits alone"."""
    if said[end : end + 1] == [CLAUSE] and said[end + 1 : end + 2]:
        value, after = _value(said[end + 1], known), said[end + 2 : end + 3]
        if value is not None and (not after or after[0] in known.total):
            return value
    if PERSON in noun.labels and not noun.many:
        for at, word in enumerate(said[end : end + ALONE + 1], end):
            if word == CLAUSE:
                break
            if word in known.alone and (at + 1 == len(said) or said[at + 1] in known.stop | {CLAUSE}):
                return 1
    return None


def _value(word: str, known: LanguageWords) -> int | None:
    return int(word) if word.isdecimal() and len(word) < 4 else known.numbers.get(word)
