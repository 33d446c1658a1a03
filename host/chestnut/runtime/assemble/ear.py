"""What listens."""

from __future__ import annotations

from collections.abc import Callable

from chestnut.core.ports import Ear, Microphone, Post
from chestnut.runtime.clock import HostClock
from chestnut.runtime.hearing import Hearing


def open_hearing(
    post: Post,
    microphone: Callable[[Post], Microphone | None],
    ear: Callable[[], Ear] | None = None,
) -> Hearing:
    """Deaf until somebody talks. ear: None while nothing can understand."""
    return Hearing(microphone(post), ear() if ear else None, post, HostClock(), lack="absent_talking")
