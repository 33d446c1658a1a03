"""The Pi's pins without a Pi: what is driven can be looked at, the button pressed by call."""

from __future__ import annotations

from dataclasses import dataclass, field

from chestnut.core.events import ButtonChanged, Edge
from chestnut.core.ports import Clock, PodLine, Post


@dataclass(slots=True)
class SimulatedBoard:
    """The Board port. level: of the status light. low: which of the pod's lines are pulled low. empty: what the
    battery's warning line says; None for no line."""

    post: Post
    clock: Clock
    empty: bool | None = None
    level: float = 0.0
    camera_lit: bool = False
    amplified: bool = True
    low: set[PodLine] = field(default_factory=set)
    _closed: bool = False

    def press(self, *, held: bool = False) -> None:
        """The service button, down and up again."""
        for edge in (Edge.DOWN, Edge.HELD, Edge.UP) if held else (Edge.DOWN, Edge.UP):
            if not self._closed:
                self.post(ButtonChanged(at=self.clock.now(), button="service", edge=edge, source="board"))

    def glow(self, level: float) -> None:
        if not self._closed:
            self.level = min(1.0, max(0.0, level))

    def camera_light(self, on: bool) -> None:
        if not self._closed:
            self.camera_lit = on

    def amplify(self, on: bool) -> None:
        if not self._closed:
            self.amplified = on

    def pull(self, line: PodLine, low: bool) -> None:
        if self._closed:
            return
        if low:
            self.low.add(line)
        else:
            self.low.discard(line)

    def battery_low(self) -> bool | None:
        return None if self._closed else self.empty

    def close(self) -> None:
        self._closed = True
        self.level, self.camera_lit, self.amplified = 0.0, False, True
        self.low.clear()
