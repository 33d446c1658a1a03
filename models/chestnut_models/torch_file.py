"""Tensors of a PyTorch checkpoint of the older form, read without PyTorch and without running anything of it.

The form is a row of pickles (magic number, protocol, facts of the machine, the dictionary, the order of the storages)
and then the storages' bytes. A pickle may name any function; here only the two that a plain dictionary of tensors
needs are known, and neither is called as it stands in the file.
"""

from __future__ import annotations

import pickle
import struct
from collections import OrderedDict
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np

from chestnut_models.errors import ConversionFailed
from chestnut_models.tfjs import Array

MAGIC = 0x1950A86A20F9469CFC6C
KINDS = {"FloatStorage": "<f4", "HalfStorage": "<f2", "LongStorage": "<i8"}
MOST_NUMBERS = 100_000_000


class _Storage(NamedTuple):
    kind: str
    key: str
    numbers: int


class _View(NamedTuple):
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _view(storage: Any, offset: Any, shape: Any, strides: Any, *rest: Any) -> _View:
    return _View(storage, offset, tuple(shape), tuple(strides))


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _view
        if module == "torch" and name in KINDS:
            return name
        raise ConversionFailed(f"the checkpoint names {module}.{name}, which no dictionary of tensors needs")

    def persistent_load(self, given: Any) -> _Storage:
        what, kind, key, _, numbers, _ = given
        if what != "storage" or kind not in KINDS or not isinstance(numbers, int):
            raise ConversionFailed("the checkpoint holds a storage of an unknown kind")
        return _Storage(kind, str(key), numbers)


def read_checkpoint(path: Path) -> dict[str, Array]:
    """Every tensor by its name. Raises ConversionFailed."""
    try:
        with path.open("rb") as file:
            return _read(file)
    except ConversionFailed:
        raise
    except Exception as error:  # a pickle that is damaged may raise anything
        raise ConversionFailed(f"{path.name} is not a checkpoint this converter knows ({error!r})") from error


def _read(file: IO[bytes]) -> dict[str, Array]:
    if _Reader(file).load() != MAGIC:
        raise ConversionFailed("this is not a checkpoint of the older form")
    _Reader(file).load()
    if not _Reader(file).load()["little_endian"]:
        raise ConversionFailed("the checkpoint was written by a big-endian machine")
    views: dict[str, _View] = _Reader(file).load()
    kinds = {view.storage.key: KINDS[view.storage.kind] for view in views.values()}
    storages = {key: _storage(file, np.dtype(kinds[key])) for key in _Reader(file).load()}
    if file.read(1):
        raise ConversionFailed("the checkpoint goes on behind its last storage")
    return {name: _tensor(storages[view.storage.key], view) for name, view in views.items()}


def _storage(file: IO[bytes], kind: np.dtype[Any]) -> Array:
    (numbers,) = struct.unpack("<q", file.read(8))
    if not 0 <= numbers <= MOST_NUMBERS:
        raise ConversionFailed(f"a storage of the checkpoint claims {numbers} numbers")
    return np.frombuffer(file.read(numbers * kind.itemsize), kind, numbers)


def _tensor(storage: Array, view: _View) -> Array:
    """The tensor itself; its rows may lie in any order in the storage."""
    index = np.full((), view.offset, np.int64)
    for side, stride in zip(view.shape, view.strides, strict=True):
        index = index[..., None] + np.arange(side) * stride
    values: Array = storage[index]
    return values
