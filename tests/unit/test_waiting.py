"""While the language model thinks: ticks, words that tell how far it is, and an end to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from chestnut.core.conductor import Conductor
from chestnut.core.effects import (
    Buzz,
    Cancel,
    Change,
    Chime,
    Effect,
    Haptic,
    Next,
    ReadAhead,
    Say,
    Sound,
    Think,
    Wait,
)
from chestnut.core.events import SentenceWritten, ThoughtEnded, ThoughtProgressed
from chestnut.core.session import Session
from chestnut.core.skill import EffectError, Skill, Steps
from chestnut.core.thought import Sentence, Stage, Task
from chestnut_tests.drive import Driver, scene

TICK = Chime(Sound.WORKING)


def running(run: Callable[[Session], Steps]) -> Driver:
    """This skill alone has the floor."""
    device = Driver()
    device.conductor = Conductor({"it": Skill(run)}, {}, None, device.faults.append)
    device.conductor.request("it")
    device.handle(
        ThoughtProgressed(at=device.now, job=0, stage=Stage.LOADING)
    )  # the orders are taken with an event
    return device


def silent(session: Session) -> Steps:
    yield Think(Task.QUESTION, "what")
    while isinstance((yield Next()), Sentence):
        pass


def spoken_before(session: Session) -> Steps:
    yield Say("ready")
    yield from silent(session)


def told(device: Driver) -> list[Effect]:
    """Ticks and words since the last time; the word has been heard out."""
    heard = [effect for effect in device.effects if effect == TICK or isinstance(effect, Say)]
    for say in [effect for effect in device.open.values() if isinstance(effect, Say)]:
        device.spoken_if_any(say)
    device.effects.clear()
    return heard


def test_a_silence_that_nothing_came_before_begins_with_a_word() -> None:
    device = running(silent)
    device.deadline(0.75)
    assert Buzz(Haptic.WORKING) in device.effects
    assert told(device) == [Say("thinking")]
    device.deadline(1.0)
    assert told(device) == [TICK]


def test_after_speech_it_ticks_from_the_first_second_and_has_a_word_every_seven() -> None:
    device = running(spoken_before)
    device.spoken()
    device.effects.clear()
    heard = []
    for second in range(1, 45):
        device.deadline(1.0)
        heard += [(second, effect) for effect in told(device)]
    words = [second for second, effect in heard if effect == Say("thinking")]
    assert words == [7, 14, 21, 28, 35, 42]
    assert [second for second, _ in heard] == list(range(1, 45)), "never a second without a sign"


@pytest.mark.parametrize("stage", list(Stage))
def test_the_word_tells_the_stage(stage: Stage) -> None:
    device = running(silent)
    device.reach(stage)
    device.deadline(0.75)
    assert told(device) == [Say(f"thinking_{stage}")]


def test_each_wait_is_counted_anew_and_a_sentence_takes_the_place_of_the_word() -> None:
    device = running(silent)
    device.deadline(0.75)
    word = device.job_of(Say("thinking"))
    orders = device.write("One.")
    assert Cancel(word) in orders, "never two voices"
    device.effects.clear()
    device.deadline(1.0)
    assert told(device) == [TICK]


@pytest.mark.parametrize(
    ("stage", "reason"),
    [(None, "model_slow"), (Stage.LOADING, "model_loading"), (Stage.READING, "model_slow")],
)
def test_after_forty_five_seconds_it_is_given_up(stage: Stage | None, reason: str) -> None:
    reasons = []

    def patient(session: Session) -> Steps:
        yield Say("ready")
        yield Think(Task.QUESTION, "what")
        try:
            yield Next()
        except EffectError as error:
            reasons.append(error.reason)
            yield Say("scene_empty")
            raise

    device = running(patient)
    device.spoken()
    thought = device.thought
    if stage is not None:
        device.reach(stage)
    for _ in range(44):
        device.deadline(1.0)
        told(device)
    orders = device.deadline(1.0)
    assert Cancel(thought) in orders
    assert reasons == [reason]
    assert device.listen() == [Say("scene_empty"), Say(reason)]
    assert not device.conductor.busy


def test_late_sentences_change_nothing() -> None:
    device = running(silent)
    thought = device.thought
    device.edge("stop", "down")
    assert not device.thoughts
    assert device.handle(SentenceWritten(at=device.now, job=thought, sentence=Sentence("Late."))) == ()
    assert device.handle(ThoughtProgressed(at=device.now, job=thought, stage=Stage.WRITING)) == ()
    assert device.handle(ThoughtEnded(at=device.now, job=thought)) == ()
    assert not device.conductor.busy


def test_a_new_thought_replaces_the_one_before() -> None:
    def twice(session: Session) -> Steps:
        yield Think(Task.QUESTION, "what")
        yield Think(Task.QUESTION, "door", scene=scene())
        sentence = yield Next()
        yield Say("model", {"text": sentence.text})

    device = running(twice)
    assert [asked.text for asked in device.thoughts.values()] == ["door"]
    device.write("A door.")
    assert device.listen() == [Say("model", {"text": "A door."})]
    assert not device.thoughts, "what the skill did not wait for is not thought any more"
    assert [exchange.text for exchange in device.conductor.session.exchanges] == ["door"]


def test_a_thought_without_a_picture_is_no_talk_about_one() -> None:
    device = running(silent)
    device.write("One.")
    device.end_thought()
    assert device.conductor.session.exchanges == ()


def test_the_end_is_there_for_ever() -> None:
    ends = []

    def insistent(session: Session) -> Steps:
        yield Think(Task.QUESTION, "what")
        ends.append((yield Next()))
        ends.append((yield Next()))

    device = running(insistent)
    device.end_thought(withheld=2)
    assert [end.withheld for end in ends] == [2, 2]


def test_next_without_a_thought_is_a_fault_of_the_skill() -> None:
    def thoughtless(session: Session) -> Steps:
        yield Next()

    device = running(thoughtless)
    assert device.listen() == [Say("fault")]
    assert len(device.faults) == 1


def test_what_was_read_ahead_and_is_not_wanted_is_ended() -> None:
    def careless(session: Session) -> Steps:
        yield ReadAhead()
        yield Change("volume", 0.5)
        yield Wait(3.0)

    device = running(careless)
    assert len(device.open) == 2
    device.deadline(3.0)
    assert device.open == {}
