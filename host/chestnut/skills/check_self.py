"""The self-test, spoken: what is missing, with its remedy. Any key ends it."""

from __future__ import annotations

from chestnut.core.effects import CheckParts, Chime, Say, Sound
from chestnut.core.events import PartsChecked
from chestnut.core.session import Session
from chestnut.core.skill import Steps

SPOKEN = 3  # what stands first weighs most; with more it would last longer than twenty seconds


def check_self(session: Session) -> Steps:
    yield Say("check_begins")
    yield from tell_lacks(fine="check_fine")


def tell_lacks(fine: str = "") -> Steps:
    """fine: the phrase for nothing; "" says nothing then."""
    checked: PartsChecked = yield CheckParts()
    session: Session = yield Chime(Sound.DONE)
    reasons = list(dict.fromkeys([*(reason for _, reason in session.faults), *checked.lacks]))
    for reason in reasons[:SPOKEN]:
        yield Say(reason)
    if len(reasons) > SPOKEN:
        yield Say("check_more", {"count": len(reasons) - SPOKEN})
    if fine and not reasons:
        yield Say(fine)
