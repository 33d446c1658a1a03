"""Killed between the reminder and its acknowledgement: it comes again. Killed after it: it does not."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from chestnut_tests.memory_desk import Desk
from chestnut_tests.reminder_desk import EIGHT, PILLS

PROJECT = Path(__file__).resolve().parents[2]


def lived(folder: Path, now: float, last: str, *acknowledges: str) -> list[str]:
    """What a process told until it said `last` and was killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "chestnut_tests.reminded_process", str(folder), str(now), *acknowledges],
        cwd=PROJECT / "tests",
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    heard: list[str] = []
    try:
        for line in process.stdout:
            heard.append(line.strip())
            if line.startswith(last):
                break
    finally:
        process.kill()
        process.wait(timeout=60)
        process.stdout.close()
    assert heard and heard[-1].startswith(last), heard
    return heard


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    desk = Desk(tmp_path)
    desk.now = EIGHT - 60
    with desk.open() as store:
        store.reminders.add(replace(PILLS, made=EIGHT - 60)).result(timeout=60)
    return tmp_path


def test_killed_before_the_key_it_comes_again_and_is_not_lost(folder: Path) -> None:
    assert lived(folder, EIGHT, "due") == ["due 1 0"]
    assert lived(folder, EIGHT + 60, "turned") == ["turned"], "not at once: it may have been heard"
    assert lived(folder, EIGHT + 300, "due") == ["due 1 1"]


def test_killed_after_it_was_acknowledged_it_does_not_come_again(folder: Path) -> None:
    assert lived(folder, EIGHT, "done", "done")[0] == "due 1 0"
    for seconds in (1, 300, 900, 2100, 3600):
        assert lived(folder, EIGHT + seconds, "turned") == ["turned"]
    assert lived(folder, EIGHT + 86400, "due") == ["due 1 0"]
