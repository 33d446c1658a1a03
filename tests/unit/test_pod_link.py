"""The link against a pod that misbehaves: the pure end of the protocol on a pseudo-terminal, in this process."""

from __future__ import annotations

import asyncio
import os
import pty
import random
import tty
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from chestnut.devices import link as link_module
from chestnut.devices.link import LinkLost, find_port
from chestnut_tests.pod_desk import PINS, PodDesk
from chestnut_wire import messages as m
from chestnut_wire.pod_end import PodEnd


class PtyPod:
    """The pod's end of the protocol on the master of a terminal; port is the path of its other side."""

    def __init__(self, **identity: int) -> None:
        self.master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self.master, False)
        self.port = os.ttyname(self._slave)
        self.played: list[int] = []
        self.mute = False
        hello = m.Hello(1, 0, 0, 1, 0, 77, 1, b"terminal", 1, m.TICK_MODULUS, len(PINS.buttons), 0, 0)
        self.end = PodEnd(
            hello._replace(**identity), self.write, lambda pattern, _: self.played.append(pattern)
        )
        asyncio.get_running_loop().add_reader(self.master, self._readable)
        self._task = asyncio.create_task(self._keep())

    def stderr(self) -> str:
        return ""

    def ticks(self) -> int:
        return round(asyncio.get_running_loop().time() * 1e6) % m.TICK_MODULUS

    def write(self, data: bytes) -> None:
        if not self.mute:
            os.write(self.master, data)

    async def close(self) -> None:
        self._task.cancel()
        asyncio.get_running_loop().remove_reader(self.master)
        os.close(self.master)
        os.close(self._slave)

    def _readable(self) -> None:
        self.end.received(os.read(self.master, 4096), self.ticks())

    async def _keep(self) -> None:
        while True:
            self.end.tick(self.ticks())
            await asyncio.sleep(0.01)


def play(scene: Callable[[PodDesk, PtyPod], Awaitable[None]], silent_s: float = 3.0, **identity: int) -> None:
    async def whole() -> None:
        pod = PtyPod(**identity)
        desk = PodDesk(pod, silent_s=silent_s)  # type: ignore[arg-type]  # it needs port and stderr only
        await desk.link.start()
        try:
            await scene(desk, pod)
        finally:
            await desk.link.close()
            await pod.close()

    asyncio.run(whole())


def test_garbage_between_the_frames_is_counted_and_harms_nothing() -> None:
    async def scene(desk: PodDesk, pod: PtyPod) -> None:
        chosen = random.Random(2)
        await desk.linked()
        for number in range(1, 17):
            pod.write(chosen.randbytes(chosen.randrange(1, 300)))
            kind = m.DOWN if number % 2 else m.UP
            pod.end.edge(number % 5, kind, pod.ticks(), pod.ticks())
            await desk.edges_come(number)
        assert len(desk.edges()) == 16
        assert desk.link.counters()["dropped"] > 5
        assert desk.parts() == ["found"]

    play(scene)


def test_a_silent_pod_is_lost_and_found_again() -> None:
    async def scene(desk: PodDesk, pod: PtyPod) -> None:
        await desk.linked()
        pod.mute = True
        await desk.until(lambda: desk.parts() == ["found", "pod_lost"])
        pod.mute = False
        await desk.until(lambda: desk.parts() == ["found", "pod_lost", "found"])

    play(scene, silent_s=1.3)


@pytest.mark.parametrize("identity", [{"major": 2}, {"buttons": 4}])
def test_a_pod_of_another_version_is_refused_once_and_aloud(identity: dict[str, int]) -> None:
    async def scene(desk: PodDesk, pod: PtyPod) -> None:
        await desk.until(lambda: desk.parts() == ["pod_version"])
        await asyncio.sleep(0.6)
        assert desk.parts() == ["pod_version"]
        assert not pod.end.linked

    play(scene, **identity)


def test_a_wrong_version_is_told_even_after_a_missing_port(tmp_path: Path) -> None:
    async def whole() -> None:
        pod = PtyPod(major=2)
        place = tmp_path / "ttyACM0"
        desk = PodDesk(pod, port=str(place))  # type: ignore[arg-type]
        await desk.link.start()
        await desk.until(lambda: desk.parts() == ["pod_missing"])
        place.symlink_to(pod.port)
        await desk.until(lambda: desk.parts() == ["pod_missing", "pod_version"])
        await desk.link.close()
        await pod.close()

    asyncio.run(whole())


@pytest.mark.parametrize("path", ["/dev/null", "/", "/proc/self/status", "", "/dev/tty\0"])
def test_what_is_no_serial_port_is_a_missing_pod(path: str) -> None:
    async def whole() -> None:
        desk = PodDesk(SimpleNamespace(port=path, stderr=str))  # type: ignore[arg-type]
        await desk.link.start()
        await desk.until(lambda: desk.parts())
        await asyncio.sleep(0.1)
        assert desk.parts() == ["pod_missing"]
        await desk.link.close()

    asyncio.run(whole())


def test_a_port_that_is_taken_is_a_missing_pod_until_it_is_free() -> None:
    import serial

    async def whole() -> None:
        pod = PtyPod()
        with serial.Serial(pod.port, exclusive=True):
            desk = PodDesk(pod)  # type: ignore[arg-type]
            await desk.link.start()
            await desk.until(lambda: desk.parts() == ["pod_missing"])
        await desk.until(lambda: desk.parts() == ["pod_missing", "found"])
        await desk.link.close()
        await pod.close()

    asyncio.run(whole())


def test_a_missing_port_is_told_once_and_found_when_it_comes(tmp_path: Path) -> None:
    async def whole() -> None:
        pod = PtyPod()
        place = tmp_path / "ttyACM0"
        desk = PodDesk(pod, port=str(place))  # type: ignore[arg-type]
        await desk.link.start()
        await desk.until(lambda: desk.parts() == ["pod_missing"])
        await asyncio.sleep(0.5)
        place.symlink_to(pod.port)
        await desk.until(lambda: desk.parts() == ["pod_missing", "found"])
        await desk.link.close()
        await pod.close()

    asyncio.run(whole())


def test_a_pod_is_found_by_its_usb_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    from serial.tools import list_ports

    ports = [SimpleNamespace(device="/dev/ttyACM1", vid=0x2E8A, pid=0x0005)]
    ports.append(SimpleNamespace(device="/dev/ttyACM0", vid=0x1234, pid=0x0005))
    monkeypatch.setattr(list_ports, "comports", lambda: ports)
    assert find_port() == "/dev/ttyACM1"
    monkeypatch.setattr(list_ports, "comports", list)
    with pytest.raises(LinkLost, match="plug it in") as lost:
        find_port()
    assert lost.value.reason == "pod_missing"


def test_a_device_that_goes_while_the_ports_are_listed_is_a_missing_pod(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from serial.tools import list_ports

    monkeypatch.setattr(list_ports, "comports", lambda: [int(None)])  # type: ignore[call-overload]  # as pyserial does
    with pytest.raises(LinkLost) as lost:
        find_port()
    assert lost.value.reason == "pod_missing"


def test_the_link_names_every_kind_of_edge() -> None:
    assert set(link_module._EDGES) == {m.UP, m.DOWN, m.HELD}
