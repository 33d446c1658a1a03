"""The mode Signs over hands that do what they are told: frames in, events out, in a thread that sleeps otherwise."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from queue import Empty, Queue
from typing import Any

import numpy as np
import pytest
from chestnut.core.care import Care, Heat
from chestnut.core.events import (
    DoubtArose,
    Event,
    LetterSeen,
    Part,
    PartFound,
    PartLost,
    TakenBack,
    WordSpelled,
)
from chestnut.core.scene import Box, Face, Frame, Hand
from chestnut.core.session import SIGNS, Session
from chestnut.core.signed import Signed, Word
from chestnut.runtime.signing import FASTEST_HZ, SPARED_HZ, Reads, Signing, SignsMissing, frames_per_second
from chestnut_tests.signing_hands import RATE_HZ, Shown, hand, read_shown, spell

SIGNED = Session(mode=SIGNS)
WAIT_S = 60.0
PIXELS = np.zeros((48, 64, 3), np.uint8)


class Camera:
    """Frames as they were put there, each with its hands beside it; then it waits."""

    def __init__(self) -> None:
        self.frames: Queue[Frame] = Queue()
        self.asked = threading.Event()
        self._number = itertools.count(1)
        self.at = 100.0

    def show(self, count: int = 1) -> None:
        for _ in range(count):
            self.at += 1 / RATE_HZ
            self.frames.put(Frame(next(self._number), self.at, PIXELS))

    def newest(self) -> Frame | None:
        return None

    def next(self, after: int, timeout_s: float) -> Frame | None:
        self.asked.set()
        try:
            return self.frames.get(timeout=0.02)
        except Empty:
            return None

    def close(self) -> None: ...


class Hands:
    """One entry of `seen` a frame; nothing after the last."""

    def __init__(self, seen: list[Shown]) -> None:
        self._seen = seen
        self.closed = 0

    def see(self, frame: Frame) -> tuple[Hand, ...]:
        return self._seen.pop(0) if self._seen else ()

    def close(self) -> None:
        self.closed += 1


class Clock:
    """Runs fast: nobody has to wait between two frames."""

    def __init__(self) -> None:
        self._count = itertools.count()

    def now(self) -> float:
        return float(next(self._count))

    def time_of_day(self) -> str:
        return "12:00"


class Desk:
    def __init__(self, seen: Sequence[Shown] = (), **reads: Any) -> None:
        self.posted: Queue[Event] = Queue()
        self.camera = Camera()
        self.hands = [Hands(list(seen))]
        self.opened = 0
        self.lack: Exception | None = None
        self._reads = {"letter": read_shown, **reads}
        self.signing = Signing(self.camera, self.open, self.posted.put, Clock())
        self.seen = seen
        self.changed = threading.Event()  # something else was taught

    def open(self) -> Reads:
        self.opened += 1
        if self.lack is not None:
            raise self.lack
        self.changed.clear()
        return Reads(self.hands[-1], changed=self.changed.is_set, **self._reads)

    def next(self, kind: type[Event]) -> Any:
        while not isinstance(event := self.posted.get(timeout=WAIT_S), kind):
            pass
        return event


@pytest.fixture
def desk() -> Any:
    made: list[Desk] = []

    def build(*args: Any, **more: Any) -> Desk:
        made.append(Desk(*args, **more))
        return made[-1]

    yield build
    for one in made:
        one.signing.close()


Build = Callable[..., Desk]


def test_letters_and_words_come_as_they_are_finished(desk: Build) -> None:
    seen = spell("HI")
    device = desk(seen)
    device.camera.show(len(seen))
    device.signing.follow(SIGNED, False)
    assert device.next(LetterSeen).signed == Signed((), ("H",))
    assert device.next(LetterSeen).signed == Signed((), ("H", "I"))
    word = device.next(WordSpelled)
    assert (word.text, word.confidences) == ("HI", (0.9, 0.9))
    assert word.signed == Signed((Word("HI", pytest.approx(0.81)),), ())


def test_nothing_runs_outside_the_mode(desk: Build) -> None:
    device = desk()
    threads = threading.active_count()
    device.signing.follow(Session(), False)
    assert threading.active_count() == threads and not device.opened


def test_the_detectors_are_closed_when_the_mode_ends_and_what_was_signed_is_forgotten(desk: Build) -> None:
    seen = spell("A")
    device = desk(seen)
    device.camera.show(len(seen))
    device.signing.follow(SIGNED, False)
    device.next(WordSpelled)
    device.signing.follow(Session(), False)
    device.signing.close()
    assert device.hands[0].closed == 1
    device.signing.take_back(7, word=True)
    assert device.next(TakenBack).removed == ""


def test_what_is_taught_while_it_reads_is_read_at_once_and_nothing_is_forgotten(desk: Build) -> None:
    seen = spell("A")
    device = desk(seen)
    device.camera.show(len(seen))
    device.signing.follow(SIGNED, False)
    device.next(WordSpelled)
    device.changed.set()
    assert device.next(PartFound).part is Part.SIGNS
    assert (device.opened, device.hands[0].closed) == (2, 1)
    device.signing.take_back(7, word=True)
    assert device.next(TakenBack).removed == "A"
    device.lack = SignsMissing("signs_uncalibrated", "the last sign was forgotten")
    device.changed.set()
    assert device.next(PartLost).reason == "signs_uncalibrated"


def test_what_is_missing_is_told_once_as_long_as_the_mode_goes_on(desk: Build) -> None:
    device = desk(doubt="signs_uncalibrated")
    device.signing.follow(SIGNED, False)
    assert device.next(DoubtArose).reason == "signs_uncalibrated"
    device.changed.set()
    assert device.next(PartFound).part is Part.SIGNS
    device.signing.follow(Session(), False)
    device.signing.follow(SIGNED, False)
    told = [type(device.posted.get(timeout=WAIT_S)) for _ in range(2)]
    assert told == [PartFound, DoubtArose], "with the next turn of the mode"


def test_the_battery_slows_it_and_nothing_is_forgotten(desk: Build) -> None:
    seen = spell("A")
    device = desk(seen)
    device.camera.show(len(seen))
    device.signing.follow(SIGNED, False)
    device.next(WordSpelled)
    for session in (
        replace(SIGNED, care=Care(battery=10)),
        replace(SIGNED, care=Care(skin=Heat.HOT)),
        SIGNED,
    ):
        device.signing.follow(session, False)
    device.signing.take_back(1, word=True)
    assert device.next(TakenBack).removed == "A"


def test_what_is_taken_back_is_told_with_what_is_left(desk: Build) -> None:
    seen = spell("AB")
    device = desk(seen)
    device.camera.show(len(seen))
    device.signing.follow(SIGNED, False)
    device.next(WordSpelled)
    device.signing.take_back(5, word=False)
    taken = device.next(TakenBack)
    assert (taken.job, taken.removed, taken.signed) == (5, "B", Signed((), ("A",)))


def test_a_missing_model_is_told_and_tried_again_with_the_next_turn_of_the_mode(desk: Build) -> None:
    device = desk()
    device.lack = SignsMissing("model_missing", "hand_landmarker.task is missing")
    device.signing.follow(SIGNED, False)
    lost = device.next(PartLost)
    assert (lost.part, lost.reason) == (Part.SIGNS, "model_missing")
    for session in (Session(), SIGNED):
        device.lack = None
        device.signing.follow(session, False)
    assert device.next(PartFound).part is Part.SIGNS


def test_a_detector_that_fails_ends_the_turn_and_not_the_thread(desk: Build) -> None:
    device = desk()
    device.hands[0].see = lambda frame: 1 / 0  # type: ignore[assignment,return-value]
    device.camera.show()
    device.signing.follow(SIGNED, False)
    assert device.next(PartLost).reason == "signs_lost"
    device.hands.append(Hands(spell("A")))
    device.camera.show(len(spell("A")))
    device.signing.follow(Session(), False)
    device.signing.follow(SIGNED, False)
    assert device.next(WordSpelled).text == "A"
    assert device.hands[0].closed == 1


def test_what_cannot_be_read_beside_the_rest_is_told(desk: Build) -> None:
    device = desk(doubt="signs_file_bad")
    device.signing.follow(SIGNED, False)
    assert device.next(DoubtArose).reason == "signs_file_bad"


def test_a_camera_that_comes_back_goes_on_with_what_was_signed(desk: Build) -> None:
    seen = spell("A")
    device = desk(seen)
    device.camera.show(len(seen))
    device.signing.follow(SIGNED, False)
    device.next(WordSpelled)
    device.signing.follow(SIGNED.lost(Part.CAMERA, "camera_lost"), False)
    device.hands.append(Hands(spell("B")))
    device.camera.show(len(spell("B")))
    device.signing.follow(SIGNED, False)
    assert [word.text for word in device.next(WordSpelled).signed.words] == ["A", "B"]


def test_a_face_is_looked_for_now_and_then(desk: Build) -> None:
    looked: list[float] = []

    class Faces:
        def see(self, frame: Frame) -> tuple[Face, ...]:
            looked.append(frame.at)
            return (Face(0.9, Box(0.4, 0.1, 0.6, 0.4)), Face(0.6, Box(0.0, 0.0, 1.0, 1.0)))

        def close(self) -> None: ...

    seen = [(hand("A"),)] * 60 + spell("B")
    device = desk(seen, faces=Faces())
    device.camera.show(len(seen))
    device.signing.follow(SIGNED, False)
    device.next(WordSpelled)
    assert 3 <= len(looked) <= 5
    assert all(later - sooner >= 1.5 for sooner, later in itertools.pairwise(looked))


@pytest.mark.parametrize(
    ("session", "rate"),
    [
        (Session(), 0.0),
        (SIGNED, FASTEST_HZ),
        (replace(SIGNED, faults=((Part.CAMERA, "camera_lost"),)), 0.0),
        (replace(SIGNED, faults=((Part.SIGNS, "model_missing"),)), FASTEST_HZ),
        (replace(SIGNED, care=Care(battery=20)), SPARED_HZ),
        (replace(SIGNED, care=Care(skin=Heat.SLOW)), SPARED_HZ),
        (replace(SIGNED, care=Care(skin=Heat.HOT)), 0.0),
    ],
)
def test_it_takes_so_many_frames(session: Session, rate: float) -> None:
    assert frames_per_second(session, False) == rate
    assert frames_per_second(session, True) == min(rate, SPARED_HZ), "the conversation goes on"
