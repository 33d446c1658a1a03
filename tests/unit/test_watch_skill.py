"""Watching: turned on with the mode, paused and resumed, felt and told; and what is told is true."""

from __future__ import annotations

import pytest
from chestnut.core.effects import Buzz, Change, CheckStatus, Effect, Haptic, Say
from chestnut.core.events import Part, PartFound, PartLost, SkinMeasured, StatusChecked, Woke
from chestnut.core.session import COMPANION, LANGUAGES, MODES, Session
from chestnut.core.watch import hindrance, watches
from chestnut.locale import Phrases
from chestnut.skills.choose import NAMES
from chestnut_tests.drive import Driver

WATCHING = [Buzz(Haptic.WATCHING), Say("watch_on")]
PAUSED = [Buzz(Haptic.PAUSED), Say("watch_paused")]
ENDED = [Buzz(Haptic.PAUSED), Say("watch_none")]
MENU = ("ask",) * NAMES.index("watch")


def device(session: Session | None = None) -> Driver:
    return Driver(session or Session(mode=COMPANION))


def told(driver: Driver) -> list[Effect]:
    """What is felt and said from now on until silence."""
    driver.listen()
    return [effect for effect in driver.effects if isinstance(effect, (Buzz, Say))]


def after_repeat(driver: Driver) -> list[Effect]:
    """The first half of a double press began to repeat; the second half stopped that."""
    effects = told(driver)
    return effects[effects.index(Buzz(Haptic.STOPPED)) + 1 :]


def test_the_cross_twice_goes_to_companion_to_signs_and_back() -> None:
    driver = Driver()
    driver.double("stop")
    assert after_repeat(driver) == [Say("mode", {"mode": "companion"}), *WATCHING]
    assert watches(driver.conductor.session)
    driver.effects.clear()
    driver.wait_s(1)
    driver.double("stop")
    assert after_repeat(driver)[:3] == [Say("mode", {"mode": "signs"}), *ENDED]
    assert not watches(driver.conductor.session)
    driver.effects.clear()
    driver.wait_s(1)
    driver.double("stop")
    assert after_repeat(driver) == [Say("mode", {"mode": "vision"})]


def test_the_status_tells_what_hinders_it_once() -> None:
    driver = device()
    driver.handle(PartLost(at=driver.now, part=Part.CAMERA, reason="camera_lost"))
    driver.listen()
    driver.effects.clear()
    driver.edge("stop", "down")
    driver.edge("stop", "held")
    job = driver.job_of(CheckStatus())
    driver.answer(StatusChecked(at=driver.now, job=job, time_of_day="10:00"), job)
    said = [effect.key for effect in told(driver) if isinstance(effect, Say)]
    assert said[:3] == ["status", "watch_unable", "camera_lost"] and said.count("camera_lost") == 1


def test_the_menu_pauses_and_watches_again() -> None:
    driver = device()
    driver.double("ask")
    for key in MENU:
        driver.press(key, after_s=0.5)
    assert driver.open_effect() == Say("choose_watch_pause")
    driver.press("describe", after_s=0.5)
    assert told(driver)[-2:] == PAUSED
    assert driver.conductor.session.paused and not watches(driver.conductor.session)
    driver.wait_s(1)
    driver.double("ask")
    for key in MENU:
        driver.press(key, after_s=0.5)
    assert driver.open_effect() == Say("choose_watch_again")
    driver.press("describe", after_s=0.5)
    assert told(driver)[-2:] == WATCHING
    assert watches(driver.conductor.session)


def test_in_companion_the_three_bars_held_pause_and_watch_again() -> None:
    driver = device()
    driver.hold("read")
    assert told(driver) == PAUSED and driver.conductor.session.paused
    driver.effects.clear()
    driver.hold("read")
    assert told(driver) == WATCHING and not driver.conductor.session.paused


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != COMPANION])
def test_in_other_modes_the_menu_offers_companion(mode: str) -> None:
    driver = Driver(Session(mode=mode))
    driver.double("ask")
    for key in MENU:
        driver.press(key, after_s=0.5)
    assert driver.open_effect() == Say("choose_watch")
    driver.press("describe", after_s=0.5)
    assert told(driver)[-3:] == [Say("mode", {"mode": "companion"}), *WATCHING]
    assert driver.conductor.session.mode == COMPANION


def test_the_pause_is_a_skill_for_any_key() -> None:
    driver = device()
    driver.conductor.request("pause")
    driver.wait_s(1)
    driver.edge("read", "up")  # the orders come with the next event
    assert told(driver) == PAUSED and Change("paused", True) in driver.effects
    driver.effects.clear()
    driver.conductor.request("pause")
    driver.edge("read", "up")
    assert told(driver) == WATCHING


def test_in_vision_the_pause_key_changes_nothing() -> None:
    driver = Driver()
    driver.conductor.request("pause")
    driver.edge("read", "up")
    assert told(driver) == ENDED
    assert not driver.conductor.session.paused


@pytest.mark.parametrize(("paused", "state"), [(False, WATCHING), (True, PAUSED)])
def test_the_greeting_and_the_status_tell_it(paused: bool, state: list[Effect]) -> None:
    driver = device(Session(mode=COMPANION, paused=paused))
    driver.handle(Woke(at=driver.now))
    assert told(driver) == [Say("ready"), *state]
    driver.effects.clear()
    driver.hold("stop")
    job = driver.job_of(CheckStatus())
    driver.answer(StatusChecked(at=driver.now, job=job, time_of_day="12:00"), job)
    assert told(driver)[1:3] == state


def test_what_broke_while_it_started_is_known_when_it_tells() -> None:
    driver = device()
    driver.handle(Woke(at=driver.now))
    driver.handle(PartLost(at=driver.now, part=Part.MEMORY, reason="memory_wrong_key"))
    assert told(driver)[:4] == [
        Say("ready"),
        Buzz(Haptic.PAUSED),
        Say("watch_unable"),
        Say("memory_wrong_key"),
    ]


LACKS = [
    (PartLost(at=101.0, part=Part.CAMERA, reason="camera_lost"), "camera_lost"),
    (PartLost(at=101.0, part=Part.MEMORY, reason="memory_full"), "memory_full"),
    (PartLost(at=101.0, part=Part.EYES, reason="eyes_lost"), "eyes_lost"),
    (SkinMeasured(at=101.0, celsius=44.0), "too_hot"),
]


@pytest.mark.parametrize(("event", "lack"), LACKS)
def test_that_it_cannot_watch_is_told_with_the_remedy(event: PartLost | SkinMeasured, lack: str) -> None:
    driver = Driver()
    driver.handle(event)
    driver.listen()
    driver.effects.clear()
    driver.wait_s(1)
    driver.double("stop")
    assert after_repeat(driver) == [
        Say("mode", {"mode": "companion"}),
        Buzz(Haptic.PAUSED),
        Say("watch_unable"),
        Say(lack),
    ]
    assert hindrance(driver.conductor.session) == lack and not watches(driver.conductor.session)


def test_it_watches_again_when_what_was_lost_is_back() -> None:
    driver = device()
    driver.handle(PartLost(at=driver.now, part=Part.CAMERA, reason="camera_lost"))
    assert not watches(driver.conductor.session)
    driver.handle(PartFound(at=driver.now, part=Part.CAMERA))
    assert watches(driver.conductor.session)


def test_without_the_text_reader_it_watches_all_the_same() -> None:
    driver = device()
    driver.handle(PartLost(at=driver.now, part=Part.EYES, reason="reader_missing"))
    assert watches(driver.conductor.session)


@pytest.mark.parametrize("reason", ["memory_off", "watch_off"])
def test_what_the_settings_forbid_is_told(reason: str) -> None:
    driver = device(Session(mode=COMPANION, unwatched=reason))
    driver.conductor.request("pause")
    driver.edge("read", "up")
    driver.listen()
    driver.effects.clear()
    driver.conductor.request("pause")
    driver.edge("read", "up")
    assert told(driver) == [Buzz(Haptic.PAUSED), Say("watch_unable"), Say(reason)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_in_few_words(language: str) -> None:
    for key in ("watch_on", "watch_paused", "watch_unable", "watch_none", "watch_off"):
        assert 2 <= len(Phrases.of(language).render(key).split()) <= 11
