"""From each frame's hands to the taught signs they made. Pure: fed frame by frame, for the device and for videos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chestnut.core.scene import Box, Hand
from chestnut.signs.movement import Movement, Movements
from chestnut.signs.take import Take, take_of
from chestnut.signs.taught import Recogniser, Verdict
from chestnut.signs.track import Tracks

FACE_KEPT_S = 2.0  # a face that was seen is there for so long


@dataclass(frozen=True, slots=True)
class Made:
    """A movement that is over. verdict: None when no sign was taught."""

    movement: Movement
    take: Take
    verdict: Verdict | None


class SignReader:
    """feed() every frame, end() after the last one."""

    def __init__(self, recogniser: Recogniser | None = None) -> None:
        """Without a recogniser movements are cut out only, to be taught."""
        self._recogniser = recogniser
        self._tracks = Tracks()
        self._movements = Movements()
        self._face: tuple[float, Box] | None = None
        self._at = 0.0

    @property
    def moving(self) -> bool:
        return self._movements.moving

    @property
    def too_long(self) -> bool:
        """What moves now has lasted longer than any sign."""
        return self._movements.too_long

    def feed(self, at: float, hands: Sequence[Hand], aspect: float, face: Box | None = None) -> Made | None:
        """at: seconds, not falling. aspect: the picture's width divided by its height. face: of who signs, where one
        was looked for and seen."""
        self._at = at
        if face is not None:
            self._face = at, face
        elif self._face is not None and at - self._face[0] <= FACE_KEPT_S:
            face = self._face[1]
        return self._made(self._movements.feed(self._tracks.feed(at, hands, aspect, face)))

    def end(self) -> Made | None:
        return self._made(self._movements.end(self._at))

    def _made(self, movement: Movement | None) -> Made | None:
        take = take_of(movement) if movement is not None else None
        if movement is None or take is None:
            return None
        return Made(movement, take, self._recogniser.of(take) if self._recogniser else None)
