"""What every ear keeps: Whisper in a process of its own, and the one that knows beforehand what is said."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from chestnut.core.ports import HEARD_HZ, Ear, Spoken
from chestnut.sim.ear import ScriptedEar
from chestnut.speech.ear import EarFault, EarProcess
from chestnut.speech.ear_wire import BEGIN, END, SOUND, BadFrame, framed, next_frame
from chestnut_tests.said import said
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.slow

LIMIT_S = 120.0
SENTENCE = "Where are my keys?"
SILENCE = np.zeros(HEARD_HZ, np.int16)


@pytest.fixture(scope="module", params=[EarProcess, lambda: ScriptedEar(SENTENCE)], ids=["real", "scripted"])
def ear(request: pytest.FixtureRequest) -> Iterator[Ear]:
    threads, files = set(threading.enumerate()), len(list(Path("/proc/self/fd").iterdir()))
    make: Callable[[], Ear] = request.param
    ear = make()
    yield ear
    ear.close()
    ear.close()
    assert set(threading.enumerate()) <= threads
    assert len(list(Path("/proc/self/fd").iterdir())) <= files


def heard(ear: Ear, samples: np.ndarray, language: str = "en") -> Spoken:
    ear.begin(language)
    for start in range(0, len(samples), 512):
        ear.feed(samples[start : start + 512])
    return ear.words(LIMIT_S)


def test_what_is_said_becomes_words(ear: Ear) -> None:
    assert ear.lack == ""
    spoken = heard(ear, said(SENTENCE))
    assert spoken.voiced and 0 < spoken.sure <= 1
    assert "keys" in spoken.text


def test_silence_is_nobody_and_never_words(ear: Ear) -> None:
    assert heard(ear, SILENCE) == Spoken()
    assert heard(ear, SILENCE[:0]) == Spoken()


def test_each_turn_begins_anew(ear: Ear) -> None:
    assert heard(ear, said(SENTENCE)).voiced
    assert not heard(ear, SILENCE, "ru").voiced


def test_who_waits_is_let_go_when_nobody_wants_the_words(ear: Ear) -> None:
    ear.begin("en")
    ear.feed(said(SENTENCE))
    ear.drop()
    assert ear.words(LIMIT_S) == Spoken()
    assert heard(ear, said(SENTENCE)).voiced, "and the next is understood"


# --- the process ------------------------------------------------------------------------------------------


def test_noise_and_tones_are_nobody() -> None:
    ear = EarProcess()
    try:
        noise = np.random.default_rng(1).normal(0, 3000, 2 * HEARD_HZ).astype(np.int16)
        tone = (8000 * np.sin(np.arange(2 * HEARD_HZ) / 10)).astype(np.int16)
        assert not heard(ear, noise).voiced
        assert not heard(ear, tone).voiced
    finally:
        ear.close()


def test_a_process_that_is_killed_is_told_and_replaced() -> None:
    ear = EarProcess()
    try:
        assert heard(ear, said(SENTENCE)).voiced
        ear.begin("en")
        assert ear.pid is not None
        os.kill(ear.pid, signal.SIGKILL)
        ear.feed(said(SENTENCE))
        with pytest.raises(EarFault) as fault:
            ear.words(LIMIT_S)
        assert fault.value.reason == "ear_lost"
        assert heard(ear, said(SENTENCE)).voiced
    finally:
        ear.close()


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ('print(\'{"failed": "ear_missing"}\', flush=True); input()', "ear_missing"),
        ("print('babble', flush=True); input()", "ear_lost"),
        ("", "ear_lost"),
    ],
)
def test_a_process_that_cannot_is_told(program: str, reason: str) -> None:
    ear = EarProcess((sys.executable, "-c", program))
    try:
        ear.begin("en")
        ear.feed(SILENCE)
        with pytest.raises(EarFault) as fault:
            ear.words(LIMIT_S)
        assert fault.value.reason == reason
    finally:
        ear.close()


def test_a_process_that_hangs_is_ended() -> None:
    ear = EarProcess((sys.executable, "-c", "import sys; sys.stdin.buffer.read()"))
    try:
        ear.begin("en")
        with pytest.raises(EarFault):
            ear.words(0.1)
        assert ear.pid is None
    finally:
        ear.close()


def test_without_its_files_it_names_the_lack(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHESTNUT_CACHE", str(tmp_path))
    ear = EarProcess()
    assert ear.lack == "ear_missing"
    ear.begin("en")
    assert ear.pid is None
    ear.close()


# --- the line ---------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.sampled_from([BEGIN, SOUND, END]), st.binary(max_size=40))))
def test_frames_come_as_they_went(frames: list[tuple[int, bytes]]) -> None:
    line = io.BytesIO(b"".join(framed(kind, data) for kind, data in frames))
    for frame in frames:
        assert next_frame(line) == frame
    assert next_frame(line) is None


@given(st.binary(max_size=60))
def test_no_babble_is_taken_for_more_than_there_is(data: bytes) -> None:
    line, taken = io.BytesIO(data), 0
    try:
        while (frame := next_frame(line)) is not None:
            taken += 5 + len(frame[1])
    except BadFrame:
        pass
    assert taken <= len(data)
