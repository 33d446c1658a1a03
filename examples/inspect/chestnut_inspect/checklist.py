"""Each item is asked aloud: the dome is yes, the triangle goes back, any other key is "not now".

What was answered is kept after each item, so that a list that is broken off is gone on with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chestnut.core.effects import Buzz, Haptic, KeepNotes, Offer, ReadNotes, Say
from chestnut.core.events import NotesRead
from chestnut.core.gestures import Gesture
from chestnut.core.session import Session
from chestnut.core.skill import Steps

PACK = "inspect"
ITEMS = {
    "stove": Say("inspect_stove"),
    "taps": Say("inspect_taps"),
    "windows": Say("inspect_windows"),
    "keys": Say("inspect_keys"),
}
OPEN = {
    "stove": Say("inspect_open_stove"),
    "taps": Say("inspect_open_taps"),
    "windows": Say("inspect_open_windows"),
    "keys": Say("inspect_open_keys"),
}
SILENCE_S = 15.0


def inspect(session: Session) -> Steps:
    kept: NotesRead = yield ReadNotes(PACK)
    answers = answered(kept.notes)
    names = tuple(ITEMS)
    if 0 < len(answers) < len(names):
        yield Say("inspect_goes_on")
    else:
        answers = {}
        yield Say("inspect_begins", {"count": len(names)})
    at = next(place for place, name in enumerate(names) if name not in answers)
    while at < len(names):
        gesture: Gesture | None = yield Offer(ITEMS[names[at]], SILENCE_S)
        if gesture is None:
            yield Say("inspect_left")
            return
        if gesture.button == "find":
            at = max(0, at - 1)
            continue
        answers[names[at]] = gesture.button == "describe"
        yield KeepNotes(PACK, {"answers": answers})
        yield Buzz(Haptic.DONE)
        at += 1
    still_open = [name for name in names if not answers[name]]
    yield Say("inspect_all_done") if not still_open else Say("inspect_open", {"count": len(still_open)})
    for name in still_open:
        yield OPEN[name]


def answered(notes: Mapping[str, Any]) -> dict[str, bool]:
    """What was kept of items that there still are, whatever else stands there."""
    kept = notes.get("answers")
    found = kept if isinstance(kept, Mapping) else {}
    return {name: found[name] for name in ITEMS if isinstance(found.get(name), bool)}
