"""Whether a language model fits, for machines there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from chestnut_models.catalogue import read_catalogue
from chestnut_models.errors import ModelError
from chestnut_models.fit import MEGABYTE, REST_BYTES, Memory, Needs, fit, machine_memory, needs_of
from chestnut_models.gguf_header import read_gguf_header
from chestnut_models.language import whole_needs
from chestnut_models.language_catalogue import read_languages
from chestnut_tests.tiny_models import write_gemma3n, write_gemma3nv
from hypothesis import given
from hypothesis import strategies as st

ENTRIES = {entry.name: entry for entry in read_languages()}
# MemTotal of Raspberry Pi 5 boards, a little less than what is soldered on.
PI_2, PI_4, PI_8, PI_16 = (
    Memory(total, total) for total in (2_060 << 20, 4_040 << 20, 8_060 << 20, 16_220 << 20)
)

sizes = st.integers(0, 64 << 30)
needs = st.builds(
    lambda file, hot, private, faster: Needs(file, min(hot, file), private, faster),
    sizes,
    sizes,
    sizes,
    sizes,
)
memories = st.builds(lambda total, available: Memory(total, min(total, available)), sizes, sizes)


@pytest.mark.parametrize(
    ("name", "memory", "verdict"),
    [
        ("gemma-3n", PI_2, "too big"),
        ("gemma-3n", PI_4, "tight"),
        ("gemma-3n", PI_8, "fits"),
        ("gemma-4", PI_2, "too big"),
        ("gemma-4", PI_4, "tight"),
        ("gemma-4", PI_8, "fits"),
        ("gemma-4-litert", PI_2, "too big"),
        ("gemma-4-litert", PI_4, "tight"),
        ("gemma-4-litert", PI_16, "fits"),
    ],
)
def test_the_models_of_the_catalogue_on_boards_there_are(name: str, memory: Memory, verdict: str) -> None:
    assert fit(whole_needs(ENTRIES[name], read_catalogue()), memory).verdict == verdict


def test_the_reason_is_told_in_megabytes() -> None:
    whole = Needs(3000 * MEGABYTE, 2000 * MEGABYTE, 100 * MEGABYTE, 900 * MEGABYTE)
    room = [Memory(total * MEGABYTE, total * MEGABYTE) for total in (5000, 4000, 3000)]
    fits, tight, too_big = (fit(whole, memory) for memory in room)
    assert fits.why == "takes up to 4000 MB; 4000 MB are there (5000 MB less 1000 for the rest)"
    assert "works from 2100 MB, wants 4000" in tight.why
    assert too_big.why.startswith("needs 2100 MB at least; 2000 MB are there")
    assert [found.faster for found in (fits, tight, too_big)] == [True, False, False]
    assert (fits.needs_mb, fits.least_mb, fits.private_mb) == (4000, 2100, 100)


def test_what_is_free_now_is_mentioned_and_changes_nothing_else() -> None:
    whole = Needs(3000 * MEGABYTE, 2000 * MEGABYTE, 100 * MEGABYTE, 0)
    busy = fit(whole, Memory(8000 * MEGABYTE, 1500 * MEGABYTE))
    assert busy.verdict == "fits"
    assert busy.why.endswith("only 1500 MB are free now, so close other programs first")


@given(needs, memories)
def test_the_verdict_follows_from_the_numbers(whole: Needs, memory: Memory) -> None:
    found = fit(whole, memory)
    room = max(0, memory.total - REST_BYTES)
    assert found.least_mb <= found.needs_mb or whole.hot + whole.private <= 0
    assert (found.verdict == "too big") == (whole.hot + whole.private > room)
    assert (found.verdict == "fits") == (whole.file + whole.private + whole.faster <= room)
    assert re.search(r"\d+ MB", found.why)


@given(needs, sizes, sizes)
def test_more_memory_never_makes_it_worse(whole: Needs, less: int, more: int) -> None:
    order = ("too big", "tight", "fits")
    small, large = sorted((less, less + more))
    assert order.index(fit(whole, Memory(small, small)).verdict) <= order.index(
        fit(whole, Memory(large, large)).verdict
    )


def test_the_needs_of_any_gguf_follow_from_its_header(tmp_path: Path) -> None:
    model = read_gguf_header(write_gemma3n(tmp_path / "model.gguf"))
    eye = read_gguf_header(write_gemma3nv(tmp_path / "eye.gguf"))
    alone, seeing = needs_of(model), needs_of(model, eye)
    assert alone.file == model.bytes
    assert alone.hot == model.bytes - model.looked_up_bytes
    assert seeing.private - alone.private == eye.bytes + (557 << 20)
    longer = needs_of(model, context_tokens=4096)
    assert longer.private - alone.private == 2048 * model.cache_bytes_a_token


def test_the_formula_does_not_promise_less_than_was_measured() -> None:
    """A random model of Gemma 3n E2B's shape took 126 MB: 65 for the words, 40 for keys and values, 21 besides."""
    from chestnut_models.gguf_header import GgufHeader

    values: dict[str, int | str] = {
        "general.architecture": "gemma3n",
        "gemma3n.block_count": 30,
        "gemma3n.attention.shared_kv_layers": 10,
        "gemma3n.attention.head_count": 8,
        "gemma3n.attention.head_count_kv": 2,
        "gemma3n.attention.key_length": 256,
        "gemma3n.attention.value_length": 256,
        "gemma3n.embedding_length": 2048,
    }
    shape = GgufHeader(2_790_000_000, dict(values), {"tokenizer.ggml.tokens": 262_144}, 1_130_000_000)
    private = needs_of(shape).private
    assert 126 * MEGABYTE <= private <= 200 * MEGABYTE
    assert needs_of(shape).faster == pytest.approx(835 << 20, rel=0.02)


def test_this_machine_tells_its_memory() -> None:
    memory = machine_memory()
    assert 0 < memory.available <= memory.total


@pytest.mark.parametrize(
    "text", ["", "MemTotal: much kB\n", "MemTotal: 5 kB\n", "no colon", "MemTotal:\nMemAvailable:\n"]
)
def test_a_memory_that_is_not_told_is_an_error(tmp_path: Path, text: str) -> None:
    file = tmp_path / "meminfo"
    file.write_text(text)
    with pytest.raises(ModelError, match="does not tell this machine's memory"):
        machine_memory(file)
    with pytest.raises(ModelError):
        machine_memory(tmp_path / "none")
