"""A read-only root is made writable for an update and read-only after it, whatever comes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from chestnut.update import writable as module
from chestnut.update.refusal import Refused
from chestnut.update.writable import writable


@pytest.fixture
def mounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What mount was asked, a line each: a stand-in for the command, which needs a machine to itself. The status it
    ends with stands in the file beside."""
    (tmp_path / "status").write_text("0")
    program = tmp_path / "bin" / "mount"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\nexit "$(cat {tmp_path}/status)"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setattr(module, "_read_only_mount", lambda folder: Path("/"))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    return tmp_path / "asked"


def test_it_is_writable_meanwhile_and_read_only_again(mounts: Path) -> None:
    with writable(Path("/opt/chestnut")):
        assert mounts.read_text() == "-o remount,rw /\n"
    assert mounts.read_text().splitlines() == ["-o remount,rw /", "-o remount,ro /"]


def test_it_is_read_only_again_after_a_refusal_too(mounts: Path) -> None:
    with pytest.raises(Refused), writable(Path("/opt/chestnut")):
        raise Refused("update_damaged", "cut short")
    assert mounts.read_text().splitlines()[-1] == "-o remount,ro /"


def test_where_it_cannot_be_made_writable_whoever_writes_hears_of_it(mounts: Path) -> None:
    mounts.with_name("status").write_text("32")
    with writable(Path("/opt/chestnut")):
        pass
    assert mounts.read_text() == "-o remount,rw /\n"


def test_what_is_writable_is_left_alone(mounts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    with writable(mounts.parent):
        pass
    with writable(mounts.parent / "not there"):
        pass
    assert not mounts.exists()
