"""What both ends of the cable do with frames: number, send, take apart, count."""

from chestnut_wire.framing import Deframer, frame
from chestnut_wire.messages import decode, encode

MYPY = False  # read as True by the type checker alone: MicroPython has no typing
if MYPY:
    from collections.abc import Callable


class Side:
    """`send` takes the bytes of one whole frame and may drop them.

    missed: the other side's frames that never came, by the gaps in their sequence. unknown: whole frames of no
    message of ours.
    """

    def __init__(self, send: "Callable[[bytes], object]") -> None:
        self.deframer = Deframer()
        self.sent = 0
        self.missed = 0
        self.unknown = 0
        self._send = send
        self._heard: "int | None" = None

    def say(self, message: tuple[object, ...]) -> None:
        data = frame(encode(message, self.sent, self._heard or 0))
        self.sent += 1
        self._send(data)

    def hear(self, data: bytes) -> list[tuple[object, ...]]:
        """The messages that end in these bytes. Never raises."""
        messages = []
        for body in self.deframer.feed(data):
            decoded = decode(body)
            if decoded is None:
                self.unknown += 1
                continue
            sequence, message = decoded
            if self._heard is not None:
                gap = (sequence - self._heard - 1) & 0xFF
                self.missed += gap if gap < 128 else 0
            self._heard = sequence
            messages.append(message)
        return messages

    def begin(self) -> None:
        """A new connection: half a frame and the count of the old one are void."""
        self.deframer.feed(b"\0")
        self._heard = None
