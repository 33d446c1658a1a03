"""Companion's watching: how often it looks, and what becomes rows of a real memory under a clock turned by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from queue import Queue
from typing import Any

import numpy as np
import pytest
from chestnut.core.care import Care, Heat
from chestnut.core.effects import Forget, ForgetThing, LookBack
from chestnut.core.events import Event, LookedBack, MemoryChanged, Part, PartFound, PartLost
from chestnut.core.memory import Moment, Owned, Place, Remembered, Sighting
from chestnut.core.ports import Saw
from chestnut.core.scene import Belonging, Box, Frame, Hand, Scene, Thing
from chestnut.core.session import COMPANION, Session
from chestnut.memory.faults import NoRoom
from chestnut.memory.store import Store
from chestnut.runtime.remembering import Remembering
from chestnut.runtime.settings import BadSettings, WatchSettings, parse
from chestnut.runtime.teaching import Teaching
from chestnut.runtime.watching import SPARED, Watching, looks_per_second
from chestnut_tests.drive import GOOD
from chestnut_tests.memory_desk import NOON, Desk

CUP = Thing("cup", 0.8, Box(0.4, 0.4, 0.5, 0.6))
TABLE = Thing("dining table", 0.9, Box(0.2, 0.5, 0.9, 1.0))
KEYS = Belonging("keys", "my", 0.9, Box(0.6, 0.5, 0.7, 0.6))
WATCHES = Session(mode=COMPANION)
PIXELS = np.zeros((2, 2, 3), np.uint8)
WAIT_S = 60.0


class Sight:
    """Remembers how it is to watch."""

    def __init__(self) -> None:
        self.told: list[float] = []

    def watch(self, rate_hz: float, saw: Saw | None = None) -> None:
        assert (saw is None) is (rate_hz == 0)
        self.told.append(rate_hz)


class Clock:
    """Monotonic seconds that run as the desk's wall clock does."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def now(self) -> float:
        return self._desk.now - NOON + 1000.0

    def time_of_day(self) -> str:
        return "12:00"


class Companion:
    """Watching over a real memory."""

    def __init__(self, desk: Desk, store: Store) -> None:
        self.desk, self.store = desk, store
        self.posted: Queue[Event] = Queue()
        self.clock = Clock(desk)
        self.sight: Any = Sight()
        self.remembering = Remembering(store, self.posted.put, self.clock, desk.clock, 7 * 86400.0)
        self.watching = Watching(self.sight, self.remembering.note, self.clock, desk.clock, WatchSettings())
        self.remembering.forgotten = self.watching.forget
        self.watching.follow(WATCHES, False)
        self._jobs = 0

    def see(self, *things: Thing, ago_s: float = 0.0, **more: Any) -> None:
        scene = replace(Scene(1, GOOD, things=things), **more)
        self.watching.saw(Frame(1, self.clock.now() - ago_s, PIXELS), scene)

    def rows(self) -> tuple[Remembered, ...]:
        """After all that was seen is written: an answer comes after it."""
        self._jobs += 1
        self.remembering.perform(self._jobs, LookBack())
        while not isinstance(event := self.posted.get(timeout=WAIT_S), LookedBack):
            assert not isinstance(event, PartLost), event
        return (*self.store.recall(), *self.store.recall(likely=False))


@contextmanager
def companion(folder: Path) -> Iterator[Companion]:
    desk = Desk(folder)
    with desk.open() as store:
        made = Companion(desk, store)
        try:
            yield made
        finally:
            made.remembering.close()


def test_a_thing_is_remembered_where_it_lies(tmp_path: Path) -> None:
    with companion(tmp_path) as device:
        device.see(CUP, TABLE, ago_s=0.5)
        (row,) = device.rows()
        assert (row.thing.label, row.place.near, row.first_seen) == ("cup", "dining table", NOON - 0.5)


def test_an_hour_of_the_same_cup_is_one_row(tmp_path: Path) -> None:
    with companion(tmp_path) as device:
        for _ in range(61):
            device.see(CUP, TABLE)
            device.desk.now += 60
        (row,) = device.rows()
        assert (row.first_seen, row.last_seen, row.looks) == (NOON, NOON + 3600, 61)


def test_a_table_missed_now_and_then_makes_no_second_row(tmp_path: Path) -> None:
    with companion(tmp_path) as device:
        for minute in range(20):
            device.see(CUP, *((TABLE,) if minute % 3 == 0 else ()))
            device.desk.now += 60
        (row,) = device.rows()
        assert row.place.near == "dining table"


def test_a_cup_that_is_elsewhere_without_a_place_is_told_so(tmp_path: Path) -> None:
    with companion(tmp_path) as device:
        device.see(CUP, TABLE)
        device.see(replace(CUP, box=Box(0.0, 0.0, 0.1, 0.2)))
        assert [row.place.near for row in device.rows()] == ["", "dining table"]


def test_the_named_place_goes_before_what_is_near(tmp_path: Path) -> None:
    with companion(tmp_path) as device:
        device.see(CUP, TABLE, place="kitchen", belongings=(KEYS,))
        rows = device.rows()
        assert {(row.thing.owner, row.thing.label, row.place.name) for row in rows} == {
            ("", "cup", "kitchen"),
            ("my", "keys", "kitchen"),
        }


def test_a_taught_thing_that_is_not_sure_is_an_unsure_row(tmp_path: Path) -> None:
    with companion(tmp_path) as device:
        device.see(belongings=(replace(KEYS, confidence=0.3),))
        (row,) = device.rows()
        assert not row.likely


def test_what_a_hand_is_on_does_not_lie_there(tmp_path: Path) -> None:
    with companion(tmp_path) as device:
        device.see(CUP, TABLE, hands=(Hand(0.9, "right", Box(0.45, 0.5, 0.7, 0.9), ()),))
        assert device.rows() == ()


def test_what_was_seen_before_the_pause_is_all_that_is_written(tmp_path: Path) -> None:
    with companion(tmp_path) as device:
        device.see(CUP, TABLE)
        device.watching.follow(replace(WATCHES, paused=True), False)
        device.see(replace(CUP, label="book"), TABLE)
        assert [row.thing.label for row in device.rows()] == ["cup"]
        assert device.sight.told == [2.0, 0.0]


def test_what_was_just_seen_is_forgotten_with_the_last_hour(tmp_path: Path) -> None:
    with companion(tmp_path) as device:
        device.see(CUP, TABLE)
        device.remembering.perform(99, Forget(seconds=3600.0))
        assert device.posted.get(timeout=WAIT_S) == MemoryChanged(at=device.clock.now(), job=99, rows=1)
        assert device.rows() == ()


def test_what_nobody_asks_for_is_written_by_itself_and_at_the_end(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with desk.open() as store:
        device = Companion(desk, store)
        device.see(CUP, TABLE)
        device.remembering.close()
    with desk.open() as store:
        assert len(store.recall()) == 1


class Failing:
    """A memory whose card takes nothing for a while."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.full = True
        self.tries: Queue[int] = Queue()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def remember(self, looks: Sequence[Sighting]) -> Any:
        self.tries.put(len(looks))
        if self.full:
            return self._store._writer.do(_no_room)
        return self._store.remember(looks)


def _no_room(connection: object) -> tuple[int, ...]:
    raise NoRoom("the disk is full: free some space")


def test_a_full_card_is_told_once_and_what_was_seen_is_tried_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with desk.open() as store:
        memory: Any = Failing(store)
        device = Companion(desk, store)
        device.remembering.close()
        posted: Queue[Event] = Queue()
        remembering = Remembering(memory, posted.put, device.clock, desk.clock, 7 * 86400.0)
        remembering.note([Sighting(Owned("cup"), Place(), 0.9, NOON, CUP.box)])
        remembering.perform(1, LookBack())
        events = [posted.get(timeout=WAIT_S), posted.get(timeout=WAIT_S)]
        assert {type(event) for event in events} == {PartLost, LookedBack}
        assert PartLost(at=device.clock.now(), part=Part.MEMORY, reason="memory_full") in events
        remembering.perform(2, LookBack())
        assert isinstance(posted.get(timeout=WAIT_S), LookedBack), "told once"
        memory.full = False
        remembering.perform(3, LookBack())
        job = 3
        while not isinstance(event := posted.get(timeout=WAIT_S), PartFound):
            assert isinstance(event, LookedBack), "it is tried again beside each answer"
            remembering.perform(job := job + 1, LookBack())
        assert event.part is Part.MEMORY and len(store.recall()) == 1
        remembering.close()


@pytest.mark.parametrize("full", [False, True])
def test_what_is_forgotten_is_not_written_later(full: bool, tmp_path: Path) -> None:
    """What the card did not take, and what the eyes were still at."""
    desk = Desk(tmp_path)
    with desk.open() as store:
        memory: Any = Failing(store)
        memory.full = full
        device = Companion(desk, store)
        device.remembering.close()
        device.remembering = Remembering(memory, device.posted.put, device.clock, desk.clock, 7 * 86400.0)
        device.watching = Watching(
            device.sight, device.remembering.note, device.clock, desk.clock, WatchSettings()
        )
        device.watching.follow(WATCHES, False)
        device.see(CUP, TABLE)
        device.remembering.perform(99, Forget(seconds=3600.0))
        while not isinstance(device.posted.get(timeout=WAIT_S), MemoryChanged):
            pass
        memory.full = False
        device.see(replace(CUP, label="book"), TABLE, ago_s=0.4)
        desk.now += 1
        device.see(replace(CUP, label="bottle"), TABLE)
        device.remembering.close()
        assert [row.thing.label for row in store.recall()] == ["bottle"]


def test_a_thing_that_is_forgotten_is_not_written_later(tmp_path: Path) -> None:
    with companion(tmp_path) as device:
        device.see(CUP, TABLE, belongings=(KEYS,))
        teaching = Teaching(
            device.store,
            None,
            lambda number: None,
            device.posted.put,
            device.clock,
            forget=device.remembering.forget,
        )
        teaching.perform(98, ForgetThing(Owned("keys", "my")), "en")
        while not isinstance(device.posted.get(timeout=WAIT_S), MemoryChanged):
            pass
        teaching.close()
        device.see(belongings=(KEYS,), ago_s=0.4)
        assert [row.thing.label for row in device.rows()] == ["cup"]
        device.desk.now += 1
        device.see(belongings=(KEYS,))
        (keys, _) = device.rows()
        assert keys.thing.label == "keys" and keys.first_seen == device.desk.now


# --- how often ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("session", "rate"),
    [
        (WATCHES, 2.0),
        (Session(), 0.0),
        (replace(WATCHES, paused=True), 0.0),
        (replace(WATCHES, unwatched="memory_off"), 0.0),
        (replace(WATCHES, faults=((Part.CAMERA, "camera_lost"),)), 0.0),
        (replace(WATCHES, faults=((Part.ENGINE, "gemma_missing"),)), 2.0),
        (replace(WATCHES, care=Care(battery=21)), 2.0),
        (replace(WATCHES, care=Care(battery=20)), 2.0 * SPARED),
        (replace(WATCHES, care=Care(skin=Heat.SLOW)), 2.0 * SPARED),
        (replace(WATCHES, care=Care(skin=Heat.HOT)), 0.0),
    ],
)
def test_it_looks_so_often(session: Session, rate: float) -> None:
    assert looks_per_second(session, False, WatchSettings()) == rate
    assert looks_per_second(session, True, WatchSettings()) == 0.0, "never beside the deep lane"


def test_the_sight_is_told_what_changed_and_nothing_else() -> None:
    sight: Any = Sight()
    watching = Watching(sight, lambda looks: None, None, lambda: Moment(NOON), WatchSettings(True, 0.5))  # type: ignore[arg-type]
    for thinks in (False, False, True, True, False):
        watching.follow(WATCHES, thinks)
    assert sight.told == [0.5, 0.0, 0.5]


def test_the_settings_are_checked() -> None:
    settings = parse("[watch]\nenabled = false\nlooks_per_second = 1")
    assert settings.watch == WatchSettings(False, 1)
    for bad in ("looks_per_second = 3", "looks_per_second = 0", "looks_per_second = nan", "rate = 1"):
        with pytest.raises(BadSettings, match="watch"):
            parse(f"[watch]\n{bad}")


def test_what_is_watched_a_second_time_at_the_same_times_makes_no_second_row(tmp_path: Path) -> None:
    """As `chestnut watch` does when it is run again over the same folder."""
    with Desk(tmp_path).open() as store:
        looks = [Sighting(Owned("cup"), Place(), 0.9, NOON + 60 * minute, CUP.box) for minute in range(60)]
        first = set(store.remember(looks).result(timeout=WAIT_S))
        again = set(store.remember(looks).result(timeout=WAIT_S))
        (row,) = store.recall()
        assert first == again == {row.row} and (row.first_seen, row.last_seen) == (NOON, NOON + 59 * 60)
