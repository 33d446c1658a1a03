"""The secret's file and its tokens."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from chestnut.window.secret import (
    BadSecret,
    Door,
    Secret,
    address,
    default_path,
    open_secret,
    renew,
    write_own,
)
from hypothesis import given
from hypothesis import strategies as st


def test_it_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "window.token"
    first = open_secret(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert open_secret(path).token(Door.ALL) == first.token(Door.ALL)
    renew(path)
    renew(path)
    assert open_secret(path).token(Door.ALL) != first.token(Door.ALL)


def test_each_door_has_a_token_of_its_own() -> None:
    secret = Secret(b"\1" * 32)
    assert {secret.door(secret.token(door)) for door in Door} == set(Door)
    assert len({secret.token(door) for door in Door}) == len(Door)
    assert address(secret, 8765, Door.CARE).startswith("http://127.0.0.1:8765/care?token=")


@given(st.text())
def test_nothing_else_opens_a_door(token: str) -> None:
    assert Secret(b"\1" * 32).door(token) is None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_file_that_others_can_read_is_not_used(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "window.token"
    open_secret(path)
    path.chmod(mode)
    with pytest.raises(BadSecret, match="chmod 600"):
        open_secret(path)


@pytest.mark.parametrize("text", ["", "00", "x" * 64, "é", "00" * 33])
def test_a_damaged_file_is_told_and_not_overwritten(tmp_path: Path, text: str) -> None:
    path = tmp_path / "window.token"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(BadSecret, match="delete it"):
        open_secret(path)
    assert path.read_text(encoding="utf-8") == text


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    real = tmp_path / "real"
    write_own(real, "00" * 32)
    (tmp_path / "window.token").symlink_to(real)
    with pytest.raises(BadSecret, match="cannot read"):
        open_secret(tmp_path / "window.token")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file", encoding="ascii")
    with pytest.raises(BadSecret, match=r"cannot (read|write)"):
        open_secret(tmp_path / "data" / "window.token")


def test_what_is_written_for_the_owner_replaces_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "leaf"
    path.write_text("old", encoding="ascii")
    path.chmod(0o644)
    write_own(path, "new")
    assert path.read_text(encoding="ascii") == "new" and stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        write_own(path, "newer", new=True)


def test_it_lies_with_the_wearers_data() -> None:
    assert default_path({"XDG_DATA_HOME": "/data"}) == Path("/data/chestnut/window.token")
