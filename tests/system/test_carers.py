"""chestnut carer as it is run, and a device beside it whose wearer hears of it and decides by key."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chestnut.core.carers import Deed
from chestnut.core.effects import MarkHeard, Order, Say, Start
from chestnut.core.events import ButtonChanged, Edge, Event
from chestnut.core.memory import Owned
from chestnut.core.ports import Post
from chestnut.core.reminders import Occurrence
from chestnut.core.session import Session
from chestnut.locale import Phrases
from chestnut.memory.keys import KeyFile
from chestnut.memory.store import Store
from chestnut.runtime import attending
from chestnut.runtime.assemble.companion import take_in
from chestnut.runtime.assemble.eyes import open_own
from chestnut.runtime.attending import Attending
from chestnut.runtime.clock import HostClock
from chestnut.runtime.inbox_report import REPORT
from chestnut.runtime.keepsake import Keepsake
from chestnut.runtime.loop import Runtime
from chestnut.runtime.memory import NoMemory
from chestnut.runtime.performer import Parts
from chestnut.sim.camera import FakeCamera
from chestnut.skills.choose import NAMES
from chestnut_tests.commands import answer, error
from chestnut_tests.drive import default_keymap
from chestnut_tests.reminder_desk import HandClock, Pod, Voice
from chestnut_tests.rendered.pictures import pasted, photograph, pose
from PIL import Image

CHESTNUT = Path(sys.executable).parent / "chestnut"
PATIENCE_S = 120


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "memory.db"


def opened(memory: Path) -> Store:
    return Store(memory, KeyFile(memory.with_name("memory.db.key")), HostClock().wall)


# --- the command -------------------------------------------------------------------------------------------


def test_who_is_not_allowed_is_refused_and_noted(memory: Path) -> None:
    data = answer("carer", "see", "Olga", "reminders", "--db", memory)
    assert data["refused"] == "not_allowed" and data["facts"]["allowed"] is False
    assert data["said"] == ["That is not allowed. The wearer can hear that Olga asked."]
    (act,) = answer("carer", "log", "--db", memory)["facts"]["acts"]
    assert act == {"carer": "Olga", "deed": "asked", "sight": "reminders"}


def test_a_carer_sets_reminders_without_a_look_at_what_became_of_them(memory: Path) -> None:
    answer("remind", "Heart pills", "--at", "8:00", "--repeat", "daily", "--db", memory)
    with contextlib.closing(opened(memory)) as store:
        now = HostClock().wall().utc_s
        store.reminders.keep([Occurrence(1, now - 60, 1, now - 60)]).result(PATIENCE_S)
    listed = answer("reminders", "list", "--db", memory)
    assert not any("waits" in sentence for sentence in listed["said"])
    assert listed["facts"]["reminders"][0]["waits_since"] is None
    shown = answer("reminders", "list", "--outcome", "--db", memory)
    assert any("waits" in sentence for sentence in shown["said"])


def test_allowed_seen_logged_and_taken_back(memory: Path) -> None:
    answer("remind", "Heart pills", "--at", "8:00", "--repeat", "daily", "--db", memory)
    allowed = answer("carer", "allow", "Olga", "--db", memory)
    assert [(right["sight"], right["allowed"]) for right in allowed["facts"]["rights"]] == [
        ("device", True),
        ("reminders", True),
    ]
    seen = answer("carer", "see", "olga", "reminders", "--db", memory)
    assert seen["refused"] is None and seen["facts"]["next"]["words"] == "Heart pills"
    assert answer("carer", "see", "Olga", "things", "--db", memory)["refused"] == "not_allowed"
    answer("carer", "deny", "Olga", "--db", memory)
    assert answer("carer", "see", "Olga", "reminders", "--db", memory)["refused"] == "not_allowed"
    deeds = [act["deed"] for act in answer("carer", "log", "--db", memory)["facts"]["acts"]]
    assert deeds == ["asked", "denied", "denied", "asked", "looked", "allowed", "allowed"]
    said = answer("carer", "log", "--db", memory, "--lang", "ru")["said"]
    assert any("я показал: напоминания. Кто смотрел: Olga." in sentence for sentence in said)


KILLED = """
import os, signal, sys
from chestnut.cli.main import main
from chestnut.runtime.carer_desk import CarerDesk
CarerDesk._seen_reminders = lambda self: os.kill(os.getpid(), signal.SIGKILL)
main(["carer", "see", "Olga", "reminders", "--db", sys.argv[1]])
"""


def test_a_look_that_is_killed_on_its_way_is_in_the_log(memory: Path) -> None:
    answer("carer", "allow", "Olga", "--db", memory)
    result = subprocess.run([sys.executable, "-c", KILLED, memory], capture_output=True, timeout=PATIENCE_S)
    assert (result.returncode, result.stdout) == (-signal.SIGKILL, b"")
    deeds = [act["deed"] for act in answer("carer", "log", "--db", memory)["facts"]["acts"]]
    assert deeds == ["looked", "allowed", "allowed"]


def test_wrong_use_names_the_remedy(memory: Path, tmp_path: Path) -> None:
    assert "one of reminders, device, things" in error("carer", "allow", "Olga", "people", "--db", memory)
    assert "choose from" in error("carer", "see", "Olga", "faces", "--db", memory)
    assert "write one with a letter" in error("carer", "see", "…", "device", "--db", memory)
    assert "there is no folder" in error("carer", "take", tmp_path / "none", "--db", memory)


def test_it_is_a_command() -> None:
    result = subprocess.run(
        [CHESTNUT, "carer", "--help"], capture_output=True, text=True, timeout=60, check=True
    )
    for way in ("see", "allow", "deny", "list", "log", "take"):
        assert f"\n    {way} " in result.stdout


def test_a_folder_is_taken_once(memory: Path, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    (folder / "things" / "my keys").mkdir(parents=True)
    (folder / "carer.txt").write_text("Ольга", encoding="utf-8")
    reminder = '[[reminder]]\nwords = "Выпить воды"\nat = "10:00"\nrepeat = "каждый день"\n'
    (folder / "reminders.toml").write_text(reminder, encoding="utf-8")
    first = answer("carer", "take", folder, "--db", memory)
    assert [(line["what"], line["came"]) for line in first["facts"]["lines"]] == [
        ("Выпить воды", "taken"),
        ("things/my keys", "refused"),
    ]
    again = answer("carer", "take", folder, "--db", memory)
    assert [line["came"] for line in again["facts"]["lines"]] == ["known", "refused"]
    assert len(answer("reminders", "list", "--db", memory)["facts"]["reminders"]) == 1
    (act,) = answer("carer", "log", "--db", memory)["facts"]["acts"]
    assert (act["carer"], act["deed"]) == ("Ольга", "set")


def keys_shown(folder: Path) -> None:
    """Five pictures of keys, as a carer takes them, and one of something else."""
    folder.mkdir(parents=True)
    chance = np.random.default_rng(1)
    for ground in ("coffee", "brick", "grass", "gravel", "chelsea"):
        lies = replace(pose(chance), x=0.5, y=0.5, size=0.4)
        Image.fromarray(pasted("my keys", photograph(ground), lies)[0]).save(folder / f"{ground}.png")
    Image.fromarray(photograph("rocket")).save(folder / "rocket.png")


def test_things_in_the_settings_folder_are_known_from_the_start_on(memory: Path, tmp_path: Path) -> None:
    keys_shown(tmp_path / "stick" / "things" / "my keys")
    (tmp_path / "stick" / "carer.txt").write_text("Olga")
    refreshed: list[int] = []
    reports = []
    with contextlib.closing(opened(memory)) as store, contextlib.closing(open_own()) as own:
        for _ in range(2):
            list(take_in(str(tmp_path / "stick"), store, HostClock().wall, own, lambda: refreshed.append(1)))
            reports.append((tmp_path / "stick" / REPORT).read_text(encoding="utf-8"))
        assert len(refreshed) == 1, "the second time nothing came in"
        assert [(one.thing, len(one.takes)) for one in store.things()] == [(Owned("keys", "my"), 10)]
        (act,) = store.carers.untold()
        assert (act.carer, act.deed, act.thing) == ("Olga", Deed.TAUGHT, Owned("keys", "my"))
    assert "rocket.png: it does not look like the others" in reports[0] and "came before" in reports[1]
    for missing in (tmp_path / "none", tmp_path):  # no stick, no name
        list(take_in(str(missing), NoMemory("memory_off", ""), HostClock().wall, None, lambda: None))


def test_who_lists_begins_nothing_and_is_told_who_asks(memory: Path, tmp_path: Path) -> None:
    assert answer("carer", "list")["said"] == ["No carer may see anything."]
    assert answer("carer", "log")["said"] == ["Nobody has looked."]
    assert not list(tmp_path.rglob("*.db*"))
    answer("carer", "see", "Olga", "device", "--db", memory)
    assert answer("carer", "list", "--db", memory)["said"] == [
        "No carer may see anything.",
        "Olga asked to see how the device is, and was not shown it.",
    ]


# --- beside a device ---------------------------------------------------------------------------------------


class ByDay(HostClock):
    def time_of_day(self) -> str:
        return "12:00"


class Life:
    """A device with a real memory. said: the sentences, in English, by their keys."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.said: list[tuple[str, str]] = []
        self.at = 0.0
        self.marked = 0
        self._changed = asyncio.Event()

    async def assemble(self, post: Post) -> Parts:
        clock = ByDay()
        one = Attending(self.store.carers, post, clock, clock.wall, lambda: "UTC")
        voice = Voice(post, HandClock())
        return Parts(Pod(), FakeCamera(post), None, voice, clock, Keepsake(None), attending=one)

    def tap(self, event: Event, orders: tuple[Order, ...]) -> None:
        for order in orders:
            effect = order.effect if isinstance(order, Start) else None
            self.marked += isinstance(effect, MarkHeard)
            if isinstance(effect, Say):
                self.said.append((effect.key, Phrases.of("en").render(effect.key, effect.args)))
        self._changed.set()

    async def says(self, key: str) -> str:
        """Until it is said; the sentence."""
        async with asyncio.timeout(PATIENCE_S):
            while not (found := [words for said, words in self.said if said == key]):
                self._changed.clear()
                await self._changed.wait()
        self.said.clear()
        return found[0]

    async def heard(self) -> None:
        """Until something was spoken to its end, and is marked so."""
        async with asyncio.timeout(PATIENCE_S):
            while not self.marked:
                self._changed.clear()
                await self._changed.wait()
        self.marked = 0

    def press(self, device: Runtime, button: str, after_s: float = 0.6) -> None:
        self.at = max(self.at, HostClock().now()) + after_s
        for edge in (Edge.DOWN, Edge.UP):
            device.post(ButtonChanged(at=self.at, button=button, edge=edge))

    def choose(self, device: Runtime, skill: str) -> None:
        self.press(device, "ask")
        self.press(device, "ask", after_s=0.0)
        for _ in range(NAMES.index(skill)):
            self.press(device, "ask")
        self.press(device, "describe")


def live(memory: Path, scenario: Callable[[Life, Runtime], Awaitable[None]]) -> None:
    before = set(threading.enumerate())
    with contextlib.closing(opened(memory)) as store:
        life = Life(store)

        async def run() -> None:
            async with Runtime(life.assemble, default_keymap(), Session(), (life.tap,)) as device:
                await life.says("ready")
                await scenario(life, device)

        asyncio.run(run())
        assert store.carers.untold() == (), "all of it was heard"
    assert {thread.name for thread in set(threading.enumerate()) - before} <= {"asyncio_0"}


async def command(*arguments: str | Path) -> dict[str, Any]:
    """As another process would, in a thread."""
    return await asyncio.to_thread(answer, *arguments)


def test_the_wearer_is_asked_allows_hears_of_the_look_and_ends_it(
    memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attending, "LOOK_S", 0.05)
    see = ("carer", "see", "Olga", "reminders", "--db", memory)

    async def scenario(life: Life, device: Runtime) -> None:
        assert (await command(*see))["refused"] == "not_allowed"
        assert (await life.says("carers_told")).startswith("Olga asks to see the reminders.")
        await life.heard()

        life.choose(device, "carers")
        assert await life.says("carers_asked_entry") == "Olga asks to see the reminders. The dome allows it."
        life.press(device, "describe")
        await life.says("carers_sure")
        life.press(device, "describe")
        assert await life.says("carer_may_now") == "Olga may now see the reminders."
        life.press(device, "stop")

        assert (await command(*see))["said"] == ["No reminder is coming up."]
        assert (await life.says("carers_told")).startswith("Olga looked at the reminders, today at ")
        await life.heard()

        life.choose(device, "who_looked")
        assert (await life.says("carers_told")).startswith("Olga looked at the reminders, today at ")
        life.press(device, "stop")

        life.choose(device, "carers")
        await life.says("carers_may")
        life.press(device, "find")
        await life.says("carers_close")
        life.press(device, "describe")
        assert await life.says("carers_closed") == "Nobody may look any more."
        life.press(device, "stop")
        assert (await command(*see))["said"] == ["The wearer wants nobody to look. Please ask in person."]
        refused = await asyncio.to_thread(error, "carer", "allow", "Olga", "--db", memory)
        assert "only the wearer can allow it" in refused

    live(memory, scenario)


def test_what_a_carer_brought_is_told(memory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attending, "LOOK_S", 0.05)
    (tmp_path / "reminders.toml").write_text('[[reminder]]\nwords = "x"\nat = "10:00"\nrepeat = "daily"\n')

    async def scenario(life: Life, device: Runtime) -> None:
        await command("carer", "take", tmp_path, "--name", "Olga", "--db", memory)
        assert await life.says("carers_told") == "Olga has set one reminder."
        await life.heard()

    live(memory, scenario)
