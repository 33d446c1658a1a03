"""Any bytes, of any length, to either end: no fault, nothing kept without bound, and what is real gets through."""

from __future__ import annotations

import pytest
from chestnut_tests.babble import babble
from chestnut_wire import messages as m
from chestnut_wire.host_end import HostEnd
from chestnut_wire.pod_end import PodEnd
from chestnut_wire.reliable import RING
from hypothesis import given, settings
from hypothesis import strategies as st

HELLO = m.Hello(m.MAJOR, m.MINOR, 0, 1, 0, 4711, 1, bytes(8), 1, m.TICK_MODULUS, 5, 0, 0)


class Ends:
    """Both ends joined by lists, after either may have heard anything."""

    def __init__(self) -> None:
        self.edges: list[tuple[int, int]] = []
        self.to_pod: list[bytes] = []
        self.to_host: list[bytes] = []
        self.now_s = 50.0
        self.host = HostEnd(
            9,
            5,
            self.to_pod.append,
            lambda button, kind, _: self.edges.append((button, kind)),
            lambda: None,
            lambda: None,
        )
        self.pod = PodEnd(HELLO, self.to_host.append, lambda *_: None)

    def ticks(self) -> int:
        return round(self.now_s * 1e6) % m.TICK_MODULUS

    def talk(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.02)):
            self.now_s += 0.02
            self.pod.tick(self.ticks())
            self.host.tick(self.now_s)
            for _ in range(3):
                down, self.to_pod[:] = list(self.to_pod), []
                for data in down:
                    self.pod.received(data, self.ticks())
                up, self.to_host[:] = list(self.to_host), []
                for data in up:
                    self.host.received(data, self.now_s)

    def get_through(self) -> None:
        """A press is made and arrives."""
        self.host.received(b"\0", self.now_s)
        self.pod.received(b"\0", self.ticks())
        self.host.connected(self.now_s)
        self.talk(2)
        self.edges.clear()
        for kind in (m.DOWN, m.UP):
            self.pod.edge(3, kind, self.ticks(), self.ticks())
        self.talk(2)
        assert self.edges == [(3, m.DOWN), (3, m.UP)]

    def small(self) -> None:
        """Neither end keeps more than its protocol needs."""
        assert len(self.host.inbox._early) <= RING
        assert len(self.host._pings) <= 8
        assert len(self.host.reports._parts) <= 20
        assert len(self.host.commands._waiting) <= 4
        assert len(self.host.side.deframer._buffer) == len(self.pod.side.deframer._buffer) == 56
        assert len(self.pod.ring) <= RING
        assert len(self.pod._measured) <= 2


@settings(max_examples=300)
@given(st.lists(st.binary(max_size=3000), max_size=6), st.booleans())
def test_any_bytes_do_no_harm(pieces: list[bytes], linked: bool) -> None:
    ends = Ends()
    ends.host.connected(ends.now_s)
    if linked:
        ends.talk(1)
    for piece in pieces:
        ends.host.received(piece, ends.now_s)
        ends.pod.received(piece, ends.ticks())
    ends.small()
    ends.get_through()


@pytest.mark.parametrize("seed", range(6))
def test_babble_of_whole_and_broken_frames_does_no_harm(seed: int) -> None:
    ends = Ends()
    ends.host.connected(ends.now_s)
    ends.talk(1)
    for piece in babble(seed, 1_000_000):
        ends.now_s += 0.0002
        ends.host.received(piece, ends.now_s)
        ends.pod.received(piece, ends.ticks())
        ends.to_pod.clear()
        ends.to_host.clear()
    ends.small()
    ends.get_through()
