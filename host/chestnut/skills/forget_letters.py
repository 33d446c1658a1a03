"""Forgetting the finger letters that were shown, all of them, as before another person shows theirs."""

from __future__ import annotations

from chestnut.core.effects import Buzz, ForgetLetters, Haptic, ListLetters, Say
from chestnut.core.events import LettersListed
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.skills.pick import agreed


def forget_letters(session: Session) -> Steps:
    listed: LettersListed = yield ListLetters()
    shown = [letter for letter, count in listed.letters if count]
    if not shown:
        yield Say("letters_none_shown")
        return
    if not (yield from agreed(Say("letters_forget_sure", {"letters": ", ".join(shown)}))):
        yield Say("taught_kept")
        return
    yield ForgetLetters()
    yield Buzz(Haptic.DONE)
    yield Say("letters_forgotten")
