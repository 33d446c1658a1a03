"""Ready questions, translation and rewording: what is answered without a model, and what with one."""

from __future__ import annotations

import pytest
from chestnut.core.conductor import Conductor
from chestnut.core.effects import Buzz, Haptic, Look, Read, Recite, Say, Think
from chestnut.core.scene import Box, Judgement, Page, Refusal, Thing
from chestnut.core.session import LANGUAGES, Session
from chestnut.core.skill import Skill
from chestnut.core.thought import Exchange, Task
from chestnut.locale import Phrases
from chestnut.skills import questions
from chestnut.skills.choose import NAMES
from chestnut.skills.reword import reword
from chestnut.skills.table import SKILLS
from chestnut.skills.thinking import NO_MODEL
from chestnut.skills.translate import WORDS, beginning, own_share
from chestnut_tests.drive import CUP, FACE, Driver, default_keymap, page, scene
from hypothesis import given
from hypothesis import strategies as st

HELD = Thing("bottle", 0.8, Box(0.4, 0.3, 0.6, 0.7))
SEEN = scene([FACE], [CUP, HELD])
SIGN = page("EXIT")
EARLIER = (Exchange(Task.DESCRIBE, "", "A kitchen.", 99.0),)
FAST = {name: list(known(SEEN)) for name, known in questions.KNOWN.items()}
THOUGHT_OF = [name for name in questions.NAMES if name != "count"]


def taken(entry: str, session: Session) -> Driver:
    """Chosen from the menu."""
    device = Driver(session)
    device.double("ask")
    device.wait_s(1)
    for _ in range(NAMES.index(entry)):
        device.press("ask", after_s=0.5)
    device.press("describe", after_s=0.5)
    return device


def asked(name: str, *, talk: bool = False) -> Driver:
    session = Session(last_scene=SEEN, talk_page=SIGN, exchanges=EARLIER) if talk else Session()
    return taken(f"ask_{name}", session)


def hear(device: Driver) -> list[object]:
    """All that is spoken, with SEEN and SIGN before the camera."""
    heard: list[object] = []
    for _ in range(4):
        device.view(SEEN, SIGN)
        heard += device.listen()
    return heard


def test_every_question_has_its_words() -> None:
    for language in LANGUAGES:
        assert Phrases.of(language).tables["questions"].keys() == set(questions.NAMES)


@pytest.mark.parametrize("name", THOUGHT_OF)
def test_a_question_is_asked_of_what_is_in_view(name: str) -> None:
    device = asked(name)
    assert hear(device) == FAST[name], "what the fast lane knows comes first"
    assert device.thoughts[device.thought] == Think(Task.QUESTION, name, SEEN, SIGN)
    device.write("A red one.")
    key = "model_doubtful" if name == "door" else "model"
    assert device.listen() == [Say(key, {"text": "A red one."})]
    device.end_thought()
    assert not device.conductor.busy
    assert [(said.text, said.answer) for said in device.conductor.session.exchanges] == [(name, "A red one.")]


@pytest.mark.parametrize("name", THOUGHT_OF)
def test_in_a_talk_it_is_asked_of_the_same_picture(name: str) -> None:
    device = asked(name, talk=True)
    assert Look() not in device.open.values()
    assert device.thoughts[device.thought] == Think(Task.QUESTION, name, SEEN, SIGN, EARLIER)
    assert hear(device) == [Say("same_picture"), *FAST[name]]


def test_what_can_be_counted_is_not_asked_of_a_model() -> None:
    for talk in (False, True):
        device = asked("count", talk=talk)
        assert hear(device) == [Say("same_picture")] * talk + FAST["count"]
        assert not device.conductor.busy
        assert not [effect for effect in device.effects if isinstance(effect, (Think, Read))]


def test_what_cannot_be_counted_is_asked_of_the_model() -> None:
    device = asked("count")
    device.view(scene())
    device.view(scene(), SIGN)
    assert device.thoughts[device.thought].text == "count"


@pytest.mark.parametrize("reason", sorted(NO_MODEL))
@pytest.mark.parametrize("name", THOUGHT_OF)
def test_without_a_model_there_is_the_fast_lane_or_else_the_remedy(name: str, reason: str) -> None:
    device = asked(name)
    heard = hear(device)
    device.fail_thought(reason)
    heard += device.listen()
    assert heard == (FAST[name] or [Say(reason)])
    assert not device.conductor.busy


def test_a_model_that_fails_is_told_of_after_the_fast_lane_too() -> None:
    device = asked("what")
    assert hear(device) == FAST["what"]
    device.fail_thought("model_memory")
    assert device.listen() == [Say("model_memory")]


@pytest.mark.parametrize(("name", "said"), [("what", "model_unsure"), ("colour", "unsure")])
def test_an_answer_that_was_withheld_is_no_silence(name: str, said: str) -> None:
    device = asked(name)
    hear(device)
    device.end_thought(withheld=1)
    assert device.listen() == [Say(said)]


def test_a_question_of_a_bad_picture_is_refused() -> None:
    device = asked("what")
    device.see(scene(judged=Judgement(0.01, 0, Refusal.TOO_DARK)))
    assert Buzz(Haptic.FAILED) in device.effects
    assert device.listen() == [Say("too_dark")]


def test_answered_anew_it_is_of_a_new_picture() -> None:
    device = asked("door", talk=True)
    device.write("A door.")
    hear(device)
    device.end_thought()
    device.listen()
    device.press("ask")
    assert device.open_effect() == Look()


# --- translation --------------------------------------------------------------------------------------------

FOREIGN = page("Выход", "не входить")


def translating(session: Session) -> Driver:
    return taken("translate", session)


def test_what_was_read_is_translated_and_said_to_be_the_models() -> None:
    device = translating(Session(last_page=FOREIGN))
    assert device.thoughts[device.thought] == Think(Task.TRANSLATE, "Выход\nне входить")
    device.write("Exit.")
    device.write("Do not enter.", doubtful=True)
    device.end_thought()
    assert device.listen() == [
        Say("translation"),
        Say("model", {"text": "Exit."}),
        Say("model_doubtful", {"text": "Do not enter."}),
    ]
    assert device.conductor.session.exchanges == (), "no talk about a picture"
    assert not device.conductor.busy


@pytest.mark.parametrize("last", [None, page()])
def test_when_nothing_was_read_it_is_read_now(last: Page | None) -> None:
    device = translating(Session(last_page=last))
    assert device.open_effect() == Read()
    device.read(FOREIGN)
    assert device.thoughts[device.thought].text == FOREIGN.text


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (page(), "no_text"),
        (page(dropped=3), "text_unsure"),
        (page(judged=Judgement(0.0, 0.0, Refusal.COVERED)), "covered"),
    ],
)
def test_what_cannot_be_read_is_not_translated(read: Page, said: str) -> None:
    device = translating(Session())
    device.read(read)
    assert device.listen() == [Say(said)]
    assert Buzz(Haptic.FAILED) in device.effects


@pytest.mark.parametrize(("language", "text"), [("en", "Push the door"), ("ru", "Дверь 12"), ("en", "12.08")])
def test_what_is_in_the_wearers_language_is_not_translated(language: str, text: str) -> None:
    device = translating(Session(language=language, last_page=page(text)))
    assert device.listen() == [Say("translation_needless")]
    assert not device.thoughts


def test_of_a_long_page_the_beginning_is_translated_and_that_is_said() -> None:
    long = page(*["слово " * 50] * 3)
    device = translating(Session(last_page=long))
    (thought,) = device.thoughts.values()
    assert len(thought.text.split()) == 100
    device.write("Word.")
    assert device.open_effect() == Say("translation_part")


@pytest.mark.parametrize("reason", ["gemma_missing", "prompt_too_long"])
def test_a_translation_that_fails_is_told(reason: str) -> None:
    device = translating(Session(last_page=FOREIGN))
    device.fail_thought(reason)
    assert device.listen() == [Say(reason)]


@given(st.lists(st.text(max_size=400), max_size=8))
def test_a_beginning_is_short_and_not_empty(lines: list[str]) -> None:
    read = page(*lines)
    words = beginning(read).split()
    assert words == read.text.split()[: len(words)]
    assert len(words) <= WORDS
    assert bool(words) == bool(read.words)


@given(st.text(), st.sampled_from(LANGUAGES))
def test_a_share_is_a_share(text: str, language: str) -> None:
    assert 0 <= own_share(text, language) <= 1


# --- rewording ----------------------------------------------------------------------------------------------

SIGNS = ("I", "HOME", "GO")


def signed() -> Driver:
    device = Driver()
    skills = {**SKILLS, "status": Skill(reword(SIGNS))}
    device.conductor = Conductor(skills, default_keymap(), None, device.faults.append)
    device.hold("stop")
    return device


def test_signs_are_spoken_as_a_sentence() -> None:
    device = signed()
    assert device.thoughts[device.thought] == Think(Task.REWORD, "I HOME GO")
    device.write("I am going home.")
    assert device.listen() == [Say("model", {"text": "I am going home."})]
    assert not device.conductor.busy
    assert not device.thoughts


def test_signs_whose_sentence_was_withheld_are_spoken_plainly() -> None:
    device = signed()
    device.end_thought(withheld=1)
    assert device.listen() == [Recite("I HOME GO")]


@pytest.mark.parametrize(
    ("reason", "then"),
    [
        *((reason, []) for reason in ("gemma_missing", "engine_missing", "engine_off")),
        ("engine_lost", [Say("engine_lost")]),
    ],
)
def test_signs_are_spoken_plainly_without_a_model(reason: str, then: list[Say]) -> None:
    device = signed()
    device.fail_thought(reason)
    assert device.listen() == [Recite("I HOME GO"), *then]
    assert not device.conductor.busy
