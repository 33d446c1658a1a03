"""What every camera keeps: the real one over each of its sources, and the stand-in for tests.

The webcam and the ribbon camera are driven through twins of the few library calls their adapters make: no machine
of the tests has either.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from chestnut.core.events import Event, Part, PartFound, PartLost
from chestnut.core.ports import Camera
from chestnut.devices.camera import Source, SourceLost, ThreadedCamera
from chestnut.devices.camera_folder import FolderSource
from chestnut.devices.camera_pi import WHOLE_PX
from chestnut.devices.camera_sources import BadSource, open_source
from chestnut.devices.camera_video import VideoSource
from chestnut.devices.camera_webcam import WebcamSource
from chestnut.devices.pictures import BadPicture
from chestnut.sim.camera import FakeCamera
from chestnut_tests.pi_camera import Desk, install
from PIL import Image

LIMIT_S = 10.0
WIDTH, HEIGHT = 64, 48


def picture(level: int = 120) -> np.ndarray:
    """Red above, blue below."""
    rgb = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    rgb[: HEIGHT // 2, :, 0] = level
    rgb[HEIGHT // 2 :, :, 2] = level
    return rgb


class Cable:
    """May be pulled; the twins look at it."""

    def __init__(self) -> None:
        self.plugged = True


class TwinCapture:
    """As much of cv2.VideoCapture as the webcam's adapter uses."""

    def __init__(self, cable: Cable) -> None:
        self.cable = cable

    def isOpened(self) -> bool:  # noqa: N802
        return self.cable.plugged

    def set(self, key: int, value: float) -> bool:
        return True

    def grab(self) -> bool:
        return self.cable.plugged

    def retrieve(self) -> tuple[bool, np.ndarray]:
        return True, cv2.cvtColor(picture(), cv2.COLOR_RGB2BGR)

    def release(self) -> None:
        pass


@dataclass
class Rig:
    """One camera under test. unplug and plug are None where nothing can be pulled. size: of its whole pictures."""

    camera: Camera
    events: queue.Queue[Event]
    unplug: Callable[[], None] | None = None
    plug: Callable[[], None] | None = None
    size: tuple[int, int] = (WIDTH, HEIGHT)

    def event(self) -> Event:
        return self.events.get(timeout=LIMIT_S)


def video(path: Path, count: int = 12, rate_hz: float = 20.0) -> Path:
    """Pictures that grow brighter."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), rate_hz, (WIDTH, HEIGHT))
    for number in range(count):
        writer.write(cv2.cvtColor(picture(60 + 10 * number), cv2.COLOR_RGB2BGR))
    writer.release()
    return path


def threaded(source: Source, cable: Cable | Desk | None = None) -> Rig:
    events: queue.Queue[Event] = queue.Queue()
    camera = ThreadedCamera(source, events.put, retry_s=(0.02, 0.05), idle_hz=50)
    if cable is None:
        return Rig(camera, events)
    return Rig(
        camera,
        events,
        lambda: setattr(cable, "plugged", False),
        lambda: setattr(cable, "plugged", True),
    )


def rig_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    Image.fromarray(picture()).save(tmp_path / "a.png")
    return threaded(open_source(f"folder:{tmp_path}"))


def rig_video(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    return threaded(open_source(str(video(tmp_path / "a.avi"))))


def rig_webcam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    cable = Cable()
    monkeypatch.setattr(cv2, "VideoCapture", lambda number, way: TwinCapture(cable))
    return threaded(open_source("webcam:0"), cable)


def rig_pi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    desk = Desk(picture(), time.monotonic)
    install(desk, monkeypatch)
    rig = threaded(open_source("picamera2"), desk)
    rig.size = WHOLE_PX
    return rig


def rig_fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    events: queue.Queue[Event] = queue.Queue()
    camera = FakeCamera(events.put)
    camera.show(picture())
    return Rig(camera, events, camera.lose, lambda: camera.show(picture()) and None)


RIGS = {"folder": rig_folder, "video": rig_video, "webcam": rig_webcam, "pi": rig_pi, "fake": rig_fake}


PLUGGED = ("webcam", "pi", "fake")  # files cannot be unplugged
THREADED = tuple(name for name in RIGS if name != "fake")


@pytest.fixture(params=list(RIGS))
def rig(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    before = set(threading.enumerate())
    made = RIGS[request.param](tmp_path, monkeypatch)
    yield made
    made.camera.close()
    made.camera.close()
    assert set(threading.enumerate()) <= before, "a thread was left behind"


def test_frames_are_numbered_red_first_and_stamped(rig: Rig) -> None:
    first = rig.camera.next(0, LIMIT_S)
    assert first is not None
    second = rig.camera.next(first.number, LIMIT_S)
    assert second is not None and second.number > first.number > 0 and second.at >= first.at
    assert first.rgb.shape == (*reversed(rig.size), 3) and first.rgb.dtype == np.uint8
    above, below = first.rgb[8, 30].astype(int), first.rgb[-8, 30].astype(int)
    assert above[0] > 40 > above[2] and below[2] > 40 > below[0]
    newest = rig.camera.newest()
    assert newest is not None and newest.number >= second.number


def test_the_first_picture_is_announced_once(rig: Rig) -> None:
    event = rig.event()
    assert isinstance(event, PartFound) and event.part is Part.CAMERA
    frame = rig.camera.next(0, LIMIT_S)
    assert frame is not None and rig.camera.next(frame.number, LIMIT_S) is not None
    assert rig.events.empty()


def test_a_closed_camera_gives_nothing_and_does_not_block(rig: Rig) -> None:
    frame = rig.camera.next(0, LIMIT_S)
    assert frame is not None
    rig.camera.close()
    assert rig.camera.next(frame.number, LIMIT_S) is None
    assert rig.camera.newest() is None


def test_closing_wakes_who_waits(rig: Rig) -> None:
    answers: queue.Queue[Any] = queue.Queue()
    waiting = threading.Thread(target=lambda: answers.put(rig.camera.next(10**9, LIMIT_S)))
    waiting.start()
    rig.camera.close()
    answers.get(timeout=LIMIT_S)
    waiting.join()


@pytest.mark.parametrize("rig", THREADED, indirect=True)
@pytest.mark.parametrize("kind", ["small", "sharp"])
def test_its_small_and_its_sharp_pictures_are_cameras_too(rig: Rig, kind: str) -> None:
    assert isinstance(rig.camera, ThreadedCamera)
    view: Camera = getattr(rig.camera, kind)
    first = view.next(0, LIMIT_S)
    assert first is not None
    second = view.next(first.number, LIMIT_S)
    assert second is not None and second.number > first.number and second.at >= first.at
    newest = view.newest()
    assert newest is not None and newest.number >= second.number
    rig.camera.close()
    assert view.next(second.number, LIMIT_S) is None and view.newest() is None


@pytest.mark.parametrize("rig", PLUGGED, indirect=True)
def test_a_loss_and_a_return_are_told_and_numbers_go_on(rig: Rig) -> None:
    assert rig.unplug is not None and rig.plug is not None
    assert isinstance(rig.event(), PartFound)
    before = rig.camera.next(0, LIMIT_S)
    assert before is not None
    rig.unplug()
    event = rig.event()
    assert isinstance(event, PartLost) and (event.part, event.reason) == (Part.CAMERA, "camera_lost")
    assert rig.camera.newest() is None
    rig.plug()
    event = rig.event()
    assert isinstance(event, PartFound) and event.part is Part.CAMERA
    after = rig.camera.next(before.number, LIMIT_S)
    assert after is not None and after.number > before.number


# --- the threaded camera ------------------------------------------------------------------------------------


class Scripted:
    """A source that does what the test says."""

    def __init__(self, *steps: Any) -> None:
        self.steps = list(steps)
        self.reads = 0
        self.opened = 0
        self.closed = 0

    def open(self) -> None:
        self.opened += 1

    def read(self) -> Any:
        self.reads += 1
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        if isinstance(step, Exception):
            raise step
        return step

    def close(self) -> None:
        self.closed += 1


def test_whatever_a_driver_raises_is_a_loss_not_the_end() -> None:
    source = Scripted(picture(), ZeroDivisionError(), OSError("gone"), picture())
    events: queue.Queue[Event] = queue.Queue()
    camera = ThreadedCamera(source, events.put, retry_s=(0.001, 0.002), idle_hz=1000, fastest_hz=1000)
    kinds = [type(events.get(timeout=LIMIT_S)) for _ in range(3)]
    camera.close()
    assert kinds == [PartFound, PartLost, PartFound]
    assert source.opened == source.closed == 3


def test_a_driver_that_cannot_even_be_closed_is_opened_again() -> None:
    class Stuck(Scripted):
        def close(self) -> None:
            super().close()
            raise RuntimeError("the device is gone")

    events: queue.Queue[Event] = queue.Queue()
    source = Stuck(picture(), SourceLost("gone"), picture())
    camera = ThreadedCamera(source, events.put, retry_s=(0.001, 0.002), idle_hz=1000, fastest_hz=1000)
    kinds = [type(events.get(timeout=LIMIT_S)) for _ in range(3)]
    camera.close()
    assert kinds == [PartFound, PartLost, PartFound]


def test_nobody_asks_nothing_is_taken() -> None:
    source = Scripted(picture())
    camera = ThreadedCamera(source, lambda event: None, idle_hz=0.001)
    assert camera.next(0, LIMIT_S) is not None
    assert source.reads == 1, "idle"
    assert camera.next(1, LIMIT_S) is not None
    assert source.reads == 2, "asked for"
    camera.close()


def test_waiting_in_vain_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    source = Scripted(picture())
    monkeypatch.setattr(source, "read", lambda: gate.wait(LIMIT_S) and picture())
    camera = ThreadedCamera(source, lambda event: None)
    assert camera.next(0, 0.01) is None
    gate.set()
    camera.close()


# --- the sources --------------------------------------------------------------------------------------------


def test_a_folder_shows_each_picture_in_order_and_begins_anew(tmp_path: Path) -> None:
    for name, level in (("b.png", 200), ("a.png", 100)):
        Image.fromarray(picture(level)).save(tmp_path / name)
    source = FolderSource(tmp_path)
    levels = []
    for _ in range(3):
        levels.append(int(source.read()[0, 0, 0]))
        source.advance()
    assert levels == [100, 200, 100]


def test_a_folder_decodes_a_picture_once_while_it_is_shown(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        Image.fromarray(picture()).save(tmp_path / name)
    source = FolderSource(tmp_path)
    assert source.read() is source.read()


def test_a_folder_can_change_by_time(tmp_path: Path) -> None:
    for name, level in (("a.png", 100), ("b.png", 200), ("c.png", 250)):
        Image.fromarray(picture(level)).save(tmp_path / name)
    now = [0.0]
    source = FolderSource(tmp_path, each_s=2.0, clock=lambda: now[0])
    levels = []
    for now[0] in (0.0, 1.9, 2.1, 6.3):
        levels.append(int(source.read()[0, 0, 0]))
    assert levels == [100, 100, 200, 100]


def test_a_bad_picture_of_a_folder_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    Image.fromarray(picture(90)).save(tmp_path / "b.png")
    source = FolderSource(tmp_path)
    assert source.read()[0, 0, 0] == 90 and source.showing.name == "b.png"


def test_a_folder_of_bad_pictures_is_lost(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(b"no picture")
    with pytest.raises(OSError, match="replace them"):
        FolderSource(tmp_path).read()


def test_a_video_plays_by_the_clock_and_begins_anew(tmp_path: Path) -> None:
    now = [0.0]
    source = VideoSource(video(tmp_path / "a.avi", count=10, rate_hz=10), clock=lambda: now[0])
    source.open()
    levels = []
    for now[0] in (0.0, 0.05, 0.31, 0.95, 1.2):
        levels.append(int(source.read()[4, 4, 0]))
    source.close()
    assert np.abs(np.array(levels) - [60, 60, 90, 150, 60]).max() <= 6


def test_a_video_can_hold_its_last_picture(tmp_path: Path) -> None:
    now = [0.0]
    source = VideoSource(video(tmp_path / "a.avi", count=5, rate_hz=10), again=False, clock=lambda: now[0])
    source.open()
    levels = []
    for now[0] in (0.42, 3.0, 9.0):
        levels.append(int(source.read()[4, 4, 0]))
    source.close()
    assert np.abs(np.array(levels) - 100).max() <= 6


@pytest.mark.parametrize(
    "spec",
    [
        *("", "folder:", "video:", "webcam:x", "webcam:-1", "radio:3", "folder:/nowhere", "/nowhere/a.jpg"),
        *("a" * 300, "video:" + "a" * 300, "radio:" + "a" * 300),
    ],
)
def test_words_that_name_no_source_are_refused(spec: str) -> None:
    with pytest.raises((BadSource, BadPicture)) as caught:
        open_source(spec)
    assert str(caught.value)


def test_files_that_are_no_videos_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"no video")
    for name in ("a.mp4", "b.mp4"):
        with pytest.raises(BadPicture):
            open_source(f"video:{tmp_path / name}")


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPicture, match="holds no pictures"):
        open_source(str(tmp_path))


def test_an_absent_webcam_names_the_remedy() -> None:
    source = WebcamSource(97)
    with pytest.raises(OSError, match="plug it in"):
        source.open()
    source.close()
