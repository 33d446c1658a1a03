"""What a killed simulation leaves behind is removed by the next one, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from chestnut.sim.folder import temporary_folder


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def test_folders_of_killed_processes_go_and_those_of_living_ones_stay(place: Path) -> None:
    script = "import os; from chestnut.sim.folder import temporary_folder as t; f = t('pod'); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
    (left,) = place.iterdir()
    others = [
        place / "chestnut-pod-mine",
        place / "chestnut-pod-1-abc",
        place / "chestnut-loud-999999999-abc",
    ]
    for other in others:
        other.mkdir()
    with temporary_folder("pod") as first, temporary_folder("pod") as second:
        assert not left.exists()
        assert {*place.iterdir()} == {*others, Path(first), Path(second)}
    assert {*place.iterdir()} == {*others}
