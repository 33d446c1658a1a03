"""Naming a place: its name is chosen by key, then it is looked at from some sides, then it is known again."""

from __future__ import annotations

from chestnut.core.effects import Buzz, Haptic, ListTaught, NamePlace, Say
from chestnut.core.events import PlaceNamed, TaughtListed
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.core.teaching import LEAST_TAKES
from chestnut.skills.lesson import failed, lesson
from chestnut.skills.pick import pick
from chestnut.skills.recollect import MOST_ALIKE, said

CUES = ("place_stand", "place_left", "place_right", "place_step")


def name_place(session: Session) -> Steps:
    listed: TaughtListed = yield ListTaught()
    names = (*listed.new_places, *listed.places)
    choices = [Say("place_name", {"name": name}) for name in listed.new_places]
    choices += [Say("place_more", {"name": name}) for name in listed.places]
    chosen = yield from pick(choices, Say("teach_help"))
    if chosen is None:
        yield Say("teach_left")
        return
    name = names[chosen]
    views = yield from lesson(CUES, "place_again", place=True)
    if len(views) < LEAST_TAKES:
        yield from failed("place_failed")
        return
    known: PlaceNamed = yield NamePlace(name, tuple(views))
    yield Buzz(Haptic.DONE)
    yield said(
        [
            ("place_done", {"name": name}),
            *(("place_alike", {"other": other}) for other in known.alike[:MOST_ALIKE]),
        ]
    )
