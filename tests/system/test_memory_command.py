"""chestnut remember, recall and memory, as people and scripts run them."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from chestnut.cli.main import QUICK, build_parser

CHESTNUT = Path(sys.executable).parent / "chestnut"
AT, LATER = "2026-11-23T10:00", "2026-11-23T10:20"


class Home:
    """A person's own folders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.db = folder / "share" / "chestnut" / "memory.db"
        self.environment = {
            **os.environ,
            "TZ": "Europe/Berlin",
            "XDG_DATA_HOME": str(folder / "share"),
            "XDG_CONFIG_HOME": str(folder / "config"),
        }
        self.environment.pop("CHESTNUT_MEMORY_KEY", None)

    def run(self, *arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [CHESTNUT, *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=self.environment,
            **options,
        )

    def answer(self, *arguments: str | Path, status: int = 0) -> dict[str, Any]:
        result = self.run(*arguments, "--json")
        assert result.returncode == status, result.stderr
        data: dict[str, Any] = json.loads(result.stdout)
        return data


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_what_is_remembered_is_recalled_in_both_languages(home: Home) -> None:
    told = home.answer("remember", "my keys", "kitchen table", "--at", AT)
    assert told["said"] == ["I will remember: your keys. Place: on the kitchen table."]
    assert told["facts"]["at"] == "2026-11-23T09:00:00+00:00"
    asked = home.answer("recall", "where are my ключи", "--at", LATER)
    assert asked["said"] == ["Your keys: on the kitchen table, as I was told twenty minutes ago."]
    (row,) = asked["facts"]["asked"][0]["found"]
    assert (row["place"]["name"], row["age_s"], row["source"]) == ("kitchen table", 1200.0, "told")
    russian = home.answer("recall", "где мои keys", "--at", LATER, "--lang", "ru")
    assert russian["said"] == ["Ваши ключи: kitchen table, так мне сказали двадцать минут назад."]
    assert home.db.exists()


def test_letters_and_their_marks_taken_apart_are_the_same_word(home: Home) -> None:
    """As a Mac's keyboard or file names write them."""
    told = home.answer("remember", unicodedata.normalize("NFD", "мой кошелёк"), "стол", "--lang", "ru")
    assert told["facts"]["thing"] == {"label": "wallet", "owner": "my"}


@pytest.mark.parametrize(
    ("question", "refused", "said"),
    [
        ("where are my glasses", "not_seen", "I have not seen your glasses."),
        ("where is the frobnicator", "unknown_thing", "I do not know what “frobnicator” is."),
        ("what is this", "no_thing", "Name a thing. For example: where are my keys?"),
    ],
)
def test_what_is_not_known_is_refused_and_nothing_is_made(
    home: Home, question: str, refused: str, said: str
) -> None:
    data = home.answer("recall", question)
    assert (data["refused"], data["said"]) == (refused, [said])
    assert not home.db.exists()


def test_forgetting_asks_first(home: Home) -> None:
    home.answer("remember", "my keys", "hall")
    refused = home.run("memory", "forget", "--thing", "my keys")
    assert refused.returncode == 2 and "give --yes" in refused.stderr
    assert home.answer("recall", "my keys")["refused"] is None
    assert home.answer("memory", "forget", "--thing", "мои ключи", "--yes")["facts"]["rows"] == 1
    assert home.answer("recall", "my keys")["refused"] == "not_seen"


@pytest.mark.parametrize(
    ("what", "left"),
    [
        (("--last",), "not_seen"),
        (("--place", "hall"), "not_seen"),
        (("--all",), "not_seen"),
        (("--row", "1"), "not_seen"),
        (("--row", "99"), None),
        (("--thing", "mum's keys"), None),
    ],
)
def test_what_is_named_is_forgotten(home: Home, what: tuple[str, ...], left: str | None) -> None:
    home.answer("remember", "my keys", "hall")
    home.answer("memory", "forget", *what, "--yes")
    assert home.answer("recall", "my keys")["refused"] == left


@pytest.mark.parametrize(
    ("typed", "left"), [("y\n", "not_seen"), ("да\n", "not_seen"), ("n\n", None), ("\n", None)]
)
def test_at_a_terminal_a_yes_forgets(home: Home, typed: str, left: str | None) -> None:
    home.answer("remember", "my keys", "hall")
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "rb") as terminal:
        os.write(ours, typed.encode())
        result = home.run("memory", "forget", "--all", stdin=terminal)
    os.close(ours)
    assert result.returncode == 0 and "Forget everything that was seen?" in result.stderr
    assert home.answer("recall", "my keys")["refused"] == left


def test_everything_is_written_once_and_never_over_a_file(home: Home, tmp_path: Path) -> None:
    home.answer("remember", "my keys", "полка")
    file = tmp_path / "all.jsonl"
    assert home.answer("memory", "export", file)["facts"]["rows"] == 3
    assert "полка" in file.read_text(encoding="utf-8")
    again = home.run("memory", "export", file)
    assert again.returncode == 2 and "there already" in again.stderr


def test_wiping_one_memory_leaves_the_other_its_key(home: Home, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    home.answer("remember", "my keys", "hall")
    home.answer("remember", "my keys", "desk", "--db", other)
    home.answer("memory", "wipe", "--yes", "--db", other)
    assert not other.exists() and not other.with_name("other.db.key").exists()
    assert home.answer("recall", "my keys")["facts"]["asked"][0]["found"][0]["place"]["name"] == "hall"


@pytest.mark.parametrize(
    ("language", "said"), [("en", "the key of another memory"), ("ru", "ключ от другой памяти")]
)
def test_a_wrong_key_is_told_with_its_remedy(home: Home, tmp_path: Path, language: str, said: str) -> None:
    db = tmp_path / "a.db"
    home.answer("remember", "my keys", "hall", "--db", db)
    db.with_name("a.db.key").write_text("0" * 96)
    before = db.read_bytes()
    result = home.run("recall", "my keys", "--db", db, "--lang", language, "--json")
    data = json.loads(result.stdout)
    assert (result.returncode, data["refused"]) == (2, "memory_wrong_key")
    assert said in data["said"][0]
    assert "put the right one there" in result.stderr and len(result.stderr.splitlines()) == 1
    assert db.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("remember", "the", "hall"), "names no thing"),
        (("remember", "", "hall"), "the thing is empty"),
        (("remember", "my keys", " "), "the place is empty"),
        (("remember", "my keys", "hall", "--at", "25:00"), "is no time"),
        (("recall", "?"), "the question is empty"),
        (("recall", "keys", "--db", "nowhere.db"), "there is no memory"),
        (("recall", "keys", "--db", "/"), "is a folder"),
        (("memory", "forget"), "required"),
        (("memory", "forget", "--last", "0"), "out of bounds"),
        (("memory", "forget", "--row", "9" * 20, "--yes"), "there is no row"),
        (("memory", "wipe", "--yes"), "nothing to wipe"),
        (("memory",), "required"),
    ],
)
def test_bad_input_is_one_line_with_its_remedy(home: Home, arguments: tuple[str, ...], hint: str) -> None:
    result = home.run(*arguments)
    assert result.returncode == 2, result.stdout
    assert hint in result.stderr and len(result.stderr.splitlines()) == 1


def test_the_self_test_knows_the_memory(home: Home) -> None:
    from chestnut.runtime.assemble.checks.memory import memory
    from chestnut.runtime.checking import Place
    from chestnut.runtime.settings import MemorySettings, Settings

    path = str(home.folder / "m.db")
    assert memory(Place(Settings(memory=MemorySettings(path=path)))).state == "ok"
    assert memory(Place(Settings(memory=MemorySettings(enabled=False)))).state == "absent"


@pytest.mark.parametrize(
    "arguments",
    [
        ("remember", "my keys", "hook"),
        ("remind", "Heart pills", "--at", "8:00"),
        ("carer", "see", "Olga", "device"),
    ],
)
def test_with_the_memory_off_nothing_is_promised(home: Home, arguments: tuple[str, ...]) -> None:
    """The device would not look into it: no reminder would come, and no wearer would hear who asked."""
    settings = home.folder / "settings.toml"
    settings.write_text("[memory]\nenabled = false\n", encoding="utf-8")
    told = home.answer(*arguments, "--config", settings, status=2)
    assert (told["refused"], told["said"]) == ("memory_off", ["The memory is switched off in the settings."])
    assert "memory.enabled" in told["facts"]["error"] and not home.db.exists()
    assert home.answer(*arguments, "--config", settings, "--db", home.folder / "m.db")["facts"]


def test_what_needs_no_eyes_reads_no_library_for_them(home: Home) -> None:
    """A question is asked many times a day, and most of its time would go into what pictures need."""
    asked = "import sys; from chestnut.cli.main import main; main(['recall', 'my keys']); print(sorted(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", asked],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=home.environment,
    )
    assert "'chestnut.cli.memory'" in result.stdout
    assert not [name for name in ("numpy", "chestnut.runtime.assemble") if f"'{name}'" in result.stdout]


@pytest.mark.parametrize("command", QUICK)
def test_a_quick_command_is_the_same_one_among_all(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    helps = []
    for known in (command, ""):
        with pytest.raises(SystemExit):
            build_parser(known).parse_args([command, "--help"])
        helps.append(capsys.readouterr().out)
    assert helps[0] == helps[1]
