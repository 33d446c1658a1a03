"""Frames on the cable: COBS( body, CRC-32 of the body, little-endian ) 0x00.

The zero is a delimiter no data can imitate (Cheshire and Baker, "Consistent Overhead Byte Stuffing", 1999), so after
any noise the next frame is found again. A frame of the longest body is 58 bytes: one 64-byte USB packet.
"""

import struct
from binascii import crc32

MAX_BODY = 51  # header of 3 and payload of 48
_MAX_STUFFED = 1 + MAX_BODY + 4


def frame(body: bytes) -> bytes:
    """The bytes to send for one body of 1 to MAX_BODY bytes: no zero among them but the last."""
    if not 1 <= len(body) <= MAX_BODY:
        raise ValueError("a frame holds 1 to 51 bytes")
    out = bytearray()
    # Shorter than 254 bytes, so no block of COBS is ever full: it is the data split at its zeros.
    for block in (body + struct.pack("<I", crc32(body))).split(b"\0"):
        out.append(len(block) + 1)
        out.extend(block)
    out.append(0)
    return bytes(out)


def unframe(stuffed: bytes | bytearray) -> bytes | None:
    """The body of one frame given without its final zero; None when it is damaged."""
    plain = bytearray()
    at = 0
    end = len(stuffed)
    while at < end:
        step = stuffed[at]
        if step == 0 or at + step > end:
            return None
        plain.extend(stuffed[at + 1 : at + step])
        at += step
        if at < end:
            plain.append(0)
    if not 5 <= len(plain) <= MAX_BODY + 4:
        return None
    body = bytes(plain[:-4])
    if struct.unpack("<I", bytes(plain[-4:]))[0] != crc32(body):
        return None
    return body


class Deframer:
    """Fed bytes as they come, gives bodies. Holds at most one frame and never raises.

    frames: bodies given. dropped: damaged or overlong pieces between two zeros.
    """

    def __init__(self) -> None:
        self.frames = 0
        self.dropped = 0
        self._buffer = bytearray(_MAX_STUFFED)
        self._length = 0  # one more than the buffer holds while an overlong piece is skipped

    def feed(self, data: bytes | bytearray | memoryview) -> list[bytes]:
        bodies: list[bytes] = []
        buffer = self._buffer
        for byte in data:
            if byte:
                if self._length < _MAX_STUFFED:
                    buffer[self._length] = byte
                    self._length += 1
                else:
                    self._length = _MAX_STUFFED + 1
            elif self._length:
                body = unframe(buffer[: self._length]) if self._length <= _MAX_STUFFED else None
                self._length = 0
                if body is None:
                    self.dropped += 1
                else:
                    self.frames += 1
                    bodies.append(body)
        return bodies
