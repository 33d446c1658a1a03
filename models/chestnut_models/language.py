"""Language models that are there: which one to load, and what it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from chestnut_models.cache import cache_folder
from chestnut_models.catalogue import Catalogue, ModelFile, read_catalogue
from chestnut_models.errors import ModelDamaged, ModelMissing, WrongModel
from chestnut_models.fit import Fit, Memory, Needs, fit, machine_memory, needs_of
from chestnut_models.gguf_header import MAGIC, GgufHeader, read_gguf_header
from chestnut_models.language_catalogue import LanguageEntry, read_languages

LITERT_MAGIC = b"LITERTLM"
AUTO, NONE = "auto", "none"
ORDER = {"pictures": 0, "default": 1, "": 2}


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A model that can be loaded. path, projector: its files; projector is None where it has none. engine: "llama" or
    "litert". sees: it can be shown pictures. fit: what it takes of this machine's memory. name: the catalogue's, else
    the file's."""

    name: str
    path: Path
    projector: Path | None
    engine: str
    sees: bool
    fit: Fit

    @property
    def needs_mb(self) -> int:
        """To be at its best; fit.least_mb is what it needs to work at all."""
        return self.fit.needs_mb


def language_model(
    wanted: str = AUTO, projector: str = AUTO, engine: str = AUTO, memory: Memory | None = None
) -> LanguageModel:
    """The model to load. Nothing is ever downloaded here.

    wanted: "auto" (of the catalogue's models that are there the one recommended for pictures, else the default, else
    any; one too big for this machine only where there is no other), a name of the catalogue, or a file.
    projector: "auto" (the one the catalogue names with it, where it is there), "none", or a file, also by its name in
    the folder of models. engine: "auto", or only a model for this one. memory: of the machine.

    Raises ModelMissing where it is not there, ModelDamaged where a file is not what it should be, WrongModel where
    files do not belong together; the message is one line with the remedy.
    """
    room = memory or machine_memory()
    if wanted == AUTO:
        return _any(projector, engine, room)
    for entry in read_languages():
        if wanted in (entry.name, entry.file) or Path(wanted).expanduser() == cache_folder() / entry.file:
            return _listed(entry, projector, engine, room)
    return _foreign(_file_of(wanted, "language model"), projector, engine, room)


def _any(projector: str, engine: str, memory: Memory) -> LanguageModel:
    entries = [entry for entry in read_languages() if engine in (AUTO, entry.engine)]
    there: list[LanguageModel] = []
    damaged: list[ModelDamaged] = []
    for entry in sorted(entries, key=lambda entry: ORDER[entry.role]):
        try:
            there.append(_listed(entry, projector, engine, memory))
        except ModelDamaged as fault:
            damaged.append(fault)
        except WrongModel:
            raise
        except ModelMissing:
            continue
    for model in there:
        if model.fit.verdict != "too big":
            return model
    if there:
        return there[0]
    if damaged:
        raise damaged[0]
    what = "language model" if engine == AUTO else f"language model for {engine}"
    raise ModelMissing(f"no {what} is installed: run make gemma, or name a file")


def _listed(entry: LanguageEntry, projector: str, engine: str, memory: Memory) -> LanguageModel:
    """A model of the catalogue. Its files were checked when they came; here only their lengths are."""
    files = read_catalogue()
    path = _whole(files[entry.file], entry)
    _require_engine(entry.file, entry.engine, engine)
    eye = None
    if projector not in (AUTO, NONE, entry.projector):
        model = _foreign(path, projector, engine, memory)
        return LanguageModel(entry.name, model.path, model.projector, model.engine, model.sees, model.fit)
    if entry.projector and projector != NONE:
        try:
            eye = _whole(files[entry.projector], entry)
        except ModelMissing:
            if projector != AUTO:
                raise
    needs = whole_needs(entry, files)
    if entry.projector and eye is None:
        needs = replace(needs, private=needs.private - files[entry.projector].bytes)
    sees = entry.sees and (eye is not None or not entry.projector)
    return LanguageModel(entry.name, path, eye, entry.engine, sees, fit(needs, memory))


def whole_needs(entry: LanguageEntry, files: Catalogue) -> Needs:
    """What a model of the catalogue takes with all its parts."""
    return Needs(files[entry.file].bytes, entry.hot_bytes, entry.private_bytes, entry.faster_bytes)


def _foreign(path: Path, projector: str, engine: str, memory: Memory) -> LanguageModel:
    """A model by its file. Its header says what it is."""
    begins = _beginning(path)
    if begins == LITERT_MAGIC:
        _require_engine(path.name, "litert", engine)
        if projector not in (AUTO, NONE):
            raise WrongModel(f"{path.name} holds its own projector: leave the other one out")
        size = path.stat().st_size
        return LanguageModel(path.name, path, None, "litert", True, fit(Needs(size, size, 0, 0), memory))
    if not begins.startswith(MAGIC):
        raise WrongModel(f"{path.name} is neither a GGUF nor a LiteRT-LM file: name a language model")
    _require_engine(path.name, "llama", engine)
    header = read_gguf_header(path)
    if header.is_projector:
        raise WrongModel(
            f"{path.name} is a projector: name it as the projector, and its text model as the model"
        )
    eye = None if projector in (AUTO, NONE) else _file_of(projector, "projector")
    eye_header = None if eye is None else _projector_for(header, path, eye)
    needs = needs_of(header, eye_header)
    return LanguageModel(path.name, path, eye, "llama", eye is not None, fit(needs, memory))


def _projector_for(model: GgufHeader, path: Path, eye: Path) -> GgufHeader:
    header = read_gguf_header(eye)
    if not header.sees:
        raise WrongModel(f"{eye.name} is no projector for pictures: name the mmproj file of {path.name}")
    if header.width and model.width and header.width != model.width:
        raise WrongModel(
            f"the projector {eye.name} is made for a model of width {header.width}, {path.name} has {model.width}: "
            "take the one that was converted from the same model"
        )
    return header


def _require_engine(name: str, needed: str, wanted: str) -> None:
    if wanted not in (AUTO, needed):
        raise WrongModel(f"{name} is for the engine {needed}, not {wanted}: set engine.kind to auto")


def _whole(file: ModelFile, entry: LanguageEntry) -> Path:
    """The catalogue's file, when it is there with its right length."""
    place = cache_folder() / file.name
    if not place.is_file():
        raise ModelMissing(f"{file.name} is missing: run {entry.command}")
    if place.stat().st_size != file.bytes:
        raise ModelDamaged(f"{file.name} is damaged: run {entry.command}")
    return place


def _file_of(name: str, what: str) -> Path:
    """A file by its path, or by its name in the folder of models."""
    for place in _places(name):
        if place.is_file():
            return place
    raise ModelMissing(f"there is no {what} {name!r}: name a file that is there, or see chestnut models")


def _places(name: str) -> Iterator[Path]:
    yield Path(name).expanduser()
    if "/" not in name:
        yield cache_folder() / name


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(len(LITERT_MAGIC))
    except OSError as error:
        raise ModelDamaged(f"{path.name} cannot be read ({error.strerror}): check its rights") from error
