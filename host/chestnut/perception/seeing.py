"""One frame seen or read as a whole: judged first, then looked at by the detectors. Used on the desk in one thread
(`chestnut describe IMAGE`) and, part by part, by the watcher."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chestnut.core.ports import Detector
from chestnut.core.scene import Face, Frame, Hand, Judgement, Page, Person, Scene, Thing

Judge = Callable[[Frame], Judgement]

# What the three detectors found, to who is there and which things may be named.
Merge = Callable[
    [Sequence[Face], Sequence[Thing], Sequence[Hand]], tuple[tuple[Person, ...], tuple[Thing, ...]]
]

LOOKING = frozenset({"faces", "objects", "hands"})  # the detectors of a scene
READING = frozenset({"text"})  # the detector of a page
KNOWING = frozenset({"people"})  # the detector that tells who somebody is, beside those of a scene


def compose(frame: Frame, judged: Judgement, found: Mapping[str, Any], merge: Merge) -> Scene:
    """The scene of what each detector found; one that is missing found nothing."""
    hands = tuple(found.get("hands", ()))
    people, things = merge(found.get("faces", ()), found.get("objects", ()), hands)
    return Scene(frame.number, judged, people, things, hands)


def see(frame: Frame, detectors: Mapping[str, Detector], judge: Judge, merge: Merge) -> Scene:
    """Run the detectors named in LOOKING one after the other; an unfit frame is only judged."""
    judged = judge(frame)
    if judged.refusal is not None:
        return Scene(frame.number, judged)
    found = {name: detector.see(frame) for name, detector in detectors.items() if name in LOOKING}
    return compose(frame, judged, found, merge)


def read(frame: Frame, text: Detector, judge: Judge) -> Page:
    """The text of a frame; an unfit frame is only judged."""
    judged = judge(frame)
    if judged.refusal is not None:
        return Page(frame.number, judged)
    page: Page = text.see(frame)
    return page
