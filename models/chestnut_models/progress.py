"""How far a fetch is: a line that redraws itself on a terminal, a few plain lines without one."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

REDRAW_EVERY_S = 0.2
PLAIN_LINE_EVERY_S = 15.0
MEGABYTE = 1_000_000


class Progress:
    """Writes to `out` (standard error unless said otherwise). clock: monotonic seconds."""

    def __init__(self, out: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = sys.stderr if out is None else out
        self._clock = clock
        self._alive = self._out.isatty()

    def note(self, text: str) -> None:
        print(text, file=self._out, flush=True)

    @contextmanager
    def of(self, name: str, bytes_wanted: int) -> Iterator[Callable[[int], None]]:
        """Within the block, call the given function with the bytes there are so far."""
        started = self._clock()
        shown = started

        def grown(bytes_now: int) -> None:
            nonlocal shown
            now = self._clock()
            if now - shown < (REDRAW_EVERY_S if self._alive else PLAIN_LINE_EVERY_S):
                return
            shown = now
            # The clients' own bookkeeping is counted too, so it could end above the whole.
            share = min(99, 100 * bytes_now // bytes_wanted)
            line = f"{name}: {share} % of {bytes_wanted / MEGABYTE:.1f} MB"
            print(
                f"\r{line}\x1b[K" if self._alive else line,
                end="" if self._alive else "\n",
                file=self._out,
                flush=True,
            )

        if not self._alive:
            self.note(f"{name}: fetching {bytes_wanted / MEGABYTE:.1f} MB")
        try:
            yield grown
        except BaseException:
            if self._alive:
                self.note("")
            raise
        taken_s = self._clock() - started
        self.note(f"{chr(13) if self._alive else ''}{name}: fetched in {taken_s:.1f} s")
