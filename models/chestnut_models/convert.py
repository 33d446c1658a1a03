"""Converters: from the files a model is published as to the file the device runs.

The result depends on the inputs alone (names are counted, the message is serialised deterministically), so its
sha256 can be pinned in the catalogue.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from chestnut_models.errors import ConversionFailed


def tfjs_to_onnx(inputs: Mapping[str, Path], target: Path) -> None:
    """Convert a graph model. inputs: file names of the model's .json and .bin, as they stand in its manifest."""
    try:
        from chestnut_models.onnx_graph import Conversion
    except ImportError:
        raise ConversionFailed(
            "converting needs the onnx package: install the project with its [models] extra, then make models"
        ) from None
    description = next(path for name, path in inputs.items() if name.endswith(".json"))
    try:
        model = Conversion(json.loads(description.read_text("utf-8")), description.parent).model()
    except (KeyError, IndexError, ValueError, OSError) as error:
        raise ConversionFailed(
            f"{description.name} is not a graph model this converter knows ({error!r})"
        ) from error
    target.write_bytes(model.SerializeToString(deterministic=True))


CONVERTERS: Mapping[str, Callable[[Mapping[str, Path], Path], None]] = {"tfjs-to-onnx": tfjs_to_onnx}
