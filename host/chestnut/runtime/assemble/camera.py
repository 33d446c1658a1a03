"""Which camera."""

from __future__ import annotations

from chestnut.devices.camera import Source
from chestnut.devices.camera_sources import Mounting, open_source
from chestnut.runtime.settings import CameraSettings


def camera_source(chosen: CameraSettings) -> Source:
    """BadSource or BadPicture for words that name none."""
    mounting = Mounting(chosen.rotation, chosen.exposure_ms, chosen.brightness)
    if chosen.source != "auto":
        return open_source(chosen.source, mounting)
    import importlib.util

    return open_source("picamera2" if importlib.util.find_spec("picamera2") else "webcam:0", mounting)
