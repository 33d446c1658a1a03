"""The spoken menu under one finger: ready questions, then settings."""

from __future__ import annotations

import pytest
from chestnut.core.effects import CheckStatus, Look, Offer, Say
from chestnut.core.session import LANGUAGES
from chestnut.locale import Phrases
from chestnut.skills.choose import MENU, NAMES, SETTINGS
from chestnut.skills.repeat import AGAIN
from chestnut.skills.table import SKILLS
from chestnut_tests.drive import CUP, Driver, page, scene

LOUDER = ("ask",) * NAMES.index("louder")


def menu(*keys: str) -> Driver:
    device = Driver()
    device.double("ask")
    for key in keys:
        device.press(key, after_s=0.5)
    return device


def question(name: str) -> Say:
    return Say("choose_question", {"question": name})


def test_the_menu_offers_goes_on_and_back_without_being_heard_out() -> None:
    assert menu().open_effect() == question("what")
    assert menu("ask", "ask").open_effect() == question("count")
    assert menu("find").open_effect() == Say("choose_status")


def test_first_come_the_questions_then_the_settings() -> None:
    assert (
        *("ask_what", "ask_colour", "ask_count", "ask_left", "ask_door", "translate", "find"),
        *(
            "reminders",
            "teach_thing",
            "name_place",
            "show_letters",
            "teach_sign",
            "vocabulary",
            "meet",
            "forget_taught",
            "forget_sign",
            "forget_letters",
            "forget_person",
            "carers",
            "who_looked",
            "watch",
            "pair_pad",
            "forget_pad",
            "check_self",
            "louder",
            "softer",
            "slower",
            "faster",
            "language",
            "keys",
            "status",
        ),
    ) == NAMES
    assert {name for name in NAMES if name not in (*SETTINGS, "watch")} <= SKILLS.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_is_said_in_a_few_words(language: str) -> None:
    for say in MENU.values():
        assert 0 < len(Phrases.of(language).render(say.key, say.args).split()) <= 9


def test_the_menu_changes_the_language() -> None:
    device = menu("find", "find", "find", "describe")
    assert device.conductor.session.language == "ru"
    assert device.open_effect() == Say("language")


def test_the_menu_stays_open_and_steps_from_the_new_value() -> None:
    device = menu(*LOUDER, "describe", "describe")
    assert device.conductor.session.volume == 1.0
    device.press("describe", after_s=0.1)
    assert device.open_effect() == Say("volume_end", {"percent": 100})


def test_silence_in_the_menu_brings_the_help_and_then_closes_it() -> None:
    device = menu()
    device.spoken()
    device.deadline(4.0)
    assert device.open_effect() == Say("choose_help")
    device.spoken()
    device.deadline(8.0)
    assert device.open_effect() == Say("choose_left")


def test_a_key_without_a_meaning_in_the_menu_brings_the_help() -> None:
    assert menu("read").open_effect() == Say("choose_help")


def test_the_menu_tells_the_status_and_closes() -> None:
    device = menu("find", "describe")
    assert device.open_effect() == CheckStatus()


def test_a_question_that_is_taken_closes_the_menu_and_is_the_last_question() -> None:
    device = menu("ask", "ask", "describe")
    assert device.open_effect() == Look()
    assert not isinstance(device.open_effect(), Offer)
    device.view(scene(things=[CUP]))
    first = device.listen()
    device.press("ask")
    assert device.open_effect() == Look(), "the same question of what is there now"
    device.view(scene(things=[CUP]))
    assert device.listen() == first


def test_every_question_can_be_answered_again() -> None:
    assert {name for name, skill in SKILLS.items() if skill.answers} | {"find"} == AGAIN.keys()


def test_the_first_half_of_the_double_press_takes_nothing_away() -> None:
    """It begins to read again; what was read before is still what can be translated."""
    device = Driver()
    device.press("read")
    read = page("EXIT")
    device.read(read)
    device.listen()
    device.double("ask")
    session = device.conductor.session
    assert (session.last_page, session.last_request) == (read, "read")


def test_stop_leaves_the_menu() -> None:
    device = menu("ask")
    device.press("stop")
    assert not device.conductor.busy
