"""Detector of what was taught, beside the detectors of a scene: taught things, and the named place.

With nothing taught it costs nothing: the model is read at the first look after something was.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from chestnut.core.memory import Named, Taught
from chestnut.core.scene import Belonging, Frame, Thing
from chestnut.perception.belongings import Belongings, Surroundings

NOTHING = Surroundings()


class Own:
    """core.ports.Detector, and perception.seeing.Following. All of it from any thread.

    open_belongings: called when they are first needed; raises ModelMissing or ModelDamaged. They are closed with
    this.
    """

    def __init__(self, open_belongings: Callable[[], Belongings]) -> None:
        self._open = open_belongings
        self._using = threading.Lock()
        self._belongings: Belongings | None = None
        self._told: tuple[tuple[Taught, ...], tuple[Named, ...]] = (), ()
        self._known: tuple[tuple[Taught, ...], tuple[Named, ...]] = (), ()

    def know(self, things: Sequence[Taught], places: Sequence[Named]) -> None:
        """From the next look on these, and no others. Never blocks; the same again costs nothing."""
        self._told = tuple(things), tuple(places)

    def see(self, frame: Frame) -> Surroundings:
        return self.follow(frame, (), lambda: True) or NOTHING

    def follow(
        self, frame: Frame, detected: Sequence[Thing], go_on: Callable[[], bool]
    ) -> Surroundings | None:
        """detected, go_on: as in Belongings.look."""
        if self._told == ((), ()):
            return NOTHING
        with self.used() as belongings:
            told = self._told
            if told is not self._known:
                if told != self._known:
                    belongings.know(*told)
                self._known = told
            return belongings.look(frame, detected, go_on)

    @contextmanager
    def used(self) -> Iterator[Belongings]:
        """The only user of the model for a while: to teach. Blocks until a look is over."""
        with self._using:
            if self._belongings is None:
                self._belongings = self._open()
            yield self._belongings

    def close(self) -> None:
        with self._using:
            belongings, self._belongings = self._belongings, None
            self._known = (), ()
        if belongings is not None:
            belongings.close()


def belongings_in(found: Surroundings) -> tuple[Belonging, ...]:
    """As the scene tells them."""
    return tuple(
        Belonging(spotted.thing.label, spotted.thing.owner, spotted.likeness.confidence, spotted.box)
        for spotted in found.things
    )
