"""The spoken self-test: what is missing, in under twenty seconds, and any key ends it."""

from __future__ import annotations

import pytest
from chestnut.core.effects import CheckParts, Effect, Say
from chestnut.core.events import Part, PartLost, PartsChecked, Updated, Woke
from chestnut.core.ports import Segment
from chestnut.core.session import LANGUAGES
from chestnut.locale import Phrases
from chestnut.skills.check_self import SPOKEN
from chestnut.skills.choose import NAMES
from chestnut.speech.espeak import Espeak
from chestnut_tests.drive import Driver

WITHIN_S = 20.0
LOOKING_S = 2.0  # for what is looked at before the first of it is told


def checked(device: Driver, *lacks: str) -> list[Effect]:
    """What is said after the parts were looked at."""
    assert device.open_effect() == CheckParts()
    job = device.job_of(CheckParts())
    device.answer(PartsChecked(at=device.now, job=job, lacks=lacks), job)
    return device.listen()


def menu_entry(device: Driver) -> None:
    """ "Check yourself" was taken in the menu, and its first sentence heard."""
    device.double("ask")
    for _ in range(NAMES.index("check_self")):
        device.press("ask", after_s=0.5)
    device.press("describe", after_s=0.5)
    assert device.open_effect() == Say("check_begins")
    device.spoken()


def test_nothing_missing_is_said_so() -> None:
    device = Driver()
    menu_entry(device)
    assert checked(device) == [Say("check_fine")]


def test_lost_parts_come_before_what_is_missing_and_nothing_twice() -> None:
    device = Driver()
    device.handle(PartLost(at=device.now, part=Part.EYES, reason="eyes_lost"))
    device.listen()
    menu_entry(device)
    said = checked(device, "eyes_lost", "gemma_missing")
    assert said == [Say("eyes_lost"), Say("gemma_missing")]


def test_of_many_the_first_are_told_and_the_others_counted() -> None:
    device = Driver()
    menu_entry(device)
    lacks = ("people_missing", "gemma_missing", "card_low", "clock_unsure", "own_missing")
    said = checked(device, *lacks)
    assert said == [*(Say(reason) for reason in lacks[:SPOKEN]), Say("check_more", {"count": 2})]


def test_any_key_ends_it_at_any_moment() -> None:
    for spoken in range(3):
        device = Driver()
        menu_entry(device)
        if spoken:
            job = device.job_of(CheckParts())
            device.answer(PartsChecked(at=device.now, job=job, lacks=("card_low", "clock_unsure")), job)
        if spoken == 2:
            device.spoken()
        device.press("stop")
        assert device.open_effect() is None and not device.conductor.busy


def test_the_first_start_tells_what_is_missing_after_ready_and_help() -> None:
    device = Driver()
    device.handle(Woke(at=device.now, first=True))
    assert device.listen() == [Say("ready"), Say("disclaimer"), Say("first_help")]
    assert checked(device, "gemma_missing") == [Say("gemma_missing")]


def test_a_first_start_with_nothing_missing_says_no_more() -> None:
    device = Driver()
    device.handle(Woke(at=device.now, first=True))
    device.listen()
    assert checked(device) == []
    assert not device.conductor.busy


def test_what_became_of_an_update_is_told_after_the_greeting() -> None:
    device = Driver()
    device.handle(Woke(at=device.now))
    device.handle(Updated(at=device.now, reason="update_returned"))
    assert device.listen() == [Say("ready"), Say("update_returned")]


# What may be told; the longest of it at once is the worst.
REASONS = (
    *("pod_missing", "pod_lost", "pod_version", "camera_lost", "speaker_lost", "eyes_lost", "reader_missing"),
    *("people_missing", "own_missing", "gemma_missing", "engine_missing", "card_low", "clock_unsure"),
    *("pod_safe_faults", "pod_safe_key", "motor_lost", "engine_lost", "model_memory", "memory_card_failed"),
    *("memory_full", "memory_read_only", "memory_damaged", "memory_wrong_key", "memory_key_missing"),
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_over_in_twenty_seconds(language: str) -> None:
    """At the voice's ordinary pace, measured in the samples of the real voice."""
    phrases = Phrases.of(language)
    voice = Espeak()
    try:

        def seconds(key: str, **arguments: int) -> float:
            text = phrases.render(key, arguments)
            pieces: list[int] = []
            voice.synthesise(
                Segment(text, language), 215, lambda samples: bool(pieces.append(len(samples))) or True
            )
            return sum(pieces) / voice.rate_hz

        of_part: dict[str, float] = {}
        for reason in REASONS:
            part = reason.split("_")[0]  # a part is missing for one reason at a time
            of_part[part] = max(of_part.get(part, 0.0), seconds(reason))
        longest = sorted(of_part.values(), reverse=True)[:SPOKEN]
        total = seconds("check_begins") + LOOKING_S + sum(longest) + seconds("check_more", count=9)
    finally:
        voice.close()
    assert total < WITHIN_S, f"{total:.1f} s"
