"""Signs on the device: what was signed is spoken in turn, again and without what was wrong; keys of the mode."""

from __future__ import annotations

import pytest
from chestnut.core.effects import (
    Buzz,
    Cancel,
    CheckStatus,
    Haptic,
    Look,
    Offer,
    Recite,
    Say,
    TakeBack,
    Think,
    Wait,
)
from chestnut.core.events import (
    EffectFailed,
    LetterSeen,
    Part,
    PartFound,
    PartLost,
    ReminderDue,
    SignSeen,
    SkinMeasured,
    StatusChecked,
    TakenBack,
    Woke,
    WordSpelled,
)
from chestnut.core.gestures import Kind as Gesture
from chestnut.core.reminders import Kind, When
from chestnut.core.session import LANGUAGES, SIGNS, VISION, Session
from chestnut.core.signed import Signed, Word
from chestnut.core.signs import MOST_UNSAID
from chestnut.core.thought import Task
from chestnut.locale import Phrases
from chestnut_tests.drive import CUP, Driver, default_keymap, scene

SIGNED = Session(mode=SIGNS)


def device(session: Session = SIGNED) -> Driver:
    return Driver(session)


def spell(driver: Driver, *letters: str) -> None:
    for number, letter in enumerate(letters):
        signed = Signed(driver.conductor.session.signed.words, tuple(letters[: number + 1]))
        driver.handle(LetterSeen(at=driver.now, letter=letter, confidence=0.9, signed=signed))


def word(driver: Driver, text: str, confidence: float = 0.99) -> None:
    words = (*driver.conductor.session.signed.words, Word(text, confidence ** len(text)))
    confidences = (confidence,) * len(text)
    driver.handle(WordSpelled(at=driver.now, text=text, confidences=confidences, signed=Signed(words)))


def sign(driver: Driver, name: str) -> None:
    words = (*driver.conductor.session.signed.words, Word(name))
    driver.handle(SignSeen(at=driver.now, name=name, signed=Signed(words)))


def spoken(driver: Driver) -> list[object]:
    """All that is said from now until it is silent; every take-back finds the last letter or word."""
    said: list[object] = []
    while (effect := driver.open_effect()) is not None:
        if isinstance(effect, TakeBack):
            job = driver.job_of(effect)
            taken = TakenBack(at=driver.now, job=job, removed="TEA", signed=Signed())
            driver.answer(taken, job)
            continue
        said.append(effect)
        driver.spoken()
    return said


def test_the_mode_tells_itself_and_is_felt() -> None:
    driver = device(Session(mode="companion"))
    driver.double("stop")
    assert Buzz(Haptic.WATCHING) not in driver.effects
    spoken(driver)
    assert driver.effects[-2:] == [Buzz(Haptic.WATCHING), Say("signs_on")]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (PartLost(at=100.0, part=Part.CAMERA, reason="camera_lost"), "camera_lost"),
        (PartLost(at=100.0, part=Part.SIGNS, reason="model_missing"), "model_missing"),
        (SkinMeasured(at=100.0, celsius=44.0), "too_hot"),
    ],
)
def test_that_it_cannot_be_read_is_told_with_the_remedy(event: PartLost, reason: str) -> None:
    driver = device()
    driver.handle(event)
    spoken(driver)
    driver.effects.clear()
    driver.handle(Woke(at=driver.now))
    assert spoken(driver) == [Say("ready"), Say("signs_unable"), Say(reason)]
    assert Buzz(Haptic.PAUSED) in driver.effects


def test_signs_that_can_be_read_again_are_told() -> None:
    driver = device()
    driver.handle(PartFound(at=driver.now, part=Part.SIGNS))
    assert spoken(driver) == [], "it is the usual"
    driver.handle(PartLost(at=driver.now, part=Part.SIGNS, reason="signs_lost"))
    driver.handle(PartFound(at=driver.now, part=Part.SIGNS))
    assert spoken(driver) == [Say("signs_lost"), Say("signs_back")]


def test_a_word_is_spoken_at_once() -> None:
    driver = device()
    word(driver, "HELLO")
    assert driver.open_effect() == Recite("Hello.")


def test_a_letter_is_felt() -> None:
    driver = device()
    driver.effects.clear()
    spell(driver, "H", "E")
    assert driver.effects == [Buzz(Haptic.PRESSED)] * 2


def test_a_letter_is_spoken_where_the_settings_want_it_and_its_word_follows() -> None:
    driver = device(Session(mode=SIGNS, speaks_letters=True))
    spell(driver, "H", "I")
    assert driver.open_effect() == Recite("H.")
    word(driver, "HI")
    assert spoken(driver) == [Recite("H."), Recite("Hi.")], "the I is in the word"


def test_what_is_less_likely_right_than_wrong_is_a_guess_whenever_it_is_spoken() -> None:
    driver = device()
    word(driver, "TEA", confidence=0.7)
    sign(driver, "milk")
    guess = Say("signed_unsure", {"text": "Tea"})
    assert spoken(driver) == [guess, Recite("milk.")]
    driver.press("ask")
    assert spoken(driver) == [guess, Recite("milk.")]


def test_a_new_word_cuts_none_off_and_what_piled_up_follows_at_once() -> None:
    driver = device()
    word(driver, "MY")
    for text in ("NAME", "IS", "ANNA"):
        word(driver, text)
    assert not any(isinstance(effect, Cancel) for effect in driver.effects)
    assert spoken(driver) == [Recite("My."), Recite("Name Is Anna.")]


def test_only_the_newest_pile_up() -> None:
    driver = device()
    word(driver, "A")
    for _ in range(2 * MOST_UNSAID):
        sign(driver, "tea")
    assert spoken(driver) == [Recite("A."), Recite(" ".join(["tea"] * MOST_UNSAID) + ".")]


def test_an_answer_to_the_wearer_is_spoken_to_its_end_and_the_word_follows() -> None:
    driver = device()
    driver.press("describe")
    word(driver, "TEA")
    assert driver.open_effect() == Look()
    driver.see(scene(things=[CUP]))
    said = spoken(driver)
    assert isinstance(said[0], Say) and said[0].key == "scene" and said[1:] == [Recite("Tea.")]


def test_a_reminder_is_not_cut_off_either_and_a_word_goes_before_one_that_waits() -> None:
    driver = device()
    word(driver, "TEA")
    driver.handle(
        ReminderDue(
            at=driver.now, reminder=1, due=1e9, kind=Kind.OTHER, words="x", when=When(0, 0, 1, 1, "08:00")
        )
    )
    word(driver, "MILK")
    driver.spoken()
    assert driver.open_effect() == Recite("Milk.")
    driver.spoken()
    assert driver.open_effect() == CheckStatus()
    word(driver, "BREAD")
    assert driver.open_effect() == CheckStatus()


def test_stop_silences_and_what_waited_is_not_spoken_any_more() -> None:
    driver = device()
    word(driver, "TEA")
    word(driver, "MILK")
    driver.press("stop")
    assert driver.open_effect() is None and not driver.conductor.busy
    word(driver, "BREAD")
    assert spoken(driver) == [Recite("Bread.")]
    driver.press("ask")
    assert spoken(driver) == [Recite("Tea Milk Bread.")]


def test_the_ring_says_the_unfinished_word_letter_by_letter() -> None:
    driver = device()
    driver.press("ask")
    assert spoken(driver) == [Say("signed_nothing")]
    sign(driver, "tea")
    spell(driver, "A", "N")
    spoken(driver)
    driver.press("ask")
    assert spoken(driver) == [Recite("tea."), Say("signed_letters", {"letters": "A, N"})]


@pytest.mark.parametrize(("press", "whole"), [("press", False), ("hold", True)])
def test_the_bars_take_back(press: str, whole: bool) -> None:
    driver = device()
    word(driver, "TEA")
    spoken(driver)
    getattr(driver, press)("read")
    assert driver.open_effect() == TakeBack(whole)
    assert spoken(driver) == [Say("signed_taken_back", {"text": "Tea"})]
    assert driver.conductor.session.signed == Signed()


def test_quick_presses_take_back_a_letter_each() -> None:
    driver = device()
    driver.press("read")
    driver.press("read", after_s=0.1)
    assert driver.effects.count(TakeBack()) == 2


def test_nothing_to_take_back_is_told() -> None:
    driver = device()
    driver.press("read")
    job = driver.job_of(TakeBack())
    driver.answer(TakenBack(at=driver.now, job=job, removed="", signed=Signed()), job)
    assert spoken(driver) == [Say("signed_nothing")]


def test_what_was_taken_back_before_it_was_spoken_is_not_spoken() -> None:
    driver = device()
    driver.press("describe")
    word(driver, "TEA")
    driver.press("read")
    assert spoken(driver) == [Say("signed_taken_back", {"text": "Tea"})]
    assert not driver.conductor.busy


def test_the_dome_twice_makes_a_sentence_and_tells_whose_it_is() -> None:
    driver = device()
    for name in ("I", "tea", "want"):
        sign(driver, name)
    spoken(driver)
    driver.double("describe")
    assert driver.thoughts[driver.thought] == Think(Task.REWORD, "I tea want")
    driver.write("I want tea.")
    assert driver.open_effect() == Say("signed_sentence")
    driver.spoken()
    assert driver.open_effect() == Say("model", {"text": "I want tea."})


def test_a_sentence_of_a_guess_is_a_guess() -> None:
    driver = device()
    word(driver, "TEA", confidence=0.6)
    spoken(driver)
    driver.double("describe")
    driver.write("There is tea.")
    driver.spoken()
    assert driver.open_effect() == Say("model_doubtful", {"text": "There is tea."})


def test_without_a_model_the_remedy_is_told() -> None:
    driver = device()
    sign(driver, "tea")
    spoken(driver)
    driver.double("describe")
    job = driver.thought
    driver.thoughts.pop(job)
    driver.handle(EffectFailed(at=driver.now, job=job, reason="gemma_missing"))
    assert spoken(driver) == [Say("gemma_missing")]


def test_in_another_mode_nothing_signed_is_spoken_and_the_keys_mean_what_they_always_did() -> None:
    driver = device(Session(mode=VISION))
    word(driver, "TEA")
    spell(driver, "A")
    assert driver.effects == []
    driver.press("read")
    assert TakeBack() not in driver.effects


def test_what_was_signed_ends_with_the_mode() -> None:
    driver = device()
    word(driver, "TEA")
    driver.double("stop")
    spoken(driver)
    assert driver.conductor.session.mode == VISION
    assert driver.conductor.session.signed == Signed()


def test_the_status_tells_the_mode() -> None:
    driver = device()
    driver.hold("stop")
    job = driver.job_of(CheckStatus())
    driver.answer(StatusChecked(at=driver.now, job=job, time_of_day="12:00"), job)
    assert Say("signs_on") in spoken(driver)


def test_keys_explain_themselves_as_they_are_in_the_mode() -> None:
    driver = device()
    driver.conductor.request("keys")
    driver.press("read")
    said = driver.open_effect()
    assert said == Say("keys_key", {"key": "read", "gesture": "press", "skill": "take_back_letter"})
    driver.press("find")
    assert driver.open_effect() == Say("keys_key", {"key": "find", "gesture": "press", "skill": "recall"})


def test_the_mode_changes_few_keys() -> None:
    alone = {place: skill for place, skill in default_keymap().items() if place[2:] == (SIGNS,)}
    assert set(alone) == {
        ("describe", Gesture.DOUBLE, SIGNS),
        ("read", Gesture.PRESS, SIGNS),
        ("read", Gesture.HOLD, SIGNS),
        ("read", Gesture.DOUBLE, SIGNS),
        ("ask", Gesture.PRESS, SIGNS),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_in_few_words(language: str) -> None:
    for key in ("signs_on", "signs_off", "signs_unable", "signs_lost", "signs_back", "signed_nothing"):
        assert 2 <= len(Phrases.of(language).render(key).split()) <= 12


def test_words_are_read_as_words() -> None:
    assert [Word(text).written for text in ("HELLO", "ПРИВЕТ", "tea", "my Anna", "I", "McCoy")] == [
        *("Hello", "Привет", "tea", "my Anna", "I", "McCoy")
    ]


def test_offers_keep_the_next_key() -> None:
    """A menu that is open is not closed by what is signed."""
    driver = device()
    driver.double("ask")
    before = driver.open_effect()
    word(driver, "TEA")
    assert driver.open_effect() == before
    assert isinstance(before, (Say, Offer, Wait))
