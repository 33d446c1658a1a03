"""One look for what was taught: which place is this, and which taught things lie where?

The place is known by the whole frame. Things are not on the detector's list, so every window of the frame is a
candidate: the detector's boxes of any kind, and the windows whose shape promises most, are cut out and described.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from chestnut.core.memory import Descriptor, Named, Owned, Taught
from chestnut.core.scene import Box, Frame, Thing
from chestnut.perception.descriptor import (
    BATCH,
    LONGEST_SIDE_PX,
    NUMBERS,
    Describer,
    Floats,
    descriptor,
)
from chestnut.perception.frames import Picture, picture_of
from chestnut.perception.recognition import Background, Likeness, Recognition
from chestnut.perception.windows import LARGEST, around, cut, grid, likeliest, middle, shapes, square

PROMISING = 6  # windows that are described
DETECTED = 4  # boxes of the detector that are
LONGEST_CUT_PX = 1280  # of a frame that pieces are cut from
SHOWN = (0.35, 0.5)  # sides of the squares in the middle that a thing is taught from, shares of the height


@dataclass(frozen=True, slots=True)
class Spotted:
    """A taught thing and where it is."""

    thing: Owned
    box: Box
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What one look found. place: a named one and how likely, or None."""

    place: tuple[str, Likeness] | None = None
    things: tuple[Spotted, ...] = ()

    @property
    def place_name(self) -> str:
        """Only when it is sure."""
        return self.place[0] if self.place is not None and self.place[1].sure else ""


class Belongings:
    """Used by one thread at a time. It closes the describer."""

    def __init__(self, describer: Describer, background: Background) -> None:
        self._describer = describer
        self._background = background
        self._known = Recognition(background, ())

    @property
    def background(self) -> Background:
        return self._background

    def know(self, things: Sequence[Taught], places: Sequence[Named]) -> None:
        """From now on these, and no others."""
        self._known = Recognition(self._background, things, places)

    def look(
        self, frame: Frame, detected: Sequence[Thing] = (), go_on: Callable[[], bool] = lambda: True
    ) -> Surroundings | None:
        """detected: what the object detector saw in the frame. go_on: asked before each piece of work, of some tens
        of milliseconds; None when it says no. Raises ValueError when the frame holds no picture."""
        whole = picture_of(frame, LONGEST_SIDE_PX)
        place = None
        if self._known.knows_places:
            if not go_on():
                return None
            place = self._known.place(self._describer.vectors([whole])[0])
        if not self._known.knows_things:
            return Surroundings(place)
        if not go_on():
            return None
        windows = self._candidates(whole, detected)
        picture = picture_of(frame, LONGEST_CUT_PX)
        vectors = self._describe(picture, windows, go_on)
        if vectors is None:
            return None
        closer = self._known.closer(vectors)
        if closer is not None:
            cuts = around(windows[closer], picture.shape[1] / picture.shape[0])
            more = self._describe(picture, cuts, go_on)
            if more is None:
                return None
            windows, vectors = [*windows, *cuts], np.concatenate((vectors, more))
        found = self._known.things(vectors)
        return Surroundings(
            place,
            tuple(Spotted(thing, windows[window], likeness) for thing, (window, likeness) in found.items()),
        )

    def _describe(self, picture: Picture, windows: Sequence[Box], go_on: Callable[[], bool]) -> Floats | None:
        vectors = np.empty((len(windows), NUMBERS), np.float32)
        for start in range(0, len(windows), BATCH):
            if not go_on():
                return None
            some = [cut(picture, box) for box in windows[start : start + BATCH]]
            vectors[start : start + BATCH] = self._describer.vectors(some)
        return vectors

    def take(self, frame: Frame) -> Floats:
        """Of the thing in the middle: (count, NUMBERS), to be taught."""
        picture = picture_of(frame, LONGEST_CUT_PX)
        aspect = picture.shape[1] / picture.shape[0]
        return self._describer.vectors([cut(picture, middle(share, aspect)) for share in SHOWN])

    def in_the_middle(self, frame: Frame) -> Spotted | None:
        """Which taught thing is held in the middle? The likeliest, or None."""
        picture = picture_of(frame, LONGEST_CUT_PX)
        aspect = picture.shape[1] / picture.shape[0]
        found = self._known.things(self.take(frame))
        if not found:
            return None
        thing, (window, likeness) = max(found.items(), key=lambda item: (item[1][1].sure, item[1][1].score))
        return Spotted(thing, middle(SHOWN[window], aspect), likeness)

    def view(self, frame: Frame) -> Descriptor:
        """Of a place, to be named."""
        return self._describer.see(frame)

    def close(self) -> None:
        self._describer.close()

    def _candidates(self, picture: Picture, detected: Sequence[Thing]) -> list[Box]:
        aspect = picture.shape[1] / picture.shape[0]
        windows = grid(aspect)
        promise = self._known.promising(shapes(self._describer.map(picture), windows))
        boxes = [thing.box for thing in detected if thing.box.area <= LARGEST][:DETECTED]
        return [*likeliest(windows, promise, PROMISING), *(square(box, aspect) for box in boxes)]


def descriptors(takes: Sequence[Floats]) -> tuple[Descriptor, ...]:
    """Of takes, as the memory keeps them."""
    return tuple(descriptor(vector) for take in takes for vector in take)
