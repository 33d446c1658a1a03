"""What is said when: against a naive model, over jumps of the clock, restarts and years in a drawer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from chestnut.core.reminders import (
    HALF_DAY_S,
    LAST_WAIT_S,
    LISTED_S,
    LOOK_BACK_S,
    LOOK_BACK_TIMES,
    ON_TIME_S,
    STEP_S,
    Due,
    Insistence,
    Kind,
    Occurrence,
    Reminder,
    Turn,
    missed_of,
    turn,
)
from hypothesis import given
from hypothesis import strategies as st

HOUR_S, DAY_S = 3600.0, 86400.0
EIGHT = 20_000 * DAY_S + 8 * HOUR_S
PILLS = Reminder(
    "Pills", Kind.MEDICINE, "2024-10-04T08:00", "UTC", "FREQ=DAILY", made=EIGHT - 100 * DAY_S, row=1
)
GAS = Reminder("The gas", Kind.GAS, "2024-10-04T08:00", "UTC", "FREQ=DAILY", made=EIGHT - 100 * DAY_S, row=2)
USUAL = Insistence()
DAILY = tuple(EIGHT + days * DAY_S for days in range(-30, 31))


class Device:
    """Keeps what the turns say is to be kept, as the store does."""

    def __init__(self, *reminders: Reminder, times: tuple[float, ...] = DAILY) -> None:
        self.reminders = reminders or (PILLS,)
        self.times = times
        self.kept: dict[tuple[int, float], Occurrence] = {}
        self.unheard = 0

    def turn(self, now: float, insistence: Insistence = USUAL) -> Turn:
        """A turn whose reminders are said."""
        done = turn(
            now, [(reminder, self.times) for reminder in self.reminders], self.kept.values(), insistence
        )
        for occurrence in done.void:
            del self.kept[occurrence.reminder, occurrence.due]
        self.keep(done.missed)
        self.keep(due.said(now) for due in done.say)
        self.unheard += done.unheard
        return done

    def says(self, now: float) -> list[Due]:
        return list(self.turn(now).say)

    def keep(self, occurrences: Iterable[Occurrence]) -> None:
        for occurrence in occurrences:
            self.kept[occurrence.reminder, occurrence.due] = occurrence

    def acknowledge(self, due: float, now: float, row: int = 1) -> None:
        known = self.kept.get((row, due)) or Occurrence(row, due)
        self.keep([replace(known, acknowledged=now)])

    def missed(self, now: float) -> list[float]:
        return [occurrence.due for occurrence in missed_of(now, self.kept.values())]


def test_it_is_said_at_its_time_and_not_before() -> None:
    device = Device()
    device.acknowledge(EIGHT - DAY_S, EIGHT - DAY_S)
    before = device.turn(EIGHT - 1)
    assert (before.say, before.next_at) == ((), EIGHT)
    assert device.says(EIGHT) == [Due(PILLS, EIGHT, 0, late=False)]


def test_unacknowledged_it_comes_again_after_5_10_and_20_minutes_and_is_then_missed() -> None:
    device = Device()
    heard = []
    now: float | None = EIGHT
    while now is not None and now < EIGHT + 2 * HOUR_S:
        done = device.turn(now)
        heard += [(now - EIGHT, due.times) for due in done.say]
        now = device.turn(now).next_at
    assert heard == [(0, 0), (300, 1), (900, 2), (2100, 3)]
    assert device.missed(EIGHT + 3 * HOUR_S) == [EIGHT]
    assert device.kept[1, EIGHT].missed == EIGHT + 2100 + LAST_WAIT_S


def test_acknowledged_it_is_not_said_again_and_the_next_day_it_is() -> None:
    device = Device()
    device.says(EIGHT)
    device.acknowledge(EIGHT, EIGHT + 20)
    assert [device.says(EIGHT + minutes * 60) for minutes in range(1, 23 * 60, 7)] == [[]] * 197
    assert device.missed(EIGHT + HOUR_S) == []
    assert device.says(EIGHT + DAY_S) == [Due(PILLS, EIGHT + DAY_S, 0, late=False)]


def test_the_settings_say_how_often_it_comes_again() -> None:
    device = Device()
    never = Insistence(repeat_s=())
    assert len(device.turn(EIGHT, never).say) == 1
    assert device.turn(EIGHT + LAST_WAIT_S - 1, never) == Turn(next_at=EIGHT + LAST_WAIT_S)
    assert [occurrence.due for occurrence in device.turn(EIGHT + LAST_WAIT_S, never).missed] == [EIGHT]


def test_medicine_comes_first_when_several_are_due() -> None:
    device = Device(GAS, PILLS)
    assert [due.reminder for due in device.says(EIGHT)] == [PILLS, GAS]


def test_a_week_in_a_drawer_ends_without_a_burst() -> None:
    device = Device()
    device.says(EIGHT - 7 * DAY_S)
    done = device.turn(EIGHT - HOUR_S)
    assert done.say == ()
    assert len(done.missed) == 7
    assert done.unheard == 6, "one of them was said once before"
    assert device.missed(EIGHT - HOUR_S) == [EIGHT - DAY_S], "what is older than a day is not listed"


def test_what_is_late_is_said_once_and_told_to_be_late() -> None:
    device = Device()
    assert device.says(EIGHT + 3 * HOUR_S) == [Due(PILLS, EIGHT, 0, late=True)]
    assert device.says(EIGHT + 3 * HOUR_S + 300) == [Due(PILLS, EIGHT, 1, late=True)]
    assert device.says(EIGHT + 5 * HOUR_S) == []
    assert device.missed(EIGHT + 5 * HOUR_S) == [EIGHT]


def test_what_is_repeated_is_not_late() -> None:
    device = Device()
    said = [due for minutes in range(40) for due in device.says(EIGHT + minutes * 60)]
    assert [due.late for due in said] == [False] * 4


def test_too_late_is_missed() -> None:
    device = Device()
    device.acknowledge(EIGHT - DAY_S, EIGHT - DAY_S)
    assert device.says(EIGHT + 4 * HOUR_S + 1) == []
    assert device.missed(EIGHT + 5 * HOUR_S) == [EIGHT]
    assert device.unheard > 0


def test_nothing_is_due_before_a_reminder_was_made() -> None:
    device = Device(replace(PILLS, made=EIGHT + 1))
    assert device.turn(EIGHT + 2) == Turn(next_at=EIGHT + DAY_S)


def test_one_that_was_made_by_a_clock_that_was_ahead_is_named() -> None:
    device = Device(replace(PILLS, made=EIGHT + DAY_S))
    assert device.turn(EIGHT).ahead == (1,)


@pytest.mark.parametrize("back_s", [60.0, HOUR_S, 11 * HOUR_S])
def test_after_the_clock_went_back_what_is_done_stays_done(back_s: float) -> None:
    device = Device()
    device.says(EIGHT)
    device.acknowledge(EIGHT, EIGHT + 10)
    device.acknowledge(EIGHT - DAY_S, EIGHT - DAY_S)
    assert device.says(EIGHT + 10 - back_s) == []
    assert device.says(EIGHT) == []


def test_what_a_clock_said_that_was_ahead_comes_again_at_its_true_time() -> None:
    """At 8:00 by the clock it was 5:00 and nobody was awake."""
    device = Device()
    device.acknowledge(EIGHT - DAY_S, EIGHT - DAY_S)
    for minutes in range(120):
        device.says(EIGHT + minutes * 60)
    assert device.missed(EIGHT + 2 * HOUR_S) == [EIGHT]
    assert device.says(EIGHT - HOUR_S) == []
    assert device.missed(EIGHT - HOUR_S) == []
    assert device.says(EIGHT) == [Due(PILLS, EIGHT, 0, late=False)]


def test_what_was_given_up_by_a_clock_that_was_ahead_is_said_after_all() -> None:
    device = Device()
    device.acknowledge(EIGHT - DAY_S, EIGHT - DAY_S)
    device.turn(EIGHT + 20 * HOUR_S)
    assert device.says(EIGHT + 120) == [Due(PILLS, EIGHT, 0, late=False)]


def test_tomorrows_that_was_done_by_a_clock_a_day_ahead_is_said_tomorrow() -> None:
    device = Device()
    device.says(EIGHT + DAY_S)
    device.acknowledge(EIGHT + DAY_S, EIGHT + DAY_S + 10)
    device.says(EIGHT + 60)
    assert device.says(EIGHT + DAY_S) == [Due(PILLS, EIGHT + DAY_S, 0, late=False)]


def test_a_correction_by_seconds_says_nothing_twice() -> None:
    device = Device()
    device.acknowledge(EIGHT - DAY_S, EIGHT - DAY_S)
    device.says(EIGHT)
    assert device.says(EIGHT - 5) == []
    assert device.says(EIGHT) == []
    assert device.says(EIGHT + 300) == [Due(PILLS, EIGHT, 1, late=False)]


def test_a_rule_that_comes_every_hour_gives_the_last_one_up_for_the_next() -> None:
    hourly = tuple(EIGHT + hours * HOUR_S for hours in range(-200, 200))
    device = Device(replace(PILLS, made=EIGHT), times=hourly)
    patient = Insistence(repeat_s=(1800.0, 1800.0, 1800.0))
    device.turn(EIGHT, patient)
    done = device.turn(EIGHT + HOUR_S, patient)
    assert [due.due for due in done.say] == [EIGHT + HOUR_S]
    assert [occurrence.due for occurrence in done.missed] == [EIGHT]
    assert done.unheard == 0


# --- against a naive model ---------------------------------------------------------------------------------

steps = st.one_of(
    st.floats(1, 120),
    st.floats(120, 3 * HOUR_S),
    st.floats(3 * HOUR_S, 3 * DAY_S),
    st.floats(-3 * DAY_S, -1),
    st.just(300.0),
)
lives = st.lists(st.tuples(steps, st.booleans()), max_size=60)
patterns = st.lists(st.integers(0, 6 * 24 * 4), min_size=1, max_size=40, unique=True).map(
    lambda quarters: tuple(EIGHT + quarter * 900.0 for quarter in sorted(quarters))
)


@given(lives, patterns)
def test_whatever_the_clock_does(life: list[tuple[float, bool]], times: tuple[float, ...]) -> None:
    """Each rule at most once a turn, always its newest time, never what was done, at most as often as the settings
    say, and everything that has passed is known to be done, missed or on its way."""
    pills, gas = replace(PILLS, made=0.0), replace(GAS, made=0.0)
    device = Device(pills, gas, times=times)
    now = EIGHT - HOUR_S
    for step, acknowledges in life:
        now += step
        done = device.turn(now)
        assert len({due.reminder.row for due in done.say}) == len(done.say)
        for due in done.say:
            assert due.due == max(at for at in times if at <= now)
            assert 0 <= due.times <= 3
            assert now - due.due <= Insistence().late_s
            assert device.kept[due.reminder.row, due.due].acknowledged is None
            if acknowledges:
                device.acknowledge(due.due, now, due.reminder.row)
        passed = [at for at in times if now - LOOK_BACK_S <= at <= now][-LOOK_BACK_TIMES:]
        assert {at for row, at in device.kept if row == 1} >= set(passed), "nothing is lost"
        *older, _ = passed or [0.0]
        assert not any(device.kept[row, at].open for row in (1, 2) for at in older)
        assert done.next_at is None or done.next_at > now or done.say
        again = turn(now, [(one, times) for one in device.reminders], device.kept.values())
        assert (again.say, again.missed, again.void) == ((), (), ()), "a turn is complete"


@given(
    st.lists(st.floats(1, 2 * HOUR_S), max_size=200),
    st.sets(st.integers(0, 400), max_size=40),
    st.lists(st.sampled_from([30.0, 300.0, 600.0, 1200.0]), max_size=4),
)
def test_as_long_as_the_clock_runs_on_it_is_the_naive_model(
    steps: list[float], hearing: set[int], repeats: list[float]
) -> None:
    """The model: walk through the day, and say what is due and not done whenever its wait is over."""
    insistence = Insistence(tuple(repeats))
    device = Device(replace(PILLS, made=EIGHT))
    state: tuple[float, int, float] | None = None  # due, times, when it is to be said or given up
    closed = EIGHT - DAY_S
    now = EIGHT - 60
    for number, step in enumerate(steps):
        now += step
        expected = None
        newest = max(at for at in DAILY if at <= now)
        if newest >= EIGHT and newest > closed and (state is None or state[0] != newest):
            state = (newest, 0, newest)
        if state is not None and now - state[0] > insistence.late_s:
            closed, state = state[0], None
        if state is not None and now >= state[2]:
            due, times, _ = state
            if times > len(repeats):
                closed, state = due, None
            else:
                expected = (due, times)
                waits = [*repeats, LAST_WAIT_S]
                state = (due, times + 1, now + waits[times])
        said = [(due.due, due.times) for due in device.turn(now, insistence).say]
        assert said == ([expected] if expected else [])
        if expected and number in hearing:
            device.acknowledge(expected[0], now)
            closed, state = expected[0], None


def test_the_bounds_fit_together() -> None:
    waited_s = sum(Insistence().repeat_s)
    assert ON_TIME_S + waited_s < Insistence().late_s < HALF_DAY_S < LISTED_S < LOOK_BACK_S
    assert min(Insistence().repeat_s) > STEP_S
