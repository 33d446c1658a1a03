"""The pod's side of the conversation. Pure: bytes and the time come in, frames and rhythms go out.

`send(bytes)` takes one frame and may drop it, `play(pattern, strength)` starts a rhythm; neither may block.
Times are the pod's ticks in microseconds modulo TICK_MODULUS.
"""

from chestnut_wire import messages as m
from chestnut_wire.reliable import CommandInbox, EdgeRing, elapsed_us
from chestnut_wire.reports import ReportSender
from chestnut_wire.side import Side

MYPY = False  # read as True by the type checker alone: MicroPython has no typing
if MYPY:
    from collections.abc import Callable
    from typing import Any

HELLO_US = 250000
HOST_SILENT_US = 5000000
MEASURED_US = 30000000
_CHANGING = 8  # the place of Hello.capabilities
FULL_STRENGTH = 255


class PodEnd:
    """linked: a host has acknowledged our hello and was heard within host_silent_us.

    strength: the wearer's choice, as the last Buzz told it, for the pod's own ticks too.
    abilities: the capabilities that it tells; `able` changes them.
    identity: a Hello whose boot, uid, causes and so on are filled in; what changes in it is replaced when it is sent.
    told(): the report of an earlier fault has arrived. maintain(): the host wants the prompt left to the maker.
    """

    def __init__(
        self,
        identity: m.Hello,
        send: "Callable[[bytes], object]",
        play: "Callable[[int, int], object]",
        host_silent_us: int = HOST_SILENT_US,
        told: "Callable[[], object] | None" = None,
        maintain: "Callable[[], object] | None" = None,
    ) -> None:
        self.linked = False
        self.strength = FULL_STRENGTH
        self.side = Side(send)
        self.ring = EdgeRing(identity.boot)
        self.reports = ReportSender()
        self._identity = identity
        self._play = play
        self._host_silent_us = host_silent_us
        self._commands = CommandInbox()
        self._missing = False  # the host was lost, and the wearer felt it
        self._greeted_us: "int | None" = None
        self._heard_us = 0
        self._told = told
        self._maintain = maintain
        self._host_minor = 0
        self.abilities = identity.capabilities
        self._changed_us: "int | None" = None  # when they changed, while a linked host may not know it
        self._measured: dict[int, int] = {}
        self._measured_us = 0

    def edge(self, button: int, kind: int, t_us: int, now_us: int) -> None:
        """A key moved. Kept until a host acknowledges it."""
        message = self.ring.push(button, kind, t_us, now_us)
        if self.linked:
            self.side.say(message)

    def measured(self, quantity: int, value: int) -> None:
        """A measure has changed."""
        self._measured[quantity] = value
        if self.linked and self._host_minor:
            self.side.say(m.Measured(quantity, value))

    def able(self, abilities: int, now_us: int) -> None:
        """What the pod can do has changed; said until the host has surely heard it."""
        self.abilities = abilities
        self._changed_us = now_us

    def received(self, data: bytes, now_us: int) -> None:
        """Bytes came from the cable, of any kind."""
        for message in self.side.hear(data):
            if self._answer(message, now_us):
                self._heard_us = now_us

    def tick(self, now_us: int) -> None:
        """Call every few milliseconds: repeats what is due and notices that the host is gone."""
        if self.linked and elapsed_us(now_us, self._heard_us) >= self._host_silent_us:
            self.linked = False
            self._missing = True
            self._play(m.HOST_LOST, FULL_STRENGTH)  # however soft the wearer wants it
        if self.linked:
            for edge in self.ring.due(now_us):
                self.side.say(edge)
            if self._host_minor:
                self._tell(now_us)
        if self.linked and self._changed_us is None:
            return
        if self._greeted_us is None or elapsed_us(now_us, self._greeted_us) >= HELLO_US:
            self._greet(now_us)

    def _answer(self, message: "Any", now_us: int) -> bool:
        """True when the host said it; our own frames come back from a cable that echoes."""
        kind = type(message)
        if kind is m.Ping:
            self.side.say(m.Pong(message.token, now_us, now_us))
            if not (self.linked and self._commands.knows(message.session)):
                self.linked = False
                self._greet(now_us)
        elif kind is m.HelloAck:
            self._accept(message, now_us)
        elif kind is m.EdgeAck:
            self.ring.acknowledge(message.boot, message.sequence, now_us)
        elif kind is m.Buzz:
            if self.linked and self._commands.knows(message.session):
                self.side.say(m.CommandAck(message.session, message.sequence))
                if self._commands.fresh(message.sequence):
                    self.strength = message.strength
                    self._play(message.pattern, message.strength)
        elif kind is m.Maintain:
            if self.linked and self._commands.knows(message.session):
                self.side.say(m.CommandAck(message.session, message.sequence))
                if self._commands.fresh(message.sequence) and self._maintain is not None:
                    self._maintain()
        elif kind is m.CrashAck:
            if self.reports.wanted(message) and self._told is not None:
                self._told()
        elif kind is m.Bye:
            if self._commands.knows(message.session):
                self.linked = False
        else:
            return False
        return True

    def _tell(self, now_us: int) -> None:
        """What a host that knows of it is told beside the keys."""
        part = self.reports.due(now_us)
        if part is not None:
            self.side.say(part)
        if elapsed_us(now_us, self._measured_us) >= MEASURED_US:
            self._measured_us = now_us
            for quantity, value in self._measured.items():
                self.side.say(m.Measured(quantity, value))

    def _greet(self, now_us: int) -> None:
        self._greeted_us = now_us
        fields = list(self._identity)[:-2]
        fields += [self.ring.first, self.ring.overflows]
        fields[_CHANGING] = self.abilities
        self.side.say(m.Hello(*fields))

    def _accept(self, message: m.HelloAck, now_us: int) -> None:
        if message.major != m.MAJOR or message.boot != self._identity.boot:
            return
        if self._changed_us is not None and elapsed_us(now_us, self._changed_us) >= HELLO_US:
            self._changed_us = None  # what this acknowledges was said after the change
        if self.linked and self._commands.knows(message.session):
            return
        self.linked = True
        self._host_minor = message.minor
        self._measured_us = (now_us - MEASURED_US) % m.TICK_MODULUS
        self.reports.begin()
        self._commands.greet(message.session)
        if self._missing:
            self._missing = False
            self._play(m.DONE, self.strength)
        for edge in self.ring.begin(now_us):
            self.side.say(edge)
