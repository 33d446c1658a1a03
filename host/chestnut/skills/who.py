"""Who is in view: those who agreed to be remembered by name, everybody else as somebody not known.

A name is said only when it is sure. Perhaps-names are never said: whoever cannot see the face would take them for the
truth. What cannot be told is looked at again, at most LOOKS times in all, and then said to be that.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from chestnut.core.effects import Effect, Recognise, Say
from chestnut.core.events import PeopleRecognised
from chestnut.core.people import Known, Recognised
from chestnut.core.scene import Box, Person, Refusal
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.skills.describe import refuse
from chestnut.skills.sentence import SEVERAL, Clause, clause, person_place

LOOKS = 3
OPEN = frozenset({Known.UNSURE, Known.UNSEEN})
SAME_FACE = 0.3  # intersection over union


def who(session: Session) -> Steps:
    seen = yield from recognise()
    if seen.scene.judged.refusal:
        yield from refuse(seen.scene.judged.refusal)
        return
    clauses = told(seen)
    yield Say("scene", {"clauses": clauses}) if clauses else Say("who_nobody")


def recognise() -> Generator[Effect, Any, PeopleRecognised]:
    """The look that tells most."""
    looks: list[PeopleRecognised] = []
    while len(looks) < LOOKS:
        seen: PeopleRecognised = yield Recognise()
        looks.append(seen)
        refusal = seen.scene.judged.refusal
        if refusal is not Refusal.TOO_BLURRED and not any(face.known in OPEN for face in seen.faces):
            break
    return max(enumerate(looks), key=lambda look: (*_worth(look[1]), look[0]))[1]


def _worth(seen: PeopleRecognised) -> tuple[bool, int, int]:
    return (
        seen.scene.judged.refusal is None,
        sum(face.known is Known.SURE for face in seen.faces),
        -sum(face.known in OPEN for face in seen.faces),
    )


def told(seen: PeopleRecognised) -> list[Clause]:
    """Clauses: the named, the largest first; then strangers; then those who cannot be made out."""
    left = list(seen.faces)
    people: list[tuple[Recognised | None, Box, Box | None]] = []
    for person in seen.scene.people:
        face = _face_of(person, left)
        if face is not None:
            left.remove(face)
        people.append((face, person.box, person.face))
    people += [(face, face.box, face.box) for face in left if face.known is Known.SURE]

    named = [
        clause([{"name": face.name}], [person_place(box, place)])
        for face, box, place in people
        if face is not None and face.known is Known.SURE
    ]
    strangers = [
        person_place(box, place)
        for face, box, place in people
        if face is not None and face.known is Known.STRANGER
    ]
    others = [person_place(box, place) for face, box, place in people if face is None or face.known in OPEN]
    return [*named, *_counted("stranger", strangers), *_counted("unseen", others)]


def _counted(noun: str, places: Sequence[tuple[str, str]]) -> list[Clause]:
    if not places:
        return []
    if len(places) >= SEVERAL:
        return [clause([{"noun": f"several_{noun}", "count": 1}], [("ahead", "")])]
    return [clause([{"noun": noun, "count": len(places)}], places)]


def _face_of(person: Person, faces: Sequence[Recognised]) -> Recognised | None:
    """Of those seen, the one that is this person's."""
    if person.face is None:
        return None
    near = max(faces, key=lambda face: face.box.iou(person.face or face.box), default=None)
    return near if near is not None and near.box.iou(person.face) > SAME_FACE else None
