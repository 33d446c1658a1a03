"""Teaching a thing, naming a place, forgetting both by keys: the name, the cues, what is to be changed, the end."""

from __future__ import annotations

import pytest
from chestnut.core.effects import (
    Buzz,
    Chime,
    Effect,
    ForgetPlace,
    ForgetThing,
    Haptic,
    ListTaught,
    Look,
    NamePlace,
    Say,
    Sound,
    Take,
    Teach,
    Wait,
)
from chestnut.core.events import (
    Answer,
    DeadlinePassed,
    EffectFailed,
    MemoryChanged,
    PlaceNamed,
    SceneSeen,
    TakeKept,
    TaughtListed,
    ThingTaught,
)
from chestnut.core.memory import Owned
from chestnut.core.scene import Box, Hand, Judgement, Refusal, Scene
from chestnut.core.session import LANGUAGES
from chestnut.locale import Phrases
from chestnut.skills import name_place, teach_thing
from chestnut.skills.choose import NAMES
from chestnut.skills.lesson import READY_S, SPARE, TRIES
from chestnut_tests.drive import GOOD, Driver
from hypothesis import given, settings
from hypothesis import strategies as st

KEYS, GLASSES = Owned("keys", "my"), Owned("glasses", "mum's")
HELD = Hand(0.9, "right", Box(0.35, 0.4, 0.65, 0.8), ())


def hand(x: float, size: float = 0.3) -> Hand:
    return Hand(0.9, "right", Box(x - size / 2, 0.4, x + size / 2, 0.4 + size), ())


class Lesson:
    """A device that is taught. Each look sees a hand in the middle unless it is told otherwise."""

    def __init__(self, skill: str, **listed: tuple[object, ...]) -> None:
        self.device = Driver()
        self.device.double("ask")
        for _ in range(NAMES.index(skill)):
            self.device.press("ask", after_s=0.5)
        self.press("describe")
        self.frame = self.take = 0
        assert self.open == ListTaught()
        self.answer(TaughtListed, **listed)

    @property
    def open(self) -> Effect | None:
        return self.device.open_effect()

    def press(self, key: str) -> None:
        self.device.press(key, after_s=0.6)

    def answer(self, event: type[Answer], **values: object) -> None:
        job = self.device.open_job() or 0
        self.device.answer(event(at=self.device.now, job=job, **values), job)  # type: ignore[arg-type]

    def hear(self) -> list[str]:
        """What is said, until something else is waited for."""
        heard = []
        while isinstance(self.open, Say):
            heard.append(self.open.key)
            self.device.spoken()
        return heard

    def look(self, *hands: Hand, judged: Judgement = GOOD) -> None:
        assert self.open == Wait(READY_S), "the hands get a moment"
        self.device.wait_s(READY_S)
        self.answer(DeadlinePassed)
        assert self.open == Look(fresh=True)
        self.frame += 1
        self.answer(SceneSeen, scene=Scene(self.frame, judged, hands=hands))

    def keep(self, odd: tuple[int, ...] = (), *, same: bool = False) -> None:
        assert isinstance(self.open, Take) and self.open.frame == self.frame
        self.take += not same
        self.answer(TakeKept, take=0 if same else self.take, odd=odd)

    def good(self, count: int = 1) -> list[str]:
        heard = []
        for _ in range(count):
            heard += self.hear()
            self.look(HELD)
            self.keep()
        return heard

    def ordered(self, kind: type[Effect]) -> list[Effect]:
        return [effect for effect in self.device.effects if isinstance(effect, kind)]


def lesson() -> Lesson:
    taught = Lesson("teach_thing", new_things=(KEYS, GLASSES))
    taught.press("describe")
    return taught


def test_the_whole_way_to_a_known_thing() -> None:
    taught = Lesson("teach_thing", new_things=(KEYS, GLASSES))
    assert taught.open == Say("teach_name", {"thing": {"label": "keys", "owner": "my"}})
    taught.press("ask")
    assert taught.open == Say("teach_name", {"thing": {"label": "glasses", "owner": "mum's"}})
    taught.press("describe")
    assert taught.good(4) == list(teach_thing.CUES)
    assert taught.open == Teach(GLASSES, (1, 2, 3, 4))
    taught.answer(ThingTaught)
    assert taught.open == Say(
        "recall", {"sentences": [["teach_done", {"thing": {"label": "glasses", "owner": "mum's"}}]]}
    )
    assert Buzz(Haptic.DONE) in taught.device.effects
    assert taught.device.effects.count(Chime(Sound.DONE)) == 4


def test_a_take_is_compared_with_those_before_it() -> None:
    taught = lesson()
    taught.good(3)
    assert [take.earlier for take in taught.ordered(Take)] == [(), (1,), (1, 2)]  # type: ignore[attr-defined]
    assert not any(take.place for take in taught.ordered(Take))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("hands", "judged", "said"),
    [
        ((HELD,), Judgement(0.5, 0.1, Refusal.TOO_BLURRED), Say("teach_blurred")),
        ((HELD,), Judgement(0.0, 0.0, Refusal.TOO_DARK), Say(Refusal.TOO_DARK)),
        ((hand(0.5, 0.15),), GOOD, Say("teach_closer")),
        ((hand(0.2),), GOOD, Say("teach_move", {"side": "right"})),
        ((hand(0.8),), GOOD, Say("teach_move", {"side": "left"})),
    ],
)
def test_what_is_to_be_changed_is_told(hands: tuple[Hand, ...], judged: Judgement, said: Say) -> None:
    taught = lesson()
    taught.hear()
    taught.look(*hands, judged=judged)
    assert taught.open == said
    assert not taught.ordered(Take), "such a picture teaches nothing"


def test_what_lies_on_a_table_needs_no_hand() -> None:
    taught = lesson()
    taught.hear()
    taught.look()
    assert isinstance(taught.open, Take)


def test_the_same_picture_and_another_thing_do_not_count() -> None:
    taught = lesson()
    taught.good(2)
    taught.hear()
    taught.look(HELD)
    taught.keep(same=True)
    assert taught.hear()[0] == "teach_same"
    taught.look(HELD)
    taught.keep(odd=(1,))
    assert taught.hear()[0] == "teach_odd"
    taught.look(HELD)
    taught.keep()
    taught.good()
    assert taught.open == Teach(KEYS, (2, 3, 4, 5))


def test_three_good_pictures_are_enough_and_two_are_not() -> None:
    for good, ends in ((3, Teach(KEYS, (1, 2, 3))), (2, Say("teach_failed"))):
        taught = lesson()
        taught.good(good)
        for _ in range(len(teach_thing.CUES) + SPARE - good):
            taught.hear()
            for _ in range(TRIES):
                taught.look(HELD, judged=Judgement(0.5, 0.1, Refusal.TOO_BLURRED))
                if isinstance(taught.open, Say) and taught.open.key == "teach_blurred":
                    taught.device.spoken()
        assert taught.open == ends
        assert (Buzz(Haptic.FAILED) in taught.device.effects) == (good == 2)


@pytest.mark.parametrize("reason", ["teach_other", "teach_failed", "own_missing", "memory_full"])
def test_why_it_was_not_kept_is_told(reason: str) -> None:
    taught = lesson()
    taught.good(4)
    taught.answer(EffectFailed, reason=reason)
    assert taught.open == Say(reason)


def test_what_may_be_mixed_up_is_told() -> None:
    taught = lesson()
    taught.good(4)
    taught.answer(ThingTaught, alike=(GLASSES,))
    assert isinstance(taught.open, Say)
    assert Phrases.of("en").render(taught.open.key, taught.open.args) == (
        "I will know your keys again. It looks much like mum's glasses. Where I am not sure, I will say perhaps."
    )


@pytest.mark.parametrize("reason", ["camera_lost", "too_hot"])
def test_a_lesson_that_can_look_no_more_says_why_and_keeps_nothing(reason: str) -> None:
    taught = lesson()
    taught.good(2)
    taught.hear()
    taught.device.wait_s(READY_S)
    taught.answer(DeadlinePassed)
    assert taught.open == Look(fresh=True)
    taught.answer(EffectFailed, reason=reason)
    assert taught.open == Say(reason)
    assert not any(isinstance(effect, Teach) for effect in taught.device.effects)


def test_of_many_that_may_be_mixed_up_two_are_told() -> None:
    taught = lesson()
    taught.good(4)
    taught.answer(ThingTaught, alike=tuple(Owned(f"glasses {number}", "") for number in range(9)))
    assert Phrases.of("en").render(taught.open.key, taught.open.args).count("It looks much like") == 2


def test_a_known_thing_is_offered_to_be_shown_again() -> None:
    taught = Lesson("teach_thing", new_things=(GLASSES,), things=(KEYS,))
    taught.press("find")
    assert taught.open == Say("teach_more", {"thing": {"label": "keys", "owner": "my"}})
    taught.press("describe")
    taught.good(4)
    assert taught.open == Teach(KEYS, (1, 2, 3, 4))


def test_a_place_is_named() -> None:
    taught = Lesson("name_place", new_places=("кухонный стол", "диван"), places=("hall",))
    taught.press("ask")
    assert taught.open == Say("place_name", {"name": "диван"})
    taught.press("describe")
    assert taught.good(4) == list(name_place.CUES)
    assert taught.open == NamePlace("диван", (1, 2, 3, 4))
    assert all(take.place for take in taught.ordered(Take))  # type: ignore[attr-defined]
    taught.answer(PlaceNamed, alike=("hall",))
    assert taught.hear() == ["recall"]


def test_of_a_place_no_hand_is_asked_for() -> None:
    taught = Lesson("name_place", new_places=("диван",))
    taught.press("describe")
    taught.hear()
    taught.look(hand(0.1))
    assert isinstance(taught.open, Take)


def test_silence_before_a_name_is_chosen_teaches_nothing() -> None:
    taught = Lesson("teach_thing", new_things=(KEYS,))
    for said in ("teach_help", "teach_left"):
        taught.device.spoken()
        taught.device.deadline(8.0)
        assert taught.open == Say(said)


@settings(deadline=None, max_examples=60)
@given(
    skill=st.sampled_from(["teach_thing", "name_place", "forget_taught"]),
    steps=st.lists(st.sampled_from(["ask", "find", "read", "describe", "go on"]), max_size=40),
)
def test_a_stop_at_any_moment_keeps_everything_as_it_was(skill: str, steps: list[str]) -> None:
    taught = Lesson(skill, new_things=(KEYS,), new_places=("sofa",), things=(GLASSES,), places=("hall",))
    for step in steps:
        if taught.open is None or isinstance(taught.open, (Teach, NamePlace, ForgetThing, ForgetPlace)):
            return  # what was to be done was meant
        match taught.open:
            case _ if step != "go on":
                taught.press(step)
                if not any(isinstance(effect, ListTaught) for effect in taught.device.effects[-30:]):
                    return
            case Say():
                taught.device.spoken()
            case Look():
                taught.answer(SceneSeen, scene=Scene(1, GOOD))
            case Take():
                taught.take += 1
                taught.answer(TakeKept, take=taught.take)
            case Wait():
                taught.answer(DeadlinePassed)
            case _:
                return  # another key began something else
    if isinstance(taught.open, (Teach, NamePlace, ForgetThing, ForgetPlace)):
        return
    taught.press("stop")
    assert taught.open is None or isinstance(taught.open, Say), "at most the last sentence again"
    taught.device.press("stop")
    assert not any(taught.ordered(kind) for kind in (Teach, NamePlace, ForgetThing, ForgetPlace))
    assert not taught.device.faults


# --- forgetting -----------------------------------------------------------------------------------------------


def test_a_thing_is_forgotten_after_a_second_press() -> None:
    taught = Lesson("forget_taught", things=(KEYS, GLASSES), places=("hall",))
    taught.press("ask")
    assert taught.open == Say("taught_forget_thing", {"thing": {"label": "glasses", "owner": "mum's"}})
    taught.press("describe")
    assert isinstance(taught.open, Say) and taught.open.key == "taught_sure_thing"
    taught.press("describe")
    assert taught.open == ForgetThing(GLASSES)
    taught.answer(MemoryChanged, rows=2)
    assert taught.hear() == ["taught_forgotten_thing"]


def test_a_place_is_forgotten_too() -> None:
    taught = Lesson("forget_taught", things=(KEYS,), places=("hall",))
    taught.press("find")
    assert taught.open == Say("taught_forget_place", {"name": "hall"})
    taught.press("describe")
    taught.press("describe")
    assert taught.open == ForgetPlace("hall")
    taught.answer(MemoryChanged, rows=0)
    assert taught.hear() == ["taught_forgotten_place"]


@pytest.mark.parametrize("key", ["ask", "find", "read"])
def test_another_key_keeps_it(key: str) -> None:
    taught = Lesson("forget_taught", things=(KEYS,))
    taught.press("describe")
    taught.press(key)
    assert taught.open == Say("taught_kept")
    assert not taught.ordered(ForgetThing)


def test_with_nothing_taught_that_is_said() -> None:
    assert Lesson("forget_taught").open == Say("taught_none")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cue_is_a_sentence_of_few_words(language: str) -> None:
    phrases = Phrases.of(language)
    for cue in (*teach_thing.CUES, *name_place.CUES, "teach_again", "place_again"):
        assert 0 < len(phrases.render(cue).split()) <= 16
