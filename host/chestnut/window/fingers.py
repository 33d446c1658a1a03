"""Fingers on the page's keys: what a browser sends becomes the edges a pod would send, with its own source.

A browser may vanish with the finger down: no key stays down for longer than LONGEST_S.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from chestnut.core.events import ButtonChanged, Edge
from chestnut.core.ports import Post

SOURCE = "page"
LONGEST_S = 5.0
ACTS = ("down", "up", "press", "hold", "double")


@dataclass(slots=True)
class _Finger:
    held: asyncio.TimerHandle
    gone: asyncio.TimerHandle


class Fingers:
    """For one loop. names: of the keys. hold_s: how long a press is before it is a hold. now: monotonic seconds."""

    def __init__(self, names: tuple[str, ...], hold_s: float, post: Post, now: Callable[[], float]) -> None:
        self.names = names
        self._hold_s, self._post, self._now = hold_s, post, now
        self._down: dict[str, _Finger] = {}

    def act(self, key: str, act: str) -> None:
        """act: one of ACTS. "press", "hold" and "double" are whole gestures, for who cannot keep a finger down."""
        if act != "up":
            self._release(key)
        match act:
            case "down":
                self._press(key)
            case "up":
                self._release(key)
            case "press":
                self._edges(key, Edge.DOWN, Edge.UP)
            case "hold":
                self._edges(key, Edge.DOWN, Edge.HELD, Edge.UP)
            case "double":
                self._edges(key, Edge.DOWN, Edge.UP, Edge.DOWN, Edge.UP)

    def release(self) -> None:
        """Every key."""
        for key in tuple(self._down):
            self._release(key)

    def _press(self, key: str) -> None:
        self._edges(key, Edge.DOWN)
        loop = asyncio.get_running_loop()
        self._down[key] = _Finger(
            loop.call_later(self._hold_s, self._edges, key, Edge.HELD),
            loop.call_later(LONGEST_S, self._release, key),
        )

    def _release(self, key: str) -> None:
        finger = self._down.pop(key, None)
        if finger is not None:
            finger.held.cancel()
            finger.gone.cancel()
            self._edges(key, Edge.UP)

    def _edges(self, key: str, *edges: Edge) -> None:
        at = self._now()
        for edge in edges:
            self._post(ButtonChanged(at=at, button=key, edge=edge, source=SOURCE))
