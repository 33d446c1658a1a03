"""The first words after the start."""

from __future__ import annotations

from chestnut.core.effects import Change, Chime, Say, Sound
from chestnut.core.session import COMPANION, SIGNS, Session
from chestnut.core.skill import Steps
from chestnut.skills import signs, watch
from chestnut.skills.check_self import tell_lacks


def greet(session: Session) -> Steps:
    yield Chime(Sound.DONE)
    yield Say("ready")
    if session.mode in (COMPANION, SIGNS):
        # As it was, but answered with the session of now: what is broken is known by the time "ready" is spoken.
        session = yield Change("mode", session.mode)
        yield from (watch if session.mode == COMPANION else signs).state(session)


def first_start(session: Session) -> Steps:
    """The very first start says what the device is not, and what is missing."""
    yield Chime(Sound.DONE)
    yield Say("ready")
    yield Say("disclaimer")
    yield Say("first_help")
    yield from tell_lacks()
