"""Remember what is here: look, keep every thing that has a name, and say which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from chestnut.core.effects import Remember, Say
from chestnut.core.kinds import PERSON
from chestnut.core.memory import LIKELY, Owned, Place
from chestnut.core.near import FURNITURE, lies_at
from chestnut.core.recollection import Noticed
from chestnut.core.scene import Belonging, Box, Scene, Thing
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.skills.describe import look, refuse
from chestnut.skills.facts import counted

# What nobody mislays: what stays where it is, and what passes by or stands in the street. Watching leaves it out.
PASSING = frozenset(
    (
        *("car", "motorcycle", "airplane", "bus", "train", "truck", "boat"),
        *("traffic light", "fire hydrant", "stop sign", "parking meter"),
    )
)
SAME = 0.3  # of the smaller box shared: the detector's thing and the taught one are one


def remember(session: Session) -> Steps:
    scene = yield from look(own=True)
    if scene.judged.refusal:
        yield from refuse(scene.judged.refusal)
        return
    looks = noticed(scene)
    sure = [each for each in looks if each.confidence >= LIKELY]
    if not looks:
        yield Say("remember_nothing")
        return
    yield Remember(looks, scene.place)
    if sure:
        yield _told(sure, scene.place)
    for each in looks:
        if each.confidence < LIKELY:
            yield Say("remembered_unsure", {"thing": asdict(each.thing)})


def _told(looks: Sequence[Noticed], name: str) -> Say:
    """What is kept, and where, as far as all of it is at one place."""
    items = items_of(looks)
    places = {Place(name) if name else Place(near=each.near) for each in looks}
    place = places.pop() if len(places) == 1 else Place()
    if place == Place():
        return Say("remembered", {"items": items})
    return Say("remembered_at", {"items": items, "place": asdict(place)})


def items_of(looks: Sequence[Noticed]) -> list[dict[str, Any]]:
    """As a clause has them, the wearer's own first."""
    own = [{"owned": asdict(each.thing)} for each in looks if each.thing.owner]
    others = tuple(
        Thing(each.thing.label, each.confidence, each.box) for each in looks if not each.thing.owner
    )
    return [*own, *counted((), others)]


def noticed(scene: Scene) -> tuple[Noticed, ...]:
    """Every thing in view and what it lies at, but what others lie at, if there are others; nobody. What is named
    aloud as a fact is kept as one."""
    found = [(Owned(own.label, own.owner), own.confidence, _inside(own.box)) for own in scene.belongings]
    standing: list[Thing] = []
    for thing in scene.things:
        if thing.label == PERSON or any(_is_same(thing, own) for own in scene.belongings):
            continue
        found.append((Owned(thing.label), max(thing.score, LIKELY), thing.box))
    looks = []
    for owned, confidence, box in found:
        at = lies_at(box, scene.things)
        if at is not None:
            standing.append(at)
        looks.append(Noticed(owned, "" if at is None else at.label, confidence, box))
    carrying = [thing.box for thing in standing]
    return tuple(each for each in looks if each.thing.owner or each.box not in carrying)


def watched(scene: Scene) -> tuple[Noticed, ...]:
    """What is remembered unasked: neither furniture nor what passes by, and nothing that a hand is on, for it does
    not lie there."""
    hands = [hand.box for hand in scene.hands]
    return tuple(
        each
        for each in noticed(scene)
        if (each.thing.owner or each.thing.label not in PASSING.union(FURNITURE))
        and not any(hand.overlap(each.box) for hand in hands)
    )


def _is_same(thing: Thing, own: Belonging) -> bool:
    """The taught thing says more."""
    smaller = min(thing.box.area, own.box.area)
    return thing.label == own.label and thing.box.overlap(own.box) > SAME * smaller


def _inside(box: Box) -> Box:
    """The part of it that is in the picture."""
    return Box(*(min(1.0, max(0.0, side)) for side in (box.left, box.top, box.right, box.bottom)))
