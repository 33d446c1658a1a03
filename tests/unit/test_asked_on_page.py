"""What the maker's page asks of the conductor: a skill by its name, a line to be spoken."""

from __future__ import annotations

from chestnut.core.conductor import MOST_TYPED
from chestnut.core.effects import Buzz, Change, Haptic, Say, TakeBack
from chestnut.core.events import SkillAsked, TextTyped
from chestnut.core.session import COMPANION, SIGNS, VISION, Session
from chestnut_tests.drive import CUP, Driver, scene


def asked(driver: Driver, skill: str) -> None:
    driver.handle(SkillAsked(at=driver.now, skill=skill))


def typed(driver: Driver, text: str) -> None:
    driver.handle(TextTyped(at=driver.now, text=text))


def test_a_skill_is_begun_as_by_its_key() -> None:
    driver = Driver(Session(mode=SIGNS))
    asked(driver, "take_back_word")
    assert driver.open_effect() == TakeBack(word=True)
    asked(driver, "no such skill")
    assert driver.open_effect() == TakeBack(word=True)


def test_signs_begin_from_any_mode_and_what_was_signed_stays() -> None:
    for mode in (VISION, COMPANION):
        driver = Driver(Session(mode=mode))
        asked(driver, "signs")
        driver.listen()
        assert driver.conductor.session.mode == SIGNS
        assert driver.effects.count(Say("watch_none")) == (mode == COMPANION)
        assert driver.effects[-2:] == [Buzz(Haptic.WATCHING), Say("signs_on")]
    driver.effects.clear()
    asked(driver, "signs")
    driver.listen()
    assert not [effect for effect in driver.effects if isinstance(effect, Change)]


def test_what_is_typed_is_told_as_typed_and_cuts_nothing_off() -> None:
    driver = Driver()
    driver.press("describe")
    driver.see(scene([], [CUP]))
    spoken = driver.open_effect()
    typed(driver, "Good morning")
    typed(driver, "How are you?")
    assert driver.open_effect() == spoken
    driver.effects.clear()
    driver.listen()
    said = [effect for effect in driver.effects if isinstance(effect, Say)]
    assert said == [Say("typed", {"text": "Good morning"}), Say("typed", {"text": "How are you?"})]


def test_stop_ends_what_was_typed_and_only_the_newest_wait() -> None:
    driver = Driver()
    driver.press("describe")
    driver.see(scene([], [CUP]))
    for number in range(MOST_TYPED + 3):
        typed(driver, str(number))
    driver.effects.clear()
    driver.listen()
    said = [effect.args["text"] for effect in driver.effects if isinstance(effect, Say)]
    assert said == [str(number) for number in range(3, MOST_TYPED + 3)]
    typed(driver, "late")
    driver.wait_s(1)
    driver.press("stop")
    typed(driver, "new")
    assert driver.open_effect() == Say("typed", {"text": "new"})
