"""What becomes of a pad's codes and axes; by which stamps a hold is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from chestnut.core.events import ButtonChanged, Edge
from chestnut.core.pad import Layout
from chestnut.devices.pad_keys import PadKeys
from hypothesis import given
from hypothesis import strategies as st

LAYOUT = Layout(
    "test", {"BTN_SOUTH": "pad_a", "BTN_TL2": "pad_l2", "BTN_DPAD_UP": "pad_up"}, {"ABS_BRAKE": "pad_l2"}
)
HOLD_S = 0.7


class Clock:
    def __init__(self) -> None:
        self.at = 100.0

    def now(self) -> float:
        return self.at

    def time_of_day(self) -> str:
        return "12:00"


def play(scene: Callable[[PadKeys, Clock], Any], hold_s: float = HOLD_S) -> list[tuple[str, str, float]]:
    """What was told: button, edge, stamp."""
    told: list[ButtonChanged] = []

    async def whole() -> None:
        clock = Clock()
        keys = PadKeys(LAYOUT, told.append, clock, hold_s)  # type: ignore[arg-type]
        result = scene(keys, clock)
        if result is not None:
            await result
        keys.close()

    asyncio.run(whole())
    return [(event.button.removeprefix("pad_"), str(event.edge), round(event.at, 3)) for event in told]


def test_a_key_no_layout_knows_does_nothing() -> None:
    def scene(keys: PadKeys, clock: Clock) -> None:
        keys.key("BTN_THUMBL", True, 99.0)
        keys.axis("ABS_RX", 1.0, 99.0)

    assert play(scene) == []


def test_a_stick_must_leave_its_middle_and_come_back_to_it() -> None:
    def scene(keys: PadKeys, clock: Clock) -> None:
        for number, place in enumerate((0.3, 0.55, 0.65, 0.5, 0.45, 0.35, -0.7, 0.0)):
            keys.axis("ABS_Y", place, 99 + number / 100)

    assert [told[:2] for told in play(scene)] == [
        ("down", "down"),
        ("down", "up"),
        ("up", "down"),
        ("up", "up"),
    ]


def test_a_trigger_is_one_key_whether_it_tells_by_a_key_or_by_its_way_or_both() -> None:
    def scene(keys: PadKeys, clock: Clock) -> None:
        keys.axis("ABS_BRAKE", 0.9, 99.0)
        keys.key("BTN_TL2", True, 99.1)
        keys.axis("ABS_BRAKE", 0.0, 99.2)
        keys.key("BTN_TL2", False, 99.3)

    assert play(scene) == [("l2", "down", 99.0), ("l2", "up", 99.3)]


def test_a_hat_and_a_key_of_the_same_direction_are_one() -> None:
    def scene(keys: PadKeys, clock: Clock) -> None:
        keys.axis("ABS_HAT0Y", -1.0, 99.0)
        keys.key("BTN_DPAD_UP", True, 99.0)
        keys.axis("ABS_HAT0Y", 0.0, 99.1)
        keys.key("BTN_DPAD_UP", False, 99.1)

    assert play(scene) == [("up", "down", 99.0), ("up", "up", 99.1)]


def test_a_late_host_turns_no_press_into_a_hold() -> None:
    """Both edges are read only long after they were made."""

    def scene(keys: PadKeys, clock: Clock) -> None:
        clock.at = 105.0
        keys.key("BTN_SOUTH", True, 100.0)
        keys.key("BTN_SOUTH", False, 100.6)

    assert play(scene) == [("a", "down", 100.0), ("a", "up", 100.6)]


def test_a_hold_that_was_read_late_is_still_one() -> None:
    def scene(keys: PadKeys, clock: Clock) -> None:
        clock.at = 105.0
        keys.key("BTN_SOUTH", True, 100.0)
        keys.key("BTN_SOUTH", False, 102.0)

    assert play(scene) == [("a", "down", 100.0), ("a", "held", 100.7), ("a", "up", 102.0)]


def test_without_stamps_what_is_heard_late_is_no_hold() -> None:
    """Both edges came while the host was busy: how long the key was down is not known."""
    told: list[ButtonChanged] = []

    async def whole() -> None:
        clock = Clock()
        keys = PadKeys(LAYOUT, told.append, clock, HOLD_S, stamped=False)  # type: ignore[arg-type]
        keys.key("BTN_SOUTH", True, clock.now())
        clock.at += 5
        keys.key("BTN_SOUTH", False, clock.now())
        keys.close()

    asyncio.run(whole())
    assert [str(event.edge) for event in told] == ["down", "up"]


def test_after_its_end_nothing_is_told() -> None:
    def scene(keys: PadKeys, clock: Clock) -> None:
        keys.close()
        keys.key("BTN_SOUTH", True, 99.0)

    assert play(scene) == []


def test_a_hold_is_told_once() -> None:
    async def wait(keys: PadKeys, clock: Clock) -> None:
        keys.key("BTN_SOUTH", True, 100.0)
        clock.at = 101.0
        await asyncio.sleep(0.05)
        assert keys.down == {"pad_a": 100.0}
        keys.key("BTN_SOUTH", False, 101.0)

    assert play(wait, hold_s=0.01) == [("a", "down", 100.0), ("a", "held", 100.01), ("a", "up", 101.0)]


def test_nothing_is_stamped_in_the_future() -> None:
    def scene(keys: PadKeys, clock: Clock) -> None:
        keys.key("BTN_SOUTH", True, 1e9)

    assert play(scene) == [("a", "down", 100.0)]


@pytest.mark.parametrize("again", [True, False])
def test_an_edge_that_changes_nothing_tells_nothing(again: bool) -> None:
    def scene(keys: PadKeys, clock: Clock) -> None:
        if again:
            keys.key("BTN_SOUTH", True, 99.0)
        keys.key("BTN_SOUTH", again, 99.1)

    assert len(play(scene)) == int(again)


CODES = st.sampled_from(
    ["BTN_SOUTH", "BTN_TL2", "BTN_DPAD_UP", "ABS_BRAKE", "ABS_X", "ABS_HAT0Y", "ABS_Y", "KEY_Q"]
)


@given(st.lists(st.tuples(CODES, st.floats(-1, 1), st.floats(0, 2)), max_size=40))
def test_each_button_goes_down_then_perhaps_is_held_then_up(moves: list[tuple[str, float, float]]) -> None:
    def scene(keys: PadKeys, clock: Clock) -> None:
        for code, place, wait_s in moves:
            clock.at += wait_s
            if code.startswith("ABS"):
                keys.axis(code, place, clock.at)
            else:
                keys.key(code, place > 0, clock.at)

    last: dict[str, str] = {}
    for button, edge, _ in play(scene):
        allowed = {None: [Edge.DOWN], "down": [Edge.HELD, Edge.UP], "held": [Edge.UP], "up": [Edge.DOWN]}
        assert edge in allowed[last.get(button)]
        last[button] = edge
