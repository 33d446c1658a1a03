"""The triangle: stepping through what is remembered, forgetting and pinning; and remembering what is here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from chestnut.core.effects import Buzz, Forget, Haptic, Look, LookBack, Pin, Recognise, Remember, Say
from chestnut.core.events import LookedBack, MemoryChanged, MemoryKept
from chestnut.core.recollection import Found
from chestnut.core.scene import Belonging, Box, Hand, Judgement, Refusal, Scene, Thing
from chestnut.core.session import LANGUAGES
from chestnut.locale import Phrases
from chestnut.skills.remember import noticed, watched
from chestnut_tests.drive import CUP, FACE, GOOD, Driver, scene
from chestnut_tests.recalled import found

KEYS = found("keys", "hall", 60.0, owner="my")
OLD_CUP = found("cup", "kitchen table", 7200.0, since_s=3600.0, looks=40)


def stepping(*rows: Found) -> Driver:
    device = Driver()
    device.press("find")
    job = device.open_job() or 0
    assert device.open[job] == LookBack()
    device.answer(LookedBack(at=device.now, job=job, found=rows), job)
    return device


def text(device: Driver, language: str = "en") -> str:
    say = device.open_effect()
    assert isinstance(say, Say), say
    return Phrases.of(language).render(say.key, say.args)


def change(device: Driver, effect: Pin | Forget) -> None:
    job = device.job_of(effect)
    device.answer(MemoryChanged(at=device.now, job=job, rows=1), job)


def test_an_empty_memory_says_so() -> None:
    assert text(stepping()) == "I remember no things yet."


def test_find_goes_on_ask_goes_back_and_around() -> None:
    device = stepping(KEYS, OLD_CUP)
    assert text(device) == "Your keys: in the hall, a minute ago."
    device.press("find")
    assert text(device) == "A cup: on the kitchen table, two hours ago."
    device.press("find")
    assert text(device) == "That is all. The three bars forget the last hour."
    device.press("find")
    assert text(device) == "Your keys: in the hall, a minute ago."
    device.press("ask")
    device.press("ask")
    assert text(device) == "A cup: on the kitchen table, two hours ago."


def test_a_quick_second_press_goes_on_as_well() -> None:
    device = stepping(KEYS, OLD_CUP)
    device.press("find")
    device.press("find", after_s=0.1)
    assert text(device) == "That is all. The three bars forget the last hour."


def test_a_double_press_is_who_is_here_however_quickly_the_list_came() -> None:
    device = stepping(KEYS, OLD_CUP)
    device.press("find", after_s=0.1)
    assert device.open_effect() == Recognise()


def test_the_dome_tells_more() -> None:
    device = stepping(OLD_CUP, found("keys", owner="my", told=True, pinned=True))
    device.press("describe")
    assert "First seen there today at 9 o'clock in the morning." in text(device)
    device.press("find")
    device.press("describe")
    assert text(device).endswith("I was told so, I did not see it. Kept for good.")


def test_forgetting_takes_two_different_keys() -> None:
    device = stepping(KEYS, OLD_CUP)
    device.press("read")
    assert text(device) == "Forget your keys? The dome forgets it, any other key keeps it."
    device.press("read", after_s=0.2)
    assert text(device) == "Not forgotten."
    device.press("read")
    device.press("describe")
    change(device, Forget(row=KEYS.row.row))
    assert text(device) == "Forgotten. A cup: on the kitchen table, two hours ago."
    device.press("ask")
    assert text(device) == "That is all. The three bars forget the last hour."


def test_the_last_hour_is_forgotten_at_the_end_of_the_list() -> None:
    device = stepping(KEYS)
    device.press("ask")
    device.press("read")
    assert text(device) == "Forget the last hour? The dome forgets it, any other key keeps it."
    device.press("describe")
    change(device, Forget(seconds=3600.0))
    assert text(device) == "Forgotten."
    device.spoken()
    assert not device.conductor.busy


def test_silence_forgets_nothing() -> None:
    device = stepping(KEYS)
    device.press("read")
    device.spoken()
    device.deadline(12.0)
    assert text(device) == "Not forgotten."


def test_find_held_keeps_it_for_good_and_again_no_longer() -> None:
    device = stepping(KEYS)
    for pinned, words in ((True, "Kept for good."), (False, "No longer kept for good.")):
        device.hold("find")
        change(device, Pin(KEYS.row.row, pinned))
        assert text(device) == words


def test_the_first_silence_helps_the_second_ends_it() -> None:
    device = stepping(KEYS)
    device.spoken()
    device.deadline(6.0)
    assert text(device).startswith("The triangle goes on")
    device.spoken()
    device.deadline(12.0)
    assert not device.conductor.busy


def test_stop_leaves_at_once() -> None:
    device = stepping(KEYS)
    device.press("stop")
    assert not device.conductor.busy


def test_a_memory_that_fails_says_why() -> None:
    device = Driver()
    device.press("find")
    device.fail("memory_wrong_key")
    assert Buzz(Haptic.FAILED) in device.effects
    assert device.open_effect() == Say("memory_wrong_key")


# --- remember what is here ---------------------------------------------------------------------------------

TABLE = Thing("dining table", 0.9, Box(0.0, 0.5, 1.0, 1.0))
BOOK = Thing("book", 0.7, Box(0.2, 0.5, 0.3, 0.6))


def remembering(*things: Thing, place: str = "", own: Sequence[Belonging] = ()) -> Driver:
    device = Driver()
    device.hold("find")
    assert device.open_effect() == Look(own=True)
    device.see(replace(scene(things=things), belongings=tuple(own), place=place))
    job = device.open_job() or 0
    assert isinstance(device.open[job], Remember), device.open[job]
    device.answer(MemoryKept(at=device.now, job=job), job)
    return device


def kept(device: Driver) -> list[tuple[str, str, str, float]]:
    (remembered,) = [effect for effect in device.effects if isinstance(effect, Remember)]
    return [(look.thing.owner, look.thing.label, look.near, look.confidence) for look in remembered.looks]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_remembered_is_said(language: str) -> None:
    said = text(remembering(CUP, CUP, BOOK, TABLE), language)
    assert (
        said
        == {
            "en": "I will remember: two cups and a book. Place: next to the table.",
            "ru": "Запомню: две чашки и книга. Место: рядом стол.",
        }[language]
    )


def test_a_place_that_is_known_is_named() -> None:
    assert text(remembering(CUP, place="kitchen")) == "I will remember: a cup. Place: in the kitchen."


def test_taught_things_are_kept_as_whose_they_are() -> None:
    keys = Belonging("keys", "my", 0.9, Box(0.2, 0.5, 0.3, 0.6))
    device = remembering(CUP, TABLE, own=[keys], place="kitchen")
    assert kept(device) == [("my", "keys", "dining table", 0.9), ("", "cup", "dining table", 0.8)]
    assert [effect.place for effect in device.effects if isinstance(effect, Remember)] == ["kitchen"]
    assert text(device) == "I will remember: your keys and a cup. Place: in the kitchen."
    assert text(device, "ru") == "Запомню: ваши ключи и чашка. Место: kitchen."


def test_what_may_be_a_taught_thing_is_said_as_that() -> None:
    perhaps = Belonging("keys", "my", 0.3, Box(0.2, 0.5, 0.3, 0.6))
    device = remembering(CUP, own=[perhaps])
    assert kept(device) == [("my", "keys", "", 0.3), ("", "cup", "", 0.8)]
    assert text(device) == "I will remember: a cup."
    device.spoken()
    assert text(device) == "Perhaps your keys. I am not sure."
    alone = remembering(own=[perhaps])
    assert text(alone) == "Perhaps your keys. I am not sure."
    assert text(alone, "ru") == "Возможно, ваши ключи. Я не уверен."


def test_the_taught_cup_is_not_a_second_cup() -> None:
    mine = Belonging("cup", "my", 0.9, Box(0.68, 0.5, 0.92, 0.8))
    assert kept(remembering(CUP, own=[mine])) == [("my", "cup", "", 0.9)]


def test_a_window_that_reaches_out_of_the_picture_ends_at_its_edge() -> None:
    (look,) = noticed(
        Scene(1, GOOD, belongings=(Belonging("keys", "my", 0.9, Box(-0.1, 0.5, 0.3, 1.00001)),))
    )
    assert look.box == Box(0, 0.5, 0.3, 1)


def test_what_lies_at_two_places_is_said_without_one() -> None:
    bed = Thing("bed", 0.9, Box(0.0, 0.5, 0.4, 1.0))
    table = Thing("dining table", 0.9, Box(0.6, 0.5, 1.0, 1.0))
    device = remembering(CUP, BOOK, bed, table)
    assert [(label, near) for _, label, near, _ in kept(device)] == [
        ("cup", "dining table"),
        ("book", "bed"),
    ]
    assert text(device) == "I will remember: a cup and a book."


def test_unasked_neither_furniture_nor_traffic_nor_what_is_in_a_hand_is_kept() -> None:
    hand = Hand(0.9, "right", Box(0.15, 0.55, 0.25, 0.8), ())
    car = Thing("car", 0.9, Box(0.0, 0.0, 0.1, 0.1))
    seen = replace(scene(things=[CUP, BOOK, TABLE, car]), hands=(hand,))
    assert [look.thing.label for look in watched(seen)] == ["cup"]
    assert {look.thing.label for look in noticed(seen)} == {"cup", "book", "car"}
    assert watched(scene(things=[TABLE])) == ()


def test_nobody_is_ever_kept() -> None:
    person = Thing("person", 0.9, Box(0.4, 0.2, 0.6, 1.0))
    assert noticed(scene(people=[FACE], things=[person])) == ()


def test_a_thing_alone_is_nowhere_it_could_be_told() -> None:
    device = remembering(TABLE)
    assert text(device) == "I will remember: a table."


def test_things_are_kept_beside_the_one_that_stays() -> None:
    device = remembering(CUP, TABLE)
    assert kept(device) == [("", "cup", "dining table", 0.8)]


def test_what_is_named_as_a_fact_is_kept_as_one() -> None:
    device = remembering(Thing("book", 0.41, Box(0.2, 0.5, 0.3, 0.6)))
    assert kept(device)[0][-1] == 0.5


def test_nothing_in_view_is_no_memory() -> None:
    device = Driver()
    device.hold("find")
    device.see(scene())
    assert device.open_effect() == Say("remember_nothing")


def test_a_dark_picture_is_not_remembered() -> None:
    device = Driver()
    device.hold("find")
    device.see(scene(things=[CUP], judged=Judgement(0.01, 0, Refusal.TOO_DARK)))
    assert device.open_effect() == Say("too_dark")
