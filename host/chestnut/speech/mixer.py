"""Speech and earcons become one stream of samples. The sink pulls, so the loudspeaker's clock is the only clock.

One speech at a time: a new one begins after the faded end of the old one, never beside it. All calls are safe from
any thread; what is done under the lock takes microseconds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from chestnut.speech.limiter import Limiter

AHEAD_S = 2.0  # how far the synthesis may run before the playback
HUSH_FADE_S = 0.005
DUCKED = 0.5  # speech under an earcon
DUCK_SLEW_S = 0.010  # from full to ducked
LIMIT_KNEE = 0.85 * 32767  # below it the limiter changes nothing
EARCONS_AT_ONCE = 4

Int16 = NDArray[np.int16]
Float32 = NDArray[np.float32]
Report = Callable[[int, int], None]


class Mixer:
    """started(job, offset) and ended(job, offset): the first and the last sample of this speech leave `offset` frames
    after the begin of the block now being filled. chimed(offset): the first of an earcon does. They are called
    from the pulling thread while the lock is held: when hush() has returned, nothing is reported of that job any
    more. They must not block.
    """

    def __init__(
        self,
        rate_hz: int,
        *,
        started: Report,
        ended: Report,
        chimed: Callable[[int], None] = lambda offset: None,
        ahead_s: float = AHEAD_S,
    ) -> None:
        self.rate_hz = rate_hz
        self.fills = 0  # blocks handed out
        self._started, self._ended, self._chimed = started, ended, chimed
        self._changed = threading.Condition(threading.RLock())
        self._closed = False
        self._ring = np.zeros(max(1, round(ahead_s * rate_hz)), np.int16)
        self._head = self._queued = 0
        self._writers_wait = False
        self._job: int | None = None
        self._begun = self._complete = False
        self._gain = 0.0
        self._duck = 1.0
        self._last = 0.0  # the newest speech sample handed out, from which a fade must start
        self._fade = (0.5 + 0.5 * np.cos(np.linspace(0, np.pi, round(HUSH_FADE_S * rate_hz)))).astype(
            np.float32
        )
        self._tail: Float32 = self._fade[:0]
        self._earcons: list[tuple[Float32, float, int, bool]] = []  # samples, gain, position, ducks speech
        self._limiter: Limiter | None = None
        self._ringing = 0  # frames until nothing is left in the limiter
        self._plain = rate_hz  # frames since an earcon went into it
        self._mix = np.zeros(0, np.float32)
        self._out = np.zeros(0, np.int16)
        self._slew = np.zeros(0, np.float32)

    # --- what the voice does ---------------------------------------------------------------------------

    def begin(self, job: int, volume: float) -> None:
        """Drop the present speech and expect the samples of `job`. volume 0 to 1, loudness by its square."""
        with self._changed:
            self._cut()
            self._job, self._gain = job, volume * volume
            self._begun = self._complete = False
            self._duck = self._wanted_duck()
            self._changed.notify_all()

    def write(self, job: int, samples: Int16) -> bool:
        """Queue speech; blocks while the queue is full. False as soon as `job` is no longer the one spoken."""
        with self._changed:
            while len(samples):
                if self._job != job or self._closed:
                    return False
                room = len(self._ring) - self._queued
                if room == 0:
                    self._writers_wait = True
                    self._changed.notify_all()
                    self._changed.wait()
                    continue
                tail = (self._head + self._queued) % len(self._ring)
                count = min(room, len(samples), len(self._ring) - tail)
                self._ring[tail : tail + count] = samples[:count]
                self._queued += count
                samples = samples[count:]
            self._changed.notify_all()
            return self._job == job and not self._closed

    def finish(self, job: int) -> None:
        """All samples of `job` are written; its end is reported when the last has left."""
        with self._changed:
            if self._job == job:
                self._complete = True
                self._changed.notify_all()

    def hush(self, job: int | None = None) -> None:
        """Drop the speech, all of it or only if it is `job`, behind a fade of 5 ms. Earcons go on."""
        with self._changed:
            if self._job is not None and job in (None, self._job):
                self._cut()
                self._changed.notify_all()

    def play(self, earcon: Float32, volume: float, *, ducks: bool = True) -> None:
        """Mix `earcon` (float32 in int16 units) in from the next block on; more than four at once are left out.
        ducks: speech is softer under it; not for what is repeated quickly, or speech would pump."""
        with self._changed:
            if len(self._earcons) < EARCONS_AT_ONCE:
                self._earcons.append((earcon, volume * volume, 0, ducks))
                self._changed.notify_all()

    def close(self) -> None:
        """Everybody who waits returns; fill() gives silence from now on."""
        with self._changed:
            self._cut()
            self._closed, self._tail, self._earcons, self._ringing = True, self._fade[:0], [], 0
            self._changed.notify_all()

    # --- what the sink does ----------------------------------------------------------------------------

    def cap(self, ceiling: float | None) -> None:
        """From now on no five milliseconds are louder than this root mean square, in int16 units; everything leaves
        some milliseconds later for it. None: only what would clip is bent."""
        with self._changed:
            if ceiling is None:
                self._limiter, self._ringing = None, 0
            elif self._limiter is None:
                self._limiter = Limiter(self.rate_hz, ceiling)
            else:
                self._limiter.ceiling = ceiling

    @property
    def idle(self) -> bool:
        """Nothing to play and no speech awaited. Read without the lock: good enough to choose silence by."""
        return self._job is None and not self._earcons and not len(self._tail) and not self._ringing

    @property
    def between(self) -> bool:
        """No sound is heard, nor cut if the next begins a little later. Read without the lock, too."""
        return not (
            (self._job is not None and self._begun) or self._earcons or len(self._tail) or self._ringing
        )

    @property
    def closed(self) -> bool:
        return self._closed

    def wait_busy(self, timeout_s: float | None = None) -> bool:
        """Sleep until there is something to play: True; on timeout or close: False."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or not self.idle, timeout_s)
            return not self._closed and not self.idle

    def wait_ready(self, frames: int, timeout_s: float | None = None) -> bool:
        """Sleep until fill(frames) would not have a gap because the synthesis is late; at most a full queue is
        waited for. False on timeout."""
        with self._changed:
            enough = min(frames, len(self._ring))
            return self._changed.wait_for(
                lambda: self._closed or self._job is None or self._complete or self._queued >= enough,
                timeout_s,
            )

    def fill(self, frames: int) -> Int16:
        """The next `frames` samples, in a buffer that the next call overwrites. Never waits for the synthesis."""
        self.fills += 1
        if frames > len(self._mix):
            self._grow(frames)
        out = self._out[:frames]
        if self.idle:
            out.fill(0)
            return out
        with self._changed:
            mix = self._mix[:frames]
            mix.fill(0)
            begin = self._mix_tail(mix)
            end = self._mix_speech(mix, begin)
            self._plain = 0 if self._earcons else self._plain + frames
            chimes = any(not position for _, _, position, _ in self._earcons)
            self._mix_earcons(mix)
            delay = self._turn_down(mix)
            if chimes:
                self._chimed(delay)
            _limit(mix)
            np.rint(mix, out=mix)
            np.copyto(out, mix, casting="unsafe")
            self._report(begin, end, delay)
            if self._writers_wait and self._queued < 3 * len(self._ring) // 4:
                self._writers_wait = False
                self._changed.notify_all()
            return out

    # --- with the lock held ----------------------------------------------------------------------------

    def _cut(self) -> None:
        """Forget the present speech, keeping what follows of it for the fade only."""
        if self._begun and self._limiter is not None and self._plain >= self._limiter.delay:
            self._limiter.fade_out()  # all that is in it is this speech
        elif self._begun:
            length = len(self._fade)
            count = min(self._queued, length)
            tail = np.full(length, self._last, np.float32)
            tail[:count] = np.take(self._ring, range(self._head, self._head + count), mode="wrap")
            tail[:count] *= np.float32(self._gain * self._duck)
            tail[count:] = tail[count - 1] if count else self._last
            self._tail = tail * self._fade
        self._job, self._queued, self._head = None, 0, 0
        self._begun = self._complete = False
        self._last = 0.0

    def _mix_tail(self, mix: Float32) -> int:
        count = min(len(self._tail), len(mix))
        if count:
            mix[:count] = self._tail[:count]
            self._tail = self._tail[count:]
        return count

    def _mix_speech(self, mix: Float32, begin: int) -> int:
        """Mix queued speech in from frame `begin` on; the frame after its last sample."""
        at = begin
        while self._queued and at < len(mix):
            count = min(self._queued, len(mix) - at, len(self._ring) - self._head)
            np.multiply(
                self._ring[self._head : self._head + count],
                np.float32(self._gain),
                out=mix[at : at + count],
                casting="unsafe",
            )
            self._head = (self._head + count) % len(self._ring)
            self._queued -= count
            at += count
        target = self._wanted_duck()
        if self._duck != 1.0 or target != 1.0:
            self._apply_duck(mix[begin:], target)
        if at > begin:
            self._last = float(mix[at - 1])
        return at

    def _wanted_duck(self) -> float:
        return DUCKED if any(ducks for _, _, _, ducks in self._earcons) else 1.0

    def _apply_duck(self, mix: Float32, target: float) -> None:
        if not len(mix):
            return
        ramp = self._slew[: len(mix)]
        gain = (
            np.maximum(self._duck - ramp, target)
            if target < self._duck
            else np.minimum(self._duck + ramp, target)
        )
        mix *= gain
        self._duck = float(gain[-1])

    def _mix_earcons(self, mix: Float32) -> None:
        still: list[tuple[Float32, float, int, bool]] = []
        for earcon, gain, position, ducks in self._earcons:
            part = earcon[position : position + len(mix)]
            mix[: len(part)] += part * np.float32(gain)
            if position + len(part) < len(earcon):
                still.append((earcon, gain, position + len(part), ducks))
        self._earcons = still

    def _turn_down(self, mix: Float32) -> int:
        """Frames by which everything leaves later."""
        if self._limiter is None:
            return 0
        if mix.any() or self._job is not None:
            self._ringing = self._limiter.delay
        else:
            self._ringing = max(0, self._ringing - len(mix))
        self._limiter.process(mix)
        return self._limiter.delay

    def _report(self, begin: int, end: int, delay: int) -> None:
        """Last act of a fill, so that a report that calls back into the mixer finds it whole."""
        job = self._job
        if job is None:
            return
        if end > begin and not self._begun:
            self._begun = True
            self._started(job, begin + delay)
        if self._complete and not self._queued and self._job == job:
            self._job, self._begun, self._complete, self._last = None, False, False, 0.0
            self._ended(job, end + delay)

    def _grow(self, frames: int) -> None:
        self._mix = np.zeros(frames, np.float32)
        self._out = np.zeros(frames, np.int16)
        step = (1.0 - DUCKED) / (DUCK_SLEW_S * self.rate_hz)
        self._slew = (np.arange(1, frames + 1) * step).astype(np.float32)


def _limit(mix: Float32) -> None:
    """Bend what is above the knee towards full scale, so that nothing ever clips; leave the rest untouched."""
    if max(mix.max(), -mix.min()) <= LIMIT_KNEE:
        return
    over = np.abs(mix) > LIMIT_KNEE
    loud = mix[over]
    room = 32767 - LIMIT_KNEE
    mix[over] = np.sign(loud) * (LIMIT_KNEE + room * np.tanh((np.abs(loud) - LIMIT_KNEE) / room))
