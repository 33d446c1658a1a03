"""A photograph looked at twice, as it is and as its mirror picture.

The detector finds some hands only one way, and no two looks put a fingertip at the same place. A hand that is found
both ways has the middle of both. So a left hand is read exactly as a right one, and mirrored as not mirrored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, replace

import numpy as np

from chestnut.core.scene import Box, Frame, Hand
from chestnut.signs.track import palm_of, points_of

SAME = 0.5  # palm lengths: nearer to each other, in the mean of all points, two are one hand
OTHER_SIDE = {"left": "right", "right": "left"}

Look = Callable[[Frame], tuple[Hand, ...]]


def see_both_ways(look: Look, frame: Frame) -> tuple[Hand, ...]:
    """The surest first. look: at pictures that have nothing to do with each other."""
    height, width = frame.rgb.shape[:2]
    behind = [mirrored(hand) for hand in look(replace(frame, rgb=np.ascontiguousarray(frame.rgb[:, ::-1])))]
    hands = []
    for hand in look(frame):
        near = {_apart(hand, other, width / height): other for other in behind}
        if near and min(near) < SAME:
            other = near[min(near)]
            behind.remove(other)
            hands.append(_middle(hand, other))
        else:
            hands.append(hand)
    return tuple(sorted([*hands, *behind], key=lambda hand: -hand.score))


def mirrored(hand: Hand) -> Hand:
    """Left for right."""
    box = Box(1 - hand.box.right, hand.box.top, 1 - hand.box.left, hand.box.bottom)
    landmarks = tuple((1 - x, y, z) for x, y, z in hand.landmarks)
    return Hand(hand.score, OTHER_SIDE.get(hand.handedness, hand.handedness), box, landmarks)


def _apart(one: Hand, other: Hand, aspect: float) -> float:
    shapes = points_of(one, aspect), points_of(other, aspect)
    return float(np.linalg.norm(shapes[0] - shapes[1], axis=1).mean()) / palm_of(shapes[0])


def _middle(one: Hand, other: Hand) -> Hand:
    surer = one if one.score >= other.score else other
    sides = zip(astuple(one.box), astuple(other.box), strict=True)
    points = zip(one.landmarks, other.landmarks, strict=True)
    return Hand(
        surer.score,
        surer.handedness,
        Box(*((first + second) / 2 for first, second in sides)),
        tuple(((x + u) / 2, (y + v) / 2, (z + w) / 2) for (x, y, z), (u, v, w) in points),
    )
