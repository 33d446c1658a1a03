"""What listens and understands."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime

from chestnut_models import ModelError
from chestnut_models.fit import machine_memory

from chestnut.core.command import Command
from chestnut.core.ports import Ear, Microphone, Post
from chestnut.locale.understanding import understood
from chestnut.runtime.clock import HostClock
from chestnut.runtime.hearing import Hearing
from chestnut.speech.ear import EarProcess

ROOM_BYTES = 1_500_000_000  # that must be free, or its 350 MB are taken only when somebody talks


def open_hearing(
    post: Post, microphone: Callable[[Post], Microphone | None], ear: Callable[[], Ear] = EarProcess
) -> Hearing:
    """Deaf until somebody talks; what understands is loaded then."""
    return Hearing(microphone(post), ear(), post, HostClock(), meant)


def open_warm_hearing(post: Post, microphone: Callable[[Post], Microphone | None]) -> Hearing:
    """What understands is loaded soon after the start where there is room, so that the first who talks need not
    wait."""
    ear = EarProcess()

    def warm() -> None:
        with contextlib.suppress(ModelError):  # who cannot tell has none to spare
            if machine_memory().available >= ROOM_BYTES:
                ear.warm()

    return Hearing(microphone(post), ear, post, HostClock(), meant, warm)


def meant(text: str, language: str) -> Command:
    """By the machine's local time."""
    return understood(text, language, datetime.now())
