"""No five milliseconds of sound are louder than a ceiling: what is too loud is turned down before it comes, not bent.

A look-ahead limiter on the root mean square of a short sliding window. The gain of a sample is the least that any
window needs it lies in, so every window obeys; it falls within a millisecond and rises again within three tenths
of a second. A longer time is covered by such windows, so its level is under the ceiling, too; what overlaps there is
less than 0.2 dB over an eighth of a second.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

WINDOW_S = 0.005
FALL_S = 0.001
RISE_S = 0.3  # from nothing to all: slow beside the periods of a low voice, or it would be heard as roughness
FULL_SCALE = 32767 / math.sqrt(2)  # the root mean square of the loudest sine
# The ceiling of a loudspeaker nobody has measured, 9 dB under the loudest sine: a voice at the volume of a new device
# is just not touched, a louder one grows little, and nothing is promised of the level at the ear.
UNMEASURED = FULL_SCALE * 10 ** (-9 / 20)
A_WEIGHTING_DB = 1.3  # the most that A-weighting raises any tone, near 2.5 kHz (IEC 61672-1)

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]


def ceiling(limit_dba: float, full_scale_dba: float) -> float:
    """The root mean square, in int16 units, that is under limit_dba at the ear whatever sounds. full_scale_dba: what
    the loudest sine of 1 kHz gives there, measured."""
    return float(FULL_SCALE * 10 ** ((limit_dba - full_scale_dba - A_WEIGHTING_DB) / 20))


class Limiter:
    """delay: so many frames later the sound leaves it."""

    def __init__(self, rate_hz: int, ceiling: float) -> None:
        """ceiling: root mean square in the samples' units, above 0."""
        self.ceiling = ceiling
        self._window = max(2, round(WINDOW_S * rate_hz))
        self._fall = max(1, round(FALL_S * rate_hz))
        self._rise = 1 / (RISE_S * rate_hz)
        self.delay = self._window + self._fall - 2
        self._held = np.zeros(self.delay, np.float64)  # came, and did not leave yet
        self._needed = np.ones(
            self.delay, np.float64
        )  # the gain that the window ending at each of them needs
        self._gains = np.ones(self._fall - 1, np.float64)  # of what left last, before they are smoothed
        self._gain = 1.0  # of the very last one
        self._calm = True  # nothing is turned down, nor was just now
        curve = 0.5 + 0.5 * np.cos(np.linspace(0, np.pi, self._window))
        self._fade = np.concatenate([curve, np.zeros(self.delay - self._window)])

    def process(self, mix: Float32) -> None:
        """Replace the samples by those that came `delay` frames before."""
        frames = len(mix)
        came = np.concatenate([self._held, mix])
        needed = self._gains_needed(came[-(frames + self._window - 1) :])
        if needed is None and self._calm:
            mix[:] = came[:frames]
        else:
            if needed is None:
                needed = np.ones(frames, np.float64)
            ahead = np.concatenate([self._needed, needed])
            mix[:] = came[:frames] * self._smoothed(_sliding_minimum(ahead, self.delay + 1))
            self._needed = ahead[frames:]
            self._calm = bool(self._needed.min() == 1 and self._gains.min(initial=1) == 1 and self._gain == 1)
        self._held = came[frames:]

    def fade_out(self) -> None:
        """What has not left yet ends within the window, without a click."""
        self._held *= self._fade

    def _gains_needed(self, came: Float64) -> Float64 | None:
        """One for each window of these samples; None when none is too loud."""
        sums = np.concatenate([[0.0], np.cumsum(came * came)])
        means = (sums[self._window :] - sums[: -self._window]) / self._window
        limit = self.ceiling * self.ceiling
        if means.max(initial=0.0) <= limit:
            return None
        return np.asarray(np.sqrt(limit / np.maximum(means, limit)))

    def _smoothed(self, least: Float64) -> Float64:
        """least: the gain that each sample may have at most, before its windows and the fall are looked at."""
        climb = np.arange(len(least) + 1) * self._rise
        raised = np.minimum.accumulate(np.concatenate([[self._gain], least]) - climb) + climb
        gains = np.concatenate([self._gains, raised[1:]])
        self._gain = float(gains[-1])
        self._gains = gains[len(gains) - (self._fall - 1) :]
        sums = np.concatenate([[0.0], np.cumsum(gains)])
        return np.asarray((sums[self._fall :] - sums[: -self._fall]) / self._fall)


def _sliding_minimum(values: Float64, length: int) -> Float64:
    return np.asarray(np.lib.stride_tricks.sliding_window_view(values, length).min(axis=1))
