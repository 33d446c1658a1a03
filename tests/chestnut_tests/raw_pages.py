"""The pages of an encrypted memory in clear, free ones included: what somebody finds who has the file and the key.

SQLCipher 4 with a raw key: AES-256 in CBC mode; of each page the last 80 bytes are its vector (16) and its code (64);
the first 16 bytes of the first page are the salt. AES after FIPS 197, all blocks at once.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

PAGE_BYTES, CODE_BYTES, BLOCK_BYTES = 4096, 80, 16
Bytes = np.ndarray


def doubled(value: Bytes) -> Bytes:
    """Times x, modulo x^8 + x^4 + x^3 + x + 1."""
    return (value << 1) ^ np.where(value & 0x80, 0x1B, 0).astype(np.uint8)


def _s_box() -> Bytes:
    powers, value = [], np.uint8(1)
    for _ in range(255):  # of the generator 3
        powers.append(int(value))
        value = value ^ doubled(np.array(value))[()]
    inverse = {powers[place]: powers[-place % 255] for place in range(255)} | {0: 0}
    box = np.zeros(256, np.uint8)
    for number in range(256):
        bits = inverse[number]
        turned = bits
        for _ in range(4):
            bits = ((bits << 1) | (bits >> 7)) & 0xFF
            turned ^= bits
        box[number] = turned ^ 0x63
    return box


S_BOX = _s_box()
UNBOX = np.argsort(S_BOX).astype(np.uint8)
UNSHIFT = np.array([(row + 4 * ((column - row) % 4)) for column in range(4) for row in range(4)])


def round_keys(key: bytes) -> Bytes:
    """(15, 16) for a key of 32 bytes."""
    words = [np.frombuffer(key[place : place + 4], np.uint8) for place in range(0, 32, 4)]
    constant = np.uint8(1)
    for place in range(8, 60):
        word = words[-1]
        if place % 8 == 0:
            word = S_BOX[np.roll(word, -1)]
            word = word ^ np.array([constant, 0, 0, 0], np.uint8)
            constant = doubled(np.array(constant))[()]
        elif place % 8 == 4:
            word = S_BOX[word]
        words.append(words[-8] ^ word)
    return np.concatenate(words).reshape(15, 16)


def unmixed(state: Bytes) -> Bytes:
    columns = state.reshape(-1, 4, 4)
    two = doubled(columns)
    four = doubled(two)
    eight = doubled(four)
    nine, eleven, thirteen, fourteen = (
        eight ^ columns,
        eight ^ two ^ columns,
        eight ^ four ^ columns,
        eight ^ four ^ two,
    )
    rows = [
        fourteen[:, :, row % 4]
        ^ eleven[:, :, (row + 1) % 4]
        ^ thirteen[:, :, (row + 2) % 4]
        ^ nine[:, :, (row + 3) % 4]
        for row in range(4)
    ]
    return np.stack(rows, axis=2).reshape(-1, 16)


def decrypted(blocks: Bytes, key: bytes) -> Bytes:
    """(count, 16) blocks, each by itself."""
    keys = round_keys(key)
    state = blocks ^ keys[14]
    for number in range(13, -1, -1):
        state = UNBOX[state[:, UNSHIFT]] ^ keys[number]
        if number:
            state = unmixed(state)
    return state


def in_clear(path: Path, key_file: Path) -> bytes:
    """All pages of the file, one after the other, as they are between their salt and their codes."""
    key = bytes.fromhex(key_file.read_text().strip()[:64])
    data = path.read_bytes()
    assert data and len(data) % PAGE_BYTES == 0
    clear = []
    for start in range(0, len(data), PAGE_BYTES):
        page = data[start : start + PAGE_BYTES]
        first = BLOCK_BYTES if start == 0 else 0
        body = np.frombuffer(page[first : PAGE_BYTES - CODE_BYTES], np.uint8).reshape(-1, BLOCK_BYTES)
        vector = np.frombuffer(page[PAGE_BYTES - CODE_BYTES :][:BLOCK_BYTES], np.uint8)
        before = np.concatenate([vector[None], body[:-1]])
        clear.append((decrypted(body, key) ^ before).tobytes())
    return b"".join(clear)
