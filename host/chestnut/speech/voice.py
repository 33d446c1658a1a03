"""The voice of the device: one synthesis thread writes ahead into the mixer, the sink pulls."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque

import numpy as np

from chestnut.core.effects import Sound
from chestnut.core.events import EffectFailed, SpeechEnded, SpeechStarted
from chestnut.core.ports import Post, Speech
from chestnut.speech import earcons, espeak, tones
from chestnut.speech.espeak import Espeak, EspeakError
from chestnut.speech.mixer import AHEAD_S, Mixer
from chestnut.speech.sinks import Now, Sink

SILENT = 60  # of 32767: eSpeak's own lead-in of 7 to 70 ms is below it, every speech sound above
CHIMES_KEPT = 8
KEPT_S = 0.001  # of the lead-in, so that the first sound does not begin with a step

log = logging.getLogger(__name__)


class SpokenVoice:
    """core.ports.Voice over eSpeak NG. One at a time in a process: EspeakError otherwise, or without the library.

    SpeechStarted.at is when the first audible sample was handed to the sink, SpeechEnded.at when the last was; add
    sink.latency_s for the ear. A speech without a sound (no letters in it) only ends. When the synthesis fails,
    EffectFailed(job, "voice_failed") is posted.
    """

    def __init__(
        self, *, post: Post, sink: Sink, now: Now = time.monotonic, ahead_s: float = AHEAD_S
    ) -> None:
        self._post, self._sink, self._now = post, sink, now
        self._espeak = Espeak()
        rate_hz = self._espeak.rate_hz
        self._earcons = earcons.make(rate_hz)
        self._tones = tones.make(rate_hz)
        self._chimed: deque[float] = deque(maxlen=CHIMES_KEPT)
        self._mixer = Mixer(
            rate_hz,
            started=lambda job, offset: post(SpeechStarted(at=now() + offset / rate_hz, job=job)),
            ended=lambda job, offset: post(SpeechEnded(at=now() + offset / rate_hz, job=job)),
            chimed=lambda offset: self._chimed.append(now() + offset / rate_hz),
            ahead_s=ahead_s,
        )
        self._ordered = threading.Condition()
        self._order: tuple[int, Speech] | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._synthesise_orders, name="voice", daemon=True)
        self._thread.start()
        self._sink.open(self._mixer, post, now)

    def say(self, job: int, speech: Speech) -> None:
        """ValueError: a rate, volume or language out of bounds; what is being spoken then goes on."""
        for segment in speech.segments:
            espeak.check(segment, speech.rate_wpm)
        _check_volume(speech.volume)
        with self._ordered:
            if self._closed:
                return
            self._mixer.begin(job, speech.volume)
            self._order = (job, speech)
            self._ordered.notify()

    def hush(self, job: int | None = None) -> None:
        self._mixer.hush(job)

    def chime(self, sound: Sound, volume: float = 0.8) -> None:
        _check_volume(volume)
        self._mixer.play(self._earcons[sound], volume)

    def tone(self, height: float, volume: float = 0.8) -> None:
        _check_volume(volume)
        self._mixer.play(self._tones[tones.step_of(height)], volume, ducks=False)

    def chimed(self, after: float) -> float | None:
        """When the first of the newest earcons and tones after that moment was handed to the sink; None for none."""
        return next((at for at in tuple(self._chimed) if at >= after), None)

    def turns(self) -> int | None:
        """Another number each time the loudspeaker has taken a block; None while there is nothing to play."""
        return None if self._mixer.idle else self._mixer.fills

    def close(self) -> None:
        with self._ordered:
            self._closed = True
            self._ordered.notify()
        self._mixer.close()
        self._thread.join()
        self._sink.close()
        self._espeak.close()

    def _synthesise_orders(self) -> None:
        while True:
            with self._ordered:
                self._ordered.wait_for(lambda: self._closed or self._order is not None)
                if self._closed or self._order is None:
                    return
                (job, speech), self._order = self._order, None
            try:
                self._synthesise(job, speech)
            except (
                Exception
            ) as error:  # the thread must outlive whatever happens, or no job would ever end again
                if isinstance(error, EspeakError):
                    log.warning("%s", error)
                else:
                    log.exception("the synthesis failed")
                self._mixer.hush(job)
                self._post(EffectFailed(at=self._now(), job=job, reason="voice_failed"))

    def _synthesise(self, job: int, speech: Speech) -> None:
        """Ends early, at the next chunk, when the job is hushed or replaced."""
        kept = round(KEPT_S * self._espeak.rate_hz)
        leading = True

        def deliver(samples: espeak.Samples) -> bool:
            nonlocal leading
            if leading:
                audible = np.flatnonzero(np.abs(samples) > SILENT)
                if not len(audible):
                    return self._mixer.write(job, samples[:0])
                samples = samples[max(0, audible[0] - kept) :]
                leading = False
            return self._mixer.write(job, samples)

        for segment in speech.segments:
            if not self._espeak.synthesise(segment, speech.rate_wpm, deliver):
                return
        self._mixer.finish(job)


def _check_volume(volume: float) -> None:
    if not 0.0 <= volume <= 1.0:
        raise ValueError(f"volume {volume} is outside 0 to 1")
