"""Keys that explain themselves, and gestures that a stalled host does not bend."""

from __future__ import annotations

import itertools

import pytest
from chestnut.core.conductor import BUILT_IN, Conductor
from chestnut.core.effects import Brief, Buzz, Chime, Haptic, Say, Start
from chestnut.core.events import ButtonChanged, Edge
from chestnut.core.gestures import Gesture, Gestures, Kind
from chestnut.core.pad import BUTTONS
from chestnut.locale import Phrases
from chestnut.runtime.keymap import keymap
from chestnut.runtime.pins import load_pins
from chestnut.skills.table import SKILLS
from chestnut_tests.drive import Driver
from hypothesis import given
from hypothesis import strategies as st

PINS = load_pins()


def explaining() -> Driver:
    """In the menu, at its item "keys", taken."""
    device = Driver()
    device.press("ask")
    device.press("ask", after_s=0.1)
    device.press("find", after_s=0.5)
    device.press("find", after_s=0.5)
    assert device.open_effect() == Say("choose_keys")
    device.press("describe", after_s=0.5)
    assert device.open_effect() == Say("keys_help")
    return device


def told(device: Driver) -> str:
    say = device.open_effect()
    assert isinstance(say, Say)
    return Phrases.of("en").render(say.key, say.args)


@pytest.mark.parametrize("button", [button for button in PINS.buttons if button.name != "stop"])
def test_a_key_tells_its_three_meanings_and_does_nothing_else(button) -> None:  # type: ignore[no-untyped-def]
    device = explaining()
    device.effects.clear()
    device.press(button.name)
    assert device.open_effect() == Say(
        "keys_key", {"key": button.name, "gesture": "press", "skill": button.press}
    )
    device.press(button.name, after_s=0.1)
    assert device.effects[-1] == Say(
        "keys_key", {"key": button.name, "gesture": "double", "skill": button.double}
    )
    device.wait_s(2)
    device.edge(button.name, "down")
    device.edge(button.name, "held")
    device.edge(button.name, "up")
    assert device.open_effect() == Say(
        "keys_key", {"key": button.name, "gesture": "hold", "skill": button.hold}
    )
    for effect in device.effects:
        assert isinstance(effect, Chime) or (isinstance(effect, Say) and effect.key == "keys_key"), effect


def test_the_words_are_those_of_the_guide() -> None:
    device = explaining()
    device.press("read")
    assert told(device) == "Three bars, press: read the text in view, word for word."
    from pathlib import Path

    guide = Path(__file__).resolve().parents[2] / "docs" / "keys.md"
    assert "| Three bars (read) |" in guide.read_text(encoding="utf-8")
    assert "read the text in view, word for word" in guide.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_key_gesture_and_skill_has_its_words(language: str) -> None:
    tables = Phrases.of(language).tables
    assert set(tables["keys"]) == {*PINS.names, *BUTTONS}
    assert set(tables["gestures"]) == set(Kind)
    assert set(tables["skills"]) >= {*SKILLS, *BUILT_IN} - {
        "greet",
        "first_start",
        "hold_on",
        "remind",
        "tell_carers",
        "tell_signed",
    }


def test_a_key_that_was_moved_tells_its_new_meaning() -> None:
    device = Driver()
    device.conductor = Conductor(SKILLS, keymap(PINS, {"read": {"press": "status"}}))
    device.conductor.request("choose")
    assert device.conductor.handle(ButtonChanged(at=1.0, button="ask", edge=Edge.DOWN))
    for at in (2.0, 3.0):
        for edge in (Edge.DOWN, Edge.UP):
            device.handle(ButtonChanged(at=at, button="find", edge=edge))
    device.press("describe")
    device.press("read")
    assert told(device) == f"Three bars, press: {Phrases.of('en').tables['skills']['status']}."


def test_stop_leaves_at_once_and_in_silence() -> None:
    device = explaining()
    orders = device.edge("stop", "down")
    assert [order.effect for order in orders if isinstance(order, Start)] == [Buzz(Haptic.STOPPED)]
    device.edge("stop", "up")
    assert not device.conductor.busy
    assert all(isinstance(effect, Brief) for effect in device.effects[-1:])


def test_twenty_seconds_of_silence_end_it_and_the_keys_work_again() -> None:
    device = explaining()
    device.spoken()
    device.deadline(20.0)
    assert device.open_effect() == Say("keys_left")
    device.spoken()
    assert not device.conductor.busy


def fed(moments: list[tuple[float, Edge]]) -> list[Gesture]:
    gestures = Gestures()
    found = [gestures.feed(ButtonChanged(at=at, button="read", edge=edge)) for at, edge in moments]
    return [gesture for gesture in found if gesture]


@given(st.lists(st.tuples(st.floats(0.01, 0.6), st.floats(0.01, 1.5)), min_size=1, max_size=10))
def test_only_the_fingers_own_times_make_a_gesture(presses: list[tuple[float, float]]) -> None:
    """Whatever the host did meanwhile: it is told the moments of the finger and has no clock of its own."""
    moments: list[tuple[float, Edge]] = []
    expected: list[Kind] = []
    now_s, released_s = 0.0, None
    for down_s, pause_s in presses:
        double = released_s is not None and now_s - released_s <= 0.35
        moments += [(now_s, Edge.DOWN), (now_s + down_s, Edge.UP)]
        expected.append(Kind.DOUBLE if double else Kind.PRESS)
        released_s = None if double else now_s + down_s
        now_s += down_s + pause_s
    assert [gesture.kind for gesture in fed(moments)] == expected
    assert Kind.HOLD not in expected
    assert all(before <= after for (before, _), (after, _) in itertools.pairwise(moments))
