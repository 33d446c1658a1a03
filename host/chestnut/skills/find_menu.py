"""Which thing is to be found? A list under one finger, like the menu: Ask goes on, Find goes back, Describe takes it.

What was just seen comes first, then what is mislaid most often.
"""

from __future__ import annotations

from chestnut.core.effects import Offer, Say
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.skills.find import find

OFTEN = ("cup", "cell phone", "bottle", "remote", "book", "handbag", "backpack", "chair", "person")
HELP_AFTER_S, CLOSE_AFTER_S = 4.0, 8.0


def names(session: Session) -> tuple[str, ...]:
    """Each kind once."""
    seen = [thing.label for thing in session.last_scene.things] if session.last_scene else []
    return tuple(dict.fromkeys((*seen, *OFTEN)))


def choose_thing(session: Session) -> Steps:
    known = names(session)
    at = 0
    helped = False
    say = _offer(known[at])
    while True:
        gesture = yield Offer(say, CLOSE_AFTER_S if helped else HELP_AFTER_S)
        match gesture.button if gesture else None:
            case None if helped:
                yield Say("choose_left")
                return
            case "ask" | "find" as key:
                at = (at + (1 if key == "ask" else -1)) % len(known)
                say = _offer(known[at])
            case "describe":
                yield from find(known[at])(session)
                return
            case _:
                say = Say("choose_help")
        helped = gesture is None


def _offer(label: str) -> Say:
    return Say("find_offer", {"items": [{"noun": label, "count": 1}]})
