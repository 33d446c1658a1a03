"""The things that can be named, in all their forms, and what the detectors call them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chestnut.core.wordforms import WordForms, spelled

PERSON = "person"


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
