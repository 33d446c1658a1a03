"""No sound, true time: speech takes as long as it would be heard. Costs nothing while there is nothing to play."""

from __future__ import annotations

import threading
import time

from chestnut.core.ports import Post
from chestnut.speech.mixer import Mixer
from chestnut.speech.sinks import BLOCK_S, Now

_LATE_S = 0.2  # a machine held up this long does not catch up in a burst


def drain(mixer: Mixer, stop: threading.Event, for_s: float | None = None) -> None:
    """Pull in real time until `stop` is set, the mixer is closed or `for_s` seconds have passed."""
    frames = round(BLOCK_S * mixer.rate_hz)
    ends = None if for_s is None else time.monotonic() + for_s
    while not stop.is_set() and not mixer.closed:
        left_s = None if ends is None else ends - time.monotonic()
        if left_s is not None and left_s <= 0:
            return
        if not mixer.wait_busy(left_s):
            continue
        due = time.monotonic()
        while not mixer.idle and not stop.is_set():
            mixer.fill(frames)
            due += BLOCK_S
            ahead_s = due - time.monotonic()
            if ahead_s > 0:
                stop.wait(ahead_s)
            elif ahead_s < -_LATE_S:
                due = time.monotonic()
            if ends is not None and due >= ends:
                return


class NullSink:
    latency_s = 0.0

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def open(self, mixer: Mixer, post: Post, now: Now) -> None:
        self._thread = threading.Thread(target=drain, args=(mixer, self._stop), name="null sink", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
