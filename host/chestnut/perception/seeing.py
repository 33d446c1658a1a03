"""One frame seen or read as a whole: judged first, then looked at by the detectors. Used on the desk in one thread
(`chestnut describe IMAGE`) and, part by part, by the watcher."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from chestnut.core.ports import Detector
from chestnut.core.scene import Face, Frame, Hand, Judgement, Page, Person, Scene, Thing
from chestnut.perception.own import NOTHING, belongings_in

Judge = Callable[[Frame], Judgement]

# What the three detectors found, to who is there and which things may be named.
Merge = Callable[
    [Sequence[Face], Sequence[Thing], Sequence[Hand]], tuple[tuple[Person, ...], tuple[Thing, ...]]
]

LOOKING = frozenset({"faces", "objects", "hands"})  # the detectors of a scene
WATCHING = frozenset({"objects", "hands", "own"})  # those that look by themselves
READING = frozenset({"text"})  # the detector of a page
KNOWING = frozenset({"people"})  # the detector that tells who somebody is, beside those of a scene
OWN = frozenset({"own"})  # the detector of taught things and named places, beside those of a scene
OBJECTS = "objects"  # what a Following detector goes on from


@runtime_checkable
class Following(Protocol):
    """A detector that begins when the objects of the frame are known."""

    def follow(self, frame: Frame, detected: Sequence[Thing], go_on: Callable[[], bool]) -> Any:
        """go_on: asked now and then; None when it says no."""


def compose(frame: Frame, judged: Judgement, found: Mapping[str, Any], merge: Merge) -> Scene:
    """The scene of what each detector found; one that is missing found nothing."""
    hands = tuple(found.get("hands", ()))
    people, things = merge(found.get("faces", ()), found.get(OBJECTS, ()), hands)
    own = found.get("own", NOTHING)
    return Scene(frame.number, judged, people, things, hands, belongings_in(own), own.place_name)


def see(frame: Frame, detectors: Mapping[str, Detector], judge: Judge, merge: Merge) -> Scene:
    """Run the detectors named in LOOKING one after the other, and then the one named in OWN; an unfit frame is only
    judged."""
    judged = judge(frame)
    if judged.refusal is not None:
        return Scene(frame.number, judged)
    found = {name: detector.see(frame) for name, detector in detectors.items() if name in LOOKING}
    for name in OWN & detectors.keys():
        detector = detectors[name]
        assert isinstance(detector, Following)
        found[name] = detector.follow(frame, found.get(OBJECTS, ()), lambda: True)
    return compose(frame, judged, found, merge)


def read(frame: Frame, text: Detector, judge: Judge) -> Page:
    """The text of a frame; an unfit frame is only judged."""
    judged = judge(frame)
    if judged.refusal is not None:
        return Page(frame.number, judged)
    page: Page = text.see(frame)
    return page
