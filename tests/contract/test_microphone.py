"""What every microphone keeps: the one over PortAudio, which listens to the monitor of a null sink of a real
PulseAudio, and a recording in its place."""

from __future__ import annotations

import queue
import threading
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from chestnut.core.events import Event, Part, PartFound, PartLost
from chestnut.core.ports import HEARD_HZ, Microphone, SoundBlock
from chestnut.sim.loudspeaker import Loudspeaker
from chestnut.speech.microphone import PortAudioMicrophone
from chestnut.speech.microphone_wav import WavMicrophone
from chestnut.speech.portaudio import PortAudio, SoundError

pytestmark = pytest.mark.slow

LIMIT_S = 20.0
PITCH_HZ = 500.0


def tone(seconds: float = 120.0) -> np.ndarray:
    time = np.arange(round(seconds * HEARD_HZ)) / HEARD_HZ
    return np.rint(8000 * np.sin(2 * np.pi * PITCH_HZ * time)).astype(np.int16)


def hears_the_tone(samples: np.ndarray) -> bool:
    """It is the loudest of all, and loud."""
    spectrum = np.abs(np.fft.rfft(samples.astype(float) * np.hanning(len(samples))))
    loudest_hz = float(np.argmax(spectrum)) * HEARD_HZ / len(samples)
    return abs(loudest_hz - PITCH_HZ) < 20 and bool(np.abs(samples).max() > 2000)


@dataclass
class Rig:
    microphone: Microphone
    unplug: Callable[[], None]
    plug: Callable[[], None]
    events: queue.Queue[Event] = field(default_factory=queue.Queue)

    def blocks(self, count: int) -> list[SoundBlock]:
        found = [self.microphone.next(LIMIT_S) for _ in range(count)]
        assert None not in found, "the microphone fell silent"
        return [block for block in found if block is not None]

    def wait_for_the_tone(self) -> None:
        """What is played may be heard a little later than the listening begins."""
        for _ in range(round(LIMIT_S * HEARD_HZ / (8 * 512))):
            if hears_the_tone(np.concatenate([block.samples for block in self.blocks(8)])):
                return
        raise AssertionError("the tone is not heard")


def rig_wav(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    with wave.open(str(tmp_path / "heard.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(HEARD_HZ)
        file.writeframes(tone().astype("<i2").tobytes())
    events: queue.Queue[Event] = queue.Queue()
    microphone = WavMicrophone(tmp_path / "heard.wav", events.put)
    yield Rig(microphone, microphone.unplug, microphone.plug, events)


def rig_portaudio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    with Loudspeaker() as speaker:
        for name, value in speaker.environment.items():
            monkeypatch.setenv(name, value)

        def plug() -> None:
            speaker.plug("air")
            speaker.play(tone(), "air")

        plug()
        events: queue.Queue[Event] = queue.Queue()
        microphone = PortAudioMicrophone(
            ("no such microphone", "Monitor of air"),
            events.put,
            retry_s=0.2,
            look_s=0.2,
            library=PortAudio(),
        )
        yield Rig(microphone, lambda: speaker.unplug("air"), plug, events)
        microphone.close()


RIGS = {"wav": rig_wav, "portaudio": rig_portaudio}


@pytest.fixture(params=list(RIGS))
def rig(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    before = set(threading.enumerate())
    making = RIGS[request.param](tmp_path, monkeypatch)
    made = next(making)
    yield made
    made.microphone.close()
    made.microphone.close()
    assert next(making, None) is None
    assert set(threading.enumerate()) <= before, "a thread was left behind"


def test_it_is_deaf_until_started_and_after_it_was_stopped(rig: Rig) -> None:
    assert rig.microphone.next(LIMIT_S) is None
    rig.microphone.start()
    rig.wait_for_the_tone()
    rig.microphone.stop()
    assert rig.microphone.next(LIMIT_S) is None
    rig.microphone.start()
    assert rig.blocks(1)[0].number == 1, "nothing is left of before"
    rig.microphone.close()
    assert rig.microphone.next(LIMIT_S) is None


def test_blocks_are_numbered_stamped_and_of_one_channel(rig: Rig) -> None:
    rig.microphone.start()
    blocks = rig.blocks(6)
    assert [block.number for block in blocks] == [1, 2, 3, 4, 5, 6]
    assert [block.at for block in blocks] == sorted(block.at for block in blocks)
    assert {(block.samples.shape, block.samples.dtype) for block in blocks} == {((512,), np.dtype(np.int16))}


def test_who_waits_is_woken_by_a_stop(rig: Rig) -> None:
    rig.microphone.start()
    answers: queue.Queue[object] = queue.Queue()

    def take() -> None:
        while rig.microphone.next(LIMIT_S) is not None:
            pass
        answers.put(None)

    waiting = threading.Thread(target=take)
    waiting.start()
    rig.microphone.stop()
    answers.get(timeout=LIMIT_S)
    waiting.join()


def test_a_loss_while_it_listens_is_told_and_the_listening_goes_on_when_it_is_back(rig: Rig) -> None:
    rig.microphone.start()
    rig.wait_for_the_tone()
    rig.unplug()
    lost = rig.events.get(timeout=LIMIT_S)
    assert isinstance(lost, PartLost) and (lost.part, lost.reason) == (Part.MICROPHONE, "microphone_lost")
    rig.plug()
    found = rig.events.get(timeout=LIMIT_S)
    assert isinstance(found, PartFound) and found.part is Part.MICROPHONE
    rig.wait_for_the_tone()
    assert rig.events.empty()


@pytest.mark.parametrize("name", ["missing.wav", "noise.wav", "fast.wav"])
def test_a_file_that_cannot_be_heard_names_the_remedy(tmp_path: Path, name: str) -> None:
    (tmp_path / "noise.wav").write_bytes(b"no sound")
    with wave.open(str(tmp_path / "fast.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
    with pytest.raises(SoundError, match=r"again|convert it"):
        WavMicrophone(tmp_path / name, lambda event: None)


def test_without_a_microphone_only_who_wants_to_listen_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent")
    events: queue.Queue[Event] = queue.Queue()
    microphone = PortAudioMicrophone(("no such microphone",), events.put, retry_s=0.01, library=PortAudio())
    try:
        microphone.start()
        lost = events.get(timeout=LIMIT_S)
        assert isinstance(lost, PartLost) and events.empty()
        assert microphone.problem is not None and "plug in a microphone" in microphone.problem
    finally:
        microphone.close()
