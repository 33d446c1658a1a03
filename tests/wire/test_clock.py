"""The pod's ticks become the host's seconds."""

from __future__ import annotations

import pytest
from chestnut_wire.clock import PodClock
from chestnut_wire.messages import TICK_MODULUS
from hypothesis import given
from hypothesis import strategies as st


def exchange(
    clock: PodClock, at_s: float, ahead_us: int, there_s: float, back_s: float, ppm: float = 0.0
) -> None:
    """One Ping at at_s; the pod's ticks are ahead_us ahead of the host's clock and drift."""

    def ticks(now_s: float) -> int:
        return int(now_s * (1e6 + ppm) + ahead_us) % TICK_MODULUS

    clock.exchanged(at_s, ticks(at_s + there_s), ticks(at_s + there_s), at_s + there_s + back_s)


def test_it_knows_nothing_before_the_first_exchange() -> None:
    with pytest.raises(ValueError, match="no exchange"):
        PodClock().to_host(0)


@given(st.integers(0, TICK_MODULUS - 1), st.floats(0, 1e6))
def test_even_delays_cancel_out(ahead_us: int, at_s: float) -> None:
    clock = PodClock()
    exchange(clock, at_s, ahead_us, 0.002, 0.002)
    moment = int((at_s + 1) * 1e6 + ahead_us) % TICK_MODULUS
    assert clock.to_host(moment) == pytest.approx(at_s + 1, abs=1e-4)


def test_the_quickest_exchange_counts_and_an_outlier_does_not() -> None:
    clock = PodClock()
    for second in range(10):
        exchange(clock, second, 0, 0.001, 0.200 if second != 4 else 0.001)
    assert clock.to_host(5_000_000) == pytest.approx(5.0, abs=1e-5)
    assert clock.round_trip_s == pytest.approx(0.002, abs=1e-5)


def test_hours_of_wraps_and_drift_stay_within_a_millisecond() -> None:
    clock = PodClock()
    for second in range(4 * 3600):
        exchange(clock, second, 123, 0.001, 0.001, ppm=40.0)
    now_s = 4 * 3600 - 0.5
    moment = int(now_s * (1e6 + 40.0) + 123) % TICK_MODULUS
    assert clock.to_host(moment) == pytest.approx(now_s, abs=1e-3)


def test_an_edge_of_ten_minutes_ago_is_ten_minutes_old() -> None:
    clock = PodClock()
    exchange(clock, 1000.0, 77, 0.001, 0.001)
    assert clock.to_host((int(400e6) + 77) % TICK_MODULUS) == pytest.approx(400.0, abs=1e-4)


@pytest.mark.parametrize("away_s", [70.0, 600.0, 1100.0, 5000.0])
def test_a_host_that_was_halted_for_long_knows_the_time_again(away_s: float) -> None:
    clock = PodClock()
    for second in range(20):
        exchange(clock, second, 5, 0.001, 0.001)
    for again in (away_s, away_s + 1):
        exchange(clock, 20 + again, 5, 0.002, 0.002)  # slower than the old ones
        moment_s = 20 + again - 0.5
        assert clock.to_host((int(moment_s * 1e6) + 5) % TICK_MODULUS) == pytest.approx(moment_s, abs=0.01)


def test_an_impossible_exchange_is_ignored() -> None:
    clock = PodClock()
    clock.exchanged(1.0, 0, 900_000, 1.01)
    assert not clock.known()
