"""The story of `make image-test` on guests that are scripts: what it reads, and that it bites."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools import image_test
from tools.guest import Guest, GuestFailed
from tools.image_test import CUTS, Log

PATIENCE_S = 30.0


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a program in QEMU's place: it does what the shell script "story" there says, with $CHANNEL."""
    program = tmp_path / "bin" / "qemu-system-x86_64"
    program.parent.mkdir()
    program.write_text(
        "#!/bin/sh\n"
        "for word; do case $word in file,id=result,path=*) CHANNEL=${word#*path=} ;; esac; done\n"
        f'. "{tmp_path}/story"\n',
        encoding="ascii",
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("ACCEL", "tcg")
    return tmp_path


def story(folder: Path, text: str) -> None:
    (folder / "story").write_text(text, encoding="ascii")


def test_lines_come_as_they_are_told_and_half_ones_wait(machine: Path) -> None:
    story(
        machine,
        'printf "one\\r\\ntw" >"$CHANNEL"; sleep 0.2; printf "o\\nhalf" >>"$CHANNEL"; exec sleep 60\n',
    )
    with Guest(machine) as guest:
        lines = guest.lines(PATIENCE_S)
        assert [next(lines), next(lines)] == ["one", "two"]
        guest.cut_power()
        assert guest.rest() == []


def test_a_guest_that_ends_by_itself_is_a_failure_with_its_last_words(machine: Path) -> None:
    story(machine, f'echo "last line" >"$CHANNEL"; echo "kernel panic" >"{machine}/console.log"\n')
    with Guest(machine) as guest:
        lines = guest.lines(PATIENCE_S)
        assert next(lines) == "last line"
        with pytest.raises(GuestFailed, match="kernel panic"):
            next(lines)


def test_a_silent_guest_is_given_up(machine: Path) -> None:
    story(machine, "exec sleep 60\n")
    with Guest(machine) as guest, pytest.raises(GuestFailed, match="not come so far within 0 s"):
        next(guest.lines(0.1))


def test_one_that_switches_itself_off_is_seen(machine: Path) -> None:
    story(machine, "exit 0\n")
    with Guest(machine) as guest:
        assert guest.ended(PATIENCE_S)


class Remembering:
    """A guest with a memory that outlives it. loses: so many of the rows that were acknowledged last."""

    rows = 0

    def __init__(self, loses: int = 0, damaged: str = "") -> None:
        self._loses, self._damaged = loses, damaged
        self.boots = 0

    def __call__(self, folder: Path, *arguments: str) -> Remembering:
        self.boots += 1
        return self

    def __enter__(self) -> Remembering:
        return self

    def __exit__(self, *error: object) -> None:
        self.cut_power()

    def lines(self, limit_s: float) -> Iterator[str]:
        yield "DEVICE 3 things at their places, whole"
        if self._damaged and self.boots > 1:
            yield f"DAMAGED {self._damaged}"
        if self.boots > 1:
            self.rows -= self._loses
        yield f"WHOLE {self.rows} {self.rows - 1}"
        while True:
            self.rows += 1
            yield f"ACKNOWLEDGED {self.rows - 1}"

    def cut_power(self) -> None:
        pass

    def rest(self) -> list[str]:
        """One more was acknowledged before the power went, and nobody had read it."""
        self.rows += 1
        return [f"ACKNOWLEDGED {self.rows - 1}"]


class NoWaiting(random.Random):
    def uniform(self, a: float, b: float) -> float:
        return 0.0


def cut(guest: Remembering, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    monkeypatch.setattr(image_test, "Guest", guest)
    image_test.cut_power(folder, Log(folder / "log" / "image-test.log"), facts, NoWaiting())
    return facts


def test_the_power_is_cut_ten_times_and_each_time_all_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest = Remembering()
    facts = cut(guest, tmp_path, monkeypatch)
    assert facts["power_cuts"] == CUTS == 10
    assert guest.boots == CUTS, "after the tenth it is examined once more"
    assert facts["acknowledged"] == guest.rows > 0


def test_one_lost_row_fails_the_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(GuestFailed, match="1 acknowledged rows are lost after power cut 2"):
        cut(Remembering(loses=1), tmp_path, monkeypatch)


def test_damage_fails_the_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(GuestFailed, match="after power cut 2: DAMAGED page 7"):
        cut(Remembering(damaged="page 7"), tmp_path, monkeypatch)
