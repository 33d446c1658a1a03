"""J and Z, the two letters that are drawn in the air. Experimental.

J is an I whose little finger goes down and hooks aside or up; Z is an index finger that goes aside, back and down,
and aside again. How far a hand travels while it spells still letters differs from person to person: up to 3 palm
lengths in some recordings, against 4 of one signer's J and Z. So travel alone tells nothing, the drawn shape is asked
for too, and who uses this may set how far is far enough for one person. It was tried on drawn paths, not on people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chestnut.signs.track import Floats, palm_of

LEAST_TRAVEL = 2.5  # palm lengths of the fingertip's way
LEAST_MOMENTS = 6
BEGINNING = 0.4  # of the moments, in which the hand still shows what it draws with
LITTLE, INDEX = 20, 8  # fingertips
DRAWS_Z = frozenset("DXGL")  # what an index finger alone is read as
STROKE = 0.5  # palm lengths; a shorter way back is trembling
DROP = 0.8  # palm lengths that a J goes down
HOOK = 0.4  # palm lengths aside or up, at its end
FALL = 0.5  # palm lengths that a Z goes down


@dataclass(frozen=True, slots=True)
class Moment:
    """points: (21, 2) in picture heights, x to the right, y downwards. letter: what was read, None for unsure."""

    points: Floats
    letter: str | None


def traced(moments: Sequence[Moment], least_travel: float = LEAST_TRAVEL) -> str | None:
    """ "J" or "Z" when the moments, one after the other and nothing else, draw it; else None."""
    if len(moments) < LEAST_MOMENTS:
        return None
    shown = Counter(one.letter for one in moments[: round(BEGINNING * len(moments))] if one.letter)
    if not shown:
        return None
    drawn_with = shown.most_common(1)[0][0]
    if drawn_with == "I" and _is_hook(_way(moments, LITTLE), least_travel):
        return "J"
    if drawn_with in DRAWS_Z and _is_zigzag(_way(moments, INDEX), least_travel):
        return "Z"
    return None


def travel(way: Floats) -> float:
    """How long a way is. way: (n, 2)."""
    return float(np.linalg.norm(np.diff(way, axis=0), axis=1).sum())


def _way(moments: Sequence[Moment], tip: int) -> Floats:
    """(n, 2) of a fingertip, in palm lengths from where it began."""
    palm = float(np.median([palm_of(one.points) for one in moments]))
    way = np.array([one.points[tip] for one in moments]) / palm
    return np.asarray(way - way[0])


def _is_hook(way: Floats, least_travel: float) -> bool:
    lowest = int(way[:, 1].argmax())
    if travel(way) < least_travel or way[lowest, 1] < DROP or lowest < 1:
        return False
    # From the last moment before most of the way down was done: aside, or up again.
    low = int(np.flatnonzero(way[:, 1] < 0.7 * way[lowest, 1])[-1]) if lowest == len(way) - 1 else lowest
    rest = way[low:]
    aside = float(np.ptp(rest[:, 0]))
    return max(aside, float(way[lowest, 1] - way[-1, 1])) >= HOOK and len(_strokes(way[:, 0])) <= 2


def _is_zigzag(way: Floats, least_travel: float) -> bool:
    strokes = _strokes(way[:, 0])
    return travel(way) >= least_travel and len(strokes) == 3 and float(way[-1, 1] - way[0, 1]) >= FALL


def _strokes(line: npt.NDArray[np.floating]) -> list[float]:
    """How far it goes each time before it turns back, by STROKE at least; to the right above 0."""
    strokes: list[float] = []
    began = turn = float(line[0])
    for value in line[1:].tolist():
        onward = 1.0 if turn >= began else -1.0
        if (value - turn) * onward >= 0:
            turn = value
        elif abs(value - turn) >= STROKE:
            if abs(turn - began) >= STROKE:
                strokes.append(turn - began)
            began, turn = turn, value
    if abs(turn - began) >= STROKE:
        strokes.append(turn - began)
    return strokes
