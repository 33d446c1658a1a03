"""From what is shown to what is known: the part that keeps takes, compares them and writes them to the card."""

from __future__ import annotations

import queue
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from chestnut.core.effects import ForgetPlace, ForgetThing, ListTaught, NamePlace, Take, Teach
from chestnut.core.events import (
    EffectFailed,
    Event,
    MemoryChanged,
    PlaceNamed,
    TakeKept,
    TaughtListed,
    ThingTaught,
)
from chestnut.core.memory import Descriptor, Named, Owned, Taught
from chestnut.core.scene import Frame
from chestnut.core.teaching import TEACHABLE
from chestnut.memory.store import Store
from chestnut.memory.taught import NameTaken
from chestnut.runtime.clock import HostClock
from chestnut.runtime.memory import NoMemory
from chestnut.runtime.teaching import Teaching
from chestnut_models.errors import ModelMissing
from chestnut_tests.memory_desk import Desk, seen

LIMIT_S = 30.0
KEYS, GLASSES = Owned("keys", "my"), Owned("glasses", "mum's")


class Shown:
    """core.ports.Lessons over frames whose number is what they show. odd, alike: as it is told."""

    def __init__(self) -> None:
        self.kept: list[int] = []
        self.known: tuple[Sequence[Taught], Sequence[Named]] | None = None
        self.fits, self.missing, self.dropped = True, False, 0
        self.alike: tuple[Any, ...] = ()

    def take(
        self, frame: Frame, earlier: Sequence[int] = (), *, place: bool = False
    ) -> tuple[int, tuple[int, ...]]:
        if self.missing:
            raise ModelMissing("no model: run make models")
        self.kept = [number for number in self.kept if number in earlier]
        if frame.number in self.kept:
            return 0, ()
        self.kept.append(frame.number)
        return frame.number, ()

    def pictures(self, numbers: Sequence[int]) -> int:
        return len(set(numbers) & set(self.kept))

    def takes(self, numbers: Sequence[int]) -> tuple[Descriptor, ...]:
        return tuple(
            Descriptor("shown", bytes([number, 0, 0, 0])) for number in numbers if number in self.kept
        )

    def show(self, numbers: Sequence[int], known: Taught) -> bool:
        return self.fits

    def things_like(
        self, thing: Owned, numbers: Sequence[int], others: Sequence[Taught]
    ) -> tuple[Owned, ...]:
        return self.alike

    def places_like(self, name: str, numbers: Sequence[int], others: Sequence[Named]) -> tuple[str, ...]:
        return self.alike

    def know(self, things: Sequence[Taught], places: Sequence[Named]) -> None:
        self.known = things, places

    def drop(self) -> None:
        self.dropped += 1
        self.kept.clear()


class Bench:
    def __init__(self, memory: Store | NoMemory, lessons: Shown | None, **names: tuple[str, ...]) -> None:
        self.events: queue.Queue[Event] = queue.Queue()
        self.frames = {number: Frame(number, 0.0, None) for number in range(1, 9)}
        self.teaching = Teaching(memory, lessons, self.frames.get, self.events.put, HostClock(), **names)
        self.job = 0

    def ask(self, asked: Any, language: str = "en") -> Any:
        self.job += 1
        self.teaching.perform(self.job, asked, language)
        return self.events.get(timeout=LIMIT_S)

    def show(self, count: int = 3, *, place: bool = False, first: int = 1) -> tuple[int, ...]:
        takes: tuple[int, ...] = ()
        for number in range(first, first + count):
            takes = (*takes, self.ask(Take(number, takes, place)).take)
        return takes


@pytest.fixture
def shown() -> Shown:
    return Shown()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Desk(tmp_path).open() as opened:
        yield opened


@pytest.fixture
def bench(store: Store, shown: Shown) -> Iterator[Bench]:
    made = Bench(store, shown, things=("mum's glasses", "my wallet", "!"), places=("Hall", "kitchen table"))
    yield made
    made.teaching.close()
    made.teaching.close()
    assert shown.kept == [], "nothing of a lesson is left"


def reason(event: Event) -> str:
    assert isinstance(event, EffectFailed), event
    return event.reason


def test_what_is_taught_is_on_the_card_and_known_at_once(bench: Bench, store: Store, shown: Shown) -> None:
    event = bench.ask(Teach(KEYS, bench.show()))
    assert isinstance(event, ThingTaught) and event.alike == ()
    (taught,) = store.things()
    assert taught.thing == KEYS and len(taught.takes) == 3
    assert shown.known == ((taught,), ()) and shown.kept == []


def test_a_named_place_is_on_the_card_and_known_at_once(bench: Bench, store: Store, shown: Shown) -> None:
    event = bench.ask(NamePlace("hall", bench.show(4, place=True)))
    assert isinstance(event, PlaceNamed)
    (place,) = store.places()
    assert (place.name, len(place.views)) == ("hall", 4) and shown.known == ((), (place,))


def test_what_may_be_mixed_up_is_told(bench: Bench, shown: Shown) -> None:
    shown.alike = (GLASSES,)
    assert bench.ask(Teach(KEYS, bench.show())).alike == (GLASSES,)
    shown.alike = ("sofa",)
    assert bench.ask(NamePlace("hall", bench.show(place=True))).alike == ("sofa",)


def test_too_little_teaches_nothing(bench: Bench, store: Store) -> None:
    assert reason(bench.ask(Teach(KEYS, bench.show(2)))) == "teach_failed"
    assert reason(bench.ask(NamePlace("hall", bench.show(2)))) == "place_failed"
    takes = bench.show()
    bench.show(1)  # another lesson has begun
    assert reason(bench.ask(Teach(KEYS, takes))) == "teach_failed"
    assert store.things() == () and store.places() == ()


def test_a_known_thing_is_added_to_unless_something_else_is_shown(
    bench: Bench, store: Store, shown: Shown
) -> None:
    bench.ask(Teach(KEYS, bench.show()))
    bench.ask(Teach(KEYS, bench.show(first=4)))
    assert len(store.things()[0].takes) == 6
    shown.fits = False
    assert reason(bench.ask(Teach(KEYS, bench.show()))) == "teach_other"
    assert len(store.things()[0].takes) == 6


def test_the_same_pictures_once_more_add_nothing(bench: Bench, store: Store) -> None:
    for _ in range(2):
        assert isinstance(bench.ask(Teach(KEYS, bench.show(3))), ThingTaught)
        assert isinstance(bench.ask(NamePlace("hall", bench.show(3, place=True))), PlaceNamed)
    assert len(store.things()[0].takes) == 3 and len(store.places()[0].views) == 3
    bench.ask(Teach(KEYS, bench.show(4)))
    assert len(store.things()[0].takes) == 4


def test_a_picture_that_repeats_another_has_no_number(bench: Bench) -> None:
    (take,) = bench.show(1)
    again = bench.ask(Take(1, (take,)))
    assert isinstance(again, TakeKept) and again.take == 0


def test_a_picture_that_is_gone_is_told(bench: Bench) -> None:
    assert reason(bench.ask(Take(99))) == "sight_failed"


def test_names_of_the_settings_are_offered_first_and_known_ones_apart(bench: Bench, store: Store) -> None:
    store.teach(Owned("keys", "my"), ()).result()
    store.name_place("kitchen Table", ()).result()
    listed = bench.ask(ListTaught())
    assert isinstance(listed, TaughtListed)
    assert listed.things == (KEYS,) and listed.places == ("kitchen Table",)
    assert listed.new_things[:2] == (GLASSES, Owned("wallet", "my"))
    common = {*TEACHABLE} - {"keys", "wallet"}  # my glasses too, though mum's are named
    assert set(listed.new_things[2:]) == {Owned(label, "my") for label in common}
    assert listed.new_places[0] == "Hall" and "kitchen table" not in listed.new_places
    assert "диван" in bench.ask(ListTaught(), "ru").new_places


def test_a_known_thing_is_not_offered_anew_by_its_owner_in_the_other_language(
    store: Store, shown: Shown
) -> None:
    made = Bench(store, shown, things=("ключи Анны", "очки Анны"))
    store.teach(Owned("keys", "Anna's"), ()).result()
    listed = made.ask(ListTaught())
    made.teaching.close()
    assert Owned("keys", "Анны") not in listed.new_things and listed.new_things[0] == Owned("glasses", "Анны")


def test_what_is_forgotten_is_not_known_any_more(bench: Bench, store: Store, shown: Shown) -> None:
    bench.ask(Teach(KEYS, bench.show()))
    store.teach(Owned("keys", "mum's"), ()).result()
    store.remember([seen("keys", owner="my")]).result()
    forgotten = bench.ask(ForgetThing(KEYS))
    assert isinstance(forgotten, MemoryChanged) and forgotten.rows == 1
    assert [taught.thing.owner for taught in store.things()] == ["mum's"] and store.recall() == ()
    bench.ask(NamePlace("hall", bench.show(place=True)))
    bench.ask(ForgetPlace("hall"))
    assert store.places() == () and shown.known == (store.things(), ())


def test_without_a_memory_or_a_model_the_reason_is_told(store: Store, shown: Shown) -> None:
    bench = Bench(NoMemory("memory_key_missing", "no key"), shown)
    assert reason(bench.ask(ListTaught())) == "memory_key_missing"
    bench.teaching.close()
    bench = Bench(store, None)
    assert isinstance(bench.ask(ListTaught()), TaughtListed)
    assert reason(bench.ask(Take(1))) == "own_missing"
    bench.teaching.close()
    shown.missing = True
    bench = Bench(store, shown)
    assert reason(bench.ask(Take(1))) == "own_missing"
    bench.teaching.close()


def test_what_was_cancelled_is_not_answered(bench: Bench) -> None:
    bench.teaching.cancel(7)
    assert isinstance(bench.ask(ListTaught()), TaughtListed)
    assert bench.events.empty()


# --- the memory -------------------------------------------------------------------------------------------------


def test_a_renamed_thing_keeps_its_looks_and_its_rows(store: Store) -> None:
    store.teach(KEYS, [Descriptor("shown", b"1234")]).result()
    store.remember([seen("keys", owner="my")]).result()
    assert store.rename_thing(KEYS, Owned("car keys", "my")).result()
    (taught,) = store.things()
    assert taught.thing == Owned("car keys", "my") and len(taught.takes) == 1
    assert [row.thing for row in store.recall()] == [taught.thing]
    assert not store.rename_thing(KEYS, GLASSES).result(), "there is no such thing any more"


def test_a_name_that_is_taken_is_refused(store: Store) -> None:
    store.teach(KEYS, ()).result()
    store.remember([seen("glasses", owner="mum's")]).result()
    with pytest.raises(NameTaken):
        store.rename_thing(KEYS, GLASSES).result()
    store.name_place("hall", ()).result()
    store.name_place("sofa", ()).result()
    with pytest.raises(NameTaken):
        store.rename_place("hall", "sofa").result()
    assert store.rename_place("hall", "hallway").result()
    assert [place.name for place in store.places()] == ["hallway", "sofa"]
