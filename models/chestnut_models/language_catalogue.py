"""The catalogue's language models: which files belong together, what their licences ask, what they take."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chestnut_models.catalogue import CATALOGUE, NAME, build, parse_catalogue, tables_of, text_of
from chestnut_models.errors import CatalogueError

ENGINES = ("llama", "litert")
ROLES = ("default", "pictures", "")


@dataclass(frozen=True, slots=True)
class LanguageEntry:
    """A language model: a file, and where it has one a projector, the part that sees; both are optional files.

    name: the short one. engine: "llama" or "litert". sees: with its projector, or without one where the file holds
    everything. terms: the licence's address; asks: what it asks for, in one sentence. speed: on a Raspberry Pi 5, in
    words. role: "default", "pictures" (recommended for them) or "". hot_bytes, private_bytes, faster_bytes: as
    fit.Needs has them.
    """

    name: str
    title: str
    engine: str
    file: str
    sees: bool
    good_for: str
    terms: str
    asks: str
    speed: str
    hot_bytes: int
    private_bytes: int
    faster_bytes: int = 0
    projector: str = ""
    role: str = ""

    @property
    def command(self) -> str:
        """What brings it, asking first."""
        return "make gemma" if self.role == "default" else f"make gemma MODEL={self.name}"


def parse_languages(text: str) -> tuple[LanguageEntry, ...]:
    """The language models, in their order. Raises CatalogueError with the place and the remedy."""
    files = parse_catalogue(text)
    entries: list[LanguageEntry] = []
    for number, table in enumerate(tables_of(text).get("language_model", []), 1):
        where = f"language model {table.get('name', number) if isinstance(table, dict) else number}"
        entry: LanguageEntry = build(LanguageEntry, table, where)
        if not NAME.fullmatch(entry.name) or entry.name in {other.name for other in entries}:
            raise CatalogueError(
                f"{where}: the name must be one of its own, of letters, digits, dots and dashes"
            )
        if entry.engine not in ENGINES:
            raise CatalogueError(f"{where}: engine must be one of {', '.join(ENGINES)}")
        if entry.role not in ROLES:
            raise CatalogueError(
                f"{where}: role must be one of {', '.join(filter(None, ROLES))}, or left out"
            )
        for name in filter(None, (entry.file, entry.projector)):
            if name not in files or not files[name].optional:
                raise CatalogueError(f"{where}: {name!r} must be a [[file]] with optional = true")
        entries.append(entry)
    return tuple(entries)


def read_languages(path: Path = CATALOGUE) -> tuple[LanguageEntry, ...]:
    return parse_languages(text_of(path))
