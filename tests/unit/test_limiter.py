"""The limiter: nothing is louder than its ceiling, and what is softer leaves as it came."""

from __future__ import annotations

import math

import numpy as np
import pytest
from chestnut.core.ports import Segment
from chestnut.core.session import Session
from chestnut.speech.espeak import Espeak
from chestnut.speech.limiter import FULL_SCALE, UNMEASURED, Limiter, ceiling
from hypothesis import given, settings
from hypothesis import strategies as st

RATE_HZ = 22050
WINDOW = 110


def through(limiter: Limiter, samples: np.ndarray, blocks: list[int]) -> np.ndarray:
    """Everything that leaves it, in blocks of these lengths again and again, until the last sample has left."""
    samples = np.concatenate([samples, np.zeros(limiter.delay)]).astype(np.float32)
    left, at, turn = [], 0, 0
    while at < len(samples):
        mix = samples[at : at + blocks[turn % len(blocks)]].copy()
        limiter.process(mix)
        left.append(mix)
        at, turn = at + len(mix), turn + 1
    return np.concatenate(left).astype(np.float64)


def loudest(samples: np.ndarray) -> float:
    """Root mean square of the loudest window."""
    sums = np.concatenate([[0.0], np.cumsum(samples * samples)])
    return float(np.sqrt(((sums[WINDOW:] - sums[:-WINDOW]) / WINDOW).max()))


parts = st.tuples(
    st.integers(1, 900), st.floats(0, 60_000), st.sampled_from(["tone", "noise", "steps", "clicks"])
)


def sound(made_of: list[tuple[int, float, str]]) -> np.ndarray:
    random = np.random.default_rng(7)
    made = []
    for frames, level, kind in made_of:
        time = np.arange(frames)
        made.append(
            level
            * {
                "tone": np.sin(time * 0.11),
                "noise": random.uniform(-1, 1, frames),
                "steps": np.sign(np.sin(time * 0.01) + 1e-9),
                "clicks": (time % 97 == 0).astype(float),
            }[kind]
        )
    return np.concatenate(made)


@given(
    st.lists(parts, min_size=1, max_size=8),
    st.lists(st.integers(1, 600), min_size=1, max_size=5),
    st.floats(50, 20_000),
)
@settings(max_examples=150, deadline=None)
def test_no_window_is_louder_than_the_ceiling(
    made_of: list[tuple[int, float, str]], blocks: list[int], limit: float
) -> None:
    left = through(Limiter(RATE_HZ, limit), sound(made_of), blocks)
    assert loudest(np.concatenate([np.zeros(WINDOW), left])) <= limit * 1.0001 + 1e-3


@given(st.lists(parts, min_size=1, max_size=5), st.lists(st.integers(1, 600), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_what_is_soft_enough_leaves_as_it_came(
    made_of: list[tuple[int, float, str]], blocks: list[int]
) -> None:
    samples = sound(made_of).astype(np.float32)
    limiter = Limiter(RATE_HZ, 60_001.0)
    assert np.array_equal(through(limiter, samples, blocks)[limiter.delay :], samples)


def test_it_is_the_same_however_it_is_cut_into_blocks() -> None:
    samples = sound([(700, 30_000, "tone"), (700, 3_000, "noise"), (700, 50_000, "steps")])
    whole = through(Limiter(RATE_HZ, 5000.0), samples, [10_000])
    assert np.allclose(whole, through(Limiter(RATE_HZ, 5000.0), samples, [1, 220, 33]), atol=0.05)


def test_it_is_turned_down_before_the_loud_sound_comes_and_slowly_up_again() -> None:
    soft, loud = np.full(8000, 100.0), np.full(500, 20_000.0)
    limiter = Limiter(RATE_HZ, 1000.0)
    left = through(limiter, np.concatenate([soft, loud, soft]), [220])[limiter.delay :]
    assert left[7800] == 100, "long before"
    assert left[7999] < 10, "just before: no step of twenty times"
    assert np.abs(np.diff(left[7900:8000])).max() < 6
    assert left[8500] < 10 < left[8500 + round(0.15 * RATE_HZ)] < 60
    assert left[8500 + round(0.31 * RATE_HZ)] == 100


def test_a_fade_ends_what_has_not_left() -> None:
    limiter = Limiter(RATE_HZ, 30_000.0)
    mix = np.full(300, 8000, np.float32)
    limiter.process(mix)
    limiter.fade_out()
    rest = np.zeros(400, np.float32)
    limiter.process(rest)
    assert rest[0] == 8000 and (np.diff(rest) <= 0).all() and not rest[limiter.delay :].any()
    assert rest[WINDOW:].max() == 0


@pytest.mark.parametrize(
    "segment",
    [
        Segment("There is a person on your left holding a cup.", "en"),
        Segment("Слева человек, в руке у него чашка.", "ru"),
    ],
)
def test_a_voice_at_the_volume_of_a_new_device_is_not_touched_by_the_cap_of_unmeasured_loudspeakers(
    segment: Segment,
) -> None:
    chunks: list[np.ndarray] = []
    espeak = Espeak()
    try:
        espeak.synthesise(segment, 215, lambda samples: chunks.append(samples.copy()) or True)
    finally:
        espeak.close()
    spoken = np.concatenate(chunks) * Session().volume ** 2
    assert loudest(spoken) < UNMEASURED * 10 ** (0.5 / 20)


def test_the_ceiling_of_a_measured_output_leaves_room_for_the_ears_weighting() -> None:
    assert ceiling(85, 85) == pytest.approx(FULL_SCALE * 10 ** (-1.3 / 20))
    assert ceiling(85, 105) == pytest.approx(ceiling(85, 85) / 10)
    assert pytest.approx(32767 / math.sqrt(2)) == FULL_SCALE
