"""Teaching a sign by keys: what counts, what a key does, what is kept; the vocabulary, and forgetting."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from chestnut.core.effects import (
    AwaitTake,
    Buzz,
    Chime,
    Effect,
    ForgetSign,
    Haptic,
    ListSigns,
    ListVocabulary,
    Say,
    Sound,
    TeachSign,
)
from chestnut.core.events import (
    Answer,
    MemoryChanged,
    ReminderDue,
    SignShown,
    SignsListed,
    SignTaught,
    SkinMeasured,
    VocabularyListed,
)
from chestnut.core.reminders import Kind, When
from chestnut.core.session import LANGUAGES, SIGNS, Session
from chestnut.locale import Phrases
from chestnut.locale.signs import signs_to_teach
from chestnut.skills.choose import NAMES
from chestnut.skills.teach_sign import MOST_IDLE, MOST_SHOWN
from chestnut_tests.drive import Driver
from hypothesis import example, given, settings
from hypothesis import strategies as st

LEAST, MOST = 3, 5
UNLIKE, NOTHING = "sign_take_unlike", "sign_take_no_hands"


def device_at(entry: str, session: Session | None = None) -> Driver:
    device = Driver(session)
    device.double("ask")
    for _ in range(NAMES.index(entry)):
        device.press("ask", after_s=0.5)
    device.press("describe", after_s=0.6)
    return device


def answer(device: Driver, event: type[Answer], **values: object) -> None:
    job = device.open_job() or 0
    device.answer(event(at=device.now, job=job, **values), job)  # type: ignore[arg-type]


class Lesson:
    """The device from the menu's entry on. A take is a word: takes of the same word are one sign."""

    def __init__(
        self,
        known: Sequence[str] = (),
        new: Sequence[str] = ("tea",),
        steps: int = 0,
        session: Session | None = None,
    ) -> None:
        """steps: so often the ring goes on to another name."""
        self.device = device_at("teach_sign", session)
        assert self.open == ListSigns()
        answer(self.device, SignsListed, known=tuple(known), new=tuple(new))
        self.offered = [self.open]
        for _ in range(steps):
            self.press("ask")
            self.offered.append(self.open)
        self.press("describe")
        self.begun = self.open
        self.shown: dict[int, str] = {}
        self.device.listen()
        self.began = len(self.device.effects)

    @property
    def open(self) -> Effect | None:
        return self.device.open_effect()

    @property
    def remarks(self) -> list[Say]:
        """All that was said since it began."""
        return [effect for effect in self.device.effects[self.began :] if isinstance(effect, Say)]

    @property
    def waits(self) -> AwaitTake | None:
        return effect if isinstance(effect := self.open, AwaitTake) else None

    @property
    def sounds(self) -> int:
        return self.device.effects.count(Chime(Sound.DONE))

    @property
    def teaches(self) -> list[TeachSign]:
        return [effect for effect in self.device.effects if isinstance(effect, TeachSign)]

    def press(self, key: str) -> None:
        self.device.press(key, after_s=0.6)

    def show(self, word: str = "a") -> tuple[int, ...]:
        """Which takes agree by now: as many as possible of one word, the first shown of two as many."""
        waits = self.waits
        assert waits is not None
        number = len(self.shown) + 1
        self.shown[number] = word
        takes = [*waits.earlier, number]
        words = [self.shown[take] for take in takes]
        best = max(dict.fromkeys(words), key=words.count)
        agreeing = tuple(take for take in takes if self.shown[take] == best)
        lack = "" if number in agreeing else UNLIKE
        answer(self.device, SignShown, take=number, agreeing=agreeing, lack=lack)
        return agreeing

    def lack(self, phrase: str = NOTHING, *, moved: bool = False) -> None:
        assert self.waits is not None
        answer(self.device, SignShown, lack=phrase, moved=moved)

    def heard(self) -> list[str]:
        """The keys of all that is said until it is over."""
        keys = []
        for effect in self.device.listen():
            assert isinstance(effect, Say)
            told = effect.args.get("sentences", [[effect.key, {}]])
            keys += [key for key, _ in told]
        return keys


def test_the_name_is_chosen_new_ones_first_and_known_ones_are_told_as_such() -> None:
    lesson = Lesson(known=["water"], new=["tea", "bread"], steps=2)
    assert lesson.offered == [
        Say("sign_name", {"name": "tea"}),
        Say("sign_name", {"name": "bread"}),
        Say("sign_more", {"name": "water"}),
    ]
    assert lesson.begun == Say("sign_begin_more", {"name": "water"})
    assert lesson.waits == AwaitTake("water")


def test_three_takes_with_a_sound_a_pulse_and_a_number_each_and_the_dome_keeps_them() -> None:
    lesson = Lesson()
    assert lesson.begun == Say("sign_begin", {"name": "tea"})
    before = lesson.device.effects.count(Buzz(Haptic.PRESSED))
    for count in range(1, LEAST + 1):
        lesson.show()
        assert lesson.sounds == count
        assert lesson.device.effects.count(Buzz(Haptic.PRESSED)) == before + count
    assert lesson.remarks == [
        Say("sign_count", {"number": 1}),
        Say("sign_count", {"number": 2}),
        Say("sign_enough"),
    ]
    assert not lesson.teaches, "two more make it surer"
    lesson.press("describe")
    assert lesson.teaches == [TeachSign("tea", (1, 2, 3))]
    answer(lesson.device, SignTaught)
    assert lesson.heard() == ["sign_taught", "signs_off"]
    assert Buzz(Haptic.DONE) in lesson.device.effects


def test_five_takes_end_it() -> None:
    lesson = Lesson()
    for _ in range(MOST):
        lesson.show()
    assert lesson.teaches == [TeachSign("tea", (1, 2, 3, 4, 5))]


def test_silence_after_three_takes_keeps_them() -> None:
    lesson = Lesson()
    for _ in range(LEAST):
        lesson.show()
    lesson.lack("sign_take_long", moved=True)
    assert not lesson.teaches, "somebody goes on"
    lesson.lack()
    assert lesson.teaches == [TeachSign("tea", (1, 2, 3))]


@pytest.mark.parametrize("doubt", ["sign_alike", "sign_ordinary", "sign_differs"])
def test_what_will_often_not_be_told_is_told_at_once(doubt: str) -> None:
    lesson = Lesson(session=Session(mode=SIGNS))
    for _ in range(MOST):
        lesson.show()
    answer(lesson.device, SignTaught, doubt=doubt, other="milk")
    assert lesson.heard() == ["sign_taught", doubt]


def test_a_take_that_is_unlike_the_others_does_not_count_but_may_win_in_the_end() -> None:
    lesson = Lesson()
    lesson.show("return")
    lesson.show("tea")
    assert lesson.remarks[-1] == Say(UNLIKE) and lesson.sounds == 1
    assert lesson.waits == AwaitTake("tea", (1, 2)), "the next one tells which was it"
    assert lesson.show("tea") == (2, 3)
    assert lesson.remarks[-1] == Say("sign_count", {"number": 2}) and lesson.sounds == 2
    lesson.show("tea")
    lesson.press("describe")
    assert lesson.teaches == [TeachSign("tea", (2, 3, 4))]


def test_the_three_bars_take_back_the_last_that_counted() -> None:
    lesson = Lesson()
    lesson.press("read")
    assert lesson.remarks[-1] == Say("letters_none_back")
    lesson.show(), lesson.show(), lesson.show("other")
    lesson.press("read")
    assert lesson.remarks[-1] == Say("sign_taken_back", {"number": 1})
    assert lesson.waits == AwaitTake("tea", (1, 3))
    lesson.press("read")
    assert lesson.waits == AwaitTake("tea", (3,))
    lesson.show("other")
    assert lesson.remarks[-1] == Say("sign_count", {"number": 2})


def test_the_ring_tells_how_far_it_is_and_the_dome_that_it_is_too_early() -> None:
    lesson = Lesson()
    lesson.show()
    lesson.press("ask")
    assert lesson.remarks[-1] == Say("sign_again", {"name": "tea", "number": 1})
    lesson.press("describe")
    assert lesson.remarks[-1] == Say("sign_too_few", {"number": 1}) and not lesson.teaches
    lesson.press("find")
    assert lesson.remarks[-1] == Say("sign_help")
    assert lesson.waits == AwaitTake("tea", (1,))


def test_a_key_need_not_wait_for_the_instructions() -> None:
    device = device_at("teach_sign")
    answer(device, SignsListed, new=("tea",))
    device.press("describe", after_s=0.6)
    assert device.open_effect() == Say("sign_begin", {"name": "tea"})
    device.press("ask", after_s=0.6)
    assert AwaitTake("tea") in device.open.values()


def test_who_shows_nothing_is_told_what_to_change_and_then_left_in_peace() -> None:
    lesson = Lesson()
    lesson.show()
    for _ in range(MOST_IDLE - 1):
        lesson.lack()
        assert lesson.remarks[-1] == Say(NOTHING)
    lesson.lack("sign_take_unrested", moved=True)
    for _ in range(MOST_IDLE):
        lesson.lack()
    assert lesson.heard() == ["sign_failed"] and not lesson.teaches
    assert Buzz(Haptic.FAILED) in lesson.device.effects


def test_takes_that_never_agree_end_it_too() -> None:
    lesson = Lesson()
    for number in range(MOST_SHOWN):
        lesson.show(str(number))
    assert lesson.heard() == ["sign_failed"] and not lesson.teaches


def test_nobody_chooses_a_name() -> None:
    device = device_at("teach_sign")
    answer(device, SignsListed, new=("tea",))
    device.spoken()
    device.deadline(8.0)
    device.spoken()
    device.deadline(8.0)
    assert device.open_effect() == Say("teach_left")


def test_too_hot_it_looks_at_nothing_and_tells_why() -> None:
    device = device_at("teach_sign")
    answer(device, SignsListed, new=("tea",))
    device.press("describe", after_s=0.6)
    device.handle(SkinMeasured(at=device.now, celsius=44.0))
    told = [effect.key for effect in device.listen() if isinstance(effect, Say)]
    assert told == ["skin_hot"] and not device.conductor.takes_hands
    device.double("ask")
    for _ in range(NAMES.index("teach_sign")):
        device.press("ask", after_s=0.5)
    device.press("describe", after_s=0.6)
    answer(device, SignsListed, new=("tea",))
    device.press("describe", after_s=0.6)
    assert device.listen()[-1] == Say("too_hot")
    assert not any(isinstance(effect, AwaitTake) for effect in device.effects)


@pytest.mark.parametrize("reason", ["camera_lost", "model_missing", "signs_file_unread"])
def test_what_cannot_be_done_is_told_with_its_remedy(reason: str) -> None:
    lesson = Lesson()
    lesson.show()
    lesson.device.fail(reason)
    assert lesson.heard() == [reason] and not lesson.teaches


def test_a_reminder_waits_and_signs_are_not_read_meanwhile() -> None:
    lesson = Lesson(session=Session(mode=SIGNS))
    assert lesson.device.conductor.takes_hands
    when = When(0, 0, 23, 11, "08:00")
    due = ReminderDue(at=lesson.device.now, reminder=1, due=1e9, kind=Kind.MEDICINE, words="pills", when=when)
    lesson.device.handle(due)
    assert lesson.waits is not None
    for _ in range(MOST):
        lesson.show()
    answer(lesson.device, SignTaught)
    assert lesson.device.open_effect() != Say("reminder")
    lesson.device.spoken()
    assert not lesson.device.conductor.takes_hands and lesson.device.conductor.busy


ACTS = ("show a", "show a", "show a", "show b", "lack", "long", "describe", "ask", "read", "find", "stop")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(ACTS), max_size=30))
@example(["show a"] * 5)
@example(["show b", "show a", "show a", "read", "show a", "show a", "describe"])
@example(["show a"] * 3 + ["stop"])
def test_whatever_is_pressed_only_takes_that_agree_and_stand_are_kept(acts: list[str]) -> None:
    lesson = Lesson()
    standing: list[int] = []
    good: tuple[int, ...] = ()
    for act in acts:
        if lesson.waits is None:
            break
        assert lesson.waits.earlier == tuple(standing)
        sounds, taught = lesson.sounds, len(lesson.teaches)
        if act.startswith("show"):
            good = lesson.show(act[-1])
            standing.append(len(lesson.shown))
            assert lesson.sounds == sounds + (standing[-1] in good)
        elif act == "lack":
            lesson.lack()
        elif act == "long":
            lesson.lack("sign_take_long", moved=True)
        elif act == "stop":
            lesson.device.down("stop")
            assert not lesson.device.open and not lesson.device.conductor.busy
            assert len(lesson.teaches) == taught, "a stop keeps nothing"
            lesson.device.edge("stop", "up")
            break
        else:
            lesson.press(act)
            if act == "read" and good:
                standing.remove(max(good))
                good = tuple(take for take in good if take != max(good))
        assert not lesson.device.faults
    for teach in lesson.teaches:
        words = {lesson.shown[take] for take in teach.takes}
        assert len(words) == 1 and LEAST <= len(teach.takes) <= MOST
        assert set(teach.takes) == set(good) and set(teach.takes) <= set(standing)


# --- forgetting, and the vocabulary -------------------------------------------------------------------------


def forgetting(*known: str) -> Driver:
    device = device_at("forget_sign")
    answer(device, SignsListed, known=known, new=("tea",))
    return device


def test_a_sign_is_forgotten_after_it_was_asked_once_more() -> None:
    device = forgetting("water", "bread")
    assert device.open_effect() == Say("sign_forget", {"name": "water"})
    device.press("ask", after_s=0.6)
    device.press("describe", after_s=0.6)
    assert device.open_effect() == Say("sign_forget_sure", {"name": "bread"})
    device.press("describe", after_s=0.6)
    assert device.open_effect() == ForgetSign("bread")
    answer(device, MemoryChanged, rows=1)
    assert device.listen() == [Say("sign_forgotten", {"name": "bread"})]


@pytest.mark.parametrize("key", ["ask", "read", "find"])
def test_any_other_key_keeps_it(key: str) -> None:
    device = forgetting("water")
    device.press("describe", after_s=0.6)
    device.press(key, after_s=0.6)
    assert device.listen() == [Say("taught_kept")]
    assert not any(isinstance(effect, ForgetSign) for effect in device.effects)


def test_there_is_nothing_to_forget() -> None:
    assert forgetting().listen() == [Say("sign_none")]


def told_of(session: Session | None = None, **listed: object) -> list[tuple[str, dict[str, object]]]:
    device = device_at("vocabulary", session)
    assert device.open_effect() == ListVocabulary()
    answer(device, VocabularyListed, **listed)
    (said,) = device.listen()
    assert isinstance(said, Say)
    return [(key, args) for key, args in said.args["sentences"]]


def test_the_vocabulary_tells_signs_and_letters() -> None:
    assert told_of(signs=("tea", "вода"), unsure=("tea",), letters=("A", "B"), drawn=("J",)) == [
        ("vocabulary_signs", {"names": "tea, вода"}),
        ("vocabulary_unsure", {"names": "tea"}),
        ("vocabulary_letters", {"letters": "A, B"}),
        ("vocabulary_drawn", {"letters": "J"}),
        ("signs_off", {}),
    ]


def test_what_is_not_read_is_not_told_as_read() -> None:
    signing = Session(mode=SIGNS)
    assert told_of(signing, alphabet="rsl", letters=("А", "Б")) == [
        ("sign_none", {}),
        ("vocabulary_shown_letters", {"letters": "А, Б"}),
    ]
    assert told_of(signing, alphabet="rsl", lack="signs_uncalibrated") == [
        ("sign_none", {}),
        ("signs_uncalibrated", {}),
    ]


# --- words --------------------------------------------------------------------------------------------------


def test_names_of_the_settings_come_first_and_what_is_known_in_any_language_is_left_out() -> None:
    english = signs_to_teach("en", ("Bingo", "Water"), ("чай", "Bread"))
    assert english[:2] == ("Bingo", "Water")
    assert "yes" in english and not {"tea", "bread", "water"} & set(english)
    russian = signs_to_teach("ru", (), ("tea",))
    assert "вода" in russian and "чай" not in russian
    assert signs_to_teach("ru", ("Лото",), ("лото",))[0] == "да"


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_about_thirty_names_that_can_be_said_and_kept(language: str) -> None:
    names = signs_to_teach(language, (), ())
    assert 30 <= len(names) == len(set(names)) <= 40
    assert all(0 < len(name) <= 40 and name.isprintable() for name in names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_said(language: str) -> None:
    phrases = Phrases.of(language)
    name, number = {"name": "tea", "other": "milk"}, {"number": 4}
    for key in (
        *("sign_name", "sign_more", "sign_begin", "sign_begin_more", "sign_again", "sign_forget_sure"),
        *("sign_count", "sign_enough", "sign_too_few", "sign_taken_back", "sign_help", "sign_failed"),
        *("sign_take_none", "sign_take_no_hands", "sign_take_long", "sign_take_unrested", "sign_take_still"),
        *("sign_take_hands", "sign_take_unlike", "sign_take_lost", "sign_take_other", "teach_other"),
        *("signs_file_unread", "signs_file_unchanged"),
    ):
        assert phrases.render(key, {**name, **number}).strip()
    assert "tea" in phrases.render("sign_begin", name).casefold()
    assert "4" in phrases.render("sign_count", number)
    told = phrases.render("recall", {"sentences": [["sign_taught", name], ["sign_alike", name]]})
    assert "tea" in told and "milk" in told
