"""What a GGUF file says of itself, and that no file, whatever it claims, costs more than a clear error."""

from __future__ import annotations

import os
import struct
import tracemalloc
from pathlib import Path
from typing import Any

import gguf
import pytest
from chestnut_models.errors import ModelDamaged
from chestnut_models.gguf_header import ARRAY, STRING, TEXTS, GgufHeader, read_gguf_header
from chestnut_tests.tiny_models import write_gemma3n, write_gemma3nv, write_gemma4, write_gemma4v
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gguf")


@pytest.fixture(scope="module")
def small(folder: Path) -> bytes:
    """A whole file of two tensors, as its own library writes it."""
    path = folder / "small.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("Small")
    writer.add_context_length(512)
    writer.add_embedding_length(64)
    writer.add_token_list(["a", "b", "ё"])
    writer.add_bool("llama.odd", True)
    import numpy as np

    writer.add_tensor("token_embd.weight", np.zeros((3, 64), np.float32))
    writer.add_tensor("output_norm.weight", np.zeros(64, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path.read_bytes()


def read(folder: Path, data: bytes) -> GgufHeader:
    path = folder / "read.gguf"
    path.write_bytes(data)
    return read_gguf_header(path)


def test_a_text_model_is_known(tmp_path: Path) -> None:
    header = read_gguf_header(write_gemma3n(tmp_path / "model.gguf"))
    assert (header.architecture, header.name) == ("gemma3n", "tiny-random-gemma3n")
    assert (header.context_tokens, header.width, header.vocabulary) == (2048, 64, 427)
    assert header.has_chat_template
    assert not header.is_projector
    # 427 words x 22 layers x 256 numbers, 18 bytes for 32 of them.
    assert header.looked_up_bytes == 427 * 22 * 256 * 18 // 32
    # 20 layers with keys and values of their own, one head, 32 numbers each, 2 bytes.
    assert header.cache_bytes_a_token == 20 * (32 + 32) * 2


@pytest.mark.parametrize(("write", "kind"), [(write_gemma3nv, "gemma3nv"), (write_gemma4v, "gemma4v")])
def test_a_projector_is_known(tmp_path: Path, write: Any, kind: str) -> None:
    header = read_gguf_header(write(tmp_path / "eye.gguf"))
    assert header.is_projector and header.sees
    assert (header.projector_kind, header.width) == (kind, 64)
    assert not header.has_chat_template


def test_the_other_architecture_too(tmp_path: Path) -> None:
    header = read_gguf_header(write_gemma4(tmp_path / "model.gguf"))
    assert header.architecture == "gemma4"
    table = 427 * 8 * 32 * 34 // 32
    assert header.looked_up_bytes == (table + 31) // 32 * 32  # a tensor begins at a multiple of 32


def test_the_same_is_read_as_by_the_formats_own_library(folder: Path, small: bytes) -> None:
    header = read(folder, small)
    reader = gguf.GGUFReader(folder / "small.gguf")
    assert header.name == reader.fields["general.name"].contents() == "Small"
    assert header.number("context_length") == reader.fields["llama.context_length"].contents()
    assert header.values["llama.odd"] is True
    assert header.vocabulary == 3


def test_every_cut_is_noticed_up_to_the_last_tensor(folder: Path, small: bytes) -> None:
    last_tensor = 64 * 4
    for end in range(len(small) - last_tensor):
        with pytest.raises(ModelDamaged, match="fetch it again"):
            read(folder, small[:end])


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read(folder: Path, data: bytes) -> None:
    for begin in (b"", b"GGUF\3\0\0\0"):
        try:
            read(folder, begin + data)
        except ModelDamaged as error:
            assert "\n" not in str(error)


@given(st.integers(0, 399), st.binary(min_size=1, max_size=12))
def test_a_damaged_header_is_refused_or_read(folder: Path, small: bytes, at: int, noise: bytes) -> None:
    try:
        header = read(folder, small[:at] + noise + small[at + len(noise) :])
    except ModelDamaged:
        return
    assert header.bytes == len(small)
    assert all(isinstance(part, int) for part in (header.width, header.context_tokens, header.vocabulary))
    assert header.cache_bytes_a_token >= 0
    assert header.looked_up_bytes >= 0


def begin(tensors: int, keys: int) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", 3, tensors, keys)


def key(name: str, kind: int, value: bytes) -> bytes:
    return struct.pack("<Q", len(name)) + name.encode() + struct.pack("<I", kind) + value


HUGE = 1 << 62
LIES = {
    "tensors": begin(HUGE, 0),
    "keys": begin(0, HUGE),
    "a long name": begin(0, 1) + struct.pack("<Q", HUGE),
    "a name that is as long as can be": begin(0, 1) + struct.pack("<Q", 2**64 - 1),
    "a long text": begin(0, 1) + key("a", STRING, struct.pack("<Q", HUGE)),
    "many numbers": begin(0, 1) + key("a", ARRAY, struct.pack("<IQ", 6, HUGE)),
    "many texts": begin(0, 1) + key("a", ARRAY, struct.pack("<IQ", STRING, HUGE)),
    "lists of lists": begin(0, 1) + key("a", ARRAY, struct.pack("<IQ", ARRAY, 3)),
    "an unknown kind": begin(0, 1) + key("a", 99, b""),
    "many dimensions": begin(1, 0) + struct.pack("<Q", 1) + b"a" + struct.pack("<I", 2**31),
    "a name that stands twice": begin(0, 2) + 2 * key("a", 0, b"\1"),
    "version 1": b"GGUF" + struct.pack("<IQQ", 1, 0, 0),
    "the other byte order": b"GGUF" + struct.pack(">IQQ", 3, 0, 0),
    "no alignment": begin(0, 1) + key("general.alignment", 4, struct.pack("<I", 0)),
    "a tensor outside": begin(1, 0) + struct.pack("<Q", 1) + b"a" + struct.pack("<IQIQ", 1, 1, 0, HUGE),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_costs_neither_time_nor_memory(tmp_path: Path, lie: str) -> None:
    path = tmp_path / "lie.gguf"
    path.write_bytes(LIES[lie])
    with path.open("r+b") as file:
        file.truncate(4 << 30)  # as if four gigabytes of zeros followed; none of them is stored
    tracemalloc.start()
    try:
        with pytest.raises(ModelDamaged):
            read_gguf_header(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1 << 20


@pytest.mark.parametrize("lists", [1, 4])
def test_endless_empty_texts_end(tmp_path: Path, lists: int) -> None:
    """The worst a file can do: eight zero bytes are a text, and gigabytes of them follow."""
    path = tmp_path / "empty.gguf"
    count = TEXTS // lists
    one_list = key("a", ARRAY, struct.pack("<IQ", STRING, count)) + bytes(8 * count)
    lists_of_texts = b"".join(one_list.replace(b"a", bytes([97 + number]), 1) for number in range(lists))
    path.write_bytes(begin(0, lists + 1) + lists_of_texts + key("z", ARRAY, struct.pack("<IQ", STRING, 1)))
    with pytest.raises(ModelDamaged, match="texts"):
        read_gguf_header(path)


@pytest.mark.parametrize("data", [b"", b"GGU", b"GGML\3\0\0\0", b"\x89PNG\r\n\x1a\n" * 10])
def test_what_is_no_gguf_is_said(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "photo.gguf"
    path.write_bytes(data)
    with pytest.raises(ModelDamaged, match=r"photo\.gguf is no GGUF file"):
        read_gguf_header(path)


def test_a_file_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelDamaged, match=r"none\.gguf cannot be read"):
        read_gguf_header(tmp_path / "none.gguf")
    loop = tmp_path / "loop.gguf"
    loop.symlink_to(loop)
    with pytest.raises(ModelDamaged, match="cannot be read"):
        read_gguf_header(loop)


def test_what_is_not_a_file_is_said_and_not_waited_for(tmp_path: Path) -> None:
    """Opening a pipe waits until somebody writes into it."""
    pipe = tmp_path / "pipe.gguf"
    os.mkfifo(pipe)
    for place in (pipe, tmp_path, Path("/dev/zero")):
        with pytest.raises(ModelDamaged, match="is not a file"):
            read_gguf_header(place)
