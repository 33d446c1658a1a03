"""The tables of phrases: what people say, and what is meant."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from chestnut.core.command import Command

NOW = datetime(2026, 11, 24, 10, 0)  # a Tuesday
FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Phrase:
    text: str
    meant: str


def phrases(language: str) -> list[Phrase]:
    said = tomllib.loads((FOLDER / f"phrases_{language}.toml").read_text(encoding="utf-8"))["said"]
    found = [line.partition(" | ") for line in said.splitlines() if line]
    return [Phrase(text, meant) for text, _, meant in found]


def told(command: Command) -> str:
    """As the tables write it."""
    parts = [command.kind]
    if command.ready:
        parts.append(f"ready={command.ready}")
    if command.thing is not None:
        parts.append(f"{command.thing.owner} {command.thing.label}".strip())
    if command.place:
        parts.append(f"@ {command.place}")
    if command.kind == "remind_me":
        parts.append(f'"{command.text}"')
    if command.at:
        parts.append(command.at)
    if command.repeat:
        parts.append(f"/ {command.repeat}")
    return re.sub(r"\s+", " ", " ".join(parts))
