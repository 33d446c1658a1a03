"""What a microphone heard and nobody took yet: the newest seconds, in memory only."""

from __future__ import annotations

import threading
import time
from collections import deque

import numpy as np
from numpy.typing import NDArray

from chestnut.core.ports import HEARD_HZ, SoundBlock

BLOCK_FRAMES = 512  # 32 ms: what detectors of a voice take at once
KEPT_S = 30.0


class Heard:
    """Safe from any thread; no call blocks longer than it is asked to."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._blocks: deque[SoundBlock] = deque(maxlen=round(KEPT_S * HEARD_HZ / BLOCK_FRAMES))
        self._number = 0
        self.listening = False
        self.newest_s = 0.0  # monotonic, when the last block came

    def begin(self) -> None:
        with self._changed:
            self._blocks.clear()
            self._number = 0
            self.listening = True

    def end(self) -> None:
        with self._changed:
            self.listening = False
            self._blocks.clear()
            self._changed.notify_all()

    def add(self, samples: NDArray[np.int16], at: float) -> None:
        with self._changed:
            self.newest_s = time.monotonic()
            if self.listening:
                self._number += 1
                self._blocks.append(SoundBlock(self._number, at, samples))
                self._changed.notify_all()

    def next(self, timeout_s: float) -> SoundBlock | None:
        with self._changed:
            self._changed.wait_for(lambda: self._blocks or not self.listening, timeout_s)
            return self._blocks.popleft() if self._blocks else None
