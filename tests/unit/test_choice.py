"""Which language model is chosen, with how much of the machine, and why none."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from chestnut.runtime import choice
from chestnut.runtime.choice import Choice, choose
from chestnut.runtime.prompts import systems
from chestnut.runtime.settings import EngineSettings
from chestnut.runtime.thinking import NoEngine
from chestnut_models.fit import Fit, Memory
from chestnut_models.library import LanguageModel
from chestnut_tests.tiny_models import write_gemma4, write_gemma4v

LARGE = Memory(8_000_000_000, 8_000_000_000)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_gemma4(tmp_path_factory.mktemp("models") / "tiny.gguf")


@pytest.fixture(scope="module")
def projector(model: Path) -> Path:
    return write_gemma4v(model.with_name("eye.gguf"))


@pytest.fixture(autouse=True)
def nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHESTNUT_CACHE", str(tmp_path))


def chosen(settings: EngineSettings, cores: int = 4, memory: Memory = LARGE, language: str = "en") -> Choice:
    found = choose(settings, language, cores=cores, memory=memory)
    assert isinstance(found, Choice), found
    return found


def lack(settings: EngineSettings, memory: Memory = LARGE) -> NoEngine:
    found = choose(settings, cores=4, memory=memory)
    assert isinstance(found, NoEngine)
    assert found.why and found.remedy and "\n" not in found.why
    return found


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 1), (4, 3), (16, 3)])
def test_a_core_is_left_to_the_rest(model: Path, cores: int, threads: int) -> None:
    assert chosen(EngineSettings(model=str(model)), cores).load.threads == threads


def test_what_is_set_is_taken(model: Path, projector: Path, tmp_path: Path) -> None:
    settings = EngineSettings(
        model=str(model),
        projector=str(projector),
        threads=2,
        context_tokens=4096,
        memory_mb=3000,
        image_seconds=15,
    )
    found = chosen(settings)
    load = found.load
    assert (load.backend, load.model, load.projector) == ("llama", str(model), str(projector))
    assert (load.threads, load.context_tokens, load.memory_mb, load.image_tokens) == (2, 4096, 3000, 140)
    assert Path(load.cache).is_relative_to(tmp_path) and Path(load.cache).name == "tiny.gguf"
    assert found.model.sees


def test_the_model_gets_half_of_the_memory_for_itself(model: Path) -> None:
    assert chosen(EngineSettings(model=str(model))).load.memory_mb == 4000


def test_the_wearers_language_is_made_ready_first(model: Path) -> None:
    english, russian = systems()
    settings = EngineSettings(model=str(model))
    assert chosen(settings).load.systems == (english, russian)
    assert chosen(settings, language="ru").load.systems == (russian, english)


def test_nothing_installed_names_the_command() -> None:
    none = lack(EngineSettings())
    assert (none.reason, none.remedy) == ("gemma_missing", "make gemma")


def test_a_model_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    none = lack(EngineSettings(model=str(tmp_path / "nowhere.gguf")))
    assert none.reason == "gemma_missing"
    assert "nowhere.gguf" in none.why


def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "words.gguf").write_text("not a model")
    assert lack(EngineSettings(model=str(tmp_path / "words.gguf"))).reason == "model_damaged"


def test_a_projector_in_the_models_place(projector: Path) -> None:
    none = lack(EngineSettings(model=str(projector)))
    assert none.reason == "model_damaged"
    assert "projector" in none.why


def test_the_engines_library_is_not_installed(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    none = lack(EngineSettings(model=str(model)))
    assert (none.reason, none.remedy) == ("engine_missing", "make engine")


def test_a_model_too_big_for_the_machine(model: Path) -> None:
    assert lack(EngineSettings(model=str(model)), Memory(900_000_000, 900_000_000)).reason == "model_memory"


def test_a_model_too_big_for_what_is_allowed(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fit = Fit("fits", "", needs_mb=3500, least_mb=2500, private_mb=1200, faster=False)
    large = LanguageModel("large", model, None, "llama", False, fit)
    monkeypatch.setattr(choice, "language_model", lambda *_: large)
    none = lack(EngineSettings(memory_mb=1000))
    assert none.reason == "model_memory"
    assert "engine.memory_mb" in none.remedy
    assert chosen(EngineSettings(memory_mb=1200)).load.memory_mb == 1200


def test_it_can_be_switched_off(model: Path) -> None:
    assert lack(EngineSettings(kind="none", model=str(model))).reason == "engine_off"
