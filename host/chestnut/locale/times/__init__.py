"""The words in which a time or a repetition may be given, en.toml and ru.toml, both at once: a carer may write in
another language than the wearer hears. None of them is spoken."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def tables() -> tuple[dict[str, dict[str, Any]], ...]:
    """Of each language; read once."""
    return tuple(tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.toml")))


def plain(text: str) -> str:
    """Small letters, single spaces, е for ё; words of several words as they stand in the tables, "every_day"."""
    found = " ".join(text.lower().replace("ё", "е").replace(",", " ").split())
    for written, word in _several().items():
        found = re.sub(rf"(?<!\S){re.escape(written)}(?!\S)", word, found)
    return found


@cache
def meanings(section: str) -> dict[str, str]:
    """By word what it means: in [parts], "утра" means "morning". In a list it is the place, "0" for the first."""
    found: dict[str, str] = {}
    for table in tables():
        entries = table[section]
        pairs = entries.items() if isinstance(entries, dict) else enumerate(entries)
        for meaning, words in pairs:
            found |= {word: str(meaning) for word in words.split()}
    return found


@cache
def _several() -> dict[str, str]:
    """Longest first, as they are written and as they stand in the tables."""
    found = [word for table in tables() for section in table for word in meanings(section) if "_" in word]
    return {word.replace("_", " "): word for word in sorted(found, key=len, reverse=True)}
