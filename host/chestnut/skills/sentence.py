"""From a scene to what is said of it. Pure: the words themselves stand in locale/*.toml.

A sentence is a list of clauses; a clause names items at one place: {"side": "left", "reach": "near",
"items": [{"noun": "person", "count": 2}]}.
"""

from __future__ import annotations

from dataclasses import dataclass

from chestnut.core.effects import Say
from chestnut.core.scene import Box, Scene

# A chest camera covers about 100 degrees; the middle third of the picture is what lies ahead.
LEFT_OF, RIGHT_OF = 0.36, 0.64
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
        *("bottle", "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich"),
        *("orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "mouse", "remote", "keyboard"),
        *("cell phone", "book", "scissors", "teddy bear", "hair drier", "toothbrush"),
    )
)


@dataclass(frozen=True, slots=True)
class _Seen:
    noun: str
    side: str
    reach: str
    weight: float  # what is spoken first


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


def _clauses(scene: Scene) -> list[dict[str, object]]:
    """Items gathered by place, the weightiest place first."""
    places: dict[tuple[str, str], dict[str, int]] = {}
    for seen in sorted(_all(scene), key=lambda seen: -seen.weight):
        place = places.setdefault((seen.side, seen.reach), {})
        place[seen.noun] = place.get(seen.noun, 0) + 1
    return [
        {"side": side, "reach": reach, "items": [{"noun": noun, "count": nouns[noun]} for noun in nouns]}
        for (side, reach), nouns in places.items()
    ]


def _all(scene: Scene) -> list[_Seen]:
    seen = []
    if len(scene.people) >= SEVERAL:
        nearest = min((_person_reach(person.box, person.face) for person in scene.people), key=_REACHES.index)
        seen.append(_Seen("several_people", "ahead", nearest, 3.0))
    else:
        for person in scene.people:
            reach = _person_reach(person.box, person.face)
            seen.append(_Seen("person", side(person.box), reach, 2 + person.box.area))
    if not scene.people:
        seen += [_Seen("hand", side(hand.box), "near", 1 + hand.box.area) for hand in scene.hands]
    for thing in scene.things:
        if thing.label != "person":
            near = THING_NEAR if thing.label in HAND_SIZED else float("inf")
            reach = _reach(thing.box.height, near, THING_FAR)
            seen.append(_Seen(thing.label, side(thing.box), reach, thing.box.area))
    return seen


def side(box: Box) -> str:
    """Where a box is for the wearer: "left", "ahead" or "right"."""
    middle = box.centre[0]
    return "left" if middle < LEFT_OF else "right" if middle > RIGHT_OF else "ahead"


_REACHES = ("near", "", "far")


def _person_reach(body: Box, face: Box | None) -> str:
    if face is not None:
        return _reach(face.height, FACE_NEAR, FACE_FAR)
    return _reach(body.height, BODY_NEAR, BODY_FAR)


def _reach(height: float, near: float, far: float) -> str:
    return "near" if height >= near else "far" if height < far else ""
