"""What is remembered: which thing was seen where and when. Plain data, text only, never a picture. Pure.

Times are UTC seconds of the wall clock. Whether that clock could be trusted when a row was written is known for
each row (Remembered.when_sure), because a computer without a network may wake up in the wrong year.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from chestnut.core.scene import Box

LIKELY = 0.5  # at this confidence and above a sighting is told as a fact, below it as a guess
STAY_S = 300.0  # a thing seen again within this time has not been away
STAY_OVERLAP = 0.3  # intersection over union: the box is still the same spot


@dataclass(frozen=True, slots=True)
class Moment:
    """What the wall clock says. trusted: it was set by what knows (a network, a running RTC, the wearer)."""

    utc_s: float
    trusted: bool = True


class Source(StrEnum):
    """Who says so: the camera, or the wearer or carer in words."""

    SEEN = "seen"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Place:
    """name: given by wearer or carer ("kitchen table"). near: where there is no name, the label of what stands
    beside it ("lamp"). Both empty: nobody knows."""

    name: str = ""
    near: str = ""

    def __post_init__(self) -> None:
        if self.name and self.near:
            raise ValueError("a place has a name or something near it, not both")


@dataclass(frozen=True, slots=True)
class Owned:
    """A kind of thing and whose it is. label: a COCO class or what was taught ("keys"). owner: "" for nobody's,
    "my" for the wearer's, else as it was taught ("mum's")."""

    label: str
    owner: str = ""

    def __post_init__(self) -> None:
        if not self.label:
            raise ValueError("a thing has a label")


@dataclass(frozen=True, slots=True)
class Sighting:
    """One look at one thing. confidence: 0 to 1. at: UTC seconds. box: where in the picture; None when told.
    pinned: kept for ever."""

    thing: Owned
    place: Place
    confidence: float
    at: float
    box: Box | None = None
    source: Source = Source.SEEN
    pinned: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"a confidence is 0 to 1, not {self.confidence}")
        if self.box is not None:
            sides = (self.box.left, self.box.top, self.box.right, self.box.bottom)
            if not all(0 <= side <= 1 for side in sides):
                raise ValueError(f"a box is given in fractions of the picture, not as {sides}")

    @property
    def likely(self) -> bool:
        return self.confidence >= LIKELY


@dataclass(frozen=True, slots=True)
class Remembered:
    """One row: a thing that stayed at one spot from first_seen to last_seen and was looked at `looks` times.

    box: of the first look. confidence: of the best. when_sure: the clock could be trusted; without it the order of
    rows is still right, their age is not known.
    """

    row: int
    thing: Owned
    place: Place
    confidence: float
    first_seen: float
    last_seen: float
    box: Box | None = None
    source: Source = Source.SEEN
    looks: int = 1
    pinned: bool = False
    when_sure: bool = True

    @property
    def likely(self) -> bool:
        return self.confidence >= LIKELY


def same_spot(one: Box | None, other: Box | None) -> bool:
    """The two boxes of a thing at one place are one spot. What was told has no box, and only fits what was told."""
    if one is None or other is None:
        return one is other
    return one.iou(other) >= STAY_OVERLAP


@dataclass(frozen=True, slots=True)
class Descriptor:
    """How a thing or a place looks to a model. model: its name and version; descriptors of two models are never
    compared. vector: float32, little-endian."""

    model: str
    vector: bytes

    def __post_init__(self) -> None:
        if not self.model or not self.vector or len(self.vector) % 4:
            raise ValueError("a descriptor has a model's name and whole float32 numbers")


@dataclass(frozen=True, slots=True)
class Taught:
    """A thing learnt from takes ("these are my keys")."""

    thing: Owned
    takes: tuple[Descriptor, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Named:
    """A place with a name, and the views it is known by; none when it was only told."""

    name: str
    views: tuple[Descriptor, ...] = field(default=())
