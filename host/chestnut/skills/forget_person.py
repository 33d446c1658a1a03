"""Forgetting a person: chosen from the names by key, asked once more, then gone."""

from __future__ import annotations

from chestnut.core.effects import Buzz, ForgetPerson, Haptic, ListPeople, Offer, Say
from chestnut.core.events import PeopleListed
from chestnut.core.gestures import Gesture
from chestnut.core.session import Session
from chestnut.core.skill import Steps

CHOICE_S = 8.0


def forget_person(session: Session) -> Steps:
    listed: PeopleListed = yield ListPeople()
    names = listed.enrolled
    if not names:
        yield Say("people_none")
        return
    at = 0
    helped = False
    say = _offered(names[at])
    while True:
        gesture: Gesture | None = yield Offer(say, CHOICE_S)
        match gesture.button if gesture else None:
            case None if helped:
                yield Say("people_kept")
                return
            case "ask" | "find" as key:
                at = (at + (1 if key == "ask" else -1)) % len(names)
                say = _offered(names[at])
            case "describe":
                yield from _forget(names[at])
                return
            case _:
                say = Say("people_help")
        helped = gesture is None


def _offered(name: str) -> Say:
    return Say("people_forget", {"name": name})


def _forget(name: str) -> Steps:
    sure: Gesture | None = yield Offer(Say("people_forget_sure", {"name": name}), CHOICE_S)
    if sure is None or sure.button != "describe":
        yield Say("people_kept")
        return
    yield ForgetPerson(name)
    yield Buzz(Haptic.DONE)
    yield Say("people_forgotten", {"name": name})
