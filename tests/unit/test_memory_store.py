"""What is remembered is found again: the newest, by thing and place, with what is sure and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from chestnut.core.memory import (
    STAY_S,
    Descriptor,
    Named,
    Owned,
    Place,
    Remembered,
    Sighting,
    Source,
    Taught,
    same_spot,
)
from chestnut.core.scene import Box
from chestnut.memory.faults import Closed
from chestnut.memory.store import Store
from chestnut_tests.memory_desk import NOON, SPOTS, Desk, seen


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def store(desk: Desk) -> Iterator[Store]:
    with desk.open() as store:
        yield store


def remember(store: Store, *looks: Sighting) -> tuple[int, ...]:
    return store.remember(looks).result(timeout=60)


def where(rows: tuple[Remembered, ...]) -> list[str]:
    return [row.place.name or row.place.near for row in rows]


def test_a_thing_is_found_where_and_when_it_was_seen(store: Store) -> None:
    (row,) = remember(store, seen("keys", "hall", owner="my", confidence=0.75))
    assert store.recall(["keys"]) == (
        Remembered(
            row=row,
            thing=Owned("keys", "my"),
            place=Place("hall"),
            confidence=0.75,
            first_seen=NOON,
            last_seen=NOON,
            box=SPOTS[0],
        ),
    )


def test_an_hour_of_the_same_cup_is_one_row(store: Store) -> None:
    rows = {row for second in range(0, 3600, 30) for row in remember(store, seen(at=NOON + second))}
    (cup,) = store.recall()
    assert rows == {cup.row}
    assert (cup.first_seen, cup.last_seen, cup.looks) == (NOON, NOON + 3570, 120)


def test_the_best_look_counts_and_the_first_box_stays(store: Store) -> None:
    drifted = Box(0.05, 0.2, 0.25, 0.4)
    remember(store, seen(confidence=0.6), seen(at=NOON + 1, confidence=0.9))
    remember(store, Sighting(Owned("cup"), Place("kitchen table"), 0.7, NOON + 2, drifted))
    (cup,) = store.recall()
    assert (cup.confidence, cup.box, cup.looks) == (0.9, SPOTS[0], 3)


@pytest.mark.parametrize(
    "other",
    [
        seen(at=NOON + STAY_S + 1),
        seen(spot=1),
        seen(spot=None),
        seen(confidence=0.3),
        seen("glass"),
        seen(owner="mum's"),
        seen(place="hall"),
        seen(near="lamp"),
    ],
    ids=["later", "elsewhere in view", "told", "unsure", "thing", "owner", "place", "unnamed place"],
)
def test_what_differs_is_a_row_of_its_own(store: Store, other: Sighting) -> None:
    first, second = remember(store, seen(), other)
    assert first != second


def test_two_cups_in_one_view_stay_two_rows_for_as_long_as_they_are_watched(store: Store) -> None:
    rows = set()
    for second in range(0, 600, 10):
        rows |= set(remember(store, seen(at=NOON + second, spot=0), seen(at=NOON + second, spot=2)))
    assert len(rows) == 2


def test_the_newest_place_comes_first_and_each_place_once(store: Store) -> None:
    remember(store, seen(place="hall"), seen(place="bath", at=NOON + 1000), seen(near="lamp", at=NOON + 500))
    remember(store, seen(place="hall", at=NOON + 700))
    assert where(store.recall(["cup"])) == ["bath", "hall", "lamp"]
    assert store.recall(["cup"])[1].last_seen == NOON + 700


def test_it_is_found_under_any_of_its_names(store: Store) -> None:
    remember(store, seen("mug", "hall"), seen("cup", "bath", at=NOON + 1), seen("dog", "bed", at=NOON + 2))
    assert where(store.recall(["cup", "mug", "glass"])) == ["bath", "hall"]
    assert store.recall([]) == ()


def test_everything_is_stepped_through_newest_first(store: Store) -> None:
    remember(store, seen("mug", "hall"), seen("cup", "bath", at=NOON + 1), seen("dog", "bed", at=NOON + 2))
    assert [row.thing.label for row in store.recall()] == ["dog", "cup", "mug"]


def test_other_peoples_things_are_not_mine(store: Store) -> None:
    remember(store, seen("keys", "hall", owner="mum's"))
    assert store.recall(["keys"], owner="my") == ()
    assert where(store.recall(["keys"])) == ["hall"]


def test_what_was_only_guessed_is_told_only_when_asked_for(store: Store) -> None:
    remember(store, seen(place="hall"), seen(place="bath", at=NOON + 9, confidence=0.49))
    assert where(store.recall(["cup"])) == ["hall"]
    assert where(store.recall(["cup"], likely=False)) == ["bath"]


def test_seen_since_this_morning(store: Store) -> None:
    remember(store, seen(place="hall"), seen(place="bath", at=NOON + 1000))
    assert where(store.recall(["cup"], since=NOON + 1)) == ["bath"]
    assert store.recall(["cup"], since=NOON + 1001) == ()


def test_what_was_told_has_no_box(store: Store) -> None:
    rows = remember(store, seen(spot=None), seen(spot=None, at=NOON + 5))
    (told,) = store.recall()
    assert (told.box, told.source, told.looks) == (None, Source.TOLD, 2)
    assert set(rows) == {told.row}


def test_all_of_a_group_or_none(store: Store) -> None:
    unheard = Sighting(Owned("cup"), Place(), 0.9, 1e300)  # too far away for the file
    with pytest.raises(OverflowError):
        remember(store, seen("dog"), unheard)
    assert store.recall() == ()


def test_a_job_that_fails_takes_no_other_with_it(store: Store) -> None:
    bad: Future[tuple[int, ...]] = store.remember([Sighting(Owned("cup"), Place(), 0.9, 1e300)])
    good = store.remember([seen("dog")])
    assert isinstance(bad.exception(timeout=60), OverflowError)
    assert good.result(timeout=60)
    assert [row.thing.label for row in store.recall()] == ["dog"]


def test_it_is_all_there_after_a_restart(desk: Desk) -> None:
    with desk.open() as store:
        remember(store, seen(pinned=True))
        before = store.recall()
    with desk.open() as store:
        assert store.recall() == before
        assert store.check() == ()


def test_what_was_given_before_closing_is_written(desk: Desk) -> None:
    with desk.open() as store:
        given = [store.remember([seen(f"thing {number}")]) for number in range(500)]
    assert all(future.done() for future in given)
    with desk.open() as store:
        assert len(store.recall()) == 500


def test_a_closed_memory_says_so(desk: Desk) -> None:
    store = desk.store()
    store.close()
    store.close()
    with pytest.raises(Closed):
        store.recall()
    with pytest.raises(Closed):
        remember(store, seen())


def test_two_stores_of_one_file_see_each_other(desk: Desk) -> None:
    with desk.open() as one, desk.open() as other:
        remember(one, seen(place="hall"))
        remember(other, seen(place="bath", at=NOON + 1))
        assert where(one.recall()) == where(other.recall()) == ["bath", "hall"]


def test_a_row_can_be_pinned_and_let_go(store: Store) -> None:
    (row,) = remember(store, seen())
    assert store.pin(row, True).result(timeout=60)
    assert store.recall()[0].pinned
    assert store.pin(row, False).result(timeout=60)
    assert not store.recall()[0].pinned
    assert not store.pin(row + 1, True).result(timeout=60)


def test_takes_of_a_thing_and_views_of_a_place_are_kept_in_order(desk: Desk) -> None:
    takes = tuple(Descriptor("m1", bytes([number] * 8)) for number in range(3))
    with desk.open() as store:
        store.teach(Owned("keys", "my"), takes[:2])
        store.teach(Owned("keys", "my"), takes[2:])
        store.teach(Owned("pills"), [])
        store.name_place("kitchen table", takes[:1])
        store.name_place("hall", ())
    with desk.open() as store:
        assert store.things() == (Taught(Owned("keys", "my"), takes), Taught(Owned("pills")))
        assert store.places() == (Named("kitchen table", takes[:1]), Named("hall"))


def test_what_was_only_seen_is_not_taught(store: Store) -> None:
    remember(store, seen())
    assert store.things() == ()
    assert store.places() == ()


@pytest.mark.parametrize(
    "make",
    [
        lambda: seen(confidence=1.1),
        lambda: seen(confidence=float("nan")),
        lambda: Sighting(Owned("cup"), Place(), 0.5, NOON, Box(0, 0, 1.01, 1)),
        lambda: Owned(""),
        lambda: Place("hall", "lamp"),
        lambda: Descriptor("m1", b"123"),
        lambda: Descriptor("", b"1234"),
        lambda: Descriptor("m1", b""),
    ],
)
def test_nonsense_is_refused_before_it_is_written(make: object) -> None:
    assert callable(make)
    with pytest.raises(ValueError):
        make()


def test_a_spot_is_a_spot_and_what_was_told_has_none() -> None:
    assert same_spot(SPOTS[0], SPOTS[0])
    assert not same_spot(SPOTS[0], SPOTS[1])
    assert same_spot(None, None)
    assert not same_spot(None, SPOTS[0])


def test_every_thing_that_was_seen_guessed_told_or_taught_is_known_once(store: Store) -> None:
    remember(store, seen("cup"), seen("cup", "hall"), seen("keys", owner="my", confidence=0.2))
    remember(store, seen("pills", spot=None))
    store.teach(Owned("wallet", "my"), [Descriptor("model", b"\0\0\0\0")]).result(timeout=60)
    store.teach(Owned("cup"), [Descriptor("model", b"\0\0\0\0")]).result(timeout=60)
    known = (Owned("cup"), Owned("keys", "my"), Owned("pills"), Owned("wallet", "my"))
    assert store.known() == known


def test_what_was_forgotten_is_no_longer_known_but_what_was_taught_is(store: Store) -> None:
    cup, _ = remember(store, seen("cup"), seen("keys"))
    store.teach(Owned("keys"), [Descriptor("model", b"\0\0\0\0")]).result(timeout=60)
    store.forget(cup).result(timeout=60)
    assert store.known() == (Owned("keys"),)
    store.forget_all().result(timeout=60)
    assert store.known() == (Owned("keys"),)


def test_no_more_rows_than_wanted_are_recalled_and_these_are_the_newest(store: Store) -> None:
    remember(store, *(seen(f"thing {number}", at=NOON + number) for number in (3, 1, 4, 0, 2)))
    assert [row.thing.label for row in store.recall(limit=2)] == ["thing 4", "thing 3"]
    assert store.recall(limit=0) == ()
    assert store.recall(limit=9) == store.recall()
