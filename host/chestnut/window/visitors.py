"""Who is connected. A connection that has shown no token yet is a stranger's, as any other user of the machine can
open one: it has a few seconds, and when there are many the oldest goes. So none takes a rightful page its place.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

Client = tuple[str, int]  # address and port; of two connections at once no two are the same

MOST_KNOWN = 32
# So many are accepted at once, before any of them is listened to. Of three times as many strangers
# none goes before that.
BACKLOG = 64
MOST_STRANGERS = 3 * BACKLOG
PATIENCE_S = 5.0


class Visitors:
    """For the loop of the page's server alone. patience_s: so long a stranger may stay."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._strangers: dict[Client, tuple[asyncio.Transport, asyncio.TimerHandle]] = {}  # the oldest first
        self._known: set[Client] = set()

    def came(self, client: Client, transport: asyncio.Transport) -> None:
        while len(self._strangers) >= MOST_STRANGERS:
            oldest, _ = self._strangers[next(iter(self._strangers))]
            self._forget(next(iter(self._strangers)))
            oldest.abort()
        timer = asyncio.get_running_loop().call_later(self._patience_s, transport.abort)
        self._strangers[client] = transport, timer

    def know(self, client: Client) -> bool:
        """It has shown a token, and may stay. False when there are MOST_KNOWN already."""
        if client not in self._known and len(self._known) >= MOST_KNOWN:
            return False
        self._forget(client)
        self._known.add(client)
        return True

    def left(self, client: Client) -> None:
        self._forget(client)
        self._known.discard(client)

    def _forget(self, client: Client) -> None:
        if client in self._strangers:
            self._strangers.pop(client)[1].cancel()


def protocol(visitors: Visitors) -> type[H11Protocol]:
    """uvicorn's, which tells the visitors who comes and leaves."""

    class Visited(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            if self.client is not None:
                visitors.came(self.client, transport)

        def connection_lost(self, exc: Exception | None) -> None:
            if self.client is not None:
                visitors.left(self.client)
            super().connection_lost(exc)

    return Visited
