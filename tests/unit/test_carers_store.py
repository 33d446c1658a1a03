"""What carers may see and did, in the memory's file: the log first, the wearer's no lasting, nothing half."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from chestnut.core.carers import LOG_S, Act, Deed, Sight
from chestnut.core.memory import Descriptor, Owned
from chestnut.core.reminders import Kind, Reminder
from chestnut.memory.faults import MemoryFault, NoRoom
from chestnut.memory.schema import FIRST
from chestnut.memory.store import Store
from chestnut_tests.full_disk import filling_disk
from chestnut_tests.memory_desk import Desk
from chestnut_tests.raw_pages import in_clear

KEYS = Owned("keys", "my")
TAKES = [Descriptor("m1", b"1234")]
PILLS = Reminder("pills", Kind.MEDICINE, "2026-11-23T08:00:00", "UTC", "FREQ=DAILY")
LIMIT_S = 60


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def store(desk: Desk) -> Iterator[Store]:
    with desk.open() as store:
        yield store


def look(store: Store, carer: str = "Olga", sight: Sight = Sight.REMINDERS) -> bool:
    return store.carers.look(carer, sight).result(LIMIT_S)


def allow(store: Store, carer: str = "Olga", sight: Sight = Sight.REMINDERS, by_key: bool = False) -> bool:
    return store.carers.allow(carer, sight, by_key=by_key).result(LIMIT_S)


def deny(store: Store, carer: str = "Olga", sight: Sight = Sight.REMINDERS, by_key: bool = False) -> None:
    store.carers.deny(carer, sight, by_key=by_key).result(LIMIT_S)


def deeds(acts: tuple[Act, ...]) -> list[tuple[str, Deed]]:
    return [(act.carer, act.deed) for act in acts]


def test_nobody_may_see_anything_until_it_is_allowed(store: Store) -> None:
    assert [look(store, sight=sight) for sight in Sight] == [False] * 3
    assert set(store.carers.rights().asked) == {("Olga", sight) for sight in Sight}


def test_what_is_allowed_is_seen_and_in_the_log(store: Store) -> None:
    assert allow(store)
    assert look(store) and not look(store, sight=Sight.THINGS)
    assert deeds(store.carers.log()) == [
        ("Olga", Deed.ASKED),
        ("Olga", Deed.LOOKED),
        ("Olga", Deed.ALLOWED),
    ]


def test_a_name_is_one_whatever_its_capitals(store: Store) -> None:
    allow(store, "Ольга")
    assert look(store, " ольга ")
    assert {carer for carer, _ in deeds(store.carers.log())} == {"Ольга"}
    assert len(store.carers.rights().given) == 1


def test_what_the_wearer_took_back_by_key_no_command_gives_again(store: Store) -> None:
    allow(store)
    deny(store, by_key=True)
    assert not allow(store) and not look(store)
    assert allow(store, by_key=True) and look(store)


def test_what_a_command_took_back_a_command_gives_again(store: Store) -> None:
    allow(store)
    deny(store)
    assert not look(store)
    assert allow(store) and look(store)


def test_a_choice_by_key_is_no_news(store: Store) -> None:
    allow(store, by_key=True)
    deny(store, by_key=True)
    assert store.carers.log() == ()


def test_nobody_may_look_holds_for_all_and_against_commands(store: Store) -> None:
    allow(store)
    allow(store, "Ben", by_key=True)
    store.carers.close_to_all(True).result(LIMIT_S)
    assert store.carers.rights().closed
    assert not look(store) and not look(store, "Ben") and not look(store, "somebody new")
    assert not allow(store, "somebody new")
    assert [act.deed for act in store.carers.untold()] == [Deed.ALLOWED], "who asks now is only in the log"
    store.carers.close_to_all(False).result(LIMIT_S)
    assert not look(store) and not look(store, "Ben"), "what was taken back is not given again by that"
    assert allow(store, "somebody new")


def test_to_allow_one_by_key_ends_nobody_may_look(store: Store) -> None:
    store.carers.close_to_all(True).result(LIMIT_S)
    assert allow(store, by_key=True) and look(store)
    assert not store.carers.rights().closed


def test_who_asks_again_and_again_is_told_once_a_day(desk: Desk, store: Store) -> None:
    for _ in range(3):
        look(store)
    assert len(store.carers.log()) == 3 and len(store.carers.untold()) == 1
    desk.now += 25 * 3600
    look(store)
    assert len(store.carers.untold()) == 2
    for _ in range(3):
        desk.now += 10 * 3600
        look(store)
    assert len(store.carers.untold()) == 3, "what was not told does not put off what is"


def test_whoever_types_names_neither_fills_the_menu_nor_the_wearers_ears(desk: Desk, store: Store) -> None:
    for number in range(20):
        look(store, f"somebody {number}")
    asked = store.carers.rights().asked
    assert len(asked) == 6 and asked[-1][0] == "somebody 19"
    assert len(store.carers.untold()) == 6 and len(store.carers.log()) == 20
    allow(store)
    assert look(store) and store.carers.untold()[-1].deed is Deed.LOOKED, "a look is told, whoever asks"
    desk.now += 25 * 3600
    look(store, "Ben")
    assert store.carers.untold()[-1].carer == "Ben"


def test_what_was_heard_is_not_told_again(store: Store) -> None:
    allow(store)
    look(store)
    rows = [act.row for act in store.carers.untold()]
    store.carers.heard(rows[:1]).result(LIMIT_S)
    assert [act.row for act in store.carers.untold()] == rows[1:]
    assert len(store.carers.log()) == 2


def test_the_log_is_kept_for_thirty_days(desk: Desk, store: Store) -> None:
    allow(store)
    look(store)
    desk.now += LOG_S - 60
    assert store.carers.sweep().result(LIMIT_S) == 0
    desk.now += 120
    desk.trusted = False
    assert store.carers.sweep().result(LIMIT_S) == 0, "a clock nobody trusts ends nothing"
    desk.trusted = True
    assert store.carers.sweep().result(LIMIT_S) == 2
    assert store.carers.log() == () and look(store), "the right stays"


def test_a_look_at_a_time_nobody_knows_is_noted_so(desk: Desk, store: Store) -> None:
    desk.trusted = False
    look(store)
    assert [act.sure for act in store.carers.log()] == [False]


def test_on_a_full_disk_no_look_is_allowed(desk: Desk, store: Store) -> None:
    """No log, no sight."""
    allow(store)
    before = store.carers.log()
    with filling_disk() as disk:
        disk.room = 0
        with pytest.raises(NoRoom):
            look(store)
    assert disk.refused and store.carers.log() == before
    assert look(store)


def test_without_a_memory_no_look_is_allowed(desk: Desk) -> None:
    store = desk.store()
    allow(store)
    store.close()
    with pytest.raises(MemoryFault):
        look(store)


def test_what_comes_in_comes_in_once(store: Store) -> None:
    carers = store.carers
    for first in (True, False):
        assert carers.take_reminder("Olga", "a", PILLS).result(LIMIT_S) is first
        assert carers.take_thing("Olga", ["b", "c"], KEYS, TAKES).result(LIMIT_S) is first
        assert carers.take_place("Olga", ["d"], "kitchen", TAKES).result(LIMIT_S) is first
    assert len(store.reminders.all()) == len(store.things()) == len(store.places()) == 1
    assert carers.known(["a", "b", "c", "d", "e"]) == {"a", "b", "c", "d"}
    told = [(act.deed, act.thing, act.place) for act in carers.untold()]
    assert told == [(Deed.SET, None, ""), (Deed.TAUGHT, KEYS, ""), (Deed.NAMED, None, "kitchen")]


def test_what_came_in_is_told_or_did_not_come_in(desk: Desk, store: Store) -> None:
    with filling_disk() as disk:
        disk.room = 0
        with pytest.raises(NoRoom):
            store.carers.take_thing("Olga", ["b"], KEYS, TAKES).result(LIMIT_S)
    assert store.things() == () and store.carers.known(["b"]) == frozenset()
    assert store.carers.untold() == ()


def test_forgetting_a_thing_leaves_no_name_of_it_in_the_log(desk: Desk) -> None:
    thing = Owned("zzblueteapotzz", "my")
    with desk.open() as store:
        store.carers.take_thing("Olga", ["b"], thing, TAKES).result(LIMIT_S)
        store.carers.take_place("Olga", ["d"], "zzmyattic", TAKES).result(LIMIT_S)
        store.forget_things([thing.label]).result(LIMIT_S)
        store.forget_place("zzmyattic").result(LIMIT_S)
        assert [(act.deed, act.thing, act.place) for act in store.carers.log()] == [
            (Deed.NAMED, None, ""),
            (Deed.TAUGHT, None, ""),
        ]
        assert not store.carers.take_thing("Olga", ["b"], thing, TAKES).result(LIMIT_S), (
            "forgotten is forgotten"
        )
    clear = in_clear(desk.path, desk.key_file.path)
    assert b"zzblueteapotzz" not in clear and b"zzmyattic" not in clear and b"Olga" in clear


def test_to_forget_everything_forgets_no_right_and_no_look(store: Store) -> None:
    allow(store)
    look(store)
    store.forget_all().result(LIMIT_S)
    assert len(store.carers.log()) == 2 and look(store)


def test_a_memory_of_the_first_tables_gets_these(desk: Desk) -> None:
    desk.store((FIRST,)).close()
    with desk.open() as store:
        assert allow(store) and look(store) and store.check() == ()


def test_a_name_needs_a_letter(store: Store) -> None:
    with pytest.raises(ValueError, match="letter"):
        store.carers.look(" \n", Sight.DEVICE)
