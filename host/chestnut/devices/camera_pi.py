"""The ribbon camera of the Pi, through picamera2 (from Raspberry Pi's packages: python3-picamera2).

Written after picamera2's manual and source; it never ran on a Pi. The tests drive it with a twin of the calls
used here.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from chestnut.devices.camera import SourceLost

SILENT_S = 2.0


class PiSource:
    """One stream, large enough to read by: the detectors scale it down themselves for a millisecond."""

    def __init__(self, size: tuple[int, int] = (2304, 1296), rate_hz: float = 20.0) -> None:
        """size: width and height; the default is the whole view of a Camera Module 3, binned two by two."""
        self._size = size
        self._rate_hz = rate_hz
        self._camera: Any = None

    def open(self) -> None:
        try:
            picamera2 = importlib.import_module("picamera2")
        except ImportError as error:
            raise SourceLost(
                "picamera2 is missing: sudo apt install python3-picamera2, and let the virtual environment "
                "see the system's packages"
            ) from error
        frame_us = round(1e6 / self._rate_hz)
        try:
            self._camera = picamera2.Picamera2()
            self._camera.configure(
                self._camera.create_video_configuration(
                    # libcamera names the order of bytes in a word: its BGR888 is an array with red first.
                    main={"size": self._size, "format": "BGR888"},
                    controls={"FrameDurationLimits": (frame_us, frame_us)},
                    buffer_count=3,
                )
            )
            self._camera.start()
        except (RuntimeError, IndexError, OSError) as error:
            # IndexError: picamera2 takes the first of no cameras.
            raise SourceLost(
                "the ribbon camera does not answer: switch off, seat its cable at both ends, or close the "
                f"program that uses it ({error})"
            ) from error

    def read(self) -> np.ndarray:
        try:
            return np.asarray(self._camera.capture_array("main", wait=SILENT_S))
        except (TimeoutError, RuntimeError, OSError) as error:
            raise SourceLost(
                "the ribbon camera went silent: switch off and seat its cable at both ends"
            ) from error

    def close(self) -> None:
        if self._camera is not None:
            camera, self._camera = self._camera, None
            try:
                camera.stop()
            finally:
                camera.close()
