"""How a picture looks, in numbers: taught things and named places are known again by them.

320 numbers of shape: EfficientNet-Lite0's last map before it chooses a class, each channel's cubic mean over the
picture (generalised mean pooling, Radenović et al. 2018, https://arxiv.org/abs/1711.02512, power 3). 28 of colour:
how much of the middle is of which hue at which strength, and how bright what has no hue is. Shape alone takes one
bunch of keys for another more often.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from chestnut_models import ModelDamaged, ModelMissing

from chestnut.core.memory import Descriptor
from chestnut.core.scene import Frame
from chestnut.perception.frames import Picture, picture_of

Floats = npt.NDArray[np.float32]

MODEL = "efficientnet-lite0 shape and colour, 2"  # changes with anything that changes the numbers
SHAPE, COLOUR = slice(0, 320), slice(320, 348)
NUMBERS = 348

SIDE_PX = 224
CELL_PX = 32  # of the picture, to one of the map
MAP_PX = 512 * 384  # about so many a whole frame is scaled to for its map
POWER = 3
BATCH = 4  # pictures at once: more are no quicker, and a press waits for the batch that is running
LONGEST_SIDE_PX = 640  # of a whole frame: more than the network sees, and quick to scale from

COLOUR_SIDE_PX = 56  # a quarter of SIDE_PX: quick to scale to
HUES, STRENGTHS, GREYS = (
    8,
    (10, 30, 60),
    4,
)  # strengths: from which chroma on; below the first there is no hue
MIDDLE = 0.45  # standard deviation of the middle's weight, in half sides


class Describer:
    """Used by one thread at a time."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        """path: efficientnet-lite0.onnx. Raises ModelMissing or ModelDamaged."""
        if not Path(path).is_file():
            raise ModelMissing(f"model file {Path(path).name} is missing: run make models")
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 4
        # A spinning worker would take a core from speech and camera after each look.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        its = onnxruntime.capi.onnxruntime_pybind11_state
        faults = (its.Fail, its.InvalidArgument, its.InvalidGraph, its.InvalidProtobuf, its.NotImplemented)
        try:
            self._session: Any = onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
        except faults as error:
            raise ModelDamaged(f"model file {Path(path).name} is damaged: run make models") from error
        names = [item.name for item in (*self._session.get_inputs(), *self._session.get_outputs())]
        if names != ["picture", "map"]:
            raise ModelDamaged(f"model file {Path(path).name} is another one: run make models")

    def see(self, frame: Frame) -> Descriptor:
        """The whole picture. Raises ValueError when the frame holds none."""
        return descriptor(self.vectors([picture_of(frame, LONGEST_SIDE_PX)])[0])

    def vectors(self, pictures: Sequence[Picture]) -> Floats:
        """(count, NUMBERS): SHAPE and COLOUR of each, each of length 1. Pictures of any size, BATCH at a time."""
        found = np.empty((len(pictures), NUMBERS), np.float32)
        for start in range(0, len(pictures), BATCH):
            some = pictures[start : start + BATCH]
            scaled = np.stack([_scaled(picture, SIDE_PX, SIDE_PX) for picture in some])
            found[start : start + BATCH, SHAPE] = unit(pooled(self._run(scaled)))
            found[start : start + BATCH, COLOUR] = [colours(picture) for picture in scaled]
        return found

    def map(self, picture: Picture) -> Floats:
        """(rows, columns, 320): what is where in the whole picture, for windows.py."""
        height, width = picture.shape[:2]
        scale = (MAP_PX / (width * height)) ** 0.5 / CELL_PX
        size = (max(2, round(width * scale)) * CELL_PX, max(2, round(height * scale)) * CELL_PX)
        (result,) = self._run(_scaled(picture, *size)[None])
        return np.ascontiguousarray(result.transpose(1, 2, 0))

    def close(self) -> None:
        self._session = None

    def _run(self, pictures: npt.NDArray[np.uint8]) -> Floats:
        ready = np.ascontiguousarray(pictures.transpose(0, 3, 1, 2), np.float32)
        ready -= 127
        ready /= 128
        answer: Floats = self._session.run(["map"], {"picture": ready})[0]
        return answer


def descriptor(vector: Floats) -> Descriptor:
    return Descriptor(MODEL, vector.astype("<f4").tobytes())


def vectors_of(descriptors: Sequence[Descriptor]) -> Floats:
    """(count, NUMBERS) of those that this model made; the others are left out."""
    mine = [item for item in descriptors if item.model == MODEL and len(item.vector) == 4 * NUMBERS]
    rows = [np.frombuffer(item.vector, "<f4") for item in mine]
    return np.array(rows, np.float32).reshape(-1, NUMBERS)


def pooled(maps: Floats) -> Floats:
    """(count, channels) of (count, channels, rows, columns)."""
    means: Floats = (np.maximum(maps, 1e-6) ** POWER).mean((-2, -1)) ** (1 / POWER)
    return means


def unit(vectors: Floats) -> Floats:
    """Each of length 1."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)


def colours(picture: Picture) -> Floats:
    """28 numbers of length 1: roots of shares, so that a patch of colour counts beside a large plain one."""
    import cv2

    small = cv2.resize(picture, (COLOUR_SIDE_PX, COLOUR_SIDE_PX), interpolation=cv2.INTER_AREA)
    light, a, b = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).reshape(-1, 3).T
    hued = _hued()[a, b]
    kind = np.where(hued >= 0, hued, HUES * len(STRENGTHS) + light.astype(int) * GREYS // 256)
    shares = np.bincount(kind, _MIDDLE, HUES * len(STRENGTHS) + GREYS)
    return unit(np.sqrt(shares).astype(np.float32))


@cache
def _hued() -> npt.NDArray[np.int64]:
    """(256, 256): of each a and b of CIELAB, as OpenCV counts them, the number of hue and strength; -1 for grey."""
    a, b = np.mgrid[-128:128, -128:128]
    strength = np.digitize(np.hypot(a, b), STRENGTHS)
    hue = ((np.arctan2(b, a) / (2 * np.pi) + 0.5) * HUES).astype(int) % HUES
    return np.where(strength > 0, (strength - 1) * HUES + hue, -1)


def _middle() -> npt.NDArray[np.float64]:
    steps = np.linspace(-1, 1, COLOUR_SIDE_PX)
    along = np.exp(-(steps**2) / (2 * MIDDLE**2))
    return np.outer(along, along).ravel()


_MIDDLE = _middle()


def _scaled(picture: Picture, width: int, height: int) -> Picture:
    """Means over what each pixel covers, nearly: exact ones take six times as long."""
    import cv2

    covered = [
        max(1, round(was / now)) for was, now in zip(picture.shape[1::-1], (width, height), strict=True)
    ]
    if max(covered) > 1:
        picture = np.asarray(cv2.blur(picture, covered), np.uint8)
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
