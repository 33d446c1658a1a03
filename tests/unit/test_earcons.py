"""The eight sounds: short, quiet, soft at both ends, told apart."""

import itertools

import numpy as np
import pytest
from chestnut.core.effects import Sound
from chestnut.speech import earcons

RATE_HZ = 22050
MADE = earcons.make(RATE_HZ)


def pitch_hz(samples: np.ndarray) -> float:
    """The strongest frequency."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 16384))
    return float(np.argmax(spectrum) * RATE_HZ / 16384)


def test_every_sound_is_made() -> None:
    assert set(MADE) == set(Sound)


@pytest.mark.parametrize("sound", Sound)
def test_sounds_are_short_quiet_and_soft(sound: Sound) -> None:
    samples = MADE[sound]
    assert 0.040 <= len(samples) / RATE_HZ <= 0.150
    assert 0.1 * 32767 < np.abs(samples).max() <= earcons.PEAK * 32767 + 1 < 0.3 * 32767
    assert abs(samples[0]) < 50 and abs(samples[-1]) < 50  # no click at either end


def test_the_contours_differ() -> None:
    def halves(sound: Sound) -> tuple[float, float]:
        samples = MADE[sound]
        return pitch_hz(samples[: len(samples) // 3]), pitch_hz(samples[-len(samples) // 3 :])

    contour = {sound: halves(sound) for sound in Sound}
    assert contour[Sound.DONE][1] > 1.3 * contour[Sound.DONE][0]
    assert contour[Sound.FAILED][1] < 0.9 * contour[Sound.FAILED][0]
    assert contour[Sound.STOPPED][1] < 0.7 * contour[Sound.STOPPED][0]
    assert contour[Sound.WORKING][1] == pytest.approx(contour[Sound.WORKING][0], rel=0.05)
    for one, other in itertools.combinations(Sound, 2):
        begins = contour[one][0] / contour[other][0]
        ends = contour[one][1] / contour[other][1]
        assert not (0.9 < begins < 1.1 and 0.9 < ends < 1.1), (one, other)
