"""Fixtures every test may use."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


GEMMA_270M = PROJECT / "build" / "gemma-270m" / "gemma-3-270m-q4_k_m.gguf"  # of make test-gemma
LEFT_OUT = pytest.StashKey[dict[str, int]]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs files that are not here, and say so; in CI missing data is a failure."""
    absent = {
        "data": data_folder() is None and not os.environ.get("CI"),
        "gemma": not GEMMA_270M.exists(),
    }
    config.stash[LEFT_OUT] = counts = {}
    for marker in (marker for marker, missing in absent.items() if missing):
        left_out = [item for item in items if item.get_closest_marker(marker)]
        if left_out:
            items[:] = [item for item in items if item not in left_out]
            config.hook.pytest_deselected(items=left_out)
            counts[marker] = len(left_out)
    if (worker := getattr(config, "workeroutput", None)) is not None:
        worker["left_out"] = counts


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Several processes run the tests, each collects them all, and this one alone has a terminal."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    needs = {
        "data": "the team's data folder (set CHESTNUT_DATA)",
        "gemma": "Gemma 3 270M, 253 MB under Google's terms (make test-gemma)",
    }
    for marker, count in config.stash.get(LEFT_OUT, {}).items():
        terminalreporter.write_line(f"left out: {count} tests that need {needs[marker]}")


@pytest.fixture(scope="session")
def gemma_270m() -> Path:
    """The smallest real Gemma: a base model, good for plumbing and no answer."""
    return GEMMA_270M


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
def tmp_path(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """For whoever is nobody, one that no other run of pytest closes: each shuts the folder all of them share to
    everybody but its owner when it begins."""
    if "as_nobody" not in request.fixturenames or os.geteuid() != 0:
        yield tmp_path
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


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
