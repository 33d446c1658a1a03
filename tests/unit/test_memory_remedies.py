"""Whatever is wrong with the memory is told with its remedy, aloud and on the desk, and changes none of its files."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from chestnut.cli.main import main
from chestnut.core.effects import Say
from chestnut.core.events import DoubtArose, Event, Part, PartLost
from chestnut.core.session import LANGUAGES
from chestnut.locale import Phrases
from chestnut.memory import faults
from chestnut.memory.keys import Key, KeyFile
from chestnut.memory.schema import MIGRATIONS
from chestnut.memory.unkept import UnkeptReminders
from chestnut.memory.vault import PAGE_BYTES
from chestnut.runtime.clock import HostClock
from chestnut.runtime.memory import NoMemory, open_memory
from chestnut.runtime.remembering import Remembering
from chestnut.runtime.reminding import Reminding
from chestnut.runtime.settings import MemorySettings
from chestnut_tests.drive import Driver
from chestnut_tests.memory_desk import Desk, seen
from chestnut_tests.reminder_desk import ZONE, HandClock

YEAR_S = 365 * 86400.0
NEXT = ("CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT",)


@dataclass(frozen=True)
class Wrong:
    """reason: the phrase key. remedy: on the one line for the desk. breaks: makes it so."""

    reason: str
    remedy: str
    breaks: Callable[[Desk], object]


def lose_beginning(desk: Desk) -> None:
    with desk.path.open("r+b") as file:
        file.seek(16)
        file.write(bytes(PAGE_BYTES - 16))


def make_plain(desk: Desk) -> None:
    desk.path.unlink()
    plain = sqlite3.connect(desk.path)
    plain.execute("CREATE TABLE sighting (id)")
    plain.close()


def make_newer(desk: Desk) -> None:
    with desk.open((*MIGRATIONS, NEXT)):
        pass


WRONGS = (
    Wrong(
        "memory_wrong_key", "put the right one", lambda desk: desk.key_file.path.write_text(Key.new().digits)
    ),
    Wrong("memory_key_missing", "put in the stick", lambda desk: desk.key_file.path.unlink()),
    Wrong("memory_key_damaged", "put a copy", lambda desk: desk.key_file.path.write_text("00" * 47)),
    Wrong("memory_damaged", "keep them for rescue", lose_beginning),
    Wrong("memory_damaged", "keep them for rescue", lambda desk: os.truncate(desk.path, 100)),
    Wrong("memory_not_encrypted", "move it away", make_plain),
    Wrong("memory_newer", "update Chestnut", make_newer),
)
NAMES = ("wrong key", "no key", "half a key", "no beginning", "cut short", "plain", "newer")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Its key beside it, as of a file that a command names."""
    desk = Desk(tmp_path)
    desk.key_file = KeyFile(desk.path.with_name("memory.db.key"))
    desk.fill(40)
    return desk


@dataclass
class Told:
    status: int
    answer: dict[str, Any]
    lines: list[str]


@pytest.fixture
def run(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Told]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "1.png").write_bytes(b"never looked at")

    def run(*arguments: str) -> Told:
        status = main([*arguments, "--db", str(desk.path), "--json"])
        printed = capsys.readouterr()
        return Told(status, json.loads(printed.out), printed.err.splitlines())

    return run


@pytest.mark.parametrize("wrong", WRONGS, ids=NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_command_tells_the_remedy_and_leaves_every_file_as_it_was(
    desk: Desk, run: Callable[..., Told], wrong: Wrong, language: str, tmp_path: Path
) -> None:
    wrong.breaks(desk)
    before = desk.files()
    for command in (
        ("recall", "where is thing 7"),
        ("remember", "my keys", "hall"),
        ("memory", "forget", "--all", "--yes"),
        ("memory", "export", str(tmp_path / "all.jsonl")),
        ("watch", str(tmp_path / "pictures")),
    ):
        told = run(*command, "--lang", language)
        assert (told.status, told.answer["refused"]) == (2, wrong.reason)
        assert told.answer["said"] == [Phrases.of(language).render(wrong.reason)]
        assert len(told.lines) == 1 and wrong.remedy in told.lines[0]
        assert desk.files() == before
    assert not (tmp_path / "all.jsonl").exists()


@pytest.mark.parametrize("wrong", WRONGS, ids=NAMES)
def test_the_device_says_the_remedy_lives_on_and_leaves_every_file_as_it_was(
    desk: Desk, wrong: Wrong
) -> None:
    wrong.breaks(desk)
    before = desk.files()
    lack = open_memory(MemorySettings(path=str(desk.path)), desk.clock, desk.key_file)
    assert isinstance(lack, NoMemory) and wrong.remedy in lack.why
    device, posted = Driver(), Queue[Event]()
    Remembering(lack, posted.put, HostClock(), desk.clock, keep_s=1.0).close()
    lost = posted.get(timeout=60)
    assert isinstance(lost, PartLost) and (lost.part, lost.reason) == (Part.MEMORY, wrong.reason)
    device.handle(lost)
    assert device.open_effect() == Say(wrong.reason)
    device.spoken()
    assert not device.conductor.busy
    assert desk.files() == before


def to_nowhere(path: Path) -> None:
    path.symlink_to(path.with_name("stick") / "memory.db")


def to_a_file_to_come(path: Path) -> None:
    path.symlink_to(path.with_name("later.db"))


def in_a_circle(path: Path) -> None:
    path.symlink_to(path.name)


@pytest.mark.parametrize("lay", [os.mkfifo, Path.mkdir, to_nowhere, to_a_file_to_come, in_a_circle])
def test_what_is_no_file_is_told_at_once_and_nothing_is_laid_beside_it(
    tmp_path: Path, lay: Callable[[Path], None]
) -> None:
    path = tmp_path / "memory.db"
    lay(path)
    lack = open_memory(MemorySettings(path=str(path)), Desk(tmp_path).clock)
    assert isinstance(lack, NoMemory) and lack.reason == "memory_no_file"
    assert str(path) in lack.why and ": " in lack.why
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("command", [("recall", "my keys"), ("remember", "my keys", "hall")])
def test_a_command_that_names_no_file_lays_nothing_beside_it(
    desk: Desk, run: Callable[..., Told], command: tuple[str, ...]
) -> None:
    desk.path = desk.path.with_name("pipe.db")
    before = sorted(desk.path.parent.iterdir())
    for lay, remedy in ((os.mkfifo, "name another"), (to_nowhere, "put it there, or remove the link")):
        lay(desk.path)
        told = run(*command)
        assert (told.status, told.answer["refused"]) == (2, "memory_no_file")
        assert len(told.lines) == 1 and remedy in told.lines[0]
        desk.path.unlink()
        assert sorted(desk.path.parent.iterdir()) == before


def test_a_file_in_no_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("none")
    path = tmp_path / "notes" / "memory.db"
    lack = open_memory(MemorySettings(path=str(path)), Desk(tmp_path).clock)
    assert isinstance(lack, NoMemory) and "is no folder" in lack.why


def test_a_key_is_not_waited_for_at_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "key")
    with pytest.raises(faults.KeyDamaged, match="name a file"):
        KeyFile(tmp_path / "key").load()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_has_words_for_the_wearer(language: str) -> None:
    kinds = [faults.MemoryFault]
    for kind in kinds:
        kinds += kind.__subclasses__()
        assert Phrases.of(language).render(kind.reason)


def test_the_command_migrates_an_older_file_tells_so_and_keeps_it_whole(
    desk: Desk, run: Callable[..., Told], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for path in desk.path.parent.iterdir():
        path.unlink()
    with desk.open(MIGRATIONS[:1]) as store:
        store.remember([seen("keys", owner="my")]).result(timeout=60)
    old = desk.path.read_bytes()
    told = run("recall", "where are my keys")
    assert (told.status, told.answer["refused"]) == (0, None)
    assert told.answer["facts"]["asked"][0]["found"][0]["place"]["name"] == "kitchen table"
    assert desk.path.with_name("memory.db.schema1").read_bytes() == old
    assert "is of an older Chestnut: a copy of" in caplog.text


def ahead(desk: Desk) -> None:
    """It was last used a year from now, so that by now the clock was set back."""
    for path in desk.path.parent.iterdir():
        path.unlink()
    desk.now = time.time() + YEAR_S
    with desk.open() as store:
        store.remember([seen("keys", "hall", owner="my", at=desk.now)]).result(timeout=60)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clock_that_was_set_back_is_told_with_the_answer(
    desk: Desk, run: Callable[..., Told], language: str
) -> None:
    ahead(desk)
    before = desk.files()
    told = run("recall", "my keys", "--lang", language)
    assert told.status == 0
    assert told.answer["said"][-1] == Phrases.of(language).render("clock_set_back")
    assert told.answer["facts"]["clock_doubt"] == "clock_set_back"
    assert told.answer["facts"]["asked"][0]["found"][0]["age_s"] is None, "its age is not known"
    assert len(told.lines) == 1 and "set it right" in told.lines[0]
    assert desk.files() == before


def test_what_is_remembered_after_the_clock_was_set_back_is_the_newest_and_nothing_is_lost(
    desk: Desk, run: Callable[..., Told]
) -> None:
    ahead(desk)
    told = run("remember", "my keys", "bath")
    assert told.answer["facts"]["clock_doubt"] == "clock_set_back"
    desk.now = time.time()
    with desk.open() as store:
        assert store.sweep().result(timeout=60) == 0
        assert [row.place.name for row in store.recall(["keys"])] == ["bath", "hall"]


def test_a_reminder_that_is_set_tells_the_doubt_once(desk: Desk, run: Callable[..., Told]) -> None:
    ahead(desk)
    said = run("remind", "Heart pills", "--at", "8:00", "--repeat", "daily").answer["said"]
    doubts = [Phrases.of("en").render(key) for key in ("clock_set_back", "clock_unsure")]
    assert [sentence for sentence in said if sentence in doubts] == doubts[:1]


@pytest.mark.parametrize("clock_says", ["", "clock_set_back"])
def test_a_clock_that_was_set_back_is_told_once_at_the_start_whoever_knows_it(clock_says: str) -> None:
    """By what the memory knows alone, or by what the clock's own file knows too."""
    told: list[Event] = []
    clock = HandClock()
    clock.why = clock_says
    doubts = ("clock_set_back",)

    async def start() -> None:
        reminding = Reminding(UnkeptReminders(), clock, lambda: ZONE, told.append, clock, doubts=doubts)
        for _ in range(3):
            await reminding.turn()
            clock.passes(600)

    asyncio.run(start())
    assert [event.reason for event in told if isinstance(event, DoubtArose)] == ["clock_set_back"]
