"""What the command line and the detectors ask: states and paths."""

from __future__ import annotations

from pathlib import Path

import chestnut_models
import pytest
from chestnut_models.cache import cache_folder


def states() -> dict[str, str]:
    return {state.name: state.state for state in chestnut_models.list_models()}


def test_an_empty_cache_misses_everything(cache: Path) -> None:
    assert set(states().values()) == {"missing"}


def test_inputs_of_conversions_are_not_listed(cache: Path) -> None:
    assert "nanodet.onnx" in states()
    assert "nanodet.bin" not in states()


def test_a_missing_file_names_the_remedy(cache: Path) -> None:
    with pytest.raises(chestnut_models.ModelMissing, match=r"nanodet\.onnx is missing: run make models"):
        chestnut_models.path("nanodet.onnx")


def test_a_short_file_is_damaged(cache: Path) -> None:
    cache.mkdir()
    (cache / "nanodet.onnx").write_bytes(b"half")
    assert states()["nanodet.onnx"] == "damaged"
    with pytest.raises(chestnut_models.ModelDamaged, match="is damaged: run make models"):
        chestnut_models.path("nanodet.onnx")


def test_a_changed_file_is_found_by_verify_alone(cache: Path) -> None:
    cache.mkdir()
    size = next(
        state.bytes for state in chestnut_models.list_models() if state.name == "face_full_range.tflite"
    )
    (cache / "face_full_range.tflite").write_bytes(bytes(size))
    assert states()["face_full_range.tflite"] == "present"
    assert {s.name: s.state for s in chestnut_models.verify()}["face_full_range.tflite"] == "damaged"


def test_a_name_the_catalogue_does_not_have(cache: Path) -> None:
    with pytest.raises(chestnut_models.ModelMissing, match=r"no model file x\.bin"):
        chestnut_models.path("x.bin")


def test_the_cache_follows_the_users_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHESTNUT_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "chestnut" / "models"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "chestnut" / "models"
