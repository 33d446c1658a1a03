"""The loudspeaker's thread outlives whatever PortAudio does. A twin of the calls the sink makes stands in for it."""

from __future__ import annotations

import queue
import sys
import threading
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from chestnut.core.events import Event, Part, PartFound, PartLost
from chestnut.speech.mixer import Mixer
from chestnut.speech.portaudio import PortAudio
from chestnut.speech.sinks import portaudio
from chestnut.speech.sinks.portaudio import PortAudioSink

LIMIT_S = 10.0


Opened = Callable[..., tuple[PortAudioSink, Mixer]]


class PortAudioError(Exception):
    pass


class Twin(types.ModuleType):
    """As much of sounddevice as the sink uses. trouble: raised by the next calls of that name, one each."""

    PortAudioError = PortAudioError

    def __init__(self) -> None:
        super().__init__("sounddevice")
        self._initialized = 1
        self.names = ["a loudspeaker"]
        self.trouble: dict[str, list[Exception]] = {"initialize": [], "open": [], "start": [], "active": []}
        self.open: list[Stream] = []

    def meet(self, call: str) -> None:
        if self.trouble[call]:
            raise self.trouble[call].pop(0)

    def _initialize(self) -> None:
        self.meet("initialize")
        self._initialized += 1

    def _terminate(self) -> None:
        if not self._initialized:
            raise PortAudioError("PortAudio not initialized")
        self._initialized -= 1

    def query_devices(self) -> list[dict[str, Any]]:
        return [{"name": name, "max_output_channels": 2} for name in self.names]

    def RawOutputStream(self, *, device: int | None, **_: Any) -> Stream:  # noqa: N802
        self.meet("open")
        self.open.append(Stream(self, device))
        return self.open[-1]


class Stream:
    latency = 0.02

    def __init__(self, twin: Twin, device: int | None) -> None:
        self._twin = twin
        self.device = device

    @property
    def active(self) -> bool:
        self._twin.meet("active")
        return True

    def start(self) -> None:
        self._twin.meet("start")

    def abort(self, ignore_errors: bool) -> None:
        pass

    def close(self, ignore_errors: bool) -> None:
        self._twin.open.remove(self)


@pytest.fixture
def twin(monkeypatch: pytest.MonkeyPatch) -> Twin:
    made = Twin()
    monkeypatch.setitem(sys.modules, "sounddevice", made)
    monkeypatch.setattr(portaudio, "WATCH_S", 0.01)
    return made


@pytest.fixture
def events() -> queue.Queue[Any]:
    return queue.Queue()


@pytest.fixture
def opened(twin: Twin, events: queue.Queue[Any]) -> Iterator[Opened]:
    """Opens a sink; after the test it is closed, its streams are too and its thread is gone."""
    made: list[tuple[PortAudioSink, Mixer]] = []

    def make(*wanted: str) -> tuple[PortAudioSink, Mixer]:
        mixer = Mixer(22050, started=lambda *_: None, ended=lambda job, _: events.put(job))
        sink = PortAudioSink(wanted or ("auto",), retry_s=0.01, library=PortAudio())
        made.append((sink, mixer))
        sink.open(mixer, events.put, lambda: 0.0)
        return made[-1]

    yield make
    for sink, mixer in made:
        mixer.close()
        sink.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "speaker"]
    assert not twin.open


def part(event: Event) -> tuple[str, Part]:
    assert isinstance(event, PartLost | PartFound)
    return type(event).__name__, event.part


def test_portaudio_that_does_not_begin_anew_once_does_so_later(
    twin: Twin, opened: Opened, events: queue.Queue[Any]
) -> None:
    twin.trouble["initialize"] = [PortAudioError("the sound server is being restarted")]
    sink, _ = opened()
    assert part(events.get(timeout=LIMIT_S)) == ("PartLost", Part.SPEAKER)
    assert part(events.get(timeout=LIMIT_S)) == ("PartFound", Part.SPEAKER)
    assert sink.problem is None and twin._initialized == 1


def test_a_stream_that_is_none_any_more_is_a_loss(
    twin: Twin, opened: Opened, events: queue.Queue[Any]
) -> None:
    sink, _ = opened()
    assert sink.playing.wait(LIMIT_S)
    twin.trouble["active"] = [PortAudioError("Invalid stream pointer")]
    assert part(events.get(timeout=LIMIT_S)) == ("PartLost", Part.SPEAKER)
    assert part(events.get(timeout=LIMIT_S)) == ("PartFound", Part.SPEAKER)


def test_with_a_driver_that_raises_anything_every_job_still_ends(
    twin: Twin, opened: Opened, events: queue.Queue[Any]
) -> None:
    twin.trouble["open"] = [ZeroDivisionError() for _ in range(1000)]
    sink, mixer = opened()
    assert part(events.get(timeout=LIMIT_S)) == ("PartLost", Part.SPEAKER)
    mixer.begin(7, 1.0)
    mixer.write(7, np.ones(300, np.int16))
    mixer.finish(7)
    assert events.get(timeout=LIMIT_S) == 7
    assert sink.problem is not None and "plug in a loudspeaker" in sink.problem


def test_a_close_in_the_moment_of_opening_is_noticed(twin: Twin) -> None:
    sink = PortAudioSink(library=PortAudio())

    class Late(threading.Event):
        """Closed by somebody else just before it is cleared."""

        def clear(self) -> None:
            sink._closing.set()
            self.set()
            super().clear()

    sink._wake = Late()
    mixer = Mixer(22050, started=lambda *_: None, ended=lambda *_: None)
    sink.open(mixer, lambda event: None, lambda: 0.0)
    thread = sink._thread
    assert thread is not None
    thread.join(LIMIT_S)
    ended = not thread.is_alive()
    sink._wake.set()
    assert ended


@pytest.mark.parametrize("call", ["open", "start"])
def test_a_loudspeaker_that_refuses_keeps_nobody_from_the_next(twin: Twin, opened: Opened, call: str) -> None:
    twin.names = ["a headset", "a loudspeaker"]
    twin.trouble[call] = [PortAudioError("Device unavailable")]
    sink, _ = opened("headset", "loudspeaker")
    assert sink.playing.wait(LIMIT_S)
    assert sink.device is not None and sink.device.wanted == "loudspeaker"
    assert [stream.device for stream in twin.open] == [1]


def test_whoever_needs_portaudio_anew_gets_it_when_nothing_sounds(
    twin: Twin, opened: Opened, events: queue.Queue[Any]
) -> None:
    sink, mixer = opened()
    assert sink.playing.wait(LIMIT_S)
    mixer.begin(1, 1.0)
    mixer.write(1, np.ones(100, np.int16))
    mixer.fill(10)
    assert not sink.let_go(), "in the middle of a word"
    mixer.hush()
    mixer.fill(1000)
    sink.playing.clear()
    assert sink.let_go()
    assert sink.playing.wait(LIMIT_S), "it has its stream again"
    assert events.empty(), "that is no loss"


def test_a_close_right_after_the_opening_is_no_loss(
    twin: Twin, opened: Opened, events: queue.Queue[Any]
) -> None:
    sink, _ = opened()
    assert sink.playing.wait(LIMIT_S)
    sink.close()
    assert events.empty() and not twin.open


def test_what_is_back_within_the_grace_was_not_lost(
    twin: Twin, opened: Opened, events: queue.Queue[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portaudio, "LASTING_S", 0.0)
    monkeypatch.setattr(portaudio, "GRACE_S", LIMIT_S)
    monkeypatch.setattr(portaudio, "AGAIN_S", 0.01)
    sink, _ = opened()
    assert sink.playing.wait(LIMIT_S)
    first = twin.open[0]
    twin.trouble["open"] = [PortAudioError("busy"), PortAudioError("busy")]
    sink.playing.clear()
    twin.trouble["active"] = [PortAudioError("Invalid stream pointer")]
    assert sink.playing.wait(LIMIT_S)
    assert twin.open != [first] and not twin.trouble["open"]
    assert events.empty()
