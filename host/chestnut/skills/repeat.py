"""Say it again: the last sentence, or the last question answered anew."""

from __future__ import annotations

from collections.abc import Callable

from chestnut.core.effects import Say
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.skills.describe import describe
from chestnut.skills.detail import describe_deep
from chestnut.skills.find_menu import find_again
from chestnut.skills.questions import NAMES, ask
from chestnut.skills.read import read
from chestnut.skills.translate import translate
from chestnut.skills.who import who

AGAIN: dict[str, Callable[[Session], Steps]] = {
    "describe": describe,
    "describe_deep": describe_deep,
    "read": read,
    "translate": translate(anew=True),
    "who": who,
    "find": find_again,
    **{f"ask_{name}": ask(name, anew=True) for name in NAMES},
}


def repeat(session: Session) -> Steps:
    yield session.last_said or Say("nothing_to_repeat")


def answer_again(session: Session) -> Steps:
    """Look again and answer what was asked last."""
    yield from AGAIN[session.last_request](session)
