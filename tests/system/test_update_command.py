"""chestnut update as its user runs it: one sentence in both languages, one line with the remedy, nothing else
touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from chestnut.memory.schema import MIGRATIONS
from chestnut.runtime.updated import news
from chestnut_tests.commands import chestnut
from chestnut_tests.updates import FILES, Maker, contents, machine

SCHEMA = len(MIGRATIONS)


class Desk:
    def __init__(self, folder: Path) -> None:
        self.maker = Maker(folder / "maker")
        self.versions = machine(folder / "opt")
        self.options = ("--root", self.versions.root, "--signers", self.maker.signers, "--no-restart")

    def update(self, *arguments: str | Path) -> tuple[int, dict[str, object], str]:
        status, out, err = chestnut("update", *arguments, *self.options, "--json")
        return status, json.loads(out) if out else {}, err


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return Desk(tmp_path)


def test_an_update_is_looked_at_placed_and_undone(desk: Desk) -> None:
    desk.maker.make(memory_schema=SCHEMA)
    status, told, _ = desk.update(desk.maker.stick, "--look")
    assert (status, told["said"]) == (0, ["Version 0.2.0 is complete, signed and fits this machine."])
    assert desk.versions.current == "0.1.0"
    status, told, _ = desk.update(desk.maker.stick, "--lang", "ru")
    assert status == 0 and "Версия 0.2.0 установлена." in str(told["said"])
    assert contents(desk.versions.folder("0.2.0")) == FILES
    status, told, _ = desk.update("--undo")
    assert (status, told["said"]) == (0, ["Back to version 0.1.0."])
    assert desk.versions.current == "0.1.0"


def test_settings_and_memory_are_left_alone(desk: Desk, tmp_path: Path) -> None:
    kept = {
        tmp_path / "XDG_CONFIG_HOME/chestnut/settings.toml": b"[voice]\nlanguage = 'ru'\n",
        tmp_path / "XDG_DATA_HOME/chestnut/memory.db": b"what is remembered",
    }
    for path, data in kept.items():
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    status, told, _ = desk.update(desk.maker.make(memory_schema=SCHEMA))
    assert (status, told["lang"]) == (0, "ru")
    for path, data in kept.items():
        assert path.read_bytes() == data and list(path.parent.iterdir()) == [path]


def test_that_the_memory_changes_is_told_before_and_that_it_cannot_be_read_after(desk: Desk) -> None:
    desk.update(desk.maker.make("0.2.0", memory_schema=SCHEMA))
    _, told, _ = desk.update(desk.maker.make("0.3.0", memory_schema=SCHEMA + 1))
    assert told["said"][-1].startswith("It changes how the memory is kept.")  # type: ignore[index]
    _, told, _ = desk.update("--undo")
    assert told["said"][-1].startswith("This version cannot read the memory.")  # type: ignore[index]


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "The update is damaged or cut short."), ("ru", "Файл обновления повреждён")]
)
def test_a_refusal_is_one_sentence_and_one_line(desk: Desk, lang: str, words: str) -> None:
    file = desk.maker.make()
    file.write_bytes(file.read_bytes()[:4000])
    status, told, err = desk.update(file, "--lang", lang)
    assert (status, told["refused"]) == (2, "update_damaged")
    assert str(told["said"][0]).startswith(words)  # type: ignore[index]
    (line,) = err.splitlines()
    assert line.startswith("chestnut: ") and "copy it to the stick anew" in line


def test_at_the_start_a_refusal_is_left_for_the_device_to_tell_once(desk: Desk, tmp_path: Path) -> None:
    file = desk.maker.make(memory_schema=SCHEMA)
    whole = file.read_bytes()
    file.write_bytes(whole[:4000])
    outcome, told_before = desk.versions.root / "outcome", tmp_path / "told"
    for _ in range(2):  # starts
        status, told, _ = desk.update(desk.maker.stick, "--at-start")
        assert (status, told["refused"]) == (0, "update_damaged")
    assert [news(outcome, told_before) for _ in range(2)] == ["update_damaged", ""]
    file.write_bytes(whole[:5000])  # another one, damaged too
    desk.update(desk.maker.stick, "--at-start")
    assert news(outcome, told_before) == "update_damaged"


def test_at_the_start_what_is_installed_already_is_no_news(desk: Desk, tmp_path: Path) -> None:
    desk.maker.make(memory_schema=SCHEMA)
    assert desk.update(desk.maker.stick, "--at-start")[0] == 0
    assert desk.versions.current == "0.2.0"
    status, told, _ = desk.update(desk.maker.stick, "--at-start")
    assert (status, told["refused"]) == (0, "update_same")
    assert not (desk.versions.root / "outcome").exists()


def test_at_the_start_a_version_that_was_left_is_not_taken_again_and_a_newer_one_is(desk: Desk) -> None:
    desk.maker.make("0.2.0", memory_schema=SCHEMA)
    desk.update(desk.maker.stick, "--at-start")
    desk.update("--undo")
    desk.update(desk.maker.stick, "--at-start")
    assert desk.versions.current == "0.1.0"
    desk.update(desk.maker.stick)  # by somebody who means it
    assert desk.versions.current == "0.2.0"
    desk.update("--undo")
    desk.maker.make("0.3.0", memory_schema=SCHEMA)
    desk.update(desk.maker.stick, "--at-start")
    assert desk.versions.current == "0.3.0"


def test_neither_a_file_nor_undo_is_wrong_use(desk: Desk) -> None:
    assert desk.update()[0] == 2
    assert desk.update(desk.maker.stick, "--undo")[0] == 2


def test_with_nothing_to_return_to_it_stays(desk: Desk) -> None:
    status, told, _ = desk.update("--undo")
    assert (status, told["refused"]) == (2, "update_no_previous")
