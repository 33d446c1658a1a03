"""Eight short sounds, told apart by their contour alone, made once of decaying sine partials. No files.

PRESSED is a dry tap, WORKING two low equal knocks, DONE a rising fifth, FAILED a falling minor third in a low voice,
STOPPED one fast downward glide, REMINDER the falling fourth of a doorbell, LISTENING a quick upward glide, LISTENED
two high equal taps. All stay well below speech, which goes on under them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from chestnut.core.effects import Sound

PEAK = 0.22  # of full scale: speech peaks near 0.9
_FADE_IN_S, _FADE_OUT_S = 0.003, 0.012

Samples = NDArray[np.float32]


def make(rate_hz: int) -> dict[Sound, Samples]:
    """Every sound as float32 samples in int16 units, peak PEAK * 32767, 40 to 150 ms long."""
    notes = {
        Sound.PRESSED: [_bell(rate_hz, 1320.0, 0.040, decay_s=0.012)],
        Sound.WORKING: [_bell(rate_hz, 440.0, 0.060, decay_s=0.020)] * 2,
        Sound.DONE: [
            _bell(rate_hz, 659.3, 0.055, decay_s=0.050),
            _bell(rate_hz, 987.8, 0.090, decay_s=0.035),
        ],
        Sound.FAILED: [
            _bell(rate_hz, 311.1, 0.065, decay_s=0.080),
            _bell(rate_hz, 261.6, 0.080, decay_s=0.050),
        ],
        Sound.REMINDER: [
            _bell(rate_hz, 784.0, 0.060, decay_s=0.080),
            _bell(rate_hz, 587.3, 0.090, decay_s=0.060),
        ],
        Sound.LISTENING: [_bell(rate_hz, 494.0, 0.080, decay_s=0.060, glide_to_hz=1109.0)],
        Sound.LISTENED: [_bell(rate_hz, 1760.0, 0.030, decay_s=0.012)] * 2,
        Sound.STOPPED: [_bell(rate_hz, 880.0, 0.090, decay_s=0.045, glide_to_hz=392.0)],
    }
    return {sound: _finished(np.concatenate(parts)) for sound, parts in notes.items()}


def _bell(
    rate_hz: int, pitch_hz: float, length_s: float, *, decay_s: float, glide_to_hz: float | None = None
) -> Samples:
    """A struck tone with two soft overtones, faded at both ends so that it never clicks."""
    seconds = np.arange(round(length_s * rate_hz)) / rate_hz
    pitch = np.linspace(pitch_hz, glide_to_hz or pitch_hz, len(seconds))
    phase = 2 * np.pi * np.cumsum(pitch) / rate_hz
    tone = sum(level * np.sin(partial * phase) for partial, level in ((1, 1.0), (2, 0.25), (3, 0.08)))
    fade = np.minimum(seconds / _FADE_IN_S, (seconds[-1] - seconds) / _FADE_OUT_S).clip(0, 1)
    shaped = np.asarray(tone * np.exp(-seconds / decay_s) * (0.5 - 0.5 * np.cos(np.pi * fade)))
    return shaped.astype(np.float32)


def _finished(sound: Samples) -> Samples:
    loud = np.float32(PEAK * 32767 / np.abs(sound).max())
    return (sound * loud).astype(np.float32)
