"""A webcam of the kernel's V4L2, through OpenCV. Used on the desk; the device has the ribbon camera."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from chestnut.devices.camera import SourceLost

SILENT_S = 2  # a webcam that gives nothing for so long is lost; OpenCV's own limit would be 10


class WebcamSource:
    def __init__(self, number: int, size: tuple[int, int] = (1280, 720)) -> None:
        """number: as in /dev/video0. size: wished width and height; the driver takes the nearest it has."""
        self._number = number
        self._size = size
        self._video: Any = None

    def open(self) -> None:
        # OpenCV reads this once, when it opens its first webcam.
        os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", str(SILENT_S))
        import cv2

        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)  # a retry is no news
        self._video = cv2.VideoCapture(self._number, cv2.CAP_V4L2)
        if not self._video.isOpened():
            raise SourceLost(
                f"no webcam on /dev/video{self._number}: plug it in, or close the program that uses it"
            )
        # Compressed pictures: raw ones of this size reach only a few a second over USB 2.
        self._video.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        self._video.set(cv2.CAP_PROP_FRAME_WIDTH, self._size[0])
        self._video.set(cv2.CAP_PROP_FRAME_HEIGHT, self._size[1])
        self._video.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    def read(self) -> np.ndarray:
        import cv2

        # The driver's buffer holds the picture that came right after the last read: an old one.
        taken = self._video.grab() and self._video.grab()
        bgr = self._video.retrieve()[1] if taken else None
        if bgr is None:
            raise SourceLost(f"the webcam on /dev/video{self._number} gives no pictures: plug it in again")
        return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB))

    def close(self) -> None:
        if self._video is not None:
            self._video.release()
            self._video = None
