"""What is on its way to one open page: bounded, and the newest wins. A page that reads slowly costs nobody else
anything, and misses steps, never the state. For the loop of the page's server alone."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_LINES = 200
MOST_MOMENTS = 32  # keys and pulses; a page that missed more shows how it is now
MOST_PAGES = 4  # a browser keeps six connections to one address, and a page needs more than one


@dataclass(frozen=True, slots=True)
class Sent:
    """kind: "line", where data["id"] names it; "kept", the lines that are left; "key" or "felt", of the moment;
    else a part of the state, of which only the newest counts."""

    kind: str
    data: Mapping[str, Any]


@dataclass(slots=True)
class Mailbox:
    states: dict[str, Sent] = field(default_factory=dict)
    lines: dict[str, Sent] = field(default_factory=dict)
    moments: deque[Sent] = field(default_factory=lambda: deque(maxlen=MOST_MOMENTS))
    closed: bool = False
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, sent: Sent) -> None:
        match sent.kind:
            case "line":
                self.lines.pop(sent.data["id"], None)
                self.lines[sent.data["id"]] = sent
                while len(self.lines) > MOST_LINES:
                    del self.lines[next(iter(self.lines))]
            case "key" | "felt":
                self.moments.append(sent)
            case _:
                if sent.kind == "kept":
                    self.lines = {each: line for each, line in self.lines.items() if each in sent.data["ids"]}
                self.states[sent.kind] = sent
        self._came.set()

    def close(self) -> None:
        self.closed = True
        self._came.set()

    async def take(self, wait_s: float) -> tuple[Sent, ...]:
        """All that came; nothing after wait_s, or when it is closed."""
        try:
            async with asyncio.timeout(wait_s):
                await self._came.wait()
        except TimeoutError:
            return ()
        self._came.clear()
        taken = (*self.states.values(), *self.lines.values(), *self.moments)
        self.states, self.lines = {}, {}
        self.moments.clear()
        return taken


class Mailboxes:
    def __init__(self) -> None:
        self._open: list[Mailbox] = []

    def __len__(self) -> int:
        return len(self._open)

    def open(self) -> Mailbox | None:
        """None when MOST_PAGES are open."""
        if len(self._open) >= MOST_PAGES:
            return None
        self._open.append(mailbox := Mailbox())
        return mailbox

    def leave(self, mailbox: Mailbox) -> None:
        if mailbox in self._open:
            self._open.remove(mailbox)

    def put(self, sent: Sent) -> None:
        for mailbox in self._open:
            mailbox.put(sent)

    def close(self) -> None:
        for mailbox in self._open:
            mailbox.close()
