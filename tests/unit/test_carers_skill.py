"""The wearer's choice by key, and what is told of carers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from chestnut.core.carers import Deed, Noted, Right, Rights, Sight
from chestnut.core.effects import CheckCarers, CloseToCarers, LetSee, MarkHeard, Offer, Say
from chestnut.core.events import CarersActed, CarersChecked, MemoryChanged, SpeechEnded, StatusChecked
from chestnut.core.memory import Owned
from chestnut.core.reminders import When
from chestnut.core.session import LANGUAGES
from chestnut.locale import Phrases
from chestnut.skills.carers import TOLD_AT_ONCE, dated, said, summed_up, told
from chestnut.skills.choose import NAMES
from chestnut_tests.drive import Driver
from hypothesis import given
from hypothesis import strategies as st

TEN = When(0, 0, 23, 11, "10:00")
LOOKED = Noted(1, "Olga", Deed.LOOKED, Sight.REMINDERS, TEN)
MAY = Right("Olga", Sight.REMINDERS, allowed=True)


def menu(entry: str) -> Driver:
    device = Driver()
    device.double("ask")
    for _ in range(NAMES.index(entry)):
        device.press("ask", after_s=0.5)
    device.press("describe", after_s=0.5)
    return device


def checked(device: Driver, rights: Rights, acts: tuple[Noted, ...] = ()) -> None:
    assert device.open_effect() == CheckCarers()
    job = device.open_job() or 0
    device.answer(CarersChecked(at=device.now, job=job, rights=rights, acts=acts), job)


def done(device: Driver) -> None:
    job = device.open_job() or 0
    device.answer(MemoryChanged(at=device.now, job=job, rows=1), job)


def words(say: Any, language: str = "en") -> str:
    assert isinstance(say, Say)
    return Phrases.of(language).render(say.key, say.args)


def heard(device: Driver) -> list[int]:
    return [row for effect in device.effects if isinstance(effect, MarkHeard) for row in effect.rows]


def test_the_menu_tells_what_each_carer_may_see_and_nobody_last() -> None:
    device = menu("carers")
    checked(device, Rights((MAY,), (("Ben", Sight.DEVICE),)))
    said = [words(device.open_effect())]
    for _ in range(7):
        device.press("ask", after_s=0.5)
        said.append(words(device.open_effect()))
    assert said[0] == "Ben asks to see how the device is. The dome allows it."
    assert "Olga may see the reminders. The dome takes that back." in said
    assert "Olga may not see where things were seen. The dome allows it." in said
    assert said[6] == "Let nobody look. The dome takes everything back."
    assert said[7] == said[0]


def test_to_allow_needs_the_dome_twice() -> None:
    device = menu("carers")
    asked = Rights(asked=(("Ben", Sight.DEVICE),))
    checked(device, asked)
    device.press("describe", after_s=0.5)
    assert words(device.open_effect()).startswith(
        "Ben may then see how the device is at any time, and you will hear of it."
    )
    device.press("read", after_s=0.5)
    checked(device, asked)
    assert words(device.open_effect()) == "Nothing was changed."
    assert not any(isinstance(effect, LetSee) for effect in device.effects)
    device.press("describe", after_s=0.5)
    device.press("describe", after_s=0.5)
    assert device.open_effect() == LetSee("Ben", Sight.DEVICE, True)
    done(device)
    checked(device, Rights((Right("Ben", Sight.DEVICE, True, True),)))
    assert words(device.open_effect()) == "Ben may now see how the device is."
    device.press("describe", after_s=0.5)
    assert device.open_effect() == LetSee("Ben", Sight.DEVICE, False), (
        "what was just told, wherever it stands now"
    )


def test_to_take_back_needs_it_once() -> None:
    device = menu("carers")
    checked(device, Rights((MAY,)))
    device.press("describe", after_s=0.5)
    assert device.open_effect() == LetSee("Olga", Sight.REMINDERS, False)
    done(device)
    checked(device, Rights((Right("Olga", Sight.REMINDERS, False, True),)))
    assert words(device.open_effect()) == "Olga may no longer see the reminders."


def test_nobody_may_look_is_two_keys_away_and_can_be_ended() -> None:
    device = menu("carers")
    checked(device, Rights((MAY,)))
    device.press("find", after_s=0.5)
    device.press("describe", after_s=0.5)
    assert device.open_effect() == CloseToCarers(True)
    done(device)
    closed = Rights((Right("Olga", Sight.REMINDERS, False, True),), closed=True)
    checked(device, closed)
    assert words(device.open_effect()) == "Nobody may look any more."
    device.press("describe", after_s=0.5)
    assert device.open_effect() == CloseToCarers(False)


def test_without_carers_there_is_still_nobody_may_look() -> None:
    device = menu("carers")
    checked(device, Rights())
    assert words(device.open_effect()) == "Let nobody look. The dome takes everything back."


def test_who_looked_is_stepped_through_and_then_heard() -> None:
    device = menu("who_looked")
    checked(device, Rights(), (LOOKED, Noted(0, "Ben", Deed.TAUGHT, None, TEN, Owned("keys", "my"))))
    assert words(device.open_effect()) == "Olga looked at the reminders, today at 10 o'clock in the morning."
    device.press("ask", after_s=0.5)
    assert words(device.open_effect()) == "Today at 10 o'clock in the morning. Ben taught me: your keys."
    device.press("ask", after_s=0.5)
    assert device.open_effect() == Say("carers_log_end")
    assert heard(device) == [1, 0]


def test_nobody_looked() -> None:
    device = menu("who_looked")
    checked(device, Rights())
    assert device.open_effect() == Say("carers_nobody_looked")


def test_a_look_is_told_in_the_next_silence_and_is_heard_at_its_end() -> None:
    device = Driver()
    device.press("describe")
    device.handle(CarersActed(at=device.now, acts=(LOOKED,)))
    assert not isinstance(device.open_effect(), Say), "what the wearer asked for goes first"
    device.edge("stop", "down")
    device.edge("stop", "up")
    device.handle(CarersActed(at=device.now, acts=(LOOKED,)))
    assert words(device.open_effect()) == "Olga looked at the reminders, today at 10 o'clock in the morning."
    assert heard(device) == []
    device.spoken()
    assert heard(device) == [1]


def test_what_is_stopped_was_not_heard() -> None:
    device = Driver()
    device.handle(CarersActed(at=device.now, acts=(LOOKED,)))
    device.press("stop")
    assert heard(device) == [] and not device.open


def test_newer_news_of_carers_replaces_what_waits() -> None:
    device = Driver()
    device.press("describe")
    for row in (1, 2):
        acts = tuple(Noted(at, "Olga", Deed.LOOKED, Sight.REMINDERS, TEN) for at in range(1, row + 1))
        device.handle(CarersActed(at=device.now, acts=acts))
    assert sum(skill.about == "carers" for skill in device.conductor._waiting) == 1


def test_the_status_tells_what_was_not_heard() -> None:
    device = Driver()
    device.hold("stop")
    job = device.open_job() or 0
    device.answer(StatusChecked(at=device.now, job=job, time_of_day="12:00", acts=(LOOKED,)), job)
    said = []
    while isinstance(device.open_effect(), Say):
        said.append(words(device.open_effect()))
        device.spoken()
    assert "Olga looked at the reminders, today at 10 o'clock in the morning." in said
    assert heard(device) == [1]


def test_the_same_look_again_and_again_is_told_once() -> None:
    acts = [Noted(row, "Olga", Deed.LOOKED, Sight.REMINDERS, TEN) for row in range(20)]
    acts += [Noted(20 + row, "Olga", Deed.SET) for row in range(3)]
    assert words(told(acts)) == (
        "Olga looked at the reminders, today at 10 o'clock in the morning. Olga has set three reminders."
    )


def test_a_look_is_not_lost_behind_what_else_was_done() -> None:
    acts = [Noted(row, f"Somebody {row}", Deed.ASKED, Sight.DEVICE, TEN) for row in range(9)]
    acts.append(Noted(9, "Olga", Deed.LOOKED, Sight.THINGS, TEN))
    assert words(told(acts)).startswith("Olga looked at where things were seen")


noted = st.builds(
    Noted,
    st.integers(0, 9),
    st.sampled_from(["Olga", "Пётр"]),
    st.sampled_from(Deed),
    st.sampled_from(Sight),
    st.sampled_from([None, TEN]),
    st.sampled_from([None, Owned("keys", "my"), Owned("зонт")]),
    st.sampled_from(["", "кухня"]),
)


@given(st.lists(noted, min_size=1, max_size=12))
def test_whatever_happened_is_told_in_a_few_words(acts: list[Noted]) -> None:
    assert len(summed_up(acts)) <= TOLD_AT_ONCE + 1
    for language in LANGUAGES:
        assert words(told(acts), language)
        for act in acts:
            sentence = words(said([dated(act)]), language)
            assert act.carer in sentence and "{" not in sentence


@pytest.mark.parametrize(
    ("act", "russian"),
    [
        (LOOKED, "Сегодня в 10 часов утра я показал: напоминания. Кто смотрел: Olga."),
        (
            Noted(1, "Ольга", Deed.ALLOWED, Sight.DEVICE),
            "Теперь Ольга может смотреть: состояние прибора. Отменить это можно в меню: «Кто что может видеть».",
        ),
        (
            Noted(1, "Ольга", Deed.DENIED, Sight.THINGS),
            "Теперь Ольга больше не может смотреть: где лежали вещи.",
        ),
        (Noted(1, "Ольга", Deed.SET), "Добавлено: одно напоминание. Кто добавил: Ольга."),
        (
            Noted(1, "Ольга", Deed.TAUGHT, thing=Owned("keys", "my")),
            "Новая вещь: ваши ключи. Кто показал: Ольга.",
        ),
        (Noted(1, "Ольга", Deed.NAMED, place="кухня"), "Новое место: кухня. Кто назвал: Ольга."),
    ],
)
def test_it_is_told_in_russian_too(act: Noted, russian: str) -> None:
    assert words(told([act]), "ru") == russian


def test_the_order_of_the_menu_is_an_offer_each() -> None:
    """Nobody has to hear a sentence out."""
    device = menu("carers")
    checked(device, Rights((MAY,)))
    running = device.conductor._floor._running
    assert running is not None and isinstance(running.effect, Offer)
    assert asdict(TEN)["time"] == "10:00"


def test_speech_that_ends_late_marks_nothing() -> None:
    device = Driver()
    device.handle(CarersActed(at=device.now, acts=(LOOKED,)))
    job = device.open_job() or 0
    device.press("stop")
    device.handle(SpeechEnded(at=device.now, job=job))
    assert heard(device) == []
