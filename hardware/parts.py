"""parts.toml: every bought part, option and tool once, read into frozen dataclasses and checked.

An unknown key, a missing key and a value of the wrong kind are errors that name the entry and the nearest key.
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hardware.params import nearest

FILE = Path(__file__).with_name("parts.toml")
CARRIERS = ("chest", "pod", "strap", "belt", "head", "")


class BadParts(ValueError):
    """What is wrong with parts.toml, where, and what was probably meant."""


@dataclass(frozen=True)
class Part:
    """One line of parts.toml; its head says what each key means. mpn, maker: "" where any make will do."""

    id: str
    name_en: str
    name_ru: str
    mpn: str
    maker: str
    qty: int
    grams: float
    price_usd: float
    checked: bool
    alternatives: tuple[str, ...]
    alternatives_ru: tuple[str, ...]
    hangs_on: str
    source: str = ""
    option: str = ""
    size_mm: tuple[float, ...] = ()

    def name(self, language: str) -> str:
        """language: "en" or "ru"."""
        return self.name_ru if language == "ru" else self.name_en

    def instead(self, language: str) -> tuple[str, ...]:
        """What may be bought instead, and what must not."""
        return self.alternatives_ru if language == "ru" else self.alternatives


@dataclass(frozen=True)
class Option:
    """What one may build otherwise. replaces: ids of parts of the standard build that are then left out."""

    id: str
    name_en: str
    name_ru: str
    why_en: str
    why_ru: str
    replaces: tuple[str, ...]


@dataclass(frozen=True)
class Tool:
    """What a maker needs and does not wear."""

    id: str
    name_en: str
    name_ru: str
    use_en: str
    use_ru: str


@dataclass(frozen=True)
class Parts:
    """All of parts.toml. price_date: when prices were typical."""

    price_date: str
    parts: tuple[Part, ...]
    options: tuple[Option, ...]
    tools: tuple[Tool, ...]

    def part(self, id: str) -> Part:
        """Raises BadParts where there is none, with the nearest id."""
        for part in self.parts:
            if part.id == id:
                return part
        raise BadParts(f"parts.toml has no part {id!r}{nearest(id, (part.id for part in self.parts))}")

    def build(self, *options: str) -> tuple[Part, ...]:
        """What one needs for the standard build with these options. Raises BadParts for an unknown option."""
        known = {option.id: option for option in self.options}
        for id in options:
            if id not in known:
                raise BadParts(f"parts.toml has no option {id!r}{nearest(id, known)}")
        left_out = {id for option in options for id in known[option].replaces}
        return tuple(part for part in self.parts if part.option in ("", *options) and part.id not in left_out)


KINDS = {"part": Part, "option": Option, "tool": Tool}


def read(text: str) -> Parts:
    """Parts from the text of a parts.toml. Raises BadParts."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadParts(f"parts.toml is no TOML: {error}") from error
    for key in table:
        if key not in ("price_date", *KINDS):
            raise BadParts(f"parts.toml has no {key!r}{nearest(key, ('price_date', *KINDS))}")
    date = table.get("price_date")
    if not isinstance(date, str) or not date:
        raise BadParts("parts.toml: price_date must be a text, such as '2025'")
    found = {name: tuple(_records(name, kind, table.get(name, []))) for name, kind in KINDS.items()}
    parts = Parts(date, found["part"], found["option"], found["tool"])
    _check(parts)
    return parts


@cache
def load(file: Path = FILE) -> Parts:
    """Parts of this project. The same object each time. Raises BadParts."""
    return read(file.read_text(encoding="utf-8"))


def _records(name: str, kind: type, entries: Any) -> list[Any]:
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        raise BadParts(f"parts.toml: {name} must be written as [[{name}]] tables")
    return [_record(name, kind, entry) for entry in entries]


def _record(name: str, kind: type, entry: Mapping[str, Any]) -> Any:
    where = f"parts.toml: [[{name}]] {entry.get('id', '?')!r}"
    fields = {field.name: field for field in dataclasses.fields(kind)}
    for key in entry:
        if key not in fields:
            raise BadParts(f"{where} has no {key!r}{nearest(key, fields)}")
    for key, field in fields.items():
        if key not in entry and field.default is dataclasses.MISSING:
            raise BadParts(f"{where} lacks {key!r}")
    return kind(
        **{key: _value(f"{where} {key}", str(fields[key].type), value) for key, value in entry.items()}
    )


def _value(where: str, kind: str, value: Any) -> Any:
    if kind == "str" and isinstance(value, str):
        return value
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind == "int" and type(value) is int and value >= 1:
        return value
    if kind == "float" and _is_amount(value):
        return float(value)
    if kind == "tuple[str, ...]" and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    if (
        kind == "tuple[float, ...]"
        and isinstance(value, list)
        and len(value) == 3
        and all(map(_is_amount, value))
    ):
        return tuple(float(item) for item in value)
    raise BadParts(f"{where} must be {kind}, not {value!r}")


def _is_amount(value: Any) -> bool:
    return type(value) in (int, float) and 0 <= value < 100000


def _check(parts: Parts) -> None:
    for entries in (parts.parts, parts.options, parts.tools):
        seen: set[str] = set()
        for entry in entries:
            if not entry.id.isidentifier() or entry.id != entry.id.lower():
                raise BadParts(f"parts.toml: {entry.id!r} must be of small letters, figures and _")
            if entry.id in seen:
                raise BadParts(f"parts.toml: {entry.id!r} is there twice: give one of them another id")
            seen.add(entry.id)
            if not entry.name_en.strip() or not entry.name_ru.strip():
                raise BadParts(f"parts.toml: {entry.id!r} needs a name in both languages")
    options = [option.id for option in parts.options]
    for part in parts.parts:
        where = f"parts.toml: [[part]] {part.id!r}"
        if part.hangs_on not in CARRIERS:
            raise BadParts(f"{where} hangs on {part.hangs_on!r}{nearest(part.hangs_on, CARRIERS)}")
        if part.option and part.option not in options:
            raise BadParts(f"{where}: no option {part.option!r}{nearest(part.option, options)}")
        if len(part.alternatives) != len(part.alternatives_ru):
            raise BadParts(f"{where}: alternatives and alternatives_ru must be as many")
        if part.checked and not part.source.strip():
            raise BadParts(f"{where} is checked and names no source")
    standard = [part.id for part in parts.parts if not part.option]
    for option in parts.options:
        for id in option.replaces:
            if id not in standard:
                raise BadParts(f"parts.toml: [[option]] {option.id!r} replaces {id!r}{nearest(id, standard)}")
