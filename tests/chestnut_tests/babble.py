"""Streams of bytes that nobody meant: noise, endless words, frames that are whole, damaged, unknown or untimely."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator

from chestnut_wire import messages as m
from chestnut_wire.framing import MAX_BODY, frame


def babble(seed: int, size: int) -> Iterator[bytes]:
    """Pieces of at least `size` bytes together; the same seed gives the same."""
    chosen = random.Random(seed)
    left = size
    while left > 0:
        piece = chosen.choice(_KINDS)(chosen)
        left -= len(piece)
        yield piece


def _noise(chosen: random.Random) -> bytes:
    return chosen.randbytes(chosen.randint(1, 400))


def _zeros(chosen: random.Random) -> bytes:
    return bytes(chosen.randint(1, 50))


def _endless(chosen: random.Random) -> bytes:
    return bytes([chosen.randint(1, 255)]) * chosen.randint(1, 3000)


def _whole(chosen: random.Random) -> bytes:
    """A message of ours with any fields, in a frame that is right."""
    number, _, layout = chosen.choice(m._DECLARED)
    body = bytes((m.MAJOR << 5 | number, chosen.randrange(256), chosen.randrange(256)))
    return frame(body + chosen.randbytes(struct.calcsize(layout)))


def _strange(chosen: random.Random) -> bytes:
    """A right frame of no message of ours."""
    return frame(chosen.randbytes(chosen.randint(1, MAX_BODY)))


def _damaged(chosen: random.Random) -> bytes:
    data = bytearray(_whole(chosen))
    for _ in range(chosen.randint(1, 4)):
        data[chosen.randrange(len(data))] ^= 1 << chosen.randrange(8)
    return bytes(data)


def _torn(chosen: random.Random) -> bytes:
    data = _whole(chosen)
    return data[chosen.randrange(len(data)) :]


_KINDS = (_noise, _zeros, _endless, _whole, _strange, _damaged, _torn)
