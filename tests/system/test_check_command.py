"""chestnut check: which parts, which status, and what of them a running device is asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from chestnut.core.events import Part, PartLost
from chestnut.runtime.condition import ConditionFile, default_path
from chestnut_tests.commands import chestnut, error


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))


def checked(*arguments: str) -> tuple[int, list[dict[str, Any]]]:
    status, out, _ = chestnut("check", *arguments, "--json")
    return status, json.loads(out)["facts"]["parts"]


def test_one_part_alone() -> None:
    status, (part,) = checked("--part", "card")
    assert (status, part["part"], part["state"]) == (0, "card", "ok")


def test_an_unknown_part_names_the_known() -> None:
    assert "'memory'" in error("check", "--part", "elbow")


def test_what_must_be_mended_is_status_1_unless_it_is_spared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHESTNUT_CACHE", str(tmp_path / "empty"))
    status, (models,) = checked("--part", "models")
    assert (status, models["state"], models["say"]) == (1, "missing", "eyes_lost")
    assert "make models" in models["remedy"]
    assert checked("--part", "models", "--except", "models")[0] == 0
    assert checked("--part", "models", "--except", "models:eyes_lost")[0] == 0


def test_a_part_is_spared_for_the_reason_that_was_known_and_for_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A device without the ear's weights took an update that broke its eyes: both are the part "models"."""
    monkeypatch.setenv("CHESTNUT_CACHE", str(tmp_path / "empty"))
    assert checked("--part", "models", "--except", "models:ear_missing")[0] == 1
    assert "elbow" in error("check", "--except", "elbow:eyes_lost")


def test_wrong_settings_are_told_and_the_other_parts_all_the_same(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("[voice]\nlangage = 'ru'\n")
    status, parts = checked("--quick", "--config", str(settings))
    (wrong,) = (part for part in parts if part["part"] == "settings")
    assert status == 1 and "language" in wrong["found"]
    assert len(parts) > 10


def test_a_running_device_is_asked_for_its_pod_and_tells_its_battery() -> None:
    device = ConditionFile(default_path())
    try:
        device.note(PartLost(at=1.0, part=Part.POD, reason="pod_version"))
        device.write(1_800_000_000.0, True)
        status, (pod,) = checked("--part", "pod")
        assert (status, pod["state"]) == (1, "missing")
        assert pod["found"] == "The pod's firmware does not match"
        assert pod["remedy"] == "Run make flash-mcu."
        assert checked("--part", "camera")[1][0]["found"].startswith("in use by the running device")
    finally:
        device.close()
    assert checked("--part", "pod")[1][0]["state"] == "absent"
