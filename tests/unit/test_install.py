"""host/system/install.sh into a folder: what it puts there, that a second run changes nothing, what it refuses."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import tomllib
from pathlib import Path

import pytest
from chestnut_models.library import list_models

from tools.guest_image import PARTS, copy_program

PROJECT = Path(__file__).resolve().parents[2]
INSTALL = PROJECT / "host" / "system" / "install.sh"
STEPS = "program models system"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    (folder / "eyes.onnx").write_bytes(b"not a real one")
    for model in list_models():
        (folder / model.name).write_bytes(b"nor this")
    (folder / "notes.txt").write_text("mine")
    return folder


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a copy of the project, which nobody works on meanwhile."""
    project = tmp_path_factory.mktemp("project")
    copy_program(project)
    return project / "host" / "system" / "install.sh"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, models: Path, script: Path) -> Path:
    root = tmp_path_factory.mktemp("root")
    result = install("--root", str(root), "--only", STEPS, "--models", str(models), script=script)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1].endswith(" changes")
    return root


def install(*arguments: str, script: Path = INSTALL) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", script, *arguments], capture_output=True, text=True, check=False)


def contents(root: Path) -> dict[str, tuple[int, object]]:
    """Of every file: its mode, and what is in it or where it leads."""
    found: dict[str, tuple[int, object]] = {}
    for path in sorted(root.rglob("*")):
        mode = path.lstat().st_mode
        if path.is_symlink():
            found[str(path)] = (mode, path.readlink())
        elif path.is_file():
            found[str(path)] = (mode, (path.stat().st_ino, path.read_bytes()))
    return found


def test_what_is_copied_is_what_is_installed() -> None:
    text = INSTALL.read_text(encoding="utf-8")
    (listed,) = re.findall(r"(?m)^parts=\((.*)\)$", text)
    assert tuple(listed.split()) == PARTS


def test_a_second_run_changes_nothing(installed: Path, models: Path, script: Path) -> None:
    before = contents(installed)
    result = install("--root", str(installed), "--only", STEPS, "--models", str(models), script=script)
    assert (result.returncode, result.stdout) == (0, "unchanged\n"), result.stderr
    assert contents(installed) == before


def test_the_current_version_is_this_one_and_is_complete(installed: Path) -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    current = installed / "opt" / "chestnut" / "current"
    assert str(current.readlink()) == f"versions/{project['version']}"
    assert (current / "host" / "chestnut" / "cli" / "main.py").is_file()
    assert (current / "shared" / "pins.toml").is_file()
    assert (current / "models" / "catalogue.toml").is_file()
    assert (current / "LICENSE").is_file()
    assert os.access(current / "host" / "system" / "launch", os.X_OK)
    assert str((current / "venv").readlink()).startswith("../../environments/")
    assert not list(current.rglob("__pycache__"))
    assert not (current / "tests").exists()


def test_the_service_starts_with_the_system_and_the_page_does_not(installed: Path) -> None:
    units = installed / "etc" / "systemd" / "system"
    wanted = {path.name for path in (units / "multi-user.target.wants").iterdir()}
    assert wanted == {"chestnut.service", "chestnut-poweroff.path", "chestnut-update.service"}
    assert all((units / "multi-user.target.wants" / name).resolve().is_file() for name in wanted)
    assert (units / "chestnut-page.socket").is_file()
    assert not (units / "sockets.target.wants").exists()


def test_a_version_on_trial_is_watched_over_from_outside_the_versions(installed: Path) -> None:
    guard = installed / "opt" / "chestnut" / "update_guard.sh"
    assert os.access(guard, os.X_OK) and guard.resolve() == guard
    drop_in = installed / "etc" / "systemd" / "system" / "chestnut.service.d" / "update.conf"
    assert "ExecStartPre=+/opt/chestnut/update_guard.sh start" in drop_in.read_text().splitlines()
    assert (installed / "opt" / "chestnut" / "current" / ".whole").is_file()


def test_models_are_readable_and_only_they_are_taken(installed: Path) -> None:
    """A card had no speech recognition, for its files have other endings than the eyes'."""
    folder = installed / "var" / "lib" / "chestnut" / "models"
    assert {file.name for file in folder.iterdir()} == {"eyes.onnx"} | {model.name for model in list_models()}
    model = folder / "eyes.onnx"
    assert model.read_bytes() == b"not a real one"
    assert stat.S_IMODE(model.stat().st_mode) == 0o644


def test_what_was_changed_by_hand_is_put_right_and_nothing_else(
    installed: Path, models: Path, script: Path
) -> None:
    unit = installed / "etc" / "systemd" / "system" / "chestnut.service"
    right = unit.read_bytes()
    unit.write_bytes(b"[Service]\n")
    result = install("--root", str(installed), "--only", STEPS, "--models", str(models), script=script)
    assert result.stdout.splitlines() == [f"changing: {unit}", "1 changes"]
    assert unit.read_bytes() == right


def test_a_dry_run_tells_and_changes_nothing(tmp_path: Path, models: Path) -> None:
    result = install("--root", str(tmp_path), "--only", STEPS, "--models", str(models), "--dry-run")
    assert result.returncode == 0, result.stderr
    assert f"would change: {tmp_path}/etc/systemd/system/chestnut.service" in result.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_settings_of_a_pi_are_included_once(tmp_path: Path, script: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(script.parents[2], project)
    (project / "host" / "system" / "config.txt").write_text("dtparam=i2c_arm=on\n", encoding="ascii")
    firmware = tmp_path / "root" / "boot" / "firmware"
    firmware.mkdir(parents=True)
    (firmware / "config.txt").write_text("dtparam=audio=on\n[cm4]\notg_mode=1\n", encoding="ascii")
    for said in ("changes", "unchanged"):
        result = install(
            *("--root", str(tmp_path / "root"), "--only", "system"), script=project / "host/system/install.sh"
        )
        assert result.stdout.splitlines()[-1].endswith(said), result.stderr
    text = (firmware / "config.txt").read_text(encoding="ascii")
    assert text == "dtparam=audio=on\n[cm4]\notg_mode=1\n\n[all]\ninclude chestnut.txt\n"
    assert (firmware / "chestnut.txt").read_text(encoding="ascii") == "dtparam=i2c_arm=on\n"


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("--wheels",), "needs a value"),
        (("--wheels", "/nowhere"), "there is no folder /nowhere"),
        (("--fast",), "see --help"),
        (("--only", "everything"), "one of: packages python program models system"),
        (("--root", "/tmp", "--only", "python"), "run it in a chroot"),
        (("--root", "/tmp"), "leave it out with --only"),
    ],
)
def test_wrong_use_names_the_remedy(arguments: tuple[str, ...], remedy: str) -> None:
    result = install(*arguments)
    assert result.returncode == 2
    assert remedy in result.stderr
    assert result.stdout == ""


def test_help_is_what_stands_at_its_head() -> None:
    result = install("--help")
    assert result.returncode == 0
    assert "--wheels DIR" in result.stdout
    assert "set -euo" not in result.stdout


def test_without_models_it_says_what_to_do(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    result = install("--root", str(tmp_path), "--only", "models", "--models", str(empty))
    assert result.returncode == 0
    assert "make models" in result.stderr


def test_the_scripts_are_sound() -> None:
    """By shellcheck where it is installed; everywhere by the shells that run them."""
    system = PROJECT / "host" / "system"
    for script in (system / "launch", system / "chestnut", *system.glob("*.sh")):
        shell = "bash" if "bash" in script.read_text(encoding="utf-8").split("\n", 1)[0] else "sh"
        commands = [[shell, "-n", str(script)]]
        if found := shutil.which("shellcheck"):
            commands.append([found, str(script)])
        for command in commands:
            result = subprocess.run(command, capture_output=True, text=True, check=False)
            assert result.returncode == 0, result.stdout + result.stderr
