"""From the microphone to the ear, in a thread: nothing before Listen, nothing after Understand."""

from __future__ import annotations

import queue
import threading
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from chestnut.core.command import Command
from chestnut.core.effects import Listen, Understand
from chestnut.core.events import EffectFailed, Event, ListeningBegan, VoiceNoticed, WordsHeard
from chestnut.core.ports import HEARD_HZ, Spoken
from chestnut.runtime.assemble.ear import meant
from chestnut.runtime.clock import HostClock
from chestnut.runtime.hearing import Hearing
from chestnut.sim.ear import ScriptedEar
from chestnut.speech.microphone_wav import WavMicrophone

LIMIT_S = 20.0


class Desk:
    """A recording for a microphone, and an ear that hears "louder" in it."""

    def __init__(self, folder: Path, *, loud: bool = True, ear: ScriptedEar | None = None) -> None:
        self.events: queue.Queue[Event] = queue.Queue()
        file = folder / "said.wav"
        level = 8000 if loud else 0
        samples = (level * np.sin(np.arange(2 * HEARD_HZ) / 5)).astype("<i2")
        with wave.open(str(file), "wb") as out:
            out.setparams((1, 2, HEARD_HZ, 0, "NONE", ""))
            out.writeframes(samples.tobytes())
        self.ear = ear or ScriptedEar("louder")
        self.microphone = WavMicrophone(file, self.events.put)
        self.hearing = Hearing(self.microphone, self.ear, self.events.put, HostClock(), meant)

    def next(self) -> Event:
        return self.events.get(timeout=LIMIT_S)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    before = set(threading.enumerate())
    desk = Desk(tmp_path)
    yield desk
    desk.hearing.close()
    desk.hearing.close()
    assert set(threading.enumerate()) <= before


def test_what_is_said_is_understood(desk: Desk) -> None:
    desk.hearing.perform(1, Listen(), "en")
    told = [desk.next(), desk.next()]
    assert {type(event) for event in told} == {ListeningBegan, VoiceNoticed}
    desk.hearing.perform(2, Understand(), "en")
    answer = desk.next()
    assert isinstance(answer, WordsHeard) and (answer.job, answer.text) == (2, "louder")
    assert answer.command == Command("louder")
    assert desk.ear.language == "en"
    assert desk.microphone.next(0.0) is None, "deaf again"


def test_silence_is_nobody(tmp_path: Path) -> None:
    desk = Desk(tmp_path, loud=False)
    try:
        desk.hearing.perform(1, Listen(), "en")
        assert isinstance(desk.next(), ListeningBegan)
        desk.hearing.perform(2, Understand(), "en")
        answer = desk.next()
        assert isinstance(answer, WordsHeard) and not answer.voiced and not answer.text
    finally:
        desk.hearing.close()


def test_who_stops_is_heard_no_longer(desk: Desk) -> None:
    desk.hearing.perform(1, Listen(), "en")
    assert {type(desk.next()), type(desk.next())} == {ListeningBegan, VoiceNoticed}
    desk.hearing.deafen()
    assert desk.microphone.next(0.0) is None
    desk.hearing.perform(2, Listen(), "en")
    assert {type(desk.next()), type(desk.next())} == {ListeningBegan, VoiceNoticed}


def test_words_that_are_not_wanted_any_more_are_waited_for_no_longer(desk: Desk) -> None:
    desk.ear.waits.clear()
    desk.hearing.perform(1, Listen(), "en")
    assert {type(desk.next()), type(desk.next())} == {ListeningBegan, VoiceNoticed}
    desk.hearing.perform(2, Understand(), "en")
    desk.hearing.cancel(2)
    desk.hearing.perform(3, Listen(), "en")
    began = {type(event): event for event in (desk.next(), desk.next())}
    assert began.keys() == {ListeningBegan, VoiceNoticed}
    answer = began[ListeningBegan]
    assert isinstance(answer, ListeningBegan) and answer.job == 3


def test_an_ear_that_fails_is_told(tmp_path: Path) -> None:
    class Deaf(ScriptedEar):
        def words(self, timeout_s: float) -> Spoken:
            raise RuntimeError("no words")

    desk = Desk(tmp_path, ear=Deaf("louder"))
    try:
        desk.hearing.perform(1, Listen(), "en")
        assert {type(desk.next()), type(desk.next())} == {ListeningBegan, VoiceNoticed}
        desk.hearing.perform(2, Understand(), "en")
        answer = desk.next()
        assert isinstance(answer, EffectFailed) and (answer.job, answer.reason) == (2, "fault")
    finally:
        desk.hearing.close()


@pytest.mark.parametrize("part", ["microphone", "ear"])
def test_what_lacks_is_told_at_once(tmp_path: Path, part: str) -> None:
    desk = Desk(tmp_path)
    desk.hearing.close()
    ear = ScriptedEar()
    ear.lack = "ear_missing" if part == "ear" else ""
    microphone = None if part == "microphone" else desk.microphone
    hearing = Hearing(microphone, ear, desk.events.put, HostClock(), meant)
    hearing.perform(1, Listen(), "en")
    answer = desk.next()
    reasons = {"microphone": "microphone_off", "ear": "ear_missing"}
    assert isinstance(answer, EffectFailed) and answer.reason == reasons[part]
    hearing.close()


def test_it_warms_up_once_when_nobody_talks(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.hearing.close()
    warmed = threading.Event()
    microphone = WavMicrophone(tmp_path / "said.wav", desk.events.put)
    hearing = Hearing(
        microphone, ScriptedEar("louder"), desk.events.put, HostClock(), meant, warmed.set, warm_s=0.01
    )
    assert warmed.wait(LIMIT_S)
    hearing.perform(1, Listen(), "en")
    assert {type(desk.next()), type(desk.next())} == {ListeningBegan, VoiceNoticed}
    hearing.close()
