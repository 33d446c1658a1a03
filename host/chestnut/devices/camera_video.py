"""A video file as a camera: plays at its own speed, once or again and again."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from chestnut.devices.camera import SourceLost
from chestnut.devices.pictures import BadPicture


class VideoSource:
    """Gives the picture that belongs to the time since open(). After the end it begins anew, or holds the
    last picture when `again` is False."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        again: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises BadPicture for a file that is missing or cannot be opened as a video."""
        self._path = Path(path)
        self._again = again
        self._clock = clock
        self._video: Any = None
        self._started = 0.0
        self._rate_hz = 25.0
        self._position = 0  # how many pictures were taken since the last beginning
        self._last: np.ndarray | None = None
        self._ended = False
        if not self._path.is_file():
            raise BadPicture(f"{self._path}: there is no such video; check the name")
        try:
            self.open()
            self.read()
        except SourceLost as error:
            raise BadPicture(str(error)) from error
        finally:
            self.close()

    def open(self) -> None:
        # What is wrong is said by us, once.
        os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
        import cv2

        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
        self._video = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG)
        if not self._video.isOpened():
            raise SourceLost(f"{self._path} is not a video that can be played; convert it to MP4")
        rate_hz = self._video.get(cv2.CAP_PROP_FPS)
        self._rate_hz = rate_hz if 0 < rate_hz <= 240 else 25.0
        self._begin()

    def read(self) -> np.ndarray:
        import cv2

        due = int((self._clock() - self._started) * self._rate_hz) + 1
        while not self._ended and self._position < due:
            if not self._video.grab():
                self._at_end()
                due = 1
                continue
            self._position += 1
            if self._position == due:
                taken, bgr = self._video.retrieve()
                if not taken:
                    raise SourceLost(f"{self._path} is damaged; copy it again")
                self._last = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
        if self._last is None:
            raise SourceLost(f"{self._path} holds no pictures; record it again")
        return self._last

    def close(self) -> None:
        if self._video is not None:
            self._video.release()
            self._video = None

    def _begin(self) -> None:
        self._started = self._clock()
        self._position = 0
        self._ended = False

    def _at_end(self) -> None:
        if self._position == 0:
            raise SourceLost(f"{self._path} holds no pictures; record it again")
        if not self._again:
            self._ended = True
            return
        self._video.release()
        self.open()
