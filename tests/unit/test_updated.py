"""What became of an update is told once, also over a restart, and nothing else is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from chestnut.runtime.updated import news


def test_it_is_told_once(tmp_path: Path) -> None:
    outcome, told = tmp_path / "outcome", tmp_path / "state" / "told"
    assert news(outcome, told) == ""
    outcome.write_text("update_returned 0.2.0\n")
    assert [news(outcome, told), news(outcome, told)] == ["update_returned", ""]
    outcome.write_text("update_returned 0.2.0\n")  # the same came of it again
    os.utime(outcome, ns=(1, 1))
    assert news(outcome, told) == "update_returned"
    outcome.write_text("update_done 0.2.0\n")
    assert news(outcome, told) == "update_done"


@pytest.mark.parametrize("written", [b"", b"\xff\xfe", b"nonsense 1", b"ready", b"\0" * 100])
def test_anything_else_is_not_told(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "outcome").write_bytes(written)
    assert news(tmp_path / "outcome", tmp_path / "told") == ""


def test_where_nothing_can_be_kept_it_is_told_again(tmp_path: Path) -> None:
    (tmp_path / "outcome").write_text("update_done 0.2.0\n")
    (tmp_path / "state").write_text("a file where a folder should be")
    for _ in range(2):
        assert news(tmp_path / "outcome", tmp_path / "state" / "told") == "update_done"
