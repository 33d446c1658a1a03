"""The watchdog is fed while the device lives, and only then: a real socket, an injected clock."""

from __future__ import annotations

import asyncio
import os
import select
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chestnut.core.events import Part, PartFound, PartLost
from chestnut.devices.camera import SourceLost, ThreadedCamera
from chestnut.runtime.lifesigns import Lateness, Lifesigns
from chestnut.runtime.notify import ServiceManager

PATIENCE_S = 20.0


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[socket.socket]:
    """The service manager's end, at the folder's "notify"."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        line.settimeout(PATIENCE_S)
        yield line


def told(line: socket.socket) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in line.recv(4096).decode().split("\n"))


def nothing_more(line: socket.socket) -> bool:
    return not select.select([line], [], [], 0)[0]


def test_it_is_told_by_datagrams_of_lines(heard: socket.socket, tmp_path: Path) -> None:
    manager = ServiceManager(str(tmp_path / "notify"))
    assert manager.tell(READY="1", STATUS="ready;\nWATCHDOG=1 is no line of its own")
    assert told(heard) == {"READY": "1", "STATUS": "ready; WATCHDOG=1 is no line of its own"}


def test_an_abstract_address_is_understood() -> None:
    name = f"chestnut-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind("\0" + name)
        line.settimeout(PATIENCE_S)
        assert ServiceManager("@" + name).tell(READY="1")
        assert told(line) == {"READY": "1"}


@pytest.mark.parametrize("address", ["", "nobody", "zero\0byte", "x" * 500])
def test_who_does_not_listen_is_no_fault(address: str, tmp_path: Path) -> None:
    manager = ServiceManager(address and str(tmp_path / address))
    assert not manager.tell(READY="1")
    assert not manager.tell(READY="1")


def test_a_manager_that_does_not_read_never_blocks(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as deaf:
        deaf.bind(str(tmp_path / "notify"))
        manager = ServiceManager(str(tmp_path / "notify"))
        for _ in range(100_000):
            if not manager.tell(WATCHDOG="1"):
                return
    raise AssertionError("the queue of a socket nobody reads has no end")


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "10000000"}, 10.0),
        ({"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "10000000", "WATCHDOG_PID": str(os.getpid())}, 10.0),
        ({"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "1"}, None),
        ({"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "soon"}, None),
        ({"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "-1"}, None),
        ({"WATCHDOG_USEC": "10000000"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_read_from_the_environment(
    environment: dict[str, str], seconds: float | None
) -> None:
    manager = ServiceManager.of(environment)
    assert manager.watchdog_s == seconds
    assert manager.listens == ("NOTIFY_SOCKET" in environment)


def test_a_late_loop_hinders_and_one_in_time_does_not() -> None:
    lateness = Lateness({}, late_s=2.0)
    assert lateness.hindered(due_s=100.0, now_s=101.9) == ()
    assert lateness.hindered(due_s=100.0, now_s=102.1) == ("loop",)
    assert lateness.hindered(due_s=103.0, now_s=103.0) == ()


def test_a_thread_that_moves_no_more_hinders_until_it_moves() -> None:
    turns = 0
    lateness = Lateness({"camera": lambda: turns}, stuck_s=30.0)
    assert lateness.hindered(0.0, 0.0) == ()
    assert lateness.hindered(30.0, 30.0) == ()
    assert lateness.hindered(31.0, 31.0) == ("camera",)
    turns = 1
    assert lateness.hindered(32.0, 32.0) == ()
    assert lateness.hindered(60.0, 60.0) == ()
    assert lateness.hindered(63.0, 63.0) == ("camera",)


def test_a_thread_with_nothing_to_do_may_rest_for_ever() -> None:
    turns: int | None = None
    lateness = Lateness({"voice": lambda: turns}, stuck_s=30.0)
    for now_s in (0.0, 100.0, 1000.0):
        assert lateness.hindered(now_s, now_s) == ()
    turns = 7  # it was given something to do just now
    assert lateness.hindered(2000.0, 2000.0) == ()
    assert lateness.hindered(2031.0, 2031.0) == ("voice",)


def test_a_pulse_that_cannot_be_felt_hinders() -> None:
    def broken() -> int:
        raise RuntimeError("gone")

    lateness = Lateness({"pod": broken}, stuck_s=30.0)
    assert lateness.hindered(0.0, 0.0) == ()
    assert lateness.hindered(31.0, 31.0) == ("pod",)


def beating(
    tmp_path: Path, act: Callable[[Lifesigns, list[float]], None], pulses: Callable[[], int | None]
) -> None:
    """act(signs, clock) on a loop whose own timer never comes: each beat is called by hand."""

    async def live() -> None:
        clock = [0.0]
        signs = Lifesigns(
            ServiceManager(str(tmp_path / "notify")),
            asyncio.get_running_loop(),
            clock=lambda: clock[0],
            period_s=1000.0,
        )
        signs.hear(PartLost(at=0.0, part=Part.POD, reason="pod_missing"))
        signs.begin(Lateness({"camera": pulses}, late_s=2.0, stuck_s=30.0))
        try:
            act(signs, clock)
        finally:
            signs.end()

    asyncio.run(live())


def test_ready_then_beats_then_stopping(heard: socket.socket, tmp_path: Path) -> None:
    def act(signs: Lifesigns, clock: list[float]) -> None:
        assert told(heard) == {"READY": "1", "STATUS": "ready; missing: pod"}
        assert told(heard) == {"WATCHDOG": "1"}
        signs.hear(PartFound(at=1.0, part=Part.POD))
        assert told(heard) == {"STATUS": "ready"}

    beating(tmp_path, act, lambda: None)
    assert told(heard)["STOPPING"] == "1"
    assert nothing_more(heard)


def test_a_late_loop_and_a_stuck_thread_do_not_feed_the_watchdog(
    heard: socket.socket, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def act(signs: Lifesigns, clock: list[float]) -> None:
        told(heard), told(heard)
        clock[0] = 1003.0  # due at 1000
        signs.beat()
        assert nothing_more(heard)
        clock[0] = 2003.0  # in time, and the camera has not moved since 0
        signs.beat()
        assert nothing_more(heard)

    beating(tmp_path, act, lambda: 1)
    assert "no sign of life: loop, camera" in caplog.text
    assert "no sign of life: camera" in caplog.text


def test_without_a_service_manager_nothing_beats() -> None:
    async def live() -> None:
        signs = Lifesigns(ServiceManager(), asyncio.get_running_loop())
        signs.begin(Lateness({}))
        signs.end()

    asyncio.run(live())


class Held:
    """A source whose picture does not come until it is let go."""

    def __init__(self) -> None:
        self.asked, self.go = threading.Event(), threading.Event()

    def open(self) -> None:
        pass

    def read(self) -> object:
        self.asked.set()
        self.go.wait(PATIENCE_S)
        raise SourceLost("let go")

    def close(self) -> None:
        pass


def test_a_camera_that_hangs_shows_no_turns_and_one_that_is_sought_does() -> None:
    source = Held()
    camera = ThreadedCamera(source, lambda event: None, retry_s=(0.001, 0.001))
    try:
        assert source.asked.wait(PATIENCE_S)
        hanging = camera.turns()
        assert camera.turns() == hanging
        source.go.set()
        while camera.turns() < hanging + 3:
            camera.next(0, 0.01)
    finally:
        source.go.set()
        camera.close()
