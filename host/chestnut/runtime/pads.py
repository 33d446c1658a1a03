"""shared/pads.toml: the pad's keys and the pads that are known, read once and checked."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chestnut.core.gestures import Kind
from chestnut.core.pad import BUTTONS, PREFIX, Layout, Model, Models

PADS_FILE = Path(__file__).resolve().parents[3] / "shared" / "pads.toml"
_ID = re.compile(r"[0-9a-f]{4}:[0-9a-f]{4}")
_CODE = re.compile(r"(BTN|KEY|ABS)_[A-Z0-9]+(_[A-Z0-9]+)*")


class PadsError(ValueError):
    """pads.toml is wrong; the text says where and what to write instead."""


@dataclass(frozen=True, slots=True)
class Pads:
    """keys: what each button means, {"pad_x": {Kind.PRESS: "ask_what", …}}, of every one of core.pad. starts: how
    each known model is switched on in its mode, in their order."""

    keys: Mapping[str, Mapping[Kind, str]]
    models: Models
    starts: tuple[str, ...]


def load_pads(path: Path = PADS_FILE) -> Pads:
    """Raises PadsError for a missing, unreadable or wrong file."""
    try:
        return parse_pads(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise PadsError(
            f"no {path}: run chestnut from its source folder (pip install --editable .)"
        ) from None
    except (OSError, ValueError) as error:
        if isinstance(error, PadsError):
            raise
        raise PadsError(f"{path} cannot be used: {error}") from error


def parse_pads(table: Mapping[str, Any]) -> Pads:
    """The checked content of pads.toml. Raises PadsError."""
    _known("pads.toml", table, ("key", "layout", "other", "model"))
    layouts = {layout.name: layout for layout in map(_layout, _tables(table, "layout"))}
    models, starts = [], []
    for entry in _tables(table, "model"):
        models.append(_model(entry, layouts))
        starts.append(_text(f"[[model]] {models[-1].name!r}", entry, "start", empty=True))
    other = table.get("other")
    if not isinstance(other, Mapping):
        raise PadsError('pads.toml has no [other]: write [other] with layout = "letters"')
    _known("[other]", other, ("layout",))
    return Pads(
        _keys(_tables(table, "key")),
        Models(tuple(models), _named("[other]", other, layouts)),
        tuple(starts),
    )


def _keys(entries: Iterable[Mapping[str, Any]]) -> Mapping[str, Mapping[Kind, str]]:
    keys: dict[str, Mapping[Kind, str]] = {}
    for entry in entries:
        name = PREFIX + _text("[[key]]", entry, "name")
        where = f"[[key]] {entry['name']!r}"
        _one_of(where, name, BUTTONS)
        _known(where, entry, ("name", *(kind.value for kind in Kind)))
        if name in keys:
            raise PadsError(f"{where} is there twice: leave one away")
        keys[name] = {kind: _text(where, entry, kind.value) for kind in Kind}
    missing = [name for name in BUTTONS if name not in keys]
    if missing:
        raise PadsError(f"pads.toml has no [[key]] {missing[0].removeprefix(PREFIX)!r}: add it")
    return keys


def _layout(entry: Mapping[str, Any]) -> Layout:
    name = _text("[[layout]]", entry, "name")
    where = f"[[layout]] {name!r}"
    _known(where, entry, ("name", "buttons", "triggers", "keyboard"))
    keyboard = entry.get("keyboard", False)
    if not isinstance(keyboard, bool):
        raise PadsError(f"{where}: keyboard must be true or false")
    buttons, triggers = _codes(where, entry, "buttons"), _codes(where, entry, "triggers")
    if not buttons:
        raise PadsError(f"{where} has no buttons: add them")
    return Layout(name, buttons, triggers, keyboard)


def _codes(where: str, entry: Mapping[str, Any], field: str) -> Mapping[str, str]:
    codes = entry.get(field)
    if not isinstance(codes, Mapping):
        raise PadsError(f'{where}: {field} must be a table such as {{ BTN_SOUTH = "a" }}')
    for code, button in codes.items():
        if not _CODE.fullmatch(code):
            raise PadsError(f"{where}: {code!r} is no code of linux/input-event-codes.h")
        if not isinstance(button, str):
            raise PadsError(f"{where}: {code} must name a key")
        _one_of(where, PREFIX + button, BUTTONS)
    return {code: PREFIX + button for code, button in codes.items()}


def _model(entry: Mapping[str, Any], layouts: Mapping[str, Layout]) -> Model:
    name = _text("[[model]]", entry, "name")
    where = f"[[model]] {name!r}"
    _known(where, entry, ("name", "mode", "layout", "ids", "names", "start"))
    ids, names = entry.get("ids"), entry.get("names", [])
    if not isinstance(ids, list) or not all(isinstance(one, str) and _ID.fullmatch(one) for one in ids):
        raise PadsError(f'{where}: ids must be a list such as ["2dc8:3230"]')
    if not isinstance(names, list) or not all(isinstance(part, str) and part for part in names):
        raise PadsError(f'{where}: names must be a list such as ["Micro"]')
    numbers = tuple((int(one[:4], 16), int(one[5:], 16)) for one in ids)
    layout = _named(where, entry, layouts)
    if layout.keyboard and not names:
        raise PadsError(f"{where}: a pad that poses as a keyboard needs names, or keyboards would be taken")
    return Model(name, _text(where, entry, "mode"), layout, numbers, tuple(names))


def _named(where: str, entry: Mapping[str, Any], layouts: Mapping[str, Layout]) -> Layout:
    name = _text(where, entry, "layout")
    _one_of(where, name, layouts)
    return layouts[name]


def _tables(table: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    entries = table.get(name)
    if not isinstance(entries, list) or not entries or not all(isinstance(one, Mapping) for one in entries):
        raise PadsError(f"{name} must be written as [[{name}]] tables")
    return entries


def _text(where: str, entry: Mapping[str, Any], field: str, empty: bool = False) -> str:
    value = entry.get(field)
    if not isinstance(value, str) or not (value or empty):
        raise PadsError(f"{where} has no {field}: add it")
    return value


def _known(where: str, entry: Mapping[str, Any], fields: Collection[str]) -> None:
    for field in entry:
        if field not in fields:
            raise PadsError(f"{where}: unknown key {field!r}{_nearest(field, fields)}")


def _one_of(where: str, name: str, names: Collection[str]) -> None:
    if name not in names:
        raise PadsError(f"{where}: there is no {name.removeprefix(PREFIX)!r}{_nearest(name, names)}")


def _nearest(name: str, names: Collection[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return f"; did you mean {near[0].removeprefix(PREFIX)!r}?" if near else ""
