"""What every table of pins.toml has in common: how it is read, and what is said of a mistake."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeVar

Record = TypeVar("Record")


class PinsError(ValueError):
    """pins.toml is wrong; the text says where and what to write instead."""


def record(kind: type[Record], entry: Mapping[str, Any], label: str) -> Record:
    """One [[label]] table as the dataclass of the same fields. A field without a default must be there."""
    where = f"[[{label}]] {entry.get('name', entry.get('button', '?'))!r}"
    names = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    refuse_unknown(entry, set(names), where)
    for name, field in names.items():
        if name not in entry and field.default is MISSING:
            raise PinsError(f"{where} has no {name}: add it")
        value = entry.get(name, field.default)
        if name in ("gpio", "beta"):
            right, wanted = type(value) is int, "a whole number"
        elif name == "divider":
            right, wanted = type(value) in (int, float) and value >= 1, "a number from 1 up"
        else:
            right, wanted = type(value) is str and (value != "" or name not in entry), "a text"
        if not right:
            raise PinsError(f"{where}: {name} must be {wanted}")
    return kind(**{name: entry[name] for name in names if name in entry})


def tables(table: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    entries = table.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        raise PinsError(f"{name} must be written as [[{name}]] tables")
    return entries


def choice(table: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> str:
    value = present(table, name)
    if value not in allowed:
        raise PinsError(f"{name} = {value!r} is unknown{nearest(str(value), allowed)}")
    return str(value)


def within(table: Mapping[str, Any], name: str, low: int, high: int) -> int:
    value = present(table, name)
    if type(value) is not int or not low <= value <= high:
        raise PinsError(f"{name} = {value!r} must be a whole number from {low} to {high}")
    return value


def present(table: Mapping[str, Any], name: str) -> Any:
    if name not in table:
        raise PinsError(f"pins.toml has no {name}: add it")
    return table[name]


def refuse_unknown(table: Mapping[str, Any], known: set[str], where: str) -> None:
    for name in table:
        if name not in known:
            raise PinsError(f"{where}: unknown key {name!r}{nearest(name, sorted(known))}")


def nearest(name: str, allowed: tuple[str, ...] | list[str]) -> str:
    near = difflib.get_close_matches(name, allowed, n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(allowed)}"
