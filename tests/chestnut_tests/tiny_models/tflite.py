"""A TensorFlow Lite file with a handful of operations, as a graph to be drawn.

Numbers of slots and operations: tensorflow/lite/schema/schema.fbs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from chestnut_tests.tiny_models.flatbuffer import Number, Table, flatbuffer

FLOAT, INT, BOOL = 0, 2, 6  # TensorType
CONCATENATION, FULLY_CONNECTED, RESHAPE, GATHER, CAST = 2, 9, 22, 36, 53  # BuiltinOperator
LESS_EQUAL, SLICE, BATCH_MATMUL, DYNAMIC_UPDATE_SLICE = 63, 65, 126, 151
NONE = -1  # an input that is not given
OPTIONS: dict[int, tuple[int, Table]] = {  # BuiltinOptions: its number in the union and its fields
    FULLY_CONNECTED: (8, {2: Number("Bool", 1)}),  # keep_num_dims
    RESHAPE: (17, {}),
    GATHER: (23, {}),
    CAST: (37, {0: Number("Int8", BOOL), 1: Number("Int8", FLOAT)}),
    SLICE: (47, {}),
    BATCH_MATMUL: (101, {}),
}


class Model:
    """Its signatures are drawn one by one, each in a subgraph of its own."""

    def __init__(self) -> None:
        self.buffers: list[Table] = [{}]  # the first is always empty
        self.operations: list[int] = []
        self.subgraphs: list[Table] = []
        self.signatures: list[Table] = []

    def data(self) -> bytes:
        codes = [
            {0: Number("Int8", min(code, 127)), 2: Number("Int32", 1), 3: Number("Int32", code)}
            for code in self.operations
        ]
        root = {
            0: Number("Uint32", 3),  # version of the schema
            1: codes,
            2: self.subgraphs,
            3: "tiny",
            4: self.buffers,
            7: self.signatures,
        }
        return flatbuffer(root, b"TFL3")


class Graph:
    """One signature. A tensor is known by its number."""

    def __init__(self, model: Model, name: str) -> None:
        self._model, self._name = model, name
        self._tensors: list[Table] = []
        self._operators: list[Table] = []
        self._inputs: dict[str, int] = {}
        self._outputs: dict[str, int] = {}

    def input(self, name: str, shape: tuple[int, ...], kind: int = FLOAT) -> int:
        self._inputs[name] = self._tensor(f"{self._name}_{name}", shape, kind)
        return self._inputs[name]

    def constant(self, values: Any) -> int:
        """values: array of float32 or int32, or a list of int."""
        array = np.asarray(values, np.int32) if isinstance(values, list) else np.ascontiguousarray(values)
        self._model.buffers.append({0: array.tobytes()})
        kind = INT if array.dtype == np.int32 else FLOAT
        name = f"{self._name}_{len(self._tensors)}"
        return self._tensor(name, array.shape, kind, len(self._model.buffers) - 1)

    def add(
        self, code: int, inputs: list[int], shape: tuple[int, ...], kind: int = FLOAT, axis: int | None = None
    ) -> int:
        """axis: of a CONCATENATION."""
        codes = self._model.operations
        if code not in codes:
            codes.append(code)
        output = self._tensor(f"{self._name}_{len(self._tensors)}", shape, kind)
        operator: Table = {0: Number("Uint32", codes.index(code)), 1: inputs, 2: [output]}
        options = (10, {0: Number("Int32", axis)}) if axis is not None else OPTIONS.get(code)
        if options:
            operator |= {3: Number("Uint8", options[0]), 4: options[1]}
        self._operators.append(operator)
        return output

    def reshape(self, tensor: int, shape: tuple[int, ...]) -> int:
        return self.add(RESHAPE, [tensor, self.constant(list(shape))], shape)

    def output(self, name: str, tensor: int) -> None:
        self._outputs[name] = tensor

    def done(self) -> None:
        model = self._model
        sides = [list(side.values()) for side in (self._inputs, self._outputs)]
        model.subgraphs.append(
            {0: self._tensors, 1: sides[0], 2: sides[1], 3: self._operators, 4: self._name}
        )
        named = [
            [{0: name, 1: Number("Uint32", number)} for name, number in side.items()]
            for side in (self._inputs, self._outputs)
        ]
        number = Number("Uint32", len(model.subgraphs) - 1)
        model.signatures.append({0: named[0], 1: named[1], 2: self._name, 4: number})

    def _tensor(self, name: str, shape: tuple[int, ...], kind: int, buffer: int = 0) -> int:
        table = {
            0: list(shape),
            1: Number("Int8", kind),
            2: Number("Uint32", buffer),
            3: name,
            8: Number("Bool", 1),
        }
        self._tensors.append(table)
        return len(self._tensors) - 1
