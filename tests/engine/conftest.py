"""Tiny language models for every test of the engine, written once a run."""

from __future__ import annotations

from pathlib import Path

import pytest
from chestnut_tests.tiny_models import write_gemma3n, write_gemma3nv, write_gemma4, write_gemma4v


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tiny_models")


@pytest.fixture(scope="session")
def gemma3n(tiny_models: Path) -> Path:
    """Text model of the gemma3n architecture."""
    return write_gemma3n(tiny_models / "gemma3n.gguf")


@pytest.fixture(scope="session")
def gemma3nv(tiny_models: Path) -> Path:
    """Projector for gemma3n: 16 tokens a picture, whatever its size."""
    return write_gemma3nv(tiny_models / "gemma3nv.gguf")


@pytest.fixture(scope="session")
def gemma4(tiny_models: Path) -> Path:
    """Text model of the gemma4 architecture."""
    return write_gemma4(tiny_models / "gemma4.gguf")


@pytest.fixture(scope="session")
def gemma4v(tiny_models: Path) -> Path:
    """Projector for gemma4: as many tokens as the picture is large, within the limit set."""
    return write_gemma4v(tiny_models / "gemma4v.gguf")
