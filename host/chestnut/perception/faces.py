"""Faces and where they are: MediaPipe's face detector.

The full-range model is used: from the chest, people stand metres away, and the short-range model loses them (on the
pictures of a restaurant and a bedroom it finds 1 of 5 faces, this one all 5), while it finds close faces as well.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chestnut.core.scene import Box, Face, Frame
from chestnut.perception.mediapipe_tasks import open_task, usable_picture

# Weak faces count only together with a body: people.py.
SEEN = 0.3
# The network looks at 192 pixels; more only costs time in scaling.
LONGEST_SIDE_PX = 640


class Faces:
    """Detector of faces. Used by one thread at a time. Close it explicitly."""

    def __init__(self, path: Path) -> None:
        """path: face_full_range.tflite. Raises ModelMissing or ModelDamaged."""
        from mediapipe.tasks.python import BaseOptions
        from mediapipe.tasks.python.vision import FaceDetector, FaceDetectorOptions

        base = BaseOptions(model_asset_path=str(path))
        options = FaceDetectorOptions(base_options=base, min_detection_confidence=SEEN)
        self._task: Any = open_task(FaceDetector, options, Path(path))

    def see(self, frame: Frame) -> tuple[Face, ...]:
        """Faces with a score of at least SEEN, the surest first. Raises ValueError when the frame has no picture."""
        picture = usable_picture(frame, LONGEST_SIDE_PX)
        if picture is None:
            return ()
        import mediapipe

        height, width = picture.shape[:2]
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=picture)
        faces = []
        for found in self._task.detect(image).detections:
            place = found.bounding_box
            left, top = place.origin_x / width, place.origin_y / height
            right, bottom = left + place.width / width, top + place.height / height
            box = Box(max(0.0, left), max(0.0, top), min(1.0, right), min(1.0, bottom))
            faces.append(Face(float(found.categories[0].score), box))
        return tuple(sorted(faces, key=lambda face: -face.score))

    def close(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.close()
