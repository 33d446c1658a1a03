"""Talking to the device: it hears while the key is held, and at no other time."""

from __future__ import annotations

import pytest
from chestnut.core.command import Command
from chestnut.core.effects import (
    Buzz,
    CheckStatus,
    Chime,
    Deafen,
    Effect,
    Haptic,
    Listen,
    ListTaught,
    Look,
    Recall,
    Say,
    Seek,
    SetReminder,
    Sound,
    Start,
    Tell,
    Understand,
    Wait,
)
from chestnut.core.events import (
    ButtonChanged,
    Edge,
    EffectFailed,
    ListeningBegan,
    MemoryKept,
    Part,
    PartFound,
    PartLost,
    ReminderSet,
    SkillAsked,
    StatusChecked,
    TaughtListed,
    VoiceNoticed,
    WordsHeard,
)
from chestnut.core.memory import Owned
from chestnut.core.reminders import Kind, Listed, When
from chestnut.core.session import Session
from chestnut.skills.talk import LONGEST_S
from chestnut_tests.drive import CUP, Driver, page, scene


def held(key: str = "ask", session: Session | None = None) -> Driver:
    """The microphone hears, the key is down."""
    device = Driver(session)
    hold(device, key)
    assert isinstance(device.open_effect(), Listen)
    began(device)
    return device


def hold(device: Driver, key: str = "ask") -> None:
    device.wait_s(2)
    device.edge(key, "down")
    device.wait_s(0.7)
    device.edge(key, "held")


def began(device: Driver) -> None:
    job = device.open_job() or 0
    device.answer(ListeningBegan(at=device.now, job=job), job)


def heard(
    device: Driver, text: str, command: Command | None = None, *, voiced: bool = True, sure: float = 1.0
) -> Effect | None:
    job = device.job_of(Understand())
    meant = command or Command()
    device.answer(WordsHeard(at=device.now, job=job, text=text, voiced=voiced, sure=sure, command=meant), job)
    return device.open_effect()


def said(text: str, command: Command, session: Session | None = None, sure: float = 1.0) -> Driver:
    """It was said and understood."""
    device = held(session=session)
    device.edge("ask", "up")
    heard(device, text, command, sure=sure)
    return device


@pytest.mark.parametrize("key", ["ask", "pad_r1"])
def test_it_listens_while_the_key_is_held(key: str) -> None:
    device = held(key)
    assert device.effects[-3:] == [Chime(Sound.LISTENING), Buzz(Haptic.WORKING), Wait(LONGEST_S)]
    assert device.listens
    device.edge(key, "up")
    assert not device.listens
    assert Chime(Sound.LISTENED) in device.effects
    assert Understand() in device.open.values()


def test_a_voice_is_felt_once_it_is_heard() -> None:
    device = held()
    device.effects.clear()
    device.handle(VoiceNoticed(at=device.now))
    assert device.effects == [Buzz(Haptic.PRESSED)]
    device.edge("ask", "up")
    device.effects.clear()
    device.handle(VoiceNoticed(at=device.now))  # late
    assert device.effects == []


def test_a_key_that_is_held_too_long_is_heard_no_longer() -> None:
    device = held()
    device.deadline(LONGEST_S)
    assert not device.listens
    assert Understand() in device.open.values()
    device.edge("ask", "up")
    assert Understand() in device.open.values(), "that it is let go later changes nothing"


def test_a_key_that_is_up_before_the_microphone_is_open_ends_it() -> None:
    device = Driver()
    hold(device)
    device.edge("ask", "up")
    began(device)
    assert Understand() in device.open.values()
    assert heard(device, "", voiced=False) == Say("talk_silence")


def test_a_press_or_the_page_opens_no_microphone() -> None:
    device = Driver()
    device.handle(SkillAsked(at=device.now, skill="talk"))
    assert device.open_effect() == Say("talk_hold")
    assert not device.listens


@pytest.mark.parametrize("key", ["stop", "describe"])
def test_another_key_ends_the_listening_at_once(key: str) -> None:
    device = held()
    orders = [order.effect for order in device.edge(key, "down") if isinstance(order, Start)]
    assert Deafen() in orders
    assert not device.listens


def test_words_that_come_too_late_change_nothing() -> None:
    device = held()
    device.edge("ask", "up")
    job = device.job_of(Understand())
    device.press("stop")
    assert device.handle(WordsHeard(at=device.now, job=job, text="louder", voiced=True)) == ()


def test_a_pod_or_pad_that_goes_ends_the_listening() -> None:
    device = held()
    device.handle(PartLost(at=device.now, part=Part.POD, reason="pod_lost"))
    assert not device.listens
    device = held("pad_r1")
    device.handle(PartLost(at=device.now, part=Part.PAD, reason="pad_lost"))
    assert not device.listens


def test_a_release_that_is_told_late_ends_it_all_the_same() -> None:
    device = held()
    then = device.now
    device.wait_s(10)
    device.handle(VoiceNoticed(at=device.now))
    device.handle(ButtonChanged(at=then, button="ask", edge=Edge.UP))
    assert not device.listens


def test_a_microphone_that_goes_is_told_once_and_its_return_too() -> None:
    device = held()
    device.handle(PartLost(at=device.now, part=Part.MICROPHONE, reason="microphone_lost"))
    assert device.open_effect() == Say("microphone_lost")
    assert not device.listens
    device.edge("ask", "up")
    device.spoken()
    assert not device.conductor.busy, "not twice"
    hold(device)
    assert device.open_effect() == Say("microphone_lost"), "who wants to talk is told"
    device.edge("ask", "up")
    device.spoken()
    device.handle(PartFound(at=device.now, part=Part.MICROPHONE))
    assert device.open_effect() == Say("microphone_back")
    device.spoken()
    hold(device)
    assert isinstance(device.open_effect(), Listen)


def test_what_cannot_listen_tells_why() -> None:
    device = Driver()
    hold(device)
    device.fail("microphone_off")
    assert device.open_effect() == Say("microphone_off")
    assert not device.listens


def test_what_fails_to_understand_is_told() -> None:
    device = held()
    device.edge("ask", "up")
    job = device.job_of(Understand())
    device.answer(EffectFailed(at=device.now, job=job, reason="too_slow"), job)
    assert device.open_effect() == Say("too_slow")


def test_no_words_are_not_taken_for_some() -> None:
    device = held()
    device.edge("ask", "up")
    assert heard(device, "") == Say("talk_unclear")


# --- what is understood is done -----------------------------------------------------------------------------

KEYS = Owned("keys", "my")
EIGHT = Listed(1, 1e9, Kind.MEDICINE, "Take my pills", When(0, 0, 24, 11, "20:00"))


def test_a_command_is_done_as_if_its_key_had_been_pressed() -> None:
    device = said("describe", Command("describe"))
    assert isinstance(device.open_effect(), Look)
    assert device.conductor.session.last_request == "describe"
    device = said("louder", Command("louder"), Session(volume=0.5))
    assert device.conductor.session.volume == 0.6


def test_the_memory_is_asked_in_the_wearers_own_words() -> None:
    device = said("Where are my keys?", Command("where", "Where are my keys?"))
    assert device.open_effect() == Recall("Where are my keys?")


def test_where_a_thing_is_is_kept_and_said() -> None:
    device = said("…", Command("keep", thing=KEYS, place="on the table"))
    assert device.open_effect() == Tell(KEYS, "on the table")
    job = device.open_job() or 0
    device.answer(MemoryKept(at=device.now, job=job), job)
    told = device.open_effect()
    assert isinstance(told, Say) and told.key == "remembered_told"


@pytest.mark.parametrize(
    ("thing", "taught", "begun"),
    [
        (KEYS, (KEYS,), Seek((), KEYS)),
        (Owned("keys"), (KEYS,), Seek((), KEYS)),
        (Owned("cup"), (), Seek(("cup",), None)),
        (Owned("cup", "my"), (KEYS,), Seek(("cup",), None)),
    ],
)
def test_what_is_sought_is_the_taught_thing_or_its_kind(
    thing: Owned, taught: tuple[Owned, ...], begun: Seek
) -> None:
    device = said("find it", Command("find_thing", thing=thing))
    assert device.open_effect() == ListTaught()
    job = device.open_job() or 0
    device.answer(TaughtListed(at=device.now, job=job, things=taught), job)
    assert device.conductor.session.sought == begun


def test_what_cannot_be_told_by_sight_is_not_sought() -> None:
    device = said("find Anna", Command("find_thing", thing=Owned("Anna")))
    job = device.open_job() or 0
    device.answer(TaughtListed(at=device.now, job=job), job)
    assert device.open_effect() == Say("find_unable")


def test_a_reminder_is_set_and_repeated_in_words() -> None:
    device = said("…", Command("remind_me", "Take my pills.", at="at 8", repeat="every day"))
    assert device.open_effect() == SetReminder("Take my pills.", "at 8", "every day")
    job = device.open_job() or 0
    device.answer(ReminderSet(at=device.now, job=job, coming=EIGHT, repeats=True), job)
    told = device.open_effect()
    assert isinstance(told, Say) and told.key == "reminder_set_repeated"
    assert told.args["words"] == "Take my pills."


@pytest.mark.parametrize(
    ("command", "key"),
    [
        (Command("remind_me", "", at="at 8"), "remind_what"),
        (Command("remind_me", "Buy milk."), "remind_when"),
        (Command("help"), "talk_help"),
        (Command(), "talk_unclear"),
    ],
)
def test_what_is_missing_is_told_with_an_example(command: Command, key: str) -> None:
    assert said("…", command).open_effect() == Say(key)


def test_time_and_battery_are_told_alone() -> None:
    for kind, key in (("time", "talk_time"), ("battery", "battery")):
        device = said("…", Command(kind))
        job = device.job_of(CheckStatus())
        device.answer(StatusChecked(at=device.now, job=job, time_of_day="10:00", battery=70), job)
        told = device.open_effect()
        assert isinstance(told, Say) and told.key == key


def test_the_language_that_is_named_is_spoken() -> None:
    device = said("говори по-русски", Command("russian"))
    assert device.conductor.session.language == "ru"
    assert device.open_effect() == Say("language")


def test_stop_is_felt() -> None:
    device = said("stop", Command("stop"))
    assert device.effects[-1] == Buzz(Haptic.STOPPED)
    assert not device.conductor.busy


def question(sure: float = 1.0) -> Driver:
    text = "Is the cup full?"
    return said(text, Command("question", text, labels=("cup",)), sure=sure)


def test_a_question_without_a_model_is_answered_by_what_is_seen_and_honestly() -> None:
    device = question()
    device.view(scene([], [CUP]))
    told = device.listen()
    device.view(scene([], [CUP]), page())
    device.fail_thought("gemma_missing")
    told += device.listen()
    assert [effect.key for effect in told if isinstance(effect, Say)][-1] == "talk_unanswered"
    assert told[-1] == Say("talk_unanswered", {"text": "Is the cup full?"})


def test_a_question_that_was_hardly_heard_is_told_and_not_guessed() -> None:
    assert question(sure=0.1).open_effect() == Say("talk_unknown", {"text": "Is the cup full?"})
