"""The units of host/system: what they promise stands in them, and systemd, where it is here, finds them sound."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from chestnut.locale import Phrases
from chestnut.runtime import trouble

PROJECT = Path(__file__).resolve().parents[2]
SYSTEM = PROJECT / "host" / "system"
UNITS = sorted([*SYSTEM.glob("*.service"), *SYSTEM.glob("*.socket"), *SYSTEM.glob("*.path")])
EXPOSED_AT_MOST = 2.0


def read(unit: Path) -> dict[str, dict[str, list[str]]]:
    """Sections, names, and every value a name has."""
    sections: dict[str, dict[str, list[str]]] = {}
    section: dict[str, list[str]] = {}
    for line in unit.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            name, _, value = line.partition("=")
            section.setdefault(name, []).append(value)
    return sections


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree with the units and the programs they start, to be examined without a running systemd."""
    units = tmp_path / "etc" / "systemd" / "system"
    units.mkdir(parents=True)
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        text = re.sub(r"(?m)^EnvironmentFile=.*\n", "", text)
        (units / unit.name).write_text(text, encoding="utf-8")
        for program in re.findall(r"(?m)^ExecStart=(/\S+)", text):
            place = tmp_path / program[1:]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text("#!/bin/sh\n", encoding="ascii")
            place.chmod(0o755)
    for name in ("sysinit.target", "basic.target", "shutdown.target", "multi-user.target", "sockets.target"):
        (units / name).write_text("[Unit]\nDefaultDependencies=no\n", encoding="ascii")
    return tmp_path


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: str(unit.name))
def test_every_unit_is_readable_and_says_what_it_is(unit: Path) -> None:
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit.read_text(encoding="utf-8"))
    assert parser["Unit"]["Description"]
    assert unit.read_text(encoding="utf-8").startswith("# ")


def test_systemd_finds_the_units_sound(root: Path) -> None:
    """Where there is no systemd the test above is all. A key that is newer than this systemd is no fault."""
    if (analyze := shutil.which("systemd-analyze")) is None:
        return
    result = subprocess.run(
        [analyze, "verify", f"--root={root}", "--man=no", *(unit.name for unit in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    newer = ("RestartSteps", "RestartMaxDelaySec")
    complaints = [line for line in result.stderr.splitlines() if not any(name in line for name in newer)]
    assert not [line for line in complaints if "chestnut" in line], result.stderr


@pytest.mark.parametrize("name", ["chestnut.service", "chestnut-trouble.service"])
def test_the_services_are_hardly_exposed(name: str) -> None:
    if (analyze := shutil.which("systemd-analyze")) is None:
        return
    result = subprocess.run(
        [analyze, "security", "--offline=true", "--no-pager", str(SYSTEM / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    figure = re.search(r"Overall exposure level for \S+: ([0-9.]+)", result.stdout)
    assert figure is not None, result.stderr
    assert float(figure[1]) <= EXPOSED_AT_MOST


def test_the_kernel_keeps_the_device_off_every_network() -> None:
    service = read(SYSTEM / "chestnut.service")["Service"]
    assert service["PrivateNetwork"] == ["yes"]
    assert service["RestrictAddressFamilies"] == ["AF_UNIX"]
    assert service["IPAddressDeny"] == ["any"]
    assert service["CapabilityBoundingSet"] == [""]
    assert service["DevicePolicy"] == ["closed"]


def test_the_watchdog_and_the_wearer_hear_of_every_failure() -> None:
    unit = read(SYSTEM / "chestnut.service")
    assert unit["Service"]["Type"] == ["notify"]
    assert unit["Service"]["WatchdogSec"] == ["10"]
    assert unit["Service"]["Restart"] == ["on-failure"]
    assert unit["Unit"]["StartLimitIntervalSec"] == ["0"], "a limit would end in silence"
    assert unit["Unit"]["OnFailure"] == ["chestnut-trouble.service"]
    assert (SYSTEM / "chestnut-trouble.service").is_file()


def test_the_page_is_for_this_machine_alone() -> None:
    socket = read(SYSTEM / "chestnut-page.socket")["Socket"]
    assert socket["ListenStream"] == ["127.0.0.1:8765"]
    assert socket["Service"] == ["chestnut.service"]


def test_the_wish_to_power_off_is_removed_before_it_is_fulfilled() -> None:
    wish = read(SYSTEM / "chestnut-poweroff.path")["Path"]["PathExists"][0]
    first, second = read(SYSTEM / "chestnut-poweroff.service")["Service"]["ExecStart"]
    assert first.endswith(f"rm -f {wish}")
    assert second.endswith("poweroff")
    runtime = read(SYSTEM / "chestnut.service")["Service"]
    assert wish.startswith(f"/run/{runtime['RuntimeDirectory'][0]}/")
    assert runtime["RuntimeDirectoryPreserve"] == ["yes"], "the wish outlives who wished"


def test_drivers_of_what_may_be_plugged_in_later_are_loaded_first() -> None:
    """DeviceAllow=char-NAME is dropped when the name is not in /proc/devices at the start."""
    allowed = read(SYSTEM / "chestnut.service")["Service"]["DeviceAllow"]
    loaded = (SYSTEM / "modules.conf").read_text(encoding="ascii")
    for device, module in (("char-ttyACM", "cdc_acm"), ("char-input", "evdev"), ("char-i2c", "i2c-dev")):
        assert f"{device} rw" in allowed
        assert f"\n{module}\n" in loaded


def test_the_log_is_gone_with_the_power() -> None:
    assert "\nStorage=volatile\n" in (SYSTEM / "journald.conf").read_text(encoding="ascii")


# --- what tells of a failure ------------------------------------------------------------------------------------


@pytest.fixture
def spoken(tmp_path: Path) -> Path:
    """A command that writes down how it was called, one argument a line, instead of speaking."""
    command = tmp_path / "espeak-ng"
    command.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>"{tmp_path}/said"\n', encoding="ascii")
    command.chmod(0o755)
    return tmp_path / "said"


def fail(folder: Path, result: str = "watchdog", language: str | None = None) -> int:
    environment = {"RUNTIME_DIRECTORY": str(folder), "HOME": str(folder), "MONITOR_SERVICE_RESULT": result}
    if language is not None:
        kept = folder / ".local" / "state" / "chestnut"
        kept.mkdir(parents=True, exist_ok=True)
        (kept / "session.json").write_text(json.dumps({"language": language}), encoding="utf-8")
    return trouble.main(environment, str(folder / "espeak-ng"))


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    ("result", "key"),
    [
        ("watchdog", "service_hung"),
        ("oom-kill", "service_no_memory"),
        ("signal", "service_failed"),
        ("", "service_failed"),
    ],
)
def test_a_failure_is_told_in_the_wearers_language(
    spoken: Path, result: str, key: str, language: str
) -> None:
    assert fail(spoken.parent, result, language) == 0
    said = spoken.read_text(encoding="utf-8").splitlines()
    assert said == ["-v", language, "-s", "160", Phrases.of(language).render(key)]


def test_the_settings_tell_the_language_where_nothing_was_chosen(spoken: Path) -> None:
    config = spoken.parent / ".config" / "chestnut"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text('[voice]\nlanguage = "ru"\n', encoding="utf-8")
    assert fail(spoken.parent) == 0
    assert Phrases.of("ru").render("service_hung") in spoken.read_text(encoding="utf-8")


def test_a_crash_loop_is_told_and_not_all_the_time(spoken: Path) -> None:
    for _ in range(20):
        assert fail(spoken.parent, "exit-code") == 0
    said = [line for line in spoken.read_text(encoding="utf-8").splitlines() if len(line) > 10]
    first, *later = said
    assert first == Phrases.of("en").render("service_failed")
    assert later == [Phrases.of("en").render("service_keeps_failing")] * 3  # the third, tenth and twentieth


def test_damaged_files_do_not_keep_it_from_telling(spoken: Path) -> None:
    folder = spoken.parent
    kept = folder / ".local" / "state" / "chestnut"
    kept.mkdir(parents=True)
    (kept / "session.json").write_bytes(b"\xff[")
    (folder / "failures").write_bytes(b"\xff not numbers")
    assert fail(folder) == 0
    assert Phrases.of("en").render("service_hung") in spoken.read_text(encoding="utf-8")


def test_a_voice_that_is_missing_is_a_failure_and_no_fault(tmp_path: Path) -> None:
    assert fail(tmp_path) == 1


def test_it_needs_nothing_of_the_project_but_the_phrases(spoken: Path, tmp_path: Path) -> None:
    """As the unit runs it: by path, without the environment, isolated."""
    result = subprocess.run(
        [sys.executable, "-I", "-S", str(PROJECT / "host/chestnut/runtime/trouble.py")],
        env={"RUNTIME_DIRECTORY": str(tmp_path), "HOME": str(tmp_path), "PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert Phrases.of("en").render("service_failed") in spoken.read_text(encoding="utf-8")
