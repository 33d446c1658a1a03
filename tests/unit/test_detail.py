"""In detail and more: the fast lane first, then what the language model adds, and what is said when it does not."""

from __future__ import annotations

import pytest
from chestnut.core.care import Care, Heat
from chestnut.core.effects import Buzz, Cancel, Haptic, Look, Read, Recite, Say, Think
from chestnut.core.events import Part, PartFound, PartLost
from chestnut.core.scene import Judgement, Refusal
from chestnut.core.session import Session
from chestnut.core.thought import Exchange, Task
from chestnut.skills.sentence import long_answer
from chestnut_tests.drive import CUP, FACE, Driver, page, scene

SEEN = scene([FACE], [CUP])
FAST = list(long_answer(SEEN))
SIGN = page("EXIT")
EXCHANGE = Exchange(Task.DESCRIBE, "", "A kitchen.", 100.0)
REASONS = [
    *("gemma_missing", "engine_missing", "engine_lost", "model_memory", "model_damaged", "model_blind"),
    *("prompt_too_long", "model_slow"),
]


def model(text: str) -> Say:
    return Say("model", {"text": text})


def looked() -> Driver:
    """The dome was held, the picture seen; the first sentence is being spoken."""
    device = Driver()
    device.hold("describe")
    assert device.open_effect() == Look()
    device.see(SEEN)
    return device


def thinking() -> Driver:
    """All the fast lane saw has been told and the model thinks."""
    device = looked()
    device.view(SEEN, SIGN)
    assert device.listen() == FAST
    assert device.thought
    return device


def talked(*sentences: str) -> Driver:
    """The model has said this and ended."""
    device = thinking()
    for sentence in sentences:
        device.write(sentence)
        device.listen()
    device.end_thought()
    assert not device.conductor.busy
    return device


def test_the_first_sentence_does_not_wait_for_the_reading_and_the_model_not_for_the_last() -> None:
    device = looked()
    assert device.open_effect() == FAST[0]
    assert Read() in device.open.values(), "the text is read meanwhile"
    device.view(SEEN, SIGN)
    assert not device.thought
    device.spoken()
    assert device.open_effect() == FAST[1]
    assert device.thoughts[device.thought] == Think(Task.DESCRIBE, scene=SEEN, page=SIGN)


def test_a_slow_reader_is_waited_for() -> None:
    device = looked()
    device.spoken()
    assert device.open_effect() == Read()
    assert device.effects.count(Read()) == 1, "the page is read once"
    device.read(SIGN)
    assert device.thoughts[device.thought].page == SIGN


def test_a_missing_text_reader_is_no_reason_to_fail() -> None:
    device = looked()
    device.spoken()
    device.fail("reader_missing")
    assert device.open_effect() == FAST[1]
    assert device.thoughts[device.thought] == Think(Task.DESCRIBE, scene=SEEN, page=None)


def test_every_sentence_is_spoken_when_it_comes_and_doubt_is_heard() -> None:
    device = thinking()
    device.write("A kitchen.")
    assert device.open_effect() == model("A kitchen.")
    device.spoken()
    device.write("A cat sleeps.", doubtful=True)
    assert device.open_effect() == Say("model_adds")
    device.spoken()
    assert device.open_effect() == model("A cat sleeps.")
    device.spoken()
    device.write("A lamp is on.", doubtful=True)
    assert device.open_effect() == model("A lamp is on."), "doubt is told once an answer"
    device.spoken()
    device.end_thought()
    assert not device.conductor.busy
    assert not device.faults


def test_what_is_written_while_something_is_spoken_is_kept_in_order() -> None:
    device = looked()
    device.view(SEEN, SIGN)
    device.spoken()
    for sentence in ("One.", "Two."):
        assert device.write(sentence) == [], "never two voices"
    device.end_thought()
    assert device.listen() == [*FAST[1:], model("One."), model("Two.")]
    assert not device.conductor.busy


@pytest.mark.parametrize("withheld", [0, 3])
def test_when_nothing_came_that_is_said(withheld: int) -> None:
    device = thinking()
    device.end_thought(withheld)
    assert device.listen() == [Say("model_unsure")]
    assert not device.conductor.busy


@pytest.mark.parametrize("reason", REASONS)
def test_a_failure_is_told_after_all_that_the_fast_lane_saw(reason: str) -> None:
    device = looked()
    device.view(SEEN, SIGN)
    device.spoken()
    assert device.fail_thought(reason) == [], "what is being spoken goes on"
    assert device.listen() == [*FAST[1:], Say(reason)]
    assert Buzz(Haptic.FAILED) in device.effects
    assert not device.conductor.busy


def test_a_bad_picture_is_refused_and_nothing_is_thought() -> None:
    device = Driver()
    device.hold("describe")
    blurred = scene(judged=Judgement(0.5, 0, Refusal.TOO_BLURRED))
    for _ in range(2):
        device.see(blurred)
        assert device.open_effect() == Look(fresh=True)
    device.see(blurred)
    assert device.listen() == [Say("too_blurred")]
    assert Buzz(Haptic.FAILED) in device.effects
    assert not [effect for effect in device.effects if isinstance(effect, (Think, Read))]


def test_a_lost_model_is_told_once_by_the_one_who_waits_for_it() -> None:
    device = thinking()
    thought = device.thought
    orders = device.handle(PartLost(at=device.now, part=Part.ENGINE, reason="engine_lost"))
    assert Cancel(thought) in orders
    assert device.listen() == [Say("engine_lost")]
    assert not device.conductor.busy
    assert device.conductor.session.faults == ((Part.ENGINE, "engine_lost"),)
    device.handle(PartFound(at=device.now, part=Part.ENGINE))
    assert device.listen() == [Say("engine_back")]


def test_a_model_that_is_lost_while_the_fast_lane_speaks_does_not_interrupt_it() -> None:
    device = looked()
    device.view(SEEN, SIGN)
    device.spoken()
    device.handle(PartLost(at=device.now, part=Part.ENGINE, reason="engine_lost"))
    assert device.listen() == [*FAST[1:], Say("engine_lost")]


def test_a_model_that_nobody_waits_for_is_told_when_there_is_silence() -> None:
    device = Driver()
    device.press("read")
    device.read(SIGN)
    device.handle(PartLost(at=device.now, part=Part.ENGINE, reason="engine_lost"))
    assert device.listen() == [Recite("EXIT"), Say("engine_lost")]


def test_news_of_the_model_that_is_true_no_more_is_not_told() -> None:
    device = Driver()
    device.press("read")
    device.read(SIGN)
    for _ in range(2):
        device.handle(PartLost(at=device.now, part=Part.ENGINE, reason="engine_lost"))
        device.handle(PartFound(at=device.now, part=Part.ENGINE))
    device.handle(PartLost(at=device.now, part=Part.ENGINE, reason="engine_lost"))
    assert device.listen() == [Recite("EXIT"), Say("engine_lost")]
    device.press("read")
    device.read(SIGN)
    device.handle(PartFound(at=device.now, part=Part.ENGINE))
    device.handle(PartLost(at=device.now, part=Part.ENGINE, reason="engine_lost"))
    device.handle(PartFound(at=device.now, part=Part.ENGINE))
    assert device.listen() == [Recite("EXIT"), Say("engine_restarted")]


def test_a_loss_that_the_answer_tells_of_is_not_told_after_it_again() -> None:
    device = looked()
    device.handle(PartLost(at=device.now, part=Part.ENGINE, reason="engine_lost"))
    device.view(SEEN, SIGN)
    device.spoken()
    device.fail_thought("engine_lost")  # the next process died, too, while it waited
    assert device.listen() == [*FAST[1:], Say("engine_lost")]
    assert not device.conductor.busy


def test_who_waits_for_the_model_hears_its_answer_and_not_that_it_is_back() -> None:
    device = Driver()
    device.handle(PartLost(at=device.now, part=Part.ENGINE, reason="engine_lost"))
    device.listen()
    device.hold("describe")
    device.view(SEEN, SIGN)
    device.spoken()
    assert device.thought
    device.handle(PartFound(at=device.now, part=Part.ENGINE))
    device.write("A kitchen.")
    heard = device.listen()
    device.end_thought()
    heard += device.listen()
    assert heard == [*FAST[1:], model("A kitchen.")]
    assert not device.conductor.busy and not device.conductor.session.faults


def test_too_hot_to_think_it_still_tells_what_was_seen() -> None:
    device = Driver(Session(care=Care(skin=Heat.HOT), last_scene=SEEN, exchanges=(EXCHANGE,)))
    device.double("describe")
    assert device.listen() == [*FAST, Say("too_hot")]
    assert not [effect for effect in device.effects if isinstance(effect, Think)]


# --- more -------------------------------------------------------------------------------------------------


def test_more_is_about_the_picture_that_was_talked_of() -> None:
    device = talked("A kitchen.", "A cat.")
    device.double("describe")
    (asked,) = device.thoughts.values()
    assert (asked.task, asked.scene, asked.page) == (Task.MORE, SEEN, SIGN)
    assert [(exchange.task, exchange.answer) for exchange in asked.earlier] == [
        (Task.DESCRIBE, "A kitchen. A cat.")
    ]
    device.write("A lamp.")
    assert device.listen() == [model("A lamp.")]
    device.end_thought()
    device.double("describe")
    (asked,) = device.thoughts.values()
    assert [exchange.answer for exchange in asked.earlier] == ["A kitchen. A cat.", "A lamp."]


def test_a_page_read_since_then_is_of_another_picture() -> None:
    device = talked("A kitchen.")
    device.press("read")
    device.read(page("SALE"))
    device.listen()
    device.double("describe")
    assert device.thoughts[device.thought].page == SIGN


def test_what_was_said_before_a_stop_is_remembered() -> None:
    device = thinking()
    device.write("A kitchen.")
    device.press("stop")
    assert not device.thought
    device.double("describe")
    (exchange,) = device.thoughts[device.thought].earlier
    assert exchange.answer == "A kitchen."


def test_after_two_minutes_the_talk_is_over() -> None:
    device = talked("A kitchen.")
    device.wait_s(125)
    device.double("describe")
    assert not device.thought
    assert device.open_effect() == Look()


def test_a_new_look_ends_the_talk() -> None:
    device = talked("A kitchen.")
    device.press("describe")
    device.see(SEEN)
    device.listen()
    device.wait_s(2)
    assert device.conductor.session.exchanges == ()
    device.double("describe")
    assert not device.thought


def test_at_most_four_exchanges_are_remembered_the_first_and_the_newest() -> None:
    device = talked("0.")
    for number in range(1, 6):
        device.double("describe")
        device.write(f"{number}.")
        device.listen()
        device.end_thought()
    assert [exchange.answer for exchange in device.conductor.session.exchanges] == ["0.", "3.", "4.", "5."]


@pytest.mark.parametrize("reason", REASONS)
def test_more_that_fails_is_all_that_the_fast_lane_saw(reason: str) -> None:
    device = talked("A kitchen.")
    device.double("describe")
    device.fail_thought(reason)
    assert device.listen() == [*FAST, Say(reason)]


def test_more_without_a_talk_is_all_that_the_fast_lane_saw_and_no_thought() -> None:
    device = Driver()
    device.press("describe")
    device.see(SEEN)
    device.press("describe", after_s=0.2)
    assert device.listen() == FAST
    assert not device.conductor.busy
    assert not [effect for effect in device.effects if isinstance(effect, Think)]


def test_the_last_question_anew_is_in_detail_again() -> None:
    device = talked("A kitchen.")
    device.press("ask")
    assert device.open_effect() == Look()
    device.see(SEEN)
    device.view(SEEN, SIGN)
    device.listen()
    assert device.thoughts[device.thought] == Think(Task.DESCRIBE, scene=SEEN, page=SIGN)


# --- what comes between ---------------------------------------------------------------------------------


def test_a_second_hold_begins_anew() -> None:
    device = thinking()
    first = device.thought
    device.hold("describe")
    assert first not in device.thoughts
    device.see(SEEN)
    device.view(SEEN, SIGN)
    assert device.listen() == FAST
    assert device.thought > first


def test_a_camera_that_is_lost_ends_the_thought_and_not_the_talk() -> None:
    device = thinking()
    device.write("A kitchen.")
    device.handle(PartLost(at=device.now, part=Part.CAMERA, reason="camera_lost"))
    assert not device.thought
    assert device.listen() == [Say("camera_lost")]
    device.double("describe")
    assert [exchange.answer for exchange in device.thoughts[device.thought].earlier] == ["A kitchen."]


def test_a_stop_in_silence_repeats_the_last_sentence_of_the_model() -> None:
    device = talked("A kitchen.", "A cat.")
    device.press("stop")
    assert device.listen() == [model("A cat.")]


def test_the_menu_ends_the_thought_and_not_the_talk() -> None:
    device = thinking()
    device.write("A kitchen.")
    device.listen()
    device.double("ask")
    assert not device.thought
    device.press("stop")
    device.double("describe")
    assert [exchange.answer for exchange in device.thoughts[device.thought].earlier] == ["A kitchen."]
