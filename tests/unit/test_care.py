"""Battery and warmth: what is said, when, and what the device then does not do."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from chestnut.core.care import WARN_PERCENT, Care, Heat
from chestnut.core.effects import Buzz, CheckStatus, Glance, Haptic, Look, Say
from chestnut.core.events import BatteryMeasured, Part, PartLost, PodRestarted, SkinMeasured, StatusChecked
from chestnut.devices.battery import CURVE, percent_of
from chestnut.runtime.codec import event_from, plain
from chestnut_tests.drive import CUP, FACE, Driver, scene
from hypothesis import given
from hypothesis import strategies as st


def charged(*percents: int | None) -> list[int]:
    """The percents that were spoken of."""
    care, said = Care(), []
    for at, percent in enumerate(percents):
        care, say = care.charged(BatteryMeasured(at=float(at), percent=percent, millivolts=3700))
        assert care.battery == percent
        if say:
            said.append(say.args["percent"])
    return said


def warmed(*temperatures: float | None) -> tuple[Heat, list[str]]:
    care, said = Care(), []
    for celsius in temperatures:
        care, say = care.warmed(celsius)
        assert care.skin_c == celsius
        if say:
            said.append(say.key)
    return care.heat, said


def test_each_level_of_the_battery_is_told_once_on_the_way_down() -> None:
    assert charged(*range(100, -1, -1)) == list(WARN_PERCENT)


def test_a_battery_that_trembles_at_a_level_is_told_once() -> None:
    assert charged(21, 20, 21, 20, 22, 19, 24, 20) == [20]
    assert charged(20, 25, 20) == [20, 20]
    assert charged(10, 14, 16, 20, 10) == [10, 10]  # the 20 percent were passed on the way up


def test_a_battery_that_is_nearly_empty_when_first_measured_is_told_at_once() -> None:
    assert charged(4, 3, 0) == [4]


@given(st.lists(st.one_of(st.none(), st.integers(0, 100)), max_size=60))
def test_no_level_is_told_again_without_a_clear_rise(percents: list[int | None]) -> None:
    told = charged(*percents)
    rises = sum(
        after - before
        for before, after in pairwise(percents)
        if before is not None and after is not None and after > before
    )
    if None not in percents:
        assert len(told) <= len(WARN_PERCENT) * (1 + rises // 5)


def test_warmth_slows_at_41_and_stops_at_43_until_it_is_under_40() -> None:
    assert warmed(36, 40.9) == (Heat.FINE, [])
    assert warmed(36, 41.0, 42.9, 40.0) == (Heat.SLOW, ["skin_warm"])
    assert warmed(41.0, 39.9) == (Heat.FINE, ["skin_warm"])
    assert warmed(41.0, 43.0, 41.5, 40.0) == (Heat.HOT, ["skin_warm", "skin_hot"])
    assert warmed(44.0, 39.9) == (Heat.FINE, ["skin_hot", "skin_cool"])


def test_a_sensor_that_is_torn_off_is_never_a_cool_skin() -> None:
    assert warmed(44.0, None, None) == (Heat.HOT, ["skin_hot"])
    assert warmed(None) == (Heat.FINE, [])


def looking(celsius: float) -> Driver:
    device = Driver()
    device.handle(SkinMeasured(at=device.now, celsius=celsius))
    device.spoken()
    return device


def ask_status(device: Driver) -> None:
    device.wait_s(2)
    device.edge("stop", "down")
    device.wait_s(0.7)
    device.edge("stop", "held")


def test_too_hot_refuses_to_look_with_a_reason_and_does_not_even_glance() -> None:
    device = looking(43.5)
    assert not any(isinstance(effect, Glance) for effect in device.down("describe"))
    device.now += 0.1
    device.edge("describe", "up")
    assert device.open_effect() == Say("too_hot")
    assert not any(isinstance(effect, Look) for effect in device.effects)
    device.spoken()
    assert not device.conductor.busy


def test_reading_and_asking_again_are_refused_too_and_the_status_is_not() -> None:
    device = looking(43.5)
    for key in ("read", "ask"):
        device.press(key)
        assert device.open_effect() == Say("too_hot"), key
    ask_status(device)
    assert device.open_effect() == CheckStatus()


def test_it_looks_again_when_it_has_cooled_down() -> None:
    device = looking(43.5)
    device.handle(SkinMeasured(at=device.now, celsius=41.0))
    device.press("describe")
    assert device.open_effect() == Say("too_hot")
    device.spoken()
    device.handle(SkinMeasured(at=device.now, celsius=39.0))
    assert device.open_effect() == Say("skin_cool")
    device.press("describe")
    assert isinstance(device.open_effect(), Look)


def test_heat_ends_a_look_that_is_on_its_way_and_is_felt() -> None:
    device = Driver()
    device.press("describe")
    device.handle(SkinMeasured(at=device.now, celsius=45.0))
    assert device.open_effect() == Say("skin_hot")
    assert Buzz(Haptic.FAILED) in device.effects


def test_a_low_battery_waits_for_silence_and_a_nearly_empty_one_does_not() -> None:
    device = Driver()
    device.press("describe")
    device.see(scene([FACE], [CUP]))
    device.handle(BatteryMeasured(at=device.now, percent=19, millivolts=3590))
    described = device.open_effect()
    assert isinstance(described, Say)
    assert described.key == "scene"
    device.spoken()
    assert device.open_effect() == Say("battery_low", {"percent": 19})
    device.spoken()
    device.press("describe")
    device.handle(BatteryMeasured(at=device.now, percent=5, millivolts=3400))
    assert device.open_effect() == Say("battery_last", {"percent": 5})


@pytest.mark.parametrize(
    ("celsius", "said"), [(36.4, Say("skin", {"degrees": 36})), (None, Say("skin_unknown"))]
)
def test_the_status_tells_what_is_measured_and_what_is_not(celsius: float | None, said: Say) -> None:
    device = Driver()
    device.handle(SkinMeasured(at=device.now, celsius=celsius))
    ask_status(device)
    job = device.open_job() or 0
    device.answer(StatusChecked(at=device.now, job=job, time_of_day="12:00", battery=50), job)
    spoken: list[Any] = []
    while effect := device.open_effect():
        spoken.append(effect)
        device.spoken()
    assert spoken[1:] == [Say("battery", {"percent": 50}), said]


def test_without_the_pod_nothing_is_measured_and_heat_stays_heat() -> None:
    device = looking(43.5)
    device.handle(BatteryMeasured(at=device.now, percent=50, millivolts=3750))
    device.handle(PartLost(at=device.now, part=Part.POD, reason="pod_lost"))
    assert device.conductor.session.care == Care(skin=Heat.HOT)


def test_a_pod_that_had_a_fault_is_announced() -> None:
    device = Driver()
    device.handle(PodRestarted(at=device.now, reason="RuntimeError: no"))
    assert device.open_effect() == Say("pod_restarted")


def test_the_curve_rises_and_ends_at_both_ends() -> None:
    assert [percent_of(millivolts) for millivolts, _ in CURVE] == [percent for _, percent in CURVE]
    assert (percent_of(0), percent_of(3000), percent_of(4300)) == (0, 0, 100)
    steps = [percent_of(millivolts) for millivolts in range(3000, 4400, 5)]
    assert steps == sorted(steps)
    assert percent_of(7500, cells=2) == percent_of(3750)


def test_the_new_events_survive_a_recording() -> None:
    for event in (
        BatteryMeasured(at=1.0, percent=None, millivolts=0),
        SkinMeasured(at=1.0, celsius=36.25),
        PodRestarted(at=2.0, reason="OSError: 5"),
    ):
        assert event_from(plain(event)) == event
