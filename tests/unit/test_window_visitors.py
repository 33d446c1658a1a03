"""Connections of strangers: they are many and slow, and the rightful page is served all the same."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from chestnut.window.visitors import MOST_KNOWN, MOST_STRANGERS, Visitors
from chestnut_tests.reminded_page import ReminderDevice
from hypothesis import given
from hypothesis import strategies as st

LIMIT_S = 30.0
HALF = b"GET /feed HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "


class Transport:
    def __init__(self, ended: asyncio.Event | None = None) -> None:
        self.aborted = False
        self._ended = ended

    def abort(self) -> None:
        self.aborted = True
        if self._ended is not None:
            self._ended.set()


@pytest.fixture
def device(tmp_path: Path) -> Iterator[ReminderDevice]:
    with ReminderDevice(tmp_path) as paged:
        assert isinstance(paged, ReminderDevice)
        yield paged


@pytest.mark.parametrize("sent", [b"", HALF])
def test_strangers_who_hold_every_place_leave_one_for_the_rightful_page(
    device: ReminderDevice, sent: bytes
) -> None:
    with contextlib.ExitStack() as held:
        strangers = []
        for _ in range(MOST_STRANGERS + 30):
            stranger = socket.create_connection(("127.0.0.1", device.page.port), LIMIT_S)
            strangers.append(held.enter_context(stranger))
            stranger.sendall(sent)
            if len(strangers) % 40 == 0:  # also while more of them come
                assert device.asked("GET", "/", {"Cookie": device.cookie()})[0] == 200
        assert device.asked("GET", "/", {"Cookie": device.cookie()})[0] == 200
        assert gone(strangers[0]), "the one who came first"


def gone(stranger: socket.socket) -> bool:
    try:
        return stranger.recv(100) == b""
    except ConnectionResetError:
        return True


def test_a_stranger_has_little_time_and_who_is_known_has_all() -> None:
    async def scenario() -> None:
        visitors, ended = Visitors(patience_s=0.0), asyncio.Event()
        known, stranger = Transport(), Transport(ended)
        visitors.came(("::1", 1), known)  # type: ignore[arg-type]
        assert visitors.know(("::1", 1))
        visitors.came(("::1", 2), stranger)  # type: ignore[arg-type]
        async with asyncio.timeout(LIMIT_S):
            await ended.wait()
        assert stranger.aborted and not known.aborted

    asyncio.run(scenario())


def test_of_the_known_there_are_not_more_than_fit() -> None:
    visitors = Visitors()
    assert all(visitors.know(("::1", port)) for port in range(MOST_KNOWN))
    assert not visitors.know(("::1", 999)) and visitors.know(("::1", 0))
    visitors.left(("::1", 0))
    assert visitors.know(("::1", 999))


@given(st.lists(st.tuples(st.sampled_from(["came", "know", "left"]), st.integers(0, 400)), max_size=600))
def test_whoever_comes_and_leaves_strangers_are_bounded_and_the_known_stay(
    acts: list[tuple[str, int]],
) -> None:
    async def scenario() -> None:
        visitors, open_now, known = Visitors(), dict[int, Transport](), set[int]()
        for act, port in acts:
            if act == "came" and port not in open_now:
                open_now[port] = Transport()
                visitors.came(("::1", port), open_now[port])  # type: ignore[arg-type]
            elif act == "know" and port in open_now and visitors.know(("::1", port)):
                known.add(port)
            elif act == "left" and open_now.pop(port, None):
                known.discard(port)
                visitors.left(("::1", port))
        assert not any(open_now[port].aborted for port in known)
        strangers = [port for port, each in open_now.items() if port not in known and not each.aborted]
        assert len(strangers) <= MOST_STRANGERS
        for port in open_now:
            visitors.left(("::1", port))

    asyncio.run(scenario())
