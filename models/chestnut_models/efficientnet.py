"""EfficientNet-Lite0 as an ONNX graph, from its checkpoint: a map of what is where, instead of a class.

The network: Tan and Le, "EfficientNet", 2019, https://arxiv.org/abs/1905.11946; "lite": without
squeeze-and-excite and with ReLU6, https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite.
Names of the tensors as in the checkpoint. The last layers, which choose one of 1000 classes, are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from onnx import TensorProto, helper

from chestnut_models.onnx_builder import Builder
from chestnut_models.tfjs import Array

OPSET, IR_VERSION = 18, 9
CHANNELS = 320
# How many blocks, and the step of the first; the others keep shape and channels.
STAGES = ((1, 1), (2, 2), (2, 2), (3, 2), (3, 1), (4, 2), (1, 1))
EPSILON = 1e-3  # of its batch normalisations


class EfficientNet(Builder):
    """tensors: of the checkpoint. A KeyError names one that is missing."""

    def __init__(self, tensors: Mapping[str, Array]) -> None:
        super().__init__()
        self._weights = tensors
        self._least = self._initializer(np.asarray(0, np.float32))
        self._most = self._initializer(np.asarray(6, np.float32))

    def model(self) -> Any:
        """From "picture" (count, 3, height, width), red first, (value - 127) / 128, to "map" (count, CHANNELS,
        height / 32, width / 32)."""
        tensor = self._activated(self._convolved("picture", "_conv_stem", "_bn0", 2))
        number = 0
        for blocks, step in STAGES:
            for place in range(blocks):
                name = f"_blocks.{number}"
                if place == 0:
                    tensor = self._block(tensor, name, step)
                else:
                    tensor = self._emit("Add", [tensor, self._block(tensor, name, 1)])
                number += 1
        self._emit("Identity", [tensor], "map")
        given = helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["count", 3, "height", "width"])
        result = helper.make_tensor_value_info(
            "map", TensorProto.FLOAT, ["count", CHANNELS, "rows", "columns"]
        )
        graph = helper.make_graph(self._nodes, "converted", [given], [result], self._initializers)
        opset = [helper.make_opsetid("", OPSET)]
        return helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION, producer_name="chestnut")

    def _block(self, tensor: str, name: str, step: int) -> str:
        """Wider, each channel by itself, narrower again."""
        if f"{name}._expand_conv.weight" in self._weights:
            tensor = self._activated(self._convolved(tensor, f"{name}._expand_conv", f"{name}._bn0", 1))
        tensor = self._activated(self._convolved(tensor, f"{name}._depthwise_conv", f"{name}._bn1", step))
        return self._convolved(tensor, f"{name}._project_conv", f"{name}._bn2", 1)

    def _convolved(self, tensor: str, name: str, norm: str, step: int) -> str:
        """A convolution with its batch normalisation folded in. The border is TensorFlow's: where it is odd, the
        greater half lies below and to the right."""
        kernel = self._weights[f"{name}.weight"].astype(np.float64)
        scale = self._weights[f"{norm}.weight"] / np.sqrt(
            self._weights[f"{norm}.running_var"].astype(np.float64) + EPSILON
        )
        shift = self._weights[f"{norm}.bias"] - self._weights[f"{norm}.running_mean"] * scale
        side = kernel.shape[-1]
        border = side - step if side > 1 else 0
        pads = [border // 2, border // 2, border - border // 2, border - border // 2]
        return self._emit(
            "Conv",
            [
                tensor,
                self._initializer((kernel * scale[:, None, None, None]).astype(np.float32)),
                self._initializer(shift.astype(np.float32)),
            ],
            strides=[step, step],
            pads=pads,
            group=kernel.shape[0] if name.endswith("_depthwise_conv") else 1,
        )

    def _activated(self, tensor: str) -> str:
        return self._emit("Clip", [tensor, self._least, self._most])
