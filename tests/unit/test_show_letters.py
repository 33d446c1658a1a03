"""Showing an alphabet by keys: what counts, what a key does, and that stopping anywhere loses nothing."""

from __future__ import annotations

from collections import Counter

import pytest
from chestnut.core.care import Care, Heat
from chestnut.core.effects import (
    AwaitSample,
    Buzz,
    Chime,
    DropSample,
    Effect,
    ForgetLetters,
    Haptic,
    ListLetters,
    Say,
    Sound,
)
from chestnut.core.events import LetterSampled, LettersListed
from chestnut.core.session import LANGUAGES, Session
from chestnut.locale import Phrases
from chestnut.skills.choose import NAMES
from chestnut.skills.show_letters import MOST_IDLE
from chestnut_tests.drive import Driver
from hypothesis import example, given, settings
from hypothesis import strategies as st

ALPHABET, WANTED = "АБВ", 3
CLOSED, TAKEN_BACK = "letters_left", "letters_taken_back"


class Card:
    """What is kept, and what was acknowledged by a sound."""

    def __init__(self, **samples: int) -> None:
        self.samples = Counter(samples)

    @property
    def first_missing(self) -> str | None:
        return next((letter for letter in ALPHABET if self.samples[letter] < WANTED), None)


class Lesson:
    """The device from the menu's entry on, over a card."""

    def __init__(self, card: Card, badly: str = "", session: Session | None = None) -> None:
        self.card, self.device = card, Driver(session)
        self.heard: list[Say] = []
        self.device.double("ask")
        for _ in range(NAMES.index("show_letters")):
            self.device.press("ask", after_s=0.5)
        self.press("describe")
        assert self.open == ListLetters()
        letters = tuple((letter, card.samples[letter]) for letter in ALPHABET)
        self.answer(LettersListed(at=0.0, job=self.job, letters=letters, wanted=WANTED, badly=tuple(badly)))
        self.listen()

    @property
    def open(self) -> Effect | None:
        return self.device.open_effect()

    @property
    def job(self) -> int:
        return self.device.open_job() or 0

    @property
    def waits_for(self) -> str | None:
        return self.open.letter if isinstance(self.open, AwaitSample) else None

    @property
    def sounds(self) -> int:
        return self.device.effects.count(Chime(Sound.DONE))

    def answer(self, event: LettersListed | LetterSampled) -> None:
        self.device.answer(event, event.job)

    def press(self, key: str) -> None:
        self.device.press(key, after_s=0.6)

    def listen(self) -> None:
        """To whatever is spoken, and what is to be dropped is dropped."""
        while isinstance(self.open, Say | DropSample):
            if isinstance(self.open, DropSample):
                self.drop()
            else:
                self.heard.append(self.open)
                self.device.spoken()

    def drop(self) -> None:
        assert isinstance(self.open, DropSample)
        letter = self.open.letter
        self.card.samples[letter] -= 1
        self.answer(LetterSampled(at=0.0, job=self.job, samples=self.card.samples[letter]))

    def show(self) -> None:
        letter = self.waits_for
        assert letter is not None
        self.card.samples[letter] += 1
        self.answer(LetterSampled(at=0.0, job=self.job, samples=self.card.samples[letter]))
        self.listen()

    def lack(self, phrase: str = "letters_no_hand") -> None:
        self.answer(LetterSampled(at=0.0, job=self.job, lack=phrase))
        self.listen()


def test_each_letter_is_told_and_shown_three_times_with_a_sound_each() -> None:
    lesson = Lesson(Card())
    assert [say.key for say in lesson.heard[-2:]] == ["letters_begin", "letters_show"]
    shown = []
    while lesson.waits_for:
        shown.append(lesson.waits_for)
        lesson.show()
    assert "".join(shown) == "АААБББВВВ" and lesson.sounds == 9
    assert Buzz(Haptic.DONE) in lesson.device.effects
    assert [say.key for say in lesson.heard[-2:]] == ["letters_done", "letters_read"]
    told = [say.args["letter"] for say in lesson.heard if say.key == "letters_show"]
    assert told == ["А", "Б", "В"]


def test_it_goes_on_with_the_first_letter_that_is_missing() -> None:
    lesson = Lesson(Card(А=3, Б=1))
    assert lesson.waits_for == "Б"
    lesson.show(), lesson.show()
    assert lesson.waits_for == "В"


def test_the_dome_leaves_a_letter_out_until_the_next_time() -> None:
    lesson = Lesson(Card(Б=3))
    lesson.press("describe")
    lesson.listen()
    assert lesson.waits_for == "В"
    for _ in range(3):
        lesson.show()
    assert Say("letters_missing", {"letters": "А"}) in lesson.heard and lesson.open is None
    assert Lesson(lesson.card).waits_for == "А"


def test_the_ring_tells_the_letter_and_how_far_it_is() -> None:
    lesson = Lesson(Card())
    lesson.show()
    lesson.press("ask")
    lesson.listen()
    assert lesson.heard[-1] == Say("letters_again", {"letter": "А", "number": 2, "wanted": 3})
    assert lesson.waits_for == "А"


def test_the_three_bars_take_back_the_last_sample_also_of_the_letter_before() -> None:
    lesson = Lesson(Card(А=1))
    lesson.press("read")
    lesson.listen()
    assert lesson.heard[-1] == Say("letters_none_back")  # what was shown another day stays
    lesson.show(), lesson.show()
    assert lesson.waits_for == "Б"
    lesson.press("read")
    lesson.listen()
    assert lesson.heard[-1] == Say(TAKEN_BACK, {"letter": "А", "number": 3, "wanted": 3})
    assert lesson.waits_for == "А" and lesson.card.samples["А"] == 2


def test_quick_presses_of_the_three_bars_take_one_back_each() -> None:
    lesson = Lesson(Card())
    lesson.show(), lesson.show()
    lesson.press("read")
    assert isinstance(lesson.open, DropSample)
    lesson.card.samples["А"] -= 1  # done, and its answer comes too late
    lesson.device.press("read", after_s=0.1)
    lesson.listen()
    assert lesson.card.samples["А"] == 0 and lesson.waits_for == "А"
    assert lesson.heard[-1] == Say(TAKEN_BACK, {"letter": "А", "number": 1, "wanted": 3})


def test_keys_need_not_wait_for_what_is_spoken() -> None:
    lesson = Lesson(Card())
    lesson.press("ask")
    assert isinstance(lesson.open, Say)
    lesson.press("describe")
    assert lesson.open == Say("letters_show", {"letter": "Б"})
    lesson.press("find")
    assert lesson.open == Say("letters_help")
    lesson.listen()
    assert lesson.waits_for == "Б"


def test_who_shows_nothing_is_told_what_to_change_and_then_left_in_peace() -> None:
    lesson = Lesson(Card())
    for _ in range(MOST_IDLE - 1):
        lesson.lack()
        assert lesson.heard[-1] == Say("letters_no_hand") and lesson.waits_for == "А"
    lesson.show()
    for _ in range(MOST_IDLE):
        lesson.lack("letters_unsteady")
    assert lesson.heard[-1] == Say(CLOSED) and lesson.open is None


def test_where_all_is_shown_it_is_told() -> None:
    full = Card(**dict.fromkeys(ALPHABET, 3))
    assert [say.key for say in Lesson(full).heard[-2:]] == ["letters_all", "letters_read"]
    assert [say.key for say in Lesson(full, badly="А").heard[-2:]] == ["letters_all", "letters_corrected"]


def test_of_letters_that_are_read_unshown_it_is_told_when_the_bad_ones_are_done() -> None:
    lesson = Lesson(Card(А=2), badly="АБ")
    assert [say.key for say in lesson.heard[-2:]] == ["letters_begin_own", "letters_show"]
    lesson.show()
    assert lesson.heard[-1] == Say("letters_show", {"letter": "Б"})
    lesson.press("describe")
    lesson.listen()
    assert lesson.heard[-1] == Say("letters_show_others", {"letter": "В"})
    lesson.press("describe")
    lesson.listen()
    # those that were left out are read all the same, so they are not called missing
    assert [say.key for say in lesson.heard[-2:]] == ["letters_done", "letters_corrected"]
    again = Lesson(lesson.card, badly="А")
    assert again.heard[-1] == Say("letters_show_others", {"letter": "Б"})


def forgetting(card: Card) -> Driver:
    device = Driver()
    device.double("ask")
    for _ in range(NAMES.index("forget_letters")):
        device.press("ask", after_s=0.5)
    device.press("describe", after_s=0.6)
    job = device.open_job() or 0
    letters = tuple((letter, card.samples[letter]) for letter in ALPHABET)
    device.answer(LettersListed(at=0.0, job=job, letters=letters, wanted=WANTED), job)
    return device


def test_what_was_shown_is_forgotten_after_a_second_press_of_the_dome() -> None:
    device = forgetting(Card(А=3, В=1))
    assert device.open_effect() == Say("letters_forget_sure", {"letters": "А, В"})
    device.press("describe", after_s=0.6)
    assert device.open_effect() == ForgetLetters()
    job = device.open_job() or 0
    device.answer(LettersListed(at=0.0, job=job), job)
    assert Buzz(Haptic.DONE) in device.effects
    assert device.open_effect() == Say("letters_forgotten")


@pytest.mark.parametrize("key", ("ask", "read", "find", "stop"))
def test_any_other_key_keeps_what_was_shown(key: str) -> None:
    device = forgetting(Card(А=3))
    device.press(key, after_s=0.6)
    assert ForgetLetters() not in device.effects
    assert device.open_effect() in (Say("taught_kept"), None)


def test_where_nothing_was_shown_there_is_nothing_to_forget() -> None:
    assert forgetting(Card()).open_effect() == Say("letters_none_shown")


def test_too_hot_it_looks_at_nothing() -> None:
    lesson = Lesson(Card(), session=Session(care=Care(skin=Heat.HOT)))
    assert lesson.heard[-1] == Say("too_hot") and lesson.open is None


@pytest.mark.parametrize("wait_for", ("begin", "prompt", "sample", "drop"))
def test_stop_is_silent_at_once_and_keeps_what_had_its_sound(wait_for: str) -> None:
    lesson = Lesson(Card())
    lesson.show()
    if wait_for == "prompt":
        lesson.press("ask")
    elif wait_for == "drop":
        lesson.press("read")
    elif wait_for == "begin":
        lesson = Lesson(Card(А=1))
    lesson.device.down("stop")
    assert lesson.open is None and not lesson.device.conductor.busy
    assert lesson.card.samples["А"] == 1


def test_signs_are_not_read_while_letters_are_shown() -> None:
    lesson = Lesson(Card())
    assert lesson.device.conductor.takes_hands
    lesson.device.down("stop")
    assert not lesson.device.conductor.takes_hands


ACTS = ("show", "show", "show", "lack", "describe", "ask", "read", "find", "stop", "fail")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.booleans()), max_size=40))
@example([("show", False)] * 9 + [("stop", False)])
@example([("show", False)] * 9 + [("stop", False)] * 2)
def test_whatever_is_pressed_what_was_acknowledged_stays_and_the_next_time_goes_on(
    acts: list[tuple[str, bool]],
) -> None:
    """patient: what is spoken is heard out before the next act."""
    card = Card()
    lesson, told = Lesson(card), Counter[str]()
    for act, patient in acts:
        if not lesson.device.conductor.busy:
            first = card.first_missing
            lesson = Lesson(card)
            assert lesson.waits_for == first
        if patient:
            lesson.listen()
        before = Counter(card.samples)
        if act == "stop":
            shown = lesson.device.conductor.busy
            lesson.device.wait_s(1.0)  # sooner, it may be the second half of a double press
            lesson.device.down("stop")
            lesson.device.edge("stop", "up")
            assert card.samples == before
            # with nothing going on, Stop says the last sentence again
            assert lesson.open == (None if shown else lesson.heard[-1])
        elif act in ("show", "lack", "fail") and lesson.waits_for:
            if act == "show":
                told[lesson.waits_for] += 1
                sounds = lesson.sounds
                lesson.show()
                assert lesson.sounds == sounds + 1
            elif act == "lack":
                lesson.lack()
            else:
                lesson.device.fail("camera_lost")
                lesson.listen()
        elif act in ("describe", "ask", "read", "find") and isinstance(lesson.open, (AwaitSample, Say)):
            lesson.press(act)
            if act == "read" and isinstance(lesson.open, DropSample):
                told[lesson.open.letter] -= 1
                lesson.drop()
        assert not lesson.device.faults
        assert +card.samples == +told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_said(language: str) -> None:
    phrases = Phrases.of(language)
    lesson = Lesson(Card())
    lesson.show()
    for key in ("ask", "read", "read", "find", "describe", "describe", "describe"):
        lesson.press(key)
        lesson.listen()
    keys = ("letters_unsteady", "letters_let_go", "letters_no_hand", "letters_left", "letters_all")
    ends = ("letters_read", "letters_corrected", "letters_done", "letters_none_shown", "letters_forgotten")
    own = Lesson(Card(А=2), badly="А")
    own.show()
    sure = Say("letters_forget_sure", {"letters": "А, Б"})
    for say in (*lesson.heard, *own.heard, *map(Say, keys), *map(Say, ends), sure):
        assert phrases.render(say.key, say.args)
    assert "А" in phrases.render("letters_show", {"letter": "А"})
    mark = {"en": "experimental", "ru": "пробная"}[language]
    begun = [say for say in lesson.heard if say.key == "letters_begin"]
    assert len(begun) == 1 and mark in phrases.render("letters_begin", {})
