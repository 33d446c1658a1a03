"""How long a video file says it is."""

from __future__ import annotations

import os
from pathlib import Path


def video_length_s(path: str | os.PathLike[str]) -> float:
    """Seconds; 0 where the file does not tell, or is no video."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    video = cv2.VideoCapture(str(Path(path)), cv2.CAP_FFMPEG)
    try:
        count, rate_hz = video.get(cv2.CAP_PROP_FRAME_COUNT), video.get(cv2.CAP_PROP_FPS)
        return float(count / rate_hz) if count > 0 and 0 < rate_hz <= 240 else 0.0
    finally:
        video.release()
