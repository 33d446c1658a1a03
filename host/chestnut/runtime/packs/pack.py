"""What a skill pack is, before and after it was looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chestnut.core.skill import Skill

PREFIX = "chestnut_"  # of the folder's name, which is also the name it is imported by

# Of a language: "phrases" and "skills", each by key.
Words = Mapping[str, Mapping[str, str]]


class BadPack(ValueError):
    """It cannot be used; the message is one line that names the remedy."""


@dataclass(frozen=True, slots=True)
class Found:
    """folder: the package itself, named "chestnut_" and the pack's name. installed: by a package manager, else it
    lies in a folder of the settings. lack: why it is none, with the remedy, "" for nothing."""

    name: str
    folder: Path
    installed: bool = False
    lack: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """words: by language."""

    found: Found
    skills: Mapping[str, Skill]
    words: Mapping[str, Words]


@dataclass(frozen=True, slots=True)
class Refused:
    """why: one line with the remedy."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Packs:
    """All that were found, in their order."""

    used: tuple[Pack, ...] = ()
    refused: tuple[Refused, ...] = ()

    def facts(self) -> dict[str, Any]:
        return {
            "used": {pack.found.name: sorted(pack.skills) for pack in self.used},
            "refused": {one.name: one.why for one in self.refused},
        }
