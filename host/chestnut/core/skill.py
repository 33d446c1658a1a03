"""A skill is a generator that yields effects and is sent their answers; it reads like the sentence that tells it.

    def describe(session):
        scene = yield Look()          # sent the Scene of the SceneSeen
        session = yield Buzz(...)     # a Brief is answered at once with the session
        yield Say("scene", {...})

An effect that fails raises EffectError at its yield. A skill that does not catch it ends, and the conductor speaks
the reason. A stop or a newer request closes the generator wherever it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from chestnut.core.effects import Effect
from chestnut.core.session import Session

Steps = Generator[Effect, Any, None]


class Priority(IntEnum):
    """Higher wins. Equal: a request replaces a request, everything else waits its turn. What is SIGNED cuts nothing
    off, but is the next to be spoken."""

    AMBIENT = 0
    REMINDER = 1
    SIGNED = 2
    REQUEST = 3
    ALERT = 4


class EffectError(Exception):
    """An effect could not be performed. reason: a phrase key that tells the remedy."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Skill:
    """sees: it will Look or Read, so seeing may begin with the finger still on the key.
    answers: it is a question that "answer again" may repeat. apart: as a double press it has nothing to do with what
    its first half began: what was seen and read before that is still the latest. about: of what it is news; older
    news of the same that still waits to be told is true no more. takes_hands: it is shown hands itself, and signs are
    not read meanwhile. explains: it tells what keys do, so each reaches it as itself."""

    run: Callable[[Session], Steps]
    priority: Priority = Priority.REQUEST
    sees: bool = False
    answers: bool = False
    apart: bool = False
    about: str = ""
    takes_hands: bool = False
    explains: bool = False
