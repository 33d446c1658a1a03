"""The guard of a version on trial, run by sh as the service does it: before each start, and after each "ready"."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from chestnut.update.install import install
from chestnut.update.versions import Trial, Versions
from chestnut_tests.updates import FILES, RUNNING, Maker, contents, machine

SYSTEM = Path(__file__).resolve().parents[2] / "host" / "system"
LAUNCH = b'#!/bin/sh\nprintf "%s\\n" "$@" > "$CHESTNUT_ROOT/asked"\nexit "$(cat "$CHESTNUT_ROOT/status")"\n'


class Device:
    """Version 0.1.0 with 0.2.0 on trial, and what its service runs."""

    def __init__(self, folder: Path) -> None:
        maker = Maker(folder / "maker")
        self.root = folder / "opt"
        self.versions = machine(self.root)
        self.files = FILES | {"host/system/launch": LAUNCH}
        file = maker.make(files=self.files)
        spared = ("language model", "memory")
        install(file, maker.signers, self.versions, RUNNING, spared=spared)
        launch = self.versions.folder("0.2.0") / "host/system/launch"
        launch.chmod(0o755)

    def guard(self, when: str) -> int:
        done = subprocess.run(
            [SYSTEM / "update_guard.sh", when],
            env={**os.environ, "CHESTNUT_ROOT": str(self.root)},
            capture_output=True,
            check=False,
        )
        return done.returncode

    def outcome(self) -> str:
        return (self.root / "outcome").read_text().split()[0]


@pytest.fixture
def device(tmp_path: Path) -> Device:
    return Device(tmp_path)


def test_a_version_that_proves_itself_stays(device: Device) -> None:
    (device.root / "status").write_text("0")
    assert [device.guard(when) for when in ("start", "check", "confirm")] == [0, 0, 0]
    assert device.versions.current == "0.2.0" and device.versions.trial() is None
    assert device.versions.previous == "0.1.0", "there is a way back still"
    assert device.outcome() == "update_done"
    asked = (device.root / "asked").read_text().splitlines()
    assert asked == ["check", "--quick", "--except", "language model", "--except", "memory"]


def test_a_version_whose_self_test_fails_is_left_after_three_starts(device: Device) -> None:
    (device.root / "status").write_text("1")
    for started in (1, 2, 3):
        assert device.guard("start") == 0
        assert device.versions.trial() == Trial("0.2.0", "0.1.0", started)
        assert device.guard("check") == 1
    assert device.guard("start") == 0
    assert device.versions.current == "0.1.0" and device.versions.trial() is None
    assert device.outcome() == "update_returned"
    assert device.versions.was_left("0.2.0") and not device.versions.was_left("0.1.0")
    assert contents(device.versions.folder("0.1.0")) == {"old": b"old"}
    assert [device.guard(when) for when in ("check", "confirm", "start")] == [0, 0, 0]
    assert device.versions.current == "0.1.0"


def test_a_version_that_never_gets_ready_is_left_after_three_starts(device: Device) -> None:
    for _ in range(4):
        assert device.guard("start") == 0
    assert device.versions.current == "0.1.0"
    assert device.outcome() == "update_returned"


def test_an_update_cut_off_before_its_last_step_is_no_trial(device: Device) -> None:
    (device.root / "current").unlink()
    (device.root / "current").symlink_to("versions/0.1.0")
    for when in ("start", "check", "confirm"):
        assert device.guard(when) == 0
    assert not (device.root / "trial").exists() and not (device.root / "outcome").exists()


@pytest.mark.parametrize("written", ["", "nonsense", "a b", "\0\0\0", "0.2.0 0.1.0"])
def test_a_trial_that_cannot_be_read_is_none(device: Device, written: str) -> None:
    (device.root / "trial").write_text(written)
    assert device.guard("start") == 0
    assert device.versions.current == "0.2.0" and device.versions.trial() is None


def test_where_the_version_before_is_gone_the_new_one_is_tried_on(device: Device) -> None:
    for file in device.versions.folder("0.1.0").iterdir():
        file.unlink()
    for _ in range(5):
        assert device.guard("start") == 0
    assert device.versions.current == "0.2.0"


def test_a_card_that_takes_nothing_keeps_the_device_neither_from_starting_nor_from_the_way_back(
    device: Device,
) -> None:
    """Where the files are to be written folders stand, so that nothing can be."""
    for name in ("trial.new", "outcome.new", "returned"):
        (device.root / name / "in the way").mkdir(parents=True)
    assert device.guard("start") == 0
    assert device.versions.current == "0.2.0"
    (device.root / "trial").write_text("0.2.0 0.1.0 3\n")
    assert device.guard("start") == 0
    assert device.versions.current == "0.1.0" and device.versions.trial() is None


def test_a_guard_cut_anywhere_on_its_way_back_leaves_a_whole_version(tmp_path: Path) -> None:
    """Each command of the shell is one step; it is ended before the next one."""
    steps = 0
    for steps in range(1, 60):
        device = Device(tmp_path / str(steps))
        (device.root / "trial").write_text("0.2.0 0.1.0 3\n")
        cut = f"set -T; trap 'n=$((n+1)); [ $n -lt {steps} ] || kill -KILL $$' DEBUG\nset -- start\nn=0\n"
        script = cut + (SYSTEM / "update_guard.sh").read_text()
        done = subprocess.run(
            ["bash", "-c", script],
            env={**os.environ, "CHESTNUT_ROOT": str(device.root)},
            capture_output=True,
            check=False,
        )
        current = device.versions.current
        expected = {"old": b"old"} if current == "0.1.0" else device.files
        assert contents(device.versions.folder(current)) == expected
        assert device.guard("start") == 0  # the next start
        assert device.versions.current == "0.1.0" and Versions(device.root).trial() is None
        assert device.outcome() == "update_returned"
        if done.returncode == 0:
            break
    assert steps > 10


def test_the_service_calls_the_guard() -> None:
    lines = (SYSTEM / "update.conf").read_text().splitlines()
    calls = [line.partition("=")[2] for line in lines if line.startswith("Exec")]
    guard = "/opt/chestnut/update_guard.sh"
    assert calls == [f"+{guard} start", f"{guard} check", f"+{guard} confirm"]
