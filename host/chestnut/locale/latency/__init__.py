"""The words of the latency report, en.toml and ru.toml. Skills have their spoken names."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def words(language: str) -> Mapping[str, Any]:
    """Of a language, read once: by key a text, or a table of them."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
