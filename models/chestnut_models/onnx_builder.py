"""What an ONNX graph is built of while it is converted: nodes, constants, and tensors stored in another order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from onnx import helper, numpy_helper

from chestnut_models.tfjs import Array


@dataclass(frozen=True)
class Tensor:
    """A tensor of the source graph, as a view of a tensor of the ONNX graph.

    stored: its name there. order: the permutation that turns the stored axes into the source's axes.
    border: (before, after) for each stored axis, not yet applied; filled with `fill`.
    """

    stored: str
    order: tuple[int, ...]
    border: tuple[tuple[int, int], ...] = ()
    fill: float = 0.0


class Builder:
    """One ONNX graph in the making. Names are counted, so that the result depends on the source alone."""

    def __init__(self) -> None:
        self._tensors: dict[str, Tensor] = {}
        self._nodes: list[Any] = []
        self._initializers: list[Any] = []
        self._count = 0

    def _emit(self, operation: str, inputs: list[str], output: str | None = None, **attributes: Any) -> str:
        if output is None:
            self._count += 1
            output = f"t{self._count}"
        self._nodes.append(helper.make_node(operation, inputs, [output], **attributes))
        return output

    def _initializer(self, values: Array) -> str:
        self._count += 1
        name = f"c{self._count}"
        self._initializers.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _numbers(self, values: Any) -> str:
        return self._initializer(np.asarray(values, np.int64))

    def _bordered(self, tensor: Tensor) -> Tensor:
        """The tensor with its border really added."""
        if not tensor.border:
            return tensor
        before, after = zip(*tensor.border, strict=True)
        fill = self._initializer(np.asarray(tensor.fill, np.float32))
        stored = self._emit("Pad", [tensor.stored, self._numbers([*before, *after]), fill])
        return Tensor(stored, tensor.order)

    def _in_order(self, tensor: Tensor, order: tuple[int, ...]) -> Tensor:
        """The same tensor, stored so that `order` gives the source's axes; without border."""
        tensor = self._bordered(tensor)
        if tensor.order == order:
            return tensor
        # The wanted stored axis number order[i] is the source's axis i, that is the present axis tensor.order[i].
        permutation = [tensor.order[order.index(axis)] for axis in range(len(order))]
        return Tensor(self._emit("Transpose", [tensor.stored], perm=permutation), order)

    def _as_is(self, name: str) -> str:
        """ONNX name of a tensor stored exactly as the source has it."""
        tensor = self._tensors[name]
        return self._in_order(tensor, tuple(range(len(tensor.order)))).stored

    def _each_element(self, operation: str, name: str, source: str, **attributes: Any) -> None:
        tensor = self._bordered(self._tensors[source])
        self._tensors[name] = replace(tensor, stored=self._emit(operation, [tensor.stored], **attributes))
