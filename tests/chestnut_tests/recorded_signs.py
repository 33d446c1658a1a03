"""The recorded signs of the data folder, as frames of hands: five Mexican words by one signer, for tests only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from chestnut.core.scene import Box, Hand
from chestnut.signs.lesson import Cutter, Shown, fitting
from chestnut.signs.reader import Made, SignReader
from chestnut.signs.taught import LEAST_TAKES
from chestnut.signs.track import Floats, Seen

ASPECT = 4 / 3  # assumed: the set does not tell
RATE_HZ = 15.0  # assumed, too
REST_S = 0.9
SIDES = ("left", "right")


def recorded(data_dir: Path) -> tuple[list[Floats], np.ndarray]:
    """Clips of (30, 226) MediaPipe Holistic numbers (25 points of the body x4, left and right hand 21x3), and each
    one's word."""
    kept = np.load(data_dir / "signs" / "msl150_demo" / "msl150_demo.npz")
    return [clip.astype(np.float64) for clip in kept["X"]], kept["y"]


def frames_of(clip: Floats, rate_hz: float = RATE_HZ, face: bool = True) -> list[Seen]:
    """The face is that of the body's points; its width from ear to ear."""
    seen = []
    for number, row in enumerate(clip):
        hands = [row[first : first + 63].reshape(21, 3)[:, :2] for first in (100, 163)]
        shown = [points * (ASPECT, 1) if points.any() else None for points in hands]
        head = row[:100].reshape(25, 4)[:11, :2] * (ASPECT, 1)
        place = (*map(float, head.mean(axis=0)), float(abs(head[7, 0] - head[8, 0])))
        seen.append(Seen(number / rate_hz, (shown[0], shown[1]), place if face else None))
    return seen


def hand_of(points: Floats, side: str, score: float = 0.9) -> Hand:
    across, down = points[:, 0] / ASPECT, points[:, 1]
    box = Box(*map(float, (across.min(), down.min(), across.max(), down.max())))
    return Hand(score, side, box, tuple((float(x), float(y), 0.0) for x, y in zip(across, down, strict=True)))


def box_of(face: tuple[float, float, float]) -> Box:
    x, y, width = face
    return Box((x - width / 2) / ASPECT, y - width / 2, (x + width / 2) / ASPECT, y + width / 2)


def read_through(frames: list[Seen], reader: SignReader, rest_s: float = REST_S) -> list[Made]:
    """What a reader makes of them when no hand is in view before and after."""
    before, after = np.arange(0, rest_s, 1 / RATE_HZ), np.arange(1, rest_s * RATE_HZ) / RATE_HZ
    made = [reader.feed(float(at), (), ASPECT) for at in before]
    first = rest_s - frames[0].at
    for one in frames:
        hands = [
            hand_of(points, side) for points, side in zip(one.hands, SIDES, strict=True) if points is not None
        ]
        made.append(reader.feed(first + one.at, hands, ASPECT, one.face and box_of(one.face)))
    made += [reader.feed(first + frames[-1].at + float(at), (), ASPECT) for at in after]
    return [one for one in (*made, reader.end()) if one is not None]


def clips_needed(clips: list[Floats]) -> int:
    """In a lesson by keys that is shown these, one after the other with rests between: with how many of them three
    takes agree; 0 when they never do."""
    cutter, made, number = Cutter(), list[Made](), 0
    away = round(REST_S * RATE_HZ)
    for shown, clip in enumerate(clips, 1):
        for one in (*[None] * away, *frames_of(clip), *[None] * away):
            number += 1
            pairs = () if one is None else zip(one.hands, SIDES, strict=True)
            hands = [hand_of(points, side) for points, side in pairs if points is not None]
            face = box_of(one.face) if one is not None and one.face else None
            told = cutter.feed(number / RATE_HZ, hands, ASPECT, face)
            if isinstance(told, Shown):
                made.append(told.made)
        if len(fitting((), made)) >= LEAST_TAKES:
            return shown
    return 0
