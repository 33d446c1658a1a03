"""Signs taught before the camera: drawn hands in place of the detector, the real file, the real thread."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import Queue
from typing import Any

import numpy as np
import pytest
from chestnut.core.effects import AwaitTake, ForgetSign, ListSigns, ListVocabulary, TeachSign
from chestnut.core.events import (
    EffectFailed,
    Event,
    MemoryChanged,
    SignShown,
    SignsListed,
    SignTaught,
    VocabularyListed,
)
from chestnut.core.scene import Face, Frame, Hand
from chestnut.runtime.answering import CannotDo
from chestnut.runtime.assemble.signs import open_sign_lesson, open_signs, read_letters
from chestnut.runtime.showing import PATIENCE_S
from chestnut.runtime.sign_lesson import Alphabet, SignLesson
from chestnut.runtime.signing import Reads, SignsMissing
from chestnut.signs.book import Book, TaughtSign
from chestnut.signs.lesson import Cutter
from chestnut.signs.letter_book import LetterBook, default_path
from chestnut.signs.taught import Recogniser
from chestnut_tests.recorded_signs import ASPECT, box_of
from chestnut_tests.shown_letters import SHOWN
from chestnut_tests.shown_signs import (
    MIDDLE,
    RATE_HZ,
    Shown,
    made,
    one_handed,
    rest,
    still,
    two_handed,
    waved,
)
from chestnut_tests.signed import FACE, Sign

WAIT_S = 60.0
HEIGHT = 48
PIXELS = np.zeros((HEIGHT, round(HEIGHT * ASPECT), 3), np.uint8)
DAY = "2026-11-23"
TEA, MILK, HUG = one_handed(1), one_handed(3), two_handed(0)
LETTERS = Alphabet("asl", ("A", "B"), ("J", "Z"))


class Stage:
    """Camera, clock, hands and face in one: with each frame the next of `shown`, then nothing. Time goes on with
    frames."""

    def __init__(self) -> None:
        self.shown: list[Shown] = []
        self.number = 0
        self.lost = False
        self.face: tuple[float, float, float] | None = (*MIDDLE, FACE[2])
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

    def pause(self, seconds: float) -> None:
        """Nobody looks."""
        self._waited_s += seconds

    # the detectors
    def see(self, frame: Frame) -> tuple[Hand, ...]:
        return self.shown.pop(0) if self.shown else ()

    def close(self) -> None:
        self.closed += 1

    def open(self) -> Reads:
        if self.lack:
            raise CannotDo(self.lack)
        self.opened += 1
        return Reads(self, faces=_Faces(self))


class _Faces:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def see(self, frame: Frame) -> tuple[Face, ...]:
        face = self._stage.face
        return () if face is None else (Face(0.9, box_of(face)),)

    def close(self) -> None: ...


class Desk:
    def __init__(self, path: Path, names: Sequence[str] = ()) -> None:
        self.stage, self.posted = Stage(), Queue[Event]()
        self.book = Book(path)
        stage: Any = self.stage
        self.lesson = SignLesson(
            stage, stage.open, self.book, names, lambda: LETTERS, lambda: DAY, self.posted.put, stage
        )
        self.random = np.random.default_rng(0)
        self._job = 0

    def ask(self, effect: Any) -> int:
        self._job += 1
        self.lesson.follow(True)
        self.lesson.perform(self._job, effect, "en")
        return self._job

    def answer(self, effect: Any) -> Any:
        job = self.ask(effect)
        event = self.posted.get(timeout=WAIT_S)
        assert getattr(event, "job", None) == job
        return event

    def show(self, sign: Sign | list[Shown], earlier: Sequence[int] = (), name: str = "tea") -> SignShown:
        self.stage.shown = made(sign, self.random) if isinstance(sign, Sign) else sign
        shown = self.answer(AwaitTake(name, tuple(earlier)))
        assert isinstance(shown, SignShown), shown
        return shown

    def teach(self, sign: Sign, name: str = "tea", count: int = 3) -> SignTaught:
        takes: list[int] = []
        for _ in range(count):
            shown = self.show(sign, takes, name)
            assert not shown.lack
            takes.append(shown.take)
        taught = self.answer(TeachSign(name, tuple(takes)))
        assert isinstance(taught, SignTaught), taught
        return taught

    def known(self) -> dict[str, TaughtSign]:
        return {sign.name: sign for sign in self.book.signs()}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "signs.json")
    yield made
    made.lesson.close()


def test_three_takes_that_agree_are_a_sign_that_is_known_again(desk: Desk) -> None:
    assert desk.show(TEA) == SignShown(at=desk.stage.now(), job=1, take=1, agreeing=(1,))
    assert desk.show(TEA, (1,)).agreeing == (1, 2)
    assert desk.show(TEA, (1, 2)).agreeing == (1, 2, 3)
    assert not desk.book.path.exists(), "nothing is kept before enough agree"
    assert desk.answer(TeachSign("tea", (1, 2, 3))) == SignTaught(at=desk.stage.now(), job=4)
    (sign,) = desk.book.signs()
    assert (sign.name, sign.taught, len(sign.takes)) == ("tea", DAY, 3)
    assert all(take.place is not None for take in sign.takes), "beside the face"
    cutter, told = Cutter(), []
    for number, hands in enumerate(made(TEA, np.random.default_rng(9))):
        told.append(cutter.feed(number / RATE_HZ, hands, ASPECT, box_of((*MIDDLE, FACE[2]))))
    (again,) = (one for one in told if one is not None)
    verdict = Recogniser({sign.name: sign.takes}).of(again.made.take)  # type: ignore[union-attr]
    assert verdict is not None and verdict.name == "tea"


def test_two_hands_are_taught_and_a_face_is_not_needed(desk: Desk) -> None:
    desk.stage.face = None
    desk.teach(HUG, "hug")
    (sign,) = desk.book.signs()
    assert all(take.hands == (True, True) and take.place is None for take in sign.takes)


def test_another_sign_among_the_takes_is_told_and_does_not_count(desk: Desk) -> None:
    desk.show(TEA)
    other = desk.show(MILK, (1,))
    assert (other.take, other.agreeing, other.lack) == (2, (1,), "sign_take_unlike")
    assert desk.show(HUG, (1, 2)).lack == "sign_take_hands"
    assert desk.show(MILK, (1, 2)).agreeing == (2, 4), "the larger group is the sign"
    assert desk.show(MILK, (1, 2, 4)).agreeing == (2, 4, 5)
    failed = desk.answer(TeachSign("milk", (1, 2, 4)))
    assert isinstance(failed, EffectFailed) and failed.reason == "sign_failed"
    assert not desk.book.path.exists()


def test_hands_that_come_to_rest_in_view_are_no_take_beside_those_that_move(desk: Desk) -> None:
    lying = [*rest(), *still(1.0), *rest()]
    assert desk.show(lying).agreeing == (1,), "a held hand may be the sign"
    assert desk.show([*lying, *made(TEA, desk.random)], (1,)).agreeing == (2,)
    assert desk.show([*lying, *made(TEA, desk.random)], (1, 2)).agreeing == (2, 3)
    still_lying = desk.show(lying, (1, 2, 3))
    assert (still_lying.take, still_lying.lack, still_lying.moved) == (0, "sign_take_still", False)


def test_what_is_no_take_is_told(desk: Desk) -> None:
    assert desk.show([]).lack == "sign_take_no_hands"
    desk.stage.pause(2.0)
    lying = desk.show(still(2 * PATIENCE_S))
    assert (lying.lack, lying.moved, lying.take) == ("sign_take_none", False, 0)
    desk.stage.pause(2.0)
    long = desk.show([*rest(), *waved(8.0)])
    assert (long.lack, long.moved) == ("sign_take_long", True)
    desk.stage.pause(2.0)
    assert desk.show([*waved(3.0), *rest()]).lack == "sign_take_unrested"
    desk.stage.pause(2.0)
    assert desk.show(waved(60.0)).lack == "sign_take_unrested"
    assert desk.show(waved(60.0)).lack == "sign_take_unrested", "it still moves"


def test_a_sign_that_is_made_when_the_patience_ends_is_seen_to_its_end(desk: Desk) -> None:
    late = [*rest(PATIENCE_S - 1.2), *made(TEA, desk.random)]
    assert desk.show(late).take == 1


def test_takes_that_were_taken_back_are_not_compared_nor_kept(desk: Desk) -> None:
    desk.show(MILK)
    assert desk.show(TEA).agreeing == (2,), "a new lesson, as it were"
    desk.show(TEA, (2,)), desk.show(TEA, (2, 3))
    failed = desk.answer(TeachSign("tea", (2, 3, 1)))
    assert isinstance(failed, EffectFailed) and failed.reason == "sign_failed"
    desk.answer(TeachSign("tea", (2, 3, 4)))
    assert len(desk.known()["tea"].takes) == 3


def test_takes_are_added_to_a_sign_that_is_known_and_another_one_is_refused(desk: Desk) -> None:
    desk.teach(TEA)
    wrong = desk.show(MILK)
    assert (wrong.agreeing, wrong.lack) == ((), "sign_take_other")
    before = desk.book.path.read_bytes()
    for number in range(2):
        assert desk.show(MILK, range(4, 5 + number)).agreeing == ()
    failed = desk.answer(TeachSign("tea", (4, 5, 6)))
    assert isinstance(failed, EffectFailed) and failed.reason == "teach_other"
    assert desk.book.path.read_bytes() == before
    desk.teach(TEA, "TEA")
    assert {name: len(sign.takes) for name, sign in desk.known().items()} == {"tea": 6}


def test_a_sign_like_another_one_and_one_like_idle_hands_are_told(desk: Desk) -> None:
    desk.teach(TEA)
    alike = desk.teach(TEA, "coffee")
    assert (alike.doubt, alike.other) == ("sign_alike", "tea")
    assert set(desk.known()) == {"tea", "coffee"}


def test_what_another_program_taught_meanwhile_is_kept(desk: Desk) -> None:
    desk.show(TEA), desk.show(TEA, (1,)), desk.show(TEA, (1, 2))
    other = Desk(desk.book.path)
    try:
        other.teach(MILK, "tea")
    finally:
        other.lesson.close()
    theirs = desk.book.path.read_bytes()
    failed = desk.answer(TeachSign("tea", (1, 2, 3)))
    assert isinstance(failed, EffectFailed) and failed.reason == "teach_other"
    assert desk.book.path.read_bytes() == theirs
    assert isinstance(desk.answer(TeachSign("coffee", (1, 2, 3))), SignTaught)
    assert set(desk.known()) == {"tea", "coffee"}


def _teach_beside(path: Path, seed: int, names: Sequence[str]) -> None:
    desk = Desk(path)
    desk.random = np.random.default_rng(seed)
    try:
        for number, name in enumerate(names):
            desk.teach(one_handed(2 * number + seed), name)
    finally:
        desk.lesson.close()


def test_two_processes_that_teach_lose_none_of_each_others_signs(tmp_path: Path) -> None:
    path, names = tmp_path / "signs.json", ("a", "b", "c")
    other = multiprocessing.get_context("spawn").Process(
        target=_teach_beside, args=(path, 1, [f"their {name}" for name in names])
    )
    other.start()
    _teach_beside(path, 0, names)
    other.join(WAIT_S)
    assert other.exitcode == 0
    assert {sign.name for sign in Book(path).signs()} == {*names, *(f"their {name}" for name in names)}


def test_who_cancels_is_not_answered_and_nothing_is_kept(desk: Desk) -> None:
    desk.stage.shown = made(TEA, desk.random)
    desk.stage.films.clear()
    job = desk.ask(AwaitTake("tea"))
    assert desk.stage.looked.wait(WAIT_S)
    desk.lesson.cancel(job)
    desk.stage.films.set()
    assert isinstance(desk.answer(ListSigns()), SignsListed)  # the first answer that comes
    assert not desk.book.path.exists()


def test_eyes_are_opened_for_the_first_take_and_with_the_lesson_all_is_dropped(desk: Desk) -> None:
    desk.answer(ListSigns())
    assert not desk.stage.opened
    desk.show(TEA), desk.show(TEA, (1,)), desk.show(TEA, (1, 2))
    assert (desk.stage.opened, desk.stage.closed) == (1, 0)
    desk.lesson.follow(False)
    failed = desk.answer(TeachSign("tea", (1, 2, 3)))
    assert isinstance(failed, EffectFailed) and failed.reason == "sign_failed"
    assert desk.stage.closed == 1
    desk.show(TEA)
    desk.lesson.close()
    desk.lesson.close()
    assert (desk.stage.opened, desk.stage.closed) == (2, 2)


def test_a_lost_camera_and_a_missing_model_are_told(desk: Desk) -> None:
    desk.stage.lost = True
    failed = desk.answer(AwaitTake("tea"))
    assert isinstance(failed, EffectFailed) and failed.reason == "camera_lost"
    desk.lesson.follow(False)
    desk.stage.lack = "model_missing"
    failed = desk.answer(AwaitTake("tea"))
    assert isinstance(failed, EffectFailed) and failed.reason == "model_missing"


def test_what_the_mode_lacks_the_lesson_lacks_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    stage: Any = Stage()
    posted = Queue[Event]()

    def lacking() -> Reads:
        raise SignsMissing("model_missing", "hand_landmarker.task is missing")

    lesson = open_sign_lesson("asl", (), lacking, stage, posted.put, stage)
    try:
        lesson.follow(True)
        lesson.perform(1, AwaitTake("tea"), "en")
        failed = posted.get(timeout=WAIT_S)
    finally:
        lesson.close()
    assert isinstance(failed, EffectFailed) and failed.reason == "model_missing"


def test_a_file_that_cannot_be_used_is_told_and_stays_as_it_is(desk: Desk) -> None:
    desk.show(TEA), desk.show(TEA, (1,)), desk.show(TEA, (1, 2))
    desk.book.path.write_text("{", encoding="utf-8")
    asked: dict[Any, str] = {
        TeachSign("tea", (1, 2, 3)): "signs_file_unchanged",
        ForgetSign("tea"): "signs_file_unchanged",
        ListSigns(): "signs_file_unread",
        AwaitTake("tea"): "signs_file_unread",
        ListVocabulary(): "signs_file_unread",
    }
    for effect, reason in asked.items():
        failed = desk.answer(effect)
        assert isinstance(failed, EffectFailed) and failed.reason == reason
    assert desk.book.path.read_text(encoding="utf-8") == "{"


def test_signs_are_listed_and_forgotten(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "signs.json", ("Bingo",))
    try:
        first = desk.answer(ListSigns())
        assert isinstance(first, SignsListed)
        assert (first.known, first.new[:2], first.least, first.most) == ((), ("Bingo", "yes"), 3, 5)
        desk.teach(TEA, "yes")
        listed = desk.answer(ListSigns())
        assert (listed.known, listed.new[:2]) == (("yes",), ("Bingo", "no"))
        assert desk.answer(ForgetSign("yes")) == MemoryChanged(at=desk.stage.now(), job=7, rows=1)
        assert desk.answer(ForgetSign("yes")).rows == 0, "gone already"
        assert desk.book.signs() == ()
    finally:
        desk.lesson.close()


def test_the_vocabulary_is_what_the_mode_reads(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.answer(ListVocabulary()) == VocabularyListed(
        at=0.0, job=1, alphabet="asl", letters=("A", "B"), drawn=("J", "Z")
    )
    desk.teach(TEA), desk.teach(TEA, "coffee"), desk.teach(HUG, "hug")
    told = desk.answer(ListVocabulary())
    assert told.signs == ("tea", "coffee", "hug") and set(told.unsure) == {"tea", "coffee"}
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    asl = read_letters("asl")
    assert len(asl.letters) == 24 and asl.drawn == ("J", "Z") and not {*asl.letters} & {*asl.drawn}
    assert read_letters("rsl") == Alphabet("rsl", lack="signs_uncalibrated")
    shape = np.array(SHOWN["A"], dtype=np.float64)
    for letter in "АБ":
        for _ in range(3):
            LetterBook(default_path("rsl"), "rsl").add(letter, shape)
    assert read_letters("rsl") == Alphabet("rsl", ("А", "Б"))


def test_the_mode_notices_what_is_taught_and_forgotten(tmp_path: Path) -> None:
    book = Book(tmp_path / "signs.json")
    desk = Desk(book.path)
    try:
        before = open_signs("asl", book)
        assert not before.changed() and before.recogniser is None
        desk.teach(TEA)
        assert before.changed()
        after = open_signs("asl", book)
        assert not after.changed() and after.recogniser is not None
        desk.answer(ForgetSign("tea"))
        assert after.changed()
        before.close(), after.close()
    finally:
        desk.lesson.close()
