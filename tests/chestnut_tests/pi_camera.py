"""A twin of the few calls of picamera2 and libcamera that devices/camera_pi.py makes, with the checks, the queue of
jobs and the counting of requests that the true ones have (read in picamera2's source; no sensor, no driver)."""

from __future__ import annotations

import atexit
import os
import sys
import threading
import types
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

LENS = ("AfMode", "AfTrigger", "AfState")
ADVERTISED = ("FrameDurationLimits", "AeEnable", "AeExposureMode", "ExposureValue", "NoiseReductionMode")
CONTROLS = SimpleNamespace(
    AfModeEnum=SimpleNamespace(Manual=0, Auto=1, Continuous=2),
    AfTriggerEnum=SimpleNamespace(Start=0, Cancel=1),
    AfStateEnum=SimpleNamespace(Idle=0, Scanning=1, Focused=2, Failed=3),
    AeExposureModeEnum=SimpleNamespace(Normal=0, Short=1, Long=2, Custom=3),
)
UNDER_WAY = 2  # requests that were filled before a control takes effect


@dataclass
class Desk:
    """The camera on its cable. picture: what lies before it, red first. plugged, busy: may be changed at any moment.
    hangs: set, the driver never comes back from stopping. lens: whether there is one to move. focus: what comes of a
    scan. steady: what the lens says when it focuses by itself. taken: requests that were not released yet."""

    picture: np.ndarray
    now: Callable[[], float]
    plugged: bool = True
    busy: bool = False
    lens: bool = True
    focus: int = CONTROLS.AfStateEnum.Focused
    steady: int = CONTROLS.AfStateEnum.Focused
    hangs: threading.Event = field(default_factory=threading.Event)
    freed: threading.Event = field(default_factory=threading.Event)
    taken: int = 0
    opened: list[TwinPicamera2] = field(default_factory=list)
    controls: list[dict[str, Any]] = field(default_factory=list)
    adjusted: tuple[int, int] | None = None  # the size libcamera makes of the small one


def install(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the modules `picamera2` and `libcamera`, for one test."""
    picamera2, libcamera = types.ModuleType("picamera2"), types.ModuleType("libcamera")
    picamera2.Picamera2 = type("Picamera2", (TwinPicamera2,), {"desk": desk})  # type: ignore[attr-defined]
    libcamera.controls = CONTROLS  # type: ignore[attr-defined]
    libcamera.Transform = SimpleNamespace  # type: ignore[attr-defined]
    libcamera.ColorSpace = SimpleNamespace(Smpte170m=lambda: "SMPTE170M")  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "picamera2", picamera2)
    monkeypatch.setitem(sys.modules, "libcamera", libcamera)


class TwinRequest:
    def __init__(self, camera: TwinPicamera2, metadata: dict[str, Any]) -> None:
        self._camera, self._metadata, self._held = camera, metadata, True
        camera.desk.taken += 1

    def get_metadata(self) -> dict[str, Any]:
        assert self._held
        return dict(self._metadata)

    def make_array(self, name: str) -> np.ndarray:
        assert self._held
        return self._camera.pictures[name]

    def release(self) -> None:
        if not self._held:
            raise RuntimeError("CompletedRequest: lock now has negative ref_count")
        self._held = False
        self._camera.desk.taken -= 1


class TwinPicamera2:
    desk: Desk
    notifyme_w: int

    @classmethod
    def global_camera_info(cls) -> list[dict[str, Any]]:
        return [{"Model": "imx708_wide", "Num": 0}] if cls.desk.plugged else []

    def __init__(self) -> None:
        self._notifyme_r, self.notifyme_w = os.pipe2(os.O_NONBLOCK)
        self._read_end = os.fdopen(self._notifyme_r, "rb")
        self.global_camera_info()[0]
        if self.desk.busy:
            raise RuntimeError("Camera __init__ sequence did not complete.")
        atexit.register(self.close)
        self.desk.opened.append(self)
        self.state = "open"
        self.camera_controls = dict.fromkeys((*ADVERTISED, *(LENS if self.desk.lens else ())), (0, 1, 0))
        self.configuration: dict[str, Any] = {}
        self.pictures: dict[str, np.ndarray] = {}
        self._jobs: list[str] = []
        self._mode = CONTROLS.AfModeEnum.Manual
        self._states: deque[int] = deque()

    def create_video_configuration(
        self,
        main: dict[str, Any],
        lores: dict[str, Any],
        transform: Any,
        colour_space: Any,
        controls: dict[str, Any],
        buffer_count: int,
    ) -> dict[str, Any]:
        for stream in (main, lores):
            if bad := stream.keys() - {"format", "size", "stride", "preserve_ar"}:
                raise ValueError(f"Bad key {bad!r}")
        return {
            "main": dict(main),
            "lores": dict(lores),
            "transform": transform,
            "colour_space": colour_space,
            "controls": controls,
            "buffer_count": buffer_count,
        }

    def configure(self, configuration: dict[str, Any]) -> None:
        if self.state == "started":
            raise RuntimeError("Camera must be stopped before configuring")
        main, lores = configuration["main"], configuration["lores"]
        for size in (main["size"], lores["size"]):
            if size[0] % 2 or size[1] % 2:
                raise RuntimeError("width and height should be even")
        if lores["size"] > main["size"]:
            raise RuntimeError("lores stream dimensions may not exceed main stream")
        assert (main["format"], lores["format"]) == ("BGR888", "YUV420")
        assert configuration["buffer_count"] > 1, "it would wait for a new picture each time"
        lores["size"] = self.desk.adjusted or lores["size"]
        self.configuration = configuration
        self.set_controls(configuration["controls"])
        self._draw()
        self.state = "configured"

    def camera_configuration(self) -> dict[str, Any]:
        return self.configuration

    def start(self) -> None:
        if self.state != "configured":
            raise RuntimeError("Camera has not been configured")
        self.state = "started"

    def set_controls(self, controls: dict[str, Any]) -> None:
        for name in controls:
            if name not in self.camera_controls:
                raise RuntimeError(f"Control {name} is not advertised by libcamera")
        self.desk.controls.append(controls)
        self._mode = controls.get("AfMode", self._mode)
        if controls.get("AfTrigger") == CONTROLS.AfTriggerEnum.Start:
            assert self._mode == CONTROLS.AfModeEnum.Auto, "without it the trigger is ignored"
            self._states = deque([self.desk.steady] * UNDER_WAY + [CONTROLS.AfStateEnum.Scanning] * 3)
            self._states.append(self.desk.focus)

    def capture_request(self, wait: float) -> TwinRequest:
        return TwinRequest(self, self._capture("capture_request", wait))

    def capture_metadata(self, wait: float) -> dict[str, Any]:
        return self._capture("capture_metadata", wait)

    def cancel_all_and_flush(self) -> None:
        self._jobs.clear()

    def stop(self) -> None:
        if self.state != "started":
            return
        assert not self._jobs, "stop() would wait for ever behind the capture that timed out"
        if self.desk.hangs.is_set():
            self.desk.freed.wait(30.0)
        self.state = "configured"

    def close(self) -> None:
        atexit.unregister(self.close)
        if self.state != "closed":
            self.stop()
            self._read_end.close()
            os.close(self.notifyme_w)
            self.state = "closed"

    def _capture(self, job: str, wait: float) -> dict[str, Any]:
        assert self.state == "started" and not isinstance(wait, bool) and 0 < wait <= 2.0
        if not self.desk.plugged or self.desk.taken >= self.configuration["buffer_count"]:
            self._jobs.append(job)
            raise TimeoutError
        metadata = {"SensorTimestamp": round(self.desk.now() * 1e9), "ExposureTime": 20_000}
        if self.desk.lens:
            metadata["AfState"] = self._states.popleft() if len(self._states) > 1 else self._resting()
        return metadata

    def _resting(self) -> int:
        return self._states[0] if self._states else self.desk.steady

    def _draw(self) -> None:
        """Both streams of the picture, scaled to their sizes and turned."""
        turn = self.configuration["transform"]
        picture = self.desk.picture[:: -1 if turn.vflip else 1, :: -1 if turn.hflip else 1]
        whole, small = (
            cv2.resize(picture, self.configuration[name]["size"], interpolation=cv2.INTER_NEAREST)
            for name in ("main", "lores")
        )
        stride = small.shape[1] + (-small.shape[1]) % 128
        padded = cv2.copyMakeBorder(small, 0, 0, 0, stride - small.shape[1], cv2.BORDER_CONSTANT)
        self.pictures = {"main": whole, "lores": cv2.cvtColor(padded, cv2.COLOR_RGB2YUV_I420)}
