"""Faces as numbers by which one person can be told from another: HSE_FaceRec_tf's MobileNet (faceres.onnx).

The faces are found as in faces.py; then each is looked at again from close by, because the first look sees the whole
picture at 192 pixels, too coarse for the places of the eyes. The face is brought upright by its eyes. The descriptor
is the network's 1024 pooled features, of length 1; those of one face have a cosine near 1. The graph this one was
made from also guessed age and sex; that part was never converted.

Preparing: blue, green, red, minus the means 103.939, 116.779, 123.68, as its author's code does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from chestnut_models import ModelDamaged, ModelMissing

from chestnut.core.memory import Descriptor
from chestnut.core.people import Unfit
from chestnut.core.scene import Box, Frame
from chestnut.perception.face_fitness import unfit
from chestnut.perception.face_geometry import Point, Points, upright_square
from chestnut.perception.frames import Picture, picture_of
from chestnut.perception.mediapipe_tasks import open_task, usable_picture

MODEL = "faceres 3.0.4, eyes 0.40 0.42"  # how it is prepared belongs to it: others are never compared with it
NUMBERS = 1024
MEAN = np.array((103.939, 116.779, 123.68), np.float32)

SEEN = 0.45  # the detector's score of a face that is looked at from close by
AROUND = (
    1.5  # half the side of the close look, in sides of the face: the detector misses faces that fill its view
)
CLOSE_PX = 256
FIRST_PX = 640
MOST = 6  # faces of one picture, the largest


@dataclass(frozen=True, slots=True)
class FaceTaken:
    """box: in fractions of the picture. descriptor: None when the face is unfit. good: fit to be enrolled."""

    box: Box
    descriptor: Descriptor | None
    unfit: Unfit | None = None
    good: bool = False


class KnownFaces:
    """Detector of faces as descriptors. Used by one thread at a time. Close it explicitly."""

    def __init__(self, faces: Path, embedding: Path, threads: int = 1) -> None:
        """faces: face_full_range.tflite. embedding: faceres.onnx. Raises ModelMissing or ModelDamaged."""
        from mediapipe.tasks.python import BaseOptions
        from mediapipe.tasks.python.vision import FaceDetector, FaceDetectorOptions

        self._session: Any = _open(Path(embedding), threads)
        options = FaceDetectorOptions(
            base_options=BaseOptions(model_asset_path=str(faces)), min_detection_confidence=SEEN
        )
        self._task: Any = open_task(FaceDetector, options, Path(faces))

    def see(self, frame: Frame) -> tuple[FaceTaken, ...]:
        """The faces of a frame, the largest first. Raises ValueError when the frame has no picture."""
        small = usable_picture(frame, FIRST_PX)
        if small is None:
            return ()
        whole = picture_of(frame, max(frame.rgb.shape[:2]))
        scale = whole.shape[1] / small.shape[1]
        found = sorted(self._detect(small), key=lambda face: -face.side_px)[:MOST]
        return tuple(self._take(whole, face.scaled(scale)) for face in found)

    def close(self) -> None:
        self._session = None
        task, self._task = self._task, None
        if task is not None:
            task.close()

    def _take(self, whole: Picture, seen: _Found) -> FaceTaken:
        close = self._closely(whole, seen)
        box = (close or seen).box(whole)
        shown = Box(*(min(1.0, max(0.0, side)) for side in (box.left, box.top, box.right, box.bottom)))
        if close is None or close.points.eyes_px == 0:
            return FaceTaken(shown, None, Unfit.HIDDEN)
        square = upright_square(whole, close.points)
        why, good = unfit(box, close.score, close.points, square)
        return FaceTaken(shown, None if why else self._describe(square), why, good)

    def _closely(self, whole: Picture, seen: _Found) -> _Found | None:
        """The same face found again in a square around it."""
        import cv2

        half = max(1.0, AROUND * seen.side_px)
        left, top = (round(middle - half) for middle in seen.middle)
        side = round(2 * half)
        height, width = whole.shape[:2]
        part = whole[max(0, top) : max(0, top + side), max(0, left) : max(0, left + side)]
        if part.size == 0:
            return None
        beyond = max(0, -top), max(0, top + side - height), max(0, -left), max(0, left + side - width)
        square: Any = cv2.copyMakeBorder(part, *beyond, cv2.BORDER_CONSTANT)
        scale = max(1.0, side / CLOSE_PX)
        if scale > 1:
            square = cv2.resize(square, (CLOSE_PX, CLOSE_PX), interpolation=cv2.INTER_AREA)
        middle = square.shape[0] / 2
        again = min(
            self._detect(square),
            key=lambda face: np.hypot(*np.subtract(face.middle, middle)),
            default=None,
        )
        if again is None or np.hypot(*np.subtract(again.middle, middle)) > seen.side_px / scale / 2:
            return None
        return again.scaled(scale).shifted(left, top)

    def _detect(self, picture: npt.NDArray[np.uint8]) -> list[_Found]:
        import mediapipe

        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(picture))
        height, width = picture.shape[:2]
        found = []
        for face in self._task.detect(image).detections:
            place = face.bounding_box
            points = tuple((point.x * width, point.y * height) for point in face.keypoints)
            corner = (float(place.origin_x), float(place.origin_y))
            found.append(_Found(face.categories[0].score, corner, float(place.width), points))
        return found

    def _describe(self, square: npt.NDArray[np.uint8]) -> Descriptor:
        batch = square[None, :, :, ::-1].astype(np.float32) - MEAN
        (rows,) = self._session.run(None, {self._session.get_inputs()[0].name: batch})
        vector = rows[0] / max(float(np.linalg.norm(rows[0])), 1e-9)
        return Descriptor(MODEL, vector.astype("<f4").tobytes())


@dataclass(frozen=True, slots=True)
class _Found:
    """What the detector saw, in pixels. Its boxes are squares."""

    score: float
    corner: Point
    side_px: float
    six: Sequence[Point]

    @property
    def middle(self) -> Point:
        return self.corner[0] + self.side_px / 2, self.corner[1] + self.side_px / 2

    @property
    def points(self) -> Points:
        return Points(*self.six)

    def box(self, picture: Picture) -> Box:
        height, width = picture.shape[:2]
        left, top = self.corner
        return Box(left / width, top / height, (left + self.side_px) / width, (top + self.side_px) / height)

    def scaled(self, by: float) -> _Found:
        left, top = self.corner
        six = tuple((x * by, y * by) for x, y in self.six)
        return _Found(self.score, (left * by, top * by), self.side_px * by, six)

    def shifted(self, right: float, down: float) -> _Found:
        left, top = self.corner
        six = tuple((x + right, y + down) for x, y in self.six)
        return _Found(self.score, (left + right, top + down), self.side_px, six)


def _open(path: Path, threads: int) -> Any:
    if not path.is_file():
        raise ModelMissing(f"model file {path.name} is missing: run make models")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    its = onnxruntime.capi.onnxruntime_pybind11_state
    faults = its.Fail, its.InvalidArgument, its.InvalidGraph, its.InvalidProtobuf, its.NotImplemented
    try:
        session = onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
    except faults as error:
        raise ModelDamaged(f"model file {path.name} is damaged: run make models") from error
    if [item.shape for item in session.get_outputs()] != [[1, NUMBERS]]:
        raise ModelDamaged(f"model file {path.name} is another model: run make models")
    return session
