"""A reminder under the fingers: what is said, which key acknowledges, and that nothing does so by chance."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chestnut.core.effects import (
    Buzz,
    CheckReminders,
    CheckStatus,
    Chime,
    Effect,
    Haptic,
    Look,
    MarkDone,
    Read,
    Say,
    Sound,
)
from chestnut.core.events import (
    DeadlinePassed,
    DoubtArose,
    EffectFailed,
    MarkedDone,
    Part,
    PartLost,
    ReminderDue,
    RemindersChecked,
    RemindersMissed,
    StatusChecked,
)
from chestnut.core.reminders import Kind, Listed, When, sentence
from chestnut.core.session import LANGUAGES
from chestnut.locale import Phrases
from chestnut.runtime.codec import event_from, plain
from chestnut.skills.remind import ANSWER_S, STEP_S
from chestnut_tests.drive import CUP, Driver, scene
from hypothesis import given
from hypothesis import strategies as st

EIGHT = When(0, 0, 23, 11, "08:00")
PILLS = ReminderDue(at=0.0, reminder=3, due=1e9, kind=Kind.MEDICINE, words="heart pills", when=EIGHT)
WORDS = Say("reminder", {"kind": "medicine", "words": "heart pills."})
TIME = Say("reminder_time", {"time": "08:01"})


def comes(device: Driver, due: ReminderDue = PILLS) -> None:
    device.handle(replace(due, at=device.now))


def tell_time(device: Driver, time: str = "08:01") -> None:
    assert device.open_effect() == CheckStatus()
    job = device.job_of(CheckStatus())
    device.answer(StatusChecked(at=device.now, job=job, time_of_day=time), job)


def reminded(due: ReminderDue = PILLS) -> Driver:
    """Under its words."""
    device = Driver()
    comes(device, due)
    tell_time(device)
    while not device.conductor._floor.offering:
        device.spoken()
    return device


def marked(device: Driver) -> None:
    job = device.open_job() or 0
    assert isinstance(device.open[job], MarkDone)
    device.answer(MarkedDone(at=device.now, job=job), job)


def done(device: Driver) -> list[Effect]:
    return [effect for effect in device.effects if isinstance(effect, MarkDone)]


def test_it_is_felt_and_heard_as_a_sound_before_it_speaks() -> None:
    device = Driver()
    comes(device)
    assert device.effects == [
        Buzz(Haptic.WORKING),
        Chime(Sound.REMINDER),
        CheckStatus(),
        device.effects[3],
    ]
    tell_time(device)
    assert device.open_effect() == TIME
    device.spoken()
    assert device.open_effect() == WORDS


def test_the_dome_says_done_and_is_thanked() -> None:
    device = reminded()
    device.press("describe")
    assert device.open_effect() == MarkDone(3, 1e9)
    marked(device)
    assert device.open_effect() == Say("reminder_done")
    device.spoken()
    assert not device.conductor.busy


def test_the_dome_may_be_pressed_long() -> None:
    device = reminded()
    device.hold("describe")
    assert done(device) == [MarkDone(3, 1e9)]


@pytest.mark.parametrize("before", ["sound", "time"])
def test_a_key_that_was_on_its_way_acknowledges_nothing(before: str) -> None:
    """The wearer wanted a description, and has not heard yet what this is about."""
    device = Driver()
    comes(device)
    if before == "time":
        tell_time(device)
    device.press("describe")
    assert isinstance(device.open_effect(), Look)
    assert done(device) == []


def test_the_ring_says_it_again() -> None:
    device = reminded()
    device.effects.clear()
    device.press("ask")
    assert WORDS in device.effects
    device.press("describe")
    assert done(device) == [MarkDone(3, 1e9)]


def test_another_key_does_what_it_always_does() -> None:
    device = reminded()
    device.press("read")
    assert isinstance(device.open_effect(), Read)
    assert done(device) == []


def test_silence_is_no_answer() -> None:
    device = reminded()
    device.spoken()
    device.deadline(ANSWER_S)
    assert not device.conductor.busy
    assert done(device) == []


def test_stop_is_not_now_and_stop_again_tells_what_it_was() -> None:
    device = reminded()
    device.press("stop")
    assert not device.conductor.busy
    assert done(device) == []
    device.press("stop")
    assert device.open_effect() == WORDS


def test_it_waits_for_silence_and_is_then_said() -> None:
    device = Driver()
    device.press("describe")
    device.see(scene(things=[CUP]))
    comes(device)
    assert isinstance(device.open_effect(), Say)
    device.spoken()
    tell_time(device)
    assert device.open_effect() == TIME


def test_while_it_waits_a_repetition_takes_its_place() -> None:
    device = Driver()
    device.press("describe")
    comes(device)
    comes(device, replace(PILLS, times=1))
    comes(device, replace(PILLS, reminder=4, words="the gas", kind=Kind.GAS))
    device.see(scene(things=[CUP]))
    device.spoken()
    tell_time(device)
    assert device.open_effect() == Say("reminder_time_again", {"time": "08:01"})
    device.spoken()
    device.press("describe")
    marked(device)
    device.spoken()
    tell_time(device)
    device.spoken()
    assert device.open_effect() == Say("reminder", {"kind": "gas", "words": "the gas."})


def test_what_is_lost_meanwhile_is_told_first_and_the_reminder_waits_its_turn() -> None:
    device = reminded()
    comes(device, replace(PILLS, reminder=4))
    device.handle(PartLost(at=device.now, part=Part.CAMERA, reason="camera_lost"))
    assert device.open_effect() == Say("camera_lost")
    device.spoken()
    tell_time(device)
    assert device.open_effect() == TIME


@pytest.mark.parametrize(
    ("due", "lead", "words"),
    [
        (PILLS, [TIME], "reminder"),
        (replace(PILLS, times=2), [Say("reminder_time_again", {"time": "08:01"})], "reminder"),
        (replace(PILLS, sure=False), [Say("reminder_time_unsure", {"time": "08:01"})], "reminder_check"),
        (
            replace(PILLS, late=True),
            [
                TIME,
                Say(
                    "reminder_late",
                    {"when": {"days": 0, "weekday": 0, "day": 23, "month": 11, "time": "08:00"}},
                ),
            ],
            "reminder_check",
        ),
        (
            replace(PILLS, kind=Kind.GAS, sure=False),
            [Say("reminder_time_unsure", {"time": "08:01"})],
            "reminder",
        ),
    ],
    ids=["usual", "again", "doubtful clock", "late", "gas, doubtful clock"],
)
def test_what_is_said(due: ReminderDue, lead: list[Say], words: str) -> None:
    device = reminded(due)
    assert [effect for effect in device.effects if isinstance(effect, Say)][: len(lead)] == lead
    said = device.open_effect()
    assert isinstance(said, Say) and said.key == words


def test_what_cannot_be_kept_is_told_with_its_remedy() -> None:
    device = reminded()
    device.press("describe")
    job = device.open_job() or 0
    device.answer(EffectFailed(at=device.now, job=job, reason="memory_full"), job)
    assert device.open_effect() == Say("memory_full")


# --- the list ----------------------------------------------------------------------------------------------

GAS = Listed(4, 2e9, Kind.GAS, "Turn off the gas!", EIGHT)
MEDICINE = Listed(3, 1e9, Kind.MEDICINE, "heart pills", EIGHT)
NEXT = Listed(5, 3e9, Kind.DOOR, "the door", replace(EIGHT, days=1))
ARGS = {"days": 0, "weekday": 0, "day": 23, "month": 11, "time": "08:00"}


def listing(*missed: Listed, coming: Listed | None = NEXT) -> Driver:
    device = Driver()
    device.conductor.request("reminders")
    device.handle(DeadlinePassed(at=device.now, job=0))
    job = next(job for job, effect in device.open.items() if effect == CheckReminders())
    device.answer(RemindersChecked(at=device.now, job=job, missed=missed, coming=coming), job)
    return device


def test_the_list_says_what_was_missed_and_what_comes_next() -> None:
    device = listing(GAS, MEDICINE)
    assert device.open_effect() == Say("reminders_missed", {"count": 2})
    device.spoken()
    assert device.open_effect() == Say("reminders_help")
    device.spoken()
    assert device.open_effect() == Say("reminder_missed", {"when": ARGS, "words": "Turn off the gas!"})
    device.press("ask")
    assert device.open_effect() == Say("reminder_missed_medicine", {"when": ARGS, "words": "heart pills."})
    device.press("find")
    assert device.open_effect() == Say("reminder_missed", {"when": ARGS, "words": "Turn off the gas!"})
    device.press("describe")
    assert device.open_effect() == MarkDone(4, 2e9)
    marked(device)
    device.spoken()
    device.spoken()
    device.deadline(STEP_S)
    assert device.open_effect() == Say("reminder_next", {"when": {**ARGS, "days": 1}, "words": "the door."})
    device.spoken()
    assert not device.conductor.busy


def test_the_list_may_be_empty() -> None:
    device = listing(coming=None)
    assert device.open_effect() == Say("reminder_none")


def test_the_menu_has_the_list() -> None:
    from chestnut.skills.choose import NAMES

    device = Driver()
    device.double("ask")
    for _ in range(NAMES.index("reminders")):
        device.press("ask", after_s=0.5)
    assert device.open_effect() == Say("choose_reminders")
    device.press("describe", after_s=0.5)
    assert device.open_effect() == CheckReminders()


def test_the_status_tells_how_many_were_missed_and_whether_the_clock_is_right() -> None:
    device = Driver()
    device.hold("stop")
    job = device.open_job() or 0
    device.answer(
        StatusChecked(at=device.now, job=job, time_of_day="08:00", clock_doubt="clock_unsure", missed=2), job
    )
    said = [effect.key for effect in device.listen() if isinstance(effect, Say)]
    assert said == ["status", "clock_unsure", "reminders_missed", "battery_unknown", "skin_unknown"]


def test_what_was_missed_while_it_was_off_and_a_doubtful_clock_wait_for_silence() -> None:
    device = Driver()
    device.press("describe")
    device.handle(DoubtArose(at=device.now, reason="clock_set_back"))
    device.handle(RemindersMissed(at=device.now, count=3))
    device.see(scene(things=[CUP]))
    device.spoken()
    assert device.open_effect() == Say("clock_set_back")
    device.spoken()
    assert device.open_effect() == Say("reminders_missed", {"count": 3})


# --- the words ---------------------------------------------------------------------------------------------


def render(language: str, say: Say) -> str:
    return Phrases.of(language).render(say.key, say.args)


def test_the_sentences_as_they_are_heard() -> None:
    assert render("en", TIME) == "It is 8:01 in the morning."
    assert (
        render("en", WORDS) == "A reminder about your medicine. Heart pills. When it is done, press the dome."
    )
    russian = replace(WORDS, args={"kind": "medicine", "words": sentence("таблетки от сердца")})
    assert (
        render("ru", russian)
        == "Напоминаю о лекарстве. Таблетки от сердца. Когда сделаете, нажмите выпуклую кнопку."
    )
    assert render("ru", Say("reminders_missed", {"count": 2})) == "Пропущено: два напоминания."
    assert render("en", Say("reminders_missed", {"count": 12})) == "Missed: many reminders."


@given(st.text(min_size=1, max_size=60), st.sampled_from(LANGUAGES), st.sampled_from(list(Kind)))
def test_any_words_are_a_sentence_of_their_own(words: str, language: str, kind: Kind) -> None:
    """Braces, quotes and signs of any kind are said as they are."""
    text = render(language, Say("reminder", {"kind": str(kind), "words": sentence(words)}))
    assert sentence(words).casefold() in text.casefold()


def test_a_sentence_is_not_ended_twice() -> None:
    assert [sentence(words) for words in ("pills", "pills.", "pills!", "pills?", "pills…")] == [
        "pills.",
        "pills.",
        "pills!",
        "pills?",
        "pills…",
    ]


@pytest.mark.parametrize(
    "event",
    [
        PILLS,
        replace(PILLS, times=3, late=True, sure=False),
        RemindersMissed(at=1.0, count=2),
        DoubtArose(at=1.0, reason="clock_unsure"),
        MarkedDone(at=1.0, job=2),
        RemindersChecked(at=1.0, job=2, missed=(GAS, MEDICINE), coming=NEXT),
        RemindersChecked(at=1.0, job=2),
    ],
    ids=lambda event: type(event).__name__,
)
def test_the_events_survive_a_recording(event: ReminderDue) -> None:
    assert event_from(plain(event)) == event


def test_a_lost_reminder_key_does_nothing() -> None:
    """The skill may stand in the settings' keys, where there is nothing to remind of."""
    device = Driver()
    device.conductor.request("remind")
    assert not device.conductor.busy
