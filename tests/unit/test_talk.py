"""Talking to the device: it hears while the key is held, and at no other time."""

from __future__ import annotations

import pytest
from chestnut.core.effects import (
    Buzz,
    Chime,
    Deafen,
    Effect,
    Haptic,
    Listen,
    Say,
    Sound,
    Start,
    Understand,
    Wait,
)
from chestnut.core.events import (
    ButtonChanged,
    Edge,
    EffectFailed,
    ListeningBegan,
    Part,
    PartFound,
    PartLost,
    SkillAsked,
    VoiceNoticed,
    WordsHeard,
)
from chestnut.skills.talk import LONGEST_S
from chestnut_tests.drive import Driver


def held(key: str = "ask") -> Driver:
    """The microphone hears, the key is down."""
    device = Driver()
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


def heard(device: Driver, text: str, *, voiced: bool = True) -> Effect | None:
    job = device.job_of(Understand())
    device.answer(WordsHeard(at=device.now, job=job, text=text, voiced=voiced), job)
    return device.open_effect()


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
