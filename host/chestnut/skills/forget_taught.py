"""Forgetting what was taught: a thing or a place, chosen by key, asked once more, then gone."""

from __future__ import annotations

from dataclasses import asdict

from chestnut.core.effects import Buzz, ForgetPlace, ForgetThing, Haptic, ListTaught, Say
from chestnut.core.events import TaughtListed
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.skills.pick import agreed, pick


def forget_taught(session: Session) -> Steps:
    listed: TaughtListed = yield ListTaught()
    taught = [
        *(
            (
                ForgetThing(thing),
                Say("taught_forget_thing", {"thing": asdict(thing)}),
                Say("taught_sure_thing", {"thing": asdict(thing)}),
                Say("taught_forgotten_thing", {"thing": asdict(thing)}),
            )
            for thing in listed.things
        ),
        *(
            (
                ForgetPlace(name),
                Say("taught_forget_place", {"name": name}),
                Say("taught_sure_place", {"name": name}),
                Say("taught_forgotten_place", {"name": name}),
            )
            for name in listed.places
        ),
    ]
    if not taught:
        yield Say("taught_none")
        return
    chosen = yield from pick([offered for _, offered, _, _ in taught], Say("taught_help"))
    if chosen is None:
        yield Say("taught_kept")
        return
    forget, _, sure, forgotten = taught[chosen]
    if not (yield from agreed(sure)):
        yield Say("taught_kept")
        return
    yield forget
    yield Buzz(Haptic.DONE)
    yield forgotten
