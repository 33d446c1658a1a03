"""Whether the device watches by itself, and if not, why. Pure."""

from __future__ import annotations

from chestnut.core.care import Heat
from chestnut.core.events import Part
from chestnut.core.session import COMPANION, Session

NEEDED = (Part.MEMORY, Part.CAMERA, Part.EYES)
HARMLESS = ("reader_missing",)  # of the eyes, but nothing is read


def hindrance(session: Session) -> str:
    """Why it could not watch now even if it were to: the phrase that tells the remedy; "" when it could."""
    if session.unwatched:
        return session.unwatched
    for part in NEEDED:
        for lost, reason in session.faults:
            if lost is part and reason not in HARMLESS:
                return reason
    return "too_hot" if session.care.heat is Heat.HOT else ""


def watches(session: Session) -> bool:
    """It does, whenever nothing else is to be done."""
    return session.mode == COMPANION and not session.paused and not hindrance(session)
