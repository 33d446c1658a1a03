"""Letters shown to the camera: hands that do what they are told, the real file, the real thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue
from typing import Any

import numpy as np
import pytest
from chestnut.core.effects import AwaitSample, DropSample, ForgetLetters, ListLetters
from chestnut.core.events import EffectFailed, Event, LetterSampled, LettersListed
from chestnut.core.scene import Box, Frame, Hand
from chestnut.core.session import LANGUAGES, SIGNS, Session
from chestnut.locale import Phrases
from chestnut.runtime.answering import CannotDo
from chestnut.runtime.assemble.signs import open_letter
from chestnut.runtime.letter_lesson import LetterLesson
from chestnut.runtime.showing import PATIENCE_S
from chestnut.runtime.signing import Reads, Signing
from chestnut.signs.letter_book import LetterBook, default_path
from chestnut.signs.letters import Letters
from chestnut_tests.shown_letters import SHOWN
from chestnut_tests.signing_hands import RATE_HZ

WAIT_S = 60.0
HEIGHT, WIDTH = 48, 64
PIXELS = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
SHAPES = {"А": "A", "В": "B", "С": "C"}  # Russian letters that are shown nearly as American ones


def hand(letter: str, seed: int) -> Hand:
    random = np.random.default_rng(seed)
    points = (np.array(SHOWN[SHAPES[letter]]) / 100 + random.normal(0, 0.01, (21, 2))) * 0.15
    points = (points + np.array((0.6, 0.7))) / np.array((WIDTH / HEIGHT, 1.0))
    return Hand(0.9, "right", Box(0.3, 0.3, 0.6, 0.7), tuple((float(x), float(y), 0.0) for x, y in points))


class Stage:
    """Camera, hands and clock in one: each frame shows what `shown` says at that moment. Time goes on with frames."""

    def __init__(self) -> None:
        self.shown: Callable[[int], str] = lambda number: ""
        self.number = 0
        self.lost = False
        self.looked, self.films = threading.Event(), threading.Event()
        self.films.set()
        self.opened = self.closed = 0
        self.lack = ""
        self._waited_s = 0.0

    # the clock
    def now(self) -> float:
        return self._waited_s + self.number / RATE_HZ

    def time_of_day(self) -> str:
        return "12:00"

    # the camera
    def newest(self) -> Frame | None:
        return None if self.lost else Frame(self.number, self.now(), PIXELS)

    def next(self, after: int, timeout_s: float) -> Frame | None:
        self.looked.set()
        assert self.films.wait(WAIT_S)
        if self.lost:
            self._waited_s += PATIENCE_S / 4
            return None
        self.number += 1
        return Frame(self.number, self.now(), PIXELS)

    # the detector
    def see(self, frame: Frame) -> tuple[Hand, ...]:
        letter = self.shown(frame.number)
        return (hand(letter, frame.number),) if letter else ()

    def close(self) -> None:
        self.closed += 1

    def open(self) -> Stage:
        if self.lack:
            raise CannotDo(self.lack)
        self.opened += 1
        return self


class Desk:
    def __init__(self, path: Path, alphabet: str = "rsl") -> None:
        self.stage, self.posted = Stage(), Queue[Event]()
        self.book = LetterBook(path, alphabet)
        stage: Any = self.stage
        self.lesson = LetterLesson(stage, stage.open, self.book, self.posted.put, stage)
        self._job = 0

    def ask(self, effect: Any) -> int:
        self._job += 1
        self.lesson.follow(True)
        self.lesson.perform(self._job, effect)
        return self._job

    def answer(self, effect: Any) -> Any:
        job = self.ask(effect)
        event = self.posted.get(timeout=WAIT_S)
        assert getattr(event, "job", None) == job
        return event

    def show(self, letter: str, count: int = 1, called: str = "") -> None:
        """Held for 1.2 s and away for 0.6 s, over and over. called: the letter it is shown for, itself by default."""
        begun, shown, gone = self.stage.number, round(1.2 * RATE_HZ), round(0.6 * RATE_HZ)
        self.stage.shown = lambda number: letter if (number - begun) % (shown + gone) > gone else ""
        for _ in range(count):
            self.answer(AwaitSample(called or letter))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "letters.json")
    yield made
    made.lesson.close()


def test_what_is_held_is_on_the_card_before_it_is_told(desk: Desk) -> None:
    desk.stage.shown = lambda number: "А"
    assert desk.answer(AwaitSample("А")) == LetterSampled(at=desk.stage.now(), job=1, samples=1)
    assert len(desk.book.samples()["А"]) == 1
    listed = desk.answer(ListLetters())
    assert isinstance(listed, LettersListed) and listed.letters[:2] == (("А", 1), ("Б", 0))
    assert (listed.wanted, listed.badly) == (3, ())


def test_a_hand_that_stays_counts_once_and_is_asked_to_let_go(desk: Desk) -> None:
    desk.stage.shown = lambda number: "А"
    desk.answer(AwaitSample("А"))
    assert desk.answer(AwaitSample("А")).lack == "letters_let_go"
    assert len(desk.book.samples()["А"]) == 1


def test_the_hand_of_the_letter_before_is_not_taken_for_the_next_one(desk: Desk) -> None:
    desk.stage.shown = lambda number: "А"
    desk.answer(AwaitSample("А"))
    desk.stage.number += 60  # the next letter is told
    assert desk.answer(AwaitSample("В")).lack == "letters_let_go"
    desk.stage.shown = lambda number: "В"
    assert desk.answer(AwaitSample("В")).samples == 1
    assert {letter: len(each) for letter, each in desk.book.samples().items()} == {"А": 1, "В": 1}


def test_what_is_wrong_is_told_after_a_while(desk: Desk) -> None:
    assert desk.answer(AwaitSample("А")).lack == "letters_no_hand"
    desk.stage.shown = lambda number: "АВ"[number // 4 % 2]
    assert desk.answer(AwaitSample("А")).lack == "letters_unsteady"
    desk.stage.lost = True
    failed = desk.answer(AwaitSample("А"))
    assert isinstance(failed, EffectFailed) and failed.reason == "camera_lost"
    assert not desk.book.path.exists()


def test_the_newest_sample_is_taken_back(desk: Desk) -> None:
    desk.show("А", 2)
    before = desk.book.samples()["А"]
    assert desk.answer(DropSample("А")).samples == 1
    np.testing.assert_array_equal(desk.book.samples()["А"][0], before[0])
    assert desk.answer(DropSample("А")).samples == 0
    assert desk.answer(DropSample("А")).samples == 0


def test_all_that_was_shown_is_forgotten(desk: Desk) -> None:
    for letter in SHAPES:
        desk.show(letter)
    listed = desk.answer(ForgetLetters())
    assert isinstance(listed, LettersListed) and not any(count for _, count in listed.letters)
    assert not desk.book.samples()
    assert not any(count for _, count in desk.answer(ForgetLetters()).letters)


def test_who_cancels_is_not_answered_and_nothing_is_kept(desk: Desk) -> None:
    desk.stage.films.clear()
    job = desk.ask(AwaitSample("А"))
    assert desk.stage.looked.wait(WAIT_S)
    desk.lesson.cancel(job)
    desk.stage.films.set()
    assert isinstance(desk.answer(ListLetters()), LettersListed)  # the first answer that comes
    assert not desk.book.path.exists()


def test_the_detector_is_opened_for_the_first_letter_and_closed_with_the_lesson(desk: Desk) -> None:
    desk.answer(ListLetters())
    assert not desk.stage.opened
    desk.show("А", 2)
    assert (desk.stage.opened, desk.stage.closed) == (1, 0)
    desk.lesson.follow(False)
    desk.answer(ListLetters())  # after what was begun before
    assert desk.stage.closed == 1
    desk.show("А")
    desk.lesson.close()
    desk.lesson.close()
    assert (desk.stage.opened, desk.stage.closed) == (2, 2)


def test_what_cannot_be_opened_or_written_is_told(desk: Desk) -> None:
    desk.stage.lack = "model_missing"
    failed = desk.answer(AwaitSample("А"))
    assert isinstance(failed, EffectFailed) and failed.reason == "model_missing"
    desk.stage.lack = ""
    desk.book.path.write_text("{", encoding="utf-8")
    desk.stage.shown = lambda number: "А"
    failed = desk.answer(AwaitSample("А"))
    assert isinstance(failed, EffectFailed) and failed.reason == "signs_samples_bad"
    assert desk.book.path.read_text(encoding="utf-8") == "{"


def test_letters_that_were_shown_are_read_by_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    desk = Desk(default_path("rsl"))
    try:
        assert open_letter("rsl") == (None, "signs_uncalibrated")
        for letter in SHAPES:
            desk.show(letter, 3)
        read, lack = open_letter("rsl")
        assert read is not None and lack == ""
        told = [read(hand(letter, 999), WIDTH / HEIGHT)[0] for letter in SHAPES]
        assert told == list(SHAPES)
    finally:
        desk.lesson.close()


def test_american_letters_are_asked_for_with_those_that_are_read_badly_first(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "letters.json", "asl")
    try:
        listed = desk.answer(ListLetters())
    finally:
        desk.lesson.close()
    assert [letter for letter, _ in listed.letters][: len(listed.badly)] == list(listed.badly)
    assert listed.badly[:2] == ("M", "N")
    assert {letter for letter, _ in listed.letters} == set(Letters.load().alphabet)


def test_american_letters_are_read_as_they_were_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who shows a B where others show an A, and the other way round."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    aspect = WIDTH / HEIGHT

    def told() -> list[str | None]:
        read, lack = open_letter("asl")
        assert read is not None and lack == ""
        return [read(hand(letter, 999), aspect)[0] for letter in SHAPES]

    usual = told()
    assert usual == list(SHAPES.values())
    desk = Desk(default_path("asl"), "asl")
    try:
        for letter, shown in (("A", "В"), ("B", "А")):
            desk.show(shown, 3, letter)
        assert told() == ["B", "A", "C"]
        desk.answer(ForgetLetters())
        assert told() == usual
    finally:
        desk.lesson.close()


def test_american_letters_are_read_as_anybodys_where_the_samples_are_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    default_path("asl").parent.mkdir()
    default_path("asl").write_text("{", encoding="utf-8")
    read, doubt = open_letter("asl")
    assert read is not None and doubt == "signs_own_bad"
    assert [read(hand(letter, 999), WIDTH / HEIGHT)[0] for letter in SHAPES] == list(SHAPES.values())
    for language in LANGUAGES:
        assert Phrases.of(language).render(doubt, {})


def test_while_letters_are_shown_signs_rest_and_afterwards_they_are_opened_anew() -> None:
    stage: Any = Stage()
    posted, opened = Queue[Event](), Queue[int]()

    def open_reads() -> Reads:
        opened.put(1)
        return Reads(stage)

    signing = Signing(stage, open_reads, posted.put, stage)
    session = Session(mode=SIGNS)
    try:
        signing.follow(session, False)
        opened.get(timeout=WAIT_S)
        signing.follow(session, False, True)
        signing.follow(session, False, True)
        signing.follow(session, False)
        opened.get(timeout=WAIT_S)
    finally:
        signing.close()
    assert opened.empty()


def test_two_programs_lose_none_of_each_others_samples(tmp_path: Path) -> None:
    path, count = tmp_path / "letters.json", 5
    shape = np.array(SHOWN["A"], dtype=np.float64)

    def add(letter: str) -> None:
        for _ in range(count):
            LetterBook(path, "rsl").add(letter, shape)

    threads = [threading.Thread(target=add, args=(letter,)) for letter in "АБ"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    assert {letter: len(each) for letter, each in LetterBook(path, "rsl").samples().items()} == {
        "А": count,
        "Б": count,
    }
