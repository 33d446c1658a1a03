"""The words of the tiny LiteRT-LM model, and the rules by which one follows another.

It answers "The picture is red.", or green, or blue, whichever the picture it remembers shows most of, or "nothing"
when it was shown none; "still red" when it has said so before. Once it has read the word " endlessly" it goes on and
on, with "…" between the sentences, a letter that is three tokens.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

NORMAL, UNKNOWN, CONTROL, USER, BYTE = 1, 2, 3, 4, 6  # SentencePiece's kinds of pieces
SPACE = "\u2581"
SAYS = f"The{SPACE}picture{SPACE}is"
STILL, NOTHING, ENDLESSLY = f"{SPACE}still", f"{SPACE}nothing", f"{SPACE}endlessly"
COLOURS = [f"{SPACE}red", f"{SPACE}green", f"{SPACE}blue"]
LINE_END, PAUSE = "<0x0A>", ["<0xE2>", "<0x80>", "<0xA6>"]
END_OF_TURN = "<turn|>"


def _pieces() -> list[tuple[str, int]]:
    controls = [(piece, CONTROL) for piece in ("<pad>", "<eos>", "<bos>")]
    users = [(piece, USER) for piece in ("<|turn>", END_OF_TURN, "<|image>", "<image|>")]
    own_bytes = [(f"<0x{byte:02X}>", BYTE) for byte in range(256)]
    words = [(word, NORMAL) for word in (SAYS, STILL, NOTHING, ENDLESSLY, *COLOURS, ".", SPACE)]
    letters = [(letter, NORMAL) for letter in (*map(chr, range(0x61, 0x7B)), *map(chr, range(0x430, 0x450)))]
    return [*controls, ("<unk>", UNKNOWN), *users, *own_bytes, *words, *letters]


PIECES = _pieces()
TOKEN = {piece: number for number, (piece, _) in enumerate(PIECES)}
WORDS = len(PIECES)
WIDTH = WORDS + len(
    COLOURS
)  # of an embedding: which token it is, or how red, green and blue a picture's token


def rules() -> Any:
    """Weights (token, 2 * WIDTH): the first half weighs the last token, the second the sum of all remembered."""
    after = np.full((WORDS, WIDTH), -1e4, np.float32)
    after[:, WORDS:] = 0
    remembered = np.zeros((WORDS, WIDTH), np.float32)

    def follow(word: str, next_word: str, weight: float = 100.0) -> None:
        after[TOKEN[next_word], TOKEN[word]] = weight

    follow(LINE_END, SAYS)  # that of the answer's first line, after the word "model"
    for word in (SAYS, STILL):
        for shade, colour in enumerate(COLOURS):
            follow(word, colour)
            remembered[TOKEN[colour], WORDS + shade] = 0.2
        follow(word, NOTHING, 100.05)
    follow(SAYS, STILL, 80.0)
    remembered[TOKEN[STILL], TOKEN[SAYS]] = 15.0  # counts what is being said, too
    for word in (*COLOURS, NOTHING):
        follow(word, ".")
    follow(".", END_OF_TURN)
    follow(".", PAUSE[0], 90.0)
    remembered[TOKEN[PAUSE[0]], TOKEN[ENDLESSLY]] = 20.0
    for word, next_word in zip(PAUSE, (*PAUSE[1:], SAYS), strict=True):
        follow(word, next_word)
    return np.concatenate([after, remembered], axis=1)


def field(number: int, value: bytes | str | float | int) -> bytes:
    """One field of a protocol buffer. A float takes 32 bits."""
    if isinstance(value, float):
        return _varint(number << 3 | 5) + struct.pack("<f", value)
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def tokenizer() -> bytes:
    """SentencePiece's ModelProto (sentencepiece_model.proto): every text can be written, letter by letter or byte by
    byte."""
    out = b""
    for piece, kind in PIECES:
        score = 0.0 if kind != NORMAL else -3.0 if len(piece) == 1 else -1.0
        out += field(1, field(1, piece) + field(2, score) + field(3, kind))
    special = ((40, "<unk>"), (41, "<bos>"), (42, "<eos>"), (43, "<pad>"))
    trained = (
        field(3, 1) + field(4, WORDS) + field(35, 1)
    )  # unigram, vocabulary, bytes for what it does not know
    out += field(2, trained + b"".join(field(number, TOKEN[piece]) for number, piece in special))
    return out + field(3, field(1, "identity") + field(3, 0) + field(4, 0) + field(5, 1))
