"""A cable that lies, in virtual time: one direction between two pure ends. The same seed gives the same faults."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable


class LossyLine:
    """Carries pieces of bytes to `deliver(data, now_s)`, late, damaged, twice, out of order or never.

    Each rate is the probability per piece. faults: what was done, by name.
    """

    def __init__(
        self,
        deliver: Callable[[bytes, float], None],
        seed: int,
        drop: float = 0.0,
        double: float = 0.0,
        flip: float = 0.0,
        split: float = 0.0,
        reorder: float = 0.0,
        noise: float = 0.0,
    ) -> None:
        self._deliver = deliver
        self._random = random.Random(seed)
        self._rates = {
            "drop": drop,
            "flip": flip,
            "split": split,
            "reorder": reorder,
            "noise": noise,
            "double": double,
        }
        self._way: list[tuple[float, int, bytes]] = []
        self._count = 0
        self.faults: Counter[str] = Counter()
        self.cut = False  # pulled out: everything is lost

    def send(self, data: bytes, now_s: float) -> None:
        if self.cut:
            self.faults["cut"] += 1
            return
        if self._happens("drop"):
            return
        for _ in range(2 if self._happens("double") else 1):
            pieces = [data]
            if len(data) > 1 and self._happens("split"):
                middle = self._random.randrange(1, len(data))
                pieces = [data[:middle], data[middle:]]
            for piece in pieces:
                self._put(piece, now_s)
        if self._happens("noise"):
            self._put(self._random.randbytes(self._random.randrange(1, 80)), now_s)

    def move(self, now_s: float) -> None:
        """Deliver what has arrived by now."""
        while self._way and self._way[0][0] <= now_s:
            _, _, piece = heapq.heappop(self._way)
            if not self.cut:
                self._deliver(piece, now_s)

    def _put(self, piece: bytes, now_s: float) -> None:
        if self._happens("flip"):
            damaged = bytearray(piece)
            damaged[self._random.randrange(len(damaged))] ^= 1 << self._random.randrange(8)
            piece = bytes(damaged)
        late_s = 0.001 + (self._random.random() * 0.08 if self._happens("reorder") else 0.0)
        self._count += 1
        heapq.heappush(self._way, (now_s + late_s, self._count, piece))

    def _happens(self, fault: str) -> bool:
        if self._random.random() >= self._rates[fault]:
            return False
        self.faults[fault] += 1
        return True
