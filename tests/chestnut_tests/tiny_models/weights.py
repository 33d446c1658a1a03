"""A GGUF file that is being filled with random weights."""

from __future__ import annotations

import math
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType
from numpy.typing import NDArray

Array = NDArray[np.float32]


class Weights:
    """One file. keys: its writer, for the metadata. Every tensor is drawn from the same seeded numbers, so the order
    of the calls is part of what is written. Shapes are numpy's: rows first, as a layer multiplies from the left."""

    def __init__(self, path: Path, architecture: str, name: str, seed: int) -> None:
        self._path = path
        self._numbers = np.random.default_rng(seed)
        self.keys = gguf.GGUFWriter(path, architecture)
        self.keys.add_name(name)

    def random(self, shape: tuple[int, ...], spread: float) -> Array:
        return self._numbers.standard_normal(shape, dtype=np.float32) * np.float32(spread)

    def f32(self, name: str, array: Array) -> None:
        self.keys.add_tensor(name, np.ascontiguousarray(array, dtype=np.float32))

    def f16(self, name: str, array: Array) -> None:
        self.keys.add_tensor(name, np.ascontiguousarray(array, dtype=np.float16))

    def ones(self, name: str, count: int) -> None:
        self.f32(name, np.ones(count, np.float32))

    def q8(self, name: str, rows: int, columns: int, spread: float = 0.05) -> None:
        """A random matrix, written as Q8_0."""
        self.quantised(name, self.random((rows, columns), spread), GGMLQuantizationType.Q8_0)

    def kernel(self, name: str, *shape: int) -> None:
        """A random convolution or matrix, written as F16, that keeps the size of what goes through it."""
        self.f16(name, self.random(shape, 1 / math.sqrt(math.prod(shape[1:]))))

    def quantised(self, name: str, array: Array, kind: GGMLQuantizationType) -> None:
        """Rows must be whole blocks of 32 weights."""
        self.keys.add_tensor(name, gguf.quants.quantize(array, kind), raw_dtype=kind)

    def save(self) -> Path:
        self.keys.write_header_to_file()
        self.keys.write_kv_data_to_file()
        self.keys.write_tensors_to_file()
        self.keys.close()
        return self._path
