"""What goes to the ear's process: a letter, a length of four bytes, the data. It answers with lines of JSON."""

from __future__ import annotations

import struct
from typing import BinaryIO

BEGIN, SOUND, END = b"B"[0], b"S"[0], b"E"[0]
HEAD = struct.Struct("<BI")
MOST = 1 << 20  # bytes of data


class BadFrame(ValueError):
    """The runtime says what is no message."""


def framed(kind: int, data: bytes) -> bytes:
    return HEAD.pack(kind, len(data)) + data


def next_frame(line: BinaryIO) -> tuple[int, bytes] | None:
    """None at the end. BadFrame."""
    head = line.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    kind, length = HEAD.unpack(head)
    if kind not in (BEGIN, SOUND, END) or length > MOST:
        raise BadFrame(f"kind {kind}, {length} bytes")
    data = line.read(length)
    return (kind, data) if len(data) == length else None
