"""Every picture of a video file with its time in the video, as quickly as they can be read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from chestnut.core.scene import Frame
from chestnut.devices.pictures import BadPicture

FASTEST_HZ = 31.0  # of a quicker video frames are left out, as a camera would
LIKELY_HZ = 25.0  # where the file does not tell


def video_frames(path: str | os.PathLike[str]) -> Iterator[Frame]:
    """In their order; Frame.at counts from the video's beginning, in seconds. Raises BadPicture, at the first
    picture, for a file that is missing, no video or without pictures."""
    file = Path(path)
    _check(file)
    # What is wrong is said by us, once.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    video = cv2.VideoCapture(str(file), cv2.CAP_FFMPEG)
    try:
        if not video.isOpened():
            raise BadPicture(f"{file} is not a video that can be played; convert it to MP4")
        told_hz = video.get(cv2.CAP_PROP_FPS)
        rate_hz = told_hz if 0 < told_hz <= 240 else LIKELY_HZ
        number, taken, before = 0, 0, -1.0
        while video.grab():
            at = video.get(cv2.CAP_PROP_POS_MSEC) / 1000
            if not before < at < before + 60:  # a file whose times stand still or jump is played evenly
                at = max(number / rate_hz, before + 1 / rate_hz)
            number += 1
            if taken and at - before < 1 / FASTEST_HZ:
                continue
            there, bgr = video.retrieve()
            if not there:
                raise BadPicture(f"{file} is damaged; copy it again")
            taken, before = taken + 1, at
            yield Frame(taken, at, cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB))
        if not taken:
            raise BadPicture(f"{file} holds no pictures; record it again")
    finally:
        video.release()


def _check(file: Path) -> None:
    try:
        if not file.exists():
            raise BadPicture(f"{file}: there is no such video; check the name")
        if not file.is_file():
            raise BadPicture(f"{file} is no video file; name an MP4, MKV or AVI file")
        with file.open("rb"):
            pass
    except OSError as error:
        raise BadPicture(f"{file} cannot be read ({error.strerror}); check name and permissions") from error
