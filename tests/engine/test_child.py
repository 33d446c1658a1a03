"""The engine's process by itself, spoken to over a socket as the runtime does."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from chestnut.core.thought import Stage
from chestnut.engine.child import BABBLED, DEAF, GONE, _Server
from chestnut.engine.framing import HEADER, Deframer, framed
from chestnut.engine.launch import COMMAND as REAL
from chestnut.engine.messages import (
    Cancel,
    Cancelled,
    Done,
    Failed,
    Load,
    Message,
    Reached,
    Ready,
    Think,
    Unusable,
    Wrote,
)
from chestnut_tests.engine_desk import LIMIT_S, SYSTEM
from chestnut_tests.scripted_engine import COMMAND, SECRET, ScriptedBackend, script

# What must not be in the process before it knows its model: each costs memory and seconds at every restart.
HEAVY = {
    "numpy",
    "cv2",
    "mediapipe",
    "onnxruntime",
    "PIL",
    "llama_cpp",
    "litert_lm",
    "gguf",
    "asyncio",
    "jinja2",
}


class Line:
    """A process and our end of its socket."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self.ours, theirs = socket.socketpair()
        self.ours.settimeout(LIMIT_S)
        with theirs:
            self.process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
            )
        self._deframer = Deframer()
        self._heard: list[Message] = []

    def say(self, message: Message, pixels: bytes | None = None) -> None:
        for part in framed(message, None if pixels is None else memoryview(pixels)):
            self.ours.sendall(part)

    def hear(self) -> Message:
        while not self._heard:
            data = self.ours.recv(4096)
            assert data, "it hung up"
            self._heard += [message for message, _ in self._deframer.feed(data)]
        return self._heard.pop(0)

    def think(self, job: int, *steps: str) -> None:
        self.say(Think(job, SYSTEM, (script(*steps),)))

    def status(self) -> int:
        return self.process.wait(LIMIT_S)

    def close(self) -> None:
        self.ours.close()
        self.process.kill()
        self.process.wait()


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line(COMMAND)
    yield made
    made.close()


@pytest.fixture
def ready(line: Line) -> Line:
    line.say(Load("llama", "fine"))
    assert isinstance(line.hear(), Ready)
    return line


def test_it_says_what_the_model_is_then_thinks_one_thing_after_the_other(line: Line) -> None:
    line.say(Load("llama", "blind"))
    said = line.hear()
    assert isinstance(said, Ready) and not said.sees and said.facts["how"] == "blind"
    assert said.load_ms >= 0 and said.warm_ms >= 0
    for job in (1, 2):
        line.think(job, "reach reading", "say A", "say B")
        assert [line.hear() for _ in range(3)] == [
            Reached(job, Stage.READING),
            Wrote(job, "A"),
            Wrote(job, "B"),
        ]
        assert isinstance(line.hear(), Done)


def test_every_cancel_is_answered(ready: Line) -> None:
    ready.say(Cancel(5))
    assert ready.hear() == Cancelled(5)  # never heard of
    ready.think(6, "reach reading", "wait")
    assert ready.hear() == Reached(6, Stage.READING)
    ready.say(Cancel(6))
    assert ready.hear() == Cancelled(6)  # in the midst of it
    ready.say(Cancel(6))
    assert ready.hear() == Cancelled(6)  # long over
    ready.think(7, "say Here.")
    assert [type(ready.hear()), type(ready.hear())] == [Wrote, Done]


def test_a_cancel_between_the_end_and_its_message_is_answered_after_it() -> None:
    """Else the runtime would take the end for babble, and the process for lost."""
    ours, theirs = socket.socketpair()
    ours.settimeout(LIMIT_S)
    heard: list[Message] = []

    class CancelledAtItsEnd(_Server):
        def _send(self, message: Message) -> None:
            if isinstance(message, Done):
                cancel = threading.Thread(target=self._hear, args=(Cancel(message.job), None))
                cancel.start()
                cancel.join(0.2)  # it would be through by now
            super()._send(message)

    with ours, theirs:
        server = CancelledAtItsEnd(theirs)
        server._hear(Think(1, SYSTEM, (script("say A"),)), None)
        server._answer_next(ScriptedBackend(Load("llama", "fine")))
        deframer = Deframer()
        while len(heard) < 3:
            heard += [message for message, _ in deframer.feed(ours.recv(4096))]
    assert [type(message) for message in heard] == [Wrote, Done, Cancelled]


def test_a_cancel_that_comes_before_the_thought_has_begun_is_not_lost(ready: Line) -> None:
    for job in range(1, 100):
        both = framed(Think(job, SYSTEM, ("reach reading\nwait",))) + framed(Cancel(job))
        ready.ours.sendall(b"".join(both))
        said = ready.hear()
        if said == Reached(job, Stage.READING):
            said = ready.hear()
        assert said == Cancelled(job)


def test_an_unexpected_error_fails_one_thought_and_tells_where_but_not_what(ready: Line) -> None:
    ready.think(1, "raise")
    failed = ready.hear()
    assert isinstance(failed, Failed) and failed.reason == "fault"
    assert "ValueError in scripted_engine.py" in failed.detail and SECRET not in failed.detail
    ready.think(2, "say Here.")
    assert isinstance(ready.hear(), Wrote)


@pytest.mark.parametrize(
    ("model", "reason", "tells"),
    [
        ("damaged", "model_damaged", "make gemma"),
        ("missing", "engine_missing", "make engine"),
        ("raise", "model_damaged", "ValueError"),
    ],
)
def test_an_unusable_model_is_told_and_the_process_ends(
    line: Line, model: str, reason: str, tells: str
) -> None:
    line.say(Load("llama", model))
    said = line.hear()
    assert isinstance(said, Unusable) and said.reason == reason and tells in said.detail
    assert SECRET not in said.detail
    assert line.status() == 0


@pytest.mark.parametrize("doing", ["nothing", "loading", "wait", "deaf"])
def test_the_end_of_the_runtime_ends_it_whatever_it_does(line: Line, doing: str, tmp_path: Any) -> None:
    if doing == "loading":
        os.mkfifo(tmp_path / "gate")
        line.say(Load("llama", f"gate {tmp_path / 'gate'}"))
    elif doing != "nothing":
        line.say(Load("llama", "fine"))
        line.think(1, "reach looking", doing)
        assert isinstance(line.hear(), Ready) and isinstance(line.hear(), Reached)
    line.ours.close()
    assert line.status() == GONE


@pytest.mark.parametrize(
    "babble",
    [
        b"\xff\xff\xff\xff",
        HEADER.pack(2) + b"{}",
        b"".join(framed(Cancelled(1))),
        b"".join(framed(Think(1, "", ("?",)))),
    ],
)
def test_it_takes_no_orders_from_who_babbles(line: Line, babble: bytes) -> None:
    line.ours.sendall(babble)
    assert line.status() == BABBLED


@pytest.mark.parametrize("second", [Load("llama", "fine"), Think(2, SYSTEM, ("say Never.",))])
def test_one_thing_at_a_time(ready: Line, second: Message) -> None:
    ready.think(1, "reach writing", "wait")
    assert isinstance(ready.hear(), Reached)
    ready.say(second)
    if isinstance(second, Load):  # it is looked at when the thought has ended
        ready.say(Cancel(1))
    assert ready.status() == BABBLED


def test_a_picture_beyond_its_memory_ends_it(line: Line) -> None:
    line.say(Load("llama", "fine", memory_mb=60))
    assert isinstance(line.hear(), Ready)
    side = 4000
    pixels = bytes(side * side * 3)
    try:
        line.say(Think(1, SYSTEM, ("look",), (side, side)), pixels)
    except OSError:
        pass  # it hung up in the midst of it
    else:
        assert isinstance(line.hear(), Failed)
        return
    assert line.status() == DEAF


def test_it_begins_without_any_heavy_library() -> None:
    code = "import sys, json, chestnut.engine.child; print(json.dumps(sorted(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    modules = json.loads(found.stdout)
    assert not HEAVY & {name.split(".")[0] for name in modules}
    ours = {name for name in modules if name.startswith("chestnut.")}
    assert {name.split(".")[1] for name in ours} <= {"core", "engine"}


@pytest.mark.parametrize("backend", ["llama", "litert"])
def test_a_file_that_is_not_there_is_told_by_the_real_process(backend: str) -> None:
    line = Line(REAL)
    line.say(Load(backend, "/no/such/file"))
    said = line.hear()
    assert isinstance(said, Unusable) and "/no/such/file" in said.detail, said
    line.close()
