"""Convolutions, pools and bounded activations: what a network does with pictures, as ONNX nodes.

Their results are stored channels first. Borders, scalings and biases go into the convolution itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from onnx import numpy_helper

from chestnut_models.errors import ConversionFailed
from chestnut_models.onnx_builder import Builder, Tensor
from chestnut_models.tfjs import Array, integers, text

NHWC_OF_NCHW = (0, 2, 3, 1)
# A border of values below this never wins a maximum: it is what ONNX pads a MaxPool with anyway.
LOWEST = -1e38

Attributes = Mapping[str, Any]


class PictureOperations(Builder):
    """Operations take the name of the result, the names of the inputs, and attributes.

    _constants: values known before the network runs. _read_once: names with a single reader, the only ones that may
    be folded away.
    """

    def __init__(self, read_once: set[str]) -> None:
        super().__init__()
        self._read_once = read_once
        self._constants: dict[str, Array] = {}
        self._convolutions: dict[str, Any] = {}
        self._clips: dict[str, Any] = {}

    def _window(self, source: str, attributes: Attributes, absorbs: bool) -> tuple[str, dict[str, Any]]:
        """Input of a convolution or a pool, stored NCHW, and the attributes of the border it shall add itself."""
        padding, tensor = text(attributes["padding"]), self._tensors[source]
        if padding not in ("VALID", "SAME") or text(attributes["data_format"]) != "NHWC":
            raise ConversionFailed(
                "only windows with padding VALID or SAME and data format NHWC are supported"
            )
        if padding == "SAME":
            return self._in_order(tensor, NHWC_OF_NCHW).stored, {"auto_pad": "SAME_UPPER"}
        if (
            absorbs
            and tensor.border
            and tensor.order == NHWC_OF_NCHW
            and not any(map(any, tensor.border[:2]))
        ):
            (top, bottom), (left, right) = tensor.border[2:]
            return tensor.stored, {"pads": [top, left, bottom, right]}
        return self._in_order(tensor, NHWC_OF_NCHW).stored, {"pads": [0, 0, 0, 0]}

    def _convolution(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        self._convolve(name, inputs[0], self._constants[inputs[1]].transpose(3, 2, 0, 1), attributes)

    def _depthwise_convolution(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        height, width, channels, each = self._constants[inputs[1]].shape
        kernel = self._constants[inputs[1]].transpose(2, 3, 0, 1).reshape(channels * each, 1, height, width)
        self._convolve(name, inputs[0], kernel, attributes, group=channels)

    def _convolve(self, name: str, source: str, kernel: Array, attributes: Attributes, **more: Any) -> None:
        stored, border = self._window(source, attributes, self._tensors[source].fill == 0)
        result = self._emit(
            "Conv",
            [stored, self._initializer(kernel)],
            strides=integers(attributes["strides"])[1:3],
            dilations=integers(attributes["dilations"])[1:3],
            **border,
            **more,
        )
        self._tensors[name] = Tensor(result, NHWC_OF_NCHW)
        self._convolutions[name] = self._nodes[-1]

    def _scale(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        """Of the channels of a convolution: its kernel takes it in."""
        if inputs[0] in self._constants:
            inputs = inputs[::-1]
        convolution, values = self._convolutions.get(inputs[0]), self._constants.get(inputs[1])
        if convolution is None or values is None or values.ndim != 1 or inputs[0] not in self._read_once:
            raise ConversionFailed(f"{name}: only the channels of a convolution can be scaled")
        for kernel in self._initializers:
            if kernel.name == convolution.input[1]:
                scaled = numpy_helper.to_array(kernel) * values[:, None, None, None]
                kernel.CopyFrom(numpy_helper.from_array(scaled.astype(np.float32), kernel.name))
        self._tensors[name] = self._tensors[inputs[0]]
        self._convolutions[name] = convolution

    def _max_pool(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        stored, border = self._window(inputs[0], attributes, self._tensors[inputs[0]].fill < LOWEST)
        sides, strides = integers(attributes["ksize"])[1:3], integers(attributes["strides"])[1:3]
        result = self._emit("MaxPool", [stored], kernel_shape=sides, strides=strides, **border)
        self._tensors[name] = Tensor(result, NHWC_OF_NCHW)

    def _relu(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        tensor = self._bordered(self._tensors[inputs[0]])
        stored = self._emit("Clip", [tensor.stored, self._initializer(np.zeros((), np.float32))])
        self._tensors[name] = replace(tensor, stored=stored)
        self._clips[name] = self._nodes[-1]

    def _minimum(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        """Of a ReLU and a number: the upper bound."""
        clip = self._clips.get(inputs[0])
        bound = self._constants.get(inputs[1])
        if (
            clip is None
            or bound is None
            or bound.ndim
            or len(clip.input) != 2
            or inputs[0] not in self._read_once
        ):
            raise ConversionFailed(f"{name}: only a ReLU can be bounded from above")
        clip.input.append(self._initializer(bound.astype(np.float32)))
        self._tensors[name], self._clips[name] = self._tensors[inputs[0]], clip

    def _maximum(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        """Of a ReLU and 0: nothing new."""
        bound = self._constants.get(inputs[1])
        if inputs[0] not in self._clips or bound is None or bound.ndim or bound != 0:
            raise ConversionFailed(f"{name}: only a ReLU can be bounded from below, by 0")
        self._tensors[name] = self._tensors[inputs[0]]

    def _mean(self, name: str, inputs: list[str], attributes: Attributes) -> None:
        tensor = self._in_order(self._tensors[inputs[0]], NHWC_OF_NCHW)
        axes = sorted(int(axis) for axis in self._constants[inputs[1]].reshape(-1))
        if axes != [1, 2] or attributes.get("keep_dims", {}).get("b"):
            raise ConversionFailed(f"{name}: only means over rows and columns are supported")
        stored = self._emit("ReduceMean", [tensor.stored, self._numbers([2, 3])], keepdims=0)
        self._tensors[name] = Tensor(stored, (0, 1))
