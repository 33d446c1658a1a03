"""One thing followed over many looks. Pure.

The detector flickers: a thing counts as seen when two of the last three looks saw it, and its place changes only when
it has clearly moved. Among several of a kind the one that was followed is followed on; at first it is the largest,
which is the nearest.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from dataclasses import replace
from math import hypot

from chestnut.core.kinds import PERSON
from chestnut.core.memory import Owned
from chestnut.core.reach import MIDDLE
from chestnut.core.scene import Box, Hand, Scene, Thing
from chestnut.skills.sentence import BODY_NEAR, HAND_SIZED, THING_NEAR, OwnThing, Place, place

LOOKS, NEEDED = 3, 2
TOUCHES = 2  # looks in a row that see a hand on it
STEADY = 0.03  # of the picture: so far beyond an edge it must be to have changed its place
LARGER = 1.15  # and so much larger or smaller
LEVEL = 0.2  # of the picture's height: so far from the hand's height it is told that a near thing is higher or lower
# From how near the tone tells: first the thing is brought to the middle and walked to, then the hand goes to it.
AIMED = 0.8  # the most without a hand
FAR_OFF = 0.4  # share of it that needs no nearness
OFF_PICTURE = (
    0.5  # so far from where it is wanted nothing is left of it; up and down counts half, an arm does that
)
HAND_OFF = 0.5  # of the picture: so far from the hand the tone is not the hand's
# A hand is 18 cm long, and what it takes is not much smaller than a finger: what looks smaller beside it lies far
# behind it. The wearer's own hand fills a fifth of the picture; a small one is somebody else's.
SMALLEST_BESIDE_HAND = 0.25
OWN_HAND = 0.12
OWN_TALL = 0.5  # the window of a taught thing within the hand's reach, so many of the picture's heights
INNER = 0.6  # share of its sides: what lies in a window lies about its middle
NEARER_THAN_FACE = 1.8  # a hand is little longer than a face; the wearer's looks longer than one behind it


def seen_of(scene: Scene, labels: Collection[str], own: Owned | None = None) -> tuple[Thing, ...]:
    """The things of these kinds, people too, the largest first; or the taught thing."""
    if own is not None:
        return tuple(
            OwnThing(found.label, found.confidence, found.box, found.owner)
            for found in scene.belongings
            if (found.label, found.owner) == (own.label, own.owner)
        )
    people = scene.people if PERSON in labels else ()
    found = [Thing(PERSON, person.score, person.box) for person in people]
    found += [thing for thing in scene.things if thing.label in labels]
    return tuple(sorted(found, key=lambda thing: -thing.box.area))


def own_hands(scene: Scene) -> tuple[Hand, ...]:
    """Those that may be the wearer's: not small, and not of a size with a face they are seen before."""
    return tuple(
        hand
        for hand in scene.hands
        if _length(hand) >= OWN_HAND
        and not any(
            person.face is not None
            and person.box.overlap(hand.box) >= hand.box.area / 2
            and _length(hand) < NEARER_THAN_FACE * person.face.height
            for person in scene.people
        )
    )


def touched(thing: Thing, hands: Collection[Hand]) -> bool:
    """One of the wearer's hands lies on it. A person is not reached for."""
    return thing.label != PERSON and any(
        hand.box.overlap(_body(thing)) > 0 and _is_beside(thing, hand) for hand in hands
    )


def closeness(thing: Thing, hands: Collection[Hand], reach_down: float = MIDDLE) -> float:
    """hands: the wearer's. reach_down: as Session has it. 0 to 1: how near it is to the middle of the hand's reach,
    or to the hand itself."""
    across, down = thing.box.centre
    aim = max(0.0, 1 - hypot(across - MIDDLE, (down - reach_down) / 2) / OFF_PICTURE)
    tall = THING_NEAR if thing.label in HAND_SIZED else BODY_NEAR
    if isinstance(thing, OwnThing):
        tall = OWN_TALL
    nearness = min(1.0, thing.box.height / tall)
    near = AIMED * aim * (FAR_OFF + (1 - FAR_OFF) * nearness)
    for hand in hands:
        if thing.label != PERSON and _is_beside(thing, hand):
            near = max(near, 1 - _gap(hand.box, _body(thing)) / HAND_OFF)
    return near


class Track:
    """thing: as it was seen last, None while it does not count as seen. place: where, steadily. level: "up" or "down"
    when it is near, ahead, and clearly not at the hand's height, else "": what is farther away looks higher than it
    is, of a taught thing nobody knows how near it is, and a hand beside it needs no words. closeness: as above.
    reached: a hand has lain on it for two looks. sure: it is what is sought, not only perhaps; a taught thing that
    was surely seen in two of three looks is that as long as it is in sight: among the many looks of a search some
    will be wrong."""

    def __init__(self, labels: Collection[str], own: Owned | None = None, reach_down: float = MIDDLE) -> None:
        """reach_down: as Session has it."""
        self._labels, self._own = labels, own
        self._reach_down = reach_down
        self.sure = own is None
        self._votes: deque[bool] = deque(maxlen=LOOKS)
        self._sure_votes: deque[bool] = deque(maxlen=LOOKS)  # of the thing that is followed
        self._last: Thing | None = None
        self._touches = 0
        self.place: Place = ("ahead", "")
        self.level = ""
        self.closeness = 0.0

    def feed(self, scene: Scene) -> None:
        """One more look; one that was refused saw nothing."""
        thing = self._followed(seen_of(scene, self._labels, self._own))
        self._votes.append(thing is not None)
        if thing is not None:
            self.place = self._steady(thing)
            self.sure = self._is_sure(thing)
            self._last = thing
            hands = own_hands(scene)
            self.level = self._level(thing, hands)
            self.closeness = closeness(thing, hands, self._reach_down)
            self._touches = self._touches + 1 if touched(thing, hands) else 0
        elif not any(self._votes):
            self._last, self._touches = None, 0
            self._sure_votes.clear()
            self.sure = self._own is None

    @property
    def thing(self) -> Thing | None:
        return self._last if sum(self._votes) >= NEEDED else None

    @property
    def reached(self) -> bool:
        return self.thing is not None and self._touches >= TOUCHES

    def let_go(self) -> None:
        """It was told; the hand must touch it anew."""
        self._touches = 0

    def _is_sure(self, thing: Thing) -> bool:
        """What is elsewhere than in the look before may be another."""
        if not isinstance(thing, OwnThing):
            return True
        stays = self._last is not None and self._last.box.overlap(thing.box) > 0
        if not stays:
            self._sure_votes.clear()
        self._sure_votes.append(thing.sure)
        return sum(self._sure_votes) >= NEEDED or (self.sure and stays)

    def _level(self, thing: Thing, hands: Collection[Hand]) -> str:
        if self.place != ("ahead", "near") or thing.label not in HAND_SIZED or isinstance(thing, OwnThing):
            return ""
        if any(_is_beside(thing, hand) for hand in hands):
            return ""
        off = thing.box.centre[1] - self._reach_down
        edge = LEVEL - STEADY if self.level else LEVEL
        return "" if abs(off) <= edge else "up" if off < 0 else "down"

    def _followed(self, seen: tuple[Thing, ...]) -> Thing | None:
        last = self._last
        if last is None or not seen:
            return seen[0] if seen else None
        x, y = last.box.centre
        return min(seen, key=lambda thing: hypot(thing.box.centre[0] - x, thing.box.centre[1] - y))

    def _steady(self, thing: Thing) -> Place:
        """The place it had, as long as that is still right within the margins."""
        side, reach = place(thing)
        if self._last is None:
            return side, reach
        sides = {place(_moved(thing, shift))[0] for shift in (-STEADY, STEADY)}
        reaches = {place(_grown(thing, by))[1] for by in (1 / LARGER, LARGER)}
        return (
            self.place[0] if self.place[0] in sides else side,
            self.place[1] if self.place[1] in reaches else reach,
        )


def _moved(thing: Thing, shift: float) -> Thing:
    box = thing.box
    return replace(thing, box=Box(box.left + shift, box.top, box.right + shift, box.bottom))


def _grown(thing: Thing, by: float) -> Thing:
    box = thing.box
    return replace(thing, box=Box(box.left, box.top, box.right, box.top + box.height * by))


def _body(thing: Thing) -> Box:
    """Where it is, as far as its box tells."""
    if not isinstance(thing, OwnThing):
        return thing.box
    (x, y), across, down = thing.box.centre, INNER * thing.box.width / 2, INNER * thing.box.height / 2
    return Box(x - across, y - down, x + across, y + down)


def _length(hand: Hand) -> float:
    return max(hand.box.width, hand.box.height)


def _is_beside(thing: Thing, hand: Hand) -> bool:
    size = max(thing.box.width, thing.box.height)
    return size >= SMALLEST_BESIDE_HAND * _length(hand)


def _gap(one: Box, other: Box) -> float:
    """Between their nearest edges; 0 when they touch."""
    across = max(0.0, one.left - other.right, other.left - one.right)
    down = max(0.0, one.top - other.bottom, other.top - one.bottom)
    return hypot(across, down)
