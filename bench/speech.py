"""How fast the voice speaks and falls silent: the bare library, a silent sink, and the air of a private loudspeaker.

Run: python bench/speech.py [COUNT]. The loudspeaker is a PulseAudio null sink listened to at its monitor in blocks of
5 ms; a sound card adds its own buffer. The times in the air hold PortAudio's two blocks of 10 ms.
"""

from __future__ import annotations

import os
import statistics
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from chestnut.core.events import Event, SpeechEnded, SpeechStarted
from chestnut.core.ports import Segment, Speech
from chestnut.sim import loudspeaker
from chestnut.sim.loudspeaker import Ear, Loudspeaker
from chestnut.speech.espeak import Espeak
from chestnut.speech.limiter import UNMEASURED
from chestnut.speech.prerender import render
from chestnut.speech.sinks.null import NullSink
from chestnut.speech.sinks.portaudio import PortAudioSink
from chestnut.speech.voice import SpokenVoice

SENTENCE = Segment("There is a person on your left holding a cup.", "en")
WORD = Segment("Looking", "en")
RATE_WPM = 200
_PATIENCE_S = 10.0
_HEARD_S = 0.5  # of a speech before it is hushed or repeated
_IDLE_S = 4.0


@dataclass(slots=True)
class SpeechTimes:
    """Milliseconds by what was measured; the processor's share of an open, silent stream in percent of one core."""

    times_ms: dict[str, list[float]] = field(default_factory=dict)
    idle_percent: dict[str, float] = field(default_factory=dict)

    def add(self, what: str, seconds: float) -> None:
        self.times_ms.setdefault(what, []).append(seconds * 1e3)


class _Events:
    def __init__(self) -> None:
        self._events: list[Event] = []
        self._changed = threading.Condition()

    def post(self, event: Event) -> None:
        with self._changed:
            self._events.append(event)
            self._changed.notify_all()

    def wait(self, kind: type[Event], job: int) -> Event:
        def found() -> Event | None:
            return next(
                (e for e in self._events if isinstance(e, kind) and getattr(e, "job", None) == job), None
            )

        with self._changed:
            event = self._changed.wait_for(found, _PATIENCE_S)
        if event is None:
            raise TimeoutError(f"no {kind.__name__} of job {job}")
        return event


def measure_library(count: int, times: SpeechTimes) -> None:
    """The bare library and, beside it, the command that py-espeak-ng runs: why nothing is cached."""
    library = Espeak()
    try:
        for _ in range(count):
            first: list[float] = []
            begun = time.perf_counter()
            library.synthesise(
                WORD, RATE_WPM, lambda _, first=first: first.append(time.perf_counter()) is None
            )
            times.add("library: word whole", time.perf_counter() - begun)
            times.add("library: word first samples", first[0] - begun)
            begun = time.perf_counter()
            render(WORD, RATE_WPM)
            times.add("py-espeak-ng: word whole", time.perf_counter() - begun)
    finally:
        library.close()


def measure_silent_sink(count: int, times: SpeechTimes) -> None:
    """say() to the first sample handed to a real-time sink, from silence and out of a running speech."""
    events = _Events()
    voice = SpokenVoice(post=events.post, sink=NullSink())
    try:
        for job in range(0, 2 * count, 2):
            for what, later in (("say -> sink", 0), ("repeat -> sink", 1)):
                begun = time.monotonic()
                voice.say(job + later, Speech((SENTENCE,), RATE_WPM))
                times.add(what, events.wait(SpeechStarted, job + later).at - begun)
                time.sleep(0.05 + 0.0037 * (job % 7))  # never in step with the blocks
            voice.hush()
            time.sleep(0.02)
        last = 2 * count
        voice.say(last, Speech((WORD,), 450))
        events.wait(SpeechEnded, last)
        times.idle_percent["silent sink"] = idle_percent()
    finally:
        voice.close()


def measure_air(count: int, times: SpeechTimes) -> None:
    """say() to sound and hush() to silence, heard at the monitor of a null sink."""
    with Loudspeaker() as speaker:
        before = {name: os.environ.get(name) for name in speaker.environment}
        os.environ.update(speaker.environment)
        ear = speaker.listen()
        events = _Events()
        sink = PortAudioSink(caps={"": UNMEASURED})  # as a new device has it
        voice = SpokenVoice(post=events.post, sink=sink)
        try:
            if not sink.playing.wait(_PATIENCE_S):
                raise RuntimeError(sink.problem or "the stream did not open")
            _speak_and_hush(count, voice, ear, times)
            ear.close()  # its own thread would be counted
            times.idle_percent["loudspeaker"] = idle_percent()
        finally:
            voice.close()
            ear.close()
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def _speak_and_hush(count: int, voice: SpokenVoice, ear: Ear, times: SpeechTimes) -> None:
    voice.say(-1, Speech((SENTENCE,), RATE_WPM))  # the first after opening is not typical
    ear.wait_silence()
    for job in range(count):
        begun = time.monotonic()
        voice.say(job, Speech((SENTENCE,), RATE_WPM))
        if (heard := ear.wait_sound(begun)) is None:
            raise TimeoutError("nothing was heard")
        times.add("say -> sound", heard - begun)
        time.sleep(_HEARD_S + 0.0037 * (job % 7))
        hushed = time.monotonic()
        voice.hush()
        if (silent := ear.wait_silence()) is None:
            raise TimeoutError("it did not get silent")
        times.add("hush -> silence", max(0.0, silent - hushed))


def idle_percent() -> float:
    """Of one core, this process, over some seconds."""
    process = psutil.Process()
    process.cpu_percent()
    time.sleep(_IDLE_S)
    return process.cpu_percent()


def measure_speech(count: int) -> SpeechTimes:
    times = SpeechTimes()
    measure_library(count, times)
    measure_silent_sink(count, times)
    if loudspeaker.missing():
        print(f"the air is left out: {loudspeaker.REMEDY}", file=sys.stderr)
    else:
        measure_air(count, times)
    return times


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    times = measure_speech(count)
    print(f"{Path(__file__).name}: {count} rounds, milliseconds")
    for what, values in times.times_ms.items():
        p95 = sorted(values)[min(len(values) - 1, round(0.95 * len(values)))]
        print(f"  {what:30} p50 {statistics.median(values):6.2f}  p95 {p95:6.2f}  max {max(values):6.2f}")
    for what, percent in times.idle_percent.items():
        print(f"  idle, {what:24} {percent:.2f} % of a core")


if __name__ == "__main__":
    main()
