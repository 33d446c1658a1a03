"""Where the samples go. A sink pulls blocks out of the mixer at its own pace, in its own thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from chestnut.core.ports import Post
from chestnut.speech.mixer import Mixer

BLOCK_S = 0.010  # what one pull takes: short enough that a hush is heard at once

Now = Callable[[], float]


class SinkError(RuntimeError):
    """The sink cannot be used; the message names the remedy."""


class Sink(Protocol):
    """latency_s: from handing a block over until it is heard, as far as the sink knows; 0 when it is not heard."""

    latency_s: float

    def open(self, mixer: Mixer, post: Post, now: Now) -> None:
        """Begin to pull. Returns at once; called once."""

    def close(self) -> None:
        """Stop pulling and leave no thread behind. The mixer is closed before. May be called twice."""
