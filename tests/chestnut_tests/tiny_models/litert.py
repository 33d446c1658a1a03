"""A tiny .litertlm file that the real LiteRT-LM loads, shows pictures to and hears an answer from: 1.4 MB, written in
a few milliseconds. What it answers is certain and shows what it remembers; see litert_words.py.

The container is that of litertlm_header_schema.fbs, the metadata those of llm_metadata.proto, a model of the gemma4
kind: pictures are cut into patches and have as many tokens as fit. The same arguments give the same bytes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from chestnut_tests.tiny_models.flatbuffer import Number, Table, flatbuffer
from chestnut_tests.tiny_models.litert_words import END_OF_TURN, WIDTH, WORDS, field, rules, tokenizer
from chestnut_tests.tiny_models.tflite import (
    BATCH_MATMUL,
    BOOL,
    CAST,
    CONCATENATION,
    DYNAMIC_UPDATE_SLICE,
    FULLY_CONNECTED,
    GATHER,
    INT,
    LESS_EQUAL,
    NONE,
    SLICE,
    Graph,
    Model,
)

PATCH_PX, POOL, PATCHES = 4, 2, 64  # side of a patch, patches of a token's side, patches of a picture
PICTURE_TOKENS = PATCHES // POOL**2
BLOCK = 16 * 1024  # bytes; every section begins at a multiple
TFLITE, SENTENCEPIECE, METADATA = 3, 4, 5  # AnySectionDataType
TEMPLATE = """\
{{ '<bos>' }}
{%- for message in messages -%}
{{ '<|turn>' + ('model' if message.role == 'assistant' else message.role) + '\\n' }}
{%- if message.content is string -%}{{ message.content }}{%- else -%}
{%- for part in message.content -%}
{%- if part.type == 'image' -%}{{ '<|image|>' }}{%- elif part.type == 'text' -%}{{ part.text }}{%- endif -%}
{%- endfor -%}{%- endif -%}
{{ '<turn|>\\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}{{ '<|turn>model\\n' }}{%- endif -%}"""


def write_litert(path: Path, *, sees: bool = True, context: int = 512, chunk: int = 16) -> Path:
    """sees: it has the parts for pictures. context: tokens it can remember. chunk: tokens of a prompt at once."""
    sections = [
        (METADATA, "", _metadata(context)),
        (SENTENCEPIECE, "", tokenizer()),
        (TFLITE, "tf_lite_prefill_decode", _language_model(context, chunk)),
        (TFLITE, "tf_lite_embedder", _embedder()),
    ]
    if sees:
        sections.append((TFLITE, "tf_lite_vision_encoder", _vision_encoder()))
        sections.append((TFLITE, "tf_lite_vision_adapter", _vision_adapter()))
    write_container(path, sections)
    return path


def write_container(path: Path, sections: list[tuple[int, str, bytes]]) -> None:
    """sections: kind, role of a TensorFlow Lite model, content."""
    places: list[tuple[int, int]] = []
    begin = BLOCK
    for _, _, content in sections:
        places.append((begin, begin + len(content)))
        begin = -(-places[-1][1] // BLOCK) * BLOCK
    objects: list[Table] = [
        {
            0: [{0: "model_type", 1: Number("Uint8", 9), 2: {0: role}}] if role else [],
            1: Number("Uint64", place[0]),
            2: Number("Uint64", place[1]),
            3: Number("Uint8", kind),
        }
        for (kind, role, _), place in zip(sections, places, strict=True)
    ]
    header = flatbuffer({0: {0: []}, 1: {0: objects}})
    with path.open("wb") as file:
        file.write(b"LITERTLM" + b"".join(number.to_bytes(4, "little") for number in (1, 7, 0, 0)))
        file.write((32 + len(header)).to_bytes(8, "little") + header)
        for place, (_, _, content) in zip(places, sections, strict=True):
            file.seek(place[0])
            file.write(content)


def _metadata(context: int) -> bytes:
    def token(text: str) -> bytes:
        return field(2, text)

    gemma4 = field(1, token("<|image>")) + field(2, token("<image|>"))
    gemma4 += field(15, PATCH_PX) + field(16, PATCH_PX) + field(17, PATCHES) + field(18, POOL)
    out = (
        field(1, token("<bos>")) + field(2, token(END_OF_TURN)) + field(2, token("<eos>")) + field(5, context)
    )
    return out + field(6, field(8, gemma4)) + field(7, TEMPLATE) + field(11, 0) + field(12, 0)


def _language_model(context: int, chunk: int) -> bytes:
    model = Model()
    graph = Graph(model, f"prefill_{chunk}")
    _remember(graph, chunk, context)
    graph.done()
    graph = Graph(model, "decode")
    token, position, memory = _remember(graph, 1, context)
    steps = graph.constant(np.arange(context, dtype=np.int32))
    past = graph.add(CAST, [graph.add(LESS_EQUAL, [steps, position], (context,), BOOL)], (context,))
    shape = (1, 1, 1, WIDTH)
    remembered = graph.add(BATCH_MATMUL, [graph.reshape(past, (1, 1, 1, context)), memory], shape)
    both = graph.add(CONCATENATION, [token, remembered], (1, 1, 1, 2 * WIDTH), axis=3)
    logits = graph.add(FULLY_CONNECTED, [both, graph.constant(rules()), NONE], (1, 1, 1, WORDS))
    graph.output("logits", graph.reshape(logits, (1, 1, WORDS)))
    graph.done()
    return model.data()


def _remember(graph: Graph, tokens: int, context: int) -> tuple[int, int, int]:
    """Writes tokens into keys and values, which are the embeddings themselves. → tokens, first position, values."""
    embeddings = graph.reshape(graph.input("embeddings", (1, tokens, WIDTH)), (1, 1, tokens, WIDTH))
    positions = graph.input("input_pos", (tokens,), INT)
    first = positions
    if tokens > 1:
        first = graph.add(SLICE, [positions, graph.constant([0]), graph.constant([1])], (1,), INT)
    start = graph.add(CONCATENATION, [graph.constant([0, 0]), first, graph.constant([0])], (4,), INT, axis=0)
    written = 0
    for name in ("kv_cache_k_0", "kv_cache_v_0"):
        shape = (1, 1, context, WIDTH)
        written = graph.add(DYNAMIC_UPDATE_SLICE, [graph.input(name, shape), embeddings, start], shape)
        graph.output(name, written)
    return embeddings, first, written


def _embedder() -> bytes:
    model = Model()
    graph = Graph(model, "embed")
    table = graph.constant(np.eye(WORDS, WIDTH, dtype=np.float32))
    graph.output(
        "embeddings", graph.add(GATHER, [table, graph.input("token_ids", (1, 1), INT)], (1, 1, WIDTH))
    )
    graph.done()
    return model.data()


def _vision_encoder() -> bytes:
    """The mean colour of every token's patches."""
    model = Model()
    graph = Graph(model, "encode")
    numbers = POOL**2 * PATCH_PX**2 * 3
    pixels = graph.input("images", (1, PATCHES, PATCH_PX**2 * 3))
    graph.input("positions_xy", (1, PATCHES, 2), INT)
    mean = np.zeros((3, numbers), np.float32)
    for shade in range(3):
        mean[shade, shade::3] = 3 / numbers
    pooled = graph.reshape(pixels, (1, PICTURE_TOKENS, numbers))
    weights = [pooled, graph.constant(mean), NONE]
    graph.output("features", graph.add(FULLY_CONNECTED, weights, (1, PICTURE_TOKENS, 3)))
    graph.done()
    return model.data()


def _vision_adapter() -> bytes:
    model = Model()
    graph = Graph(model, "adapt")
    weights = [
        graph.input("features", (1, PICTURE_TOKENS, 3)),
        graph.constant(np.eye(WIDTH, 3, -WORDS, np.float32)),
    ]
    tokens = graph.add(FULLY_CONNECTED, [*weights, NONE], (1, PICTURE_TOKENS, WIDTH))
    graph.output("mm_embedding", tokens)
    graph.done()
    return model.data()
