"""The list, without a device: what is asked, answered, kept and gone on with."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from chestnut.core.effects import Buzz, Effect, KeepNotes, Offer, ReadNotes, Say
from chestnut.core.events import NotesRead
from chestnut.core.gestures import Gesture, Kind
from chestnut.core.session import Session

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from chestnut_inspect import SKILLS
from chestnut_inspect.checklist import ITEMS, answered


def gone_through(keys: str, kept: Mapping[str, Any] | None = None) -> tuple[list[str], dict[str, Any]]:
    """The phrases, and what is kept in the end. keys: of the pod by their first letters; "-" is silence."""
    pressed, said = list(keys), []
    notes = dict(kept or {})
    steps = SKILLS["inspect"].run(Session())
    answer: Any = None
    try:
        while True:
            effect: Effect = steps.send(answer)
            answer = None
            match effect:
                case ReadNotes():
                    answer = NotesRead(at=0.0, job=1, notes=notes)
                case KeepNotes(notes=given):
                    notes = {name: dict(value) for name, value in given.items()}
                    answer = NotesRead(at=0.0, job=1, notes=notes)
                case Offer(say=say):
                    said.append(say.key)
                    names = {"d": "describe", "f": "find", "r": "read"}
                    key = names.get(pressed.pop(0))
                    answer = Gesture(key, Kind.PRESS) if key else None
                case Say(key=key):
                    said.append(key)
                case Buzz():
                    answer = Session()
    except StopIteration:
        return said, notes


def test_every_item_is_asked_and_the_open_ones_are_told_in_the_end() -> None:
    said, kept = gone_through("drdd")
    assert said == [
        "inspect_begins",
        *("inspect_stove", "inspect_taps", "inspect_windows", "inspect_keys"),
        *("inspect_open", "inspect_open_taps"),
    ]
    assert kept == {"answers": {"stove": True, "taps": False, "windows": True, "keys": True}}
    assert gone_through("dddd")[0][-1] == "inspect_all_done"


def test_the_triangle_goes_back_and_the_answer_is_another() -> None:
    said, kept = gone_through("rfdddd")
    assert said[1:4] == ["inspect_stove", "inspect_taps", "inspect_stove"]
    assert kept["answers"]["stove"] is True


def test_a_list_that_was_broken_off_is_gone_on_with() -> None:
    said, kept = gone_through("dd-")
    assert said[-1] == "inspect_left" and len(kept["answers"]) == 2
    said, kept = gone_through("dd", kept)
    assert said[:2] == ["inspect_goes_on", "inspect_windows"]
    assert len(kept["answers"]) == len(ITEMS)
    assert gone_through("-", kept)[0][0] == "inspect_begins"


@pytest.mark.parametrize("kept", [{}, {"answers": 5}, {"answers": {"stove": "yes", "gone": True}}])
def test_whatever_was_kept_is_no_fault(kept: dict[str, Any]) -> None:
    assert answered(kept) == {}
