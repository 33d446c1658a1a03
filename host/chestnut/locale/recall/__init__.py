"""The word tables of questions to the memory, en.toml and ru.toml; the comments there tell how they are written."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def tables() -> dict[str, dict[str, Any]]:
    """By language; read once."""
    return {
        file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.toml"))
    }
