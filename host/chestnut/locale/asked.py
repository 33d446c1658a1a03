"""What a question is about, as far as words alone tell it: a ready question, things that have a name, a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from chestnut.locale.phrases import Phrases

ARTICLES = frozenset(("a", "an", "one", "один", "одна", "одно"))


@dataclass(frozen=True, slots=True)
class Asked:
    """ready: the name of the ready question that was put in its own words, or "". things: keys of [nouns] in the
    order in which they are named. counts: it asks how many."""

    ready: str
    things: tuple[str, ...]
    counts: bool


def asked(question: str, language: str) -> Asked:
    """Whole words are compared, so "a cupboard" names no cup."""
    tables = Phrases.of(language).tables
    line = _line(question)
    ready = next((name for name, text in tables["questions"].items() if _line(text) == line), "")
    found = {}
    for noun, forms in tables["nouns"].items():
        if not forms.get("digits") and "none" not in forms:
            places = [line.find(form) for form in _forms(noun, forms, language)]
            found[noun] = min((place for place in places if place >= 0), default=-1)
    things = tuple(sorted((noun for noun in found if found[noun] >= 0), key=lambda noun: found[noun]))
    counts = any(_line(words) in line for words in tables["asking"]["count"])
    return Asked(ready, things, counts)


def _forms(noun: str, forms: dict[str, Any], language: str) -> set[str]:
    spoken = {str(forms[form]) for form in ("one", "few", "many", "other") if form in forms}
    found = {_line(text) for text in spoken} | ({_line(noun)} if language == "en" else set())
    for text in tuple(found):
        words = text.split()
        if words[0] in ARTICLES and len(words) > 1:
            found.add(f" {' '.join(words[1:])} ")
    if language == "ru":  # "вижу чашку"
        for ending, changed in (("а ", "у "), ("я ", "ю ")):
            found |= {form[: -len(ending)] + changed for form in found if form.endswith(ending)}
    return found


def _line(text: str) -> str:
    """Its words between single spaces, with one before and one after."""
    words = re.findall(r"[^\W_]+", text.casefold().replace("ё", "е"))
    return f" {' '.join(words)} "
