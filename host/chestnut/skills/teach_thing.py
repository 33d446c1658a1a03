"""Teaching a thing: its name is chosen by key, then it is shown some times, then it is known again."""

from __future__ import annotations

from dataclasses import asdict

from chestnut.core.effects import Buzz, Haptic, ListTaught, Say, Teach
from chestnut.core.events import TaughtListed, ThingTaught
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.core.teaching import LEAST_TAKES
from chestnut.skills.lesson import failed, lesson
from chestnut.skills.pick import pick
from chestnut.skills.recollect import MOST_ALIKE, said

CUES = ("teach_hold", "teach_turn", "teach_other_side", "teach_down")


def teach_thing(session: Session) -> Steps:
    listed: TaughtListed = yield ListTaught()
    things = (*listed.new_things, *listed.things)
    choices = [Say("teach_name", {"thing": asdict(thing)}) for thing in listed.new_things]
    choices += [Say("teach_more", {"thing": asdict(thing)}) for thing in listed.things]
    chosen = yield from pick(choices, Say("teach_help"))
    if chosen is None:
        yield Say("teach_left")
        return
    thing = things[chosen]
    takes = yield from lesson(CUES, "teach_again")
    if len(takes) < LEAST_TAKES:
        yield from failed("teach_failed")
        return
    taught: ThingTaught = yield Teach(thing, tuple(takes))
    yield Buzz(Haptic.DONE)
    yield said(
        [
            ("teach_done", {"thing": asdict(thing)}),
            *(("teach_alike", {"other": asdict(other)}) for other in taught.alike[:MOST_ALIKE]),
        ]
    )
