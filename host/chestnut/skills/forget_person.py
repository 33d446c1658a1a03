"""Forgetting a person: chosen from the names by key, asked once more, then gone."""

from __future__ import annotations

from chestnut.core.effects import Buzz, ForgetPerson, Haptic, ListPeople, Say
from chestnut.core.events import PeopleListed
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.skills.pick import agreed, pick


def forget_person(session: Session) -> Steps:
    listed: PeopleListed = yield ListPeople()
    names = listed.enrolled
    if not names:
        yield Say("people_none")
        return
    chosen = yield from pick([Say("people_forget", {"name": name}) for name in names], Say("people_help"))
    if chosen is None:
        yield Say("people_kept")
        return
    name = names[chosen]
    if not (yield from agreed(Say("people_forget_sure", {"name": name}))):
        yield Say("people_kept")
        return
    yield ForgetPerson(name)
    yield Buzz(Haptic.DONE)
    yield Say("people_forgotten", {"name": name})
