"""Watching: is it on, and why not; paused and resumed."""

from __future__ import annotations

from chestnut.core.effects import Buzz, Change, Haptic, Say
from chestnut.core.session import COMPANION, Session
from chestnut.core.skill import Steps
from chestnut.core.watch import hindrance


def state(session: Session) -> Steps:
    """Felt and told."""
    lack = hindrance(session)
    watching = session.mode == COMPANION and not session.paused and not lack
    yield Buzz(Haptic.WATCHING if watching else Haptic.PAUSED)
    if session.mode != COMPANION:
        yield Say("watch_none")
    elif session.paused:
        yield Say("watch_paused")
    elif lack:
        yield Say("watch_unable")
        yield Say(lack)
    else:
        yield Say("watch_on")


def begin(session: Session) -> Steps:
    """Companion, from whatever mode."""
    session = yield Change("mode", COMPANION)
    yield Say("mode", {"mode": COMPANION})
    yield from state(session)


def pause(session: Session) -> Steps:
    """What watches is paused, what is paused watches again; both last over a restart."""
    if session.mode == COMPANION:
        session = yield Change("paused", not session.paused)
    yield from state(session)
