"""The pod's side of the conversation. Pure: bytes and the time come in, frames and rhythms go out.

`send(bytes)` takes one frame and may drop it, `play(pattern, strength)` starts a rhythm; neither may block.
Times are the pod's ticks in microseconds modulo TICK_MODULUS.
"""

from chestnut_wire import messages as m
from chestnut_wire.reliable import CommandInbox, EdgeRing, elapsed_us
from chestnut_wire.side import Side

MYPY = False  # read as True by the type checker alone: MicroPython has no typing
if MYPY:
    from collections.abc import Callable
    from typing import Any

HELLO_US = 250000
HOST_SILENT_US = 5000000
FULL_STRENGTH = 255


class PodEnd:
    """linked: a host has acknowledged our hello and was heard within host_silent_us.

    identity: a Hello whose boot, uid, causes and so on are filled in; its edge fields are replaced when it is sent.
    """

    def __init__(
        self,
        identity: m.Hello,
        send: "Callable[[bytes], object]",
        play: "Callable[[int, int], object]",
        host_silent_us: int = HOST_SILENT_US,
    ) -> None:
        self.linked = False
        self.side = Side(send)
        self.ring = EdgeRing(identity.boot)
        self._identity = identity
        self._play = play
        self._host_silent_us = host_silent_us
        self._commands = CommandInbox()
        self._missing = False  # the host was lost, and the wearer felt it
        self._greeted_us: "int | None" = None
        self._heard_us = 0

    def edge(self, button: int, kind: int, t_us: int, now_us: int) -> None:
        """A key moved. Kept until a host acknowledges it."""
        message = self.ring.push(button, kind, t_us, now_us)
        if self.linked:
            self.side.say(message)

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
            self._play(m.HOST_LOST, FULL_STRENGTH)
        if self.linked:
            for edge in self.ring.due(now_us):
                self.side.say(edge)
        elif self._greeted_us is None or elapsed_us(now_us, self._greeted_us) >= HELLO_US:
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
                    self._play(message.pattern, message.strength)
        elif kind is m.Bye:
            if self._commands.knows(message.session):
                self.linked = False
        else:
            return False
        return True

    def _greet(self, now_us: int) -> None:
        self._greeted_us = now_us
        fields = list(self._identity)[:-2]
        fields += [self.ring.first, self.ring.overflows]
        self.side.say(m.Hello(*fields))

    def _accept(self, message: m.HelloAck, now_us: int) -> None:
        if message.major != m.MAJOR or message.boot != self._identity.boot:
            return
        if self.linked and self._commands.knows(message.session):
            return
        self.linked = True
        self._commands.greet(message.session)
        if self._missing:
            self._missing = False
            self._play(m.DONE, FULL_STRENGTH)
        for edge in self.ring.begin(now_us):
            self.side.say(edge)
