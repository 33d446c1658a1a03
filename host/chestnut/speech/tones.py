"""The tones that guide a hand: one short soft note for every step of height, made once. No files.

The pitch rises evenly to the ear, by equal ratios, over an octave and a half that small and bone-conduction
loudspeakers play and ageing ears hear.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LOWEST_HZ, HIGHEST_HZ = 392.0, 1174.7
STEPS = 25  # about three quarters of a semitone each: a step is heard
LENGTH_S = 0.055
FADE_S = 0.010
PEAK = 0.20  # of full scale, as loud as the earcons; speech peaks near 0.9

Samples = NDArray[np.float32]


def make(rate_hz: int) -> tuple[Samples, ...]:
    """From the lowest to the highest, as float32 samples in int16 units; each begins and ends in silence."""
    seconds = np.arange(round(LENGTH_S * rate_hz)) / rate_hz
    fade = np.minimum(seconds, seconds[-1] - seconds).clip(0, FADE_S) / FADE_S
    shape = (0.5 - 0.5 * np.cos(np.pi * fade)) * PEAK * 32767
    return tuple(
        (shape * (0.85 * np.sin(2 * np.pi * hz * seconds) + 0.15 * np.sin(4 * np.pi * hz * seconds))).astype(
            np.float32
        )
        for hz in pitches_hz()
    )


def pitches_hz() -> tuple[float, ...]:
    ratio = (HIGHEST_HZ / LOWEST_HZ) ** (1 / (STEPS - 1))
    return tuple(LOWEST_HZ * ratio**step for step in range(STEPS))


def step_of(height: float) -> int:
    """Of 0 to 1; what lies outside counts as the end."""
    return round(min(1.0, max(0.0, height)) * (STEPS - 1))
