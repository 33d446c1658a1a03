"""What the fast lane itself can answer of a picture. Pure: from a scene to what is said of it; () when it knows
nothing."""

from __future__ import annotations

from math import hypot
from typing import Any

from chestnut.core.effects import Say
from chestnut.core.scene import Box, Person, Scene, Thing
from chestnut.skills.sentence import HAND_SIZED, SEVERAL, where

MIDDLE_X, MIDDLE_Y = 0.2, 0.3  # so far from the picture's centre something small still lies in the middle


def what(scene: Scene) -> tuple[Say, ...]:
    """The thing in the middle and where it is."""
    thing = middle(scene)
    return () if thing is None else (where(thing),)


def count(scene: Scene) -> tuple[Say, ...]:
    """People, then things, the most numerous first."""
    items = counted(scene.people, scene.things)
    return (Say("counts", {"items": items}),) if items else ()


def left(scene: Scene) -> tuple[Say, ...]:
    """The thing in the middle, then who and what is left of it: so far that its own middle lies beyond the edge."""
    thing = middle(scene)
    if thing is None:
        return ()
    people = tuple(person for person in scene.people if _is_left(person.box, thing.box))
    things = tuple(other for other in scene.things if _is_left(other.box, thing.box))
    items = counted(people, things)
    return where(thing), Say("left_of_it", {"items": items}) if items else Say("left_of_it_nothing")


def nothing(scene: Scene) -> tuple[Say, ...]:
    """The detectors know no colours and no doors."""
    return ()


def middle(scene: Scene) -> Thing | None:
    """The thing that is meant by "this": what is small enough to be held and lies in the middle, before the large
    things behind it; of several the largest, the more central the better."""
    return max(scene.things, key=lambda thing: (_is_held(thing), _weight(thing.box)), default=None)


def counted(people: tuple[Person, ...], things: tuple[Thing, ...]) -> list[dict[str, Any]]:
    """Items as a clause has them. A crowd is not counted truly, so it is several."""
    numbers: dict[str, int] = {}
    for thing in things:
        numbers[thing.label] = numbers.get(thing.label, 0) + 1
    items = [
        {"noun": label, "count": number} for label, number in sorted(numbers.items(), key=lambda of: -of[1])
    ]
    if len(people) >= SEVERAL:
        return [{"noun": "several_people", "count": 1}, *items]
    return [{"noun": "person", "count": len(people)}, *items] if people else items


def _is_left(box: Box, of: Box) -> bool:
    return box.centre[0] < of.left


def _is_held(thing: Thing) -> bool:
    across, down = _from_centre(thing.box)
    return thing.label in HAND_SIZED and across <= MIDDLE_X and down <= MIDDLE_Y


def _weight(box: Box) -> float:
    """Its area, the less the farther from the centre; none in a corner."""
    return box.area * (1 - hypot(*_from_centre(box)) / hypot(0.5, 0.5))


def _from_centre(box: Box) -> tuple[float, float]:
    across, down = box.centre
    return abs(across - 0.5), abs(down - 0.5)
