"""A TensorFlow.js graph made into an ONNX graph, with numpy and onnx alone.

Only the operations of the catalogue's models are known. Those of PyTorch came by way of TensorFlow: each convolution
stands between two transpositions, its bias is an addition and its border a separate operation. Those of Keras spell a
scaling and a bounded ReLU out as several operations. All of it is folded back, so that the result has the shape of
the original network and runs quicker. What only unwanted outputs need is left out.

Operators: https://onnx.ai/onnx/operators, opset 18.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper

from chestnut_models.errors import ConversionFailed
from chestnut_models.onnx_builder import Tensor
from chestnut_models.onnx_pictures import NHWC_OF_NCHW, Attributes, PictureOperations
from chestnut_models.tfjs import plain, read_weights

OPSET, IR_VERSION = 18, 9


class Conversion(PictureOperations):
    """One graph on its way to ONNX. `model()` does everything."""

    def __init__(self, source: Mapping[str, Any], folder: Path, outputs: Collection[str] = ()) -> None:
        """outputs: those that are wanted, by name; all when empty. Nothing of the others is in the result."""
        described = {plain(item["name"]): item for item in source["signature"]["outputs"].values()}
        missing = set(outputs) - described.keys()
        if missing:
            raise ConversionFailed(f"the graph has no output {', '.join(sorted(missing))}")
        topology = source["modelTopology"]["node"]
        readers = [plain(item) for node in topology for item in node.get("input", [])]
        super().__init__({name for name in readers if readers.count(name) == 1} - described.keys())
        self._source = source
        self._outputs = [item for name, item in described.items() if not outputs or name in outputs]
        self._weights = read_weights(source, folder)
        self._inputs: list[Any] = []
        self._known: dict[str, Callable[[str, list[str], Attributes], None]] = {
            "Placeholder": self._placeholder,
            "Const": self._const,
            "SparseToDense": self._dense_constant,
            "Transpose": self._transpose,
            "Pad": self._pad,
            "PadV2": self._pad,
            "Conv2D": self._convolution,
            "DepthwiseConv2dNative": self._depthwise_convolution,
            "Add": self._add,
            "AddV2": self._add,
            "Mul": self._scale,
            "LeakyRelu": self._leaky_relu,
            "Relu": self._relu,
            "Minimum": self._minimum,
            "Maximum": self._maximum,
            "Mean": self._mean,
            "Sigmoid": self._sigmoid,
            "MaxPool": self._max_pool,
            "ResizeBilinear": self._resize,
            "ConcatV2": self._concat,
            "SplitV": self._split,
            "Reshape": self._reshape,
            "Identity": self._identity,
        }

    def model(self) -> Any:
        for node in self._needed():
            if node["op"] not in self._known:
                raise ConversionFailed(f"operation {node['op']} of {node['name']} is not supported")
            inputs = [plain(item) for item in node.get("input", []) if not item.startswith("^")]
            self._known[node["op"]](node["name"], inputs, node.get("attr", {}))
        outputs = []
        for item in self._outputs:
            name = plain(item["name"])
            self._emit("Identity", [self._as_is(name)], name)
            shape = [int(dim["size"]) for dim in item["tensorShape"]["dim"]]
            outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        graph = helper.make_graph(self._nodes, "converted", self._inputs, outputs, self._initializers)
        opset = [helper.make_opsetid("", OPSET)]
        return helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION, producer_name="chestnut")

    def _needed(self) -> list[Any]:
        """The nodes the outputs depend on, in their order."""
        topology = self._source["modelTopology"]["node"]
        inputs = {node["name"]: node.get("input", []) for node in topology}
        needed: set[str] = set()
        left = [item["name"] for item in self._outputs]
        while left:
            name = left.pop().split(":")[0].removeprefix("^")
            if name not in needed:
                needed.add(name)
                left += inputs[name]
        return [node for node in topology if node["name"] in needed]

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
        # A batch of any size becomes one of one.
        shape = [max(1, int(dim["size"])) for dim in attributes["shape"]["shape"]["dim"]]
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
