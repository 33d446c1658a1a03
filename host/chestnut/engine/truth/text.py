"""Text and numbers are spoken only if the text reader read them in the picture."""

from __future__ import annotations

import itertools
import re

from chestnut.engine.truth.claims import Claims
from chestnut.engine.truth.mentions import Mention
from chestnut.engine.truth.nouns import PERSON
from chestnut.engine.truth.reading import DIGITS, Reading, numbers
from chestnut.engine.truth.spelling import CLAUSE, line, spelled, words
from chestnut.engine.truth.verdict import Rule
from chestnut.engine.truth.words import LanguageWords

QUOTES = re.compile(
    r"«([^«»]*)»|“([^“”]*)”|„([^„“”]*)[“”]|\"([^\"]*)\"|‘([^‘’]*)’(?!\w)|(?<!\w)'([^']*)'(?!\w)|‹([^‹›]*)›"
)
LOOSE = re.compile(r"[«»“”„\"‹›]")
CAPITALS = re.compile(r"\b[^\W\d_]{2,}(?:[^\W_]|[-&])*\b")
NAME = re.compile(r"(?<=[\w,;)] )([^\W\d_]{2,})")


def check_text(
    text: str, found: list[Mention], known: LanguageWords, reading: Reading, claims: Claims
) -> None:
    """Sets claims.broken to QUOTE, NUMBER or NAME, or counts what was read as confirmed."""
    rest, quoted = _without_quotes(text, reading)
    if quoted is None or _has_unread_capitals(rest, known, reading):
        claims.broken = Rule.QUOTE
        return
    claims.confirmed += quoted
    if not _are_numbers_read(rest, found, known, reading, claims):
        claims.broken = Rule.NUMBER
    elif _has_unread_names(rest, known, reading):
        claims.broken = Rule.NAME
    elif not _is_writing_read(rest, known, reading, claims, quotes=quoted > 0):
        claims.broken = Rule.QUOTE


def _without_quotes(text: str, reading: Reading) -> tuple[str, int | None]:
    """The text without what it quotes, and how many quotations were read; None when one was not."""
    quotes = [next(part for part in found.groups() if part is not None) for found in QUOTES.finditer(text)]
    quotes = [quote for quote in quotes if any(mark.isalnum() for mark in quote)]
    rest = unquoted(text)
    loose = LOOSE.search(rest)
    if loose is not None:
        return rest, None
    return rest, len(quotes) if all(reading.has(quote) for quote in quotes) else None


def _has_unread_capitals(text: str, known: LanguageWords, reading: Reading) -> bool:
    """ "EXIT" without quotation marks is a quotation too."""
    return any(
        found[0].isupper() and spelled(found[0]) not in known.acronyms and not reading.has(found[0])
        for found in CAPITALS.finditer(text)
    )


def _are_numbers_read(
    text: str, found: list[Mention], known: LanguageWords, reading: Reading, claims: Claims
) -> bool:
    counting = {mention.digits for mention in found if mention.digits}
    told = [number for number in numbers(text) if number not in counting]
    if any(not reading.has_number(number) for number in told):
        return False
    claims.confirmed += len(told)
    said = words(text)
    measure = known.measures.match(line(said))
    if measure is None:
        return True
    measured = [word for word in measure[0].split() if word in known.numbers or DIGITS.fullmatch(word)]
    return bool(measured) and all(
        reading.has_number(str(known.numbers.get(word, word))) or reading.has(word) for word in measured
    )


def _is_writing_read(text: str, known: LanguageWords, reading: Reading, claims: Claims, quotes: bool) -> bool:
    """After "says" or "titled" stands what was read; after "written" or "text" that, or where and how it stands.
    quotes: what is written stood in quotation marks, so the rest only tells where."""
    said = words(text)
    for at, word in enumerate(said):
        strictly = word in known.writing and not _is_a_reader(said[:at], known)
        if not strictly and word not in known.written:
            continue
        told = said[at + 1 :]
        if told[:1] == [CLAUSE]:
            told = told[1:]
        told = list(itertools.takewhile(lambda each: each != CLAUSE, told))
        if not strictly:
            told = _without_places(_of_writing(told, known), known)
        if word in known.passive and not quotes:
            told += _without_places(_clause_before(said[:at]), known)
        content = [each for each in told if not _is_neutral(each, known)]
        if any(not reading.has(each) for each in content):
            return False
        if (
            strictly
            and not quotes
            and len(told) > 1
            and set(told) <= known.stop
            and not reading.has(" ".join(told))
        ):
            return False  # "it says: just do it"
        claims.confirmed += len(content)
        claims.open += not reading
    return True


def _is_a_reader(before: list[str], known: LanguageWords) -> bool:
    """ "A person reads a book": not what is written."""
    return any((word,) in known.nouns and PERSON in known.nouns[(word,)].labels for word in before[-3:])


def _clause_before(said: list[str]) -> list[str]:
    return list(itertools.takewhile(lambda each: each != CLAUSE, reversed(said)))[::-1]


def _of_writing(told: list[str], known: LanguageWords) -> list[str]:
    """After "the words", up to "are on the card"; nothing after "a text and ..."."""
    if told[:1] and told[0] in known.joins:
        return []
    ends = (at for at, word in enumerate(told) if at and word in known.copula)
    return told[: next(ends, len(told))]


def _without_places(told: list[str], known: LanguageWords) -> list[str]:
    """Without "on the wall": from such a word to the thing it leads to."""
    left, at = [], 0
    while at < len(told):
        if told[at] in known.places:
            thing = next(
                (on for on in range(at + 1, min(at + 5, len(told))) if (told[on],) in known.nouns), at
            )
            at = thing + 1
        else:
            left.append(told[at])
            at += 1
    return left


def _is_neutral(word: str, known: LanguageWords) -> bool:
    """A word that only tells how something is written."""
    return (
        word in known.stop
        or word in known.writing
        or word in known.written
        or known.neutral.match(word) is not None
    )


def _has_unread_names(text: str, known: LanguageWords, reading: Reading) -> bool:
    """Does a word that begins with a capital letter in the middle of a sentence name what was not read?"""
    return any(
        found[1][0].isupper()
        and spelled(found[1]) not in known.acronyms
        and spelled(found[1]) not in known.capital
        and (spelled(found[1]),) not in known.nouns
        and not reading.has(found[1])
        for found in NAME.finditer(text)
    )


def unquoted(text: str) -> str:
    return QUOTES.sub(" ", text)


def is_of_text(mention: Mention, said: list[str], known: LanguageWords, reading: Reading) -> bool:
    """A sign, a label: it is there if its text was read. Or a word of that text, which names no thing in view."""
    if mention.noun.labels:
        return False
    return known.carriers.match(said[mention.start]) is not None or reading.has(
        " ".join(said[mention.start : mention.end])
    )
