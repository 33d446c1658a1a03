"""The parts of a question that name things: whose, which, and what they are of. Everything else is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from chestnut.core.wordforms import spelled
from chestnut.locale.lexicon import APOSTROPHE, COMMA, STOPS, WORD, Lexicon

POSSESSIVE = "'s"


@dataclass(slots=True)
class NounPhrase:
    """words: as they are compared. texts: as they were written. of: what follows "of", "for", "с". whole: all of it,
    as it was written. owner: "" where none is told. joined: "and" stands between it and the one before. denied: "not"
    stands before it."""

    words: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    of: list[str] = field(default_factory=list)
    whole: str = ""
    owner: str = ""
    joined: bool = False
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """phrases: in their order. people: one of the words is a person's. today: it asks about today."""

    phrases: tuple[NounPhrase, ...]
    people: bool
    today: bool


def split(text: str, lexicon: Lexicon, *, name: bool = False) -> Split:
    """The noun phrases of a question. name: of what somebody calls a thing, in which no word is empty."""
    reader = _Reader(lexicon, name)
    found = list(_tokens(text, lexicon))
    compared = [word for word, _ in found]
    name_ends = 0
    for at, (word, written) in enumerate(found):
        length = lexicon.named(compared, at)[1]
        if lexicon.of.intersection(compared[at : at + length]):  # "доска для сёрфинга" is one name
            name_ends = at + length
        if at < name_ends:
            reader.read_name(word, written)
        else:
            reader.read(word, written)
    reader.end_of_owner()
    phrases = tuple(phrase for phrase in reader.phrases if phrase.words)
    return Split(_wanted(phrases, lexicon), reader.people, reader.today)


def _wanted(phrases: tuple[NounPhrase, ...], lexicon: Lexicon) -> tuple[NounPhrase, ...]:
    """Without "not my keys", where something else is asked for. A word nobody knows may be a verb."""

    def is_denied(phrase: NounPhrase) -> bool:
        first = phrase.words[0]
        return phrase.denied and (first in lexicon.qualities or bool(lexicon.named(phrase.words, 0)[1]))

    return tuple(phrase for phrase in phrases if not is_denied(phrase)) or phrases


def _tokens(text: str, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """Each word as it is compared and as it is written. The 's of a thing is dropped, that of a person kept."""
    for found in WORD.findall(APOSTROPHE.sub("'", text)):
        word = COMMA if found in STOPS else spelled(found)
        bare = word.removesuffix(POSSESSIVE)
        yield (bare if (bare,) in lexicon.things else word), found


class _Reader:
    """Goes through the words once. _open: the last word was part of a phrase. _after: "of" or "at", whose words are
    not things that are asked for. _between: what stands between a thing and what it is of. _denied: after "not"."""

    def __init__(self, lexicon: Lexicon, name: bool) -> None:
        self._lexicon = lexicon
        self._is_name = name
        self._empty = lexicon.measures if name else lexicon.empty | lexicon.measures
        self.phrases: list[NounPhrase] = []
        self.people = self.today = False
        self._open = self._joined = self._denied = False
        self._after = self._between = ""
        self._owner = ""

    def read(self, word: str, written: str) -> None:
        lexicon = self._lexicon
        self.today |= word in lexicon.today
        if word in lexicon.nots and not self._is_name:
            self._close()
            self._denied = True
        elif word in lexicon.joins:
            self._close()
            self._joined = bool(self.phrases)
        elif word in lexicon.of and (self._open or self._after):
            self._after = self._after or "of"
            self._between = f"{written} "
        elif owner := self._owner_of(word, written):
            self._read_owner(owner)
        elif word in lexicon.at:
            self._close()
            self._after = "at"
        elif word in lexicon.articles:
            self._open = False
            self._between += f"{written} "
        elif self._after == "of" and word in lexicon.purposes:
            self.read_name(word, written)
        elif word in self._empty or word in lexicon.of:
            self._close()
        elif word in lexicon.people:
            self.people = True
            self._close()
        else:
            self.read_name(word, written)

    def end_of_owner(self) -> None:
        """An owner after whom no thing came is the owner of the thing before: "ключи мамы", "the keys are mine"."""
        last = self.phrases[-1] if self.phrases else None
        if self._owner and last is not None and not self._denied:
            if not last.owner:
                last.owner = self._owner
            elif last.denied:  # "not my keys but mum's"
                self.phrases.append(replace(last, owner=self._owner, denied=False))
        self._owner, self._denied = "", False

    def _owner_of(self, word: str, written: str) -> str:
        known = self._lexicon.owners.get(word, "")
        return known or (written if word.endswith(POSSESSIVE) and word not in self._lexicon.empty else "")

    def _read_owner(self, owner: str) -> None:
        if self._after == "at" and self._open:  # the place is told: "на столе мои ключи"
            self._close()
        if self._after != "at":
            self._owner = owner
            self._open = False

    def read_name(self, word: str, written: str) -> None:
        if self._after == "at":
            self._open = True
            return
        if self._after == "of" and not self._owner:
            self.phrases[-1].of.append(word)
            self.phrases[-1].whole += f" {self._between}{written}"
            self._between = ""
            return
        if not self._open:
            self.phrases.append(NounPhrase(owner=self._owner, joined=self._joined, denied=self._denied))
            self._owner, self._joined, self._denied = "", False, False
        self._open, self._after = True, ""
        phrase = self.phrases[-1]
        phrase.words.append(word)
        phrase.texts.append(written)
        phrase.whole = f"{phrase.whole} {written}".lstrip()

    def _close(self) -> None:
        self.end_of_owner()
        self._open = False
        self._after = ""
