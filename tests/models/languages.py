"""A catalogue of tiny language models, and a server that has them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest
from chestnut_models import catalogue, language_catalogue
from chestnut_models.fit import Memory
from chestnut_tests.tiny_models import write_gemma3n, write_gemma4, write_gemma4v

from .conftest import Server

PLENTY = Memory(16 << 30, 16 << 30)
LITTLE = Memory(1 << 30, 1 << 30)  # too little for the one for pictures, enough for the others
LITERT = b"LITERTLM" + bytes(100)


@dataclass(frozen=True, slots=True, repr=False)
class Tiny:
    """data: of each file, by its name. folder: where models are kept. text: the catalogue."""

    data: dict[str, bytes]
    folder: Path
    server: Server
    text: str

    def put(self, *names: str) -> None:
        self.folder.mkdir(exist_ok=True)
        for name in names:
            (self.folder / name).write_bytes(self.data[name])


def tiny_languages(cache: Path, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    """The default model, the one for pictures with its projector, and one for the second engine."""
    data = {
        "words.gguf": write_gemma3n(tmp_path / "words.gguf").read_bytes(),
        "sight.gguf": write_gemma4(tmp_path / "sight.gguf").read_bytes(),
        "eye.gguf": write_gemma4v(tmp_path / "eye.gguf").read_bytes(),
        "other.litertlm": LITERT,
        "net.bin": b"what the device needs",
    }
    text = "".join(_file(name, content, server.address, name != "net.bin") for name, content in data.items())
    text += _model("words", "words.gguf", "llama", "default", sees=False)
    text += _model(
        "sight", "sight.gguf", "llama", "pictures", sees=True, projector="eye.gguf", private_bytes=100_000_000
    )
    text += _model("other", "other.litertlm", "litert", "", sees=True)
    for name, content in data.items():
        server.files[f"/someone/tiny/resolve/1/{name}"] = content
    for module in (catalogue, language_catalogue):
        monkeypatch.setattr(module, "text_of", lambda _: text)
    return Tiny(data, cache, server, text)


def _file(name: str, content: bytes, address: str, optional: bool) -> str:
    return f"""
[[file]]
name = "{name}"
purpose = "tests"
licence = "Terms of {name}"
origin = "made here"
bytes = {len(content)}
sha256 = "{hashlib.sha256(content).hexdigest()}"
optional = {str(optional).lower()}
[[file.source]]
kind = "url"
url = "{address}/someone/tiny/resolve/1/{name}"
"""


def _model(
    name: str,
    file: str,
    engine: str,
    role: str,
    sees: bool,
    projector: str = "",
    private_bytes: int = 2_000_000,
) -> str:
    return f"""
[[language_model]]
name = "{name}"
title = "Tiny {name}"
engine = "{engine}"
file = "{file}"
projector = "{projector}"
role = "{role}"
sees = {str(sees).lower()}
good_for = "tests"
terms = "http://terms.invalid/{name}"
asks = "Keep to it."
speed = "estimated: quick"
hot_bytes = 1000
private_bytes = {private_bytes}
"""
