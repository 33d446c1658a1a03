"""A question in the wearer's own words: first what is known, then what the model adds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chestnut.core.effects import Buzz, Effect, Haptic, Look, Next, Read, ReadAhead, Say, Think
from chestnut.core.events import ThoughtEnded
from chestnut.core.scene import Box, Judgement, Refusal, Scene, Thing
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.core.thought import Exchange, Sentence, Task
from chestnut.skills.own_words import question, without_picture
from chestnut_tests.drive import CUP, FACE, page, scene

PAGE = page("EXIT")
SEEN = scene([FACE], [CUP])
TALK = (Exchange(Task.DESCRIBE, "", "A cup.", 90.0),)
LAMP = Sentence("A lamp is behind it.", doubtful=True)


def effects(
    skill: Callable[[Session], Steps],
    seen: Scene = SEEN,
    session: Session | None = None,
    written: tuple[Sentence, ...] = (LAMP,),
) -> list[Effect]:
    """All that the skill orders, answered as the runtime answers it."""
    steps = skill(session or Session())
    found: list[Effect] = []
    left = iter((*written, ThoughtEnded(at=1.0, job=1)))
    value: Any = None
    try:
        while True:
            effect = steps.send(value)
            found.append(effect)
            match effect:
                case Look():
                    value = seen
                case Read():
                    value = PAGE
                case Next():
                    value = next(left)
                case _:
                    value = None
    except StopIteration:
        return found


def said(found: list[Effect]) -> list[str]:
    return [effect.key for effect in found if isinstance(effect, Say)]


def test_what_the_question_names_is_told_before_the_model_is_asked() -> None:
    found = effects(question("What colour is the cup?", ("cup",)))
    think = found.index(Think(Task.QUESTION, "What colour is the cup?", SEEN, PAGE))
    known = next(effect for effect in found if isinstance(effect, Say))
    assert known.args["clauses"][0]["items"] == [{"noun": "cup", "count": 1}]
    assert found.index(ReadAhead()) < found.index(known) < think
    assert said(found)[1:] == ["model_doubtful"]


def test_without_a_thing_it_names_the_short_answer_comes_first() -> None:
    found = effects(question("Is it a kitchen?"))
    assert said(found) == ["scene", "model_doubtful"]


def test_a_number_is_the_detectors_and_the_model_is_not_asked() -> None:
    found = effects(question("How many cups?", ("cup", "book"), counts=True))
    assert found == [Look(), Say("counts", {"items": [{"noun": "cup", "count": 1}]})]


def test_people_are_counted_too() -> None:
    found = effects(question("How many people?", ("person",), counts=True))
    assert found[-1] == Say("counts", {"items": [{"noun": "person", "count": 1}]})


def test_a_number_of_what_was_not_detected_is_asked_of_the_model() -> None:
    found = effects(question("How many dogs?", ("dog",), counts=True))
    assert [effect.task for effect in found if isinstance(effect, Think)] == [Task.QUESTION]


def test_many_of_a_kind_are_counted_instead_of_placed() -> None:
    cups = [Thing("cup", 0.8, Box(at / 10, 0.5, at / 10 + 0.1, 0.7)) for at in range(5)]
    found = effects(question("Where are the cups?", ("cup",)), scene(things=cups))
    assert said(found)[0] == "counts"


def test_a_follow_up_is_about_the_same_picture_with_what_was_said() -> None:
    session = Session(last_scene=SEEN, talk_page=PAGE, exchanges=TALK)
    found = effects(question("And behind it?"), session=session)
    assert found[0] == Think(Task.QUESTION, "And behind it?", SEEN, PAGE, TALK)
    assert not any(isinstance(effect, (Look, Read)) for effect in found)


def test_a_picture_that_shows_nothing_is_refused() -> None:
    dark = scene(judged=Judgement(0.01, 1.0, Refusal.TOO_DARK))
    assert effects(question("What is this?"), dark) == [Look(), Buzz(Haptic.FAILED), Say(Refusal.TOO_DARK)]


def test_when_everything_was_withheld_it_says_that_it_is_unsure() -> None:
    assert said(effects(question("Is it a kitchen?"), written=()))[-1] == "unsure"
    assert said(effects(without_picture("Is it noon?"), written=())) == ["unsure"]


def test_without_a_picture_only_the_model_is_asked() -> None:
    found = effects(without_picture("Why is the sky blue?"))
    assert found[0] == Think(Task.QUESTION, "Why is the sky blue?")
    assert not any(isinstance(effect, (Look, Read)) for effect in found)
