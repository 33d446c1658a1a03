"""Writes docs/faults.md: every part that can be lost, what is then said with its remedy in both languages, what is
said when it is back, and the test that shows it. `python -m tools.faults`; a test compares the file with this.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chestnut.core.events import Part
from chestnut.locale import Phrases

PROJECT = Path(__file__).resolve().parents[1]
PAGE = PROJECT / "docs" / "faults.md"

HEAD = """<!-- Written by `python -m tools.faults` out of its list and the locale files. Do not edit. -->

# Faults

What can be lost while the device runs, and what it says then: **once**, with the remedy, felt by the pod's motor too.
None of it ends the device. Whatever is lost is sought again and told when it is back; the status (the cross, held)
names what is still missing, `chestnut check` every part with its state, and the menu's "Check yourself" tells the
most important in under twenty seconds. A press that needs a lost part is answered with the same sentence. The last
column is the test that shows it, with real parts where a computer without the device's hardware has them.

`chestnut check` ends with status 0 when nothing must be mended, else 1. `--part NAME` looks at one part without a
limit of time (of a large memory, every page), `--quick` leaves out what takes seconds, `--json` prints one object.
What a running device has for itself, its pod, camera and loudspeaker, is not opened a second time: it is asked.

`make image-test` takes camera, pod, pad, loudspeaker, microphone and a model's file from the installed service in a
virtual machine and gives each back, through the kernel's own drivers
([image.md](image.md#what-make-image-test-proves)).
"""

MIDDLE = """
## What is refused while it runs on

Of these nothing is announced by itself; who asks hears the reason.
"""

ENDED = """
## When the program itself fails

It is ended, by itself or by its watchdog, and started anew after 1 to 30 seconds, for ever. The system's own voice
says so (`chestnut-trouble.service`), at the first failure, the third in a row and each tenth.
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """what: happens, for the owner. says: the phrase key. back: the one when it is over, "" for none. shown: the
    test, as FILE::NAME below tests/."""

    what: str
    says: str
    back: str
    shown: str


LOST: dict[Part, tuple[Fault, ...]] = {
    Part.POD: (
        Fault(
            "cable pulled",
            "pod_lost",
            "pod_back",
            "system/test_device.py::test_a_pod_pulled_and_returned_is_told_and_obeyed_again",
        ),
        Fault(
            "its processor dies",
            "pod_lost",
            "pod_back",
            "system/test_faults.py::test_a_pod_whose_processor_dies_is_told_once_and_obeyed_again",
        ),
        Fault(
            "not there at the start",
            "pod_missing",
            "pod_back",
            "unit/test_pod_link.py::test_a_missing_port_is_told_once_and_found_when_it_comes",
        ),
        Fault(
            "firmware of another version",
            "pod_version",
            "pod_back",
            "unit/test_pod_link.py::test_a_pod_of_another_version_is_refused_once_and_aloud",
        ),
        Fault(
            "a fault in its firmware",
            "pod_restarted",
            "",
            "system/test_device.py::test_a_fault_of_the_pod_is_announced_and_the_keys_explain_themselves_after_it",
        ),
        Fault(
            "three faults in a row",
            "pod_safe_faults",
            "pod_back",
            "mcu/test_life_of_the_link.py::test_three_faults_in_a_row_are_told_as_such",
        ),
        Fault(
            "a key held when it got power",
            "pod_safe_key",
            "pod_back",
            "mcu/test_life_of_the_link.py::test_a_safe_start_is_told_with_its_reason_and_ends_with_a_new_plug",
        ),
    ),
    Part.MOTOR: (
        Fault(
            "its chip or wire fails",
            "motor_lost",
            "motor_back",
            "mcu/test_life_of_the_link.py::test_a_motor_that_fails_is_a_lost_part_and_found_again_with_a_new_plug",
        ),
    ),
    Part.CAMERA: (
        Fault(
            "cable pulled",
            "camera_lost",
            "camera_back",
            "system/test_device.py::test_a_camera_pulled_and_returned_is_told",
        ),
        Fault(
            "lost together with the pod",
            "camera_lost",
            "camera_back",
            "system/test_faults.py::test_parts_lost_together_are_each_told_once_and_stand_in_the_status_until_they_return",
        ),
    ),
    Part.SPEAKER: (
        Fault(
            "pulled out",
            "speaker_lost",
            "speaker_back",
            "system/test_faults.py::test_a_loudspeaker_pulled_and_returned_is_told_once_and_heard_again",
        ),
        Fault(
            "pulled out where the settings name another",
            "speaker_other",
            "speaker_back",
            "system/test_speaker.py::"
            "test_the_preferred_loudspeaker_is_left_when_it_goes_and_returned_to_between_two_sentences",
        ),
    ),
    Part.MICROPHONE: (
        Fault(
            "pulled out while it listens",
            "microphone_lost",
            "microphone_back",
            "system/test_listening.py::test_a_microphone_pulled_while_somebody_talks_is_told_once_and_nothing_ends",
        ),
    ),
    Part.PAD: (
        Fault(
            "switched off or out of reach",
            "pad_lost",
            "pad_back",
            "contract/test_pad.py::test_loss_and_return_are_told_once_and_keys_work_again",
        ),
        Fault(
            "lost together with pod and camera",
            "pad_lost",
            "pad_back",
            "system/test_faults.py::test_parts_lost_together_are_each_told_once_and_stand_in_the_status_until_they_return",
        ),
    ),
    Part.GAUGE: (
        Fault(
            "its chip does not answer",
            "gauge_lost",
            "gauge_back",
            "contract/test_gauge.py::test_a_chip_that_does_not_answer_names_the_remedy_and_is_read_again_when_it_does",
        ),
        Fault(
            "the power supply is too weak",
            "power_weak",
            "",
            "unit/test_switching_off.py::test_a_weak_supply_is_told_once_until_it_was_good_for_long",
        ),
        Fault(
            "the processor gets hot",
            "chip_warm",
            "",
            "unit/test_switching_off.py::test_the_processor_slows_and_stops_the_looking_and_must_cool_clearly",
        ),
        Fault(
            "the processor is too hot for its firmware to cool",
            "chip_hot",
            "skin_cool",
            "unit/test_switching_off.py::test_the_processor_slows_and_stops_the_looking_and_must_cool_clearly",
        ),
    ),
    Part.EYES: (
        Fault(
            "a model file missing at the start",
            "eyes_lost",
            "",
            "system/test_device.py::test_without_models_the_device_says_so_and_lives_on",
        ),
        Fault(
            "a model file gone while it runs (told by the self-test)",
            "eyes_lost",
            "",
            "system/test_faults.py::test_model_files_that_vanish_while_it_runs_are_named_by_the_self_test",
        ),
        Fault(
            "the text reader's languages missing",
            "reader_missing",
            "",
            "system/test_reading.py::test_a_missing_language_names_its_package",
        ),
    ),
    Part.ENGINE: (
        Fault(
            "its process dies while it thinks",
            "engine_lost",
            "engine_back",
            "system/test_deep_lane.py::test_a_model_that_dies_while_it_thinks_is_told_once_and_answers_again",
        ),
        Fault(
            "its process is killed while nobody waits for it",
            "engine_restarted",
            "",
            "system/test_faults.py::test_a_language_model_whose_process_is_killed_is_told_and_comes_back",
        ),
    ),
    Part.MEMORY: (
        Fault(
            "the card is full",
            "memory_full",
            "memory_back",
            "system/test_faults.py::test_a_card_that_fills_up_under_companion_is_told_once_and_told_when_there_is_room",
        ),
        Fault(
            "the card turns read-only",
            "memory_card_failed",
            "memory_back",
            "unit/test_remembering.py::test_a_card_that_turns_read_only_while_it_remembers_is_told_once_and_so_is_its_end",
        ),
        *(
            Fault(
                what,
                says,
                "",
                "unit/test_memory_remedies.py::test_the_device_says_the_remedy_lives_on_and_leaves_every_file_as_it_was",
            )
            for what, says in (
                ("its key is missing at the start", "memory_key_missing"),
                ("its key is damaged", "memory_key_damaged"),
                ("the key of another memory", "memory_wrong_key"),
                ("its file is damaged", "memory_damaged"),
                ("its file is of a newer version", "memory_newer"),
                ("its file is not encrypted", "memory_not_encrypted"),
            )
        ),
        Fault(
            "a link to a file that is not there, or a pipe",
            "memory_no_file",
            "",
            "unit/test_memory_remedies.py::test_what_is_no_file_is_told_at_once_and_nothing_is_laid_beside_it",
        ),
    ),
    Part.SIGNS: (
        Fault(
            "reading signs fails",
            "signs_lost",
            "signs_back",
            "unit/test_signing.py::test_a_detector_that_fails_ends_the_turn_and_not_the_thread",
        ),
    ),
}

_TOLD_BY_THE_SYSTEM = "unit/test_system_units.py::test_a_failure_is_told_in_the_wearers_language"
SERVICE = (
    Fault("a fault ends it", "service_failed", "ready", _TOLD_BY_THE_SYSTEM),
    Fault("it no longer answers", "service_hung", "ready", _TOLD_BY_THE_SYSTEM),
    Fault("there is no memory left", "service_no_memory", "ready", _TOLD_BY_THE_SYSTEM),
    Fault(
        "the third failure in a row",
        "service_keeps_failing",
        "ready",
        "unit/test_system_units.py::test_a_crash_loop_is_told_and_not_all_the_time",
    ),
)

ASKED = (
    Fault(
        "no language model installed",
        "gemma_missing",
        "",
        "system/test_deep.py::test_without_a_model_the_fast_lane_answers_and_the_remedy_is_named",
    ),
    Fault(
        "no weights for understanding speech",
        "ear_missing",
        "",
        "system/test_listen_command.py::test_without_its_weights_the_remedy_is_named",
    ),
    Fault(
        "understanding speech fails (its process dies or hangs)",
        "ear_lost",
        "",
        "contract/test_ear.py::test_a_process_that_is_killed_is_told_and_replaced",
    ),
    Fault(
        "a taught thing's model file missing",
        "own_missing",
        "",
        "system/test_faults.py::test_model_files_that_vanish_while_it_runs_are_named_by_the_self_test",
    ),
    Fault(
        "little room on the card (told by the self-test)",
        "card_low",
        "",
        "unit/test_checking.py::test_little_room_on_the_card_is_told",
    ),
    Fault(
        "too warm at the body",
        "too_hot",
        "",
        "system/test_device.py::test_a_warm_back_plate_slows_and_stops_the_device_until_it_is_cool",
    ),
)


def page() -> str:
    return "\n".join(
        [
            HEAD,
            *_table(fault for faults in LOST.values() for fault in faults),
            ENDED,
            *_table(SERVICE),
            MIDDLE,
            *_table(ASKED),
            "",
        ]
    )


def _table(faults: Iterator[Fault] | tuple[Fault, ...]) -> Iterator[str]:
    english, russian = Phrases.of("en"), Phrases.of("ru")
    yield "| what happens | it says | по-русски | when it is back | shown by |"
    yield "| --- | --- | --- | --- | --- |"
    for fault in faults:
        back = english.render(fault.back, {}) if fault.back else ""
        said = f"{english.render(fault.says, {})} | {russian.render(fault.says, {})}"
        yield f"| {fault.what} | {said} | {back} | `tests/{fault.shown}` |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
