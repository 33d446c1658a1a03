"""What can be said to the device, en.toml and ru.toml; the comments there tell how it is written."""

from __future__ import annotations

import itertools
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
CHOICE = re.compile(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]")


@cache
def tables() -> dict[str, dict[str, Any]]:
    """By language; read once."""
    return {
        file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.toml"))
    }


def spelled_out(template: str) -> tuple[str, ...]:
    """ "(read|say) it [again]" in all its wordings, the shortest way of writing them not repeated."""
    parts: list[tuple[str, ...]] = []
    at = 0
    for found in CHOICE.finditer(template):
        parts.append((template[at : found.start()],))
        chosen, left_out = found.groups()
        parts.append(tuple(chosen.split("|")) if chosen is not None else ("", *left_out.split("|")))
        at = found.end()
    parts.append((template[at:],))
    return tuple(dict.fromkeys(" ".join("".join(words).split()) for words in itertools.product(*parts)))
