"""What the page does to a simulated device, each part alone: faults, pictures, a recording that begins later."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from chestnut.core.conductor import Conductor
from chestnut.core.effects import Order
from chestnut.core.events import Event, TextTyped
from chestnut.core.scene import Box, Frame, Hand, Judgement, Page, Person, Scene, Thing, Word
from chestnut.core.session import LANGUAGES
from chestnut.devices.camera import SourceLost
from chestnut.engine.process import EngineProcess
from chestnut.runtime.assemble.simulation import _end
from chestnut.runtime.loop import Runtime
from chestnut.runtime.recording import replay
from chestnut.runtime.workbench import Workbench
from chestnut.sim.cover import Cover
from chestnut.skills.table import SKILLS
from chestnut.window import bench, tape
from chestnut.window.tape import Tape, TapeRefused
from chestnut_tests.drive import CUP, Driver, default_keymap, scene


def test_faults_are_brought_about_and_ended_and_others_end_by_themselves() -> None:
    done: list[Any] = []
    workbench = Workbench(
        {"pod": done.append}, {"model": lambda: done.append("ended")}, lambda: done.append("next")
    )
    assert workbench.state() == {"faults": {"pod": False}, "once": ["model"], "pictures": True}
    workbench.set("pod", True)
    assert workbench.state()["faults"] == {"pod": True}
    workbench.set("pod", False)
    workbench.set("model", True)
    workbench.show_next()
    assert done == [True, False, "ended", "next"] and workbench.state()["faults"] == {"pod": False}
    with pytest.raises(KeyError):
        workbench.set("gravity", True)
    assert Workbench({}, {}).state()["pictures"] is False


class Wall:
    """A source that films one picture."""

    def open(self) -> None: ...

    def read(self) -> Any:
        return np.full((4, 6, 3), 200, np.uint8)

    def close(self) -> None: ...


def test_a_covered_lens_is_black_and_a_pulled_cable_a_loss() -> None:
    cover = Cover(Wall(), SourceLost)
    cover.open()
    assert cover.read().mean() == 200
    cover.covered = True
    assert cover.read().max() == 0 and cover.read().shape == (4, 6, 3)
    cover.covered, cover.pulled = False, True
    for work in (cover.read, cover.open):
        with pytest.raises(SourceLost, match="plug it in"):
            work()
    cover.pulled = False
    cover.open()
    assert cover.read().mean() == 200
    cover.close()


def test_the_process_of_the_model_ends() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)

    class Engine:
        pid: int | None = child.pid

    engine = cast(EngineProcess, Engine())
    _end(engine)
    assert child.wait() < 0
    _end(engine)  # it is gone already
    Engine.pid = None
    _end(engine)
    assert child.stdin is not None
    child.stdin.close()


# --- what is seen ---------------------------------------------------------------------------------------


def test_what_is_seen_is_told_with_boxes_and_names_in_both_languages() -> None:
    hand = Hand(0.9, "left", Box(0, 0, 0.1, 0.1), ())
    looked = Scene(
        7,
        Judgement(0.5, 1.0),
        (Person(0.93, Box(0.1, 0.2, 0.3, 1.0)),),
        (CUP, Thing("?", 0.5, CUP.box)),
        (hand,),
    )
    told = bench.seen(looked)
    assert told["frame"] == 7 and [one["kind"] for one in told["found"]] == [
        "person",
        "thing",
        "thing",
        "hand",
    ]
    assert told["found"][0]["box"] == [0.1, 0.2, 0.3, 1.0]
    assert told["found"][1]["name"] == {"en": "a cup", "ru": "чашка"}
    assert told["found"][2]["name"] == dict.fromkeys(LANGUAGES, "?")
    page = Page(8, Judgement(0.5, 1.0), (Word("ВЫХОД", 0.9, Box(0, 0, 1, 1), 0, 0),), 0)
    assert bench.read(page)["found"][0]["name"]["ru"] == "ВЫХОД"
    json.dumps(told)


def test_a_picture_is_a_small_jpeg() -> None:
    encoded = bench._encoded(Frame(1, 0.0, np.zeros((960, 1280, 3), np.uint8)))
    assert encoded is not None and encoded.startswith(b"\xff\xd8") and len(encoded) < 20_000
    assert bench._encoded(None) is None


# --- the recording --------------------------------------------------------------------------------------


class Device:
    """A conductor with taps, as the runtime has them."""

    def __init__(self) -> None:
        self.taps: list[Callable[[Event, tuple[Order, ...]], None]] = []
        self.driver = Driver()
        self.skills = SKILLS

    @property
    def conductor(self) -> Conductor:
        return self.driver.conductor

    def live(self) -> None:
        """A press of Describe from its finger to its end."""
        handle = self.driver.conductor.handle

        def tapped(event: Event) -> tuple[Order, ...]:
            orders = handle(event)
            for tap in tuple(self.taps):
                tap(event, orders)
            return orders

        self.driver.conductor.handle = tapped  # type: ignore[method-assign]
        try:
            self.driver.press("describe")
            self.driver.see(scene(things=[CUP]))
            self.driver.spoken()
        finally:
            self.driver.conductor.handle = handle  # type: ignore[method-assign]


def tried(scenario: Callable[[Device, Tape], None], path: Path) -> None:
    """In a thread beside a loop, as the page does it."""

    async def run() -> None:
        device = Device()
        made = Tape(cast(Runtime, device), default_keymap(), path, asyncio.get_running_loop())
        await asyncio.to_thread(scenario, device, made)
        made.close()
        assert not device.taps

    asyncio.run(run())


def test_a_recording_that_begins_later_is_replayed_without_a_difference(tmp_path: Path) -> None:
    path = tmp_path / "cache" / "page.jsonl"

    def scenario(device: Device, made: Tape) -> None:
        device.live()
        assert made.act("begin")["records"]
        with pytest.raises(TapeRefused, match="tape_runs"):
            made.act("replay")
        device.live()
        assert made.act("end") == {"records": False, "events": 4, "kept": True}
        assert made.act("replay")["replayed"] == {"events": 4, "differing": 0, "first": ""}
        assert json.loads(path.read_text(encoding="utf-8").splitlines()[0])["jobs"] > 0

    tried(scenario, path)
    assert path.stat().st_mode & 0o077 == 0
    assert [step.differs for step in replay(path, SKILLS)] == [False] * 4
    text = path.read_text(encoding="utf-8").replace('"key":"scene"', '"key":"other"')
    path.write_text(text, encoding="utf-8")
    assert any(step.differs for step in replay(path, SKILLS))


def test_what_cannot_be_recorded_or_replayed_is_refused(tmp_path: Path) -> None:
    def scenario(device: Device, made: Tape) -> None:
        with pytest.raises(TapeRefused, match="tape_none"):
            made.act("replay")
        with pytest.raises(KeyError):
            made.act("burn")
        device.driver.press("describe")
        with pytest.raises(TapeRefused, match="tape_busy"):
            made.act("begin")
        assert not device.taps

    tried(scenario, tmp_path / "page.jsonl")
    (tmp_path / "file").write_text("", encoding="utf-8")

    def no_folder(device: Device, made: Tape) -> None:
        with pytest.raises(TapeRefused, match="tape_full"):
            made.act("begin")
        assert made.state() == {"records": False, "events": 0, "kept": False}

    tried(no_folder, tmp_path / "file" / "page.jsonl")


def test_a_long_recording_ends_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape, "MOST_EVENTS", 3)

    def scenario(device: Device, made: Tape) -> None:
        made.act("begin")
        for number in range(3):
            made.hear(TextTyped(at=float(number), text="x"), ())
        assert made.act("end")["events"] == 3

    tried(scenario, tmp_path / "page.jsonl")
