"""Edges of keys become gestures: a press, a hold, a double press. Pure; time is the finger's, not the host's.

A press counts when the key is let go, without waiting to see whether a second one follows: the answer to a press
must begin at once. A second press within DOUBLE_S *supersedes* the first; every double press is chosen so that it
continues or deepens what the single one began. A hold is the pod's own word (Edge.HELD).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chestnut.core.events import ButtonChanged, Edge
from chestnut.core.pad import PREFIX

DOUBLE_S = 0.35


class Kind(StrEnum):
    PRESS = "press"
    HOLD = "hold"
    DOUBLE = "double"


@dataclass(frozen=True, slots=True)
class Gesture:
    """means: the skill it would begin, filled in for a skill that is offered the gesture instead. key: the one that
    was pressed, where it is another than `button`, for which it stands. steps: 1 for a key that goes on in any list,
    -1 for one that goes back, 0 for all others."""

    button: str
    kind: Kind
    means: str = ""
    key: str = ""
    steps: int = 0

    @property
    def of_pad(self) -> bool:
        return (self.key or self.button).startswith(PREFIX)


class Gestures:
    """Feed it every ButtonChanged in order; each answers with the gesture it completes, or None.

    Keys are followed apart from each other and by source, so a pad and a pod do not mix. Edges that make no sense
    (an UP without a DOWN, a second DOWN without an UP) are taken as far as they do: a lost edge costs one gesture
    at most.
    """

    def __init__(self) -> None:
        self._down: dict[tuple[str, str], bool] = {}  # is the key down, and still free to become a press?
        self._pressed_at: dict[tuple[str, str], float] = {}

    def forget(self, source: str) -> None:
        """What the fingers do there is not known any more."""
        for known in (self._down, self._pressed_at):
            for key in [key for key in known if key[0] == source]:
                del known[key]

    def feed(self, event: ButtonChanged) -> Gesture | None:
        key = (event.source, event.button)
        match event.edge:
            case Edge.DOWN:
                before = self._pressed_at.pop(key, None)
                double = before is not None and 0 <= event.at - before <= DOUBLE_S
                self._down[key] = not double
                return Gesture(event.button, Kind.DOUBLE) if double else None
            case Edge.HELD:
                if not self._down.get(key, False):
                    return None  # the second press of a double may be long; it has been answered already
                self._down[key] = False
                return Gesture(event.button, Kind.HOLD)
            case Edge.UP:
                if not self._down.pop(key, False):
                    return None
                self._pressed_at[key] = event.at
                return Gesture(event.button, Kind.PRESS)
