"""Faces, bodies and hands made into people."""

from __future__ import annotations

from chestnut.core.scene import Box, Face, Hand, Thing
from chestnut.perception.people import people
from hypothesis import given
from hypothesis import strategies as st

BODY = Box(0.3, 0.2, 0.6, 1.0)
HEAD = Box(0.4, 0.22, 0.5, 0.36)


def body(box: Box = BODY, score: float = 0.7) -> Thing:
    return Thing("person", score, box)


def hand(box: Box) -> Hand:
    return Hand(0.9, "left", box, ())


def test_a_face_and_its_body_are_one() -> None:
    (person,) = people([Face(0.9, HEAD)], [body()])
    assert person.face == HEAD
    assert person.box == BODY


def test_a_face_alone_is_somebody() -> None:
    (person,) = people([Face(0.9, HEAD)], [])
    assert person.box == person.face == HEAD


def test_a_body_alone_is_somebody() -> None:
    (person,) = people([], [body()])
    assert person.face is None


def test_a_weak_face_needs_a_body() -> None:
    assert people([Face(0.4, HEAD)], []) == ()
    assert len(people([Face(0.4, HEAD)], [body(score=0.3)])) == 1


def test_a_weak_body_needs_a_face() -> None:
    assert people([], [body(score=0.3)]) == ()


def test_two_faces_in_one_body_are_two() -> None:
    wide = Box(0.2, 0.2, 0.9, 1.0)
    assert len(people([Face(0.9, HEAD), Face(0.9, Box(0.7, 0.25, 0.8, 0.4))], [body(wide)])) == 2


def test_a_face_takes_the_body_it_fits() -> None:
    left, right = Box(0.0, 0.2, 0.5, 1.0), Box(0.3, 0.2, 0.8, 1.0)
    faces = [Face(0.9, Box(0.2, 0.22, 0.3, 0.36)), Face(0.8, Box(0.5, 0.22, 0.6, 0.36))]
    found = {person.face: person.box for person in people(faces, [body(left), body(right)])}
    assert found == {faces[0].box: left, faces[1].box: right}


def test_a_box_around_two_known_people_is_nobody_new() -> None:
    one, two = Box(0.1, 0.2, 0.4, 1.0), Box(0.5, 0.2, 0.8, 1.0)
    faces = [Face(0.9, Box(0.2, 0.22, 0.3, 0.36)), Face(0.9, Box(0.6, 0.22, 0.7, 0.36))]
    assert len(people(faces, [body(one, 0.8), body(two, 0.8), body(Box(0.1, 0.2, 0.8, 1.0), 0.5)])) == 2


def test_an_arm_is_a_part_of_its_owner() -> None:
    assert len(people([Face(0.9, HEAD)], [body(), body(Box(0.32, 0.5, 0.4, 0.7), 0.5)])) == 1


def test_a_hand_is_nobody() -> None:
    assert people([], [body(Box(0, 0.1, 0.6, 1.0), 0.9)], [hand(Box(0.25, 0.15, 0.6, 0.75))]) == ()


def test_somebody_who_waves_stays_somebody() -> None:
    assert len(people([], [body()], [hand(Box(0.55, 0.2, 0.62, 0.3))])) == 1


def test_a_finger_from_below_is_nobody() -> None:
    assert people([], [body(Box(0, 0.66, 0.15, 1.0), 0.5)]) == ()


def test_skin_that_fills_the_picture_is_nobody() -> None:
    assert people([], [body(Box(0, 0, 1, 1), 0.55)]) == ()


def test_a_small_face_does_not_make_a_large_pattern_a_body() -> None:
    assert people([Face(0.5, Box(0.4, 0.4, 0.44, 0.44))], [body(Box(0, 0, 1, 1), 0.5)]) == ()


def test_other_things_are_nobody() -> None:
    assert people([], [Thing("dog", 0.9, BODY)]) == ()


boxes = st.lists(st.floats(0, 1), min_size=4, max_size=4).map(
    lambda v: Box(min(v[0], v[2]), min(v[1], v[3]), max(v[0], v[2]), max(v[1], v[3]))
)
scores = st.floats(0, 1)


@given(
    st.lists(st.builds(Face, scores, boxes), max_size=6),
    st.lists(st.builds(Thing, st.sampled_from(("person", "cup")), scores, boxes), max_size=6),
    st.lists(boxes.map(hand), max_size=2),
)
def test_whatever_is_seen_nobody_is_counted_twice(
    faces: list[Face], things: list[Thing], hands: list[Hand]
) -> None:
    found = people(faces, things, hands)
    sure = sum(face.score >= 0.6 for face in faces)
    assert sure <= len(found) <= len(faces) + sum(thing.label == "person" for thing in things)
    assert sum(person.face is not None for person in found) <= len(faces)
    assert [person.box.area for person in found] == sorted((p.box.area for p in found), reverse=True)
