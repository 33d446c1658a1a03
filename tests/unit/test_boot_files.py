"""host/system/config.txt and eeprom.txt: written as the firmware reads them, and each setting has its reason."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

LONGEST = 98  # the firmware leaves the rest of a longer line away
LARGEST = 4000  # of config.txt: early firmware of the Pi 5 did not start with a large one


@pytest.fixture(params=["config.txt", "eeprom.txt"])
def text(request: pytest.FixtureRequest, project_dir: Path) -> str:
    return (project_dir / "host" / "system" / request.param).read_text(encoding="ascii")


def test_every_line_is_short_enough_and_a_comment_a_filter_or_a_setting(text: str) -> None:
    assert len(text) < LARGEST
    for line in text.splitlines():
        assert len(line) <= LONGEST, line
        if not line.startswith(("#", "[")):
            name, _, value = line.partition("=")
            assert name and value and "#" not in line and " " not in line, line


def test_every_setting_stands_once_under_its_reason(text: str) -> None:
    lines = text.splitlines()
    settings = [line for line in lines if line and line[0] not in "#["]
    assert settings
    assert len({line.rpartition("=")[0] for line in settings}) == len(settings)
    for before, line in pairwise(lines):
        if line[0] not in "#[":
            assert before[0] != "[", f"{line} has no reason"


def test_the_fragment_ends_open_to_every_board_and_says_nothing_to_other_boards(project_dir: Path) -> None:
    lines = (project_dir / "host" / "system" / "config.txt").read_text().splitlines()
    filters = [line for line in lines if line.startswith("[")]
    assert filters == ["[pi5]", "[all]"]
    assert lines[-1] == "[all]"


def test_the_hardware_watchdog_is_one_the_chip_can_count(project_dir: Path) -> None:
    """More than 15 seconds are refused by older kernels, which then have none, or masked by others."""
    unit = (project_dir / "host" / "system" / "watchdog.conf").read_text()
    (seconds,) = (line for line in unit.splitlines() if line.startswith("RuntimeWatchdogSec="))
    assert 5 <= int(seconds.partition("=")[2].removesuffix("s")) <= 15
