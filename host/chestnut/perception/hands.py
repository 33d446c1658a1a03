"""Hands and their 21 landmarks: MediaPipe's hand landmarker.

For single looks every frame is taken by itself; for a stream the hand of the frame before is followed, which saves
the search for palms. That search runs on every frame as long as fewer hands are in view than are looked for, so one
hand is the default: two cost twice as much.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chestnut.core.scene import Box, Frame, Hand
from chestnut.perception.mediapipe_tasks import open_task, usable_picture

# A hand at arm's length fills a fifth of this; its landmarks are found on 224 pixels.
LONGEST_SIDE_PX = 1280


class Hands:
    """Detector of hands. Used by one thread at a time. Close it explicitly."""

    def __init__(self, path: Path, *, most: int = 1, stream: bool = False) -> None:
        """path: hand_landmarker.task. most: how many hands to look for. stream: frames follow each other in time.
        Raises ModelMissing or ModelDamaged."""
        from mediapipe.tasks.python import BaseOptions
        from mediapipe.tasks.python.vision import HandLandmarker, HandLandmarkerOptions, RunningMode

        options = HandLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(path)),
            running_mode=RunningMode.VIDEO if stream else RunningMode.IMAGE,
            num_hands=most,
        )
        self._stream = stream
        self._last_ms = -1
        self._task: Any = open_task(HandLandmarker, options, Path(path))

    def see(self, frame: Frame) -> tuple[Hand, ...]:
        """Hands in view, the surest first. Raises ValueError when the frame has no picture."""
        picture = usable_picture(frame, LONGEST_SIDE_PX)
        if picture is None:
            return ()
        import mediapipe

        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=picture)
        if self._stream:
            # The task wants times that grow; two frames may carry the same millisecond.
            self._last_ms = max(self._last_ms + 1, round(frame.at * 1000))
            answer = self._task.detect_for_video(image, self._last_ms)
        else:
            answer = self._task.detect(image)
        seen = zip(answer.hand_landmarks, answer.handedness, strict=True)
        return tuple(
            sorted((_hand(points, sides[0]) for points, sides in seen), key=lambda hand: -hand.score)
        )

    def close(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.close()


def _hand(points: Any, side: Any) -> Hand:
    landmarks = tuple((float(point.x), float(point.y), float(point.z)) for point in points)
    across, down = ([point[axis] for point in landmarks] for axis in (0, 1))
    left, top, right, bottom = (
        min(1.0, max(0.0, value)) for value in (min(across), min(down), max(across), max(down))
    )
    return Hand(float(side.score), side.category_name.lower(), Box(left, top, right, bottom), landmarks)
