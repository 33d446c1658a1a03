"""Switching off in order: told first, so that any key can still cancel it; then everything is closed."""

from __future__ import annotations

from chestnut.core.effects import Buzz, CheckOff, Haptic, Say, SwitchOff
from chestnut.core.events import OffChecked
from chestnut.core.session import Session
from chestnut.core.skill import Steps

LONGEST_S = 20.0  # the sentence at its slowest, and more


def shut_down(session: Session) -> Steps:
    checked: OffChecked = yield CheckOff()
    yield SwitchOff(LONGEST_S)  # whatever becomes of the voice
    yield Say("switching_off" if checked.machine else "program_ends")
    yield Buzz(Haptic.DONE)
    yield SwitchOff()


def hold_on(session: Session) -> Steps:
    """Both keys are held, and not yet long enough."""
    yield Say("switch_off_hold")
