"""The same frames under both interpreters: `python vectors.py`, `micropython vectors.py`. Output must not differ."""

import sys
from binascii import hexlify

from chestnut_wire import messages as m
from chestnut_wire.framing import MAX_BODY, Deframer, frame
from chestnut_wire.messages import decode, encode
from chestnut_wire.reports import ReportInbox, ReportSender

MESSAGES = (
    m.Hello(1, 0, 0, 1, 0, 0xDEADBEEF, 1, b"\x00\x01\x02\x03\x04\x05\x06\x07", 1, 1 << 30, 5, 65535, 0),
    m.Hello(1, 9, 255, 255, 255, 0, 0, bytes(8), 0, 0, 0, 0, 0),
    m.Edge(0xDEADBEEF, 0, 0, 0, 0, 0),
    m.Edge(1, 65535, 31, 4, 2, (1 << 30) - 1),
    m.CommandAck(0, 65535),
    m.Pong(4294967295, 0, 1),
    m.HelloAck(1, 0, 4660, 0xDEADBEEF),
    m.EdgeAck(0xDEADBEEF, 512),
    m.Buzz(4660, 1, 6, 255),
    m.Ping(0, 0),
    m.Bye(65535),
    m.Measured(m.BATTERY_MV, 3912),
    m.Measured(m.SKIN_CENTIKELVIN, 0),
    m.CrashPart(0xDEADBEEF, 19, 20, b"ValueError: \xd0\xba\xd0\xbb\xd1\x8e\xd1\x87" + bytes(20)),
    m.CrashPart(0, 0, 1, b"\xff" * 40),
    m.CrashAck(4294967295, 20),
    m.Maintain(4660, 65535),
)


def main():
    whole = b""
    for number, message in enumerate(MESSAGES):
        body = encode(message, number, number - 1)
        assert decode(body) == (number, message), message
        data = frame(body)
        assert 0 not in data[:-1] and len(data) <= 64
        whole += data
        print(type(message).__name__, hexlify(data).decode())
    for body in (b"\0", bytes(MAX_BODY), b"\xff" * MAX_BODY, bytes(range(MAX_BODY)), b"\0\1\0\0\2\0"):
        print(hexlify(frame(body)).decode())

    byte_by_byte = Deframer()
    for byte in whole:
        byte_by_byte.feed(bytes((byte,)))
    at_once = Deframer()
    bodies = at_once.feed(b"noise\0" + b"\xee" * 1000 + b"\0" + whole)
    damaged = bytearray(whole)
    damaged[3] ^= 1
    missing_one = Deframer()
    rest = missing_one.feed(memoryview(damaged))
    assert rest == bodies[1:]
    print(
        byte_by_byte.frames,
        byte_by_byte.dropped,
        len(bodies),
        at_once.dropped,
        len(rest),
        missing_one.dropped,
    )

    # A pseudo-random torrent (linear congruential, the same everywhere): counted, never raised.
    state = 1
    torrent = bytearray()
    for _ in range(20000):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        torrent.append(state >> 16 & 0xFF)
    deframer = Deframer()
    print(len(deframer.feed(torrent)), deframer.dropped, len(deframer.feed(b"\0" + whole)))
    print(
        decode(b""),
        decode(b"\0"),
        decode(bytes((2 << 5 | 1, 7, 0, 2, 5, 1, 1))),
        decode(bytes((2 << 5 | 2, 7, 0))),
    )

    told(bytes(range(1, 128)) * 9)


def told(text):
    """A report goes over in parts of which every third is lost."""
    sender, inbox = ReportSender(), ReportInbox()
    sender.file(text)
    for step in range(200):
        part = sender.due(step * 100000)
        if part is None or step % 3 == 2:
            continue
        answer, whole = inbox.receive(decode(encode(part, 0, 0))[1])
        print(part.part, part.parts, answer.wanted, part.report)
        if sender.wanted(answer):
            print(step, hexlify(whole).decode())


if __name__ == "__main__":
    main()
    sys.exit(0)
