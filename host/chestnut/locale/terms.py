"""What a noun phrase means: which kind of thing, which one of them, and whose."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

from chestnut.core.wordforms import spelled
from chestnut.locale.lexicon import Lexicon, is_cyrillic, slips
from chestnut.locale.noun_phrases import NounPhrase, split


@dataclass(frozen=True, slots=True)
class Term:
    """heads: labels, or the stem of a word no table knows. qualities: what tells it from others of its kind. owner:
    "" where none is told. known: a table or the memory knows such things. guessed: the word only sounds like it.
    plainly: the qualities are things themselves ("car key"), or there are none."""

    text: str
    heads: frozenset[str]
    qualities: frozenset[str] = frozenset()
    owner: str = ""
    known: bool = True
    guessed: bool = False
    plainly: bool = True


@dataclass(frozen=True, slots=True)
class _Element:
    """One name in a phrase; labels are empty when no table knows the word."""

    words: tuple[str, ...]
    labels: frozenset[str]

    def heads(self, lexicon: Lexicon) -> frozenset[str]:
        return self.labels or frozenset((lexicon.stem(self.words[0]),))

    def quality(self, lexicon: Lexicon) -> str:
        for known in (lexicon.qualities, lexicon.purposes):
            if len(self.words) == 1 and self.words[0] in known:
                return known[self.words[0]]
        return min(self.heads(lexicon))

    def is_thing(self, lexicon: Lexicon) -> bool:
        """Not a colour or size, nor a word nobody knows."""
        word = self.words[0]
        return bool(self.labels) or word in lexicon.other_nouns or word in lexicon.purposes


def of_label(label: str, lexicon: Lexicon) -> Term:
    """What a label of the memory means: one of the tables', or what a wearer called a thing."""
    if label in lexicon.labels:
        return Term(label, frozenset((label,)))
    phrases = split(label, lexicon, name=True).phrases
    elements = _elements(phrases[0].words, lexicon) if phrases else []
    head = _head(elements, lexicon) if elements else None
    if head is None:
        return Term(label, frozenset((spelled(label),)))
    return _term(phrases[0], elements, head, head.heads(lexicon), lexicon)


def of_phrase(phrase: NounPhrase, kept: Collection[str], lexicon: Lexicon) -> Term | None:
    """What is asked for. kept: the heads of what there is; a misheard word
    is taken for one of them alone. None when nothing is named."""
    elements = _elements(phrase.words, lexicon)
    head = _head(elements, lexicon)
    if head is None:
        return None
    unknown = [each for each in elements if not each.labels]
    for element in (head, *(each for each in elements if each.labels), *unknown):
        exact = element.heads(lexicon)
        if element.labels or exact & frozenset(kept):
            return _term(phrase, elements, element, exact, lexicon)
        if element is head or element in unknown:
            heard = _heard_as(element.words[0], kept, lexicon)
            if heard:
                return replace(_term(phrase, elements, element, heard, lexicon), guessed=True)
    return replace(_term(phrase, elements, head, head.heads(lexicon), lexicon), known=False)


def last_name(phrase: NounPhrase, lexicon: Lexicon) -> str:
    """Takes the owner from the end of a Russian name: "ключи Анны" has "Анны". "" when there is none."""
    if len(phrase.words) < 2 or phrase.of:
        return ""
    word, written = phrase.words[-1], phrase.texts[-1]
    if not written[0].isupper() or not is_cyrillic(word) or (word,) in lexicon.things:
        return ""
    phrase.words.pop()
    return phrase.texts.pop()


def _elements(found: list[str], lexicon: Lexicon) -> list[_Element]:
    elements, at = [], 0
    while at < len(found):
        labels, length = lexicon.named(found, at)
        length = length or 1
        elements.append(_Element(tuple(found[at : at + length]), labels))
        at += length
    return elements


def _head(elements: list[_Element], lexicon: Lexicon) -> _Element | None:
    """In English the last word: "phone charger"; in Russian the first noun: "зарядка телефона"."""
    if is_cyrillic(elements[0].words[0]):
        nouns = [
            each for each in elements if each.labels or not lexicon.may_describe(each.words[0])
        ] or elements
        nouns = [each for each in nouns if each.labels or each.words[0] not in lexicon.qualities]
        return nouns[0] if nouns else None
    last = elements[-1]
    return None if not last.labels and last.words[0] in lexicon.qualities else last


def _term(
    phrase: NounPhrase, elements: list[_Element], head: _Element, heads: frozenset[str], lexicon: Lexicon
) -> Term:
    others = [*(each for each in elements if each is not head), *_elements(phrase.of, lexicon)]
    return Term(
        phrase.whole,
        heads,
        frozenset(each.quality(lexicon) for each in others),
        phrase.owner,
        plainly=all(each.is_thing(lexicon) for each in others),
    )


def _heard_as(word: str, kept: Collection[str], lexicon: Lexicon) -> frozenset[str]:
    heard = lexicon.heard_as(word, kept)
    if heard or word in lexicon.other_nouns or word in lexicon.qualities:
        return heard
    stem = lexicon.stem(word)
    near = [
        each for each in kept if len(each) > 3 and OSA.distance(stem, each) <= slips(min(stem, each, key=len))
    ]
    return frozenset(near) if len(near) == 1 else frozenset()
