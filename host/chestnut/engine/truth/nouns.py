"""The things that can be named, in all their forms, and what the detectors call them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chestnut.core.wordforms import WordForms

PERSON = "person"
IN_PAIRS = frozenset(("scissors", "skis"))  # one of them is said in the plural


@dataclass(frozen=True, slots=True)
class Noun:
    """labels: what the detectors call it, several for "bag"; none when no detector knows it. many: surely more than
    one."""

    labels: frozenset[str]
    many: bool = False


def nouns(table: Mapping[str, Any]) -> dict[tuple[str, ...], Noun]:
    """Every form of every noun of a language, as the words it is compared by."""
    forms = WordForms(table["grammar"], table["irregular"])
    found: dict[tuple[str, ...], Noun] = {}

    def add(entries: Iterable[str], labels: frozenset[str]) -> None:
        for entry in entries:
            one = forms.words(entry)[-1][0]
            for form in forms.of(entry):
                # In Russian a plural looks like a case of the singular.
                many = table["grammar"]["plural_s"] and form[-1] != one and not labels & IN_PAIRS
                found[form] = Noun(labels, many)

    add(table["others"]["words"].split(), frozenset())
    for entry, labels in table["groups"].items():
        add([entry], frozenset(labels))
    for label, entries in table["things"].items():
        add(entries.split(), frozenset((label,)))
    people = table["people"]
    add(people["one"].split(), frozenset((PERSON,)))
    for entry in people["many"].split():
        for form in forms.of(entry):
            found[form] = Noun(frozenset((PERSON,)), many=True)
    return found
