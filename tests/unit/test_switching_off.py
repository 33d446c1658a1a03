"""Switching off in order: by both keys, by the service button, by an empty battery; and what cancels it."""

from __future__ import annotations

import pytest
from chestnut.core.care import GRACE_S, Care, Heat
from chestnut.core.effects import Alarm, Brief, Buzz, Cancel, CheckOff, Haptic, Offer, Say, Start, SwitchOff
from chestnut.core.events import (
    AlarmRang,
    BatteryMeasured,
    BatteryWarned,
    ButtonChanged,
    ChipMeasured,
    Edge,
    Event,
    OffChecked,
    Part,
    PartFound,
    PartLost,
    SkinMeasured,
    StatusChecked,
)
from chestnut.core.together import HOLD_S
from chestnut.runtime.assemble.device import _without_battery
from chestnut.runtime.codec import event_from, plain
from chestnut.skills.shut_down import LONGEST_S
from chestnut_tests.drive import CUP, FACE, Driver, scene
from hypothesis import given
from hypothesis import strategies as st


class Desk(Driver):
    """Keeps the orders that no skill waits for, with their jobs."""

    def __init__(self) -> None:
        super().__init__()
        self.briefs: dict[int, Brief] = {}

    def handle(self, event):  # type: ignore[no-untyped-def]
        orders = super().handle(event)
        for order in orders:
            if isinstance(order, Cancel):
                self.briefs.pop(order.job, None)
            elif isinstance(order, Start) and isinstance(order.effect, (Alarm, SwitchOff)):
                self.briefs[order.job] = order.effect
        return orders

    def alarm(self) -> int:
        """The job of the one that is set; 0 for none."""
        return next((job for job, brief in self.briefs.items() if isinstance(brief, Alarm)), 0)

    def ring(self) -> None:
        job = self.alarm()
        alarm = self.briefs.pop(job)
        assert isinstance(alarm, Alarm)
        self.now += alarm.seconds
        self.handle(AlarmRang(at=self.now, job=job))

    def off(self) -> list[SwitchOff]:
        return [brief for brief in self.briefs.values() if isinstance(brief, SwitchOff)]

    def hold_both(self) -> None:
        """Until the pod has told both held."""
        self.edge("find", "down")
        self.now += 0.2
        self.edge("stop", "down")
        self.now += 0.5
        self.edge("find", "held")
        self.now += 0.2
        self.edge("stop", "held")

    def check_off(self, *, machine: bool = True) -> None:
        job = self.open_job() or 0
        assert self.open_effect() == CheckOff()
        self.answer(OffChecked(at=self.now, job=job, machine=machine), job)

    def measure(self, percent: int | None, after_s: float = 30.0, charging: bool | None = None) -> None:
        self.now += after_s
        source = "pod" if charging is None else "gauge"
        self.handle(
            BatteryMeasured(at=self.now, percent=percent, millivolts=3700, charging=charging, source=source)
        )

    def said(self) -> list[str]:
        """Hears everything out."""
        return [effect.key for effect in self.listen() if isinstance(effect, Say)]


def test_both_keys_held_are_told_of_and_after_three_seconds_switch_off() -> None:
    device = Desk()
    device.hold_both()
    assert device.open_effect() == Say("switch_off_hold")
    device.ring()
    device.check_off()
    assert device.open_effect() == Say("switching_off")
    assert device.off() == [SwitchOff(LONGEST_S)]
    device.edge("find", "up")
    device.edge("stop", "up")
    assert device.open_effect() == Say("switching_off"), "lifting the fingers cancels nothing"
    device.spoken()
    assert device.off() == [SwitchOff()]
    assert Buzz(Haptic.DONE) in device.effects


def test_three_seconds_are_counted_from_the_later_finger() -> None:
    device = Desk()
    device.edge("stop", "down")
    device.now += 1.0
    device.edge("find", "down")
    assert device.briefs[device.alarm()] == Alarm(HOLD_S)
    device.now += 1.0
    late = Desk()
    late.now = device.now
    late.handle(ButtonChanged(at=late.now, button="read", edge=Edge.UP))
    late.handle(ButtonChanged(at=late.now - 1.0, button="find", edge=Edge.DOWN))
    late.handle(ButtonChanged(at=late.now - 0.5, button="stop", edge=Edge.DOWN))
    assert late.briefs[late.alarm()] == Alarm(HOLD_S - 0.5), "by the finger's time, not the host's"


def test_neither_key_means_anything_by_itself_while_both_are_down() -> None:
    device = Desk()
    device.hold_both()
    device.spoken()
    device.edge("find", "up")
    device.edge("stop", "up")
    assert not device.conductor.busy
    assert not device.alarm()
    wanted = (Say, Buzz, Alarm)
    assert all(isinstance(effect, wanted) or type(effect).__name__ == "Chime" for effect in device.effects)


@pytest.mark.parametrize("lifted", ["find", "stop"])
def test_a_finger_that_is_lifted_in_time_switches_nothing_off(lifted: str) -> None:
    device = Desk()
    device.hold_both()
    job = device.alarm()
    device.edge(lifted, "up")
    assert not device.alarm()
    device.handle(AlarmRang(at=device.now + 3, job=job))
    device.spoken_if_any(Say("switch_off_hold"))
    assert not device.conductor.busy


def test_two_keys_that_the_pod_did_not_tell_held_switch_nothing_off() -> None:
    device = Desk()
    device.edge("find", "down")
    device.edge("stop", "down")
    device.ring()
    assert not device.conductor.busy


def test_a_lost_pod_switches_nothing_off() -> None:
    device = Desk()
    device.hold_both()
    job = device.alarm()
    device.handle(PartLost(at=device.now, part=Part.POD, reason="pod_lost"))
    assert not device.alarm()
    device.handle(AlarmRang(at=device.now + 3, job=job))
    assert CheckOff() not in device.effects


def test_keys_of_two_sources_do_not_make_a_pair() -> None:
    device = Desk()
    device.handle(ButtonChanged(at=device.now, button="find", edge=Edge.DOWN, source="page"))
    device.handle(ButtonChanged(at=device.now, button="stop", edge=Edge.DOWN))
    assert not device.alarm()


@given(
    st.lists(st.tuples(st.sampled_from(["find", "stop", "read"]), st.sampled_from(["down", "up", "held"])))
)
def test_an_alarm_is_set_exactly_while_both_are_down(edges: list[tuple[str, str]]) -> None:
    device = Desk()
    down: set[str] = set()
    for button, edge in edges:
        device.now += 0.1
        device.edge(button, edge)
        if edge == "up":
            down.discard(button)
        elif edge == "down":
            down.add(button)
        assert bool(device.alarm()) == ({"find", "stop"} <= down)


def switching_off() -> Desk:
    device = Desk()
    device.handle(ButtonChanged(at=device.now, button="service", edge=Edge.DOWN, source="board"))
    device.now += 2
    device.handle(ButtonChanged(at=device.now, button="service", edge=Edge.HELD, source="board"))
    device.handle(ButtonChanged(at=device.now, button="service", edge=Edge.UP, source="board"))
    device.check_off()
    return device


def test_the_service_button_held_switches_off() -> None:
    device = switching_off()
    device.spoken()
    assert device.off() == [SwitchOff()]


@pytest.mark.parametrize("key", ["stop", "describe", "ask"])
def test_any_key_cancels(key: str) -> None:
    device = switching_off()
    device.now += 1
    device.edge(key, "down")
    assert device.off() == []


def test_where_only_the_program_ends_it_says_so() -> None:
    device = Desk()
    device.hold_both()
    device.ring()
    device.check_off(machine=False)
    assert device.open_effect() == Say("program_ends")


def test_without_a_voice_it_switches_off_all_the_same() -> None:
    device = switching_off()
    device.fail("voice_failed")
    assert device.off() == [SwitchOff()]
    assert Buzz(Haptic.FAILED) in device.effects


def test_the_service_button_works_while_a_menu_is_open() -> None:
    device = Desk()
    device.double("ask")
    assert isinstance(device.open_effect(), Offer | Say)
    device.handle(ButtonChanged(at=device.now, button="service", edge=Edge.DOWN, source="board"))
    device.handle(ButtonChanged(at=device.now, button="service", edge=Edge.HELD, source="board"))
    assert device.open_effect() == CheckOff()


# --- an empty battery ---------------------------------------------------------------------------------------


def test_an_empty_battery_is_told_and_a_minute_later_the_device_switches_off() -> None:
    device = Desk()
    device.measure(6)
    assert device.said() == ["battery_low"]
    device.measure(5)
    assert device.said() == ["battery_last"]
    device.measure(5, after_s=GRACE_S / 2)
    assert not device.conductor.busy
    device.measure(4, after_s=GRACE_S / 2)
    device.check_off()
    assert device.open_effect() == Say("switching_off")


def test_one_wrong_measurement_switches_nothing_off() -> None:
    device = Desk()
    for percent in (60, 0, 61, 60, None, 60):
        device.measure(percent, after_s=GRACE_S)
        device.listen()
    assert CheckOff() not in device.effects


def test_a_charger_keeps_it_on() -> None:
    device = Desk()
    device.measure(5, charging=False)
    assert device.said() == ["battery_last"]
    device.measure(5, charging=True)
    assert device.said() == ["battery_charging"]
    for _ in range(5):
        device.measure(5, charging=True)
    assert not device.conductor.busy
    device.measure(5, charging=False)
    assert device.said() == ["battery_runs"]
    device.measure(5, after_s=GRACE_S, charging=False)
    device.check_off()


def test_who_cancels_has_another_minute() -> None:
    device = Desk()
    device.measure(4)
    device.listen()
    device.measure(4, after_s=GRACE_S)
    device.check_off()
    device.edge("stop", "down")
    device.edge("stop", "up")
    assert device.off() == []
    device.measure(4, after_s=GRACE_S / 2)
    assert not device.conductor.busy
    device.measure(4, after_s=GRACE_S / 2)
    device.check_off()


def test_switching_off_for_an_empty_battery_interrupts_what_is_done() -> None:
    device = Desk()
    device.measure(4)
    device.listen()
    device.press("describe")
    device.see(scene([FACE], [CUP]))
    device.measure(4, after_s=GRACE_S)
    assert device.open_effect() == CheckOff()


def test_the_warning_line_alone_is_enough_and_is_told_once() -> None:
    device = Desk()
    told = []
    for low in (True, False, True, True):
        device.now += 30
        device.handle(BatteryWarned(at=device.now, low=low))
        told += device.said()
    assert told == ["battery_empty"]
    device.now += GRACE_S
    device.handle(BatteryWarned(at=device.now, low=True))
    device.check_off()


def test_the_line_is_not_told_after_the_percent_and_not_while_it_is_charged() -> None:
    device = Desk()
    device.measure(5)
    device.listen()
    device.handle(BatteryWarned(at=device.now, low=True))
    assert not device.conductor.busy
    charged = Desk()
    charged.measure(50, charging=True)
    charged.handle(BatteryWarned(at=charged.now, low=True))
    assert not charged.conductor.busy


def test_a_battery_that_is_charged_is_warned_of_when_that_ends() -> None:
    device = Desk()
    device.measure(15, charging=True)
    assert device.said() == []
    device.measure(15, charging=False)
    assert device.said() == ["battery_low"]


def test_the_gauge_outlives_the_pod_and_its_own_loss_blinds() -> None:
    device = Desk()
    device.measure(50, charging=False)
    device.handle(PartLost(at=device.now, part=Part.POD, reason="pod_lost"))
    assert device.conductor.session.care.battery == 50
    device.handle(PartLost(at=device.now, part=Part.GAUGE, reason="gauge_lost"))
    assert device.conductor.session.care == Care(source="gauge")
    assert device.said() == ["pod_lost", "gauge_lost"]
    device.handle(PartFound(at=device.now, part=Part.GAUGE))
    assert device.said() == ["gauge_back"]


# --- the processor and the supply -----------------------------------------------------------------------------


def measured(*chip: float | None) -> tuple[Heat, list[str]]:
    care, told = Care(), []
    for at, celsius in enumerate(chip):
        care, say = care.chip_measured(ChipMeasured(at=float(at), celsius=celsius))
        if say:
            told.append(say.key)
    return care.heat, told


def test_the_processor_slows_and_stops_the_looking_and_must_cool_clearly() -> None:
    assert measured(60, 79.9) == (Heat.FINE, [])
    assert measured(80, 79, 76) == (Heat.SLOW, ["chip_warm"])
    assert measured(80, 74) == (Heat.FINE, ["chip_warm"])
    assert measured(88, 80) == (Heat.HOT, ["chip_hot"])
    assert measured(88, 74) == (Heat.FINE, ["chip_hot", "skin_cool"])
    assert measured(88, None) == (Heat.HOT, ["chip_hot"])


def test_the_worse_of_skin_and_processor_counts() -> None:
    care, _ = Care().warmed(44.0)
    care, say = care.chip_measured(ChipMeasured(at=1.0, celsius=85.0))
    assert (care.heat, say and say.key) == (Heat.HOT, "chip_warm")
    care, _ = care.chip_measured(ChipMeasured(at=2.0, celsius=90.0))
    care, say = care.chip_measured(ChipMeasured(at=3.0, celsius=50.0))
    assert (care.heat, say) == (Heat.HOT, None), "the skin is still too hot"
    care, say = care.warmed(39.0)
    assert (care.heat, say and say.key) == (Heat.FINE, "skin_cool")


def test_a_processor_that_its_firmware_holds_back_is_spared() -> None:
    care, say = Care().chip_measured(ChipMeasured(at=1.0, celsius=78.0, slowed=True))
    assert (care.heat, say and say.key) == (Heat.SLOW, "chip_warm")


def test_a_weak_supply_is_told_once_until_it_was_good_for_long() -> None:
    care, told = Care(), []
    for at, weak in ((0, True), (10, False), (20, True), (610, True), (1300, True)):
        care, say = care.chip_measured(ChipMeasured(at=float(at), celsius=50.0, undervoltage=weak))
        told.append(say.key if say else "")
    assert told == ["power_weak", "", "", "", "power_weak"]
    care, say = Care().chip_measured(ChipMeasured(at=0.0, celsius=90.0, undervoltage=True))
    assert say == Say("chip_hot")
    assert care.chip_measured(ChipMeasured(at=9.0, celsius=90.0, undervoltage=True))[1] == Say("power_weak")


def test_the_status_tells_charging_and_a_weak_supply() -> None:
    device = Desk()
    device.measure(70, charging=False)
    device.measure(70, charging=True)
    device.handle(ChipMeasured(at=device.now, celsius=50.0, undervoltage=True))
    device.handle(SkinMeasured(at=device.now, celsius=33.0))
    device.listen()
    device.hold("stop")
    job = device.open_job() or 0
    device.answer(StatusChecked(at=device.now, job=job, time_of_day="12:00", battery=70), job)
    said = device.said()
    assert "battery_charging" in said
    assert "power_weak" in said
    assert "battery" not in said


def test_the_new_events_survive_a_recording() -> None:
    for event in (
        AlarmRang(at=1.0, job=3),
        BatteryMeasured(at=1.0, percent=50, millivolts=3800, charging=True, source="gauge"),
        BatteryWarned(at=1.0, low=True),
        ChipMeasured(at=1.0, celsius=None, undervoltage=True),
        OffChecked(at=1.0, job=2, machine=True),
    ):
        assert event_from(plain(event)) == event


def test_a_finger_of_which_the_host_hears_too_late_holds_nothing() -> None:
    device = Desk()
    device.edge("find", "down")
    device.now += 0.7
    device.edge("find", "held")
    device.listen()
    lifted = device.now
    device.now += 10
    device.edge("read", "down")
    device.handle(ButtonChanged(at=lifted + 0.5, button="find", edge=Edge.UP))  # the host was blocked
    device.edge("read", "up")
    device.edge("stop", "down")
    assert not device.alarm()


def test_a_gauge_that_is_lost_waits_for_silence() -> None:
    device = Desk()
    device.press("describe")
    device.see(scene([FACE], [CUP]))
    spoken = device.open_effect()
    device.handle(PartLost(at=device.now, part=Part.GAUGE, reason="gauge_lost"))
    assert device.open_effect() == spoken
    device.spoken()
    assert device.open_effect() == Say("gauge_lost")


def test_little_battery_spares_work_unless_it_is_charged() -> None:
    def measured(percent: int, charging: bool | None) -> Care:
        return Care().charged(BatteryMeasured(at=1.0, percent=percent, millivolts=3600, charging=charging))[0]

    assert not measured(21, None).spares
    assert measured(20, None).spares
    assert measured(20, False).spares
    assert not measured(20, True).spares
    assert Care().warned_by_line(1.0, True)[0].spares
    assert Care(skin=Heat.SLOW).spares


def test_where_another_gauge_is_chosen_the_pods_battery_is_not_told() -> None:
    told: list[Event] = []
    post = _without_battery(told.append)
    post(BatteryMeasured(at=1.0, percent=50, millivolts=3800))
    post(SkinMeasured(at=1.0, celsius=30.0))
    assert told == [SkinMeasured(at=1.0, celsius=30.0)]


def test_a_key_of_another_source_that_is_lifted_leaves_the_pair_alone() -> None:
    device = Desk()
    device.hold_both()
    device.handle(ButtonChanged(at=device.now, button="find", edge=Edge.UP, source="page"))
    assert device.alarm()


def test_a_charger_cancels_what_an_empty_battery_began_and_not_what_the_wearer_wished() -> None:
    device = Desk()
    device.measure(4, charging=False)
    device.listen()
    device.measure(4, after_s=GRACE_S, charging=False)
    device.check_off()
    device.measure(4, after_s=1, charging=True)
    assert device.off() == []
    assert device.said() == ["battery_charging"]
    assert not device.conductor.busy
    wished = Desk()
    wished.hold_both()
    wished.ring()
    wished.check_off()
    wished.measure(50, after_s=1, charging=True)
    assert wished.open_effect() == Say("switching_off")
    assert wished.off() == [SwitchOff(LONGEST_S)]
