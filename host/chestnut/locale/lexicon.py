"""Every word a question to the memory may use, in both languages at once: nobody has to ask in the language that is
set. Things in all their forms, whose they are, what tells them apart, and the words between."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from chestnut.core.wordforms import WordForms, spelled
from chestnut.locale import recall, truth

STOPS = ",;.!?"
WORD = re.compile(rf"[^\W_]+(?:['’ʼ][^\W_]+)*|[{STOPS}]")
APOSTROPHE = re.compile("[’ʼ]")
COMMA = ","
SHORTEST = 4  # letters of a word that may be a misheard one; shorter words are too near to each other
LONG = 7  # from so many letters on two of them may be wrong
SHORTEST_STEM = 3


def words(text: str) -> list[str]:
    """As they are compared; every stop is a comma, and a word."""
    return [COMMA if found in STOPS else found for found in WORD.findall(APOSTROPHE.sub("'", spelled(text)))]


def is_cyrillic(word: str) -> bool:
    return any("а" <= letter <= "я" for letter in word)


def slips(word: str) -> int:
    """How many letters of a word may be wrong, missing, added or swapped."""
    return 0 if len(word) < SHORTEST else 1 if len(word) < LONG else 2


class Lexicon:
    """things: the labels of every name of a thing, as the words it is compared by. kept_as: under which of several a
    thing is kept. other_nouns: of things no detector
    knows. owners, qualities, purposes: by their forms. empty and the rest: words that name nothing."""

    def __init__(self) -> None:
        self.things: dict[tuple[str, ...], frozenset[str]] = {}
        self.kept_as: dict[frozenset[str], str] = {}
        self.other_nouns: set[str] = set()
        self.owners: dict[str, str] = {}
        self.qualities: dict[str, str] = {}
        self.purposes: dict[str, str] = {}
        self._endings: dict[bool, tuple[str, ...]] = {False: ("'s", "es", "s")}
        self._adjective_endings: tuple[str, ...] = ()
        sentence: dict[str, set[str]] = {}
        for language, known in truth.tables().items():
            asked = recall.tables()[language]
            forms = WordForms(known["grammar"], known["irregular"])
            self._add_things(known, asked, forms)
            for owner, entries in asked["owners"].items():
                self.owners.update(dict.fromkeys(words(entries), owner))
            for found, kind in ((self.qualities, "qualities"), (self.purposes, "purposes")):
                for key, entries in asked[kind].items():
                    for entry in entries.split():
                        found.update({form[0]: key for form in forms.of(entry)})
            for kind, text in asked["sentence"].items():
                sentence.setdefault(kind, set()).update(words(text.replace("_", " ")))
            if known["grammar"]["script"] == "CYRILLIC":
                self._adjective_endings = tuple(known["grammar"]["adjective_endings"].split())
                endings = {*known["grammar"]["noun_endings"].split(), *self._adjective_endings}
                self._endings[True] = tuple(sorted(endings, key=lambda ending: (-len(ending), ending)))
        self.joins = frozenset(sentence["joins"]) | {COMMA}
        self.of, self.at = frozenset(sentence["of"]), frozenset(sentence["at"])
        self.nots = frozenset(sentence["nots"])
        self.today, self.people = frozenset(sentence["today"]), frozenset(sentence["people"])
        self.articles = frozenset(sentence["articles"])
        self.measures = frozenset(sentence["measures"])
        self.empty = frozenset(sentence["empty"]) - self.articles
        self.longest = max(map(len, self.things))
        self.labels = frozenset(label for labels in self.things.values() for label in labels)
        singles = {name[0] for name in self.things if len(name) == 1 and len(name[0]) >= SHORTEST}
        self._singles = {
            script: sorted(word for word in singles if is_cyrillic(word) is script)
            for script in (False, True)
        }

    def _add_things(self, known: Mapping[str, Any], asked: Mapping[str, Any], forms: WordForms) -> None:
        """What stands later in the tables wins: "glasses" are to be looked through, not to be drunk from."""
        for entry in known["others"]["words"].split():
            self.other_nouns.update(name[0] for name in forms.of(entry) if len(name) == 1)
        for table in (known, asked):
            for entry, labels in table["groups"].items():
                self._name(entry.split(), frozenset(labels), forms)
                if table is asked:
                    self.kept_as[frozenset(labels)] = labels[0]
            for label, entries in table["things"].items():
                self._name(entries.split(), frozenset((label,)), forms)

    def _name(self, entries: Iterable[str], labels: frozenset[str], forms: WordForms) -> None:
        for entry in entries:
            for name in forms.of(entry):
                self.things[name] = labels

    def named(self, words: Sequence[str], at: int) -> tuple[frozenset[str], int]:
        """The labels of the longest name of a thing that begins at a word, and how many words it has; none, 0."""
        for length in range(min(self.longest, len(words) - at), 0, -1):
            labels = self.things.get(tuple(words[at : at + length]))
            if labels is not None:
                return labels, length
        return frozenset(), 0

    def names_something(self, words: Sequence[str]) -> bool:
        """Not all of them are words that a question leaves out."""
        return not (self.empty | self.articles | self.measures | self.nots).issuperset(words)

    def heard_as(self, word: str, wanted: Collection[str]) -> frozenset[str]:
        """The labels, some of the wanted among them, of what the word sounds like; none when that is nothing, another
        known word, or not clear. Of all common words one in twenty sounds like some thing, so that only what is to be
        expected is wanted."""
        if word in self.other_nouns or word in self.qualities or word in self.owners:
            return frozenset()
        near = process.extract(
            word, self._singles[is_cyrillic(word)], scorer=OSA.distance, score_cutoff=slips(word), limit=None
        )
        meant = [(distance, self.things[name,]) for name, distance, _ in near]
        meant = [(distance, labels) for distance, labels in meant if not labels.isdisjoint(wanted)]
        if not slips(word) or not meant:
            return frozenset()
        nearest = {
            labels for distance, labels in meant if distance == min(meant, key=lambda each: each[0])[0]
        }
        return nearest.pop() if len(nearest) == 1 else frozenset()

    def stem(self, word: str) -> str:
        """A word without the ending it may have, for names no table knows."""
        for ending in self._endings[is_cyrillic(word)]:
            if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
                return word[: -len(ending)]
        return word

    def may_describe(self, word: str) -> bool:
        """It has the ending of a Russian adjective, or tells a quality."""
        return word in self.qualities or (is_cyrillic(word) and word.endswith(self._adjective_endings))


@cache
def lexicon() -> Lexicon:
    """Built once."""
    return Lexicon()
