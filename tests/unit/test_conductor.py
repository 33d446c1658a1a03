"""Whole conversations without mocks or sleeps: events in, orders out."""

from __future__ import annotations

import pytest
from chestnut.core.effects import (
    Buzz,
    Cancel,
    Chime,
    Glance,
    Haptic,
    Look,
    Read,
    Recite,
    Say,
    Sound,
    Start,
    Wait,
)
from chestnut.core.events import Part, PartFound, PartLost, SkinMeasured, Woke
from chestnut.core.floor import COOLING_S
from chestnut.core.scene import Judgement, Refusal
from chestnut_tests.drive import FACE, Driver, page, scene


def test_a_press_is_acknowledged_and_seeing_begins_with_the_finger_still_down() -> None:
    device = Driver()
    assert device.down("describe") == [Chime(Sound.PRESSED), Glance()]


def test_describe_looks_and_speaks_one_sentence() -> None:
    device = Driver()
    device.press("describe")
    assert device.open_effect() == Look()
    device.see(scene(people=[FACE]))
    said = device.open_effect()
    assert isinstance(said, Say) and said.key == "scene"
    device.spoken()
    assert not device.conductor.busy


def test_read_speaks_the_words_and_nothing_else() -> None:
    device = Driver()
    device.press("read")
    assert device.open_effect() == Read()
    device.read(page("EXIT", "Push the door"))
    assert device.open_effect() == Recite("EXIT\nPush the door")


def test_a_bad_picture_is_refused_with_its_reason() -> None:
    device = Driver()
    device.press("describe")
    device.see(scene(judged=Judgement(0.01, 0, Refusal.TOO_DARK)))
    assert Buzz(Haptic.FAILED) in device.effects
    assert device.open_effect() == Say("too_dark")


def test_a_blurred_picture_gets_two_more_looks() -> None:
    device = Driver()
    device.press("describe")
    blurred = scene(judged=Judgement(0.5, 0, Refusal.TOO_BLURRED))
    for _ in range(2):
        device.see(blurred)
        assert device.open_effect() == Look(fresh=True)
    device.see(blurred)
    assert device.open_effect() == Say("too_blurred")


def test_stop_while_speaking_is_silent_at_once() -> None:
    device = Driver()
    device.press("describe")
    device.see(scene(people=[FACE]))
    speaking = device.open_job()
    orders = device.edge("stop", "down")
    assert orders[0] == Cancel(speaking)
    assert Start(orders[-1].job, Buzz(Haptic.STOPPED)) == orders[-1]
    assert not device.conductor.busy
    device.edge("stop", "up")
    assert device.open_effect() is None, "the stop that silenced must not repeat"


def test_stop_in_silence_repeats_the_last_sentence() -> None:
    device = Driver()
    device.press("describe")
    device.see(scene(people=[FACE]))
    sentence = device.open_effect()
    device.spoken()
    device.press("stop")
    assert device.open_effect() == sentence


def test_stop_before_anything_was_said() -> None:
    device = Driver()
    device.press("stop")
    assert device.open_effect() == Say("nothing_to_repeat")


def test_a_late_answer_changes_nothing() -> None:
    device = Driver()
    device.press("describe")
    late = device.open_job()
    device.press("stop")
    assert device.see(scene(people=[FACE]), job=late) == []
    assert not device.conductor.busy


def test_any_key_silences_and_a_new_request_replaces_the_old() -> None:
    device = Driver()
    device.press("describe")
    device.see(scene(people=[FACE]))
    speaking = device.open_job()
    assert device.edge("read", "down")[:2][1] == Cancel(speaking)
    device.edge("read", "up")
    assert device.open_effect() == Read()


def test_double_press_tells_more_of_the_same_picture() -> None:
    device = Driver()
    device.press("describe")
    device.see(scene(people=[FACE]))
    device.press("describe", after_s=0.2)
    said = device.open_effect()
    assert isinstance(said, Say) and said.key == "scene", "the picture is not taken again"


def test_more_never_speaks_of_an_older_picture_than_the_press_before_it() -> None:
    device = Driver()
    device.press("describe")
    device.see(scene(people=[FACE]))
    device.spoken()
    device.wait_s(5)
    device.press("describe")  # looks anew, and is doubled before it has seen
    device.press("describe", after_s=0.1)
    assert device.open_effect() == Look()


def test_read_again_is_slower_and_spelled() -> None:
    device = Driver()
    device.press("read")
    device.read(page("12.08"))
    device.press("read", after_s=0.2)
    assert device.open_effect() == Recite("12.08", slowly=True, spelled=True)


def test_long_silence_gets_a_state_word_and_the_answer_takes_its_place() -> None:
    device = Driver()
    device.press("describe")
    looking = device.open_job()
    device.deadline(0.75)
    assert Say("working_on_it") in device.effects
    assert Buzz(Haptic.WORKING) in device.effects
    state_word = device.job_of(Say("working_on_it"))
    orders = device.see(scene(people=[FACE]), job=looking)
    assert Cancel(state_word) in orders, "never two voices"


def test_what_never_comes_is_given_up_with_a_word() -> None:
    device = Driver()
    device.press("describe")
    device.deadline(0.75)
    ticks, words = 0, 1
    for _ in range(44):
        device.spoken_if_any(Say("working_on_it"))
        device.effects.clear()
        device.deadline(1.0)
        ticks += Chime(Sound.WORKING) in device.effects
        words += Say("working_on_it") in device.effects
    assert (ticks, words) == (38, 7), "a tick every second, a word every seven"
    device.deadline(1.0)
    assert device.open_effect() == Say("too_slow")


def test_a_failed_effect_is_spoken_with_its_remedy() -> None:
    device = Driver()
    device.press("describe")
    device.fail("camera_lost")
    assert Buzz(Haptic.FAILED) in device.effects
    assert device.open_effect() == Say("camera_lost")


def test_a_voice_that_fails_is_felt_and_not_complained_about_for_ever() -> None:
    device = Driver()
    device.press("describe")
    device.see(scene(people=[FACE]))
    orders = device.fail("voice_failed")
    assert [order.effect for order in orders if isinstance(order, Start)] == [Buzz(Haptic.FAILED)]
    assert not device.conductor.busy


def test_a_lost_part_interrupts_and_its_return_is_told() -> None:
    device = Driver()
    device.press("describe")
    device.see(scene(people=[FACE]))
    device.handle(PartLost(at=device.now, part=Part.CAMERA, reason="camera_lost"))
    assert device.open_effect() == Say("camera_lost")
    assert device.handle(PartLost(at=device.now, part=Part.CAMERA, reason="camera_lost")) == (), "told once"
    device.spoken()
    device.handle(PartFound(at=device.now, part=Part.CAMERA))
    assert device.open_effect() == Say("camera_back")
    assert device.conductor.session.faults == ()


def test_a_loss_is_felt_too_and_so_is_every_answer_that_nobody_hears() -> None:
    device = Driver()
    device.handle(PartLost(at=device.now, part=Part.SPEAKER, reason="speaker_lost"))
    assert device.effects == [Buzz(Haptic.FAILED), Say("speaker_lost")]
    device.spoken()
    device.press("describe")
    device.effects.clear()
    device.see(scene(people=[FACE]))
    assert device.effects[0] == Buzz(Haptic.FAILED)
    device.spoken()
    device.handle(PartFound(at=device.now, part=Part.SPEAKER))
    device.spoken()
    device.press("describe")
    device.effects.clear()
    device.see(scene(people=[FACE]))
    assert Buzz(Haptic.FAILED) not in device.effects


def test_keys_pressed_while_the_cable_was_out_are_not_obeyed_when_it_is_back() -> None:
    device = Driver()
    device.handle(PartLost(at=device.now, part=Part.POD, reason="pod_lost"))
    device.spoken()
    device.handle(PartFound(at=device.now + 20, part=Part.POD))
    device.spoken()
    device.press("describe")  # its true time: twenty seconds ago
    assert device.open_effect() is None
    device.wait_s(20)
    device.press("describe")
    assert device.open_effect() == Look()


def test_a_pod_lost_with_a_key_down_forgets_the_key() -> None:
    device = Driver()
    device.edge("describe", "down")
    device.handle(PartLost(at=device.now, part=Part.POD, reason="pod_lost"))
    device.spoken()
    device.edge("describe", "up")
    assert device.open_effect() is None


def test_a_part_that_is_there_from_the_start_is_not_announced() -> None:
    device = Driver()
    assert device.handle(PartFound(at=0, part=Part.POD)) == ()


def test_alerts_wait_for_the_greeting() -> None:
    device = Driver()
    device.handle(Woke(at=0))
    device.handle(PartLost(at=0, part=Part.POD, reason="pod_missing"))
    assert device.open_effect() == Say("ready")
    device.spoken()
    assert device.open_effect() == Say("pod_missing")


def test_an_announcement_that_waits_is_told_after_the_request_that_came_between() -> None:
    device = Driver()
    device.handle(Woke(at=0))
    device.handle(PartLost(at=0, part=Part.CAMERA, reason="camera_lost"))
    device.press("describe")
    device.see(scene(people=[FACE]))
    device.spoken()
    assert device.open_effect() == Say("camera_lost")


def test_stop_silences_what_waits_too() -> None:
    device = Driver()
    device.handle(Woke(at=0))
    device.handle(PartLost(at=0, part=Part.CAMERA, reason="camera_lost"))
    device.press("stop")
    assert not device.conductor.busy


def test_warm_at_the_body_the_detectors_rest_before_each_look() -> None:
    device = Driver()
    device.handle(SkinMeasured(at=device.now, celsius=41.5))
    device.spoken()
    assert Glance() not in device.down("describe"), "nothing is begun ahead"
    device.edge("describe", "up")
    assert device.open_effect() == Wait(COOLING_S)
    device.deadline(COOLING_S)
    assert device.open_effect() == Look()
    device.see(scene(people=[FACE]))
    said = device.open_effect()
    assert isinstance(said, Say) and said.key == "scene"


def test_the_first_start_says_what_it_is_not() -> None:
    device = Driver()
    device.handle(Woke(at=0, first=True))
    device.spoken()
    assert device.open_effect() == Say("disclaimer")


def test_a_fault_inside_a_skill_is_spoken_and_reported() -> None:
    device = Driver()
    device.press("describe")
    device.see(None)  # type: ignore[arg-type]
    assert device.open_effect() == Say("fault")
    assert len(device.faults) == 1


def test_keys_that_name_no_skill_are_refused() -> None:
    from chestnut.core.conductor import Conductor
    from chestnut.core.gestures import Kind

    with pytest.raises(ValueError, match="descrbe"):
        Conductor({}, {("read", Kind.PRESS): "descrbe"})
