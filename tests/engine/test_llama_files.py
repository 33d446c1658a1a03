"""Files that are no model, and machines that cannot hold one: why, and what to do about it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from chestnut.engine.backend import Unloadable
from chestnut.engine.llama import library as llama_library
from chestnut.engine.llama.backend import LlamaBackend
from chestnut.engine.llama.model import may_repack
from chestnut.engine.messages import Load
from chestnut_tests.llama_desk import CUP, desk, photo
from chestnut_tests.tiny_models import gemma4 as gemma4_writer
from chestnut_tests.tiny_models import write_gemma3n


def unloadable(model: Path, projector: Path | str = "") -> Unloadable:
    with pytest.raises(Unloadable) as refused:
        LlamaBackend(Load("llama", str(model), str(projector), context_tokens=512))
    assert "\n" not in str(refused.value)
    return refused.value


def test_a_missing_model_or_projector_is_named(gemma3n: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone.gguf"
    for error in (unloadable(gone), unloadable(gemma3n, gone), unloadable(tmp_path)):
        assert error.reason == "gemma_missing"
        assert "make gemma" in str(error)
    assert str(gone) in str(unloadable(gone))


def damaged(data: bytes) -> Iterator[bytes]:
    yield b""
    yield b"GGUF"
    yield b"no model at all\n" * 100
    yield b"GGUF" + b"\xff" * 1000
    yield b"\0" + data[1:]
    for share in (0.001, 0.01, 0.1, 0.5, 0.9, 0.999):
        yield data[: int(len(data) * share)]
    yield data[:8] + b"\xff" * 8 + data[16:]  # the number of tensors
    yield data[:16] + b"\xff" * 8 + data[24:]  # the number of keys


def test_a_damaged_model_is_told_from_a_missing_one(gemma3n: Path, gemma4: Path, tmp_path: Path) -> None:
    for whole in (gemma3n, gemma4):
        for data in damaged(whole.read_bytes()):
            (tmp_path / "damaged.gguf").write_bytes(data)
            error = unloadable(tmp_path / "damaged.gguf")
            assert (error.reason, "damaged.gguf" in str(error)) == ("model_damaged", True)


def test_a_damaged_projector_too(gemma3n: Path, gemma3nv: Path, tmp_path: Path) -> None:
    for data in damaged(gemma3nv.read_bytes()):
        (tmp_path / "damaged.gguf").write_bytes(data)
        error = unloadable(gemma3n, tmp_path / "damaged.gguf")
        assert (error.reason, "damaged.gguf" in str(error)) == ("model_damaged", True)


def test_files_in_the_wrong_place_are_refused(
    gemma3n: Path, gemma3nv: Path, gemma4v: Path, tmp_path: Path
) -> None:
    wide = write_gemma3n(tmp_path / "wide.gguf", width=96)
    for model, projector in ((gemma3nv, ""), (gemma3n, gemma3n), (wide, gemma3nv), (wide, gemma4v)):
        assert unloadable(model, projector).reason == "model_damaged"


def test_what_cannot_be_read_is_said_in_one_line(gemma3n: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.gguf").write_bytes(gemma3n.read_bytes()[:100_000])
    assert "cut.gguf" in str(unloadable(tmp_path / "cut.gguf"))


def edited(path: Path, out: Path, before: bytes, after: bytes) -> Path:
    """Of the same length, so that the file stays what it is."""
    data = path.read_bytes()
    assert data.count(before) == 1
    assert len(before) == len(after)
    out.write_bytes(data.replace(before, after))
    return out


def test_a_base_model_has_no_template_and_is_given_plain_text(
    gemma3n: Path, gemma3nv: Path, tmp_path: Path
) -> None:
    base = edited(gemma3n, tmp_path / "base.gguf", b"tokenizer.chat_template", b"tokenizer.chat_templatX")
    with desk(base, gemma3nv) as opened:
        answer = opened.ask("What?", "A cup.", "Where?", rgb=photo(1), key="a", grammar=CUP, max_tokens=60)
        assert answer.text == "Чашка слева."
        assert answer.effort.reused_tokens > 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"{%- for message in turns -%}", b"{%- fur message in turns -%}"),
        (b"{%- for message in turns -%}", b"{%- for message in other -%}"),
        (b"{%- for message in turns -%}", b"{%- for message in 1 // 0 -%}"[:28]),
    ],
)
def test_a_template_that_says_nothing_is_a_damage(
    gemma3n: Path, tmp_path: Path, before: bytes, after: bytes
) -> None:
    error = unloadable(edited(gemma3n, tmp_path / "odd.gguf", before, after.ljust(len(before))))
    assert (error.reason, "template" in str(error)) == ("model_damaged", True)


def test_without_the_library_it_says_how_to_install_it(
    gemma3n: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(llama_library, "library", llama_library.library.__wrapped__)
    monkeypatch.setitem(sys.modules, "llama_cpp", None)
    with pytest.raises(Unloadable) as refused:
        llama_library.library()
    assert refused.value.reason == "engine_missing"
    assert "make engine" in str(refused.value)


def test_weights_are_only_copied_where_there_is_room(gemma3n: Path, tmp_path: Path) -> None:
    assert may_repack(gemma3n, memory_mb=0)
    assert not may_repack(gemma3n, memory_mb=100)
    huge = tmp_path / "huge.gguf"
    with huge.open("wb") as file:
        file.truncate(2**42)  # takes no disk
    assert not may_repack(huge, memory_mb=0)
    with desk(gemma3n, memory_mb=100) as opened:
        assert opened.backend.facts["repacked"] is False
        assert opened.ask(grammar=CUP, max_tokens=60).whole


# --- in a process of its own -----------------------------------------------------------------------------

LOAD = """
import resource, sys
from chestnut.engine.backend import Unloadable
from chestnut.engine.llama.backend import LlamaBackend
from chestnut.engine.llama.library import library
from chestnut.engine.messages import Load
import numpy
library()
if limit := int(sys.argv[2]):
    pages = int(open("/proc/self/statm").read().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + limit,) * 2)
try:
    LlamaBackend(Load("llama", sys.argv[1], context_tokens=512))
except Unloadable as error:
    print(error.reason)
"""


def loaded(model: Path, limit_bytes: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", LOAD, str(model), str(limit_bytes)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_too_little_memory_is_not_taken_for_a_damage(tmp_path: Path) -> None:
    model = write_gemma3n(tmp_path / "wide.gguf", width=512)
    ended = loaded(model, limit_bytes=5 * 2**20)
    assert (ended.returncode, ended.stdout) == (0, "model_memory\n")
    assert "out of memory" in ended.stderr  # said at once, for it often ends the process


def test_some_files_end_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Why a model is never loaded into the runtime's own process."""
    monkeypatch.setattr(gemma4_writer, "SLIDING", [False] * gemma4_writer.LAYERS)
    ended = loaded(gemma4_writer.write_gemma4(tmp_path / "odd.gguf"))
    assert ended.returncode == -signal.SIGABRT
    assert "GGML_ASSERT" in ended.stderr
    assert "backtrace" not in ended.stderr.lower()  # no debugger was started
