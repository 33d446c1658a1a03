"""What language models there could be, what is there, and what fetching one would mean. For the command line."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from chestnut_models.cache import cache_folder, fetch_files, is_right, partial_of, require_room
from chestnut_models.catalogue import Catalogue, ModelFile, read_catalogue
from chestnut_models.errors import CatalogueError, ModelDamaged
from chestnut_models.fit import Fit, Memory, fit, needs_of
from chestnut_models.gguf_header import read_gguf_header
from chestnut_models.language import whole_needs
from chestnut_models.language_catalogue import LanguageEntry, read_languages
from chestnut_models.progress import Progress


@dataclass(frozen=True, slots=True)
class LanguageState:
    """A model of the catalogue. files: the states of its parts by name: "present", "missing", "begun" (its fetching
    stopped half-way) or "damaged". bytes: of all parts. there_bytes: of what need not be fetched any more."""

    entry: LanguageEntry
    licence: str
    files: dict[str, str]
    bytes: int
    there_bytes: int
    fit: Fit

    @property
    def state(self) -> str:
        """Of the whole: "present" only when every part is."""
        worst = ("damaged", "begun", "missing", "present")
        return min(self.files.values(), key=worst.index)


@dataclass(frozen=True, slots=True)
class GgufState:
    """Any other GGUF file. fault: why it cannot be used, then all but path and bytes are empty."""

    path: str
    bytes: int
    fault: str = ""
    architecture: str = ""
    name: str = ""
    context_tokens: int = 0
    has_chat_template: bool = False
    is_projector: bool = False
    fit: Fit | None = None


def language_states(memory: Memory, every_byte: bool = False) -> tuple[LanguageState, ...]:
    """Those of the catalogue, in its order. every_byte: check their sha256, not only their lengths."""
    files, folder = read_catalogue(), cache_folder()
    right: Callable[[Path, ModelFile], bool] = is_right if every_byte else _has_length
    return tuple(_state(entry, files, folder, right, memory) for entry in read_languages())


def gguf_states(memory: Memory, paths: Sequence[Path] | None = None) -> tuple[GgufState, ...]:
    """Those files; without any, the ones in the folder of models that the catalogue does not name."""
    if paths is None:
        known, folder = read_catalogue(), cache_folder()
        paths = sorted(path for path in folder.glob("*.gguf") if path.name not in known)
    return tuple(_gguf(path, memory) for path in paths)


def plan(name: str, memory: Memory) -> LanguageState:
    """What there is of the model that is to be fetched; "" is the default one. Every byte of it is checked. Raises
    CatalogueError for an unknown name."""
    entries = read_languages()
    for entry in entries:
        if name in (entry.name, entry.file) or (not name and entry.role == "default"):
            return _state(entry, read_catalogue(), cache_folder(), is_right, memory)
    known = ", ".join(entry.name for entry in entries)
    raise CatalogueError(f"there is no language model {name!r} in the catalogue, only {known}")


def disk_room(state: LanguageState) -> int:
    """Free bytes of the disk where models are kept. Raises NoRoom, with the remedy, when what is missing of the model
    does not fit."""
    folder = cache_folder()
    while not folder.is_dir():
        folder = folder.parent
    require_room(folder, state.bytes - state.there_bytes, state.entry.command)
    return shutil.disk_usage(folder).free


def fetch_language(entry: LanguageEntry, progress: Progress | None = None) -> tuple[str, ...]:
    """Bring what is missing of it; the caller has asked its user. Returns the names of what had to be fetched. Raises
    FetchFailed and its kinds."""
    names = [name for name in (entry.file, entry.projector) if name]
    return fetch_files(read_catalogue(), names, cache_folder(), progress or Progress(), entry.command)


def _state(
    entry: LanguageEntry,
    files: Catalogue,
    folder: Path,
    right: Callable[[Path, ModelFile], bool],
    memory: Memory,
) -> LanguageState:
    parts = [files[name] for name in (entry.file, entry.projector) if name]
    states, there = {}, 0
    for file in parts:
        place, partial = folder / file.name, partial_of(file, folder)
        if place.is_file() and right(place, file):
            states[file.name] = "present"
            there += file.bytes
            continue
        begun = partial.stat().st_size if partial.is_file() else 0
        states[file.name] = "damaged" if place.is_file() else "begun" if begun else "missing"
        there += min(begun, file.bytes)
    return LanguageState(
        entry,
        files[entry.file].licence,
        states,
        sum(file.bytes for file in parts),
        there,
        fit(whole_needs(entry, files), memory),
    )


def _has_length(place: Path, file: ModelFile) -> bool:
    return place.stat().st_size == file.bytes


def _gguf(path: Path, memory: Memory) -> GgufState:
    try:
        header = read_gguf_header(path)
    except ModelDamaged as fault:
        return GgufState(str(path), path.stat().st_size if path.is_file() else 0, fault=str(fault))
    return GgufState(
        str(path),
        header.bytes,
        "",
        header.architecture,
        header.name,
        header.context_tokens,
        header.has_chat_template,
        header.is_projector,
        None if header.is_projector else fit(needs_of(header), memory),
    )
