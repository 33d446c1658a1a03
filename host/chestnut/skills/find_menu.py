"""Which thing is to be found? A list under one finger, like the menu: Ask goes on, Find goes back, Describe takes it.

What was taught comes first, then what was just seen, then what is mislaid most often.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import asdict
from typing import Any

from chestnut.core.effects import Effect, ListTaught, Say
from chestnut.core.events import TaughtListed
from chestnut.core.memory import Owned
from chestnut.core.session import Session
from chestnut.core.skill import EffectError, Steps
from chestnut.skills.find import find
from chestnut.skills.pick import pick

OFTEN = ("cup", "cell phone", "bottle", "remote", "book", "handbag", "backpack", "chair", "person")
HELP_AFTER_S = 4.0


def names(session: Session) -> tuple[str, ...]:
    """Each kind once."""
    seen = [thing.label for thing in session.last_scene.things] if session.last_scene else []
    return tuple(dict.fromkeys((*seen, *OFTEN)))


def choose_thing(session: Session) -> Steps:
    taught = yield from taught_things()
    kinds = names(session)
    choices = [Say("find_offer", {"items": [{"owned": asdict(thing)}]}) for thing in taught]
    choices += [Say("find_offer", {"items": [{"noun": label, "count": 1}]}) for label in kinds]
    chosen = yield from pick(choices, Say("choose_help"), HELP_AFTER_S)
    if chosen is None:
        yield Say("choose_left")
    elif chosen < len(taught):
        yield from find(own=taught[chosen])(session)
    else:
        yield from find(kinds[chosen - len(taught)])(session)


def find_again(session: Session) -> Steps:
    """What was looked for last."""
    if session.sought is None:
        yield from choose_thing(session)
    else:
        yield from find(*session.sought.labels, own=session.sought.own)(session)


def taught_things() -> Generator[Effect, Any, tuple[Owned, ...]]:
    """Those there are; none where the memory cannot tell, for kinds can be found without it."""
    try:
        listed: TaughtListed = yield ListTaught()
    except EffectError:
        return ()
    return listed.things
