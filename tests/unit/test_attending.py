"""The wearer hears of carers: in time, not at night, again until it was heard."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from chestnut.core.carers import Deed, Sight
from chestnut.core.effects import CheckCarers, CloseToCarers, LetSee, MarkHeard
from chestnut.core.events import (
    BatteryMeasured,
    ButtonChanged,
    CarersActed,
    CarersChecked,
    Edge,
    EffectFailed,
    Event,
    MemoryChanged,
    Part,
    PartLost,
)
from chestnut.memory.carers import Carers
from chestnut.memory.store import Store
from chestnut.runtime import attending, condition
from chestnut.runtime.attending import AGAIN_S, TRIES, Attending
from chestnut.runtime.condition import ConditionFile
from chestnut_tests.memory_desk import Desk
from chestnut_tests.reminder_desk import EIGHT, ZONE, HandClock

LIMIT_S = 60
Kind = TypeVar("Kind", bound=Event)


class Life:
    """attending.look() is called by hand; the thread waits an hour of a clock that stands still."""

    def __init__(self, desk: Desk, book: Carers | str, clock: HandClock) -> None:
        self.clock = clock
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.desk = desk
        self.first: list[Deed] = []  # what was told at its start
        self.attending = Attending(book, self.events.put, clock, clock.moment, lambda: ZONE)

    def at_start(self) -> bool:
        """Something was told; else the answer is taken."""
        event = self.events.get(timeout=LIMIT_S)
        if isinstance(event, CarersActed):
            self.first = [act.deed for act in event.acts]
        return bool(self.first)

    def told(self) -> list[list[Deed]]:
        """By a look now."""
        self.attending.look()
        return self.waiting()

    def waiting(self) -> list[list[Deed]]:
        found = []
        while not self.events.empty():
            event = self.events.get()
            assert isinstance(event, CarersActed)
            found.append([act.deed for act in event.acts])
        return found

    def answer(self, kind: type[Kind]) -> Kind:
        event = self.events.get(timeout=LIMIT_S)
        assert isinstance(event, kind), event
        return event


@pytest.fixture
def clock() -> HandClock:
    return HandClock(EIGHT + 3600)


@pytest.fixture
def store(tmp_path: Path, clock: HandClock) -> Iterator[Store]:
    desk = Desk(tmp_path)
    desk.now = clock.wall
    with desk.open() as store:
        yield store


@pytest.fixture
def live(
    store: Store, clock: HandClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Life]]:
    lives: list[Life] = []
    monkeypatch.setattr(attending, "LOOK_S", 3600.0)

    def begin() -> Life:
        life = Life(Desk(tmp_path), store.carers, clock)
        lives.append(life)
        # The first look of the thread itself is over when it answers.
        life.attending.perform(1, CheckCarers())
        if life.at_start():
            life.answer(CarersChecked)
        return life

    yield begin
    for life in lives:
        life.attending.close()
        life.attending.close()


def look(store: Store, carer: str = "Olga") -> None:
    store.carers.allow(carer, Sight.REMINDERS, by_key=True).result(LIMIT_S)
    store.carers.look(carer, Sight.REMINDERS).result(LIMIT_S)


def test_a_look_is_told(store: Store, live: Callable[[], Life]) -> None:
    life = live()
    assert life.told() == []
    look(store)
    assert life.told() == [[Deed.LOOKED]]


def test_what_was_done_while_it_was_off_is_told_at_the_start(store: Store, live: Callable[[], Life]) -> None:
    look(store)
    assert live().first == [Deed.LOOKED]


def test_what_was_not_heard_is_told_again_and_then_left_to_the_menu(
    store: Store, live: Callable[[], Life], clock: HandClock
) -> None:
    life = live()
    look(store)
    told = 0
    for _ in range(TRIES + 3):
        told += len(life.told())
        assert life.told() == [], "not at once again"
        clock.passes(AGAIN_S + 1)
    assert told == TRIES
    assert [act.deed for act in life.attending.untold] == [Deed.LOOKED], "the status still tells it"


def test_what_was_heard_is_not_told_again(store: Store, live: Callable[[], Life], clock: HandClock) -> None:
    life = live()
    look(store)
    assert life.told() == [[Deed.LOOKED]]
    life.attending.perform(2, MarkHeard(tuple(act.row for act in life.attending.untold)))
    life.attending.perform(3, CheckCarers())
    life.answer(CarersChecked)
    clock.passes(AGAIN_S + 1)
    assert life.told() == [] and life.attending.untold == ()


def test_nobody_is_woken_to_hear_it(store: Store, live: Callable[[], Life], clock: HandClock) -> None:
    clock.wall = EIGHT - 5 * 3600
    life = live()
    look(store)
    assert life.told() == []
    life.attending.hear(ButtonChanged(at=clock.now(), button="describe", edge=Edge.DOWN))
    assert life.told() == [[Deed.LOOKED]], "who presses a key is awake"


def test_with_a_clock_nobody_trusts_it_is_told(
    store: Store, live: Callable[[], Life], clock: HandClock
) -> None:
    clock.wall, clock.why = EIGHT - 5 * 3600, "clock_unsure"
    life = live()
    look(store)
    assert life.told() == [[Deed.LOOKED]]


def test_the_wearers_choice_is_kept(store: Store, live: Callable[[], Life]) -> None:
    life = live()
    life.attending.perform(5, LetSee("Olga", Sight.DEVICE, True))
    assert life.answer(MemoryChanged).job == 5
    assert store.carers.look("Olga", Sight.DEVICE).result(LIMIT_S)
    life.attending.perform(6, LetSee("Olga", Sight.DEVICE, False))
    life.answer(MemoryChanged)
    assert not store.carers.look("Olga", Sight.DEVICE).result(LIMIT_S)
    life.attending.perform(7, CloseToCarers(True))
    life.answer(MemoryChanged)
    life.attending.perform(8, CheckCarers())
    answer = life.answer(CarersChecked)
    assert answer.rights.closed and [act.deed for act in answer.acts] == [Deed.ASKED, Deed.LOOKED]


def test_a_memory_that_is_closed_is_an_answer(store: Store, live: Callable[[], Life]) -> None:
    life = live()
    store.close()
    life.attending.perform(9, LetSee("Olga", Sight.DEVICE, True))
    assert life.answer(EffectFailed).reason == "memory_closed"
    assert life.told() == []


def test_without_a_memory_the_reason_is_told(tmp_path: Path, clock: HandClock) -> None:
    life = Life(Desk(tmp_path), "memory_wrong_key", clock)
    life.attending.perform(4, CheckCarers())
    assert life.answer(EffectFailed).reason == "memory_wrong_key"
    life.attending.close()


def test_nobody_waits_for_what_was_cancelled(store: Store, live: Callable[[], Life]) -> None:
    life = live()
    life.attending.perform(5, LetSee("Olga", Sight.DEVICE, True))
    life.attending.cancel(5)
    life.attending.perform(6, CheckCarers())
    while not isinstance(event := life.events.get(timeout=LIMIT_S), CarersChecked):
        assert isinstance(event, MemoryChanged), "it was done before it was cancelled"
    assert event.rights.given[0].allowed, "what the wearer chose is kept all the same"


def test_a_folder_that_cannot_be_taken_keeps_nothing_from_the_wearer(store: Store, clock: HandClock) -> None:
    def begin() -> Generator[None, None, None]:
        yield
        raise OSError("the stick was pulled")

    look(store)
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    one = Attending(store.carers, events.put, clock, clock.moment, lambda: ZONE, begin=begin)
    assert isinstance(events.get(timeout=LIMIT_S), CarersActed)
    one.close()


def test_a_folder_of_many_pictures_keeps_nobody_waiting(store: Store, clock: HandClock) -> None:
    """The wearer's keys come between two pictures, and so does the end."""
    steps: list[str] = []
    go: queue.SimpleQueue[bool] = queue.SimpleQueue()
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()

    def begin() -> Generator[None, None, None]:
        try:
            while True:
                steps.append("picture")
                assert go.get(timeout=LIMIT_S)
                yield
        finally:
            steps.append("left")

    one = Attending(store.carers, events.put, clock, clock.moment, lambda: ZONE, begin=begin)
    one.perform(1, CheckCarers())
    go.put(True)
    assert isinstance(events.get(timeout=LIMIT_S), CarersChecked)
    closing = threading.Thread(target=one.close)
    closing.start()
    while closing.is_alive():
        go.put(True)
        closing.join(0.05)
    assert steps[-1] == "left", "it is closed in the thread that worked"


def test_what_came_in_with_the_folder_is_told_at_once(store: Store, clock: HandClock) -> None:
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()

    def begin() -> Generator[None, None, None]:
        yield
        look(store)

    one = Attending(store.carers, events.put, clock, clock.moment, lambda: ZONE, begin=begin)
    event = events.get(timeout=LIMIT_S)
    assert isinstance(event, CarersActed) and [act.deed for act in event.acts] == [Deed.LOOKED]
    one.close()


def test_how_the_device_is_stands_in_its_file(store: Store, clock: HandClock, tmp_path: Path) -> None:
    path = tmp_path / "condition.json"
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    one = Attending(store.carers, events.put, clock, clock.moment, lambda: ZONE, ConditionFile(path))
    one.hear(BatteryMeasured(at=0.0, percent=55, millivolts=3800))
    one.close()
    told, runs = condition.read(path)
    assert told is not None and (told.battery, told.at, runs) == (55, clock.wall, False)


@pytest.mark.parametrize(("source", "lost"), [("gauge", Part.GAUGE), ("pod", Part.POD)])
def test_a_battery_nobody_measures_any_more_is_not_told_to_other_processes(
    tmp_path: Path, source: str, lost: Part
) -> None:
    path = tmp_path / "condition.json"
    file = ConditionFile(path)
    file.note(BatteryMeasured(at=1.0, percent=60, millivolts=3800, source=source))
    other = Part.POD if lost is Part.GAUGE else Part.GAUGE
    file.note(PartLost(at=2.0, part=other, reason=f"{other}_lost"))
    file.write(100.0, True)
    told, _ = condition.read(path)
    assert told is not None and told.battery == 60
    file.note(PartLost(at=3.0, part=lost, reason=f"{lost}_lost"))
    file.write(101.0, True)
    told, _ = condition.read(path)
    assert told is not None and told.battery is None
    file.close()
