"""Which of the seen things may be named. Pure.

The wearer cannot check what is said, so a wrong word costs more than a missing one. The detector is small and always
names something: a texture without outline, a white round thing, a shadow on a collar. Each rule below takes away one
kind of such mistakes and says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chestnut.core.kinds import FOOD, FOODS
from chestnut.core.scene import Thing

# Mean score over two views from which a kind of thing is named.
USUAL = 0.36  # things of rooms and streets that the detector knows well
UNUSUAL = 0.5  # rare around a wearer, or often seen in plain discs, stripes and white curves
RARE = 0.65  # hardly ever near a wearer: nearly every sighting is something else


def _kinds(names: str) -> frozenset[str]:
    return frozenset(name.strip() for name in names.split(","))


UNUSUAL_KINDS = _kinds(
    """tie, toilet, clock, sink, refrigerator, train, airplane, boat, bird, traffic light, stop sign, parking meter,
    fire hydrant, horse, sheep, cow, toaster, hair drier, toothbrush, vase, teddy bear, scissors, skateboard,
    sports ball, mouse, remote, truck"""
)
RARE_KINDS = _kinds(
    """elephant, bear, zebra, giraffe, frisbee, skis, snowboard, kite, baseball bat, baseball glove, surfboard,
    tennis racket"""
)

# A box that fills the picture has no outline to know a thing by. An animal's face is still a face; but any smooth
# surface near the lens (a wall, a mug's side) looks like furniture.
FILLS = 0.75  # share of the picture
ANIMAL_FILLING = 0.48
THING_FILLING = 0.7
ANIMALS = _kinds("bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe")
SAME_PLACE = 0.6  # two kinds at one place by this intersection over union: only the surer one is there


def nameable(things: Sequence[Thing]) -> tuple[Thing, ...]:
    """The things that may be spoken of, the surest first, without people (those are people.py's). Foods of every
    kind become FOOD."""
    kept: list[Thing] = []
    for thing in sorted(things, key=lambda thing: -thing.score):
        if thing.label == "person" or thing.score < USUAL:
            continue
        if thing.label in FOODS:
            thing = replace(thing, label=FOOD)
        if thing.score >= _needed(thing) and not any(thing.box.iou(other.box) > SAME_PLACE for other in kept):
            kept.append(thing)
    return tuple(kept)


def _needed(thing: Thing) -> float:
    """The score from which this thing is named."""
    needed = RARE if thing.label in RARE_KINDS else UNUSUAL if thing.label in UNUSUAL_KINDS else USUAL
    if thing.box.area > FILLS:
        needed = max(needed, ANIMAL_FILLING if thing.label in ANIMALS else THING_FILLING)
    return needed
