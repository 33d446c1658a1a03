"""The page as HTML, in a language: sections of static/, put together for who opened which door."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from html import escape
from pathlib import Path
from typing import Any

from chestnut.core.session import LANGUAGES
from chestnut.locale import Phrases
from chestnut.locale.latency import words as latency_words
from chestnut.locale.window import words

STATIC = Path(__file__).parent / "static"
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
# Of each path the columns, and their sections.
VIEWS = {
    "/": (("talk", "transcript", "vocabulary", "latency"), ("bench", "pod", "reminders", "carers")),
    "/talk": (("talk", "vocabulary"),),
    "/care": (("reminders",), ("carers",)),
}
SIMULATED = frozenset({"bench"})  # sections
SPOKEN = ("keys", "gestures", "skills", "mode", "sights")  # tables the page shares with the voice
FIELD = re.compile(r"\{\{([a-z_.]+)\}\}")


@cache
def page(path: str, language: str, simulated: bool = False) -> str:
    """path: of VIEWS. simulated: with what only a simulated device has."""
    other = next(each for each in LANGUAGES if each != language)
    text = {
        **words(language),
        "latency": latency_words(language),
        "lang": language,
        "other": other,
        "path": path,
    }
    names = [[name for name in column if simulated or name not in SIMULATED] for column in VIEWS[path]]
    columns = ("".join(_filled(_part(name), text) for name in column) for column in names)
    sections = "".join(f'<div class="column">{column}</div>' for column in columns)
    frame = _filled(_part("frame"), text)
    script = json.dumps(_for_scripts(language), ensure_ascii=False).replace("<", "\\u003c")
    view = "all" if path == "/" else path[1:]
    return (
        frame.replace("<!-- sections -->", sections)
        .replace("<!-- words -->", script)
        .replace('data-view=""', f'data-view="{view}"')
    )


@lru_cache(64)
def static(name: str) -> tuple[str, str] | None:
    """The text of a file and its media type; None when there is no such file to serve."""
    path = STATIC / name
    kind = KINDS.get(path.suffix)
    if kind is None or path.name != name or not path.is_file():
        return None
    return path.read_text(encoding="utf-8"), kind


def _part(name: str) -> str:
    return (STATIC / f"{name}.html").read_text(encoding="utf-8")


def _filled(text: str, fields: Mapping[str, Any]) -> str:
    """{{name}} and {{table.name}}. KeyError for a name nobody gave: a fault of ours."""

    def found(match: re.Match[str]) -> str:
        value: Any = fields
        for name in match[1].split("."):
            value = value[name]
        return escape(str(value))

    return FIELD.sub(found, text)


def _for_scripts(language: str) -> dict[str, Any]:
    spoken = Phrases.of(language).tables
    own = {**words(language)["script"], "latency": latency_words(language)}
    return {**own, **{name: spoken[name] for name in SPOKEN}}
