"""Takes of one sign, made one after the other before the camera: which are whole, and which agree. Pure.

A take comes out of a rest, a movement and a rest. Whatever moved before anybody looked is none, because its beginning
is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from chestnut.core.scene import Box, Hand
from chestnut.signs.movement import BROKEN_S, GONE_S
from chestnut.signs.reader import Made, SignReader
from chestnut.signs.take import Take
from chestnut.signs.taught import agreeing

LOST_AT = 2.5  # times the usual time between two frames that show a hand: then it was lost between them
MOST_LOST = 0.3  # of a take's time


class Flaw(StrEnum):
    """Why a movement is no take."""

    LONG = "long"  # than any sign is
    UNRESTED = "unrested"  # the hands did not rest before it


class Difference(StrEnum):
    """Why a take does not belong to the others."""

    KNOWN = "known"  # it is unlike what is known by that name
    HANDS = "hands"  # another number of them took part
    LOST = "lost"  # a hand was not seen all the time
    OTHERWISE = "otherwise"


@dataclass(frozen=True, slots=True)
class Shown:
    """leaving: the hands went out of view, where the movement before it had ended in view; that may be all it is."""

    made: Made
    leaving: bool = False


class Cutter:
    """Feed every frame."""

    def __init__(self) -> None:
        self._reader = SignReader()
        self._at: float | None = None
        self._calm_since: float | None = None
        self._rested = False
        self._from_rest = False  # what moves now
        self._judged = False  # what moves now is known to be no take
        self._ended_in_view = False  # the movement before

    @property
    def moving(self) -> bool:
        return self._reader.moving

    @property
    def undecided(self) -> bool:
        """What moves now may still become a take."""
        return self._reader.moving and not self._judged

    def feed(
        self, at: float, hands: Sequence[Hand], aspect: float, face: Box | None = None
    ) -> Shown | Flaw | None:
        """at: seconds, not falling; after a longer pause all begins anew. The rest as SignReader has it. What is over
        with this frame comes out of it; a movement that lasts too long, at once."""
        if self._at is not None and at - self._at > BROKEN_S:
            self._reader, self._rested, self._calm_since = SignReader(), False, None
            self._ended_in_view = False
        self._at = at
        before = self._reader.moving
        made = self._reader.feed(at, hands, aspect, face)
        if self._reader.moving:
            if not before:
                self._from_rest, self._judged = self._rested, False
            self._calm_since = None
            return self._too_long()
        shown = self._whole(made, in_view=bool(hands)) if before else None
        if self._calm_since is None:
            self._calm_since = at
        self._rested |= before or at - self._calm_since >= GONE_S
        return shown

    def _too_long(self) -> Flaw | None:
        if self._judged or not self._reader.too_long:
            return None
        self._judged = True
        return Flaw.LONG if self._from_rest else Flaw.UNRESTED

    def _whole(self, made: Made | None, *, in_view: bool) -> Shown | Flaw | None:
        leaving, self._ended_in_view = self._ended_in_view and not in_view, in_view
        if made is None or self._judged:
            return None
        if self._from_rest:
            return Shown(made, leaving)
        return None if made.movement.held else Flaw.UNRESTED  # hands that lay there when the lesson began


def fitting(known: Sequence[Take], shown: Sequence[Made]) -> tuple[int, ...]:
    """The numbers of those that are one sign; with `known` takes, those that are that sign. Where any hand moved,
    one that was only held is not it."""
    if known:
        return tuple(
            number for number, made in enumerate(shown) if len(agreeing([*known, made.take])) > len(known)
        )
    moved = [number for number, made in enumerate(shown) if not made.movement.held] or list(range(len(shown)))
    return tuple(moved[number] for number in agreeing([shown[number].take for number in moved]))


def no_sign(shown: Shown, known: Sequence[Take], others: Sequence[Made]) -> bool:
    """One that does not fit is no sign at all: hands that only went away, or that came into view and lie there, as
    hands do between signs. others: those that fit."""
    alone = not known and all(made.movement.held for made in others)
    return shown.leaving or (shown.made.movement.held and not alone)


def difference(made: Made, known: Sequence[Take], others: Sequence[Made]) -> Difference:
    """Of another one that does not fit. others: those that do, at least one where nothing is known."""
    pattern = known[-1] if known else others[-1].take
    if sum(made.take.hands) != sum(pattern.hands):
        return Difference.HANDS
    if any(_lost(made, track) for track in (0, 1) if made.take.hands[track]):
        return Difference.LOST
    return Difference.KNOWN if known else Difference.OTHERWISE


def _lost(made: Made, track: int) -> bool:
    """For too much of the time from its first frame to its last."""
    times = [frame.at for frame in made.movement.frames if frame.hands[track] is not None]
    gaps = np.diff(times)
    usual = float(np.median(gaps))
    return float(gaps[gaps > LOST_AT * usual].sum()) > MOST_LOST * (times[-1] - times[0])


def one_sign(takes: Sequence[Take]) -> bool:
    """Do they all agree?"""
    return len(agreeing(takes)) == len(takes)
