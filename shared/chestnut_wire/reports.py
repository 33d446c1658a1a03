"""A report of a fault, told in parts: one at a time, repeated until the host asks for the next one.

The host names the part it wants (CrashAck.wanted), so whichever side starts anew in between, the report is told
whole. Wanting the part after the last means that all of it has arrived. `report` is the checksum of its text.
"""

from binascii import crc32

from chestnut_wire.messages import TICK_MODULUS, CrashAck, CrashPart

PART_BYTES = 40
LONGEST = 800  # bytes of a report; of a longer one the end is told, where the fault has its name
RESEND_US = 200000


class ReportSender:
    """The pod's side. Nothing is told until `file` was called."""

    def __init__(self) -> None:
        self._text = b""
        self._report = 0
        self._at = 0
        self._sent_us: "int | None" = None

    def file(self, text: bytes) -> None:
        self._text = text[-LONGEST:]
        self._report = crc32(self._text)
        self.begin()

    def begin(self) -> None:
        """A host has come: from the first part."""
        self._at = 0
        self._sent_us = None

    def due(self, now_us: int) -> "CrashPart | None":
        """The part to send now, if any."""
        if not self._text or (
            self._sent_us is not None and (now_us - self._sent_us) % TICK_MODULUS < RESEND_US
        ):
            return None
        self._sent_us = now_us
        begin = self._at * PART_BYTES
        return CrashPart(self._report, self._at, self._parts(), self._text[begin : begin + PART_BYTES])

    def wanted(self, message: CrashAck) -> bool:
        """The host wants a part; True once, when it has them all and the report may be forgotten."""
        if not self._text or message.report != self._report:
            return False
        if message.wanted >= self._parts():
            self._text = b""
            return True
        if message.wanted != self._at:
            self._at = message.wanted
            self._sent_us = None
        return False

    def _parts(self) -> int:
        return -(-len(self._text) // PART_BYTES)


class ReportInbox:
    """The host's side: each report whole and once. Holds at most one."""

    def __init__(self) -> None:
        self._report: "int | None" = None
        self._parts: list[bytes] = []

    def receive(self, part: CrashPart) -> "tuple[CrashAck, bytes | None] | None":
        """(what to answer, the text when this part completed it); None for nonsense."""
        if not 0 <= part.part < part.parts <= LONGEST // PART_BYTES:
            return None
        if part.report != self._report:
            self._report = part.report
            self._parts = []
        text = None
        if part.part == len(self._parts):
            self._parts.append(part.text)
            if len(self._parts) == part.parts:
                # A packed field is filled up with zeros, and a report holds none.
                text = b"".join(self._parts).rstrip(b"\0")
        return CrashAck(part.report, len(self._parts)), text
