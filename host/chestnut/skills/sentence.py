"""From a scene to what is said of it. Pure: the words themselves stand in locale/*.toml.

A sentence is a list of clauses; a clause names items and their places, from left to right:
{"items": [{"noun": "person", "count": 2}], "places": [{"side": "left", "reach": "near"}]}.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from chestnut.core.effects import Say
from chestnut.core.kinds import PERSON
from chestnut.core.memory import LIKELY
from chestnut.core.scene import LEFT_OF, RIGHT_OF, Box, Scene, Thing

SEVERAL = 5  # from here on people are "several": a crowd is not counted truly
DIM = 0.22  # mean brightness under which the light is worth a word
WORDS = 15  # a short answer never exceeds this
# Heights of a box, as fractions of the picture, that mean within reach or far away.
FACE_NEAR, FACE_FAR = 0.18, 0.07
BODY_NEAR, BODY_FAR = 0.75, 0.33
THING_NEAR, THING_FAR = 0.25, 0.05
# Only of these does a large picture mean that they are within the hand's reach: a bed fills it from far away.
HAND_SIZED = frozenset(
    (
        *(
            "bottle",
            "wine glass",
            "cup",
            "fork",
            "knife",
            "spoon",
            "bowl",
            "food",
            "banana",
            "apple",
            "sandwich",
        ),
        *("orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "mouse", "remote", "keyboard"),
        *("cell phone", "book", "scissors", "teddy bear", "hair drier", "toothbrush"),
    )
)


@dataclass(frozen=True, slots=True)
class OwnThing(Thing):
    """A taught one, as it was spotted. Its box is a window it lies in, so that nobody knows how near it is."""

    owner: str = ""

    @property
    def sure(self) -> bool:
        return self.score >= LIKELY


Clause = dict[str, Any]
Place = tuple[str, str]  # a side of SIDES, a reach of REACHES
SIDES = ("left", "ahead", "right")
REACHES = ("near", "", "far")


def short_answer(scene: Scene) -> Say:
    """One sentence of at most WORDS words: people first, then what is largest."""
    if scene.judged.refusal:
        return Say(scene.judged.refusal)
    clauses = _clauses(scene)
    dim = scene.judged.brightness < DIM
    if not clauses:
        return Say("scene_empty_dim" if dim else "scene_empty")
    return Say("scene", {"clauses": clauses, "dim": dim, "words": WORDS})


def long_answer(scene: Scene) -> tuple[Say, ...]:
    """All of it, a sentence a place."""
    if scene.judged.refusal:
        return (Say(scene.judged.refusal),)
    clauses = _clauses(scene)
    light = "light_dim" if scene.judged.brightness < DIM else "light_good"
    if not clauses:
        return Say("scene_empty"), Say(light)
    return (*(Say("scene", {"clauses": [clause]}) for clause in clauses), Say(light))


def where(*things: Thing) -> Say:
    """Things of one kind and their places. A crowd is not counted truly, so it is several."""
    if isinstance(things[0], OwnThing):
        return Say("scene", {"clauses": [clause([item(things[0])], [place(thing) for thing in things])]})
    several = things[0].label == PERSON and len(things) >= SEVERAL
    nouns = {"several_people": 1} if several else {things[0].label: len(things)}
    return Say("scene", {"clauses": [_clause(nouns, [place(thing) for thing in things])]})


def person_place(box: Box, face: Box | None) -> Place:
    return _place(box, _person_reach(box, face))


def place(thing: Thing) -> Place:
    """Of a thing, or of a person by the body alone."""
    if isinstance(thing, OwnThing):
        return _place(thing.box, "")
    if thing.label == PERSON:
        return _place(thing.box, _person_reach(thing.box, None))
    return _thing_place(thing)


def _clauses(scene: Scene) -> list[Clause]:
    """People in one clause, so that none of them is left out; then what else is seen, place by place, the largest
    first."""
    people = [person_place(person.box, person.face) for person in scene.people]
    clauses = []
    if len(people) >= SEVERAL:
        nearest = min((reach for _, reach in people), key=REACHES.index)
        clauses.append(_clause({"several_people": 1}, [("ahead", nearest)]))
    elif people:
        clauses.append(_clause({"person": len(people)}, people))
    elif scene.hands:
        hands = [_place(hand.box, "near") for hand in scene.hands]
        clauses.append(_clause({"hand": len(hands)}, hands))
    places: dict[tuple[str, str], dict[str, int]] = {}
    for thing in sorted(scene.things, key=lambda thing: -thing.box.area):
        place = places.setdefault(_thing_place(thing), {})
        place[thing.label] = place.get(thing.label, 0) + 1
    return clauses + [_clause(nouns, [place]) for place, nouns in places.items()]


def _clause(nouns: dict[str, int], places: list[Place]) -> Clause:
    return clause([{"noun": noun, "count": count} for noun, count in nouns.items()], places)


def item(thing: Thing) -> dict[str, Any]:
    """One, as a clause has it."""
    if isinstance(thing, OwnThing):
        return {"owned": {"label": thing.label, "owner": thing.owner}}
    return {"noun": thing.label, "count": 1}


def clause(items: Sequence[dict[str, Any]], places: Iterable[Place]) -> Clause:
    """items: {"noun", "count"} each, {"name"} of a person, or {"owned"} of a thing that is somebody's."""
    ordered = sorted(set(places), key=lambda place: (SIDES.index(place[0]), REACHES.index(place[1])))
    return {
        "items": list(items),
        "places": [{"side": side, "reach": reach} for side, reach in ordered],
    }


def _thing_place(thing: Thing) -> tuple[str, str]:
    near = THING_NEAR if thing.label in HAND_SIZED else float("inf")
    return _place(thing.box, _reach(thing.box.height, near, THING_FAR))


def _place(box: Box, reach: str) -> tuple[str, str]:
    return side(box), reach


def side(box: Box) -> str:
    """Where a box is for the wearer: "left", "ahead" or "right"."""
    middle = box.centre[0]
    return "left" if middle < LEFT_OF else "right" if middle > RIGHT_OF else "ahead"


def _person_reach(body: Box, face: Box | None) -> str:
    if face is not None:
        return _reach(face.height, FACE_NEAR, FACE_FAR)
    return _reach(body.height, BODY_NEAR, BODY_FAR)


def _reach(height: float, near: float, far: float) -> str:
    return "near" if height >= near else "far" if height < far else ""
