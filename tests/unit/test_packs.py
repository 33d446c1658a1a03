"""Skill packs: found, looked at, tried out, offered; a bad one is left out alone and told with its remedy."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from chestnut.core.conductor import Conductor
from chestnut.core.effects import KeepNotes, Order, ReadNotes, Say, Start
from chestnut.core.events import ButtonChanged, Edge, EffectFailed, Event, NotesRead, SpeechEnded
from chestnut.core.gestures import Kind
from chestnut.core.session import LANGUAGES
from chestnut.locale import Phrases
from chestnut.runtime.assemble.checks.packs import packs as check_packs
from chestnut.runtime.checking import Place, State
from chestnut.runtime.clock import HostClock
from chestnut.runtime.keymap import keymap
from chestnut.runtime.pack_notes import LONGEST, PackNotes
from chestnut.runtime.packs.contract import read_words
from chestnut.runtime.packs.finding import GROUP, find
from chestnut.runtime.packs.loading import examined, open_packs, skills_with, spoken
from chestnut.runtime.packs.pack import BadPack, Found, Packs
from chestnut.runtime.packs.trial import forget, try_out
from chestnut.runtime.pads import load_pads
from chestnut.runtime.pins import load_pins
from chestnut.runtime.settings import BadSettings, PackSettings, Settings, parse
from chestnut.skills.table import SKILLS
from hypothesis import given
from hypothesis import strategies as some

PROJECT = Path(__file__).resolve().parents[2]
EXAMPLE = PROJECT / "examples" / "inspect"
DOCS = (PROJECT / "docs" / "skill_packs.md").read_text(encoding="utf-8")
PATIENCE_S = 30.0


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", DOCS, re.DOTALL)


CODE = next(block for block in blocks("python") if "SKILLS" in block)
WORDS = next(block for block in blocks("toml") if "[phrases]" in block)


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """No pack stays imported."""
    yield
    for name in [each for each in sys.modules if each.startswith(("chestnut_hello", "chestnut_inspect"))]:
        forget(name)


def pack(folder: Path, *, code: str = CODE, name: str = "chestnut_hello", **words: str | None) -> Path:
    """The pack of the page's five steps, changed. words: of a language, None for no file."""
    made = folder / name
    made.mkdir(parents=True)
    (made / "__init__.py").write_text(code, encoding="utf-8")
    for language in LANGUAGES:
        text = words.get(language, WORDS)
        if text is not None:
            (made / f"{language}.toml").write_text(text, encoding="utf-8")
    return folder


def only(packs: Packs) -> str:
    """Why the one pack is refused."""
    (refused,) = packs.refused
    assert not packs.used
    return refused.why


# --- found ----------------------------------------------------------------------------------------------


def test_the_pack_of_the_page_is_one(tmp_path: Path) -> None:
    packs = examined(find([str(pack(tmp_path))], []))
    assert packs.facts() == {"used": {"hello": ["hello"]}, "refused": {}}
    settings = parse(next(block for block in blocks("toml") if "[packs]" in block))
    keys = keymap(load_pins(), settings.keys, load_pads().keys, skills_with(packs))
    assert keys["read", Kind.DOUBLE] == "hello"


def test_a_folder_is_a_pack_or_holds_some(tmp_path: Path) -> None:
    inside, whole = find([str(EXAMPLE / "chestnut_inspect")], []), find([str(EXAMPLE)], [])
    assert inside == whole == (Found("inspect", EXAMPLE / "chestnut_inspect"),)
    (tmp_path / "empty").mkdir()
    for nowhere in ("empty", "gone"):
        (found,) = find([str(tmp_path / nowhere)], [])
        assert found.lack


def test_an_installed_pack_needs_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(pack(tmp_path)))
    (found,) = find([], [EntryPoint("hello", "chestnut_hello", GROUP)])
    assert found == Found("hello", tmp_path / "chestnut_hello", installed=True)
    assert list(examined([found]).facts()["used"]) == ["hello"]
    for name, value in (("hello", "other"), ("gone", "chestnut_gone")):
        assert find([], [EntryPoint(name, value, GROUP)])[0].lack


def test_two_of_one_name_are_one(tmp_path: Path) -> None:
    folders = [str(pack(tmp_path / "a")), str(pack(tmp_path / "b"))]
    packs = examined(find(folders, []))
    assert [one.found.folder.parent.name for one in packs.used] == ["a"]
    assert "keep one" in packs.refused[0].why


# --- the contract ---------------------------------------------------------------------------------------

MENU = 'choose_hello = "Greet who is here?"\n'
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no Russian": ({"ru": None}, "ru.toml: write it"),
    "no TOML": ({"ru": "[skills"}, "not TOML"),
    "a table too many": ({"en": WORDS + "\n[nouns]\n"}, r"\[nouns\]"),
    "a phrase in one language": ({"en": WORDS + 'hello_more = "More."\n'}, "ru.toml has no"),
    "other fields": ({"ru": WORDS.replace("{count}", "{number}")}, "fields"),
    "a grammar of fields": (
        {lang: WORDS.replace("{count}", "{count:x}") for lang in LANGUAGES},
        "write a field",
    ),
    "no field": ({lang: WORDS.replace("{count}", "{count") for lang in LANGUAGES}, "hello_people"),
    "somebody else's phrase": (dict.fromkeys(LANGUAGES, WORDS + 'ready = "Boo."\n'), "begin with hello_"),
    "a built-in skill": (
        {lang: WORDS.replace("\nhello =", "\nread =") for lang in LANGUAGES},
        "cannot be a skill",
    ),
    "not in the menu": ({lang: WORDS.replace(MENU, "") for lang in LANGUAGES}, "choose_hello"),
    "a menu's word for nothing": (
        dict.fromkeys(LANGUAGES, WORDS + 'choose_x = "X?"\n'),
        "no skill of this pack",
    ),
    "an empty phrase": (dict.fromkeys(LANGUAGES, WORDS + 'hello_x = " "\n'), "must be words"),
    "no Python": ({"code": "def"}, "no Python"),
    "a clock": ({"code": "import time\n" + CODE}, "imports time"),
    "another room": ({"code": "from chestnut.runtime import loop\n" + CODE}, "chestnut.runtime"),
    "a file": ({"code": CODE + "\nopen('x')\n"}, "uses open"),
    "an unknown phrase": ({"code": CODE.replace("hello_people", "hello_nobody")}, "hello_nobody"),
    "no SKILLS": ({"code": CODE.replace("SKILLS", "OTHERS")}, "no SKILLS"),
    "no generator": ({"code": CODE.replace("Skill(hello)", "Skill(len)")}, "no Skill of a generator"),
    "a priority": (
        {
            "code": CODE.replace("Skill(hello)", "Skill(hello, Priority.ALERT)").replace(
                "import Skill", "import Priority, Skill"
            )
        },
        "priority",
    ),
    "a skill without words": ({"code": CODE.replace('"hello": Skill', '"hello_you": Skill')}, "hello"),
    "no effect": ({"code": CODE.replace("yield Look()", "yield 5")}, "yields int first"),
    "an error at its import": ({"code": CODE + "\n1 / 0\n"}, "ZeroDivisionError"),
    "an end of the process": ({"code": CODE + "\nraise SystemExit(3)\n"}, "status 3"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_pack_is_refused_with_what_to_do(what: str, tmp_path: Path) -> None:
    changes, why = BAD[what]
    told = only(examined(find([str(pack(tmp_path, **changes))], [])))
    assert re.search(why, told), told
    assert "\n" not in told and len(told) < 400
    assert not [name for name in sys.modules if name.startswith("chestnut_hello")]


def test_one_that_hangs_is_refused(tmp_path: Path) -> None:
    found = find([str(pack(tmp_path, code=CODE + "\nwhile True:\n    pass\n"))], [])[0]
    with pytest.raises(BadPack, match="endless loop"):
        try_out(found, {"hello"}, limit_s=1.0)


def test_a_bad_pack_harms_no_other(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    bad = pack(tmp_path, code="1 / 0", name="chestnut_bad")
    packs = examined(find([str(pack(bad))], []))
    assert list(packs.facts()["used"]) == ["hello"] and list(packs.facts()["refused"]) == ["bad"]
    assert "the pack bad is not used" in caplog.text


@given(some.dictionaries(some.text(max_size=12), some.text(max_size=12), max_size=4), some.text(max_size=60))
def test_whatever_stands_in_its_words_is_read_or_refused(table: Mapping[str, str], loose: str) -> None:
    lines = "\n".join(f"{json.dumps(key)} = {json.dumps(text)}" for key, text in table.items())
    with tempfile.TemporaryDirectory() as folder:
        for text in (f"[phrases]\n{lines}\n[skills]\n", f"[skills]\n{lines}\n[phrases]\n", loose):
            shutil.rmtree(Path(folder) / "chestnut_hello", ignore_errors=True)
            pack(Path(folder), en=text, ru=text)
            try:
                words = read_words(Found("hello", Path(folder) / "chestnut_hello"))
            except BadPack as error:
                assert str(error)
            else:
                assert set(words) == set(LANGUAGES)


@pytest.mark.parametrize(
    "text", ["[packs]\nfolders = [5]", '[packs]\nfolders = [" "]', '[packs]\nfolder = "x"']
)
def test_settings_of_packs_that_are_wrong_are_told(text: str) -> None:
    with pytest.raises(BadSettings):
        parse(text)


# --- on the keys ----------------------------------------------------------------------------------------


def test_the_menu_offers_it_at_its_end_and_its_words_are_spoken() -> None:
    packs = examined(find([str(EXAMPLE)], []))
    skills = skills_with(packs)
    pins = load_pins()
    conductor = Conductor(skills, keymap(pins, {}, None, skills))
    orders: list[Order] = []
    now = 100.0

    def press(button: str, after_s: float = 1.0) -> None:
        nonlocal now
        now += after_s
        orders.clear()
        for edge, held_s in ((Edge.DOWN, 0.0), (Edge.UP, 0.05)):
            orders.extend(conductor.handle(ButtonChanged(at=now + held_s, button=button, edge=edge)))

    def job_of(effect: type) -> int:
        return next(
            order.job for order in orders if isinstance(order, Start) and isinstance(order.effect, effect)
        )

    def told(event: Event) -> None:
        orders[:] = conductor.handle(event)

    def said() -> list[Say]:
        return [
            order.effect for order in orders if isinstance(order, Start) and isinstance(order.effect, Say)
        ]

    press("ask")
    press("ask", after_s=0.1)
    press("find")
    assert said() == [Say("choose_inspect")]
    press("describe")
    told(NotesRead(at=now + 1, job=job_of(ReadNotes)))
    assert said() == [Say("inspect_begins", {"count": 4})]
    told(SpeechEnded(at=now + 2, job=job_of(Say)))
    press("describe")
    job = job_of(KeepNotes)
    told(EffectFailed(at=now + 1, job=job, reason="pack_notes_lost"))
    assert said() == [Say("pack_notes_lost")]
    with spoken(packs):
        for language in LANGUAGES:
            phrases = Phrases.of(language)
            assert phrases.render("inspect_begins", {"count": 4})
            assert phrases.render("keys_key", {"key": "ask", "gesture": "hold", "skill": "inspect"})
    assert "inspect_begins" not in Phrases.of("en").tables["phrases"]


def test_without_packs_nothing_is_another() -> None:
    assert skills_with(Packs()) is SKILLS


def test_the_self_test_lists_them(tmp_path: Path) -> None:
    place = Place(Settings(packs=PackSettings((str(EXAMPLE),))))
    result = check_packs(place)
    assert result.state is State.OK and "inspect (inspect)" in result.found
    place = Place(Settings(packs=PackSettings((str(EXAMPLE), str(tmp_path / "gone")))))
    result = check_packs(place)
    assert result.state is State.MISSING and result.say == "packs_refused"
    assert "gone" in result.remedy and "inspect" in result.found
    if not open_packs(()).used:  # nothing is installed in this environment
        assert check_packs(Place()).state is State.ABSENT


# --- notes ----------------------------------------------------------------------------------------------


class Posted:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changed = threading.Condition()

    def post(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def last(self, count: int) -> Event:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.events) >= count, PATIENCE_S)
            return self.events[-1]


@pytest.mark.parametrize("kept", [True, False])
def test_notes_are_there_again(kept: bool, tmp_path: Path) -> None:
    posted = Posted()
    folder = tmp_path / "packs" if kept else None
    notes = PackNotes(folder, posted.post, HostClock())
    notes.perform(1, ReadNotes("hello"))
    assert posted.last(1) == NotesRead(at=posted.last(1).at, job=1, notes={})
    notes.perform(2, KeepNotes("hello", {"list": [1, "два"]}))
    answer = posted.last(2)
    assert isinstance(answer, NotesRead) and answer.job == 2
    if kept:
        notes.close()
        notes = PackNotes(folder, posted.post, HostClock())
        assert (tmp_path / "packs" / "hello.json").stat().st_mode & 0o077 == 0
    notes.perform(3, ReadNotes("hello"))
    answer = posted.last(3)
    assert isinstance(answer, NotesRead) and answer.notes == {"list": [1, "два"]}
    notes.close()


def test_what_cannot_be_kept_or_read_is_told_and_nothing_is_overwritten(tmp_path: Path) -> None:
    posted = Posted()
    (tmp_path / "hello.json").write_text("{broken", encoding="utf-8")
    (tmp_path / "list.json").write_text("[]", encoding="utf-8")
    notes = PackNotes(tmp_path, posted.post, HostClock())
    asked = (
        ReadNotes("hello"),
        ReadNotes("list"),
        ReadNotes("../hello"),
        KeepNotes("../../hello", {}),
        KeepNotes("hello", {"x": object()}),
        KeepNotes("hello", {"x": "y" * LONGEST}),
    )
    for count, effect in enumerate(asked, 1):
        notes.perform(count, effect)
        answer = posted.last(count)
        assert isinstance(answer, EffectFailed) and answer.reason == "pack_notes_lost", effect
    notes.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hello.json", "list.json"]
    assert (tmp_path / "hello.json").read_text(encoding="utf-8") == "{broken"
