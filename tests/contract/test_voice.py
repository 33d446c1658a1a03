"""The contract of core.ports.Voice, kept by SpokenVoice with the real eSpeak NG on every sink without a device."""

import gc
import threading
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from chestnut.core.effects import Sound
from chestnut.core.events import Answer, EffectFailed, Event, PartLost, SpeechEnded, SpeechStarted
from chestnut.core.ports import Segment, Speech
from chestnut.speech.espeak import Espeak, EspeakError
from chestnut.speech.sinks import Sink, SinkError
from chestnut.speech.sinks.manual import ManualSink
from chestnut.speech.sinks.null import NullSink
from chestnut.speech.sinks.wav import WavSink
from chestnut.speech.voice import SpokenVoice

RATE_HZ = 22050
ENGLISH = Segment("There is a person on your left holding a cup.", "en")
RUSSIAN = Segment("Слева от вас человек держит чашку.", "ru")
TIMEOUT_S = 20.0


class Heard:
    """The posted events, and waiting for them without polling."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changed = threading.Condition()

    def post(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait(self, kind: type[Event], job: int | None = None) -> Event:
        def found() -> Event | None:
            return next(
                (e for e in self.events if isinstance(e, kind) and job in (None, getattr(e, "job", None))),
                None,
            )

        with self._changed:
            event = self._changed.wait_for(found, TIMEOUT_S)
            assert event is not None, (kind, job, self.events)
            return event

    def of(self, job: int) -> list[str]:
        return [type(event).__name__ for event in self.events if getattr(event, "job", None) == job]


Make = Callable[[Sink], SpokenVoice]


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def make(heard: Heard) -> Iterator[Make]:
    """A voice on a sink, closed at the end; then no thread may be left."""
    before = set(threading.enumerate())
    made: list[SpokenVoice] = []

    def voice(sink: Sink) -> SpokenVoice:
        now = sink.now if isinstance(sink, ManualSink) else time.monotonic
        made.append(SpokenVoice(post=heard.post, sink=sink, now=now))
        return made[-1]

    yield voice
    for one in made:
        one.close()
        one.close()
    assert set(threading.enumerate()) <= before, "a thread is left"


@pytest.fixture
def ears() -> ManualSink:
    return ManualSink()


def speech(*segments: Segment, rate_wpm: int = 200, volume: float = 1.0) -> Speech:
    return Speech(segments, rate_wpm, volume)


def spoken(make: Make, said: Speech) -> np.ndarray:
    """All samples of one speech."""
    sink = ManualSink()
    voice = make(sink)
    voice.say(1, said)
    samples = sink.drain()
    voice.close()
    return samples


def loudness(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(samples.astype(float) ** 2)))


def envelope(samples: np.ndarray) -> np.ndarray:
    """Loudness in steps of 10 ms."""
    blocks = samples[: len(samples) // 220 * 220].reshape(-1, 220).astype(float)
    return np.sqrt(np.mean(blocks**2, axis=1))


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """Correlation of the envelopes. Never 1 for the same words: eSpeak's breath and flutter are random."""
    first, second = envelope(one), envelope(other)
    length = min(len(first), len(second))
    return float(np.corrcoef(first[:length], second[:length])[0, 1])


def biggest_step(samples: np.ndarray) -> int:
    return int(np.abs(np.diff(samples.astype(int))).max())


# --- on every sink ------------------------------------------------------------------------------------


@pytest.fixture(params=["manual", "null", "wav"])
def sink(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sink]:
    """A sink that plays by itself; the manual one is pulled by a thread of the test."""
    if request.param == "null":
        yield NullSink()
    elif request.param == "wav":
        yield WavSink(tmp_path / "said.wav")
    else:
        manual, stop = ManualSink(), threading.Event()

        def pull() -> None:
            while not stop.wait(0.001):
                if manual.opened.is_set():
                    manual.drain()

        puller = threading.Thread(target=pull)
        puller.start()
        yield manual
        stop.set()
        puller.join(TIMEOUT_S)


SHORT = speech(Segment("Ready.", "en"), rate_wpm=450)


def test_a_speech_begins_then_ends(make: Make, heard: Heard, sink: Sink) -> None:
    make(sink).say(5, SHORT)
    begun, ended = heard.wait(SpeechStarted, 5), heard.wait(SpeechEnded, 5)
    assert heard.of(5) == ["SpeechStarted", "SpeechEnded"]
    assert begun.at < ended.at


def test_a_new_speech_replaces_the_old_which_sends_no_end(make: Make, heard: Heard, sink: Sink) -> None:
    voice = make(sink)
    voice.say(1, speech(*[ENGLISH, RUSSIAN] * 30))
    voice.say(2, SHORT)
    heard.wait(SpeechEnded, 2)
    assert "SpeechEnded" not in heard.of(1)


def test_an_empty_speech_ends(make: Make, heard: Heard, sink: Sink) -> None:
    voice = make(sink)
    voice.say(1, speech())
    heard.wait(SpeechEnded, 1)
    voice.say(2, speech(Segment("...", "en")))
    heard.wait(SpeechEnded, 2)
    assert not any(isinstance(event, SpeechStarted) for event in heard.events)


def test_after_hush_and_close_nothing_is_reported(make: Make, heard: Heard, sink: Sink) -> None:
    voice = make(sink)
    voice.say(1, speech(*[ENGLISH] * 30))
    heard.wait(SpeechStarted, 1)
    voice.hush(1)
    count = len(heard.events)
    voice.say(2, SHORT)
    heard.wait(SpeechEnded, 2)
    assert heard.of(1) == ["SpeechStarted"]
    voice.say(3, speech(*[ENGLISH] * 30))
    voice.close()
    count = len(heard.events)
    voice.say(4, SHORT)
    voice.hush()
    voice.chime(Sound.DONE)
    assert len(heard.events) == count


# --- to the sample ------------------------------------------------------------------------------------


def test_the_first_pulled_sample_is_the_beginning_of_the_sound(
    make: Make, heard: Heard, ears: ManualSink
) -> None:
    voice = make(ears)
    ears.pull(0.5)
    voice.say(1, speech(ENGLISH))
    assert np.abs(ears.pull(0.010)).max() > 60  # no silence of eSpeak's own before it
    assert heard.wait(SpeechStarted, 1).at == pytest.approx(0.5, abs=1e-9)


@pytest.mark.parametrize("segment", [ENGLISH, RUSSIAN], ids=["en", "ru"])
@pytest.mark.parametrize("rate_wpm", [120, 200, 450])
def test_the_length_follows_the_rate(make: Make, segment: Segment, rate_wpm: int) -> None:
    samples = spoken(make, speech(segment, rate_wpm=rate_wpm))
    words = len(segment.text.split())
    seconds = len(samples) / RATE_HZ
    assert 0.5 < seconds / (words * 60 / rate_wpm) < 1.7  # eSpeak counts a word of five letters
    assert loudness(samples) > 1000
    assert np.abs(samples.astype(int)).max() < 32767


def test_faster_is_shorter(make: Make) -> None:
    lengths = [len(spoken(make, speech(ENGLISH, rate_wpm=rate))) for rate in (120, 160, 200, 300, 450)]
    assert lengths == sorted(lengths, reverse=True) and lengths[0] > 2.5 * lengths[-1]


def test_the_same_speech_sounds_the_same(make: Make) -> None:
    one, other = spoken(make, speech(ENGLISH)), spoken(make, speech(ENGLISH))
    assert likeness(one, other) > 0.7
    assert likeness(one, spoken(make, speech(RUSSIAN))) < 0.5


def test_english_and_russian_are_different_voices(make: Make) -> None:
    """The same digits, read by either voice: other words, so another length and another spectrum over time."""
    english = spoken(make, speech(Segment("5", "en"))).astype(float)
    russian = spoken(make, speech(Segment("5", "ru"))).astype(float)

    def spectrum(samples: np.ndarray) -> np.ndarray:
        power = np.abs(np.fft.rfft(samples, 1 << 15)) ** 2
        bands = power[: 1 << 14].reshape(64, -1).sum(axis=1)
        return bands / np.linalg.norm(bands)

    assert float(spectrum(english) @ spectrum(russian)) < 0.95
    assert float(spectrum(english) @ spectrum(english)) == pytest.approx(1.0)


def test_segments_follow_each_other(make: Make) -> None:
    apart = len(spoken(make, speech(ENGLISH))) + len(spoken(make, speech(RUSSIAN)))
    together = len(spoken(make, speech(ENGLISH, RUSSIAN)))
    assert together == pytest.approx(apart, abs=0.1 * RATE_HZ)


def test_text_that_looks_like_an_option_or_a_command_is_read(make: Make) -> None:
    minus = spoken(make, speech(Segment("-5 degrees", "en")))
    assert len(minus) > len(spoken(make, speech(Segment("5 degrees", "en"))))
    high, low = (
        spoken(make, speech(Segment(f"\x01{pitch}P {ENGLISH.text}", "en")))[-RATE_HZ:] for pitch in (99, 1)
    )
    assert loudness(high) == pytest.approx(
        loudness(low), rel=0.1
    )  # obeyed, pitch 99 would be half as loud again
    beyond_nul = spoken(make, speech(Segment("before\0after \ud800", "en")))
    assert len(beyond_nul) > 1.3 * len(spoken(make, speech(Segment("before", "en"))))


@pytest.mark.parametrize("heard_s", [0.11, 0.317, 0.523, 0.801, 1.234])
def test_hush_is_silent_within_a_block_and_makes_no_click(
    make: Make, ears: ManualSink, heard_s: float
) -> None:
    voice = make(ears)
    voice.say(1, speech(ENGLISH))
    before = ears.pull(heard_s)
    voice.hush(1)
    after = ears.pull(0.2)
    assert not after[round(0.006 * RATE_HZ) :].any()
    assert biggest_step(np.concatenate([before[-1:], after])) <= biggest_step(before)


def test_hush_of_another_job_is_ignored(make: Make, heard: Heard, ears: ManualSink) -> None:
    voice = make(ears)
    voice.say(1, SHORT)
    voice.hush(99)
    ears.drain()
    assert heard.of(1) == ["SpeechStarted", "SpeechEnded"]


def test_never_two_voices(make: Make, ears: ManualSink) -> None:
    alone = spoken(make, speech(RUSSIAN))
    voice = make(ears)
    voice.say(1, speech(ENGLISH))
    ears.pull(0.6)
    voice.say(2, speech(RUSSIAN))
    heard = ears.drain()
    fade = round(0.005 * RATE_HZ)
    assert likeness(heard[fade:], alone) > 0.7


def test_louder_is_louder(make: Make) -> None:
    levels = [loudness(spoken(make, speech(ENGLISH, volume=volume))) for volume in (0.2, 0.5, 0.8, 1.0)]
    assert levels == sorted(levels) and levels[0] > 50
    assert not spoken(make, speech(ENGLISH, volume=0.0)).any()


@pytest.mark.parametrize("sound", Sound)
def test_chimes_sound_alone_quieter_than_speech_and_report_nothing(
    make: Make, heard: Heard, ears: ManualSink, sound: Sound
) -> None:
    voice = make(ears)
    voice.chime(sound, 1.0)
    chime = ears.drain()
    assert 0 < np.abs(chime.astype(int)).max() < 0.5 * np.abs(spoken_once(voice, ears).astype(int)).max()
    assert [type(event).__name__ for event in heard.events] == ["SpeechStarted", "SpeechEnded"]


def spoken_once(voice: SpokenVoice, ears: ManualSink) -> np.ndarray:
    voice.say(1, speech(ENGLISH))
    return ears.drain()


def test_a_chime_neither_delays_nor_ends_speech_and_survives_a_hush(
    make: Make, heard: Heard, ears: ManualSink
) -> None:
    voice = make(ears)
    voice.say(1, SHORT)
    alone = len(ears.drain())
    voice.say(2, SHORT)
    voice.chime(Sound.DONE)
    assert len(ears.drain()) == pytest.approx(alone, abs=0.011 * RATE_HZ)
    voice.say(3, speech(ENGLISH))
    ears.pull(0.2)
    voice.chime(Sound.DONE)
    voice.hush()
    after = ears.pull(0.16)
    assert np.abs(after[round(0.02 * RATE_HZ) :]).max() > 500


def test_tones_rise_report_nothing_and_leave_speech_its_length(
    make: Make, heard: Heard, ears: ManualSink
) -> None:
    voice = make(ears)
    found = []
    for height in (0.0, 0.25, 0.5, 0.75, 1.0):
        voice.tone(height, 1.0)
        samples = ears.drain().astype(float)
        spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 15))
        found.append(float(np.argmax(spectrum)) * RATE_HZ / (1 << 15))
    assert found == sorted(found) and found[-1] > 2.8 * found[0]
    assert heard.events == []
    voice.say(1, SHORT)
    alone = len(ears.drain())
    voice.say(2, SHORT)
    voice.tone(1.0)
    assert len(ears.drain()) == pytest.approx(alone, abs=0.011 * RATE_HZ)
    with pytest.raises(ValueError, match="volume"):
        voice.tone(0.5, 1.5)


def test_a_hush_stops_the_synthesis_which_runs_ahead_only_so_far(
    make: Make, heard: Heard, ears: ManualSink
) -> None:
    """A speech of an hour is neither synthesised at once nor in the way of the next one."""
    voice = make(ears)
    voice.say(1, speech(*[ENGLISH] * 2000))
    ears.pull(0.1)
    voice.say(2, SHORT)
    ears.drain()
    assert heard.of(2) == ["SpeechStarted", "SpeechEnded"]


# --- wrong use and missing parts ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        speech(ENGLISH, rate_wpm=119),
        speech(ENGLISH, rate_wpm=451),
        speech(ENGLISH, volume=1.1),
        speech(Segment("hallo", "de")),
    ],
)
def test_wrong_speech_is_refused_and_what_is_spoken_goes_on(
    make: Make, heard: Heard, ears: ManualSink, wrong: Speech
) -> None:
    voice = make(ears)
    voice.say(1, SHORT)
    with pytest.raises(ValueError, match=r"outside|no voice"):
        voice.say(2, wrong)
    ears.drain()
    assert heard.of(1) == ["SpeechStarted", "SpeechEnded"]


def test_a_second_voice_in_the_process_is_refused_until_the_first_is_closed(make: Make) -> None:
    first = make(ManualSink())
    with pytest.raises(EspeakError, match="already in use"):
        make(ManualSink())
    first.close()
    make(ManualSink())


def test_without_the_library_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr("chestnut.speech.espeak._Library.loaded", None)
    monkeypatch.setattr("chestnut.speech.espeak.ctypes.CDLL", missing)
    for _ in range(2):  # and the failure does not keep the library owned
        with pytest.raises(EspeakError, match="apt install espeak-ng"):
            Espeak()


def test_without_voice_data_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Empty:
        """The library as it behaves when its data folder is missing."""

        def __init__(self, name: str) -> None:
            self.espeak_Initialize = self.espeak_Synth = self.espeak_SetVoiceByName = Refusing()

    class Refusing:
        def __call__(self, *_: object) -> int:
            return -1

    monkeypatch.setattr("chestnut.speech.espeak._Library.loaded", None)
    monkeypatch.setattr("chestnut.speech.espeak.ctypes.CDLL", Empty)
    with pytest.raises(EspeakError, match=r"no voice data: .*apt install espeak-ng"):
        Espeak()


def test_a_failing_synthesis_is_an_answer_and_the_voice_lives_on(
    make: Make, heard: Heard, ears: ManualSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = make(ears)
    with monkeypatch.context() as broken:
        broken.setitem(
            __import__("chestnut.speech.espeak", fromlist=["VOICES"]).VOICES, "ru", "no-such-voice"
        )
        voice.say(1, speech(RUSSIAN))
        failed = heard.wait(EffectFailed, 1)
        assert isinstance(failed, Answer) and heard.of(1) == ["EffectFailed"]
        assert not len(ears.drain())  # nothing is awaited any more
    voice.say(2, SHORT)
    ears.drain()
    assert heard.of(2) == ["SpeechStarted", "SpeechEnded"]


def test_a_fault_of_any_kind_is_an_answer_and_the_voice_lives_on(
    make: Make, heard: Heard, ears: ManualSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: object) -> bool:
        raise MemoryError

    voice = make(ears)
    with monkeypatch.context() as broken:
        broken.setattr(Espeak, "synthesise", exhausted)
        voice.say(1, SHORT)
        heard.wait(EffectFailed, 1)
    voice.say(2, SHORT)
    ears.drain()
    assert heard.of(2) == ["SpeechStarted", "SpeechEnded"]


# --- the WAV file ---------------------------------------------------------------------------------------


def test_the_file_holds_the_same_sound_without_a_gap(make: Make, heard: Heard, tmp_path: Path) -> None:
    expected = spoken(make, speech(ENGLISH, RUSSIAN))
    voice = make(WavSink(tmp_path / "said.wav"))
    heard.events.clear()
    voice.say(1, speech(ENGLISH, RUSSIAN))
    heard.wait(SpeechEnded, 1)
    voice.close()
    with wave.open(str(tmp_path / "said.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE_HZ, 1, 2)
        written = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert likeness(written, expected) > 0.7
    assert len(written) == pytest.approx(len(expected), abs=0.03 * RATE_HZ)


def test_a_file_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match=r"cannot write .*missing"):
        WavSink(tmp_path / "missing" / "said.wav")


def test_a_full_disk_is_reported_and_the_speech_still_ends(make: Make, heard: Heard) -> None:
    voice = make(WavSink(Path("/dev/full")))
    voice.say(1, speech(*[ENGLISH] * 5))
    heard.wait(SpeechEnded, 1)
    lost = heard.wait(PartLost)
    assert isinstance(lost, PartLost) and lost.reason == "speaker_lost"


def test_nothing_is_left_unclosed(make: Make, tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    voice = make(WavSink(tmp_path / "said.wav"))
    voice.close()
    del voice
    gc.collect()
    assert not [warning for warning in recwarn if issubclass(warning.category, ResourceWarning)]
