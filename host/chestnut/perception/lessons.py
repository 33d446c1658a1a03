"""How that looks which is being taught: kept here, as numbers and in memory only, until the lesson is over."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from chestnut.core.memory import Descriptor, Named, Owned, Taught
from chestnut.core.scene import Frame
from chestnut.perception.belongings import descriptors
from chestnut.perception.descriptor import Floats, vectors_of
from chestnut.perception.lesson import is_known, odd_ones, places_like, repeats, things_like
from chestnut.perception.own import Own

KEPT_S = 300.0  # a lesson takes no longer


class Lessons:
    """core.ports.Lessons, by the model of the detector of what was taught. Used by one thread at a time."""

    def __init__(self, own: Own, clock: Callable[[], float] = time.monotonic) -> None:
        self._own, self._clock = own, clock
        self._number = 0
        self._takes: dict[int, tuple[float, Floats]] = {}

    def take(
        self, frame: Frame, earlier: Sequence[int] = (), *, place: bool = False
    ) -> tuple[int, tuple[int, ...]]:
        now = self._clock()
        self._takes = {
            number: kept
            for number, kept in self._takes.items()
            if number in earlier and now - kept[0] <= KEPT_S
        }
        with self._own.used() as belongings:
            take = vectors_of([belongings.view(frame)]) if place else belongings.take(frame)
            if repeats(belongings.background, take, [kept for _, kept in self._takes.values()]):
                return 0, ()
            self._number += 1
            self._takes[self._number] = now, take
            numbers = tuple(self._takes)
            odd = odd_ones(belongings.background, [kept for _, kept in self._takes.values()])
        return self._number, tuple(numbers[at] for at in odd)

    def pictures(self, numbers: Sequence[int]) -> int:
        return len(self._kept(numbers))

    def takes(self, numbers: Sequence[int]) -> tuple[Descriptor, ...]:
        return descriptors(self._kept(numbers))

    def show(self, numbers: Sequence[int], known: Taught) -> bool:
        with self._own.used() as belongings:
            return is_known(belongings.background, self._kept(numbers), known)

    def things_like(
        self, thing: Owned, numbers: Sequence[int], others: Sequence[Taught]
    ) -> tuple[Owned, ...]:
        with self._own.used() as belongings:
            return things_like(belongings.background, thing, self._kept(numbers), others)

    def places_like(self, name: str, numbers: Sequence[int], others: Sequence[Named]) -> tuple[str, ...]:
        with self._own.used() as belongings:
            return places_like(belongings.background, name, self._kept(numbers), others)

    def know(self, things: Sequence[Taught], places: Sequence[Named]) -> None:
        self._own.know(things, places)

    def drop(self) -> None:
        self._takes.clear()

    def _kept(self, numbers: Sequence[int]) -> list[Floats]:
        return [self._takes[number][1] for number in dict.fromkeys(numbers) if number in self._takes]
