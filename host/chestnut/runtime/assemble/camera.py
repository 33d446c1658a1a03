"""Which camera, and where in its picture the middle of the hand's reach lies."""

from __future__ import annotations

import importlib.util

from chestnut.core.reach import MIDDLE, reach_down, tall_deg
from chestnut.devices.camera import Source
from chestnut.devices.camera_sources import Mounting, open_source
from chestnut.runtime.settings import CameraSettings

RIBBON = "picamera2"


def camera_source(chosen: CameraSettings) -> Source:
    """BadSource or BadPicture for words that name none."""
    return open_source(_name(chosen), Mounting(chosen.rotation, chosen.exposure_ms, chosen.brightness))


def is_mounted(chosen: CameraSettings) -> bool:
    """It is the ribbon camera, whose tilt and lens the settings tell; of any other nobody knows them."""
    return _name(chosen) == RIBBON


def hands_reach(chosen: CameraSettings) -> float:
    """As Session.reach_down: the middle where nobody knows how the camera is mounted."""
    if not is_mounted(chosen):
        return MIDDLE
    return reach_down(chosen.tilt_deg, tall_deg(chosen.lens, chosen.rotation))


def _name(chosen: CameraSettings) -> str:
    if chosen.source != "auto":
        return chosen.source
    return RIBBON if importlib.util.find_spec(RIBBON) else "webcam:0"
