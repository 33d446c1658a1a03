"""What goes between the runtime and the engine's process: it arrives as it was, and nothing else does any harm."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import pytest
from chestnut.core.thought import Effort, Stage
from chestnut.engine import messages as m
from chestnut.engine.framing import HEADER, Deframer, framed
from hypothesis import given
from hypothesis import strategies as st

NUMBERS = st.integers(-(2**70), 2**70)
TIMES = st.floats(allow_nan=False)
TEXTS = st.text(
    st.characters(exclude_categories=()), max_size=40
)  # lone surrogates too: a model may write anything
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TIMES | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
EFFORTS = st.builds(Effort, TIMES, TIMES, TIMES, TIMES, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
SIDES = st.integers(1, 12)
TURNS = st.lists(TEXTS, max_size=3).map(tuple)
LOADS = st.builds(m.Load, TEXTS, TEXTS, TEXTS, TURNS, TEXTS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
THINKS = st.builds(m.Think, NUMBERS, TEXTS, TURNS, st.none() | st.tuples(SIDES, SIDES), TEXTS, NUMBERS, TEXTS)
MESSAGES: st.SearchStrategy[m.Message] = st.one_of(
    LOADS,
    THINKS,
    st.builds(m.Cancel, NUMBERS),
    st.builds(m.Ready, st.booleans(), TIMES, TIMES, st.dictionaries(TEXTS, JSON, max_size=3)),
    st.builds(m.Unusable, TEXTS, TEXTS),
    st.builds(m.Reached, NUMBERS, st.sampled_from(Stage)),
    st.builds(m.Wrote, NUMBERS, TEXTS),
    st.builds(m.Done, NUMBERS, st.booleans(), EFFORTS),
    st.builds(m.Failed, NUMBERS, TEXTS, TEXTS),
    st.builds(m.Cancelled, NUMBERS),
)


def pixels_of(message: m.Message) -> bytes | None:
    if not isinstance(message, m.Think) or message.picture is None:
        return None
    height, width = message.picture
    return bytes(index % 251 for index in range(height * width * 3))


def stream(messages: list[m.Message]) -> bytes:
    parts = []
    for message in messages:
        pixels = pixels_of(message)
        parts += framed(message, None if pixels is None else memoryview(pixels))
    return b"".join(parts)


@given(MESSAGES)
def test_a_message_comes_back_the_same(message: m.Message) -> None:
    assert m.decode(m.encode(message)) == message


@given(st.lists(MESSAGES, max_size=4), st.lists(st.integers(0, 400), max_size=12))
def test_a_stream_may_be_cut_anywhere(messages: list[m.Message], cuts: list[int]) -> None:
    data = stream(messages)
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    deframer, heard = Deframer(), []
    for start, end in pairwise(places):
        heard += deframer.feed(data[start:end])
    assert heard == [(message, pixels_of(message)) for message in messages]


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_garbage_is_refused(data: bytes) -> None:
    with pytest.raises(m.BadMessage):
        m.decode(data)


@given(MESSAGES, st.data())
def test_a_message_with_one_wrong_value_is_refused_or_another_message(
    message: m.Message, data: st.DataObject
) -> None:
    table: dict[str, Any] = {"is": type(message).__name__, **asdict(message)}
    table[data.draw(st.sampled_from(sorted(table)))] = data.draw(JSON)
    try:
        found = m.decode(json.dumps(table).encode())
    except m.BadMessage:
        return
    m.encode(found)


@given(st.lists(st.binary(max_size=300), max_size=6))
def test_a_stream_of_garbage_is_refused_or_waited_for(pieces: list[bytes]) -> None:
    deframer = Deframer()
    try:
        for piece in pieces:
            deframer.feed(piece)
    except m.BadMessage:
        return
    assert len(deframer._buffer) <= HEADER.size + m.LONGEST


@pytest.mark.parametrize(
    "table",
    [
        {"is": "Nothing"},
        {"is": []},
        {"is": "Cancel"},
        {"is": "Cancel", "job": 1, "more": 2},
        {"is": "Cancel", "job": True},
        {"is": "Cancel", "job": 1.0},
        {"is": "Reached", "job": 1, "stage": "dreaming"},
        {"is": "Ready", "sees": 1, "load_ms": 0.0, "warm_ms": 0.0, "facts": {}},
        {"is": "Ready", "sees": True, "load_ms": 10**400, "warm_ms": 0.0, "facts": {}},
        {"is": "Done", "job": 1, "whole": True, "effort": {}},
        [],
        None,
    ],
)
def test_what_is_almost_a_message_is_refused(table: Any) -> None:
    with pytest.raises(m.BadMessage):
        m.decode(json.dumps(table).encode())


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(m.BadMessage):
        m.decode(b"[" * 100_000)


def test_a_refusal_quotes_nothing() -> None:
    """Messages carry what was said to the wearer; the log must not."""
    for table in ({"is": "Wrote", "job": "secret", "text": "x"}, {"is": "secret"}, {"secret": "secret"}):
        with pytest.raises(m.BadMessage) as caught:
            m.decode(json.dumps(table).encode())
        assert "secret" not in str(caught.value)
    with pytest.raises(m.BadMessage) as caught:
        m.decode(b"secret")
    assert "secret" not in str(caught.value)


def test_what_is_too_long_is_neither_sent_nor_waited_for() -> None:
    with pytest.raises(ValueError, match="too long"):
        m.encode(m.Wrote(1, "x" * m.LONGEST))
    with pytest.raises(m.BadMessage):
        m.decode(b" " * (m.LONGEST + 1))
    with pytest.raises(m.BadMessage):
        Deframer().feed(HEADER.pack(m.LONGEST + 1))


def test_a_picture_of_another_size_is_neither_sent_nor_taken() -> None:
    think = m.Think(1, "", ("?",), (2, 2))
    for pixels in (None, memoryview(bytes(11))):
        with pytest.raises(ValueError, match="picture"):
            framed(think, pixels)
    with pytest.raises(ValueError, match="picture"):
        framed(m.Cancel(1), memoryview(bytes(3)))
    with pytest.raises(m.BadMessage):
        Deframer().feed(stream([think])[:-16] + HEADER.pack(11) + bytes(11))


def test_a_picture_larger_than_any_camera_s_is_neither_sent_nor_taken() -> None:
    think = m.Think(1, "", ("?",), (2**14, 2**14))
    data = m.encode(think)
    with pytest.raises(m.BadMessage):
        Deframer().feed(HEADER.pack(len(data)) + data)
