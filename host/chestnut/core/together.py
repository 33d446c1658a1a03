"""Find and Stop held together for three seconds switch the device off. Pure.

Both must be told held by the pod itself, not only to have gone down: a cable that is pulled with two fingers on the
keys switches nothing off.
"""

from __future__ import annotations

from chestnut.core.effects import Alarm
from chestnut.core.events import ButtonChanged, Edge
from chestnut.core.orders import Orders

KEYS = ("find", "stop")
HOLD_S = 3.0


class Together:
    """Feed it every ButtonChanged. While both are down, neither means anything by itself."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._down: set[tuple[str, str]] = set()
        self._held: set[tuple[str, str]] = set()
        self._alarm = 0

    def feed(self, event: ButtonChanged, now: float) -> bool:
        """Are both down, after this? now: monotonic seconds, of the newest event."""
        if event.button not in KEYS:
            return False
        key = (event.source, event.button)
        match event.edge:
            case Edge.DOWN:
                self._down.add(key)
                self._held.discard(key)
            case Edge.HELD if key in self._down:
                self._held.add(key)
            case Edge.UP:
                self._down.discard(key)
                self._held.discard(key)
        both = self._all(event.source, self._down)
        if event.edge is Edge.UP and not any(self._all(source, self._down) for source, _ in self._down):
            self._end()
        elif both and event.edge is Edge.DOWN:
            self._end()
            self._alarm = self._orders.start(Alarm(max(0.0, HOLD_S - (now - event.at))))
        return both

    def held(self, source: str) -> bool:
        """Both, by the pod's own word."""
        return self._all(source, self._held)

    def rings(self, job: int) -> bool:
        """Was that its alarm, with both held all the while?"""
        if not job or job != self._alarm:
            return False
        self._alarm = 0
        return any(self.held(source) for source, _ in self._held)

    def forget(self) -> None:
        """What the fingers do is not known any more."""
        self._down.clear()
        self._held.clear()
        self._end()

    def _end(self) -> None:
        self._orders.cancel(self._alarm)
        self._alarm = 0

    @staticmethod
    def _all(source: str, keys: set[tuple[str, str]]) -> bool:
        return all((source, button) in keys for button in KEYS)
