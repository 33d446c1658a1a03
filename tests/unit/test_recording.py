from __future__ import annotations

import io
import json
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from chestnut.core.effects import Order, Start, Think
from chestnut.core.events import (
    ButtonChanged,
    Edge,
    Event,
    Part,
    PartLost,
    SceneSeen,
    SentenceWritten,
    SpeechEnded,
    TextRead,
    ThoughtEnded,
    ThoughtProgressed,
    Woke,
)
from chestnut.core.scene import Frame, Scene
from chestnut.core.session import Session
from chestnut.core.thought import Effort, Exchange, Sentence, Stage, Task
from chestnut.runtime.codec import KINDS, BadRecord, build, event_from, plain
from chestnut.runtime.recording import Recorder, replay
from chestnut.skills.table import SKILLS
from chestnut_tests.drive import CUP, FACE, Driver, default_keymap, page, scene
from hypothesis import given
from hypothesis import strategies as st

EVENTS: list[Event] = [
    Woke(at=1.5, first=True),
    ButtonChanged(at=2.0, button="read", edge=Edge.HELD, source="pad"),
    PartLost(at=3.0, part=Part.CAMERA, reason="camera_lost"),
    SceneSeen(at=4.0, job=7, scene=scene([FACE], [CUP])),
    TextRead(at=5.0, job=8, page=page("Съешь ещё", "12.08", dropped=2)),
    SpeechEnded(at=6.0, job=9),
    ThoughtProgressed(at=7.0, job=10, stage=Stage.LOOKING),
    SentenceWritten(at=8.0, job=10, sentence=Sentence("Дверь.", doubtful=True)),
    ThoughtEnded(at=9.0, job=10, withheld=1, effort=Effort(first_ms=1.5, prompt_tokens=90)),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_survives_json(event: Event) -> None:
    assert event_from(json.loads(json.dumps(plain(event)))) == event


def test_a_time_is_kept_to_its_last_digit() -> None:
    event = Woke(at=1234567.1234567891)
    assert event_from(json.loads(json.dumps(plain(event)))) == event


def test_a_thought_is_recorded_with_all_it_is_about() -> None:
    earlier = (Exchange(Task.DESCRIBE, "", "A cup.", 3.5),)
    asked = Think(Task.QUESTION, "And behind it?", scene([FACE], [CUP]), page("EXIT"), earlier)
    data = json.loads(json.dumps(plain(Start(7, asked))))
    assert data["effect"]["is"] == "Think"
    assert build(Think, data["effect"]) == asked


def test_a_session_in_the_midst_of_a_talk_survives_json() -> None:
    talk = (Exchange(Task.QUESTION, "why?", "A cup.", 3.5),)
    session = Session(last_scene=scene([FACE], [CUP]), talk_page=page("EXIT"), exchanges=talk)
    assert build(Session, json.loads(json.dumps(plain(session)))) == session


def test_a_recording_cannot_hold_a_picture() -> None:
    """No event, no effect and no session has a place for one."""
    reached: set[Any] = set()

    def reach(kind: Any) -> None:
        for inner in get_args(kind):
            reach(inner)
        if is_dataclass(kind) and kind not in reached:
            reached.add(kind)
            for hint in get_type_hints(kind).values():
                reach(hint)

    for kind in (*KINDS.values(), Session):
        reach(kind)
    assert {Scene, Think} <= reached
    assert Frame not in reached


def record(path: Path) -> Driver:
    """A life of describe, read, a talk about a picture and stop, recorded as the runtime records it."""
    device = Driver()
    file = io.StringIO()
    recorder = Recorder(file, device.conductor.session, default_keymap())
    handle = device.conductor.handle

    def recorded(event: Event) -> tuple[Order, ...]:
        orders = handle(event)
        recorder(event, orders)
        return orders

    device.conductor.handle = recorded  # type: ignore[method-assign]
    device.handle(Woke(at=1))
    device.press("describe")
    device.see(scene([FACE], [CUP]))
    device.press("describe", after_s=0.1)
    device.press("read")
    device.read(page("EXIT"))
    device.hold("describe")
    device.view(scene([FACE], [CUP]))
    device.view(scene([FACE], [CUP]), page("EXIT"))
    device.listen()
    device.write("A kitchen.")
    device.listen()
    device.end_thought()
    device.double("describe")
    device.fail_thought("model_slow")
    device.press("stop")
    path.write_text(file.getvalue(), encoding="utf-8")
    return device


def test_replay_gives_the_same_orders(tmp_path: Path) -> None:
    record(tmp_path / "life.jsonl")
    steps = list(replay(tmp_path / "life.jsonl", SKILLS))
    assert len(steps) > 8
    assert not [step for step in steps if step.differs]


def test_replay_shows_what_changed(tmp_path: Path) -> None:
    path = tmp_path / "life.jsonl"
    record(path)
    path.write_text(
        path.read_text(encoding="utf-8").replace('"key":"ready"', '"key":"awake"'), encoding="utf-8"
    )
    assert [step.line for step in replay(path, SKILLS) if step.differs] == [2]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "is empty"),
        ("{}\n", "line 1: not a recording"),
        ("not json\n", "line 1"),
        ('{"chestnut": 99}\n', "version"),
        ("[" * 100_000 + "\n", "line 1"),
    ],
)
def test_what_is_no_recording_is_told_with_its_line(tmp_path: Path, text: str, hint: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(text)
    with pytest.raises(BadRecord, match=hint):
        list(replay(path, SKILLS))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(json_values, st.sampled_from(["SceneSeen", "ButtonChanged", "TextRead", "Say", "Nothing", "Woke"]))
def test_any_json_is_an_event_or_a_clear_error(data: object, kind: str) -> None:
    if isinstance(data, dict):
        data = {"is": kind, "at": 1.0, **data}
    try:
        event_from(data)
    except BadRecord as error:
        assert str(error)
