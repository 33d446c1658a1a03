"""Who is here: names only when sure, everybody else honestly unnamed, in words of both languages."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from chestnut.core.effects import Buzz, Haptic, Look, Recognise, Say
from chestnut.core.events import EffectFailed, PeopleRecognised
from chestnut.core.people import Known, Recognised, Unfit
from chestnut.core.scene import Box, Judgement, Person, Refusal, Scene
from chestnut.locale import Phrases
from chestnut.skills.who import LOOKS, told
from chestnut_tests.drive import GOOD, Driver, scene
from hypothesis import given
from hypothesis import strategies as st

PLACES = {"left": 0.1, "ahead": 0.45, "right": 0.8}


def face(side: str = "ahead", height: float = 0.2) -> Box:
    left = PLACES[side]
    return Box(left, 0.2, left + 0.1, 0.2 + height)


def person(side: str = "ahead", height: float = 0.2, *, seen: bool = True) -> Person:
    box = face(side, height)
    body = Box(max(0.0, box.left - 0.05), 0.15, min(1.0, box.right + 0.05), 0.95)
    return Person(0.9, body, box if seen else None)


def recognised(
    known: Known, name: str = "", side: str = "ahead", height: float = 0.2, unfit: Unfit | None = None
) -> Recognised:
    return Recognised(face(side, height), known, name, 0.8 if name else 0.3, unfit)


def look(*faces: tuple[Known, str, str]) -> PeopleRecognised:
    """(known, name, side) each."""
    return PeopleRecognised(
        at=0.0,
        job=1,
        scene=scene([person(side) for _, _, side in faces]),
        faces=tuple(recognised(known, name, side) for known, name, side in faces),
    )


def words(seen: PeopleRecognised, language: str = "en") -> str:
    return Phrases.of(language).render("scene", {"clauses": told(seen)})


def asked() -> Driver:
    device = Driver()
    device.double("find")
    assert device.open_effect() == Recognise()
    return device


def answer(device: Driver, faces: Sequence[tuple[Known, str, str]], judged: Judgement = GOOD) -> None:
    job = device.open_job() or 0
    seen = look(*faces)
    seen = PeopleRecognised(
        at=device.now, job=job, scene=scene(seen.scene.people, judged=judged), faces=seen.faces
    )
    device.answer(seen, job)


def said(device: Driver, language: str = "en") -> str:
    say = device.open_effect()
    assert isinstance(say, Say)
    return Phrases.of(language).render(say.key, say.args)


SURE, STRANGER, UNSURE, UNSEEN = Known.SURE, Known.STRANGER, Known.UNSURE, Known.UNSEEN


@pytest.mark.parametrize(
    ("faces", "english", "russian"),
    [
        ([(SURE, "Anna", "ahead")], "Anna ahead, near.", "Впереди, близко, Anna."),
        ([(SURE, "Анна", "ahead")], "Анна ahead, near.", "Впереди, близко, Анна."),
        (
            [(STRANGER, "", "left")],
            "Someone I don't know on the left, near.",
            "Слева, близко, кто-то незнакомый.",
        ),
        (
            [(STRANGER, "", "left"), (SURE, "Анна", "ahead")],
            "Анна ahead, near. Someone I don't know on the left, near.",
            "Впереди, близко, Анна. Слева, близко, кто-то незнакомый.",
        ),
        (
            [(STRANGER, "", "left"), (STRANGER, "", "right")],
            "Two people I don't know, near: left and right.",
            "Два незнакомых человека, близко: слева и справа.",
        ),
        (
            [(UNSURE, "", "right")],
            "Someone I cannot make out on the right, near.",
            "Справа, близко, кто-то, кого не разглядеть.",
        ),
        (
            [(SURE, "Anna", "left"), (SURE, "Peter", "right"), (UNSEEN, "", "ahead")],
            "Anna on the left, near. Peter on the right, near. Someone I cannot make out ahead, near.",
            "Слева, близко, Anna. Справа, близко, Peter. Впереди, близко, кто-то, кого не разглядеть.",
        ),
        (
            [(STRANGER, "", side) for side in ("left", "left", "ahead", "right", "right")],
            "Several people I don't know ahead.",
            "Впереди несколько незнакомых человек.",
        ),
    ],
)
def test_what_is_said(faces: list[tuple[Known, str, str]], english: str, russian: str) -> None:
    assert words(look(*faces)) == english
    assert words(look(*faces), "ru") == russian


def test_how_far_somebody_is_is_told() -> None:
    far = Box(0.45, 0.2, 0.5, 0.25)
    seen = PeopleRecognised(
        at=0.0,
        job=1,
        scene=scene([Person(0.9, Box(0.4, 0.15, 0.55, 0.6), far)]),
        faces=(Recognised(far, Known.SURE, "Anna"),),
    )
    assert words(seen) == "Anna ahead, far."
    assert words(seen, "ru") == "Впереди, далеко, Anna."


def test_who_is_seen_from_behind_is_nobody_in_particular() -> None:
    seen = PeopleRecognised(at=0.0, job=1, scene=scene([person(seen=False)]), faces=())
    assert words(seen) == "Someone I cannot make out ahead, near."


def test_a_known_face_that_is_no_person_of_the_scene_is_told_all_the_same() -> None:
    seen = PeopleRecognised(
        at=0.0,
        job=1,
        scene=scene(),
        faces=(recognised(SURE, "Anna", "left"), recognised(STRANGER, "", "right")),
    )
    assert words(seen) == "Anna on the left, near."


CASES = st.lists(
    st.tuples(st.sampled_from(Known), st.sampled_from(["Anna", "Пётр"]), st.sampled_from(list(PLACES))),
    max_size=7,
)


@given(CASES, st.sampled_from(["en", "ru"]))
def test_no_name_is_ever_said_of_who_is_not_surely_known(
    faces: list[tuple[Known, str, str]], language: str
) -> None:
    """Even where a name slipped into the answer."""
    text = words(look(*faces), language) if told(look(*faces)) else ""
    sure = {name for known, name, _ in faces if known is SURE}
    assert {name for name in ("Anna", "Пётр") if name in text} <= sure
    assert (not faces) == (not text)


def test_the_double_press_of_the_triangle_asks_who_is_here() -> None:
    device = asked()
    answer(device, [(SURE, "Anna", "ahead")])
    assert said(device) == "Anna ahead, near."


def test_nobody_is_said_to_be_nobody() -> None:
    device = asked()
    answer(device, [])
    assert device.open_effect() == Say("who_nobody")


def test_who_cannot_be_told_is_looked_at_again() -> None:
    device = asked()
    answer(device, [(UNSURE, "", "ahead")])
    assert device.open_effect() == Recognise()
    answer(device, [(SURE, "Anna", "ahead")])
    assert said(device) == "Anna ahead, near."


def test_a_stranger_is_looked_at_once() -> None:
    device = asked()
    answer(device, [(STRANGER, "", "ahead")])
    assert said(device) == "Someone I don't know ahead, near."


def test_in_the_end_it_is_said_that_it_cannot_be_told() -> None:
    device = asked()
    for _ in range(LOOKS):
        answer(device, [(UNSURE, "", "ahead")])
    assert said(device) == "Someone I cannot make out ahead, near."


def test_the_look_that_tells_most_is_told() -> None:
    device = asked()
    answer(device, [(SURE, "Anna", "left"), (UNSEEN, "", "right")])
    answer(device, [(UNSURE, "", "left"), (STRANGER, "", "right")])
    answer(device, [(UNSEEN, "", "left"), (UNSEEN, "", "right")])
    assert said(device) == "Anna on the left, near. Someone I cannot make out on the right, near."


@pytest.mark.parametrize("refusal", [Refusal.TOO_DARK, Refusal.COVERED, Refusal.TOO_BRIGHT])
def test_a_bad_picture_is_refused_as_when_it_is_described(refusal: Refusal) -> None:
    device = asked()
    answer(device, [], Judgement(0.0, 0.0, refusal))
    assert Buzz(Haptic.FAILED) in device.effects
    assert device.open_effect() == Say(refusal)


def test_a_blurred_picture_is_looked_at_again() -> None:
    device = asked()
    answer(device, [], Judgement(0.5, 0.1, Refusal.TOO_BLURRED))
    assert device.open_effect() == Recognise()
    answer(device, [(SURE, "Anna", "ahead")])
    assert said(device) == "Anna ahead, near."


def test_without_a_model_or_a_memory_the_remedy_is_said() -> None:
    for reason in ("people_missing", "memory_key_missing"):
        device = asked()
        job = device.open_job() or 0
        device.answer(EffectFailed(at=device.now, job=job, reason=reason), job)
        assert device.open_effect() == Say(reason)


def test_a_stop_ends_the_look() -> None:
    device = asked()
    device.press("stop")
    assert device.open_effect() is None


def test_what_was_seen_is_the_scene_that_more_tells_of() -> None:
    device = asked()
    answer(device, [(STRANGER, "", "ahead")])
    assert isinstance(device.conductor.session.last_scene, Scene)
    device.listen()
    device.press("ask")  # the ring answers the last question anew
    assert device.open_effect() == Recognise() and Look() not in device.effects[-1:]
