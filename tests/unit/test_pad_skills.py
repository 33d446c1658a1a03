"""The pad in the wearer's hand: its keys in lists and out of them, pairing it by keys, forgetting it."""

from __future__ import annotations

import pytest
from chestnut.core.effects import (
    Buzz,
    Cancel,
    Change,
    CheckStatus,
    Chime,
    ForgetPad,
    Haptic,
    ListPads,
    LookBack,
    PairPad,
    Say,
    SeekPads,
    Sound,
    Start,
)
from chestnut.core.events import (
    ButtonChanged,
    Edge,
    LookedBack,
    PadForgotten,
    PadMeasured,
    PadPaired,
    PadsListed,
    Part,
    PartFound,
    PartLost,
    SkillAsked,
    StatusChecked,
)
from chestnut.core.gestures import Gesture, Gestures, Kind
from chestnut.core.pad import BUTTONS, SeenPad
from chestnut.core.session import Session
from chestnut.locale import Phrases
from chestnut.runtime.pads import load_pads
from chestnut.skills.choose import MENU, NAMES
from chestnut.skills.pads import SEARCHES, SEEK_S
from chestnut_tests.drive import Driver
from chestnut_tests.recalled import found

ZERO = SeenPad("E4:17:D8:00:00:01", "8BitDo Zero 2 gamepad")
MICRO = SeenPad("E4:17:D8:00:00:02", "8BitDo Micro gamepad")
PADS = load_pads()


class Hand(Driver):
    def said(self) -> list[str]:
        return [effect.key for effect in self.effects if isinstance(effect, Say)]


def hand(**session: object) -> Hand:
    return Hand(Session(**session))  # type: ignore[arg-type]


# --- keys -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key, change, said",
    [
        ("pad_up", ("volume", 0.9), "volume"),
        ("pad_down", ("volume", 0.7), "volume"),
        ("pad_left", ("rate_wpm", 180), "rate"),
        ("pad_right", ("rate_wpm", 260), "rate"),
    ],
)
def test_the_d_pad_sets_volume_and_rate(key: str, change: tuple[str, object], said: str) -> None:
    device = hand()
    device.press(key)
    assert Change(*change) in device.effects
    assert device.said() == [said]


def test_pressed_twice_quickly_the_d_pad_goes_two_steps() -> None:
    device = hand()
    device.press("pad_up")
    device.press("pad_up", after_s=0.1)
    assert device.conductor.session.volume == 1.0
    device.press("pad_up", after_s=0.1)
    assert device.said()[-1] == "volume_end"


def test_holding_l1_is_a_stop_and_leaves_silence() -> None:
    device = hand()
    device.press("pad_start")
    job = device.job_of(CheckStatus())
    device.answer(StatusChecked(at=device.now, job=job, time_of_day="12:00"), job)
    assert device.conductor.busy
    device.hold("pad_l1")
    assert not device.conductor.busy
    device.press("pad_l1")
    assert device.said()[-1] == "status"  # repeated


def test_home_is_a_stop_at_once_and_in_silence_a_repetition() -> None:
    device = hand()
    device.press("pad_up")
    started = device.down("pad_home")
    assert Buzz(Haptic.STOPPED) in started
    assert not device.conductor.busy
    device.edge("pad_home", "up")
    device.press("pad_home")
    assert device.said() == ["volume", "volume"]


def test_the_pads_keys_and_the_pods_are_not_mixed() -> None:
    gestures = Gestures()
    assert gestures.feed(ButtonChanged(at=1.0, button="pad_a", edge=Edge.DOWN, source="pad")) is None
    gestures.forget("pad")
    assert gestures.feed(ButtonChanged(at=1.1, button="pad_a", edge=Edge.UP, source="pad")) is None
    assert gestures.feed(ButtonChanged(at=1.0, button="read", edge=Edge.DOWN)) is None
    gestures.forget("pad")
    assert gestures.feed(ButtonChanged(at=1.1, button="read", edge=Edge.UP)) == Gesture("read", Kind.PRESS)


def test_a_key_that_was_down_when_the_pad_went_is_no_press() -> None:
    device = hand()
    device.edge("pad_up", "down")
    device.handle(PartLost(at=device.now, part=Part.PAD, reason="pad_lost"))
    device.edge("pad_up", "up")
    assert device.conductor.session.volume == 0.8


# --- lists ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on, back", [("pad_r2", "pad_l2"), ("pad_right", "pad_left")])
def test_the_menu_goes_on_and_back_under_the_pad(on: str, back: str) -> None:
    device = hand()
    device.double("pad_r1")
    device.press(on)
    device.press(on)
    assert device.open_effect() == MENU[NAMES[2]]
    device.press(back)
    assert device.open_effect() == MENU[NAMES[1]]


def test_a_takes_it_and_b_leaves() -> None:
    device = hand()
    device.double("pad_r1")
    for _ in range(NAMES.index("louder")):
        device.press("pad_r2")
    device.press("pad_a")
    assert Change("volume", 0.9) in device.effects
    device.press("pad_b")
    assert not device.conductor.busy


@pytest.mark.parametrize("key, helps", [("pad_y", "pad_lists"), ("read", "choose_help")])
def test_the_help_names_the_keys_under_the_fingers(key: str, helps: str) -> None:
    device = hand()
    device.double("pad_r1")
    device.press(key)
    assert device.open_effect() == Say(helps)
    device.press("pad_right" if key == "pad_y" else "ask")
    device.spoken()
    device.deadline(4.0)
    assert device.open_effect() == Say(helps)


def test_in_what_is_remembered_r2_goes_on_too() -> None:
    """There the pod's keys for it are the other way round."""
    device = hand()
    device.press("pad_r2")
    rows = (found("keys"), found("cup"))
    job = device.job_of(LookBack())
    device.answer(LookedBack(at=device.now, job=job, found=rows), job)
    first = device.open_effect()
    device.press("pad_r2")
    second = device.open_effect()
    assert first != second
    device.press("pad_l2")
    assert device.open_effect() == first


@pytest.mark.parametrize("key", [name for name in BUTTONS if name != "pad_home"])
def test_a_key_that_explains_itself_does_nothing_else(key: str) -> None:
    device = hand()
    device.handle(SkillAsked(at=device.now, skill="keys"))
    device.press(key)
    skill = PADS.keys[key][Kind.PRESS]
    assert device.open_effect() == Say("keys_key", {"key": key, "gesture": "press", "skill": skill})
    say = device.open_effect()
    assert isinstance(say, Say)
    for language in ("en", "ru"):
        assert Phrases.of(language).render(say.key, say.args)


# --- there or not ---------------------------------------------------------------------------------------


def test_its_coming_and_going_are_told_in_a_silence() -> None:
    device = hand()
    device.handle(PartFound(at=device.now, part=Part.PAD))
    assert device.said() == ["pad_found"]
    device.handle(PartLost(at=device.now, part=Part.PAD, reason="pad_lost"))
    assert device.said() == ["pad_found"]  # it waits
    device.spoken()
    assert device.said() == ["pad_found", "pad_lost"]
    device.spoken()
    device.handle(PartFound(at=device.now, part=Part.PAD))
    assert device.said()[-1] == "pad_back"
    assert device.conductor.session.faults == ()


def test_what_came_back_before_it_was_told_is_not_told() -> None:
    device = hand()
    device.handle(SkillAsked(at=device.now, skill="keys"))
    device.handle(PartLost(at=device.now, part=Part.PAD, reason="pad_lost"))
    device.handle(PartFound(at=device.now, part=Part.PAD))
    device.press("stop")
    assert "pad_lost" not in device.said()


def test_its_battery_is_part_of_the_status_while_it_is_there() -> None:
    device = hand()
    device.handle(PadMeasured(at=device.now, percent=40))
    device.press("pad_start")
    status = StatusChecked(at=device.now, job=device.job_of(CheckStatus()), time_of_day="12:00")
    device.answer(status, status.job)
    device.listen()
    assert "pad_battery" in device.said()
    device.handle(PartLost(at=device.now, part=Part.PAD, reason="pad_lost"))
    assert device.conductor.session.pad_battery is None


# --- pairing --------------------------------------------------------------------------------------------


def searching() -> Hand:
    device = hand()
    device.handle(SkillAsked(at=device.now, skill="pair_pad"))
    assert device.open_effect() == Say("pad_pair_begin")
    device.spoken()
    assert device.open_effect() == SeekPads(SEEK_S)
    return device


def seen(device: Hand, *pads: SeenPad) -> None:
    job = device.job_of(SeekPads(SEEK_S))
    device.answer(PadsListed(at=device.now, job=job, pads=pads), job)


def paired(device: Hand) -> None:
    assert device.open_effect() == Say("pad_pairing", {"name": ZERO.name})
    device.spoken()
    job = device.job_of(PairPad(ZERO.address))
    device.answer(PadPaired(at=device.now, job=job), job)


def test_what_is_found_is_offered_by_name_paired_and_tried() -> None:
    device = searching()
    seen(device)
    seen(device, ZERO)
    assert device.open_effect() == Say("pad_offer", {"name": ZERO.name})
    device.press("describe")
    paired(device)
    assert device.effects[-2:] == [Buzz(Haptic.DONE), Say("pad_paired")]
    device.handle(PartFound(at=device.now, part=Part.PAD))  # told by what follows
    device.press("pad_b")
    assert device.open_effect() == Say("pad_works", {"key": "pad_b"})
    device.listen()
    assert device.said()[-2:] == ["pad_works", "pad_lists"]
    assert not device.conductor.busy


@pytest.mark.parametrize("no", ["read", "stop", "silence"])
def test_without_a_yes_nothing_is_paired(no: str) -> None:
    device = searching()
    seen(device, ZERO)
    if no == "silence":
        device.spoken()
        device.deadline(8.0)
    else:
        device.press(no)
    device.listen()
    assert not any(isinstance(effect, PairPad) for effect in device.effects)


def test_one_that_was_refused_is_not_offered_again_another_is() -> None:
    device = searching()
    seen(device, ZERO)
    device.press("read")
    assert device.open_effect() == Say("pad_seek_on")
    device.spoken()
    seen(device, ZERO, MICRO)
    assert device.open_effect() == Say("pad_offer", {"name": MICRO.name})


@pytest.mark.parametrize("offered", [True, False])
def test_a_search_ends_by_itself(offered: bool) -> None:
    device = searching()
    if offered:
        seen(device, ZERO)
        device.press("read")
        device.spoken()
    for _ in range(SEARCHES - offered):
        seen(device, ZERO) if offered else seen(device)
    assert device.open_effect() == Say("pad_none_other" if offered else "pad_none_found")
    device.spoken()
    assert not device.conductor.busy


def test_stop_ends_the_search() -> None:
    device = searching()
    job = device.job_of(SeekPads(SEEK_S))
    assert Cancel(job) in device.edge("stop", "down")
    assert not device.conductor.busy


def test_while_it_pairs_the_silence_is_filled() -> None:
    device = searching()
    seen(device, ZERO)
    device.press("describe")
    device.spoken()
    for _ in range(7):
        device.deadline(1.0)
    assert device.effects.count(Chime(Sound.WORKING)) == 6
    assert device.said()[-1] == "pad_pairing_on"


def test_pairing_that_fails_tells_the_remedy() -> None:
    device = searching()
    seen(device, ZERO)
    device.press("describe")
    device.spoken()
    device.fail("pad_pair_failed")
    assert device.said()[-1] == "pad_pair_failed"


def test_a_pad_of_which_no_key_comes_is_told_so() -> None:
    device = searching()
    seen(device, ZERO)
    device.press("describe")
    paired(device)
    device.spoken()
    device.deadline(20.0)
    assert device.open_effect() == Say("pad_untested")


def forgetting(*pads: SeenPad) -> Hand:
    device = hand()
    device.handle(SkillAsked(at=device.now, skill="forget_pad"))
    job = device.job_of(ListPads())
    device.answer(PadsListed(at=device.now, job=job, pads=pads), job)
    return device


def test_a_pad_is_forgotten_by_two_keys() -> None:
    device = forgetting(ZERO, MICRO)
    device.press("ask")
    assert device.open_effect() == Say("pad_forget", {"name": MICRO.name})
    device.press("describe")
    device.press("describe")
    job = device.job_of(ForgetPad(MICRO.address))
    device.answer(PadForgotten(at=device.now, job=job), job)
    assert device.said()[-1] == "pad_forgotten"


def test_anything_else_keeps_it() -> None:
    device = forgetting(ZERO)
    device.press("describe")
    device.press("read")
    assert device.open_effect() == Say("pad_kept")
    assert not any(isinstance(effect, ForgetPad) for effect in device.effects)


def test_without_a_paired_pad_there_is_nothing_to_forget() -> None:
    assert forgetting().said() == ["pad_none_paired"]


def test_silence_closes_the_list() -> None:
    device = forgetting(ZERO)
    for _ in range(2):
        device.spoken()
        device.deadline(8.0)
    assert device.said()[-1] == "choose_left"


def test_a_finger_on_any_key_ends_the_search() -> None:
    device = searching()
    orders = [order for order in device.edge("pad_up", "down") if isinstance(order, Start)]
    assert orders
    assert device.open_effect() is None
