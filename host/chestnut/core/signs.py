"""Whether signs are read, and what of them is still to be spoken. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from chestnut.core.care import Heat
from chestnut.core.events import LetterSeen, Part, SignSeen, WordSpelled
from chestnut.core.session import SIGNS, Session
from chestnut.core.signed import Unsaid, Word

NEEDED = (Part.CAMERA, Part.SIGNS)
MOST_UNSAID = 12  # that pile up while something else is spoken; older ones can be asked for by key


def hindrance(session: Session) -> str:
    """Why signs cannot be read now: the phrase that tells the remedy; "" when they can."""
    for part in NEEDED:
        for lost, reason in session.faults:
            if lost is part:
                return reason
    return "too_hot" if session.care.heat is Heat.HOT else ""


def wants_frames(session: Session) -> bool:
    """Frames are to be read. What could not be opened is no reason against it: it may be there by now."""
    blind = any(part is Part.CAMERA for part, _ in session.faults)
    return session.mode == SIGNS and not blind and session.care.heat is not Heat.HOT


def to_say(unsaid: Sequence[Unsaid], event: LetterSeen | WordSpelled | SignSeen) -> tuple[Unsaid, ...]:
    """With what was seen now. Letters of a word that is finished need not be spoken any more."""
    if isinstance(event, LetterSeen):
        new = [*unsaid, Unsaid(Word(event.letter, event.confidence), letter=True)]
    else:
        new = [*(one for one in unsaid if not one.letter), Unsaid(event.signed.words[-1])]
    return tuple(new[-MOST_UNSAID:])


def without(unsaid: Sequence[Unsaid], removed: str) -> tuple[Unsaid, ...]:
    """Without what was taken back before it was spoken: the newest of that text."""
    for number in range(len(unsaid) - 1, -1, -1):
        if unsaid[number].word.text == removed:
            return (*unsaid[:number], *unsaid[number + 1 :])
    return tuple(unsaid)
