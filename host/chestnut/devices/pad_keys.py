"""What the fingers do on a pad, whichever way it comes: codes and axes in, ButtonChanged out. On the asyncio loop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from chestnut.core.events import ButtonChanged, Edge
from chestnut.core.pad import Layout
from chestnut.core.ports import Clock, Post

# A stick or a trigger is down from this part of its way on, and up again below the other: a worn one rests beside its
# middle, and one that is held lightly must not chatter.
DOWN_AT, UP_AT = 0.6, 0.4
# A d-pad comes as a hat on some pads and modes, as the first stick on others (linux/input-event-codes.h).
DIRECTIONS = {
    "ABS_HAT0X": ("pad_left", "pad_right"),
    "ABS_X": ("pad_left", "pad_right"),
    "ABS_HAT0Y": ("pad_up", "pad_down"),
    "ABS_Y": ("pad_up", "pad_down"),
}


class PadKeys:
    """layout: of the pad that is there. hold_s: a key down so long is held; told once, stamped with the moment it
    became one, and never of a key that was let go before, however late this hears of it. stamped: `at` is when the
    finger moved; else when it was heard of, and then a key whose release comes before its hold was told is pressed.

    Nothing is told of a key that was down before the first edge of it came, nor of one that is down when the pad is
    lost.
    """

    def __init__(
        self, layout: Layout, post: Post, clock: Clock, hold_s: float, *, stamped: bool = True
    ) -> None:
        self._stamped = stamped
        self._layout = layout
        self._post = post
        self._clock = clock
        self._hold_s = hold_s
        self._causes: dict[str, set[str]] = {}  # by button: what says that it is down
        self._since: dict[str, float] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._closed = False

    def key(self, code: str, down: bool, at: float) -> None:
        """code: as in linux/input-event-codes.h; one that is not in the layout does nothing."""
        button = self._layout.buttons.get(code)
        if button is not None:
            self._cause(button, code, down, at)

    def axis(self, code: str, place: float, at: float) -> None:
        """place: -1 to 1 of a stick or hat, 0 in the middle; of a trigger 0 to 1."""
        if code in self._layout.triggers:
            self._lean(self._layout.triggers[code], code, place, at)
        elif code in DIRECTIONS:
            less, more = DIRECTIONS[code]
            self._lean(less, code, -place, at)
            self._lean(more, code, place, at)

    def close(self) -> None:
        """The pad is gone: from now on nothing is told."""
        self._closed = True
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._causes.clear()
        self._since.clear()

    @property
    def down(self) -> Mapping[str, float]:
        """The buttons that are down, and since when."""
        return dict(self._since)

    def _lean(self, button: str, code: str, place: float, at: float) -> None:
        was = code in self._causes.get(button, ())
        self._cause(button, code, place >= (UP_AT if was else DOWN_AT), at)

    def _cause(self, button: str, code: str, down: bool, at: float) -> None:
        """A button two of them tell of is down while either says so."""
        if self._closed:
            return
        at = min(at, self._clock.now())
        causes = self._causes.setdefault(button, set())
        was_down = bool(causes)
        (causes.add if down else causes.discard)(code)
        if bool(causes) == was_down:
            return
        if causes:
            self._since[button] = at
            self._tell(button, Edge.DOWN, at)
            wait_s = max(0.0, at + self._hold_s - self._clock.now())
            self._timers[button] = asyncio.get_running_loop().call_later(wait_s, self._held, button)
            return
        held_at = self._since.pop(button) + self._hold_s
        if (timer := self._timers.pop(button, None)) is not None:
            timer.cancel()
            if self._stamped and at >= held_at:
                self._tell(button, Edge.HELD, held_at)  # the loop was late, the finger was not
        self._tell(button, Edge.UP, at)

    def _held(self, button: str) -> None:
        self._timers.pop(button, None)
        held_at = self._since[button] + self._hold_s
        self._tell(button, Edge.HELD, min(held_at, self._clock.now()))  # a timer may come a little early

    def _tell(self, button: str, edge: Edge, at: float) -> None:
        self._post(ButtonChanged(at=at, button=button, edge=edge, source="pad"))
