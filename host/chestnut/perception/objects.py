"""Things of 80 kinds and where they are: NanoDet on onnxruntime.

The network sees a square. A picture stretched to it shows small things larger; one with grey bars keeps the
proportions people and furniture are known by. Each view alone invents things the other does not see, so both are
taken (the second one mirrored, which makes their mistakes more different) and a thing's score is the mean of the
two, zero where a view did not see it. On pictures of known contents this halves the false things at equal true ones.

Boxes: generalised focal loss, distances from a cell's centre to the four sides as the mean of a distribution over
eleven bins (Li et al. 2020, https://arxiv.org/abs/2006.04388; RangiLyu/nanodet, config nanodet-g.yml).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from chestnut_models import ModelDamaged, ModelMissing

from chestnut.core.scene import Box, Frame, Thing
from chestnut.perception.frames import Picture, picture_of
from chestnut.perception.labels import LABELS

Floats = npt.NDArray[np.float32]

SIDE_PX = 416
STRIDES_PX = (8, 16, 32)
BINS = 11
# The network was trained on blue, green, red with these means and deviations; ours come red first.
MEAN = np.array((123.675, 116.28, 103.53), np.float32)
DEVIATION = np.array((58.395, 57.12, 57.375), np.float32)
GREY = 114

CANDIDATE = 0.2  # a view's score under which a cell is nothing
SEEN = 0.25  # mean score of a thing that is reported at all; what may be named is decided in trust.py
SAME_IOU = 0.5  # boxes of one kind that overlap more are one thing
MOST = 300  # candidates of one view that are looked at
LONGEST_SIDE_PX = 640  # more than the network sees, and quick to scale from


class Objects:
    """Detector of things. Used by one thread at a time."""

    def __init__(self, path: Path, threads: int = 2) -> None:
        """path: nanodet.onnx. Raises ModelMissing or ModelDamaged."""
        if not Path(path).is_file():
            raise ModelMissing(f"model file {Path(path).name} is missing: run make models")
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 4
        # A spinning worker would take a core from speech and camera after each look.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session: Any = onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
            self._input = self._session.get_inputs()[0].name
            self._outputs = _heads({item.name: item.shape for item in self._session.get_outputs()})
        except _faults(onnxruntime) as error:
            raise ModelDamaged(f"model file {Path(path).name} is damaged: run make models") from error

    def see(self, frame: Frame) -> tuple[Thing, ...]:
        """Everything seen with a mean score of at least SEEN, the surest first; people are things here, too.
        Raises ValueError when the frame holds no picture."""
        picture = picture_of(frame, LONGEST_SIDE_PX)
        return fuse(self._stretched(picture), self._mirrored(picture))

    def close(self) -> None:
        self._session = None

    def _stretched(self, picture: Picture) -> Floats:
        import cv2

        rows = self._run(cv2.resize(picture, (SIDE_PX, SIDE_PX)))
        rows[:, :4] /= SIDE_PX
        return rows

    def _mirrored(self, picture: Picture) -> Floats:
        """The view with grey bars, mirrored."""
        import cv2

        scale = SIDE_PX / max(picture.shape[:2])
        height, width = (max(1, round(side * scale)) for side in picture.shape[:2])
        top, left = (SIDE_PX - height) // 2, (SIDE_PX - width) // 2
        square = np.full((SIDE_PX, SIDE_PX, 3), GREY, np.uint8)
        small = cv2.resize(picture, (width, height))
        square[top : top + height, left : left + width] = small[:, ::-1]
        rows = self._run(square)
        rows[:, [0, 2]] = 1 - (rows[:, [2, 0]] - left) / width
        rows[:, [1, 3]] = (rows[:, [1, 3]] - top) / height
        return rows

    def _run(self, square: npt.NDArray[Any]) -> Floats:
        """Rows of left, top, right, bottom (pixels of the square), score, kind."""
        ready = np.empty((1, 3, SIDE_PX, SIDE_PX), np.float32)
        for place, colour in enumerate((2, 1, 0)):
            np.multiply(square[:, :, colour], 1 / DEVIATION[colour], out=ready[0, place])
            ready[0, place] -= MEAN[colour] / DEVIATION[colour]
        answers = self._session.run(self._outputs, {self._input: ready})
        heads = [(answers[2 * place][0], answers[2 * place + 1][0]) for place in range(len(STRIDES_PX))]
        return distinct(decode(heads))


def _faults(onnxruntime: Any) -> tuple[type[Exception], ...]:
    """The errors of a model that cannot be loaded; onnxruntime's have no common ancestor but Exception."""
    its = onnxruntime.capi.onnxruntime_pybind11_state
    return its.Fail, its.InvalidArgument, its.InvalidGraph, its.InvalidProtobuf, its.NotImplemented, KeyError


def _heads(shapes: Mapping[str, list[int]]) -> list[str]:
    """Names of the outputs: scores and distances for each stride in turn, known by their shapes."""
    by_shape = {tuple(shape[1:]): name for name, shape in shapes.items()}
    cells = [(SIDE_PX // stride) ** 2 for stride in STRIDES_PX]
    return [by_shape[count, width] for count in cells for width in (len(LABELS), 4 * BINS)]


def decode(heads: list[tuple[Floats, Floats]]) -> Floats:
    """heads: for each stride the scores (cells, 80) and the distances (cells, 44). Returns rows of left, top, right,
    bottom in pixels of the square, score, kind: one for every cell and kind of at least CANDIDATE."""
    found = []
    for stride, (scores, distances) in zip(STRIDES_PX, heads, strict=True):
        cell, kind = np.nonzero(scores >= CANDIDATE)
        bins = distances[cell].reshape(-1, 4, BINS)
        weight = np.exp(bins - bins.max(2, keepdims=True))
        sides = weight @ np.arange(BINS, dtype=np.float32) / weight.sum(2) * stride
        across = SIDE_PX // stride
        x, y = ((cell % across + 0.5) * stride - 0.5, (cell // across + 0.5) * stride - 0.5)
        corners = (x - sides[:, 0], y - sides[:, 1], x + sides[:, 2], y + sides[:, 3])
        found.append(np.stack((*corners, scores[cell, kind], kind), axis=1).astype(np.float32))
    return np.concatenate(found)


def overlaps(one: Floats, other: Floats) -> Floats:
    """Intersection over union of every row of one with every row of the other."""
    corner = np.maximum(one[:, None, :2], other[None, :, :2])
    size = np.clip(np.minimum(one[:, None, 2:4], other[None, :, 2:4]) - corner, 0, None)
    shared = size[..., 0] * size[..., 1]
    areas = [
        np.clip(rows[:, 2] - rows[:, 0], 0, None) * np.clip(rows[:, 3] - rows[:, 1], 0, None)
        for rows in (one, other)
    ]
    union = areas[0][:, None] + areas[1][None, :] - shared
    ratio: Floats = shared / np.maximum(union, 1e-9)
    return ratio


def distinct(rows: Floats) -> Floats:
    """Of overlapping rows of one kind only the best, the surest first (non-maximum suppression)."""
    rows = rows[np.argsort(-rows[:, 4], kind="stable")][:MOST]
    same = (overlaps(rows, rows) > SAME_IOU) & (rows[:, None, 5] == rows[None, :, 5])
    alive = np.ones(len(rows), bool)
    for place in range(len(rows)):
        if alive[place]:
            alive[place + 1 :] &= ~same[place, place + 1 :]
    return rows[alive]


def fuse(one: Floats, other: Floats) -> tuple[Thing, ...]:
    """Things of two views, boxes as fractions. A thing seen by one view alone keeps half its score."""
    match = np.where(one[:, None, 5] == other[None, :, 5], overlaps(one, other), 0)
    things, taken = [], np.zeros(len(other), bool)
    for place, row in enumerate(one):
        free = np.where(taken, 0, match[place])
        partner = int(free.argmax()) if len(free) else -1
        if partner >= 0 and free[partner] > SAME_IOU:
            taken[partner] = True
            row = _mean(row, other[partner])
        else:
            row = np.append(row[:4], (row[4] / 2, row[5]))
        things.append(row)
    things += [np.append(row[:4], (row[4] / 2, row[5])) for row in other[~taken]]
    kept = sorted((row for row in things if row[4] >= SEEN), key=lambda row: -row[4])
    return tuple(Thing(LABELS[int(row[5])], float(row[4]), _box(row)) for row in kept)


def _mean(one: Floats, other: Floats) -> Floats:
    weights = np.array((one[4], other[4]))
    corners = weights @ np.stack((one[:4], other[:4])) / weights.sum()
    return np.append(corners, (weights.mean(), one[5]))


def _box(row: Floats) -> Box:
    left, top, right, bottom = (float(value) for value in np.clip(row[:4], 0, 1))
    return Box(left, top, right, bottom)
