"""Getting to know a person by keys: the question first, five good looks, a name; and nothing kept otherwise."""

from __future__ import annotations

import pytest
from chestnut.core.effects import (
    Buzz,
    Chime,
    Effect,
    Enrol,
    ForgetPerson,
    Haptic,
    ListPeople,
    Recognise,
    Say,
    Sound,
)
from chestnut.core.events import (
    Answer,
    DeadlinePassed,
    EffectFailed,
    MemoryChanged,
    PeopleListed,
    PeopleRecognised,
    PersonEnrolled,
)
from chestnut.core.people import LEAST_TAKES, Known, Recognised, Unfit
from chestnut.core.scene import Box, Judgement, Refusal
from chestnut.locale import Phrases
from chestnut.skills.choose import NAMES
from chestnut.skills.meet import CONSENT, CONSENT_S, CUES, HINTS
from chestnut_tests.drive import GOOD, Driver, scene

BOX = Box(0.4, 0.2, 0.6, 0.5)
SMALL_BOX = Box(0.8, 0.2, 0.85, 0.28)


def chosen(skill: str) -> Driver:
    """The menu's entry, taken."""
    device = Driver()
    device.double("ask")
    for _ in range(NAMES.index(skill)):
        device.press("ask", after_s=0.5)
    device.press("describe", after_s=0.5)
    return device


class Scenario:
    """A person before the wearer. Each look is answered; takes are counted from 1."""

    def __init__(self, waiting: tuple[str, ...] = (), enrolled: tuple[str, ...] = ()) -> None:
        self.device = chosen("meet")
        self.waiting, self.enrolled = waiting, enrolled
        self.take = 0
        self.said: list[Say] = []

    @property
    def open(self) -> Effect | None:
        return self.device.open_effect()

    def answer(self, event: type[Answer], **values: object) -> None:
        job = self.device.open_job() or 0
        self.device.answer(event(at=self.device.now, job=job, **values), job)  # type: ignore[arg-type]

    def face(
        self,
        known: Known = Known.STRANGER,
        *,
        unfit: Unfit | None = None,
        good: bool = True,
        name: str = "",
        beside: Box | None = None,
        judged: Judgement = GOOD,
    ) -> None:
        """Answer the look that is open."""
        assert self.open == Recognise(keep=True)
        self.take += 1
        first = Recognised(BOX, known, name, 0.4, unfit, 0 if unfit else self.take, good and not unfit)
        faces = (first, *([Recognised(beside, Known.STRANGER, take=900)] if beside else []))
        self.answer(PeopleRecognised, scene=scene(judged=judged), faces=faces)

    def nobody(self) -> None:
        assert self.open == Recognise(keep=True)
        self.answer(PeopleRecognised, scene=scene(), faces=())

    def hear(self) -> list[str]:
        """What is said until something else is waited for."""
        heard = []
        while isinstance(self.open, Say) and len(heard) < 30:
            heard.append(self.open.key)
            self.device.spoken()
            if self.open == Say(CONSENT):
                break
        return heard

    def agree(self) -> None:
        self.face()
        assert self.open == Say(CONSENT)
        self.device.press("describe")

    def five(self) -> None:
        for _ in range(LEAST_TAKES):
            self.hear()
            self.face()

    def list_names(self) -> None:
        assert self.open == ListPeople()
        self.answer(PeopleListed, enrolled=self.enrolled, waiting=self.waiting)

    def enrols(self) -> list[Enrol]:
        return [effect for effect in self.device.effects if isinstance(effect, Enrol)]


def test_the_whole_way_to_a_known_person() -> None:
    meeting = Scenario(waiting=("Anna",))
    meeting.agree()
    heard = []
    for _ in range(LEAST_TAKES):
        heard += meeting.hear()
        meeting.face()
    assert heard == list(CUES)
    meeting.list_names()
    assert meeting.open == Say("meet_name", {"name": "Anna"})
    meeting.device.press("describe")
    assert meeting.open == Enrol(CONSENT, (2, 3, 4, 5, 6), "Anna")
    meeting.answer(PersonEnrolled, name="Anna")
    assert meeting.open == Say("meet_done", {"name": "Anna"})
    assert Buzz(Haptic.DONE) in meeting.device.effects
    assert meeting.device.effects.count(Chime(Sound.DONE)) == LEAST_TAKES


def test_consent_is_asked_before_any_picture_that_could_be_kept() -> None:
    meeting = Scenario()
    meeting.face()
    looks = [effect for effect in meeting.device.effects if isinstance(effect, Recognise)]
    assert len(looks) == 1 and meeting.open == Say(CONSENT)
    meeting.device.press("describe")
    meeting.five()
    meeting.list_names()
    (enrol,) = meeting.enrols()
    assert 1 not in enrol.takes, "the picture from before the yes is not kept"
    assert enrol.agreed == CONSENT


@pytest.mark.parametrize("key", ["ask", "find", "read", "stop"])
def test_any_other_key_means_no(key: str) -> None:
    meeting = Scenario()
    meeting.face()
    meeting.device.press(key)
    if key != "stop":
        assert meeting.open == Say("meet_no")
    meeting.device.listen()
    assert not meeting.enrols()


def test_silence_means_no() -> None:
    meeting = Scenario()
    meeting.face()
    meeting.device.spoken()
    meeting.device.wait_s(CONSENT_S)
    meeting.answer(DeadlinePassed)
    assert meeting.open == Say("meet_no") and not meeting.enrols()


def test_a_stop_at_any_moment_keeps_nothing() -> None:
    for looks in range(LEAST_TAKES):
        meeting = Scenario()
        meeting.agree()
        for _ in range(looks):
            meeting.hear()
            meeting.face()
        meeting.device.press("stop")
        assert meeting.open is None and not meeting.enrols()


def test_somebody_known_is_greeted_by_name_and_not_asked_again() -> None:
    meeting = Scenario()
    meeting.face(Known.SURE, name="Anna")
    assert meeting.open == Say("meet_known", {"name": "Anna"})
    meeting.device.listen()
    assert Say(CONSENT) not in meeting.device.effects


def test_nobody_in_view_is_told_and_given_up() -> None:
    meeting = Scenario()
    for _ in range(3):
        meeting.nobody()
        meeting.hear()
    assert not meeting.enrols() and Say(CONSENT) not in meeting.device.effects
    assert Buzz(Haptic.FAILED) in meeting.device.effects


@pytest.mark.parametrize("unfit", list(Unfit))
def test_what_is_to_be_changed_is_told(unfit: Unfit) -> None:
    meeting = Scenario()
    meeting.agree()
    meeting.hear()
    meeting.face(unfit=unfit)
    assert meeting.open == HINTS[unfit]
    meeting.device.spoken()
    assert meeting.open == Recognise(keep=True)


def test_of_two_who_stand_alike_none_is_meant() -> None:
    meeting = Scenario()
    meeting.agree()
    meeting.hear()
    meeting.face(beside=Box(0.1, 0.2, 0.3, 0.5))
    assert meeting.open == Say("meet_several")
    meeting.device.spoken()
    meeting.face(beside=SMALL_BOX)  # somebody far behind
    assert meeting.open != Say("meet_several")


def test_a_picture_that_is_not_good_enough_is_not_taken() -> None:
    meeting = Scenario()
    meeting.agree()
    meeting.hear()
    meeting.face(good=False)
    assert meeting.open == Say("meet_closer")


def test_somebody_already_known_who_steps_in_is_not_taken_for_the_new_person() -> None:
    meeting = Scenario()
    meeting.agree()
    meeting.hear()
    meeting.face(Known.SURE, name="Peter")
    meeting.five()
    meeting.list_names()
    (enrol,) = meeting.enrols()
    assert 2 not in enrol.takes and len(enrol.takes) == LEAST_TAKES


def test_a_dark_room_is_told_and_looked_at_again() -> None:
    meeting = Scenario()
    meeting.agree()
    meeting.hear()
    meeting.face(judged=Judgement(0.0, 0.0, Refusal.TOO_DARK))
    assert meeting.open == Say(Refusal.TOO_DARK)


def test_without_five_good_pictures_nothing_is_kept() -> None:
    meeting = Scenario()
    meeting.agree()
    for _ in range(60):
        meeting.hear()
        if meeting.open != Recognise(keep=True):
            break
        meeting.face(unfit=Unfit.BLURRED)
    assert meeting.open is None and not meeting.enrols()
    assert Say("meet_failed") in meeting.device.effects


def test_without_prepared_names_a_number_is_given() -> None:
    meeting = Scenario()
    meeting.agree()
    meeting.five()
    meeting.list_names()
    assert meeting.enrols()[0].name == ""
    meeting.answer(PersonEnrolled, name="Person 1")
    assert meeting.open == Say("meet_done", {"name": "Person 1"})


@pytest.mark.parametrize(
    ("keys", "name"), [("", "Anna"), ("ask", "Пётр"), ("ask ask", ""), ("find", ""), ("find ask", "Anna")]
)
def test_a_name_is_chosen_by_key(keys: str, name: str) -> None:
    meeting = Scenario(waiting=("Anna", "Пётр"))
    meeting.agree()
    meeting.five()
    meeting.list_names()
    for key in keys.split():
        meeting.device.press(key, after_s=0.6)
    meeting.device.press("describe", after_s=0.6)
    assert meeting.enrols()[0].name == name


@pytest.mark.parametrize("reason", ["meet_mixed", "meet_failed", "name_taken", "memory_full"])
def test_why_it_was_not_kept_is_told(reason: str) -> None:
    meeting = Scenario()
    meeting.agree()
    meeting.five()
    meeting.list_names()
    meeting.answer(EffectFailed, reason=reason)
    assert meeting.open == Say(reason)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_question_says_what_is_kept_where_and_how_to_say_no(language: str) -> None:
    text = Phrases.of(language).render(CONSENT)
    wanted = {
        "en": ("may", "face", "inside", "forgotten", "yes", "no"),
        "ru": ("можно", "лицо", "внутри", "забыто", "да", "нет"),
    }
    assert all(word in text for word in wanted[language])


# --- forgetting ---------------------------------------------------------------------------------------------


def listed(*names: str) -> Driver:
    device = chosen("forget_person")
    job = device.open_job() or 0
    device.answer(PeopleListed(at=device.now, job=job, enrolled=names), job)
    return device


def test_a_person_is_forgotten_after_a_second_press() -> None:
    device = listed("Anna", "Пётр")
    device.press("ask", after_s=0.6)
    assert device.open_effect() == Say("people_forget", {"name": "Пётр"})
    device.press("describe", after_s=0.6)
    assert device.open_effect() == Say("people_forget_sure", {"name": "Пётр"})
    device.press("describe", after_s=0.6)
    assert device.open_effect() == ForgetPerson("Пётр")
    job = device.open_job() or 0
    device.answer(MemoryChanged(at=device.now, job=job, rows=1), job)
    assert device.open_effect() == Say("people_forgotten", {"name": "Пётр"})


def test_another_key_keeps_the_person() -> None:
    device = listed("Anna")
    device.press("describe", after_s=0.6)
    device.press("ask", after_s=0.6)
    assert device.open_effect() == Say("people_kept")
    assert not any(isinstance(effect, ForgetPerson) for effect in device.effects)


def test_with_nobody_enrolled_that_is_said() -> None:
    assert listed().open_effect() == Say("people_none")
