"""A spoken menu under one finger: Ask goes on, Find goes back, Describe takes it, Stop leaves.

Nobody has to hear a word out: every sentence is an Offer. The menu stays open after a choice, so "louder" can be
taken several times; the first silence brings the help, the second closes it.
"""

from __future__ import annotations

from chestnut.core.effects import Offer, Say
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.skills import keys, settings, status

SETTINGS: dict[str, settings.Step] = {
    "louder": settings.louder,
    "softer": settings.softer,
    "slower": settings.slower,
    "faster": settings.faster,
    "language": settings.language,
}
LAST = {"keys": keys.keys, "status": status.status}  # the menu ends with them
NAMES = (*SETTINGS, *LAST)
HELP_AFTER_S, CLOSE_AFTER_S = 4.0, 8.0


def choose(session: Session) -> Steps:
    at = 0
    helped = False
    say = Say(f"choose_{NAMES[at]}")
    while True:
        gesture = yield Offer(say, CLOSE_AFTER_S if helped else HELP_AFTER_S)
        match gesture.button if gesture else None:
            case None if helped:
                yield Say("choose_left")
                return
            case "ask":
                at = (at + 1) % len(NAMES)
                say = Say(f"choose_{NAMES[at]}")
            case "find":
                at = (at - 1) % len(NAMES)
                say = Say(f"choose_{NAMES[at]}")
            case "describe" if NAMES[at] in LAST:
                yield from LAST[NAMES[at]](session)
                return
            case "describe":
                change, say = SETTINGS[NAMES[at]](session)
                if change is not None:
                    session = yield change
            case _:
                say = Say("choose_help")
        helped = gesture is None
