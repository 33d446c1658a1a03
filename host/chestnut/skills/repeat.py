"""Say it again: the last sentence, or the last question answered anew."""

from __future__ import annotations

from chestnut.core.effects import Say
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.skills import describe, read


def repeat(session: Session) -> Steps:
    yield session.last_said or Say("nothing_to_repeat")


def answer_again(session: Session) -> Steps:
    """Look again and answer what was asked last."""
    again = {"describe": describe.describe, "read": read.read}
    yield from again[session.last_request](session)
