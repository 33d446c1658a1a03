"""The steps of the guide, read from steps.toml into frozen dataclasses."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("steps.toml")
NAMES = Path(__file__).with_name("names.toml")
PARTS = Path(__file__).parents[1] / "parts.toml"
LANGUAGES = ("en", "ru")
UNITS = ("", "chest", "pod")


class BadSteps(ValueError):
    """What is wrong with steps.toml, where, and what was probably meant."""


@dataclass(frozen=True)
class Step:
    """One step. `parts`: id of parts.toml → how many. `view`: from where it is looked at.

    `shows`: what was there before and is grey: keys of pieces, or steps; without it all of the unit's earlier steps.
    `carries`: what was put together before and is now brought to its place, along `carried` millimetres.
    `apart`: how far new pieces stand off, as a share of their way in the exploded view; `around`: the piece from
    whose own way theirs is counted, for what is mounted into something that itself flies; `way`: so many millimetres
    instead, for all that is new.
    """

    id: str
    title_en: str
    title_ru: str
    unit: str
    parts: Mapping[str, int]
    view: tuple[float, float, float]
    apart: float = 0.6
    around: str = ""
    shows: tuple[str, ...] | None = None
    carries: tuple[str, ...] = ()
    carried: tuple[float, float, float] = (0.0, 0.0, 0.0)
    way: tuple[float, float, float] | None = None

    @property
    def page(self) -> str:
        """The page it stands on: "chest" for "chest-3"."""
        return self.id.rsplit("-", 1)[0]

    def title(self, language: str) -> str:
        """Its title in "en" or "ru"."""
        return self.title_ru if language == "ru" else self.title_en


def nearest(word: str, words: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the word that looks most like this one, or nothing."""
    close = difflib.get_close_matches(word, list(words), n=1, cutoff=0.4)
    return f"; did you mean {close[0]!r}?" if close else ""


def _step(table: Mapping[str, Any]) -> Step:
    name = f"steps.toml, step {table.get('id', '?')!r}"
    known = Step.__dataclass_fields__
    for key in table:
        if key not in known:
            raise BadSteps(f"{name} has no {key!r}{nearest(key, known)}")
    for key in ("id", "title_en", "title_ru", "unit", "parts", "view"):
        if key not in table:
            raise BadSteps(f"{name} lacks {key!r}")
    if table["unit"] not in UNITS:
        raise BadSteps(f"{name}: unit is one of {UNITS}, not {table['unit']!r}")
    for key in ("view", "carried", "way"):
        if key in table and not (isinstance(table[key], list) and len(table[key]) == 3 and any(table[key])):
            raise BadSteps(f"{name}: {key} is three numbers, not all zero")
    for part, count in table["parts"].items():
        if type(count) is not int or count < 1:
            raise BadSteps(f"{name}: {part} must be a whole number from 1, not {count!r}")
    values = dict(table)
    for key in ("view", "carried", "way", "shows", "carries"):
        if key in values:
            values[key] = tuple(values[key])
    return Step(**values)


def read(text: str) -> tuple[Step, ...]:
    """Steps in their order. Raises BadSteps for a key, unit or number that cannot be, and for an id twice."""
    try:
        tables = tomllib.loads(text).get("step", [])
    except tomllib.TOMLDecodeError as error:
        raise BadSteps(f"steps.toml is no TOML: {error}") from error
    found = tuple(_step(table) for table in tables)
    ids = [step.id for step in found]
    for name in ids:
        if ids.count(name) > 1:
            raise BadSteps(f"steps.toml has the step {name!r} twice")
    return found


@cache
def load() -> tuple[Step, ...]:
    """The steps of this project."""
    return read(FILE.read_text(encoding="utf-8"))


@cache
def names() -> dict[str, dict[str, str]]:
    """What things are called: id of a part, or name of a printed piece → language → name."""
    found = {
        part["id"]: {"en": part["name_en"], "ru": part["name_ru"]}
        for part in tomllib.loads(PARTS.read_text(encoding="utf-8"))["part"]
    }
    for name, words in tomllib.loads(NAMES.read_text(encoding="utf-8")).items():
        found[name] = {language: words[language] for language in LANGUAGES}
    return found
