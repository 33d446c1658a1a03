"""The part that asks the memory for the skills: a real memory, a thread of its own."""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import wait
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import pytest
from chestnut.core.effects import Forget, LookBack, Pin, Recall, Remember
from chestnut.core.events import (
    EffectFailed,
    Event,
    LookedBack,
    MemoryChanged,
    MemoryKept,
    Part,
    PartFound,
    PartLost,
    Recalled,
)
from chestnut.core.memory import Descriptor, Named, Owned, Taught
from chestnut.core.recollection import Noticed
from chestnut.core.scene import Box
from chestnut.memory.store import Store
from chestnut.runtime.memory import NoMemory, key_of, memory_path, open_memory
from chestnut.runtime.remembering import Know, Remembering
from chestnut.runtime.settings import BadSettings, MemorySettings, parse
from chestnut_tests.full_disk import filling_disk
from chestnut_tests.memory_desk import NOON, Desk, seen

CUP = Noticed(Owned("cup"), "laptop", 0.8, Box(0.1, 0.1, 0.2, 0.2))
TAKE = Descriptor("a model", b"\0\0\0\0")
WEEK_S = 7 * 24 * 3600.0


class Clock:
    def now(self) -> float:
        return 5.0

    def time_of_day(self) -> str:
        return "12:00"


@contextmanager
def working(desk: Desk, know: Know | None = None) -> Iterator[tuple[Remembering, Store, Queue[Event]]]:
    posted: Queue[Event] = Queue()
    with desk.open() as store:
        part = Remembering(store, posted.put, Clock(), desk.clock, WEEK_S, know)
        try:
            yield part, store, posted
        finally:
            part.close()


def test_it_remembers_recalls_pins_and_forgets(tmp_path: Path) -> None:
    with working(Desk(tmp_path)) as (part, store, posted):
        part.perform(1, Remember((CUP,)))
        assert posted.get(timeout=60) == MemoryKept(at=5.0, job=1)
        part.perform(2, Recall("где кружка"))
        recalled = posted.get(timeout=60)
        assert isinstance(recalled, Recalled)
        (found,) = recalled.recollection.sought[0].found
        assert (found.row.thing.label, found.row.place.near, found.age_s) == ("cup", "laptop", 0.0)
        part.perform(3, Pin(found.row.row, True))
        assert posted.get(timeout=60) == MemoryChanged(at=5.0, job=3, rows=1)
        part.perform(4, LookBack())
        looked = posted.get(timeout=60)
        assert isinstance(looked, LookedBack) and looked.found[0].row.pinned
        part.perform(5, Forget(row=found.row.row))
        assert posted.get(timeout=60) == MemoryChanged(at=5.0, job=5, rows=1)
        assert store.recall() == ()


def test_the_place_is_named_where_it_is_known(tmp_path: Path) -> None:
    with working(Desk(tmp_path)) as (part, store, posted):
        part.perform(1, Remember((CUP,), "kitchen"))
        assert posted.get(timeout=60) == MemoryKept(at=5.0, job=1)
        assert store.recall()[0].place.name == "kitchen"


def test_what_was_taught_is_told_at_the_start_and_when_it_changes(tmp_path: Path) -> None:
    told: Queue[tuple[list[str], list[str]]] = Queue()

    def know(things: Sequence[Taught], places: Sequence[Named]) -> None:
        told.put(([taught.thing.label for taught in things], [named.name for named in places]))

    with working(Desk(tmp_path), know) as (part, store, _):
        assert told.get(timeout=60) == ([], [])
        store.teach(Owned("keys", "my"), [TAKE]).result()
        store.name_place("hall", [TAKE]).result()
        part.refresh()
        while told.get(timeout=60) != (["keys"], ["hall"]):
            pass


def test_what_cannot_be_read_is_known_no_more(tmp_path: Path) -> None:
    told: Queue[int] = Queue()
    with working(Desk(tmp_path), lambda things, places: told.put(len(things))) as (part, store, _):
        store.teach(Owned("keys", "my"), [TAKE]).result()
        part.refresh()
        while told.get(timeout=60) != 1:
            pass
        store.close()
        part.refresh()
        while told.get(timeout=60) != 0:
            pass


def test_the_last_hour_is_forgotten(tmp_path: Path) -> None:
    with working(Desk(tmp_path)) as (part, _, posted):
        part.perform(1, Remember((CUP,)))
        part.perform(2, Forget(seconds=3600.0))
        assert [posted.get(timeout=60).job for _ in range(2)] == [1, 2]  # type: ignore[attr-defined]
        part.perform(3, LookBack())
        assert posted.get(timeout=60) == LookedBack(at=5.0, job=3, found=())


def test_a_cancelled_job_is_not_answered(tmp_path: Path) -> None:
    go_on = threading.Event()
    with working(Desk(tmp_path), lambda things, places: go_on.wait(60)) as (part, store, posted):
        part.perform(1, Remember((CUP,)))
        part.cancel(1)
        go_on.set()
        part.perform(2, LookBack())
        assert isinstance(posted.get(timeout=60), LookedBack)
        assert len(store.recall()) == 1, "what was to be written is written"


def test_what_is_too_old_goes_and_the_pinned_stays(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with desk.open() as store:
        store.remember([seen("cup"), seen("keys", pinned=True)]).result(timeout=60)
    desk.now = NOON + WEEK_S + 60
    with working(desk) as (part, store, posted):
        part.perform(
            1, LookBack()
        )  # after the first sweep or before it: the next is asked only once that is over
        posted.get(timeout=60)
        part._sweep(store)
        assert [row.thing.label for row in store.recall()] == ["keys"]


def test_without_a_memory_the_reason_is_told_and_answered(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.fill(3)
    desk.key_file.path.write_text("0" * 96)
    settings = MemorySettings(path=str(desk.path))
    lack = open_memory(settings, desk.clock, desk.key_file)
    assert isinstance(lack, NoMemory) and lack.reason == "memory_wrong_key"
    posted: Queue[Event] = Queue()
    part = Remembering(lack, posted.put, Clock(), desk.clock, WEEK_S)
    assert posted.get(timeout=60) == PartLost(at=5.0, part=Part.MEMORY, reason="memory_wrong_key")
    part.perform(1, LookBack())
    assert posted.get(timeout=60) == EffectFailed(at=5.0, job=1, reason="memory_wrong_key")
    part.close()


def test_a_memory_that_is_switched_off_is_no_fault(tmp_path: Path) -> None:
    lack = open_memory(MemorySettings(enabled=False), Desk(tmp_path).clock)
    assert isinstance(lack, NoMemory)
    posted: Queue[Event] = Queue()
    Remembering(lack, posted.put, Clock(), Desk(tmp_path).clock, WEEK_S).close()
    assert posted.empty()


def test_a_fault_is_the_answer_and_the_sweep_tells_of_it_and_of_its_end(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    posted: Queue[Event] = Queue()
    with desk.open() as store, desk.open() as other:
        part = Remembering(store, posted.put, Clock(), desk.clock, WEEK_S)
        part.perform(1, LookBack())
        posted.get(timeout=60)
        store.close()
        part.perform(2, LookBack())
        assert posted.get(timeout=60) == EffectFailed(at=5.0, job=2, reason="memory_closed")
        part.close()
        part._sweep(store)
        assert posted.get(timeout=60) == PartLost(at=5.0, part=Part.MEMORY, reason="memory_closed")
        part._sweep(other)
        assert posted.get(timeout=60) == PartFound(at=5.0, part=Part.MEMORY)


def test_a_card_that_turns_read_only_while_it_remembers_is_told_once_and_so_is_its_end(
    tmp_path: Path,
) -> None:
    """As the kernel does it with a card that fails: every write is refused from one moment to the next."""
    desk = Desk(tmp_path)
    posted: Queue[Event] = Queue()
    with filling_disk() as disk, desk.open() as store:
        part = Remembering(store, posted.put, Clock(), desk.clock, WEEK_S)
        part.close()
        disk.room, disk.says = 0, errno.EROFS
        for _ in range(3):
            part._noting.add([seen("cup")])
            wait([part._noting.write(store, part._wrote)], timeout=60)
        assert posted.get(timeout=60) == PartLost(at=5.0, part=Part.MEMORY, reason="memory_card_failed")
        disk.room = None
        wait([part._noting.write(store, part._wrote)], timeout=60)
        assert posted.get(timeout=60) == PartFound(at=5.0, part=Part.MEMORY)
        assert posted.empty()
        assert [row.thing.label for row in store.recall()] == ["cup"]


def test_it_leaves_no_thread(tmp_path: Path) -> None:
    with working(Desk(tmp_path)) as (part, _, _):
        part.close()
    assert not [thread for thread in threading.enumerate() if thread.name in ("remembering", "memory-writer")]


# --- where the memory is -----------------------------------------------------------------------------------


def test_another_file_has_a_key_of_its_own(tmp_path: Path) -> None:
    own, other = tmp_path / "memory.db", tmp_path / "other.db"
    environment = {"CHESTNUT_MEMORY_KEY": str(tmp_path / "stick.key")}
    assert key_of(own, own, environment).path == tmp_path / "stick.key"
    assert key_of(other, own, environment).path == tmp_path / "other.db.key"


def test_the_settings_name_file_and_days() -> None:
    memory = parse('[memory]\npath = "/data/m.db"\nkeep_days = 30\nenabled = false').memory
    assert (memory_path(memory), memory.keep_s, memory.enabled) == (Path("/data/m.db"), 30 * 86400.0, False)
    for wrong in ("keep_days = 31", "keep_days = 0", 'path = ""'):
        with pytest.raises(BadSettings, match="cannot be"):
            parse(f"[memory]\n{wrong}")
