"""The watcher over a fed camera and told detectors: which frame is seen, how often, and what each job is answered."""

from __future__ import annotations

import queue
import random
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from chestnut.core.events import (
    EffectFailed,
    Event,
    PartFound,
    PartLost,
    PeopleRecognised,
    SceneSeen,
    TextRead,
)
from chestnut.core.memory import Owned
from chestnut.core.people import Known, Recognised
from chestnut.core.scene import (
    Belonging,
    Box,
    Face,
    Frame,
    Judgement,
    Page,
    Person,
    Refusal,
    Scene,
    Thing,
)
from chestnut.perception.belongings import Spotted, Surroundings
from chestnut.perception.own import NOTHING
from chestnut.perception.recognition import Likeness
from chestnut.perception.seeing import read, see
from chestnut.perception.watcher import KEPT, REST_S, Watcher
from chestnut.sim.camera import FakeCamera

LIMIT_S = 10.0  # only ever waited for in full when something is broken

GOOD = np.full((20, 20, 3), 100, np.uint8)
DARK = np.zeros((20, 20, 3), np.uint8)
BOX = Box(0.1, 0.1, 0.5, 0.9)


def judge(frame: Frame) -> Judgement:
    brightness = float(frame.rgb.mean()) / 255
    return Judgement(brightness, 1.0, Refusal.TOO_DARK if brightness < 0.1 else None)


def merge(faces: Any, things: Any, hands: Any) -> Any:
    return tuple(Person(face.score, face.box, face.box) for face in faces), tuple(things)


class Told:
    """A detector that answers what it was told, may be held at the door, and counts."""

    def __init__(self, answer: Callable[[Frame], Any]) -> None:
        self.answer = answer
        self.frames: list[int] = []
        self.began: queue.Queue[int] = queue.Queue()
        self.free = threading.Event()
        self.free.set()
        self.closed = 0

    def see(self, frame: Frame) -> Any:
        self.frames.append(frame.number)
        self.began.put(frame.number)
        assert self.free.wait(LIMIT_S)
        return self.answer(frame)

    def close(self) -> None:
        self.closed += 1


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Bench:
    """A watcher with everything around it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.events: queue.Queue[Event] = queue.Queue()
        self.camera = FakeCamera(self.events.put, clock=self.clock)
        self.faces = Told(lambda frame: (Face(0.9, BOX),))
        self.objects = Told(lambda frame: (Thing("cup", 0.8, BOX),))
        self.hands = Told(lambda frame: ())
        self.text = Told(lambda frame: Page(frame.number, judge(frame), dropped=1))
        self.detectors = {
            "faces": self.faces,
            "objects": self.objects,
            "hands": self.hands,
            "text": self.text,
        }
        self.judged: list[int] = []
        self.watcher: Watcher | None = None

    def judge(self, frame: Frame) -> Judgement:
        self.judged.append(frame.number)
        return judge(frame)

    def open(self, **options: Any) -> Watcher:
        self.watcher = Watcher(
            self.camera, self.detectors, self.judge, merge, self.events.put, clock=self.clock, **options
        )
        return self.watcher

    def show(self, rgb: np.ndarray) -> Frame:
        frame = self.camera.show(rgb)
        while not self.events.empty():
            assert isinstance(self.events.get(), PartFound)
        return frame

    def answer(self) -> Event:
        return self.events.get(timeout=LIMIT_S)

    def scene(self) -> Scene:
        event = self.answer()
        assert isinstance(event, SceneSeen), event
        return event.scene


@pytest.fixture
def bench() -> Iterator[Bench]:
    before = set(threading.enumerate())
    made = Bench()
    yield made
    made.camera.close()
    for detector in (made.faces, made.objects, made.hands, made.text):
        detector.free.set()
    if made.watcher is not None:
        made.watcher.close()
        made.watcher.close()
        assert made.faces.closed == 1
    assert set(threading.enumerate()) <= before, "a thread was left behind"


def test_a_look_tells_what_all_detectors_found(bench: Bench) -> None:
    frame = bench.show(GOOD)
    bench.open().look(7, fresh=False)
    event = bench.answer()
    assert isinstance(event, SceneSeen) and event.job == 7
    assert event.scene == Scene(
        frame.number, judge(frame), (Person(0.9, BOX, BOX),), (Thing("cup", 0.8, BOX),), ()
    )
    assert bench.text.frames == []


def test_a_look_uses_what_the_glance_began(bench: Bench) -> None:
    frame = bench.show(GOOD)
    watcher = bench.open()
    watcher.glance()
    assert bench.faces.began.get(timeout=LIMIT_S) == frame.number
    bench.clock.now_s += 0.9
    watcher.look(1, fresh=False)
    assert bench.scene().frame == frame.number
    watcher.look(2, fresh=False)
    assert bench.scene().frame == frame.number
    assert bench.faces.frames == bench.objects.frames == bench.hands.frames == bench.judged == [frame.number]


def test_a_look_during_the_glance_waits_for_it(bench: Bench) -> None:
    frame = bench.show(GOOD)
    bench.faces.free.clear()
    watcher = bench.open()
    watcher.glance()
    watcher.look(1, fresh=False)
    bench.faces.began.get(timeout=LIMIT_S)
    bench.faces.free.set()
    assert bench.scene().frame == frame.number
    assert bench.faces.frames == [frame.number]


def test_a_glance_that_is_too_old_is_not_used(bench: Bench) -> None:
    first = bench.show(GOOD)
    watcher = bench.open()
    watcher.look(1, fresh=False)
    bench.scene()
    bench.clock.now_s += 1.1
    watcher.look(2, fresh=False)
    assert bench.scene().frame > first.number


def test_an_old_frame_is_not_taken_for_the_present(bench: Bench) -> None:
    first = bench.show(GOOD)
    bench.clock.now_s += 0.5
    bench.open().look(1, fresh=False)
    assert bench.scene().frame > first.number


def test_a_fresh_look_sees_a_newer_frame(bench: Bench) -> None:
    bench.show(GOOD)
    watcher = bench.open()
    watcher.glance()
    watcher.look(1, fresh=False)
    glanced = bench.scene().frame
    watcher.look(2, fresh=True)
    assert bench.scene().frame > glanced


def test_two_jobs_on_one_frame_are_seen_once(bench: Bench) -> None:
    bench.show(GOOD)
    watcher = bench.open()
    watcher.look(1, fresh=False)
    watcher.look(2, fresh=False)
    assert {event.job for event in (bench.answer(), bench.answer()) if isinstance(event, SceneSeen)} == {1, 2}
    assert len(bench.objects.frames) == 1


def test_reading_runs_the_reader_alone(bench: Bench) -> None:
    frame = bench.show(GOOD)
    bench.open().read(5)
    event = bench.answer()
    assert isinstance(event, TextRead) and event.job == 5
    assert event.page == Page(frame.number, judge(frame), dropped=1)
    assert bench.faces.frames == []


def test_the_same_frame_is_not_read_twice(bench: Bench) -> None:
    frame = bench.show(GOOD)
    watcher = bench.open()
    for job in (1, 2):
        watcher.read(job)
        assert isinstance(bench.answer(), TextRead)
    assert bench.text.frames == bench.judged == [frame.number]


def test_an_unfit_frame_reaches_no_detector(bench: Bench) -> None:
    frame = bench.show(DARK)
    watcher = bench.open()
    watcher.look(1, fresh=False)
    assert bench.scene() == Scene(frame.number, judge(frame))
    watcher.read(2)
    event = bench.answer()
    assert isinstance(event, TextRead) and event.page == Page(frame.number, judge(frame))
    assert bench.faces.frames == bench.text.frames == []


def test_a_failing_detector_fails_the_job_and_lives_on(bench: Bench) -> None:
    bench.show(GOOD)
    bench.objects.answer = lambda frame: 1 / 0
    watcher = bench.open()
    watcher.look(1, fresh=False)
    event = bench.answer()
    assert isinstance(event, EffectFailed) and (event.job, event.reason) == (1, "sight_failed")
    bench.objects.answer = lambda frame: ()
    bench.show(GOOD)
    watcher.look(2, fresh=False)
    assert bench.scene().things == ()


def test_a_detector_that_returns_nonsense_fails_the_job(bench: Bench) -> None:
    bench.show(GOOD)
    bench.faces.answer = lambda frame: 42
    bench.open().look(1, fresh=False)
    event = bench.answer()
    assert isinstance(event, EffectFailed) and event.reason == "sight_failed"


def test_a_missing_detector_finds_nothing_and_a_missing_reader_fails(bench: Bench) -> None:
    bench.show(GOOD)
    del bench.detectors["hands"], bench.detectors["text"]
    watcher = bench.open()
    watcher.look(1, fresh=False)
    assert bench.scene().hands == ()
    watcher.read(2)
    event = bench.answer()
    assert isinstance(event, EffectFailed) and event.reason == "sight_failed"


def test_a_lost_camera_fails_the_job(bench: Bench) -> None:
    bench.show(GOOD)
    bench.camera.lose()
    assert isinstance(bench.answer(), PartLost)
    watcher = bench.open()
    for job, order in enumerate((lambda: watcher.look(0, fresh=False), lambda: watcher.read(1))):
        order()
        event = bench.answer()
        assert isinstance(event, EffectFailed) and (event.job, event.reason) == (job, "camera_lost")


def test_a_cancelled_job_is_not_answered(bench: Bench) -> None:
    bench.show(GOOD)
    bench.faces.free.clear()
    watcher = bench.open()
    watcher.look(1, fresh=False)
    bench.faces.began.get(timeout=LIMIT_S)
    watcher.cancel(1)
    watcher.look(2, fresh=False)
    bench.faces.free.set()
    event = bench.answer()
    assert isinstance(event, SceneSeen) and event.job == 2
    assert bench.events.empty()


def test_a_cancelled_reading_that_has_not_begun_is_left_out(bench: Bench) -> None:
    bench.show(GOOD)
    bench.text.free.clear()
    watcher = bench.open()
    watcher.read(1)
    first = bench.text.began.get(timeout=LIMIT_S)
    bench.show(GOOD)
    watcher.read(2)
    watcher.cancel(2)
    bench.text.free.set()
    event = bench.answer()
    assert isinstance(event, TextRead) and event.job == 1
    third = bench.show(GOOD)
    watcher.read(3)
    event = bench.answer()
    assert isinstance(event, TextRead) and event.job == 3
    assert bench.text.frames == [first, third.number]


def test_a_look_after_a_cancelled_look_is_answered(bench: Bench) -> None:
    bench.show(GOOD)
    for detector in (bench.faces, bench.objects, bench.hands):
        detector.free.clear()
    watcher = bench.open()
    watcher.look(1, fresh=False)
    bench.faces.began.get(timeout=LIMIT_S)
    watcher.look(2, fresh=True)
    watcher.cancel(1)
    watcher.cancel(2)
    watcher.look(3, fresh=False)
    for detector in (bench.faces, bench.objects, bench.hands):
        detector.free.set()
    event = bench.answer()
    assert isinstance(event, SceneSeen) and event.job == 3


def test_a_frame_nobody_wants_any_more_is_let_go(bench: Bench) -> None:
    bench.show(GOOD)
    bench.text.free.clear()
    watcher = bench.open()
    watcher.read(1)
    bench.text.began.get(timeout=LIMIT_S)
    gone = threading.Event()
    picture = GOOD.copy()
    weakref.finalize(picture, gone.set)
    bench.show(picture)
    del picture
    watcher.read(2)
    watcher.look(3, fresh=False)
    seen = bench.scene()  # so the reading waits by now
    watcher.cancel(2)
    bench.text.free.set()
    assert isinstance(bench.answer(), TextRead)
    assert watcher.picture(seen.frame) is not None, "the talk about it may go on"
    bench.show(GOOD)
    for job in range(4, 4 + KEPT):
        watcher.look(job, fresh=True)
        bench.scene()
    assert watcher.picture(seen.frame) is None
    assert gone.wait(LIMIT_S)


def test_the_picture_that_is_talked_about_outlives_the_looks_between_two_questions(bench: Bench) -> None:
    bench.show(GOOD)
    watcher = bench.open()
    watcher.look(1, fresh=False)
    talked = bench.scene().frame
    for job in range(2, 4 * KEPT):
        watcher.look(job, fresh=True)
        bench.scene()
        assert watcher.picture(talked) is not None


def test_looks_cancelled_and_asked_again_quickly_are_each_answered_or_gone(bench: Bench) -> None:
    bench.show(GOOD)
    watcher = bench.open()
    chosen = random.Random(1)
    kept = []
    for job in range(300):
        watcher.glance() if job % 7 == 0 else None
        watcher.read(job) if job % 5 == 0 else watcher.look(job, fresh=chosen.random() < 0.3)
        if chosen.random() < 0.6:
            watcher.cancel(job)
        else:
            kept.append(job)
    answered = set()
    while not answered.issuperset(kept):
        event = bench.answer()
        assert isinstance(event, SceneSeen | TextRead) and event.job not in answered
        answered.add(event.job)


# --- who somebody is ----------------------------------------------------------------------------------------

ANNA = Recognised(BOX, Known.SURE, "Anna", 0.8)


@pytest.fixture
def knowing(bench: Bench) -> Told:
    """The detector that tells who somebody is."""
    bench.detectors["people"] = Told(lambda frame: (ANNA,))
    return bench.detectors["people"]


def recognised(bench: Bench) -> PeopleRecognised:
    event = bench.answer()
    assert isinstance(event, PeopleRecognised), event
    return event


def test_who_is_in_view_comes_with_the_scene_of_the_same_frame(bench: Bench, knowing: Told) -> None:
    frame = bench.show(GOOD)
    bench.open().recognise(7)
    event = recognised(bench)
    assert (event.job, event.faces) == (7, (ANNA,))
    assert event.scene.people == (Person(0.9, BOX, BOX),)
    assert knowing.frames == [event.scene.frame] and event.scene.frame >= frame.number
    assert bench.watcher is not None and bench.watcher.picture(event.scene.frame) is not None


def test_a_look_asks_nobody_who_it_is(bench: Bench, knowing: Told) -> None:
    bench.show(GOOD)
    watcher = bench.open()
    watcher.glance()
    watcher.look(1, fresh=False)
    bench.scene()
    assert knowing.frames == []


def test_who_it_is_is_always_told_from_a_new_frame(bench: Bench, knowing: Told) -> None:
    """What is known of somebody may have changed since the last one."""
    bench.show(GOOD)
    watcher = bench.open()
    watcher.look(1, fresh=False)
    seen = [bench.scene().frame]
    for job in (2, 3, 4):
        watcher.recognise(job)
        seen.append(recognised(bench).scene.frame)
    assert seen == sorted(set(seen)) and knowing.frames == seen[1:]


def test_in_a_bad_picture_nobody_is_recognised(bench: Bench, knowing: Told) -> None:
    bench.show(DARK)
    bench.open().recognise(1)
    event = recognised(bench)
    assert event.scene.judged.refusal is Refusal.TOO_DARK and event.faces == ()
    assert knowing.frames == []


def test_without_the_detector_nobody_waits_for_ever(bench: Bench) -> None:
    bench.show(GOOD)
    bench.open().recognise(1)
    event = bench.answer()
    assert isinstance(event, EffectFailed) and event.reason == "sight_failed"


def test_a_recognition_that_is_not_wanted_any_more_is_not_answered(bench: Bench, knowing: Told) -> None:
    bench.show(GOOD)
    knowing.free.clear()
    watcher = bench.open()
    watcher.recognise(1)
    knowing.began.get(timeout=LIMIT_S)
    watcher.cancel(1)
    knowing.free.set()
    watcher.look(2, fresh=True)
    assert bench.scene().frame > 0
    assert bench.events.empty()


# --- what was taught ----------------------------------------------------------------------------------------


class Follower(Told):
    """The detector of what was taught: it begins when the objects are known."""

    def __init__(self) -> None:
        super().__init__(lambda frame: NOTHING)
        self.detected: list[tuple[Thing, ...]] = []
        self.left: queue.Queue[int] = queue.Queue()

    def follow(self, frame: Frame, detected: Sequence[Thing], go_on: Callable[[], bool]) -> Any:
        self.detected.append(tuple(detected))
        result = self.see(frame)
        if go_on():
            return result
        self.left.put(frame.number)
        return None


KEYS = Spotted(Owned("keys", "my"), BOX, Likeness(0.9, True, 0.8))


@pytest.fixture
def own(bench: Bench) -> Follower:
    bench.detectors["own"] = follower = Follower()
    follower.answer = lambda frame: Surroundings(("hall", Likeness(0.9, True, 0.9)), (KEYS,))
    return follower


def test_what_was_taught_is_told_to_who_asks_for_it_and_no_other(bench: Bench, own: Follower) -> None:
    bench.show(GOOD)
    watcher = bench.open()
    watcher.look(1, fresh=False)
    scene = bench.scene()
    assert (scene.belongings, scene.place) == ((), "") and own.frames == []
    watcher.look(2, fresh=False, own=True)
    scene = bench.scene()
    assert scene.belongings == (Belonging("keys", "my", 0.8, BOX),) and scene.place == "hall"
    assert own.detected == [(Thing("cup", 0.8, BOX),)], "it goes on from the objects"
    assert len(bench.objects.frames) == 1
    watcher.look(3, fresh=False)
    assert bench.scene().place == ""


def test_who_joins_a_glance_and_asks_for_what_was_taught_gets_it(bench: Bench, own: Follower) -> None:
    bench.show(GOOD)
    bench.objects.free.clear()
    watcher = bench.open()
    watcher.glance()
    watcher.look(1, fresh=False, own=True)
    bench.objects.began.get(timeout=LIMIT_S)
    assert own.frames == []
    bench.objects.free.set()
    assert bench.scene().place == "hall"


def test_a_look_does_not_wait_for_what_another_wants(bench: Bench, own: Follower) -> None:
    bench.show(GOOD)
    own.free.clear()
    watcher = bench.open()
    watcher.look(1, fresh=False, own=True)
    own.began.get(timeout=LIMIT_S)
    watcher.look(2, fresh=False)
    event = bench.answer()
    assert isinstance(event, SceneSeen) and event.job == 2
    own.free.set()
    assert bench.scene().place == "hall"


def test_what_was_taught_is_left_out_when_it_cannot_be_told(bench: Bench, own: Follower) -> None:
    bench.show(GOOD)
    own.answer = lambda frame: 1 / 0
    bench.open().look(1, fresh=False, own=True)
    scene = bench.scene()
    assert scene.things and scene.belongings == ()


def test_a_look_for_what_was_taught_that_nobody_wants_is_left(bench: Bench, own: Follower) -> None:
    bench.show(GOOD)
    own.free.clear()
    watcher = bench.open()
    watcher.look(1, fresh=False, own=True)
    own.began.get(timeout=LIMIT_S)
    watcher.cancel(1)
    own.free.set()
    assert own.left.get(timeout=LIMIT_S)
    watcher.look(2, fresh=False, own=True)
    assert bench.scene().place == "hall", "and begun anew for the next"


def test_an_unsure_place_has_no_name(bench: Bench, own: Follower) -> None:
    bench.show(GOOD)
    own.answer = lambda frame: Surroundings(("hall", Likeness(0.4, False, 0.4)))
    bench.open().look(1, fresh=False, own=True)
    assert bench.scene().place == ""


# --- by itself ----------------------------------------------------------------------------------------------


class Attention:
    """Finds every picture worth one look but those it is told are not; remembers what it was asked and told."""

    def __init__(self) -> None:
        self.boring: list[Any] = []
        self.asked: queue.Queue[int] = queue.Queue()
        self.done: queue.Queue[int] = queue.Queue()

    def is_worth(self, frame: Frame) -> bool:
        self.asked.put(frame.number)
        return not any(frame.rgb is rgb for rgb in self.boring)

    def looked(self, frame: Frame) -> None:
        self.boring.append(frame.rgb)
        self.done.put(frame.number)


class Noticed:
    """Who listens to what was seen unasked."""

    def __init__(self) -> None:
        self.told: queue.Queue[tuple[Any, Scene]] = queue.Queue()

    def __call__(self, frame: Frame, scene: Scene) -> None:
        self.told.put((frame.rgb, scene))

    def scene(self) -> Scene:
        return self.told.get(timeout=LIMIT_S)[1]

    def picture(self) -> Any:
        return self.told.get(timeout=LIMIT_S)[0]


def watching(bench: Bench, saw: Callable[[Frame, Scene], None]) -> tuple[Watcher, Attention]:
    attention = Attention()
    watcher = bench.open(attention=lambda: attention)
    watcher.watch(200.0, saw)
    return watcher, attention


def test_a_settled_scene_is_looked_at_unasked_for_things_alone(bench: Bench, own: Follower) -> None:
    bench.objects.answer = lambda frame: (Thing("cup", 0.8, BOX), Thing("person", 0.9, BOX))
    frame, saw = bench.show(GOOD), Noticed()
    _, attention = watching(bench, saw)
    scene = saw.scene()
    assert scene.frame >= frame.number and (scene.place, scene.people) == ("hall", ())
    assert scene.things[0] == Thing("cup", 0.8, BOX) and scene.belongings
    assert attention.done.get(timeout=LIMIT_S) == scene.frame
    assert bench.faces.frames == bench.text.frames == [] and bench.hands.frames == [scene.frame]
    assert bench.events.empty()


def test_a_scene_is_looked_at_once_and_only_when_it_is_worth_it(bench: Bench) -> None:
    saw = Noticed()
    first, second, third = GOOD.copy(), GOOD.copy(), GOOD.copy()
    bench.show(first)
    _, attention = watching(bench, saw)
    assert saw.picture() is first
    attention.boring.append(second)
    shown = bench.show(second)
    while attention.asked.get(timeout=LIMIT_S) < shown.number:
        pass
    bench.show(third)
    assert saw.picture() is third
    assert len(bench.objects.frames) == 2


def test_an_unfit_frame_is_not_attended_to(bench: Bench) -> None:
    saw = Noticed()
    bench.show(DARK)
    _, attention = watching(bench, saw)
    good = bench.show(GOOD)
    assert saw.picture() is GOOD
    assert attention.asked.get(timeout=LIMIT_S) >= good.number


def test_a_press_goes_first_and_what_was_watched_is_left(bench: Bench, own: Follower) -> None:
    """The order of work: the press is answered while the long look is still held, and that look is given up."""
    saw = Noticed()
    bench.show(GOOD)
    own.free.clear()
    watcher, attention = watching(bench, saw)
    watched = own.began.get(timeout=LIMIT_S)
    watcher.look(1, fresh=False)
    assert bench.scene().frame == watched, "what the detectors had begun is used"
    assert bench.objects.frames == [watched]
    own.free.set()
    assert own.left.get(timeout=LIMIT_S) == watched
    watcher.look(2, fresh=True)
    bench.scene()
    assert saw.told.empty() and attention.done.empty()


def test_a_press_does_not_wait_in_the_row_of_what_is_watched(bench: Bench) -> None:
    saw = Noticed()
    bench.show(GOOD)
    bench.hands.free.clear()
    watcher, _ = watching(bench, saw)
    bench.hands.began.get(timeout=LIMIT_S)
    watcher.read(1)
    assert isinstance(bench.answer(), TextRead), "while the hands are still looked for"
    bench.hands.free.set()
    watcher.look(2, fresh=True)
    bench.scene()
    assert saw.told.empty()


def test_after_a_press_it_rests_for_a_while(bench: Bench) -> None:
    saw = Noticed()
    bench.show(GOOD)
    watcher, _ = watching(bench, saw)
    saw.scene()
    watcher.look(1, fresh=True)
    bench.scene()
    later = GOOD.copy()
    bench.show(later)
    watcher.look(2, fresh=True)
    bench.scene()
    assert saw.told.empty()
    bench.clock.now_s += REST_S
    assert saw.picture() is later


def test_who_pauses_hears_no_more(bench: Bench, own: Follower) -> None:
    saw = Noticed()
    bench.show(GOOD)
    own.free.clear()
    watcher, _ = watching(bench, saw)
    own.began.get(timeout=LIMIT_S)
    watcher.watch(0)
    own.free.set()
    assert own.left.get(timeout=LIMIT_S)
    bench.show(GOOD)
    watcher.look(1, fresh=True)
    bench.scene()
    assert saw.told.empty()


def test_whoever_fails_does_not_end_the_watching(bench: Bench) -> None:
    calls: queue.Queue[int] = queue.Queue()

    def saw(frame: Frame, scene: Scene) -> None:
        calls.put(frame.number)
        raise ValueError

    bench.show(GOOD)
    _, attention = watching(bench, saw)
    assert calls.get(timeout=LIMIT_S) > 0
    attention.is_worth = lambda frame: calls.put(-frame.number) or 1 / 0  # type: ignore[method-assign]
    assert calls.get(timeout=LIMIT_S) < 0
    bench.objects.answer = lambda frame: 1 / 0
    third = bench.show(GOOD.copy())
    del attention.is_worth
    while attention.done.get(timeout=LIMIT_S) < third.number:
        pass
    bench.objects.answer = lambda frame: ()
    fourth = bench.show(GOOD.copy())
    while (told := calls.get(timeout=LIMIT_S)) < 0:
        pass
    assert told >= fourth.number, "what could not be seen was not told"


def test_nothing_is_watched_without_who_tells_what_is_worth_it(bench: Bench) -> None:
    bench.show(GOOD)
    watcher = bench.open()
    watcher.watch(200.0, Noticed())
    watcher.look(1, fresh=True)
    bench.scene()
    assert len(bench.objects.frames) == 1


def test_closing_with_jobs_waiting_leaves_nothing(bench: Bench) -> None:
    bench.show(GOOD)
    watcher = bench.open()
    for job in range(20):
        watcher.look(job, fresh=True)
        watcher.read(job + 100)


def test_one_frame_can_be_seen_without_threads(bench: Bench) -> None:
    frame = Frame(3, 0.0, GOOD)
    scene = see(frame, bench.detectors, judge, merge)
    assert scene == Scene(3, judge(frame), (Person(0.9, BOX, BOX),), (Thing("cup", 0.8, BOX),))
    assert read(frame, bench.text, judge).dropped == 1
    dark = Frame(4, 0.0, DARK)
    assert see(dark, bench.detectors, judge, merge).judged.refusal is Refusal.TOO_DARK
    assert read(dark, bench.text, judge).judged.refusal is Refusal.TOO_DARK
    assert bench.faces.frames == bench.text.frames == [3]


def test_watching_has_small_pictures_a_press_whole_ones_and_print_sharp_ones(bench: Bench) -> None:
    pictures = {kind: GOOD.copy() for kind in ("whole", "small", "sharp")}
    small, sharp = (FakeCamera(lambda event: None, clock=bench.clock) for _ in range(2))
    bench.show(pictures["whole"])
    for count, camera, kind in ((10, small, "small"), (20, sharp, "sharp")):
        for _ in range(count):
            camera.show(pictures[kind])
    read: list[Any] = []
    bench.text.answer = lambda frame: read.append(frame.rgb) or Page(frame.number, judge(frame))
    saw, attention = Noticed(), Attention()
    watcher = bench.open(attention=lambda: attention, small=small, sharp=sharp)
    watcher.watch(200.0, saw)
    assert saw.picture() is pictures["small"]
    watcher.look(1, fresh=False)
    kept = watcher.picture(bench.scene().frame)
    assert kept is not None and kept.rgb is pictures["whole"], "what was watched is not talked about"
    watcher.read(2)
    assert isinstance(bench.answer(), TextRead)
    assert read[0] is pictures["sharp"]
    small.close()
    sharp.close()
