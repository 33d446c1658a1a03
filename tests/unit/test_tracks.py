"""Which hand is which over time, and where a movement begins and ends."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from chestnut.core.scene import Box, Hand
from chestnut.signs.background import PALM, Floats, posed
from chestnut.signs.movement import GONE_S, LEAST_S, MOST_S, STILL_S, Movement, Movements
from chestnut.signs.track import Seen, Tracks, centre_of
from chestnut_tests.recorded_signs import ASPECT, hand_of
from hypothesis import given
from hypothesis import strategies as st

OPEN = posed(np.zeros((1, 5)), np.zeros((1, 3)))[0] * PALM
FIST = posed(np.ones((1, 5)), np.zeros((1, 3)))[0] * PALM


def at(x: float, y: float, shape: Floats = OPEN) -> Floats:
    """In picture heights."""
    return shape + np.array((x, y))


def hand(x: float, y: float, side: str = "right", score: float = 0.9) -> Hand:
    return hand_of(at(x, y), side, score)


def places(seen: Seen) -> list[float | None]:
    """How far from the left each track's hand is."""
    return [None if points is None else round(float(points[0, 0]), 2) for points in seen.hands]


# --- tracks --------------------------------------------------------------------------------------------------


def test_hands_are_told_by_their_sides() -> None:
    seen = Tracks().feed(0.0, [hand(0.9, 0.5, "right"), hand(0.3, 0.5, "left")], ASPECT)
    assert places(seen) == [0.3, 0.9]
    assert seen.sides == ("left", "right")


def test_a_hand_goes_on_where_it_was_whatever_the_order_and_the_side() -> None:
    tracks = Tracks()
    for number in range(20):
        hands = [hand(0.9 - 0.01 * number, 0.5, "right"), hand(0.3, 0.5, "left")]
        if number in (7, 13):  # both sides are misread
            hands = [hand(0.9 - 0.01 * number, 0.5, "left"), hand(0.3, 0.5, "right")]
        seen = tracks.feed(number / 15, hands[:: (-1) ** number], ASPECT)
        assert places(seen) == [0.3, round(0.9 - 0.01 * number, 2)]
        assert seen.sides == ("left", "right")


def test_hands_that_cross_keep_their_names() -> None:
    tracks = Tracks()
    for number in range(21):
        x = 0.3 + 0.03 * number
        seen = tracks.feed(number / 15, [hand(x, 0.4, "left"), hand(1.2 - x, 0.6, "right")], ASPECT)
        assert places(seen) == [round(x, 2), round(1.2 - x, 2)]


def test_a_hand_told_twice_is_one() -> None:
    twice = [hand(0.5, 0.5, "right", 0.9), hand(0.51, 0.5, "left", 0.6)]
    assert places(Tracks().feed(0.0, twice, ASPECT)) == [None, 0.5]


def test_a_hand_lost_for_some_frames_goes_on_in_its_track() -> None:
    tracks = Tracks()
    tracks.feed(0.0, [hand(0.3, 0.5, "left")], ASPECT)
    for number in range(1, 5):
        assert places(tracks.feed(number / 15, [], ASPECT)) == [None, None]
    assert places(tracks.feed(5 / 15, [hand(0.5, 0.5, "right")], ASPECT)) == [0.5, None]


def test_a_hand_that_comes_later_is_a_new_one() -> None:
    tracks = Tracks()
    tracks.feed(0.0, [hand(0.3, 0.5, "left")], ASPECT)
    assert places(tracks.feed(2.0, [hand(0.5, 0.5, "right")], ASPECT)) == [None, 0.5]


def test_the_face_is_told_in_picture_heights() -> None:
    seen = Tracks().feed(0.0, [], 2.0, Box(0.4, 0.1, 0.6, 0.5))
    assert seen.face == pytest.approx((1.0, 0.3, 0.4))


@given(
    st.lists(
        st.lists(
            st.tuples(
                st.floats(-1, 2), st.floats(-1, 2), st.sampled_from(("left", "right")), st.floats(0, 1)
            ),
            max_size=4,
        ),
        max_size=20,
    ),
    st.floats(0.001, 1.0),
)
def test_whatever_is_detected_at_most_two_hands_are_told(
    frames: list[list[tuple[float, float, str, float]]], step_s: float
) -> None:
    tracks = Tracks()
    for number, hands in enumerate(frames):
        shown = [hand(*one) for one in hands]
        seen = tracks.feed(number * step_s, shown, ASPECT)
        told = [points for points in seen.hands if points is not None]
        assert len(told) <= min(2, len(shown))
        assert bool(told) == bool(shown)
        for points in told:
            assert any(np.allclose(points, at(one[0], one[1])) for one in hands)


# --- movements -----------------------------------------------------------------------------------------------


class Camera:
    """One right hand; feeds what it sees and keeps what comes out."""

    def __init__(self, rate_hz: float = 15.0, lose: float = 0.0) -> None:
        self.movements, self.rate_hz, self.lose = Movements(), rate_hz, lose
        self.random = np.random.default_rng(3)
        self.frame = 0
        self.x = 0.4
        self.told: list[Movement] = []

    @property
    def now(self) -> float:
        return self.frame / self.rate_hz

    def _feed(self, points: Floats | None) -> None:
        if points is not None:
            points = points + self.random.normal(0, 0.01 * PALM, points.shape)
        over = self.movements.feed(Seen(self.now, (None, points)))
        self.told += [over] if over is not None else []
        self.frame += 1

    def rest(self, seconds: float) -> Camera:
        for _ in range(round(seconds * self.rate_hz)):
            self._feed(at(self.x, 0.5))
        return self

    def away(self, seconds: float) -> Camera:
        for _ in range(round(seconds * self.rate_hz)):
            self._feed(None)
        return self

    def go(self, palms: float, seconds: float) -> Camera:
        """Sideways."""
        frames = round(seconds * self.rate_hz)
        for number in range(1, frames + 1):
            x = self.x + palms * PALM * number / frames
            lost = self.lose and self.random.random() < self.lose and number < frames
            self._feed(None if lost else at(x, 0.5))
        self.x += palms * PALM
        return self

    def bend(self, seconds: float) -> Camera:
        """From open to a fist, in place."""
        frames = round(seconds * self.rate_hz)
        for number in range(1, frames + 1):
            share = number / frames
            self._feed(at(self.x, 0.5, (1 - share) * OPEN + share * FIST))
        return self

    def fist(self, seconds: float) -> Camera:
        for _ in range(round(seconds * self.rate_hz)):
            self._feed(at(self.x, 0.5, FIST))
        return self


def settled(rate_hz: float = 15.0, lose: float = 0.0) -> Camera:
    """A hand that came into view and rests; that it came is told and done with."""
    camera = Camera(rate_hz, lose).rest(2.0)
    camera.told.clear()
    return camera


@pytest.mark.parametrize("lose", [0.0, 0.3])
@pytest.mark.parametrize("rate_hz", [8.0, 15.0, 30.0])
def test_a_movement_between_rests(rate_hz: float, lose: float) -> None:
    camera = settled(rate_hz, lose)
    began = camera.now
    ended = camera.go(5.0, 1.0).now
    (movement,) = camera.rest(1.0).told
    assert movement.began == pytest.approx(began, abs=0.3)
    assert movement.ended == pytest.approx(ended, abs=0.3)
    assert movement.decided_at - movement.ended < STILL_S + 0.2
    assert not movement.held


def test_it_begins_the_same_at_every_rate() -> None:
    lengths_s = []
    for rate_hz in (8.0, 12.0, 20.0, 30.0):
        (movement,) = settled(rate_hz).go(5.0, 1.0).rest(1.0).told
        lengths_s.append(movement.ended - movement.began)
    assert max(lengths_s) - min(lengths_s) < 0.35


def test_fingers_alone_are_a_movement() -> None:
    (movement,) = settled().bend(0.6).fist(1.0).told
    assert movement.ended - movement.began == pytest.approx(0.75, abs=0.3)


def test_a_hand_that_rests_trembles_or_drifts_moves_not() -> None:
    assert not settled().rest(4.0).go(0.5, 3.0).rest(2.0).told


def test_a_short_stop_ends_nothing() -> None:
    (movement,) = settled().go(3.0, 0.6).rest(0.25).go(-3.0, 0.6).rest(1.0).told
    assert movement.ended - movement.began == pytest.approx(1.5, abs=0.3)


def test_a_hand_that_leaves_ends_it_sooner() -> None:
    camera = settled()
    ended = camera.go(5.0, 1.0).now
    (movement,) = camera.away(1.0).told
    assert movement.ended == pytest.approx(ended, abs=0.1)
    assert movement.decided_at - ended < GONE_S + 0.15


def test_a_hand_that_is_shown_and_held_is_told_as_held() -> None:
    (movement,) = Camera().away(1.0).rest(1.5).told
    assert movement.held
    assert movement.ended - movement.began >= LEAST_S


def test_a_twitch_and_a_long_dance_are_none() -> None:
    assert not settled().go(0.3, 0.07).rest(1.0).told
    camera = settled()
    for _ in range(int(MOST_S) + 2):
        camera.go(4.0, 0.5).go(-4.0, 0.5)
    assert not camera.rest(1.0).told
    assert len(camera.go(4.0, 1.0).rest(1.0).told) == 1  # the next one is seen again


def test_a_break_in_the_stream_ends_it_where_it_was() -> None:
    camera = settled().go(5.0, 1.0)
    before = camera.now
    camera.frame += int(5 * camera.rate_hz)
    (movement,) = camera.rest(0.3).told
    assert movement.ended <= before


def test_the_end_of_the_stream_ends_it() -> None:
    camera = settled().go(5.0, 1.0)
    movement = camera.movements.end(camera.now)
    assert movement is not None and movement.ended == pytest.approx(camera.now, abs=0.2)
    assert camera.movements.end(camera.now) is None


@given(
    st.lists(
        st.tuples(st.floats(0, 1.5), st.booleans(), st.booleans(), st.floats(-2, 2), st.floats(-2, 2)),
        max_size=60,
    )
)
def test_movements_come_in_order_and_within_their_bounds(
    frames: list[tuple[float, bool, bool, float, float]],
) -> None:
    movements, now, told = Movements(), 0.0, []
    for step_s, left, right, x, y in frames:
        now += step_s
        shown = at(x, y)
        told.append(movements.feed(Seen(now, (shown if left else None, shown + 0.5 if right else None))))
    told.append(movements.end(now))
    kept = [one for one in told if one is not None]
    for one in kept:
        assert LEAST_S <= one.ended - one.began <= MOST_S
        assert one.ended <= one.decided_at
        assert all(any(points is not None for points in seen.hands) for seen in one.frames)
    assert all(before.began < after.began for before, after in pairwise(kept))
    assert centre_of(OPEN).shape == (2,)
