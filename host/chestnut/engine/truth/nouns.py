"""The things that can be named, in all their forms, and what the detectors call them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chestnut.engine.truth.spelling import spelled

PERSON = "person"
PARTS = re.compile(r"_|-(?=[^_])")  # of an entry; a hyphen at its end marks a stem


@dataclass(frozen=True, slots=True)
class Noun:
    """labels: what the detectors call it, several for "bag"; none when no detector knows it. many: surely more than
    one."""

    labels: frozenset[str]
    many: bool = False


def nouns(table: Mapping[str, Any]) -> dict[tuple[str, ...], Noun]:
    """Every form of every noun of a language, as the words it is compared by."""
    forms = _Forms(table["grammar"], table["irregular"])
    found: dict[tuple[str, ...], Noun] = {}

    def add(entries: Iterable[str], noun: Noun) -> None:
        for entry in entries:
            for form in forms.of(entry):
                found[form] = noun

    add(table["others"]["words"].split(), Noun(frozenset()))
    for entry, labels in table["groups"].items():
        add([entry], Noun(frozenset(labels)))
    for label, entries in table["things"].items():
        add(entries.split(), Noun(frozenset((label,))))
    people = table["people"]
    add(people["one"].split(), Noun(frozenset((PERSON,))))
    for entry in people["many"].split():
        found[tuple(spelled(entry).split("_"))] = Noun(frozenset((PERSON,)), many=True)
    return found


class _Forms:
    """grammar: the endings of a noun written "stem-" and of an adjective written "stem~"; plural_s: a noun without
    either mark makes its plural with -s."""

    def __init__(self, grammar: Mapping[str, Any], irregular: Mapping[str, str]) -> None:
        self._endings = {
            "-": ("", *grammar["noun_endings"].split()),
            "~": tuple(grammar["adjective_endings"].split()),
        }
        self._plural_s: bool = grammar["plural_s"]
        self._irregular = irregular

    def of(self, entry: str) -> Iterator[tuple[str, ...]]:
        """ "wine_glass" → ("wine", "glass"), ("wine", "glasses")."""
        parts = PARTS.split(spelled(entry))
        yield from itertools.product(*(self._of_word(part) for part in parts))
        if self._plural_s:
            yield (*parts[:-1], self._irregular.get(parts[-1], plural(parts[-1])))

    def _of_word(self, word: str) -> tuple[str, ...]:
        if word[-1] in self._endings and len(word) > 1:
            return tuple(word[:-1] + ending for ending in self._endings[word[-1]])
        return (word,)


def plural(word: str) -> str:
    if re.search(r"(?:s|x|z|ch|sh)$", word):
        return f"{word}es"
    return f"{word[:-1]}ies" if re.search(r"[^aeiou]y$", word) else f"{word}s"
