"""Which source of pictures some words name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chestnut.devices.camera import Source


class BadSource(ValueError):
    """The words that name a source make no sense. The message names the right form."""


@dataclass(frozen=True, slots=True)
class Mounting:
    """How the ribbon camera is mounted and exposed. rotation: degrees clockwise by which its picture is turned
    upright, 0, 90, 180 or 270. exposure_ms: no picture is exposed longer. brightness: stops, -2 to 2, brighter than
    the automatic exposure would have it."""

    rotation: int = 0
    exposure_ms: int = 33
    brightness: float = 0.0


def open_source(spec: str, mounting: Mounting = Mounting()) -> Source:
    """The source that `spec` names: folder:PATH, video:PATH, webcam:NUMBER, picamera2, or a bare path of a
    picture, a folder or a video. mounting: of picamera2.

    Raises BadSource for words that name none, BadPicture for a file or folder that is unfit.
    """
    kind, colon, rest = spec.partition(":")
    if spec == "picamera2":
        from chestnut.devices.camera_pi import PiSource

        return PiSource(mounting)
    if colon and kind == "webcam":
        from chestnut.devices.camera_webcam import WebcamSource

        if not rest.isdecimal():
            raise BadSource(f"{spec!r}: a webcam has a number, as in webcam:0")
        return WebcamSource(int(rest))
    try:
        if not colon or kind not in ("folder", "video"):
            path = Path(spec)
            if colon and not path.exists():
                raise BadSource(f"{spec!r}: use folder:PATH, video:PATH, webcam:NUMBER, picamera2 or a path")
            kind, rest = ("video" if path.suffix.lower() in VIDEO_ENDINGS else "folder"), spec
        if not rest:
            raise BadSource(f"{spec!r}: a path is missing, as in {kind}:PATH")
        if kind == "video":
            from chestnut.devices.camera_video import VideoSource

            return VideoSource(rest)
        from chestnut.devices.camera_folder import FolderSource

        return FolderSource(rest)
    except OSError as error:  # asking what a path is may fail, too
        raise BadSource(
            f"{spec!r} cannot be opened ({error.strerror}); check name and permissions"
        ) from error


VIDEO_ENDINGS = frozenset({".mp4", ".avi", ".mkv", ".mov", ".webm", ".m4v", ".mpg", ".mpeg"})
