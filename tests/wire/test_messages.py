"""Each message is declared once and comes back as it was."""

from __future__ import annotations

import re
import struct

import pytest
from chestnut.core.effects import Haptic
from chestnut_wire import messages as m
from chestnut_wire.framing import MAX_BODY
from chestnut_wire.messages import decode, encode
from hypothesis import given
from hypothesis import strategies as st

UNSIGNED = {"B": 8, "H": 16, "I": 32}


def values(layout: str) -> st.SearchStrategy[tuple[object, ...]]:
    """What the fields of a layout can hold: "<BH40s" and so on."""
    return st.tuples(*(field(*parts) for parts in re.findall(r"(\d*)([BHIs])", layout)))


def field(count: str, letter: str) -> st.SearchStrategy[object]:
    if letter == "s":
        return st.binary(min_size=int(count), max_size=int(count))
    return st.integers(0, (1 << UNSIGNED[letter]) - 1)


@pytest.mark.parametrize(("number", "message", "layout"), m._DECLARED)
def test_it_fits_a_frame_and_a_type_number(number: int, message: type, layout: str) -> None:
    assert 3 + struct.calcsize(layout) <= MAX_BODY
    assert number < 32


@given(st.data())
def test_every_message_comes_back(data: st.DataObject) -> None:
    _, message, layout = data.draw(st.sampled_from(m._DECLARED))
    original = message(*data.draw(values(layout)))
    sequence = data.draw(st.integers(0, 1 << 20))
    assert decode(encode(original, sequence, 0)) == (sequence & 0xFF, original)


@given(st.binary(max_size=MAX_BODY))
def test_any_body_is_a_message_or_nothing(body: bytes) -> None:
    decoded = decode(body)
    assert decoded is None or isinstance(decoded[1], tuple)


def test_a_hello_of_another_version_tells_its_version_and_nothing_else() -> None:
    decoded = decode(bytes((2 << 5 | 1, 9, 0, 2, 7)) + b"whatever the future holds")
    assert decoded is not None
    assert (decoded[1].major, decoded[1].minor) == (2, 7)
    assert decode(bytes((2 << 5 | 2, 9, 0)) + bytes(13)) is None


def test_patterns_are_the_haptics_of_the_core() -> None:
    assert set(m.PATTERNS) == {haptic.value for haptic in Haptic}
    assert sorted(m.PATTERNS.values()) == [1, 2, 3, 4, 5, 6, 7, 8]
