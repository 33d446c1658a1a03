"""A TensorFlow.js graph made into an ONNX graph, with numpy and onnx alone.

Only the operations of the catalogue's models are known. Those graphs come from PyTorch by way of TensorFlow: each
convolution stands between two transpositions, its bias is an addition and its border a separate operation. All
three are folded back here, so that the result has the shape of the original network and runs quicker.

Operators: https://onnx.ai/onnx/operators, opset 18.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from chestnut_models.errors import ConversionFailed
from chestnut_models.tfjs import Array, integers, plain, read_weights, text

OPSET, IR_VERSION = 18, 9
NHWC_OF_NCHW = (0, 2, 3, 1)
# A border of values below this never wins a maximum: it is what ONNX pads a MaxPool with anyway.
LOWEST = -1e38

Attributes = Mapping[str, Any]


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


class Conversion:
    """One graph on its way to ONNX. `model()` does everything."""

    def __init__(self, source: Mapping[str, Any], folder: Path) -> None:
        self._source = source
        self._weights = read_weights(source, folder)
        self._constants: dict[str, Array] = {}
        self._tensors: dict[str, Tensor] = {}
        self._nodes: list[Any] = []
        self._initializers: list[Any] = []
        self._inputs: list[Any] = []
        self._count = 0
        topology = source["modelTopology"]["node"]
        readers = [plain(item) for node in topology for item in node.get("input", [])]
        self._read_once = {name for name in readers if readers.count(name) == 1}
        self._convolutions: dict[str, Any] = {}
        self._known: dict[str, Callable[[str, list[str], Attributes], None]] = {
            "Placeholder": self._placeholder,
            "Const": self._const,
            "SparseToDense": self._dense_constant,
            "Transpose": self._transpose,
            "Pad": self._pad,
            "PadV2": self._pad,
            "Conv2D": self._convolution,
            "Add": self._add,
            "AddV2": self._add,
            "LeakyRelu": self._leaky_relu,
            "Sigmoid": self._sigmoid,
            "MaxPool": self._max_pool,
            "ResizeBilinear": self._resize,
            "ConcatV2": self._concat,
            "SplitV": self._split,
            "Reshape": self._reshape,
            "Identity": self._identity,
        }

    def model(self) -> Any:
        for node in self._source["modelTopology"]["node"]:
            if node["op"] not in self._known:
                raise ConversionFailed(f"operation {node['op']} of {node['name']} is not supported")
            inputs = [plain(item) for item in node.get("input", []) if not item.startswith("^")]
            self._known[node["op"]](node["name"], inputs, node.get("attr", {}))
        outputs = []
        for item in self._source["signature"]["outputs"].values():
            name = plain(item["name"])
            self._emit("Identity", [self._as_is(name)], name)
            shape = [int(dim["size"]) for dim in item["tensorShape"]["dim"]]
            outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        graph = helper.make_graph(self._nodes, "converted", self._inputs, outputs, self._initializers)
        opset = [helper.make_opsetid("", OPSET)]
        return helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION, producer_name="chestnut")

    # -- building blocks

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

    # -- constants

    def _const(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        self._constants[name] = self._weights[name]

    def _dense_constant(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        indices, shape, values, default = (self._constants[item] for item in inputs)
        dense = np.full(shape.astype(int), default)
        if indices.size:
            dense[tuple(indices.reshape(-1, dense.ndim).T)] = values
        self._constants[name] = dense

    # -- operations: (name of the result, names of the inputs, attributes)

    def _placeholder(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        shape = [int(dim["size"]) for dim in attributes["shape"]["shape"]["dim"]]
        self._inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        self._tensors[name] = Tensor(name, tuple(range(len(shape))))

    def _transpose(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        tensor = self._tensors[inputs[0]]
        order = tuple(tensor.order[int(axis)] for axis in self._constants[inputs[1]])
        self._tensors[name] = replace(tensor, order=order)

    def _pad(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        tensor = self._bordered(self._tensors[inputs[0]])
        border = [(0, 0)] * len(tensor.order)
        for axis, (before, after) in zip(tensor.order, self._constants[inputs[1]], strict=True):
            border[axis] = (int(before), int(after))
        fill = float(self._constants[inputs[2]]) if len(inputs) > 2 else 0.0
        self._tensors[name] = Tensor(tensor.stored, tensor.order, tuple(border), fill)

    def _window(self, source: str, attributes: Attributes, absorbs: bool) -> tuple[str, list[int]]:
        """Input of a convolution or a pool, stored NCHW, and the border its own `pads` attribute shall add."""
        if text(attributes["padding"]) != "VALID" or text(attributes["data_format"]) != "NHWC":
            raise ConversionFailed("only windows with padding VALID and data format NHWC are supported")
        tensor = self._tensors[source]
        if (
            absorbs
            and tensor.border
            and tensor.order == NHWC_OF_NCHW
            and not any(map(any, tensor.border[:2]))
        ):
            (top, bottom), (left, right) = tensor.border[2:]
            return tensor.stored, [top, left, bottom, right]
        return self._in_order(tensor, NHWC_OF_NCHW).stored, [0, 0, 0, 0]

    def _convolution(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        stored, pads = self._window(inputs[0], attributes, self._tensors[inputs[0]].fill == 0)
        kernel = self._constants[inputs[1]].transpose(3, 2, 0, 1)
        result = self._emit(
            "Conv",
            [stored, self._initializer(kernel)],
            strides=integers(attributes["strides"])[1:3],
            dilations=integers(attributes["dilations"])[1:3],
            pads=pads,
        )
        self._tensors[name] = Tensor(result, NHWC_OF_NCHW)
        self._convolutions[name] = self._nodes[-1]

    def _add(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        if all(item in self._constants for item in inputs):
            self._constants[name] = self._constants[inputs[0]] + self._constants[inputs[1]]
            return
        if inputs[0] in self._constants:
            inputs = inputs[::-1]
        left = self._bordered(self._tensors[inputs[0]])
        if inputs[1] not in self._constants:
            right = self._in_order(self._tensors[inputs[1]], left.order)
            self._tensors[name] = replace(left, stored=self._emit("Add", [left.stored, right.stored]))
            return
        values = self._constants[inputs[1]]
        convolution = self._convolutions.get(inputs[0])
        if values.ndim == 1 and convolution is not None and inputs[0] in self._read_once:
            convolution.input.append(self._initializer(values))
            self._tensors[name] = left
            return
        full = values.reshape((1,) * (len(left.order) - values.ndim) + values.shape)
        stored_axes = [left.order.index(axis) for axis in range(len(left.order))]
        constant = self._initializer(full.transpose(stored_axes))
        self._tensors[name] = replace(left, stored=self._emit("Add", [left.stored, constant]))

    def _leaky_relu(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        self._each_element("LeakyRelu", name, inputs[0], alpha=float(attributes["alpha"]["f"]))

    def _sigmoid(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        self._each_element("Sigmoid", name, inputs[0])

    def _max_pool(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        stored, pads = self._window(inputs[0], attributes, self._tensors[inputs[0]].fill < LOWEST)
        sides, strides = integers(attributes["ksize"])[1:3], integers(attributes["strides"])[1:3]
        result = self._emit("MaxPool", [stored], kernel_shape=sides, strides=strides, pads=pads)
        self._tensors[name] = Tensor(result, NHWC_OF_NCHW)

    def _resize(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        if not attributes["half_pixel_centers"]["b"] or attributes["align_corners"]["b"]:
            raise ConversionFailed("only ResizeBilinear with half pixel centres is supported")
        tensor = self._in_order(self._tensors[inputs[0]], NHWC_OF_NCHW)
        shape = self._emit("Shape", [tensor.stored], end=2)
        sizes = self._emit("Concat", [shape, self._numbers(self._constants[inputs[1]])], axis=0)
        resized = self._emit("Resize", [tensor.stored, "", "", sizes], mode="linear")
        self._tensors[name] = Tensor(resized, NHWC_OF_NCHW)

    def _concat(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        order = self._tensors[inputs[0]].order
        parts = [self._in_order(self._tensors[item], order).stored for item in inputs[:-1]]
        axis = order[int(self._constants[inputs[-1]])]
        self._tensors[name] = Tensor(self._emit("Concat", parts, axis=axis), order)

    def _split(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        tensor = self._bordered(self._tensors[inputs[0]])
        sizes, axis = self._constants[inputs[1]], int(self._constants[inputs[2]])
        outputs = [f"{name}_{number}" for number in range(len(sizes))]
        operands = [tensor.stored, self._numbers(sizes)]
        self._nodes.append(helper.make_node("Split", operands, outputs, axis=tensor.order[axis]))
        for number, output in enumerate(outputs):
            self._tensors[f"{name}:{number}" if number else name] = replace(tensor, stored=output)

    def _reshape(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        shape = self._constants[inputs[1]]
        stored = self._emit("Reshape", [self._as_is(inputs[0]), self._numbers(shape)])
        self._tensors[name] = Tensor(stored, tuple(range(len(shape))))

    def _identity(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        self._tensors[name] = self._tensors[inputs[0]]
