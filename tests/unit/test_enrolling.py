"""From faces in view to a person in the memory: what is kept of faces, for how long, and what is refused."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chestnut.core.effects import Enrol, ForgetPerson, ListPeople
from chestnut.core.events import EffectFailed, Event, MemoryChanged, PeopleListed, PersonEnrolled
from chestnut.core.memory import Descriptor
from chestnut.core.people import Known, Unfit
from chestnut.core.scene import Box, Frame
from chestnut.memory.store import Store
from chestnut.perception.acquaintances import KEPT, KEPT_S, Acquaintances
from chestnut.perception.known_faces import MODEL, FaceTaken
from chestnut.runtime.clock import HostClock
from chestnut.runtime.enrolling import Enrolling, numbered
from chestnut_tests.memory_desk import Desk

BOX = Box(0.4, 0.2, 0.6, 0.5)
LIMIT_S = 30.0
AGREED = "meet_consent"


def descriptor(seed: int, person: int = 0) -> Descriptor:
    """Takes of one person are alike, those of two are not."""
    common = np.random.default_rng(1000 + person).standard_normal(1024)
    own = np.random.default_rng(seed).standard_normal(1024)
    vector = common + 0.4 * own
    return Descriptor(MODEL, (vector / np.linalg.norm(vector)).astype("<f4").tobytes())


class Told:
    """A detector of faces that sees what it is told."""

    def __init__(self) -> None:
        self.faces: tuple[FaceTaken, ...] = ()
        self.closed = False

    def see(self, frame: Frame) -> tuple[FaceTaken, ...]:
        return self.faces

    def close(self) -> None:
        self.closed = True


class Bench:
    def __init__(self, store: Store, names: tuple[str, ...] = ()) -> None:
        self.told = Told()
        self.faces = Acquaintances(lambda: self.told)
        self.events: queue.Queue[Event] = queue.Queue()
        self.enrolling = Enrolling(store.people, self.faces, self.events.put, HostClock(), names)
        self.job = 0

    def look(self, *descriptors: Descriptor, at: float = 0.0) -> Any:
        self.told.faces = tuple(FaceTaken(BOX, each, good=True) for each in descriptors)
        return self.faces.see(Frame(1, at, None))

    def ask(self, asked: Any, language: str = "en") -> Event:
        self.job += 1
        self.enrolling.perform(self.job, asked, language)
        return self.events.get(timeout=LIMIT_S)

    def take(self, count: int = 5, person: int = 0) -> tuple[int, ...]:
        self.enrolling.look(keep=True)
        return tuple(self.look(descriptor(seed, person))[0].take for seed in range(count))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def bench(desk: Desk) -> Iterator[Bench]:
    with desk.open() as store:
        made = Bench(store, ("Anna", "Пётр"))
        yield made
        made.enrolling.close()
        made.enrolling.close()
        made.look()
        made.faces.close()
        assert made.told.closed


def reason(event: Event) -> str:
    assert isinstance(event, EffectFailed), event
    return event.reason


def test_a_plain_look_keeps_no_face(bench: Bench) -> None:
    bench.enrolling.look(keep=False)
    (seen,) = bench.look(descriptor(1))
    assert seen.known is Known.STRANGER and seen.take == 0
    assert bench.faces.takes([0, 1, 2]) == ()


def test_faces_kept_for_an_enrolment_are_dropped_by_the_next_plain_look(bench: Bench) -> None:
    takes = bench.take()
    assert len(bench.faces.takes(takes)) == 5
    bench.enrolling.look(keep=False)
    assert bench.faces.takes(takes) == ()


def test_faces_are_kept_for_a_short_while_only(bench: Bench) -> None:
    bench.faces.keep(True)
    (old,) = bench.look(descriptor(1), at=0.0)
    (young,) = bench.look(descriptor(2), at=KEPT_S + 1)
    assert bench.faces.takes([old.take, young.take]) == (descriptor(2),)


def test_of_many_faces_the_newest_are_kept(bench: Bench) -> None:
    bench.faces.keep(True)
    numbers = [bench.look(descriptor(seed))[0].take for seed in range(KEPT + 5)]
    assert len(bench.faces.takes(numbers)) == KEPT
    assert bench.faces.takes(numbers[:5]) == ()


def test_a_face_that_is_unfit_is_unseen_and_has_no_number(bench: Bench) -> None:
    bench.faces.keep(True)
    bench.told.faces = (FaceTaken(BOX, None, Unfit.BLURRED),)
    (seen,) = bench.faces.see(Frame(1, 0.0, None))
    assert (seen.known, seen.unfit, seen.take) == (Known.UNSEEN, Unfit.BLURRED, 0)


def test_an_event_holds_no_numbers_of_a_face(bench: Bench) -> None:
    (seen,) = bench.look(descriptor(1))
    assert not any(isinstance(getattr(seen, name), (bytes, Descriptor)) for name in seen.__slots__)


def test_who_is_enrolled_is_known_from_then_on(bench: Bench, desk: Desk) -> None:
    event = bench.ask(Enrol(AGREED, bench.take(), "Anna"))
    assert isinstance(event, PersonEnrolled) and event.name == "Anna"
    (seen,) = bench.look(descriptor(99))
    assert (seen.known, seen.name) == (Known.SURE, "Anna")
    (seen,) = bench.look(descriptor(99, person=1))
    assert (seen.known, seen.name) == (Known.STRANGER, "")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "may this device remember"), ("ru", "можно ли этому прибору")]
)
def test_the_words_that_were_agreed_to_are_kept_in_the_language_they_were_asked_in(
    desk: Desk, language: str, words: str
) -> None:
    with desk.open() as store:
        bench = Bench(store)
        bench.ask(Enrol(AGREED, bench.take(), "Anna"), language)
        (person,) = store.people.all()
        assert words in person.consent
        bench.enrolling.close()


def test_without_a_name_a_number_is_given(bench: Bench) -> None:
    names = []
    for person, language in ((0, "en"), (1, "ru"), (2, "en")):
        event = bench.ask(Enrol(AGREED, bench.take(person=person)), language)
        assert isinstance(event, PersonEnrolled)
        names.append(event.name)
    assert names == ["Person 1", "Человек номер 2", "Person 3"]


def test_numbers_are_never_given_twice_in_any_language() -> None:
    assert numbered("ru", ["person 1", "Anna", "Person 3"]) == "Человек номер 2"


def test_fewer_than_five_different_pictures_are_refused(bench: Bench, desk: Desk) -> None:
    assert reason(bench.ask(Enrol(AGREED, bench.take(4), "Anna"))) == "meet_failed"
    bench.faces.keep(True)
    same = [bench.look(descriptor(1))[0].take for _ in range(5)]
    assert reason(bench.ask(Enrol(AGREED, tuple(same), "Anna"))) == "meet_failed"
    listed = bench.ask(ListPeople())
    assert isinstance(listed, PeopleListed) and listed.enrolled == ()


def test_pictures_that_are_gone_are_told(bench: Bench) -> None:
    takes = bench.take()
    bench.enrolling.look(keep=False)
    assert reason(bench.ask(Enrol(AGREED, takes, "Anna"))) == "meet_failed"


def test_two_people_in_one_enrolment_are_refused(bench: Bench) -> None:
    takes = (*bench.take(4), *bench.take(1, person=1))
    assert reason(bench.ask(Enrol(AGREED, takes, "Anna"))) == "meet_mixed"


def test_a_name_that_is_taken_is_refused(bench: Bench) -> None:
    bench.ask(Enrol(AGREED, bench.take(), "Anna"))
    assert reason(bench.ask(Enrol(AGREED, bench.take(person=1), "anna"))) == "name_taken"


def test_names_that_wait_are_those_of_nobody_enrolled(bench: Bench) -> None:
    bench.ask(Enrol(AGREED, bench.take(), "ANNA"))
    listed = bench.ask(ListPeople())
    assert isinstance(listed, PeopleListed)
    assert (listed.enrolled, listed.waiting) == (("ANNA",), ("Пётр",))


def test_who_is_forgotten_is_a_stranger_again(bench: Bench) -> None:
    bench.ask(Enrol(AGREED, bench.take(), "Anna"))
    forgotten = bench.ask(ForgetPerson("Anna"))
    assert isinstance(forgotten, MemoryChanged) and forgotten.rows == 1
    assert bench.look(descriptor(99))[0].known is Known.STRANGER


def test_without_a_memory_the_reason_is_told(desk: Desk) -> None:
    events: queue.Queue[Event] = queue.Queue()
    enrolling = Enrolling("memory_key_missing", Acquaintances(Told), events.put, HostClock())
    assert enrolling.lack == "memory_key_missing"
    enrolling.perform(1, ListPeople(), "en")
    assert reason(events.get(timeout=LIMIT_S)) == "memory_key_missing"
    enrolling.close()


def test_a_memory_that_fails_is_told_and_nobody_waits_for_ever(bench: Bench, desk: Desk) -> None:
    takes = bench.take()

    class Full:
        def all(self) -> tuple[()]:
            return ()

        def enrol(self, *_: object) -> None:
            raise OSError("no such card")

    bench.enrolling._people = Full()  # type: ignore[assignment]
    assert reason(bench.ask(Enrol(AGREED, takes, "Anna"))) == "fault"


def test_what_was_cancelled_is_not_answered(bench: Bench) -> None:
    bench.enrolling.cancel(7)
    bench.enrolling.perform(8, ListPeople(), "en")
    assert isinstance(bench.events.get(timeout=LIMIT_S), PeopleListed)
    assert bench.events.empty()
