"""Frames survive everything a cable does to bytes."""

from __future__ import annotations

from chestnut_wire.framing import MAX_BODY, Deframer, frame, unframe
from hypothesis import given
from hypothesis import strategies as st

bodies = st.binary(min_size=1, max_size=MAX_BODY)


@given(bodies)
def test_a_body_comes_back_and_fits_one_usb_packet(body: bytes) -> None:
    data = frame(body)
    assert len(data) <= 64
    assert data.index(0) == len(data) - 1
    assert unframe(data[:-1]) == body


@given(st.lists(bodies, max_size=8), st.lists(st.integers(1, 30), min_size=1))
def test_any_split_of_the_stream_gives_the_same_bodies(sent: list[bytes], steps: list[int]) -> None:
    stream = b"".join(map(frame, sent))
    deframer = Deframer()
    received = []
    at = turn = 0
    while at < len(stream):
        step = steps[turn % len(steps)]
        received += deframer.feed(memoryview(stream)[at : at + step])
        at += step
        turn += 1
    assert received == sent
    assert (deframer.frames, deframer.dropped) == (len(sent), 0)


@given(st.binary(max_size=2000), bodies)
def test_after_any_noise_and_a_zero_the_next_frame_gets_through(noise: bytes, body: bytes) -> None:
    deframer = Deframer()
    deframer.feed(noise)
    deframer.feed(b"\0")
    assert deframer.feed(frame(body)) == [body]


@given(bodies, st.data())
def test_one_flipped_bit_never_gives_a_wrong_body(body: bytes, data: st.DataObject) -> None:
    damaged = bytearray(frame(body))
    damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    deframer = Deframer()
    assert deframer.feed(damaged + b"\0") == []
    assert deframer.dropped >= 1


def test_an_endless_piece_is_counted_once_and_kept_nowhere() -> None:
    deframer = Deframer()
    for _ in range(100):
        deframer.feed(b"\xff" * 1000)
    assert len(deframer._buffer) == MAX_BODY + 5
    deframer.feed(b"\0")
    assert deframer.dropped == 1


def test_zeros_alone_are_nothing() -> None:
    deframer = Deframer()
    assert deframer.feed(bytes(100)) == []
    assert deframer.dropped == 0
