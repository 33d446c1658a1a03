"""What the rest of the project and its command line ask of the model files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from chestnut_models.cache import cache_folder, fetch_files, is_right
from chestnut_models.catalogue import Catalogue, ModelFile, read_catalogue
from chestnut_models.errors import ModelDamaged, ModelMissing
from chestnut_models.language import LanguageModel, language_model
from chestnut_models.progress import Progress

__all__ = ["LanguageModel", "ModelState", "fetch", "language_model", "list_models", "path", "verify"]


@dataclass(frozen=True, slots=True)
class ModelState:
    """One file of the catalogue. state: "present", "missing" or "damaged". path: where it is or would be."""

    name: str
    bytes: int
    licence: str
    state: str
    purpose: str
    origin: str
    path: str


def path(name: str) -> Path:
    """The model file of that name. Raises ModelMissing when it is not there, ModelDamaged (a kind of ModelMissing)
    when its length is wrong. Its contents were checked when it was fetched; verify() checks them again."""
    catalogue = read_catalogue()
    if name not in catalogue:
        raise ModelMissing(f"the catalogue has no model file {name}: see chestnut models list")
    place = cache_folder() / name
    if not place.is_file():
        raise ModelMissing(f"model file {name} is missing: run make models")
    if place.stat().st_size != catalogue[name].bytes:
        raise ModelDamaged(f"model file {name} is damaged: run make models")
    return place


def list_models() -> tuple[ModelState, ...]:
    """Every file the device needs, told apart by existence and length only: quick."""
    folder = cache_folder()
    return _states(read_catalogue(), lambda place, file: place.stat().st_size == file.bytes, folder)


def verify() -> tuple[ModelState, ...]:
    """The same with every byte checked."""
    return _states(read_catalogue(), is_right, cache_folder())


def fetch(names: Sequence[str] | None = None, progress: Progress | None = None) -> tuple[str, ...]:
    """Bring what is missing or damaged of the named files (None: of all). Returns the names that had to be fetched.
    Raises FetchFailed and its kinds; CatalogueError for an unknown name. Progress goes to standard error."""
    return fetch_files(read_catalogue(), names, cache_folder(), progress or Progress())


def _states(
    catalogue: Catalogue, right: Callable[[Path, ModelFile], bool], folder: Path
) -> tuple[ModelState, ...]:
    states = []
    for file in catalogue.values():
        if file.intermediate or file.optional:
            continue
        place = folder / file.name
        state = "missing" if not place.is_file() else "present" if right(place, file) else "damaged"
        states.append(
            ModelState(file.name, file.bytes, file.licence, state, file.purpose, file.origin, str(place))
        )
    return tuple(states)
