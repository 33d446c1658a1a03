"""Numbered, repeated, applied once. Pure state machines: the time comes in with each call.

From the pod edges come in a ring that repeats them until the host acknowledges; from the host commands go one at a
time until the pod acknowledges. Klipper taught the idea for buttons (docs/Protocol.md and klippy/extras/buttons.py
of the Klipper project): a press is never lost, and where memory ends the loss is counted.
"""

from chestnut_wire.messages import TICK_MODULUS, Buzz, Edge, Maintain

MYPY = False  # read as True by the type checker alone: MicroPython has no typing
if MYPY:
    from typing import Union

    Command = Union[Buzz, Maintain]

RING = 32  # edges the pod keeps
BURST = 8  # edges repeated at once, so that a slow cable is not flooded
RESEND_US = 50000
RESEND_MAX_US = 200000
COMMAND_RETRY_S = 0.05
COMMAND_RETRY_MAX_S = 0.4


def newer(sequence: int, other: int) -> int:
    """By how much a u16 sequence is ahead of another: -32768 to 32767."""
    return ((sequence - other + 0x8000) & 0xFFFF) - 0x8000


def elapsed_us(now_us: int, then_us: int) -> int:
    """Pod microseconds from then to now, over the wrap of the ticks."""
    return (now_us - then_us) % TICK_MODULUS


class EdgeRing:
    """The pod's unacknowledged edges.

    first: sequence of the oldest kept. overflows: oldest edges given up for newer ones. resends: repeated edges.
    """

    def __init__(self, boot: int) -> None:
        self.first = 0
        self.overflows = 0
        self.resends = 0
        self._boot = boot
        self._count = 0
        self._kept: list[tuple[int, int, int]] = [(0, 0, 0)] * RING
        self._sent_us = 0
        self._wait_us = RESEND_US

    def __len__(self) -> int:
        return self._count

    def push(self, button: int, kind: int, t_us: int, now_us: int) -> Edge:
        """Keep an edge; the message to send now."""
        if self._count == RING:
            self.first = (self.first + 1) & 0xFFFF
            self._count -= 1
            self.overflows = min(self.overflows + 1, 0xFFFF)
        if not self._count:
            self._sent_us = now_us
            self._wait_us = RESEND_US
        self._kept[(self.first + self._count) % RING] = (button, kind, t_us)
        self._count += 1
        return self._message(self._count - 1)

    def acknowledge(self, boot: int, sequence: int, now_us: int) -> None:
        """Forget the edges up to this one. An acknowledgement of another life or of what was never sent is void."""
        gone = newer(sequence, self.first) + 1
        if boot == self._boot and 0 < gone <= self._count:
            self.first = (self.first + gone) & 0xFFFF
            self._count -= gone
            self._sent_us = now_us
            self._wait_us = RESEND_US

    def due(self, now_us: int) -> list[Edge]:
        """The edges to repeat now, oldest first; empty while the wait is not over."""
        if not self._count or elapsed_us(now_us, self._sent_us) < self._wait_us:
            return []
        self._wait_us = min(self._wait_us * 2, RESEND_MAX_US)
        return self._repeat(now_us)

    def begin(self, now_us: int) -> list[Edge]:
        """The edges to send when a host has come."""
        self._wait_us = RESEND_US
        return self._repeat(now_us)

    def _repeat(self, now_us: int) -> list[Edge]:
        self._sent_us = now_us
        count = min(self._count, BURST)
        self.resends += count
        return [self._message(number) for number in range(count)]

    def _message(self, number: int) -> Edge:
        sequence = (self.first + number) & 0xFFFF
        button, kind, t_us = self._kept[sequence % RING]
        return Edge(self._boot, sequence, number, button, kind, t_us)


class EdgeInbox:
    """The host's side: every edge once and in order.

    lost: edges the pod had given up. duplicates: edges that came again.
    """

    def __init__(self) -> None:
        self.lost = 0
        self.duplicates = 0
        self._boot: "int | None" = None
        self._expected = 0
        self._early: dict[int, Edge] = {}

    def resume(self, boot: int, sequence: int) -> None:
        """A predecessor of this host had every edge of this boot up to this sequence."""
        self._boot = boot
        self._expected = (sequence + 1) & 0xFFFF

    def greet(self, boot: int, first: int) -> bool:
        """A pod said hello; True when it is one we do not know, whose edges begin at first."""
        if boot == self._boot:
            return False
        self._boot = boot
        self._expected = first
        self._early = {}
        return True

    def receive(self, edge: Edge) -> list[Edge]:
        """The edges that are complete in order now, oldest first. Acknowledge with `acknowledged` even when empty."""
        if edge.boot != self._boot or edge.behind >= RING:
            return []
        delivered: list[Edge] = []
        oldest = (edge.sequence - edge.behind) & 0xFFFF
        ahead = newer(edge.sequence, self._expected)
        if ahead < 0 or edge.sequence in self._early:
            self.duplicates += 1
        else:
            self._early[edge.sequence] = edge
        while newer(oldest, self._expected) > 0:  # what the pod no longer keeps can only be here already
            self._take(delivered, gone=True)
        while self._expected in self._early:
            self._take(delivered, gone=False)
        return delivered

    def acknowledged(self) -> "tuple[int, int] | None":
        """(boot, sequence) for an EdgeAck; None before the first greeting."""
        return None if self._boot is None else (self._boot, (self._expected - 1) & 0xFFFF)

    def _take(self, delivered: list[Edge], gone: bool) -> None:
        edge = self._early.pop(self._expected, None)
        if edge is not None:
            delivered.append(edge)
        elif gone:
            self.lost += 1
        self._expected = (self._expected + 1) & 0xFFFF


class CommandSender:
    """The host's commands: one on its way at a time, repeated until acknowledged or too old to be of use.

    resends: repetitions. expired: commands given up, by age or because more than `limit` waited.
    """

    def __init__(self, session: int = 0, life_s: float = 1.0, limit: int = 4) -> None:
        self.resends = 0
        self.expired = 0
        self._session = session
        self._life_s = life_s
        self._limit = limit
        self._sequence = 0
        self._waiting: "list[tuple[Command, float]]" = []  # and when it was ordered
        self._sent_s: "float | None" = None
        self._wait_s = COMMAND_RETRY_S

    def submit(self, message_class: "type[Command]", fields: tuple[int, ...], now_s: float) -> None:
        """Queue message_class(session, sequence, *fields). The oldest waiting one yields when the queue is full."""
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._waiting.append((message_class(self._session, self._sequence, *fields), now_s))
        if len(self._waiting) > self._limit:
            self._drop_first()

    def acknowledge(self, session: int, sequence: int) -> None:
        if session == self._session and self._waiting and self._waiting[0][0].sequence == sequence:
            self._waiting.pop(0)
            self._sent_s = None

    @property
    def idle(self) -> bool:
        """Nothing waits: the last command was acknowledged or given up."""
        return not self._waiting

    def due(self, now_s: float) -> "Command | None":
        """The command to send now, if any."""
        while self._waiting and now_s - self._waiting[0][1] > self._life_s:
            self._drop_first()
        if not self._waiting:
            return None
        if self._sent_s is None:
            self._wait_s = COMMAND_RETRY_S
        elif now_s - self._sent_s < self._wait_s:
            return None
        else:
            self.resends += 1
            self._wait_s = min(self._wait_s * 2, COMMAND_RETRY_MAX_S)
        self._sent_s = now_s
        return self._waiting[0][0]

    def begin(self, session: int) -> None:
        """A new connection, or a pod that started anew: what waits was for the old one."""
        self._session = session
        self._waiting = []
        self._sent_s = None

    def _drop_first(self) -> None:
        self._waiting.pop(0)
        self._sent_s = None
        self.expired += 1


class CommandInbox:
    """The pod's side: obey each command of a session once."""

    def __init__(self) -> None:
        self._session: "int | None" = None
        self._newest: "int | None" = None

    def greet(self, session: int) -> None:
        """A host came; a new session begins to count anew, anywhere."""
        if session != self._session:
            self._session = session
            self._newest = None

    def knows(self, session: int) -> bool:
        return session == self._session

    def fresh(self, sequence: int) -> bool:
        """True the first time. The host sends one command at a time, so an older number was obeyed or given up."""
        if self._newest is not None and newer(sequence, self._newest) <= 0:
            return False
        self._newest = sequence
        return True
