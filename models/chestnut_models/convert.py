"""Converters: from the files a model is published as to the file the device runs.

The result depends on the inputs alone (names are counted, the message is serialised deterministically), so its
sha256 can be pinned in the catalogue.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path

from chestnut_models.errors import ConversionFailed

# A face as 1024 numbers. The graph also guesses age and sex: that part is not converted, so that nobody can read it.
FACE_EMBEDDING = ("global_pooling/Mean",)

NEEDS_ONNX = (
    "converting needs the onnx package: install the project with its [models] extra, then make models"
)


def tfjs_to_onnx(inputs: Mapping[str, Path], target: Path, outputs: Collection[str] = ()) -> None:
    """Convert a graph model. inputs: file names of the model's .json and .bin, as they stand in its manifest.
    outputs: those that are wanted; all when empty. What only the others need is not in the result."""
    try:
        from chestnut_models.onnx_graph import Conversion
    except ImportError:
        raise ConversionFailed(NEEDS_ONNX) from None
    description = next(path for name, path in inputs.items() if name.endswith(".json"))
    try:
        model = Conversion(json.loads(description.read_text("utf-8")), description.parent, outputs).model()
    except (KeyError, IndexError, ValueError, OSError) as error:
        raise ConversionFailed(
            f"{description.name} is not a graph model this converter knows ({error!r})"
        ) from error
    target.write_bytes(model.SerializeToString(deterministic=True))


def efficientnet_to_onnx(inputs: Mapping[str, Path], target: Path) -> None:
    """Convert the checkpoint of EfficientNet-Lite0, the only input."""
    try:
        from chestnut_models.efficientnet import EfficientNet
        from chestnut_models.torch_file import read_checkpoint
    except ImportError:
        raise ConversionFailed(NEEDS_ONNX) from None
    (checkpoint,) = inputs.values()
    try:
        model = EfficientNet(read_checkpoint(checkpoint)).model()
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise ConversionFailed(f"{checkpoint.name} is not EfficientNet-Lite0 ({error!r})") from error
    target.write_bytes(model.SerializeToString(deterministic=True))


def join(inputs: Mapping[str, Path], target: Path) -> None:
    """One file of its parts, in their order."""
    with target.open("wb") as out:
        for path in inputs.values():
            with path.open("rb") as part:
                shutil.copyfileobj(part, out, 1 << 20)


CONVERTERS: Mapping[str, Callable[[Mapping[str, Path], Path], None]] = {
    "efficientnet-to-onnx": efficientnet_to_onnx,
    "join": join,
    "tfjs-to-onnx": tfjs_to_onnx,
    "tfjs-to-onnx-face": partial(tfjs_to_onnx, outputs=FACE_EMBEDDING),
}
