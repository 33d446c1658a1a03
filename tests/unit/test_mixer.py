"""The mixer, pulled by hand: what leaves it, to the sample."""

import threading

import numpy as np
import pytest
from chestnut.speech.mixer import DUCKED, LIMIT_KNEE, Mixer
from hypothesis import given, settings
from hypothesis import strategies as st

RATE_HZ = 22050
BLOCK = 220
FADE = round(0.005 * RATE_HZ)


class Deck:
    """A mixer and everything it reported, in frames from the beginning."""

    def __init__(self, ahead_s: float = 2.0) -> None:
        self.reports: list[tuple[str, int, int]] = []
        self.mixer = Mixer(
            RATE_HZ,
            started=lambda job, offset: self.reports.append(("started", job, self.pulled + offset)),
            ended=lambda job, offset: self.reports.append(("ended", job, self.pulled + offset)),
            ahead_s=ahead_s,
        )
        self.pulled = 0

    def say(self, job: int, samples: np.ndarray, volume: float = 1.0) -> None:
        self.mixer.begin(job, volume)
        assert self.mixer.write(job, samples)
        self.mixer.finish(job)

    def pull(self, frames: int = BLOCK) -> np.ndarray:
        block = self.mixer.fill(frames).copy()
        self.pulled += frames
        return block


def tone(frames: int, level: float = 10000.0, pitch_hz: float = 300.0) -> np.ndarray:
    return np.rint(level * np.cos(2 * np.pi * pitch_hz * np.arange(frames) / RATE_HZ)).astype(np.int16)


def biggest_step(samples: np.ndarray) -> int:
    return int(np.abs(np.diff(samples.astype(int))).max())


def test_silence_when_nothing_is_said() -> None:
    deck = Deck()
    assert deck.mixer.idle
    assert not deck.pull().any()


def test_speech_leaves_unchanged_at_full_volume() -> None:
    deck = Deck()
    deck.say(1, tone(500))
    assert np.array_equal(np.concatenate([deck.pull(), deck.pull(), deck.pull()])[:500], tone(500))


def test_volume_works_by_its_square() -> None:
    deck = Deck()
    deck.say(1, tone(BLOCK), volume=0.5)
    assert np.abs(deck.pull() - tone(BLOCK) / 4).max() <= 0.5


@given(st.integers(1, 3000), st.lists(st.integers(1, 700), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_begin_and_end_are_true_to_the_sample(length: int, pulls: list[int]) -> None:
    deck = Deck()
    deck.pull(100)
    deck.say(7, tone(length))
    heard = [deck.pull(frames) for frames in pulls]
    while not deck.mixer.idle:
        heard.append(deck.pull())
    assert deck.reports == [("started", 7, 100), ("ended", 7, 100 + length)]
    assert np.array_equal(np.concatenate(heard)[:length], tone(length))


def test_speech_without_a_sound_ends_without_beginning() -> None:
    deck = Deck()
    deck.say(1, tone(0))
    deck.pull()
    assert deck.reports == [("ended", 1, 0)]
    assert deck.mixer.idle


def test_a_late_synthesis_is_a_gap_not_an_end() -> None:
    deck = Deck()
    deck.mixer.begin(1, 1.0)
    deck.mixer.write(1, tone(BLOCK))
    deck.pull()
    assert not deck.pull().any() and not deck.mixer.idle
    deck.mixer.write(1, tone(BLOCK))
    deck.mixer.finish(1)
    assert np.array_equal(deck.pull(), tone(BLOCK))
    assert deck.reports == [("started", 1, 0), ("ended", 1, 3 * BLOCK)]


@given(st.integers(1, 400), st.integers(0, 200))
@settings(max_examples=60, deadline=None)
def test_hush_fades_within_five_milliseconds_without_a_click(heard: int, left: int) -> None:
    deck = Deck()
    deck.mixer.begin(1, 1.0)
    deck.mixer.write(1, tone(heard + left))
    before = deck.pull(heard)
    deck.mixer.hush()
    after = deck.pull(1000)
    assert not after[FADE:].any()
    assert biggest_step(np.concatenate([before[-1:], after])) <= biggest_step(tone(1000)) + 400
    assert deck.mixer.idle
    assert deck.reports == [("started", 1, 0)]


def test_the_fade_begins_at_the_loudness_of_the_speech() -> None:
    deck = Deck()
    deck.mixer.begin(1, 0.5)
    deck.mixer.write(1, np.full(1000, 8000, np.int16))
    assert deck.pull()[-1] == 2000
    deck.mixer.hush()
    fade = deck.pull().astype(int)
    assert fade[0] == 2000 and (np.diff(fade) <= 0).all()


def test_hush_before_the_first_sample_is_silent() -> None:
    deck = Deck()
    deck.say(1, tone(5000))
    deck.mixer.hush(1)
    assert not deck.pull().any()
    assert deck.reports == []


def test_hush_of_another_job_changes_nothing() -> None:
    deck = Deck()
    deck.say(1, tone(BLOCK))
    deck.mixer.hush(2)
    assert np.array_equal(deck.pull(), tone(BLOCK))


def test_a_new_speech_begins_after_the_fade_of_the_old_never_beside_it() -> None:
    deck = Deck()
    deck.say(1, tone(5000, level=10000))
    deck.pull()
    deck.say(2, np.full(300, 77, np.int16))
    block = deck.pull(1000)
    assert np.array_equal(block[FADE : FADE + 300], np.full(300, 77))
    assert not block[FADE + 300 :].any()
    assert deck.reports == [("started", 1, 0), ("started", 2, BLOCK + FADE), ("ended", 2, BLOCK + FADE + 300)]


def test_a_replaced_job_cannot_write() -> None:
    deck = Deck()
    deck.mixer.begin(1, 1.0)
    deck.mixer.begin(2, 1.0)
    assert not deck.mixer.write(1, tone(10))
    deck.mixer.finish(1)
    deck.pull()
    assert deck.reports == []


@pytest.mark.parametrize("ends", ["hush", "begin", "close"])
def test_a_writer_that_waits_for_room_is_released(ends: str) -> None:
    deck = Deck(ahead_s=0.05)
    deck.mixer.begin(1, 1.0)
    results: list[bool] = []
    writer = threading.Thread(target=lambda: results.append(deck.mixer.write(1, tone(5000))))
    writer.start()
    deck.mixer.wait_ready(round(0.05 * RATE_HZ))
    {"hush": deck.mixer.hush, "begin": lambda: deck.mixer.begin(2, 1.0), "close": deck.mixer.close}[ends]()
    writer.join(10)
    assert results == [False]


def test_speech_longer_than_the_queue_comes_whole() -> None:
    deck = Deck(ahead_s=0.05)
    deck.mixer.begin(1, 1.0)

    def write() -> None:
        deck.mixer.write(1, tone(9000))
        deck.mixer.finish(1)

    writer = threading.Thread(target=write)
    writer.start()
    heard = []
    while not deck.mixer.idle:
        assert deck.mixer.wait_ready(BLOCK, 10)
        heard.append(deck.pull())
    writer.join(10)
    assert np.array_equal(np.concatenate(heard)[:9000], tone(9000))


def test_speech_is_ducked_softly_under_an_earcon_and_comes_back() -> None:
    deck = Deck()
    steady = np.full(4000, 8000, np.int16)
    deck.say(1, steady)
    deck.pull()
    deck.mixer.play(np.zeros(600, np.float32), 1.0)
    under = np.concatenate([deck.pull() for _ in range(5)])
    assert under[400] == round(8000 * DUCKED)
    assert biggest_step(under) < 30
    after = np.concatenate([deck.pull() for _ in range(3)])
    assert after[-1] == 8000 and biggest_step(after) < 30


def test_an_earcon_goes_on_through_a_hush_and_plays_without_speech() -> None:
    deck = Deck()
    deck.mixer.play(np.full(500, 1000, np.float32), 1.0)
    deck.mixer.hush()
    assert np.array_equal(deck.pull(600), np.r_[np.full(500, 1000), np.zeros(100)])
    assert deck.mixer.idle


@given(st.integers(1, 4), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=40, deadline=None)
def test_nothing_ever_clips(earcons: int, volume: float, earcon_volume: float) -> None:
    deck = Deck()
    for _ in range(earcons):
        deck.mixer.play(np.full(BLOCK, 32767, np.float32), earcon_volume)
    deck.say(1, np.full(BLOCK, 32767, np.int16), volume)
    block = deck.pull().astype(int)
    assert (block >= 0).all()  # a clipped sum would have wrapped around
    assert block.max() <= 32767


def test_the_limiter_leaves_ordinary_speech_alone() -> None:
    deck = Deck()
    loud = tone(BLOCK, level=LIMIT_KNEE - 1)
    deck.say(1, loud)
    assert np.array_equal(deck.pull(), loud)


def test_a_report_may_call_back_into_the_mixer() -> None:
    mixer: Mixer
    again = iter([2, 3])

    def next_one(_job: int, _offset: int) -> None:
        if job := next(again, None):
            mixer.begin(job, 1.0)
            mixer.finish(job)

    mixer = Mixer(RATE_HZ, started=lambda job, offset: None, ended=next_one)
    mixer.begin(1, 1.0)
    mixer.finish(1)
    for _ in range(3):
        assert not mixer.idle
        mixer.fill(BLOCK)
    assert mixer.idle


def test_a_closed_mixer_is_silent_and_nobody_waits() -> None:
    deck = Deck()
    deck.say(1, tone(5000))
    deck.mixer.close()
    assert not deck.pull().any()
    assert not deck.mixer.wait_busy()
    assert deck.mixer.wait_ready(10**6)


# --- under a cap --------------------------------------------------------------------------------------------


def capped(ceiling: float) -> Deck:
    deck = Deck()
    deck.mixer.cap(ceiling)
    return deck


def drained(deck: Deck) -> np.ndarray:
    blocks = []
    while not deck.mixer.idle:
        blocks.append(deck.pull())
    return np.concatenate(blocks)


def test_under_a_cap_soft_speech_leaves_whole_and_is_reported_when_it_leaves() -> None:
    deck = capped(20_000)
    deck.say(1, tone(1000))
    heard = drained(deck)
    (_, _, begun), (_, _, ended) = deck.reports
    assert np.array_equal(heard[begun:ended], tone(1000)) and ended - begun == 1000
    assert not heard[:begun].any() and not heard[ended:].any()


@given(st.integers(0, 2000), st.floats(100, 9000))
@settings(max_examples=40, deadline=None)
def test_under_a_cap_nothing_that_comes_together_is_louder(later: int, ceiling: float) -> None:
    deck = capped(ceiling)
    deck.say(1, tone(4000, level=32000))
    heard = [deck.pull(later)] if later else []
    for _ in range(4):
        deck.mixer.play(np.full(600, 30000, np.float32), 1.0, ducks=False)
    heard.append(drained(deck))
    samples = np.concatenate(heard).astype(float)
    window = round(0.005 * RATE_HZ)
    loudest = np.sqrt(np.convolve(samples * samples, np.ones(window) / window).max())
    assert loudest <= ceiling + 1


@given(st.integers(1, 400), st.integers(0, 200))
@settings(max_examples=60, deadline=None)
def test_under_a_cap_a_hush_is_as_quick_and_as_smooth(heard: int, left: int) -> None:
    deck = capped(20_000)
    deck.mixer.begin(1, 1.0)
    deck.mixer.write(1, tone(heard + left))
    before = deck.pull(heard)
    deck.mixer.hush()
    after = deck.pull(1000)
    assert not after[FADE:].any() and deck.mixer.idle
    if heard > 150:  # its own first sample has left
        assert biggest_step(np.concatenate([before[-1:], after])) <= biggest_step(tone(1000)) + 400


def test_under_a_cap_a_hush_cuts_no_earcon() -> None:
    deck = capped(20_000)
    deck.mixer.begin(1, 1.0)
    deck.mixer.write(1, tone(4000, level=100))
    earcon = np.full(100, 8000, np.float32)
    deck.mixer.play(earcon, 1.0)
    deck.pull(100)
    deck.mixer.hush()
    assert (drained(deck) > 7000).sum() == 100


def test_a_cap_that_is_taken_off_leaves_nobody_waiting() -> None:
    deck = capped(20_000)
    deck.say(1, tone(100))
    deck.pull(100)
    deck.mixer.cap(None)
    assert deck.mixer.idle and not deck.pull().any()


def test_between_two_speeches_is_when_nothing_is_cut() -> None:
    deck = capped(20_000)
    assert deck.mixer.between
    deck.mixer.begin(1, 1.0)
    assert deck.mixer.between, "expected, and not begun"
    deck.mixer.write(1, tone(300))
    deck.pull()
    assert not deck.mixer.between
    deck.mixer.finish(1)
    drained(deck)
    assert deck.mixer.between
