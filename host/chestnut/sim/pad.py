"""A simulated pad: its keys are pressed by call, it can fall asleep and wake."""

from __future__ import annotations

import asyncio

from chestnut.core.events import ButtonChanged, Edge, PadMeasured, Part, PartFound, PartLost
from chestnut.core.pad import BUTTONS
from chestnut.core.ports import Clock, Post

BATTERY = 80


class SimulatedPad:
    """The Pad port. here: it is switched on when the device starts. hold_s: a key down so long is held."""

    def __init__(self, post: Post, clock: Clock, hold_s: float, *, here: bool = True) -> None:
        self._post = post
        self._clock = clock
        self._hold_s = hold_s
        self._here = here
        self._started = False
        self._presses: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        if not self._started:
            self._started = True
            if self._here:
                self.come()

    @property
    def awake(self) -> bool:
        return self._here

    def come(self) -> None:
        """It is switched on."""
        self._here = True
        if self._started:
            self._post(PartFound(at=self._clock.now(), part=Part.PAD))
            self._post(PadMeasured(at=self._clock.now(), percent=BATTERY))

    def go(self) -> None:
        """It is switched off, with what the fingers did."""
        for press in self._presses:
            press.cancel()
        if self._here and self._started:
            self._post(PartLost(at=self._clock.now(), part=Part.PAD, reason="pad_lost"))
        self._here = False

    def press(self, button: str, down_s: float = 0.05) -> None:
        """button: "pad_x". Nothing while it is off."""
        if button not in BUTTONS:
            raise ValueError(f"a pad has no {button!r}")
        if self._here and self._started:
            task = asyncio.get_running_loop().create_task(self._press(button, down_s), name="pad")
            self._presses.add(task)
            task.add_done_callback(self._presses.discard)

    async def close(self) -> None:
        self._started = False
        presses = list(self._presses)
        for press in presses:
            press.cancel()
        await asyncio.gather(*presses, return_exceptions=True)

    async def _press(self, button: str, down_s: float) -> None:
        self._tell(button, Edge.DOWN)
        if down_s >= self._hold_s:
            await asyncio.sleep(self._hold_s)
            self._tell(button, Edge.HELD)
            down_s -= self._hold_s
        await asyncio.sleep(down_s)
        self._tell(button, Edge.UP)

    def _tell(self, button: str, edge: Edge) -> None:
        self._post(ButtonChanged(at=self._clock.now(), button=button, edge=edge, source="pad"))
