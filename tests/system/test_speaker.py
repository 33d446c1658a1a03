"""The real sounddevice, PortAudio and ALSA against a private PulseAudio null sink, listened to at its monitor.

How PortAudio finds it: ALSA_CONFIG_PATH names an asound.conf in which "default" is PulseAudio, PULSE_SERVER names the
private server's socket, and the sink initialises PortAudio after both are set. See chestnut/sim/loudspeaker.py.
"""

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from chestnut.core.effects import Sound
from chestnut.core.events import Event, Part, PartFound, PartLost, SpeechEnded, SpeechStarted
from chestnut.core.ports import Segment, Speech
from chestnut.sim import loudspeaker
from chestnut.sim.loudspeaker import RATE_HZ, Ear, Loudspeaker
from chestnut.speech.microphone import PortAudioMicrophone
from chestnut.speech.portaudio import PortAudio
from chestnut.speech.sinks.portaudio import PortAudioSink
from chestnut.speech.voice import SpokenVoice

pytestmark = pytest.mark.slow

TIMEOUT_S = 20.0
SENTENCE = Segment("There is a person on your left holding a cup.", "en")
LONG = Speech((SENTENCE,) * 20, 200, 1.0)
SHORT = Speech((SENTENCE,), 200, 1.0)
WORDS = Speech((Segment("Ready to go", "en"),), 300, 1.0)


class Events(list[Event]):
    def __init__(self) -> None:
        self.changed = threading.Condition()

    def post(self, event: Event) -> None:
        with self.changed:
            self.append(event)
            self.changed.notify_all()

    def wait(self, kind: type[Event], job: int | None = None) -> Event:
        def found() -> Event | None:
            return next(
                (e for e in self if isinstance(e, kind) and job in (None, getattr(e, "job", None))), None
            )

        with self.changed:
            event = self.changed.wait_for(found, TIMEOUT_S)
            assert event is not None, (kind, list(self))
            return event


@dataclass
class Stage:
    loudspeaker: Loudspeaker
    ear: Ear
    sink: PortAudioSink
    voice: SpokenVoice
    events: Events


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    before = set(threading.enumerate())
    with Loudspeaker() as speaker:
        for name, value in speaker.environment.items():
            monkeypatch.setenv(name, value)
        ear = speaker.listen()
        events = Events()
        sink = PortAudioSink(retry_s=0.3)
        voice = SpokenVoice(post=events.post, sink=sink)
        try:
            assert sink.playing.wait(TIMEOUT_S), sink.problem
            yield Stage(speaker, ear, sink, voice, events)
        finally:
            voice.close()
            voice.close()
            ear.close()
    assert set(threading.enumerate()) <= before, "a thread is left"


def test_speech_arrives_whole_and_hush_silences_it(stage: Stage) -> None:
    stage.voice.say(1, SHORT)
    begun, ended = stage.events.wait(SpeechStarted, 1), stage.events.wait(SpeechEnded, 1)
    assert stage.ear.wait_silence() is not None
    heard = stage.ear.heard(begun.at).astype(float)
    loud = np.flatnonzero(np.abs(heard) > loudspeaker.AUDIBLE)
    seconds = (loud[-1] - loud[0]) / RATE_HZ
    assert seconds == pytest.approx(ended.at - begun.at, abs=0.5)
    assert np.sqrt(np.mean(heard[loud[0] : loud[-1]] ** 2)) > 1000

    stage.voice.say(2, LONG)
    begun = stage.events.wait(SpeechStarted, 2)
    assert stage.ear.wait_sound(begun.at) is not None
    stage.voice.hush(2)
    assert stage.ear.wait_silence() is not None
    assert not any(isinstance(event, SpeechEnded) and event.job == 2 for event in stage.events)

    stage.voice.chime(Sound.DONE, 1.0)
    assert stage.ear.wait_sound(begun.at) is not None
    assert not any(isinstance(event, PartLost) for event in stage.events)


def test_a_loudspeaker_pulled_out_and_returned_is_announced_and_speech_goes_on(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.voice.say(1, SHORT)
    stage.events.wait(SpeechStarted, 1)
    with caplog.at_level(logging.WARNING):
        stage.loudspeaker.unplug()
        lost = stage.events.wait(PartLost)
    assert isinstance(lost, PartLost) and (lost.part, lost.reason) == (Part.SPEAKER, "speaker_lost")
    stage.events.wait(SpeechEnded, 1)  # in its own time, without sound
    assert SENTENCE.text not in caplog.text and "plug in a loudspeaker" in caplog.text
    stage.voice.say(2, Speech((Segment("Ready", "en"),), 450))
    stage.events.wait(SpeechEnded, 2)

    stage.loudspeaker.plug()
    found = stage.events.wait(PartFound)
    ear = stage.loudspeaker.listen()
    try:
        stage.voice.say(3, LONG)
        assert ear.wait_sound(found.at) is not None
    finally:
        ear.close()
    assert stage.sink.problem is None
    assert sum(isinstance(event, PartLost) for event in stage.events) == 1


def test_the_preferred_loudspeaker_is_left_when_it_goes_and_returned_to_between_two_sentences(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Loudspeaker() as speaker:
        for name, value in speaker.environment.items():
            monkeypatch.setenv(name, value)
        speaker.plug("headset")
        events = Events()
        caps = {"headset": 3000.0, "": None}
        sink = PortAudioSink(("headset", "default"), caps=caps, retry_s=0.2, look_s=0.2, library=PortAudio())
        voice = SpokenVoice(post=events.post, sink=sink)
        ear, headset = speaker.listen(), speaker.listen("headset")
        try:
            assert sink.playing.wait(TIMEOUT_S), sink.problem
            voice.say(1, WORDS)
            begun = events.wait(SpeechStarted, 1)
            assert headset.wait_sound(begun.at) is not None
            events.wait(SpeechEnded, 1)
            assert headset.wait_silence() is not None
            assert not ear.heard().any(), "the other is silent"
            assert loudest(headset.heard()) < 3300, "held by the cap of its own"

            voice.say(2, SHORT)
            events.wait(SpeechStarted, 2)
            headset.close()
            speaker.unplug("headset")
            lost = events.wait(PartLost)
            assert isinstance(lost, PartLost) and (lost.part, lost.reason) == (Part.SPEAKER, "speaker_other")
            events.wait(SpeechEnded, 2)
            voice.say(3, WORDS)
            third = events.wait(SpeechStarted, 3)
            assert ear.wait_sound(third.at) is not None
            assert not any(isinstance(event, PartFound) for event in events)

            speaker.plug("headset")
            found = events.wait(PartFound)
            assert found.at >= events.wait(SpeechEnded, 3).at, "no word is cut in two"
            headset = speaker.listen("headset")
            voice.say(4, WORDS)
            begun = events.wait(SpeechStarted, 4)
            assert headset.wait_sound(begun.at) is not None
            assert sink.device is not None and sink.device.wanted == "headset"
            assert loudest(ear.heard(third.at)) > 3300, "one that was not measured is not held here"
        finally:
            voice.close()
            ear.close()
            headset.close()


def loudest(samples: np.ndarray) -> float:
    """Root mean square of the loudest five milliseconds."""
    window = RATE_HZ // 200
    return float(np.sqrt(np.convolve(samples.astype(float) ** 2, np.ones(window) / window).max()))


@pytest.mark.parametrize(
    "device",
    [
        "no such loudspeaker",
        *([] if Path("/dev/snd").exists() else ["auto"]),
    ],  # any is enough with a sound card
)
def test_without_a_loudspeaker_every_job_ends(monkeypatch: pytest.MonkeyPatch, device: str) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent")
    monkeypatch.delenv("ALSA_CONFIG_PATH", raising=False)
    events = Events()
    sink = PortAudioSink((device,), retry_s=0.1)
    voice = SpokenVoice(post=events.post, sink=sink)
    try:
        voice.say(1, Speech((Segment("Ready", "en"),), 450))
        events.wait(PartLost)
        events.wait(SpeechEnded, 1)
        assert sink.problem is not None and "plug in a loudspeaker" in sink.problem
        assert sum(isinstance(event, PartLost) for event in events) == 1
    finally:
        voice.close()


def test_loudspeaker_and_microphone_share_one_library(monkeypatch: pytest.MonkeyPatch) -> None:
    with Loudspeaker() as speaker:
        for name, value in speaker.environment.items():
            monkeypatch.setenv(name, value)
        library, events = PortAudio(), Events()
        sink = PortAudioSink(("ear",), retry_s=0.2, look_s=0.2, library=library)
        voice = SpokenVoice(post=events.post, sink=sink)
        microphone = PortAudioMicrophone(
            ("Monitor of ear",), events.post, retry_s=0.2, look_s=0.2, library=library
        )
        try:
            assert sink.playing.wait(TIMEOUT_S) and microphone.ready.wait(TIMEOUT_S)
            microphone.start()
            voice.say(1, LONG)
            events.wait(SpeechStarted, 1)
            assert hears_something(microphone)
            assert not sink.let_go() and not microphone.let_go(), "neither is interrupted"
            microphone.stop()
            voice.hush()
            voice.say(2, WORDS)
            events.wait(SpeechEnded, 2)
            with library.renewed(sink):  # as when a new card is seen: who rests gives way
                assert microphone.let_go()
            assert microphone.ready.wait(TIMEOUT_S)
            microphone.start()
            voice.say(3, LONG)
            assert hears_something(microphone)
            assert not any(isinstance(event, (PartLost, PartFound)) for event in events)
        finally:
            microphone.close()
            voice.close()


def hears_something(microphone: PortAudioMicrophone) -> bool:
    """Before a minute has been heard."""
    for _ in range(60 * 16_000 // 512):
        block = microphone.next(TIMEOUT_S)
        if block is None:
            return False
        if np.abs(block.samples.astype(int)).max() > loudspeaker.AUDIBLE:
            return True
    return False
