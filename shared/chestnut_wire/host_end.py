"""The host's side of the conversation. Pure: bytes and monotonic seconds come in, frames and facts go out.

One HostEnd lives as long as the host and survives every reconnection, so that no edge is delivered twice.
"""

from chestnut_wire import messages as m
from chestnut_wire.clock import PodClock
from chestnut_wire.reliable import CommandSender, EdgeInbox
from chestnut_wire.reports import ReportInbox
from chestnut_wire.side import Side

MYPY = False  # read as True by the type checker alone: MicroPython has no typing
if MYPY:
    from collections.abc import Callable
    from typing import Any

PING_S = 1.0
FIRST_PINGS = 8  # these come quickly: the best of them gives the clock
FIRST_PING_S = 0.05
_PINGS_KEPT = 8


class HostEnd:
    """session: 16 random bits; each connection counts on from them. buttons: how many keys the pod must have.

    `send(bytes)` takes one frame and may drop it. `moved(button, kind, at_s)` hears every edge once and in order:
    its times never run backwards and never lie in the future. `found()` is called when a pod was greeted, `refused()`
    when its protocol or its keys are not ours. `measured(quantity, value)` hears the pod's measures, `crashed(text)`
    the trace of a fault in an earlier life, once, and `able()` that the capabilities of a linked pod have changed.

    heard_s: when the pod was last heard, None before. linked: a pod was greeted and the connection has not ended.
    """

    def __init__(
        self,
        session: int,
        buttons: int,
        send: "Callable[[bytes], object]",
        moved: "Callable[[int, int, float], object]",
        found: "Callable[[], object]",
        refused: "Callable[[], object]",
        measured: "Callable[[int, int], object] | None" = None,
        crashed: "Callable[[bytes], object] | None" = None,
        able: "Callable[[], object] | None" = None,
    ) -> None:
        self.heard_s: "float | None" = None
        self.linked = False
        self.hello: "m.Hello | None" = None  # the newest accepted one
        self.side = Side(send)
        self.inbox = EdgeInbox()
        self.clock = PodClock()
        self.commands = CommandSender()
        self.reports = ReportInbox()
        self._session = session
        self._buttons = buttons
        self._moved = moved
        self._found = found
        self._refused = refused
        self._measured = measured
        self._crashed = crashed
        self._able = able
        self._token = 0
        self._pings: dict[int, float] = {}  # token: sent_s
        self._pinged_s: "float | None" = None
        self._quick = FIRST_PINGS
        self._welcome: "m.Hello | None" = None  # waits for the first exchange of clocks
        self._complained = False
        self._last_s = 0.0  # time of the newest edge

    def connected(self, now_s: float) -> None:
        """A cable is there; who is at its other end is not known yet."""
        self.side.begin()
        self._session = (self._session + 1) & 0xFFFF
        self.commands.begin(self._session)
        self.heard_s = None
        self.linked = False
        self._complained = False
        self._welcome = None
        self._quick = FIRST_PINGS
        self._ping(now_s)

    def disconnected(self) -> None:
        self.linked = False

    def received(self, data: bytes, now_s: float) -> None:
        """Bytes came from the cable, of any kind."""
        edges = 0
        for message in self.side.hear(data):
            edges += self._answer(message, now_s)
        acknowledged = self.inbox.acknowledged()
        if edges and acknowledged is not None:
            self.side.say(m.EdgeAck(*acknowledged))

    def tick(self, now_s: float) -> None:
        """Call every few tens of milliseconds while connected: pings and repeats what is due."""
        if self._pinged_s is None or now_s - self._pinged_s >= (FIRST_PING_S if self._quick else PING_S):
            self._quick = max(self._quick - 1, 0)
            self._ping(now_s)
        self._send_command(now_s)

    def buzz(self, pattern: int, strength: int, now_s: float) -> None:
        """Play a pattern of messages.PATTERNS; without a pod it is forgotten."""
        if self.linked:
            self.commands.submit(m.Buzz, (pattern, strength), now_s)
            self._send_command(now_s)

    def maintain(self, now_s: float) -> None:
        """Ask the linked pod to leave its prompt to the maker; obeyed when commands.idle again."""
        if self.linked:
            self.commands.submit(m.Maintain, (), now_s)
            self._send_command(now_s)

    def farewell(self) -> None:
        if self.linked:
            self.side.say(m.Bye(self._session))

    def _answer(self, message: "Any", now_s: float) -> int:
        """1 for an edge, which wants an acknowledgement."""
        kind = type(message)
        if kind is m.Edge:
            self.heard_s = now_s
            if not self.linked:
                return 0
            for edge in self.inbox.receive(message):
                at_s = min(now_s, max(self._last_s, self.clock.to_host(edge.t_us)))
                self._last_s = at_s
                self._moved(edge.button, edge.kind, at_s)
            return 1
        if kind is m.Hello:
            self.heard_s = now_s
            self._meet(message, now_s)
        elif kind is m.Pong:
            self.heard_s = now_s
            sent_s = self._pings.pop(message.token, None)
            if sent_s is not None:
                self.clock.exchanged(sent_s, message.received_us, message.sent_us, now_s)
                if self._welcome is not None:
                    self._meet(self._welcome, now_s)
        elif kind is m.CommandAck:
            self.heard_s = now_s
            self.commands.acknowledge(message.session, message.sequence)
            self._send_command(now_s)
        elif kind is m.Measured:
            self.heard_s = now_s
            if self.linked and self._measured is not None:
                self._measured(message.quantity, message.value)
        elif kind is m.CrashPart:
            self.heard_s = now_s
            answer = self.reports.receive(message)
            if answer is not None:
                self.side.say(answer[0])
                if answer[1] is not None and self._crashed is not None:
                    self._crashed(answer[1])
        return 0

    def _meet(self, hello: m.Hello, now_s: float) -> None:
        if hello.major != m.MAJOR or hello.buttons != self._buttons:
            if not self._complained:
                self._complained = True
                self._refused()
            return
        if self.inbox.greet(hello.boot, hello.first):
            # Another life of the pod, other ticks: what was asked of the old one is void.
            self.clock.reset()
            self.commands.begin(self._session)
            self._pings = {}
            self._quick = FIRST_PINGS
            self.linked = False
            self._ping(now_s)
        if not self.clock.known():
            self._welcome = hello
            return
        self._welcome = None
        before, self.hello = self.hello, hello
        self.side.say(m.HelloAck(m.MAJOR, m.MINOR, self._session, hello.boot))
        if not self.linked:
            self.linked = True
            self._found()
        elif before is not None and before.capabilities != hello.capabilities and self._able is not None:
            self._able()

    def _ping(self, now_s: float) -> None:
        self._pinged_s = now_s
        self._token = (self._token + 1) & 0xFFFFFFFF
        self._pings[self._token] = now_s
        if len(self._pings) > _PINGS_KEPT:
            del self._pings[min(self._pings)]
        self.side.say(m.Ping(self._session, self._token))

    def _send_command(self, now_s: float) -> None:
        command = self.commands.due(now_s) if self.linked else None
        if command is not None:
            self.side.say(command)
