"""Every millimetre of the printed parts and of the bought ones they hold: params.toml, read into frozen dataclasses.

An unknown key, a missing key and a value of the wrong kind are errors that name the table and the nearest key.
"""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

from hardware import sizes_chest, sizes_eye, sizes_pod

FILE = Path(__file__).with_name("params.toml")


class BadParams(ValueError):
    """What is wrong with params.toml, where, and what was probably meant."""


@dataclass(frozen=True)
class Params:
    """All tables of params.toml. Millimetres, degrees, grams; see the comments there."""

    printing: sizes_chest.Printing
    shell: sizes_chest.Shell
    plate: sizes_chest.Plate
    pi: sizes_chest.Pi
    cooler: sizes_chest.Cooler
    camera: sizes_chest.Camera
    insert: sizes_chest.Insert
    screw: sizes_chest.Screw
    webbing: sizes_chest.Webbing
    gopro: sizes_chest.GoPro
    clamp: sizes_chest.Clamp
    lights: sizes_chest.Lights
    vents: sizes_chest.Vents
    plugs: sizes_chest.Plugs
    cradle: sizes_eye.Cradle
    shutter: sizes_eye.Shutter
    pod: sizes_pod.Pod
    caps: sizes_pod.Caps


def nearest(word: str, words: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the word that looks most like this one, or nothing."""
    close = difflib.get_close_matches(word, list(words), n=1, cutoff=0.4)
    return f"; did you mean {close[0]!r}?" if close else ""


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return value


def _value(where: str, kind: Any, value: Any) -> Any:
    if kind is float and type(value) in (int, float):
        return float(value)
    if kind in (int, str, bool) and type(value) is kind:
        return value
    if getattr(kind, "__origin__", None) is tuple and isinstance(value, list):
        return _frozen(value)
    raise BadParams(f"{where} must be {getattr(kind, '__name__', kind)}, not {value!r}")


def _table(name: str, kind: type, table: Any) -> Any:
    if not isinstance(table, dict):
        raise BadParams(f"params.toml: [{name}] must be a table")
    hints = get_type_hints(kind)
    for key in table:
        if key not in hints:
            raise BadParams(f"params.toml: [{name}] has no {key!r}{nearest(key, hints)}")
    for field in dataclasses.fields(kind):
        if field.name not in table:
            raise BadParams(f"params.toml: [{name}] lacks {field.name!r}")
    return kind(**{key: _value(f"params.toml: [{name}] {key}", hints[key], table[key]) for key in table})


def read(text: str) -> Params:
    """Params from the text of a params.toml. Raises BadParams."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadParams(f"params.toml is no TOML: {error}") from error
    hints = get_type_hints(Params)
    for name in tables:
        if name not in hints:
            raise BadParams(f"params.toml has no table [{name}]{nearest(name, hints)}")
    for name in hints:
        if name not in tables:
            raise BadParams(f"params.toml lacks the table [{name}]")
    return Params(**{name: _table(name, kind, tables[name]) for name, kind in hints.items()})


@cache
def load(file: Path = FILE) -> Params:
    """Params of this project. The same object each time. Raises BadParams."""
    return read(file.read_text(encoding="utf-8"))
