"""J and Z, the two letters that are drawn in the air. Experimental.

J is an I whose little finger goes down and hooks aside and up; Z is an index finger that goes aside, back and down,
and aside again. How far a hand travels while it spells still letters differs from person to person: up to 3 palm
lengths in some recordings, against 4 of one signer's J and Z. So travel alone tells nothing, the drawn shape is asked
for too, and who uses this may set how far is far enough for one person. It was tried on drawn paths, not on people
(bench/tracing.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chestnut.signs.track import Floats, palm_of

DRAWN = ("J", "Z")
LEAST_TRAVEL = 2.5  # palm lengths of the fingertip's way
LEAST_MOMENTS = 6
BEGINNING = 0.4  # of the moments, in which the hand still shows what it draws with
LITTLE, INDEX = 20, 8  # fingertips
DRAWS_Z = frozenset("DXGL")  # what an index finger alone is read as
STROKE = 0.5  # palm lengths; a shorter way back is trembling
DROP = 0.8  # palm lengths that a J goes down
STRAIGHT = 0.5  # of that: so far it may go aside on its way down
RISES = 0.3  # palm lengths it may be above its beginning
HOOK = 0.4  # palm lengths aside, at its end
UP, MOST_UP = 0.2, 0.8  # at its end: palm lengths at least, and of its way down at most
FALL = 0.5  # palm lengths that the second stroke of a Z goes down
LEVEL = 0.7  # how steep its first and third may be
ALIKE = 0.4  # of its longest stroke, that the shortest goes across


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
    drop = float(way[lowest, 1])
    if travel(way) < least_travel or drop < DROP:
        return False
    low = int(np.flatnonzero(way[: lowest + 1, 1] < 0.7 * drop)[-1])  # until here it goes down
    straight = float(np.ptp(way[: low + 1, 0])) <= STRAIGHT * drop and way[:, 1].min() >= -RISES
    aside, up = float(np.ptp(way[low:, 0])), drop - float(way[-1, 1])
    return straight and aside >= HOOK and UP <= up <= MOST_UP * drop and len(_strokes(way[:, 0])) <= 2


def _is_zigzag(way: Floats, least_travel: float) -> bool:
    strokes = _strokes(way[:, 0])
    if travel(way) < least_travel or len(strokes) != 3:
        return False
    across, down = np.abs([way[last] - way[first] for first, last in strokes]).T
    level = max(down[0] / across[0], down[2] / across[2]) <= LEVEL
    (first, last) = strokes[1]
    return bool(level and way[last, 1] - way[first, 1] >= FALL and across.min() >= ALIKE * across.max())


def _strokes(line: npt.NDArray[np.floating]) -> list[tuple[int, int]]:
    """The first and the last moment of each way to one side, of STROKE at least."""
    strokes: list[tuple[int, int]] = []
    began = turn = 0
    for now in range(1, len(line)):
        onward = 1.0 if line[turn] >= line[began] else -1.0
        if (line[now] - line[turn]) * onward >= 0:
            turn = now
        elif abs(line[now] - line[turn]) >= STROKE:
            if abs(line[turn] - line[began]) >= STROKE:
                strokes.append((began, turn))
            began, turn = turn, now
    if abs(line[turn] - line[began]) >= STROKE:
        strokes.append((began, turn))
    return strokes
