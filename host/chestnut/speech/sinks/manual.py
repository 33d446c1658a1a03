"""Pulled by hand, in a time of its own: for tests that need every sample and no waiting."""

from __future__ import annotations

import threading

import numpy as np

from chestnut.core.ports import Post
from chestnut.speech.mixer import Int16, Mixer
from chestnut.speech.sinks import BLOCK_S, Now

STUCK_S = 10.0  # the synthesis never takes so long: better an error than a test that hangs


class ManualSink:
    """Give `now` to SpokenVoice(now=sink.now), then events are stamped in pulled time."""

    latency_s = 0.0

    def __init__(self) -> None:
        self._mixer: Mixer | None = None
        self._pulled = 0
        self.opened = threading.Event()

    def open(self, mixer: Mixer, post: Post, now: Now) -> None:
        self._mixer = mixer
        self.opened.set()

    def now(self) -> float:
        """Seconds pulled so far, exact to the sample."""
        return self._pulled / self._mixer.rate_hz if self._mixer else 0.0

    def pull(self, seconds: float = BLOCK_S) -> Int16:
        """The next samples. Waits for the synthesis, not for the clock, so the result has no gaps."""
        assert self._mixer is not None, "give the sink to a SpokenVoice first"
        frames = round(seconds * self._mixer.rate_hz)
        if not self._mixer.wait_ready(frames, STUCK_S):
            raise TimeoutError("the synthesis did not deliver")
        block = self._mixer.fill(frames).copy()
        self._pulled += frames
        return block

    def drain(self, at_most_s: float = 60.0) -> Int16:
        """Everything until the mixer is idle, or `at_most_s` of it."""
        assert self._mixer is not None, "give the sink to a SpokenVoice first"
        blocks: list[Int16] = []
        while not self._mixer.idle and len(blocks) * BLOCK_S < at_most_s:
            blocks.append(self.pull())
        return np.concatenate(blocks) if blocks else np.zeros(0, np.int16)

    def close(self) -> None:
        pass
