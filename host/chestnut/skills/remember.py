"""Remember what is here: look, keep every thing that has a name, and say which."""

from __future__ import annotations

from dataclasses import asdict

from chestnut.core.effects import Remember, Say
from chestnut.core.events import MemoryKept
from chestnut.core.memory import LIKELY, Owned, Place
from chestnut.core.recollection import Noticed
from chestnut.core.scene import Scene, Thing
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.skills.describe import look, refuse
from chestnut.skills.facts import counted

# What stays where it is, and everybody in the house knows it. Things lie next to the first of these in view.
LANDMARKS = (
    *("dining table", "couch", "bed", "sink", "refrigerator", "oven", "toilet", "tv", "microwave"),
    *("potted plant", "bench", "chair", "clock", "vase", "lamp", "laptop"),
)


def remember(session: Session) -> Steps:
    scene = yield from look()
    if scene.judged.refusal:
        yield from refuse(scene.judged.refusal)
        return
    looks = noticed(scene)
    if not looks:
        yield Say("remember_nothing")
        return
    kept: MemoryKept = yield Remember(looks)
    items = counted((), tuple(Thing(each.thing.label, each.confidence, each.box) for each in looks))
    place = Place(name=kept.place) if kept.place else Place(near=looks[0].near)
    if place == Place():
        yield Say("remembered", {"items": items})
    else:
        yield Say("remembered_at", {"items": items, "place": asdict(place)})


def noticed(scene: Scene) -> tuple[Noticed, ...]:
    """Every thing in view but the one the others lie next to. What is named aloud as a fact is kept as one."""
    standing = [thing for thing in scene.things if thing.label in LANDMARKS]
    landmark = min(standing, key=lambda thing: LANDMARKS.index(thing.label), default=None)
    others = [thing for thing in scene.things if thing is not landmark]
    near = landmark.label if landmark is not None and others else ""
    return tuple(
        Noticed(Owned(thing.label), near, max(thing.score, LIKELY), thing.box)
        for thing in others or scene.things
    )
