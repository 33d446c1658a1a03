"""The tones that guide: they rise with closeness, come quicker with it, make no click and leave speech as it is."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import numpy as np
import pytest
from chestnut.core.effects import Haptic, Sound
from chestnut.core.ports import Speech
from chestnut.runtime.beacon import QUICKEST_S, SEARCHING_S, SLOWEST_S, STALE_S, Beacon, period_s
from chestnut.speech import tones
from chestnut.speech.mixer import Mixer
from hypothesis import given
from hypothesis import strategies as st

RATE_HZ = 22050
MADE = tones.make(RATE_HZ)


def pitch_hz(samples: np.ndarray) -> float:
    """The strongest frequency."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 16))
    return float(np.argmax(spectrum) * RATE_HZ / (1 << 16))


def silent_mixer() -> Mixer:
    return Mixer(RATE_HZ, started=lambda job, offset: None, ended=lambda job, offset: None)


def test_the_pitch_rises_by_equal_ratios() -> None:
    heard = [pitch_hz(tone) for tone in MADE]
    for hz, meant in zip(heard, tones.pitches_hz(), strict=True):
        assert hz == pytest.approx(meant, rel=0.01)
    ratios = [higher / lower for lower, higher in pairwise(heard)]
    assert min(ratios) > 1.03
    assert heard[-1] / heard[0] == pytest.approx(3.0, rel=0.02)


def test_every_tone_is_short_quiet_and_soft() -> None:
    for tone in MADE:
        assert len(tone) / RATE_HZ < QUICKEST_S / 2
        assert 0.15 * 32767 < np.abs(tone).max() <= tones.PEAK * 32767
        assert tone[0] == 0 and abs(tone[-1]) < 1


@given(st.floats(-1, 2), st.floats(-1, 2))
def test_nearer_is_never_lower_nor_slower(one: float, other: float) -> None:
    far, near = sorted((one, other))
    assert 0 <= tones.step_of(far) <= tones.step_of(near) < tones.STEPS
    assert SLOWEST_S >= period_s(far) >= period_s(near) >= QUICKEST_S * 0.999


def test_tones_leave_the_mixer_whole_and_speech_under_them_unducked() -> None:
    mixer = silent_mixer()
    speech = np.full(4000, 8000, np.int16)
    mixer.begin(1, 1.0)
    mixer.write(1, speech)
    mixer.fill(220)
    mixer.play(MADE[-1], 1.0, ducks=False)
    heard = np.concatenate([mixer.fill(220).copy() for _ in range(8)]).astype(float)
    assert np.abs(heard[: len(MADE[-1])] - 8000 - MADE[-1]).max() <= 1
    assert (heard[len(MADE[-1]) :] == 8000).all()


def test_a_rising_row_of_tones_is_heard_as_one_without_clicks() -> None:
    mixer = silent_mixer()
    heard, found = [], []
    for height in np.linspace(0, 1, 9):
        mixer.play(MADE[tones.step_of(float(height))], 1.0, ducks=False)
        beat = np.concatenate([mixer.fill(220).copy() for _ in range(16)])
        heard.append(beat)
        found.append(pitch_hz(beat[: len(MADE[0])].astype(float)))
    assert found == sorted(found) and found[-1] > 2.9 * found[0]
    steepest = 2 * np.pi * tones.HIGHEST_HZ / RATE_HZ * tones.PEAK * 32767 * 1.2
    assert np.abs(np.diff(np.concatenate(heard).astype(float))).max() < steepest


# --- the rhythm, in a time of its own ----------------------------------------------------------------------


class Loop(asyncio.AbstractEventLoop):
    """Only time and timers: it runs when it is told to."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.timers: list[asyncio.TimerHandle] = []

    def time(self) -> float:
        return self.now_s

    def call_at(self, when, callback, *args, context=None):  # type: ignore[no-untyped-def]
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        self.timers.append(timer)
        return timer

    def get_debug(self) -> bool:
        return False

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        self.timers.remove(handle)

    def run_until(self, when_s: float) -> None:
        while self.timers and min(timer.when() for timer in self.timers) <= when_s:
            timer = min(self.timers, key=lambda timer: timer.when())
            self.timers.remove(timer)
            self.now_s = max(self.now_s, timer.when())
            timer._run()
        self.now_s = when_s


class Sense:
    """Pod and voice in one."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self.heard: list[tuple[float, float | None]] = []
        self.felt: list[float] = []

    def buzz(self, pattern: Haptic) -> None:
        assert pattern is Haptic.PRESSED
        self.felt.append(self._loop.now_s)

    def tone(self, height: float, volume: float = 0.8) -> None:
        self.heard.append((self._loop.now_s, height))

    def chime(self, sound: Sound, volume: float = 0.8) -> None:
        assert sound is Sound.WORKING
        self.heard.append((self._loop.now_s, None))

    def say(self, job: int, speech: Speech) -> None: ...

    def hush(self, job: int | None = None) -> None: ...

    def close(self) -> None: ...


class PodSense(Sense):
    async def close(self) -> None: ...  # type: ignore[override]


@pytest.fixture
def loop() -> Loop:
    return Loop()


def led(loop: Loop, *closeness: float | None, look_s: float = 0.2) -> tuple[Sense, Beacon]:
    """A look every look_s, each telling one closeness."""
    sense = PodSense(loop)
    beacon = Beacon(sense, sense, loop)
    for near in closeness:
        beacon.lead(near, 0.8)
        loop.run_until(loop.now_s + look_s)
    return sense, beacon


def gaps_s(sense: Sense) -> list[float]:
    return [later - sooner for (sooner, _), (later, _) in pairwise(sense.heard)]


def test_the_rhythm_quickens_and_the_motor_beats_with_the_tone(loop: Loop) -> None:
    sense, _ = led(loop, *(step / 60 for step in range(61)))
    assert [at for at, _ in sense.heard] == sense.felt
    heights = [height for _, height in sense.heard if height is not None]
    assert heights == sorted(heights) and heights[-1] > 0.95
    gaps = gaps_s(sense)
    assert gaps[0] > 0.75 and gaps[-1] < 0.2
    assert all(later <= sooner + 1e-9 for sooner, later in pairwise(gaps))


def test_the_rhythm_does_not_depend_on_how_often_is_looked(loop: Loop) -> None:
    for look_s in (0.05, 0.21, 0.7):
        sense, beacon = led(loop, *[0.5] * round(8 / look_s), look_s=look_s)
        assert gaps_s(sense) == pytest.approx([period_s(0.5)] * len(gaps_s(sense)))
        beacon.end()


def test_out_of_sight_it_ticks_slowly_and_the_motor_rests(loop: Loop) -> None:
    sense, _ = led(loop, *[None] * 30)
    assert gaps_s(sense) == pytest.approx([SEARCHING_S] * len(gaps_s(sense))) and sense.felt == []


def test_what_comes_into_sight_is_told_at_once(loop: Loop) -> None:
    sense, _ = led(loop, *[None] * 3, 0.9)
    assert sense.heard[1] == (pytest.approx(100.6), 0.9)


def test_what_nobody_looks_at_any_more_is_not_pointed_at(loop: Loop) -> None:
    sense, _ = led(loop, 1.0)
    loop.run_until(200.0)
    assert sense.heard[-1][0] <= 100.0 + STALE_S + 1e-9 and loop.timers == []


def test_its_end_is_silent_at_once(loop: Loop) -> None:
    sense, beacon = led(loop, 1.0)
    beacon.end()
    beacon.end()
    count = len(sense.heard)
    loop.run_until(200.0)
    assert len(sense.heard) == count and loop.timers == []
