"""Messages as bytes of a stream: a frame is its length, four bytes, big end first, and so many bytes.

A Think that brings a picture is followed by one frame of its pixels, height x width x 3 bytes.
"""

from __future__ import annotations

import struct

from chestnut.engine.messages import LARGEST_PICTURE, LONGEST, BadMessage, Message, Think, decode, encode

HEADER = struct.Struct("!I")


def framed(message: Message, pixels: memoryview | None = None) -> list[memoryview]:
    """The bytes of a message, to be sent one after the other; the pixels are not copied. ValueError when it is too
    long, or when the pixels are not those that it promises."""
    data = encode(message)
    promised = _size(message)
    if promised != (0 if pixels is None else pixels.nbytes) or promised > LARGEST_PICTURE:
        raise ValueError(
            f"a picture of at most {LARGEST_PICTURE} bytes, and with a Think that tells its size"
        )
    frame = HEADER.pack(len(data)) + data
    if pixels is None:
        return [memoryview(frame)]
    return [memoryview(frame + HEADER.pack(pixels.nbytes)), pixels]


class Deframer:
    """One end of a stream. After a BadMessage it is of no use any more."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._think: Think | None = None  # that waits for its pixels

    def feed(self, data: bytes) -> list[tuple[Message, bytes | None]]:
        """The messages these bytes complete, each with its pixels. BadMessage."""
        self._buffer += data
        complete: list[tuple[Message, bytes | None]] = []
        start = 0
        while len(self._buffer) - start >= HEADER.size:
            (length,) = HEADER.unpack_from(self._buffer, start)
            self._check(length)
            end = start + HEADER.size + length
            if len(self._buffer) < end:
                break
            complete += self._take(self._buffer[start + HEADER.size : end])
            start = end
        del self._buffer[:start]
        return complete

    def _check(self, length: int) -> None:
        if self._think is not None and length != _size(self._think):
            raise BadMessage(f"a picture of {_size(self._think)} bytes was promised, not of {length}")
        if self._think is None and length > LONGEST:
            raise BadMessage(f"a message of {length} bytes is too long")

    def _take(self, frame: bytearray) -> list[tuple[Message, bytes | None]]:
        if self._think is not None:
            think, self._think = self._think, None
            return [(think, bytes(frame))]
        message = decode(frame)
        if not _size(message):
            return [(message, None)]
        if _size(message) > LARGEST_PICTURE:
            raise BadMessage(f"a picture of {_size(message)} bytes is too large")
        assert isinstance(message, Think)
        self._think = message
        return []


def _size(message: Message) -> int:
    """Bytes of the pixels that follow this message; zero for none."""
    if not isinstance(message, Think) or message.picture is None:
        return 0
    height, width = message.picture
    return height * width * 3
