"""The tiny random models are ones that the real llama.cpp loads, runs and shows pictures to."""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import llama_cpp
import pytest
from chestnut_tests.tiny_models import write_gemma3n, write_gemma3nv, write_gemma4, write_gemma4v
from llama_cpp import mtmd_cpp as mtmd

TEXT = "The cup is left.\nЧашка слева, ёж: 5 шт. № «я»"


@pytest.fixture(params=["gemma3n", "gemma4"])
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    model = llama_cpp.Llama(str(path), n_ctx=512, n_batch=64, n_threads=1, n_threads_batch=1, verbose=False)
    try:
        yield model
    finally:
        model.close()


@pytest.fixture
def model(family: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    with opened(request.getfixturevalue(family)) as loaded:
        yield loaded


def test_it_is_loaded_as_what_it_is(model: Any, family: str) -> None:
    assert model.metadata["general.architecture"] == family
    assert "tokenizer.chat_template" in model.metadata


def test_every_text_comes_back_the_same(model: Any) -> None:
    tokens = model.tokenize(TEXT.encode(), add_bos=False)
    assert model.detokenize(tokens).decode() == TEXT


def test_the_markers_of_turns_and_pictures_are_tokens(model: Any, family: str) -> None:
    markers = {
        "gemma3n": ("<start_of_turn>", "<end_of_turn>", "<start_of_image>", "<end_of_image>"),
        "gemma4": ("<|turn>", "<turn|>", "<|image>", "<image|>"),
    }[family]
    for marker in markers:
        assert len(model.tokenize(marker.encode(), add_bos=False, special=True)) == 1
    assert model.tokenize(markers[1].encode(), add_bos=False, special=True) == [model.token_eos()]


def test_it_chats_and_a_grammar_makes_it_say_what_is_wanted(model: Any) -> None:
    grammar = llama_cpp.LlamaGrammar.from_string('root ::= "Чашка слева."', verbose=False)
    messages: list[Any] = [
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": "Что ты видишь?"},
    ]
    answer = model.create_chat_completion(messages, grammar=grammar, max_tokens=64, temperature=0)
    assert answer["choices"][0]["message"]["content"] == "Чашка слева."


def test_the_projector_of_gemma3n_takes_a_picture(gemma3n: Path, gemma3nv: Path) -> None:
    with opened(gemma3n) as model:
        assert tokens_of_a_picture(model, gemma3nv, 480, 640) == 16


@pytest.mark.parametrize(("at_most", "tokens"), [(70, 9 * 7), (140, 13 * 10)])
def test_the_projector_of_gemma4_obeys_a_limit(
    gemma4: Path, gemma4v: Path, at_most: int, tokens: int
) -> None:
    with opened(gemma4) as model:
        assert tokens_of_a_picture(model, gemma4v, 480, 640, at_most) == tokens


def tokens_of_a_picture(model: Any, projector: Path, height: int, width: int, at_most: int = -1) -> int:
    """Encodes the picture and puts it into the context; the number of its tokens."""
    parameters = mtmd.mtmd_context_params_default()
    parameters.use_gpu = parameters.print_timings = parameters.warmup = False
    parameters.n_threads = 1
    parameters.image_max_tokens = at_most
    context = mtmd.mtmd_init_from_file(str(projector).encode(), model.model, parameters)
    assert context
    pixels = (ctypes.c_uint8 * (height * width * 3)).from_buffer(
        bytearray(range(256)) * (height * width * 3 // 256)
    )
    bitmap = mtmd.mtmd_bitmap_init(width, height, pixels)
    chunks = mtmd.mtmd_input_chunks_init()
    try:
        assert mtmd.mtmd_support_vision(context)
        raw = mtmd.mtmd_default_marker()
        prompt = mtmd.mtmd_input_text(text=raw, text_len=len(raw), add_special=True, parse_special=True)
        bitmaps = (mtmd.mtmd_bitmap_p_ctypes * 1)(bitmap)
        assert mtmd.mtmd_tokenize(context, chunks, ctypes.byref(prompt), bitmaps, 1) == 0
        past = llama_cpp.llama_pos(0)
        failed = mtmd.mtmd_helper_eval_chunks(
            context, model._ctx.ctx, chunks, past, 0, model.n_batch, True, ctypes.byref(past)
        )
        assert failed == 0
        images = [
            chunk
            for chunk in (
                mtmd.mtmd_input_chunks_get(chunks, index)
                for index in range(mtmd.mtmd_input_chunks_size(chunks))
            )
            if mtmd.mtmd_input_chunk_get_type(chunk) == mtmd.MTMD_INPUT_CHUNK_TYPE_IMAGE
        ]
        return sum(int(mtmd.mtmd_input_chunk_get_n_tokens(chunk)) for chunk in images)
    finally:
        mtmd.mtmd_input_chunks_free(chunks)
        mtmd.mtmd_bitmap_free(bitmap)
        mtmd.mtmd_free(context)


@pytest.mark.parametrize("write", [write_gemma3n, write_gemma3nv, write_gemma4, write_gemma4v])
def test_the_same_arguments_give_the_same_bytes(write: Any, tmp_path: Path) -> None:
    first, second = write(tmp_path / "first"), write(tmp_path / "second")
    assert sha256(first) == sha256(second)


def test_a_wider_model_has_a_projector_that_fits(tmp_path: Path) -> None:
    wide = write_gemma3n(tmp_path / "wide.gguf", width=128)
    projector = write_gemma3nv(tmp_path / "widev.gguf", text_width=128)
    with opened(wide) as model:
        assert model.n_embd() == 128
        assert tokens_of_a_picture(model, projector, 64, 64) == 16


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
