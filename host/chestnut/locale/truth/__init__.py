"""The word tables of the truth filter, en.toml and ru.toml: what engine/truth/ looks for in a model's answer.

None of these words is spoken. The comments in en.toml tell how a table is written.
"""

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
