"""The first words after the start."""

from __future__ import annotations

from chestnut.core.effects import Chime, Say, Sound
from chestnut.core.session import Session
from chestnut.core.skill import Steps


def greet(session: Session) -> Steps:
    yield Chime(Sound.DONE)
    yield Say("ready")


def first_start(session: Session) -> Steps:
    """The very first start says what the device is not."""
    yield Chime(Sound.DONE)
    yield Say("ready")
    yield Say("disclaimer")
    yield Say("first_help")
