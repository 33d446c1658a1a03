"""Reading TensorFlow.js graph models.

Format: https://github.com/tensorflow/tfjs/blob/master/tfjs-converter/README.md
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from chestnut_models.errors import ConversionFailed

Array = npt.NDArray[Any]


def read_weights(model: Mapping[str, Any], folder: Path) -> dict[str, Array]:
    """The constants of a graph model; half-precision and integer-packed ones are widened to float32."""
    weights: dict[str, Array] = {}
    for group in model["weightsManifest"]:
        data, offset = b"".join((folder / path).read_bytes() for path in group["paths"]), 0
        for weight in group["weights"]:
            packed = weight.get("quantization")
            kind = np.dtype(packed["dtype"] if packed else weight["dtype"]).newbyteorder("<")
            count = int(np.prod(weight["shape"], dtype=np.int64))
            values = np.frombuffer(data, kind, count, offset).reshape(weight["shape"])
            offset += count * kind.itemsize
            if packed:
                values = values.astype(np.float32)
                if packed["dtype"] != "float16":
                    values = values * np.float32(packed["scale"]) + np.float32(packed["min"])
            weights[weight["name"]] = values
        if offset != len(data):
            raise ConversionFailed(
                f"{folder}: the weights have {len(data)} bytes, the graph declares {offset}"
            )
    return weights


def plain(name: str) -> str:
    """Tensor 'x:0' is called 'x'; 'x:2' is the third output of x."""
    return name.removesuffix(":0")


def integers(attribute: Mapping[str, Any]) -> list[int]:
    return [int(value) for value in attribute["list"].get("i", [])]


def text(attribute: Mapping[str, Any]) -> str:
    return base64.b64decode(attribute["s"]).decode()
