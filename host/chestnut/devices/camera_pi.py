"""The ribbon camera of the Pi, through picamera2 (from Raspberry Pi's packages: python3-picamera2).

Written after the source of picamera2 0.3.3x and what its maintainers say of libcamera's Raspberry Pi pipeline; it
never ran on a Pi. The tests drive it with a twin of the calls used here (tests/chestnut_tests/pi_camera.py).
"""

from __future__ import annotations

import atexit
import importlib
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from chestnut.devices.camera import Shot, SourceLost, Want
from chestnut.devices.camera_sources import Mounting

SILENT_S = 2.0
FOCUS_S = 1.0  # a scan of the lens takes some tenths of a second; then what there is must do
CLOSING_S = 3.0  # libcamera may never return from stopping a sensor whose cable came loose
STALE_S = 1.0  # a stamp so far from now is of another clock
FASTEST_US = 33_333

WHOLE_PX = (2304, 1296)  # the whole view of a Camera Module 3, binned two by two
SMALL_PX = (1152, 648)  # half of it: what the detectors would scale the whole one to

log = logging.getLogger(__name__)


class PiSource:
    """ChoosySource with two streams of the same moment: `lores` for SMALL, `main` for WHOLE and SHARP.

    The lens focuses by itself all the time; only when it has not yet, SHARP makes it scan once. A camera without a
    lens to move, or without one of the exposure controls, does without.
    """

    def __init__(
        self,
        mounting: Mounting = Mounting(),  # noqa: B008 - frozen
        *,
        clock: Callable[[], float] = time.monotonic,
        closing_s: float = CLOSING_S,
    ) -> None:
        """clock: monotonic seconds, the sensor's."""
        self._mounting = mounting
        self._clock = clock
        self._closing_s = closing_s
        self._camera: Any = None
        self._closing: threading.Thread | None = None
        self._focuses = False
        self._small_width = SMALL_PX[0]

    def open(self) -> None:
        if self._closing is not None and self._closing.is_alive():
            raise SourceLost(
                "the ribbon camera's driver hangs: switch the device off, seat the cable, switch it on"
            )
        os.environ.setdefault("LIBCAMERA_LOG_LEVELS", "*:WARN")  # what is wrong is said by us, once
        try:
            picamera2 = importlib.import_module("picamera2")
            libcamera = importlib.import_module("libcamera")
        except ImportError as error:
            raise SourceLost(
                "picamera2 is missing: sudo apt install python3-picamera2, and let the virtual environment "
                "see the system's packages"
            ) from error
        # Asked before one is made: each Picamera2 that finds none leaves a pipe open, and this is tried for ever.
        if not picamera2.Picamera2.global_camera_info():
            raise SourceLost("there is no ribbon camera: switch off and seat its cable at both ends")
        self._camera = _acquire(picamera2.Picamera2)
        try:
            self._configure(libcamera)
            self._camera.start()
        except (RuntimeError, OSError, ValueError) as error:
            raise SourceLost(
                f"the ribbon camera does not start: switch off and seat its cable at both ends ({error})"
            ) from error

    def _configure(self, libcamera: Any) -> None:
        upside_down = int(self._mounting.rotation == 180)  # the only turn the Pi's hardware can make
        longest_us = self._mounting.exposure_ms * 1000
        enums = libcamera.controls
        wished = {
            # A picture is never exposed longer than its turn lasts; the gain makes up for it.
            "FrameDurationLimits": (min(FASTEST_US, longest_us), longest_us),
            "AeEnable": True,
            "AeExposureMode": enums.AeExposureModeEnum.Short,  # gain before time: the wearer walks
            "ExposureValue": float(self._mounting.brightness),
            "AfMode": enums.AfModeEnum.Continuous,
        }
        known = self._camera.camera_controls
        self._focuses = "AfMode" in known
        configuration = self._camera.create_video_configuration(
            # libcamera names the order of bytes in a word: its BGR888 is an array with red first.
            main={"size": WHOLE_PX, "format": "BGR888"},
            lores={"size": SMALL_PX, "format": "YUV420"},
            transform=libcamera.Transform(hflip=upside_down, vflip=upside_down),
            colour_space=libcamera.ColorSpace.Smpte170m(),  # the one OpenCV takes YUV for
            controls={name: value for name, value in wished.items() if name in known},
            buffer_count=4,
        )
        self._camera.configure(configuration)
        self._small_width = self._camera.camera_configuration()["lores"]["size"][0]  # libcamera may adjust it

    def read(self) -> np.ndarray:
        rgb: np.ndarray = self.shoot(Want.WHOLE).rgb
        return rgb

    def shoot(self, want: Want) -> Shot:
        try:
            if want is Want.SHARP:
                self._focus()
            request = self._camera.capture_request(wait=SILENT_S)
            try:
                return self._shot(request, want)
            finally:
                request.release()
        except (TimeoutError, RuntimeError, OSError) as error:
            raise SourceLost(
                "the ribbon camera went silent: switch off and seat its cable at both ends"
            ) from error

    def close(self) -> None:
        """Waits for the driver, but not for ever: when it hangs, it keeps its thread, and the next open() says so."""
        if self._camera is None:
            return
        camera, self._camera = self._camera, None
        failed: list[Exception] = []
        self._closing = threading.Thread(
            target=_give_back, args=(camera, failed.append), name="camera closing", daemon=True
        )
        self._closing.start()
        self._closing.join(self._closing_s)
        if self._closing.is_alive():
            log.error("the ribbon camera's driver hangs: switch the device off and on")
        elif failed:
            raise failed[0]

    def _focus(self) -> None:
        """Return when the lens has focused, or has tried to."""
        if self._in_focus(self._camera.capture_metadata(wait=SILENT_S)):
            return
        af = importlib.import_module("libcamera").controls
        self._camera.set_controls({"AfMode": af.AfModeEnum.Auto, "AfTrigger": af.AfTriggerEnum.Start})
        give_up, scanning = self._clock() + FOCUS_S, False
        while self._clock() < give_up:
            state = self._camera.capture_metadata(wait=SILENT_S).get("AfState")
            # Pictures that were under way when it was asked still tell the state of before.
            scanning |= state == af.AfStateEnum.Scanning
            if scanning and state in (af.AfStateEnum.Focused, af.AfStateEnum.Failed):
                break
        # It acts some pictures later: the next one is still taken where the scan left the lens.
        self._camera.set_controls({"AfMode": af.AfModeEnum.Continuous})

    def _in_focus(self, metadata: Mapping[str, Any]) -> bool:
        """Also without a lens to move."""
        state = metadata.get("AfState") if self._focuses else None
        return state is None or state == importlib.import_module("libcamera").controls.AfStateEnum.Focused

    def _shot(self, request: Any, want: Want) -> Shot:
        metadata = request.get_metadata()
        if want is Want.SMALL:
            rgb = _from_yuv(request.make_array("lores"), self._small_width)
        else:
            rgb = np.asarray(request.make_array("main"))
            want = Want.SHARP if self._in_focus(metadata) else want
        return Shot(self._upright(rgb), self._stamp(metadata.get("SensorTimestamp")), want)

    def _upright(self, rgb: np.ndarray) -> np.ndarray:
        import cv2

        turns = {90: cv2.ROTATE_90_CLOCKWISE, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
        turn = turns.get(self._mounting.rotation)
        return rgb if turn is None else np.asarray(cv2.rotate(rgb, turn))

    def _stamp(self, sensor_ns: int | None) -> float:
        """When the sensor began to read it out; now, when that is not told in this clock."""
        now = self._clock()
        at = now if sensor_ns is None else sensor_ns / 1e9
        return at if 0 <= now - at <= STALE_S else now


def _acquire(kind: Any) -> Any:
    """A camera of that class, opened; SourceLost when somebody else has it."""
    camera = kind.__new__(kind)
    try:
        camera.__init__()
    except (RuntimeError, IndexError, OSError) as error:
        pipe = getattr(camera, "notifyme_w", None)
        if pipe is not None:  # it would stay open, and this is tried for ever
            os.close(pipe)
        raise SourceLost(
            "the ribbon camera is in use or does not answer: close the program that uses it, or switch off and seat "
            f"its cable ({error})"
        ) from error
    return camera


def _give_back(camera: Any, failed: Callable[[Exception], None]) -> None:
    # It registered this itself; should it hang here, the end of the process must not hang there.
    atexit.unregister(camera.close)
    # A capture that timed out still stands in its queue, and stopping would wait behind it for ever.
    camera.cancel_all_and_flush()
    try:
        try:
            camera.stop()
        finally:
            camera.close()
    except Exception as error:  # noqa: BLE001 - told by whoever closes
        failed(error)


def _from_yuv(planes: np.ndarray, width: int) -> np.ndarray:
    """planes: (height * 3 / 2, stride), I420; the columns behind the picture are cut off."""
    import cv2

    return np.asarray(cv2.cvtColor(planes, cv2.COLOR_YUV2RGB_I420))[:, :width]
