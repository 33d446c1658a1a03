"""Companion's watching: how often the sight looks by itself, and what of that is remembered."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from chestnut.core.memory import STAY_S, Moment, Owned, Place, Sighting, same_spot
from chestnut.core.ports import Clock, Sight
from chestnut.core.scene import Frame, Scene
from chestnut.core.session import Session
from chestnut.core.watch import watches
from chestnut.runtime.settings import WatchSettings
from chestnut.skills.remember import watched

SPARED = 0.25  # of the looks, when it is warm at the body or the battery is low

Note = Callable[[Sequence[Sighting]], None]


def looks_per_second(session: Session, thinks: bool, settings: WatchSettings) -> float:
    """0 when it does not watch, or the deep lane thinks: a camera beside a language model makes both slow."""
    if thinks or not watches(session):
        return 0.0
    return settings.looks_per_second * (SPARED if session.care.spares else 1.0)


class Watching:
    """note: takes what is to be remembered and never blocks. wall: the wall clock. follow() is for one thread."""

    def __init__(
        self, sight: Sight, note: Note, clock: Clock, wall: Callable[[], Moment], settings: WatchSettings
    ) -> None:
        self._sight, self._note = sight, note
        self._clock, self._wall, self._settings = clock, wall, settings
        self._looks_per_second = 0.0
        self._lock = threading.Lock()  # of _stays, for the sight has several threads
        self._stays = Stays()

    def follow(self, session: Session, thinks: bool) -> None:
        """The session is this now. Never blocks; the same again costs nothing."""
        wanted = looks_per_second(session, thinks, self._settings)
        if wanted != self._looks_per_second:
            self._looks_per_second = wanted
            self._sight.watch(wanted, self.saw if wanted else None)

    def saw(self, frame: Frame, scene: Scene) -> None:
        """A settled scene was looked at. From any thread."""
        if not self._looks_per_second:
            return  # it was paused meanwhile
        at = self._wall().utc_s - max(0.0, self._clock.now() - frame.at)
        with self._lock:
            looks = self._stays.of(scene, at)
        if looks:
            self._note(looks)

    def forget(self) -> None:
        """Something was forgotten: what is seen from now on is not held against what was seen before. From any
        thread."""
        with self._lock:
            self._stays = Stays()


class Stays:
    """What of each look is to be remembered, beside the looks before. For one thread."""

    def __init__(self) -> None:
        self._placed: dict[Owned, list[Sighting]] = {}

    def of(self, scene: Scene, at: float) -> list[Sighting]:
        """at: UTC seconds."""
        return [look for look in sightings(scene, at) if not self._was_placed(look)]

    def _was_placed(self, look: Sighting) -> bool:
        """It says less than a look at the same thing at the same spot not long ago, when it was seen where it is: the
        table was missed this time. What it says was not denied, only not seen."""
        before = [placed for placed in self._placed.get(look.thing, ()) if abs(look.at - placed.at) < STAY_S]
        self._placed[look.thing] = before
        if look.place == Place():
            return any(same_spot(placed.box, look.box) for placed in before)
        others = (placed for placed in before if not same_spot(placed.box, look.box))
        self._placed[look.thing] = [*others, look]
        return False


def sightings(scene: Scene, at: float) -> tuple[Sighting, ...]:
    """What is remembered of a settled scene. at: UTC seconds. The place is a name where that is sure, else what the
    thing lies at, else nothing."""
    named = Place(name=scene.place) if scene.place else None
    return tuple(
        Sighting(look.thing, named or Place(near=look.near), look.confidence, at, look.box)
        for look in watched(scene)
    )
