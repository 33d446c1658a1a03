"""How many human beings are in view, and where: faces, bodies and hands put together. Pure.

A face is a human being. A body is one, too, unless a face already speaks for it, or it is no body at all: the object
detector calls a hand, a finger on a lens or a stretch of skin a person.
"""

from __future__ import annotations

from collections.abc import Sequence

from chestnut.core.scene import Box, Face, Hand, Person, Thing

FACE_ALONE = 0.6  # score of a face that needs no body
FACE_WITH_BODY = 0.3  # score of a face that lies where a body has its head
BODY_WITH_FACE = 0.25  # score of a body that belongs to a face
BODY_ALONE = 0.42  # score of a body without a face
BODY_IN_DOUBT = 0.6  # the same where the body looks like something else
HEAD_SHARE = 0.55  # a face lies in this upper share of its body
TALLEST = 14  # heights of a face in a standing body; a body with a smaller face is not this face's
INSIDE = 0.7  # share of a body inside another one that makes it a part of that one
HAND_SHARE = 0.2  # share of a body that its own hand cannot cover
FILLS = 0.8  # share of the picture of a body seen so near that its outline is not seen
EDGE = 0.97


def people(faces: Sequence[Face], things: Sequence[Thing], hands: Sequence[Hand] = ()) -> tuple[Person, ...]:
    """Merge what the detectors saw in one frame; the largest person first. Things other than persons are ignored."""
    bodies = sorted(
        (thing for thing in things if thing.label == "person" and thing.score >= BODY_WITH_FACE),
        key=lambda body: -body.score,
    )
    faces = sorted((face for face in faces if face.score >= FACE_WITH_BODY), key=lambda face: -face.score)
    matches = _matches(faces, bodies)
    found = []
    for place, face in enumerate(faces):
        body = bodies[matches[place]] if place in matches else None
        if body is not None:
            found.append(Person(max(face.score, body.score), _around(face.box, body.box), face.box))
        elif face.score >= FACE_ALONE:
            found.append(Person(face.score, face.box, face.box))
    for place, body in enumerate(bodies):
        if place in matches.values() or _is_explained(body.box, found) or _is_hand(body.box, hands):
            continue
        if body.score >= (BODY_IN_DOUBT if _is_doubtful(body.box) else BODY_ALONE):
            found.append(Person(body.score, body.box))
    return tuple(sorted(found, key=lambda person: -person.box.area))


def _matches(faces: Sequence[Face], bodies: Sequence[Thing]) -> dict[int, int]:
    """Face number to body number, the best fits first; each at most once."""
    fits = sorted(
        (_misfit(face.box, body.box) - body.score / 4, face_number, body_number)
        for face_number, face in enumerate(faces)
        for body_number, body in enumerate(bodies)
        if _is_head_of(face.box, body.box)
    )
    matches: dict[int, int] = {}
    for _, face_number, body_number in fits:
        if face_number not in matches and body_number not in matches.values():
            matches[face_number] = body_number
    return matches


def _is_head_of(face: Box, body: Box) -> bool:
    x, y = face.centre
    return (
        body.height <= TALLEST * face.height
        and body.left <= x <= body.right
        and body.top - face.height / 2 <= y <= body.top + HEAD_SHARE * body.height
    )


def _misfit(face: Box, body: Box) -> float:
    """How far a face lies from the middle of a body's top, in widths and heights of the body."""
    across = abs(face.centre[0] - body.centre[0]) / max(body.width, 1e-6)
    return across + abs(face.top - body.top) / max(body.height, 1e-6)


def _is_explained(body: Box, found: Sequence[Person]) -> bool:
    """True when a body is a part of somebody, or a box around somebody who is already known by a face."""
    if any(
        person.face and _is_head_of(person.face, body) and _shared(person.box, body) > 0.5 for person in found
    ):
        return True
    return any(_shared(body, person.box) > INSIDE and body.area < person.box.area for person in found)


def _is_hand(body: Box, hands: Sequence[Hand]) -> bool:
    """A hand at the end of an arm covers little of its body: where it covers more, the hand is all there is."""
    return any(hand.box.overlap(body) > HAND_SHARE * body.area for hand in hands)


def _is_doubtful(body: Box) -> bool:
    if body.area > FILLS:
        return True
    # Seen from the chest a head is about at half height: what comes from below and ends there is an arm or a finger.
    return body.bottom > EDGE and body.top > 0.5


def _shared(box: Box, other: Box) -> float:
    """Share of the box that lies in the other one."""
    return box.overlap(other) / box.area if box.area > 0 else 0.0


def _around(one: Box, other: Box) -> Box:
    return Box(
        min(one.left, other.left),
        min(one.top, other.top),
        max(one.right, other.right),
        max(one.bottom, other.bottom),
    )
