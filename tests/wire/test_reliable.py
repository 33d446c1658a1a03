"""Edges and commands: numbered, repeated, applied once."""

from __future__ import annotations

from chestnut_wire.messages import DOWN, TICK_MODULUS, Buzz, Edge
from chestnut_wire.reliable import (
    BURST,
    RESEND_US,
    RING,
    CommandInbox,
    CommandSender,
    EdgeInbox,
    EdgeRing,
    newer,
)
from hypothesis import given
from hypothesis import strategies as st

BOOT = 7


def filled(count: int) -> EdgeRing:
    ring = EdgeRing(BOOT)
    for number in range(count):
        ring.push(number % 5, DOWN, number, 0)
    return ring


def test_the_ring_repeats_with_growing_patience() -> None:
    ring = filled(1)
    waits = []
    last = now_us = 0
    while len(waits) < 7:
        now_us += 1000
        if ring.due(now_us):
            waits.append((now_us - last) // 1000)
            last = now_us
    assert waits == [50, 100, 200, 200, 200, 200, 200]


def test_the_ring_repeats_over_the_wrap_of_the_ticks() -> None:
    ring = EdgeRing(BOOT)
    ring.push(0, DOWN, 0, TICK_MODULUS - 10)
    assert not ring.due(RESEND_US - 20)
    assert ring.due(RESEND_US)


def test_a_full_ring_gives_up_the_oldest_and_says_so() -> None:
    ring = filled(RING + 3)
    assert (len(ring), ring.first, ring.overflows) == (RING, 3, 3)
    assert [edge.sequence for edge in ring.begin(0)] == list(range(3, 3 + BURST))


def test_an_acknowledgement_is_cumulative_and_of_this_life() -> None:
    ring = filled(5)
    ring.acknowledge(BOOT + 1, 3, 0)
    ring.acknowledge(BOOT, 9, 0)
    ring.acknowledge(BOOT, 65535, 0)
    assert len(ring) == 5
    ring.acknowledge(BOOT, 2, 0)
    assert (len(ring), ring.first) == (2, 3)


@given(st.integers(0, 65535), st.integers(-32768, 32767))
def test_sequences_compare_over_their_wrap(sequence: int, step: int) -> None:
    assert newer((sequence + step) & 0xFFFF, sequence) == step


@given(st.integers(0, 65535), st.lists(st.integers(0, 19)))
def test_the_inbox_delivers_each_edge_once_and_in_order(first: int, arrivals: list[int]) -> None:
    inbox = EdgeInbox()
    assert inbox.greet(BOOT, first)
    delivered = []
    for number in [*arrivals, *range(20)]:
        delivered += inbox.receive(Edge(BOOT, (first + number) & 0xFFFF, number, 0, DOWN, number))
    assert [edge.t_us for edge in delivered] == list(range(20))
    assert inbox.acknowledged() == (BOOT, (first + 19) & 0xFFFF)


def test_the_inbox_counts_what_the_pod_gave_up_and_goes_on() -> None:
    inbox = EdgeInbox()
    inbox.greet(BOOT, 0)
    assert inbox.receive(Edge(BOOT, 5, 0, 0, DOWN, 5))[0].sequence == 5
    assert inbox.lost == 5


def test_the_inbox_ignores_a_stranger() -> None:
    inbox = EdgeInbox()
    assert inbox.acknowledged() is None
    assert inbox.receive(Edge(BOOT, 0, 0, 0, DOWN, 0)) == []
    inbox.greet(BOOT, 0)
    assert inbox.receive(Edge(BOOT + 1, 0, 0, 0, DOWN, 0)) == []


def test_commands_go_one_at_a_time_until_acknowledged() -> None:
    sender = CommandSender()
    sender.begin(9)
    sender.submit(Buzz, (1, 255), 0.0)
    sender.submit(Buzz, (2, 255), 0.0)
    assert sender.due(0.0) == Buzz(9, 1, 1, 255)
    assert sender.due(0.01) is None
    assert sender.due(0.06) == Buzz(9, 1, 1, 255)
    sender.acknowledge(8, 1)
    sender.acknowledge(9, 2)
    assert sender.due(0.07) is None
    sender.acknowledge(9, 1)
    assert sender.due(0.07) == Buzz(9, 2, 2, 255)
    assert sender.resends == 1


def test_a_command_too_old_to_be_of_use_is_given_up() -> None:
    sender = CommandSender(life_s=1.0)
    sender.submit(Buzz, (1, 255), 0.0)
    sender.due(0.0)
    assert sender.due(1.5) is None
    assert sender.expired == 1


def test_a_command_is_obeyed_once_however_often_it_comes() -> None:
    inbox = CommandInbox()
    inbox.greet(9)
    assert [inbox.fresh(sequence) for sequence in (50000, 50000, 50001, 50000)] == [True, False, True, False]
    inbox.greet(9)
    assert not inbox.fresh(50001)
    inbox.greet(10)
    assert inbox.fresh(50001)
