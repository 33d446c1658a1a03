"""Fixtures every test may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is slow, not wrong.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

PROJECT = Path(__file__).resolve().parent.parent


def data_folder() -> Path | None:
    """The team's folder of licensed pictures and sounds, or None where only the project was cloned."""
    folder = Path(os.environ.get("CHESTNUT_DATA", PROJECT.parent / "shared" / "data"))
    return folder if (folder / "photos" / "INDEX.csv").exists() else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the data tests out where there is no data, and say so; in CI their absence is a failure."""
    if data_folder() is not None or os.environ.get("CI"):
        return
    left_out = [item for item in items if item.get_closest_marker("data")]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
        config.stash[LEFT_OUT] = len(left_out)


LEFT_OUT = pytest.StashKey[int]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if count := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(
            f"left out: {count} tests that need the team's data folder (set CHESTNUT_DATA)"
        )


@pytest.fixture(scope="session")
def data_dir() -> Path:
    folder = data_folder()
    assert folder is not None, "no data folder: set CHESTNUT_DATA"
    return folder


@pytest.fixture(scope="session")
def project_dir() -> Path:
    return PROJECT


NOBODY = 65534


@pytest.fixture
def as_nobody(tmp_path: Path) -> Iterator[None]:
    """The test runs as somebody who owns tmp_path and may not do everything, also where root runs the tests."""
    if os.geteuid() != 0:
        yield
        return
    os.chown(tmp_path, NOBODY, NOBODY)
    modes = {folder: folder.stat().st_mode for folder in tmp_path.parents}
    closed = {folder: mode for folder, mode in modes.items() if mode & 0o011 != 0o011}
    for folder, mode in closed.items():
        folder.chmod(mode | 0o011)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        tmp_path.chmod(0o700)
        for folder, mode in closed.items():
            folder.chmod(mode)
