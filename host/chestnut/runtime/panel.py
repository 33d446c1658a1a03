"""What the machine's own pins show and do: the light breathes while the loop lives, another tells of pictures, the
amplifier rests when nothing sounds, and a pod that hangs is reset.

Everything is driven by one task on the loop: a loop that hangs leaves a light that stands still.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math

from chestnut.core.effects import Cancel, Chime, Guide, Order, Recite, Say, Start
from chestnut.core.events import Answer, Event, Part, PartFound, PartLost
from chestnut.core.ports import Board, Camera, PodLine
from chestnut.core.rescue import Rescue
from chestnut.core.session import Session

log = logging.getLogger(__name__)

BEAT_S = 0.1
CALM_S, TROUBLED_S = 4.0, 1.0  # a breath; quick while a part is lost
DIMMEST = 0.05
LIT_S = 0.3  # by one picture: at one a second it blinks, while somebody watches it stays on
QUIET_S = 20.0  # then the amplifier rests
RESET_S = 0.2  # RUN is low


def breath(at_s: float, period_s: float) -> float:
    """The light's level, DIMMEST to 1."""
    return DIMMEST + (1 - DIMMEST) * math.sin(math.pi * at_s / period_s) ** 2


class Panel:
    """Used on the loop. camera: the view of it that every picture reaches. The board is closed after this by whoever
    opened it."""

    def __init__(self, board: Board, camera: Camera, beat_s: float = BEAT_S) -> None:
        self._board, self._camera, self._beat_s = board, camera, beat_s
        self._rescue = Rescue()
        self._troubled = False
        self._number = 0
        self._lit_until = self._reset_until = float("-inf")
        self._sounding: set[int] = set()
        self._sounded_at = float("-inf")
        self._lit = self._resetting = False
        self._amplified = True
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._sounded_at = asyncio.get_running_loop().time()
        self._task = asyncio.get_running_loop().create_task(self._run(), name="panel")

    async def close(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def hear(self, event: Event, orders: tuple[Order, ...], session: Session, now_s: float) -> None:
        """Of everything that happens, before the orders are carried out: the amplifier is on before the sound."""
        self._troubled = bool(session.faults)
        match event:
            case PartLost(part=Part.POD, reason=reason):
                self._rescue.lost(now_s, reason)
            case PartFound(part=Part.POD):
                self._rescue.found()
            case Answer(job=job):
                self._fell_silent(job, now_s)
        for order in orders:
            match order:
                case Cancel(job=job):
                    self._fell_silent(job, now_s)
                case Start(job=job, effect=Say() | Recite()):
                    self._sounding.add(job)
                    self._amplify(True)
                case Start(effect=Chime() | Guide()):
                    self._sounded_at = now_s
                    self._amplify(True)

    def beat(self, now_s: float) -> None:
        """One look at what is to be shown."""
        self._board.glow(breath(now_s, TROUBLED_S if self._troubled else CALM_S))
        newest = self._camera.newest()
        if newest is not None and newest.number != self._number:
            self._number = newest.number
            self._lit_until = now_s + LIT_S
        self._light(now_s < self._lit_until)
        if not self._sounding and now_s - self._sounded_at > QUIET_S:
            self._amplify(False)
        if self._rescue.due(now_s):
            log.warning("the pod is silent: it is reset")
            self._reset_until = now_s + RESET_S
        self._reset(now_s < self._reset_until)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while True:
                self.beat(loop.time())
                await asyncio.sleep(self._beat_s)
        except Exception:  # of a pin's library: the device lives without its lights
            log.exception("the machine's own pins are given up")
            self._reset(False)  # but a pod must not be held in its reset

    def _fell_silent(self, job: int, now_s: float) -> None:
        if job in self._sounding:
            self._sounding.discard(job)
            self._sounded_at = now_s

    def _light(self, on: bool) -> None:
        if on is not self._lit:
            self._lit = on
            self._board.camera_light(on)

    def _reset(self, low: bool) -> None:
        if low is not self._resetting:
            self._resetting = low
            self._board.pull(PodLine.RUN, low)

    def _amplify(self, on: bool) -> None:
        if on is not self._amplified:
            self._amplified = on
            self._board.amplify(on)
