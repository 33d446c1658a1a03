"""The store against a memory of plain Python lists: whatever is done in whatever order, both remember the same."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from chestnut.core.memory import LIKELY, STAY_S, Owned, Place, Remembered, Sighting, same_spot
from chestnut_tests.memory_desk import NOON, Desk, seen
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

LABELS, PLACES = ("cup", "keys"), ("hall", "bath")
WEEK_S = 7 * 86400


@dataclass
class Row:
    told: Remembered
    era: int


class Model:
    """Rows by number. era: how often the clock was set back."""

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self.era = 0

    def remember(self, look: Sighting, number: int) -> bool:
        """Whether the look became the row of that number, or should have become another."""
        stays = [
            (row.told.last_seen, row.told.row)
            for row in self.rows.values()
            if row.era == self.era
            and (row.told.thing, row.told.place, row.told.likely) == (look.thing, look.place, look.likely)
            and row.told.source is look.source
            and row.told.first_seen - STAY_S <= look.at <= row.told.last_seen + STAY_S
            and same_spot(row.told.box, look.box)
        ]
        if not stays:
            if number in self.rows:
                return False
            self.rows[number] = Row(
                Remembered(
                    number,
                    look.thing,
                    look.place,
                    look.confidence,
                    look.at,
                    look.at,
                    look.box,
                    look.source,
                    1,
                    look.pinned,
                ),
                self.era,
            )
            return True
        ended = [stay for stay in stays if stay[0] <= look.at + STAY_S]
        if number != (max(ended) if ended else min(stays))[1]:
            return False
        old = self.rows[number].told
        self.rows[number].told = replace(
            old,
            confidence=max(old.confidence, look.confidence),
            first_seen=min(old.first_seen, look.at),
            last_seen=max(old.last_seen, look.at),
            looks=old.looks + 1,
            pinned=old.pinned or look.pinned,
        )
        return True

    def recall(self, labels: set[str], likely: bool, since: float | None) -> list[Remembered]:
        def order(row: Row) -> tuple[int, float, int]:
            return row.era, row.told.last_seen, row.told.row

        newest: dict[tuple[Owned, Place], Row] = {}
        for row in sorted(self.rows.values(), key=order):
            if row.told.thing.label in labels and row.told.likely is likely:
                newest[row.told.thing, row.told.place] = row
        found = sorted(newest.values(), key=order, reverse=True)
        return [row.told for row in found if since is None or row.told.last_seen >= since]


looks = st.builds(
    seen,
    st.sampled_from(LABELS),
    st.sampled_from(PLACES),
    owner=st.sampled_from(("", "my")),
    near=st.sampled_from(("", "", "lamp")),
    confidence=st.sampled_from((0.2, LIKELY, 0.9)),
    spot=st.sampled_from((None, 0, 1)),
    pinned=st.sampled_from((False, False, True)),
)


class BothRemember(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.desk = Desk(self.folder)
        self.store = self.desk.store()
        self.model = Model()

    @rule(wait=st.sampled_from((1, 200, 4000, 80_000)), given=st.lists(looks, min_size=1, max_size=3))
    def looks_around(self, wait: int, given: list[Sighting]) -> None:
        self.desk.now += wait
        timed = [replace(look, at=self.desk.now) for look in given]
        rows = self.store.remember(timed).result(timeout=60)
        for look, row in zip(timed, rows, strict=True):
            assert self.model.remember(look, row)

    @rule(look=looks, ago=st.sampled_from((100, 1000, 100_000)))
    def is_told_of_earlier(self, look: Sighting, ago: int) -> None:
        earlier = replace(look, at=self.desk.now - ago)
        (row,) = self.store.remember([earlier]).result(timeout=60)
        assert self.model.remember(earlier, row)

    @precondition(lambda self: self.model.rows)
    @rule(choice=st.integers(0, 999), pinned=st.booleans())
    def pins(self, choice: int, pinned: bool) -> None:
        row = sorted(self.model.rows)[choice % len(self.model.rows)]
        assert self.store.pin(row, pinned).result(timeout=60)
        self.model.rows[row].told = replace(self.model.rows[row].told, pinned=pinned)

    @precondition(lambda self: self.model.rows)
    @rule(choice=st.integers(0, 999))
    def forgets_this(self, choice: int) -> None:
        row = sorted(self.model.rows)[choice % len(self.model.rows)]
        assert self.store.forget(row).result(timeout=60) == 1
        del self.model.rows[row]

    @precondition(lambda self: self.model.era == 0)
    @rule(seconds=st.sampled_from((100, 3600, 100_000)))
    def forgets_the_last(self, seconds: int) -> None:
        since = self.desk.now - seconds
        touched = [row for row in self.model.rows.values() if row.told.last_seen > since]
        touched += [
            row for row in self.model.rows.values() if row.told.first_seen == row.told.last_seen == since
        ]
        assert self.store.forget_last(seconds).result(timeout=60) == len(touched)
        for row in touched:
            if row.told.first_seen >= since:
                del self.model.rows[row.told.row]
            else:
                row.told = replace(row.told, last_seen=since)

    @rule(label=st.sampled_from(LABELS), owner=st.sampled_from((None, "", "my")))
    def forgets_a_thing(self, label: str, owner: str | None) -> None:
        gone = [
            number
            for number, row in self.model.rows.items()
            if row.told.thing.label == label and owner in (None, row.told.thing.owner)
        ]
        assert self.store.forget_things([label], owner).result(timeout=60) == len(gone)
        for number in gone:
            del self.model.rows[number]

    @precondition(lambda self: self.model.era == 0)
    @rule()
    def sweeps(self) -> None:
        before = self.desk.now - WEEK_S
        old = [n for n, row in self.model.rows.items() if row.told.last_seen < before and not row.told.pinned]
        assert self.store.sweep().result(timeout=60) == len(old)
        for number in old:
            del self.model.rows[number]

    @rule()
    def is_started_again(self) -> None:
        self.store.close()
        self.store = self.desk.store()

    @precondition(lambda self: self.model.rows)
    @rule(look=looks)
    def wakes_up_a_year_earlier(self, look: Sighting) -> None:
        self.desk.now -= 365 * 86400
        self.store.close()
        self.store = self.desk.store()
        self.model.era += 1
        assert self.store.doubt is not None
        (row,) = self.store.remember([replace(look, at=self.desk.now)]).result(timeout=60)
        assert self.model.remember(replace(look, at=self.desk.now), row)

    @invariant()
    def both_tell_the_same(self) -> None:
        for labels, likely in itertools.product(({"cup"}, {"cup", "keys"}, {"dog"}), (True, False)):
            told = self.store.recall(labels, likely=likely)
            assert [replace(row, when_sure=True) for row in told] == self.model.recall(labels, likely, None)
            assert {row.when_sure for row in told} <= {True} or self.model.era

    @precondition(lambda self: self.model.era == 0)
    @invariant()
    def both_tell_the_same_of_today(self) -> None:
        since = self.desk.now - 3600
        assert list(self.store.recall(LABELS, since=since)) == self.model.recall(set(LABELS), True, since)

    def teardown(self) -> None:
        assert self.store.check() == ()
        self.store.close()
        shutil.rmtree(self.folder)


assert NOON % 1 == 0  # times in the file are whole milliseconds

TestBothRemember = BothRemember.TestCase
TestBothRemember.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
