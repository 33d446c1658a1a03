"""A spoken menu under one finger: Ask goes on, Find goes back, Describe takes it, Stop leaves.

The menu stays open after a choice, so "louder" can be taken several times.
"""

from __future__ import annotations

from chestnut.core.effects import Chime, Offer, Say, Sound
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.skills import settings, status

ITEMS = {
    "louder": settings.louder,
    "softer": settings.softer,
    "slower": settings.slower,
    "faster": settings.faster,
    "language": settings.language,
    "status": status.status,
}


def choose(session: Session) -> Steps:
    yield Say("choose_help")
    names = tuple(ITEMS)
    at = 0
    while True:
        gesture = yield Offer(Say(f"choose_{names[at]}"))
        if gesture is None:
            yield Say("choose_left")
            return
        match gesture.button:
            case "ask":
                at = (at + 1) % len(names)
            case "find":
                at = (at - 1) % len(names)
            case "describe":
                yield from ITEMS[names[at]](session)
                session = yield Chime(Sound.DONE)  # answered with the session as it is now
            case _:
                yield Say("choose_help")
