"""The ribbon camera over a twin of picamera2: two streams, focus, exposure, turns, stamps, and what becomes of a
camera that is missing, busy, silent or stuck. Nothing here says how a real sensor behaves."""

from __future__ import annotations

import atexit
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from chestnut.core.events import Event, PartFound, PartLost
from chestnut.devices.camera import SourceLost, ThreadedCamera, Want
from chestnut.devices.camera_pi import SMALL_PX, WHOLE_PX, PiSource
from chestnut.devices.camera_sources import Mounting
from chestnut_tests.pi_camera import CONTROLS, Desk, TwinPicamera2, install

LIMIT_S = 10.0
AF = CONTROLS.AfStateEnum


def corners() -> np.ndarray:
    """Red, green, blue and white quarters, from the upper left by rows."""
    rgb = np.zeros((54, 96, 3), np.uint8)
    rgb[:27, :48], rgb[:27, 48:], rgb[27:, :48], rgb[27:, 48:] = (
        (200, 0, 0),
        (0, 200, 0),
        (0, 0, 200),
        (200, 200, 200),
    )
    return rgb


def names(rgb: np.ndarray) -> str:
    """The colours of the four quarters."""
    height, width = rgb.shape[:2]
    told = ""
    for y, x in ((1, 1), (1, 3), (3, 1), (3, 3)):
        bright = rgb[y * height // 4, x * width // 4] > 100
        told += "w" if bright.all() else "rgb"[int(np.argmax(bright))]
    return told


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    made = Desk(corners(), lambda: 100.0)
    install(made, monkeypatch)
    yield made
    made.freed.set()


@pytest.fixture
def opened(desk: Desk) -> Iterator[Callable[..., PiSource]]:
    """Opens a source; after the test it is closed, every request was given back and every camera closed."""
    made: list[PiSource] = []

    def make(mounting: Mounting = Mounting(), now_s: float = 100.02) -> PiSource:  # noqa: B008 - frozen
        made.append(PiSource(mounting, clock=lambda: now_s, closing_s=LIMIT_S))
        made[-1].open()
        return made[-1]

    yield make
    for source in made:
        source.close()
        source.close()
    assert desk.taken == 0 and all(camera.state == "closed" for camera in desk.opened)


Opened = Callable[..., PiSource]


def test_each_want_has_its_stream(opened: Opened) -> None:
    source = opened()
    small, whole = source.shoot(Want.SMALL), source.shoot(Want.WHOLE)
    assert small.rgb.shape == (*reversed(SMALL_PX), 3) and whole.rgb.shape == (*reversed(WHOLE_PX), 3)
    assert names(small.rgb) == names(whole.rgb) == "rgbw"
    assert small.fit_for is Want.SMALL and source.shoot(Want.SHARP).fit_for is Want.SHARP


def test_a_small_stream_that_libcamera_adjusts_is_cut_out_of_its_rows(desk: Desk, opened: Opened) -> None:
    desk.adjusted = (1000, 562)
    rgb = opened().shoot(Want.SMALL).rgb
    assert rgb.shape == (562, 1000, 3) and names(rgb) == "rgbw"


@pytest.mark.parametrize(("rotation", "expected"), [(0, "rgbw"), (90, "brwg"), (180, "wbgr"), (270, "gwrb")])
@pytest.mark.parametrize("want", Want)
def test_a_turned_camera_shows_upright_pictures(
    opened: Opened, rotation: int, expected: str, want: Want
) -> None:
    rgb = opened(Mounting(rotation=rotation)).shoot(want).rgb
    assert names(rgb) == expected
    assert (rgb.shape[0] > rgb.shape[1]) is (rotation in (90, 270))


def test_a_frame_is_stamped_by_the_sensor(opened: Opened) -> None:
    assert opened().shoot(Want.WHOLE).at == pytest.approx(100.0)


@pytest.mark.parametrize("now_s", [99.0, 101.5, 5000.0])
def test_a_stamp_of_another_clock_is_not_believed(opened: Opened, now_s: float) -> None:
    assert opened(now_s=now_s).shoot(Want.SMALL).at == now_s


def test_exposure_is_bounded_and_short_before_bright(desk: Desk, opened: Opened) -> None:
    opened(Mounting(exposure_ms=20, brightness=-0.5))
    assert desk.controls[0] == {
        "FrameDurationLimits": (20_000, 20_000),
        "AeEnable": True,
        "AeExposureMode": CONTROLS.AeExposureModeEnum.Short,
        "ExposureValue": -0.5,
        "AfMode": CONTROLS.AfModeEnum.Continuous,
    }


def test_a_long_exposure_only_slows_down_where_it_is_dark(desk: Desk, opened: Opened) -> None:
    opened(Mounting(exposure_ms=100))
    assert desk.controls[0]["FrameDurationLimits"] == (33_333, 100_000)


def test_a_lens_that_has_focused_by_itself_makes_nobody_wait(desk: Desk, opened: Opened) -> None:
    source = opened()
    assert source.shoot(Want.WHOLE).fit_for is Want.SHARP
    source.shoot(Want.SHARP)
    assert len(desk.controls) == 1, "no scan"


@pytest.mark.parametrize("outcome", [AF.Focused, AF.Failed])
def test_print_waits_for_one_scan_of_the_lens(desk: Desk, opened: Opened, outcome: int) -> None:
    desk.steady, desk.focus = AF.Idle, outcome
    source = opened()
    assert source.shoot(Want.WHOLE).fit_for is Want.WHOLE
    assert source.shoot(Want.SHARP).fit_for is Want.SHARP, "what the scan left must do"
    assert [control.get("AfMode") for control in desk.controls[1:]] == [
        CONTROLS.AfModeEnum.Auto,
        CONTROLS.AfModeEnum.Continuous,
    ]


def test_a_scan_that_never_ends_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.steady = desk.focus = AF.Scanning
    now = iter(range(100, 200))
    source = PiSource(clock=lambda: float(next(now)))
    source.open()
    assert source.shoot(Want.SHARP).fit_for is Want.SHARP
    assert desk.controls[-1] == {"AfMode": CONTROLS.AfModeEnum.Continuous}
    source.close()


def test_a_camera_without_a_lens_to_move_is_always_sharp(desk: Desk, opened: Opened) -> None:
    desk.lens = False
    source = opened()
    assert "AfMode" not in desk.controls[0]
    assert source.shoot(Want.WHOLE).fit_for is source.shoot(Want.SHARP).fit_for is Want.SHARP


@pytest.mark.parametrize(
    ("trouble", "remedy"), [("plugged", "seat its cable"), ("busy", "close the program that uses it")]
)
def test_a_camera_that_cannot_be_had_names_the_remedy_and_leaves_nothing_open(
    desk: Desk, trouble: str, remedy: str
) -> None:
    setattr(desk, trouble, trouble == "busy")
    before = _open_files()
    source = PiSource()
    for _ in range(20):
        with pytest.raises(SourceLost, match=remedy):
            source.open()
        source.close()
    assert _open_files() == before


@pytest.mark.parametrize("module", ["picamera2", "libcamera"])
def test_a_missing_library_names_the_remedy(monkeypatch: pytest.MonkeyPatch, desk: Desk, module: str) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    source = PiSource()
    with pytest.raises(SourceLost, match="apt install python3-picamera2"):
        source.open()
    source.close()


@pytest.mark.parametrize("want", Want)
def test_a_cable_that_comes_loose_is_a_loss_and_the_camera_can_be_had_again(
    desk: Desk, opened: Opened, want: Want
) -> None:
    source = opened()
    desk.plugged = False
    with pytest.raises(SourceLost, match="went silent"):
        source.shoot(want)
    source.close()  # would wait for ever, if the capture that timed out still stood in the queue
    desk.plugged = True
    source.open()
    assert names(source.shoot(want).rgb) == "rgbw"


def test_a_camera_that_does_not_start_is_given_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TwinPicamera2, "start", _fail)
    source = PiSource()
    with pytest.raises(SourceLost, match="does not start"):
        source.open()
    source.close()
    assert desk.opened[0].state == "closed"


def test_a_camera_that_does_not_stop_is_still_given_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    source = PiSource()
    source.open()
    stop = TwinPicamera2.stop
    monkeypatch.setattr(TwinPicamera2, "stop", lambda twin: _fail(stop(twin)))
    monkeypatch.setattr(TwinPicamera2, "close", lambda twin: setattr(twin, "state", "closed"))
    with pytest.raises(RuntimeError):
        source.close()
    source.close()
    assert desk.opened[0].state == "closed"


def test_a_driver_that_hangs_holds_up_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    spared: list[object] = []
    monkeypatch.setattr(atexit, "unregister", spared.append)
    source = PiSource(closing_s=0.01)
    source.open()
    desk.hangs.set()
    source.close()
    assert desk.opened[0].close in spared, "nor the end of the process"
    with pytest.raises(SourceLost, match="driver hangs"):
        source.open()
    desk.hangs.clear()
    desk.freed.set()
    _closing().join(LIMIT_S)
    source.open()
    source.close()
    _join_all()


def test_signs_take_small_pictures_and_a_press_a_whole_one(desk: Desk) -> None:
    source = PiSource(clock=lambda: 100.0)
    camera = ThreadedCamera(source, lambda event: None, idle_hz=0.001)
    try:
        first = camera.next(0, LIMIT_S)
        assert first is not None and first.rgb.shape[1] == WHOLE_PX[0], "whole while nobody asks for less"
        small = camera.small.next(first.number, LIMIT_S)
        assert small is not None and small.rgb.shape[1] == SMALL_PX[0]
        assert camera.newest() is first, "a small one is none for a press"
        pressed = camera.next(small.number, LIMIT_S)
        assert pressed is not None and pressed.rgb.shape[1] == WHOLE_PX[0]
        assert camera.small.newest() is pressed, "a whole one is good for signs, too"
    finally:
        camera.close()


def test_what_was_wanted_before_a_loss_is_not_done_after_it(desk: Desk) -> None:
    events: queue.Queue[Event] = queue.Queue()
    camera = ThreadedCamera(PiSource(clock=lambda: 100.0), events.put, idle_hz=0.001, retry_s=(0.01, 0.01))
    try:
        first = camera.next(0, LIMIT_S)
        assert first is not None and isinstance(events.get(timeout=LIMIT_S), PartFound)
        desk.plugged, desk.steady = False, AF.Idle
        assert camera.sharp.next(first.number, LIMIT_S) is None, "told at once"
        assert isinstance(events.get(timeout=LIMIT_S), PartLost)
        desk.plugged = True
        assert isinstance(events.get(timeout=LIMIT_S), PartFound)
        assert not any("AfTrigger" in controls for controls in desk.controls), "no scan for nobody"
    finally:
        camera.close()


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _fail(twin: object) -> None:
    raise RuntimeError("the device is gone")


def _closing() -> threading.Thread:
    return next(thread for thread in threading.enumerate() if thread.name == "camera closing")


def _join_all() -> None:
    for thread in threading.enumerate():
        if thread.name == "camera closing":
            thread.join(LIMIT_S)
