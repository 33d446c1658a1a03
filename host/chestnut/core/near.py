"""What a thing lies at: the furniture that carries it, else what stands close by. Each thing has its own. Pure.

Only what stays where it is tells a place. People, pets and what is carried about never do.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import hypot, isfinite

from chestnut.core.scene import Box, Thing

# What carries things first: a cup on a table that hides a chair lies on the table.
FURNITURE = (
    *("dining table", "bed", "couch", "sink", "bench", "chair", "oven", "refrigerator", "microwave"),
    *("toilet", "tv", "potted plant", "clock"),
)
TOUCH = 0.03  # of the picture's height: boxes are so inexact
CARRIED = 0.5  # of a thing's width must be over what carries it
REACH = 0.3  # of the picture: what is farther from a thing does not tell where it is


def lies_at(box: Box, things: Iterable[Thing]) -> Thing | None:
    """The furniture among these that the thing in the box lies on, or is next to; None where nothing tells. A thing
    is not its own place, and what looks smaller than it is far behind it, so it does not count either."""
    if not _is_one(box):
        return None
    standing = [
        thing
        for thing in things
        if thing.label in FURNITURE and _is_one(thing.box) and thing.box != box and thing.box.area >= box.area
    ]
    carrying = [thing for thing in standing if _carries(thing.box, box)]
    if carrying:
        return min(carrying, key=lambda thing: (FURNITURE.index(thing.label), thing.box.area))
    close = [thing for thing in standing if _distance(thing.box, box) <= REACH]
    return min(close, key=lambda thing: (_distance(thing.box, box), thing.label), default=None)


def _carries(below: Box, box: Box) -> bool:
    over = min(below.right, box.right) - max(below.left, box.left)
    return below.top - TOUCH <= box.bottom <= below.bottom + TOUCH and over >= CARRIED * box.width


def _distance(standing: Box, box: Box) -> float:
    """From the middle of the thing's lower edge, where it lies, to the nearest of the other."""
    x, y = (box.left + box.right) / 2, box.bottom
    return hypot(max(standing.left - x, 0, x - standing.right), max(standing.top - y, 0, y - standing.bottom))


def _is_one(box: Box) -> bool:
    """With a width and a height. What a detector gives may be anything."""
    sides = (box.left, box.top, box.right, box.bottom)
    return all(isfinite(side) for side in sides) and box.left < box.right and box.top < box.bottom
