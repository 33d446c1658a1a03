"""chestnut remind, reminders, clock: in processes of their own, with folders of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CHESTNUT = Path(sys.executable).parent / "chestnut"


class Home:
    def __init__(self, folder: Path) -> None:
        self.config = folder / "config" / "chestnut"
        self._environment = {
            "PATH": "/usr/bin:/bin",
            "TZ": "Europe/Berlin",
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_STATE_HOME": str(folder / "state"),
            "XDG_DATA_HOME": str(folder / "data"),
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [CHESTNUT, *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=self._environment,
        )

    def answer(self, *arguments: str) -> dict[str, Any]:
        result = self.run(*arguments, "--json")
        assert result.returncode == 0, result.stderr
        data: dict[str, Any] = json.loads(result.stdout)
        return data


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_a_reminder_is_set_listed_and_removed(home: Home) -> None:
    data = home.answer(
        "remind", "таблетки от сердца", "--at", "8:00", "--repeat", "каждый день", "--lang", "ru"
    )
    assert data["said"][0].startswith("Напомню ")
    assert data["said"][0].endswith("Таблетки от сердца.")
    made = data["facts"]["reminder"]
    assert (made["kind"], made["rule"], made["zone"]) == ("medicine", "FREQ=DAILY", "Europe/Berlin")
    listed = home.answer("reminders", "list")
    assert [one["number"] for one in listed["facts"]["reminders"]] == [made["number"]]
    assert listed["said"][0].startswith(f"Number {made['number']}, ")
    assert home.answer("reminders", "remove", str(made["number"]))["said"] == ["Removed. Таблетки от сердца."]
    assert home.answer("reminders", "list")["said"][0] == "No reminder is coming up."


def test_the_file_is_listed_and_a_mistake_in_it_is_told(home: Home) -> None:
    home.config.mkdir(parents=True)
    file = home.config / "reminders.toml"
    file.write_text('[[reminder]]\nwords = "The gas"\nat = "22:00"\nrepeat = "daily"\n', encoding="utf-8")
    (one,) = home.answer("reminders", "list")["facts"]["reminders"]
    assert (one["words"], one["kind"], one["from_file"]) == ("The gas", "gas", True)
    refused = home.run("reminders", "remove", str(one["number"]))
    assert refused.returncode == 2 and "remove it there" in refused.stderr
    file.write_text('[[reminder]]\nwords = "The gas"\nat = "late"\nrepeat = "daily"\n', encoding="utf-8")
    refused = home.run("reminders", "list")
    assert refused.returncode == 2 and "reminder 1" in refused.stderr and refused.stderr.count("\n") == 1
    file.unlink()
    assert home.answer("reminders", "list")["facts"]["reminders"] == []


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("remind", "x", "--at", "soon"), "tomorrow 9:30"),
        (("remind", "x"), "--at"),
        (("remind", "  ", "--at", "8:00"), "no words"),
        (("remind", "x", "--at", "8:00", "--repeat", "often"), "every 8 hours"),
        (("remind", "x", "--at", "8:00", "--kind", "food"), "invalid choice"),
        (("reminders", "done", "1"), "no reminder yet"),
        (("reminders",), "required"),
    ],
)
def test_wrong_use_names_the_remedy(home: Home, arguments: tuple[str, ...], hint: str) -> None:
    result = home.run(*arguments)
    assert result.returncode == 2
    assert hint in result.stderr and result.stderr.count("\n") == 1


def test_the_clock_is_trusted_when_somebody_says_that_it_is_right(home: Home) -> None:
    before = home.answer("clock")["facts"]
    assert before["zone"] == "Europe/Berlin" and before["trusted"] is (before["doubt"] is None)
    confirmed = home.answer("clock", "--right")
    assert confirmed["said"][1] == "The clock can be trusted."
    assert home.answer("clock", "--lang", "ru")["said"][1] == "Часам можно верить."
