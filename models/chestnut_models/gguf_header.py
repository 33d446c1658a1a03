"""The beginning of a GGUF file: what it is, without loading it.

After the format's description (ggml-org/ggml, docs/gguf.md): magic, version, number of tensors, number of keys, the
keys with their values, the tensors' names and places; the weights follow. Whatever a file claims, reading it takes at
most HEADER_BYTES, and it ends.
"""

from __future__ import annotations

import stat
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from chestnut_models.errors import ModelDamaged

HEADER_BYTES = 64 << 20  # the longest vocabularies take about 20 MB
KEYS = 10_000
TENSORS = 100_000
TEXTS = (
    2_000_000  # in lists, together; the longest vocabularies with their merges have fewer than one million
)
DIMENSIONS = 4
KEPT_ELEMENTS = 4096  # longer arrays are counted, not kept
ALIGNMENT = 32
MAGIC = b"GGUF"
VERSIONS = (2, 3)
STRING, ARRAY = 8, 9
SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
LOOKED_UP = "per_layer_token_embd.weight"  # of this table a few rows are read a token

Scalar = int | float | bool | str
Value = Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """bytes: of the whole file. values: its keys; of a long array only `lengths` knows. looked_up_bytes: of the
    weights, what is not read for every token."""

    bytes: int
    values: dict[str, Value]
    lengths: dict[str, int]
    looked_up_bytes: int

    @property
    def architecture(self) -> str:
        return self.text("general.architecture") or "unknown"

    @property
    def name(self) -> str:
        return self.text("general.name")

    @property
    def is_projector(self) -> bool:
        """The part that sees, useless without its text model."""
        return self.architecture == "clip" or self.text("general.type") == "mmproj"

    @property
    def sees(self) -> bool:
        return self.is_projector and self.values.get("clip.has_vision_encoder") is True

    @property
    def projector_kind(self) -> str:
        """gemma3nv, gemma4v and the like; nothing for a text model."""
        return self.text("clip.vision.projector_type") or self.text("clip.projector_type")

    @property
    def has_chat_template(self) -> bool:
        return bool(self.text("tokenizer.chat_template"))

    @property
    def context_tokens(self) -> int:
        """0 when the file does not say."""
        return self.number("context_length")

    @property
    def width(self) -> int:
        """Of the embedding of a text model, or of what a projector gives; the two must be equal. 0: not said."""
        if self.is_projector:
            return self._whole("clip.vision.projection_dim")
        return self.number("embedding_length")

    @property
    def vocabulary(self) -> int:
        return self.lengths.get("tokenizer.ggml.tokens", 0)

    @property
    def cache_bytes_a_token(self) -> int:
        """Of the keys and values of every layer that has its own, as 16 bit numbers. Layers that only see a window
        take less than this."""
        layers = max(0, self.number("block_count") - self.number("attention.shared_kv_layers"))
        heads = self.number("attention.head_count_kv") or self.number("attention.head_count")
        head_width = self.width // max(1, self.number("attention.head_count"))
        keys = self.number("attention.key_length") or head_width
        values = self.number("attention.value_length") or head_width
        return 2 * layers * heads * (keys + values)

    def text(self, key: str) -> str:
        value = self.values.get(key)
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> int:
        """A number of the architecture, the largest where each layer has its own, 0 where there is none."""
        return self._whole(f"{self.architecture}.{key}")

    def _whole(self, key: str) -> int:
        value = self.values.get(key)
        each = value if isinstance(value, tuple) else (value,)
        return max((item for item in each if type(item) is int and item > 0), default=0)


def read_gguf_header(path: Path) -> GgufHeader:
    """Raises ModelDamaged when it is no GGUF file or makes no sense; the message is one line."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for, without end
            raise ModelDamaged(f"{path.name} is not a file: name a GGUF file")
        with path.open("rb") as file:
            return _Reader(file, path.stat().st_size).header()
    except _Senseless as error:
        raise ModelDamaged(
            f"{path.name} is no GGUF file that can be used ({error}): fetch it again"
        ) from None
    except OSError as error:
        raise ModelDamaged(f"{path.name} cannot be read ({error.strerror})") from error


class _Senseless(Exception):
    """What is wrong, in a few words."""


class _Reader:
    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._size = file, size
        self._at = self._texts = 0

    def header(self) -> GgufHeader:
        if self._take(4) != MAGIC:
            raise _Senseless("it does not begin with GGUF")
        version = self._number("I")
        if version not in VERSIONS:
            raise _Senseless(f"version {version}")
        tensors, keys = self._count("Q", TENSORS, "tensors"), self._count("Q", KEYS, "keys")
        values: dict[str, Value] = {}
        lengths: dict[str, int] = {}
        for _ in range(keys):
            key = self._string()
            if key in lengths:
                raise _Senseless(f"{key[:60]!r} stands twice")
            kept, lengths[key] = self._value(self._number("I"))
            if kept is not None:
                values[key] = kept
        return GgufHeader(self._size, values, lengths, self._looked_up(tensors, values))

    def _looked_up(self, tensors: int, values: dict[str, Value]) -> int:
        """Bytes of the table that is only looked up; a tensor ends where the next one begins."""
        places: dict[str, int] = {}
        for _ in range(tensors):
            name = self._string()
            dimensions = self._count("I", DIMENSIONS, "dimensions")
            self._take(8 * dimensions + 4)  # their sizes, and the kind of the numbers
            places[name] = self._number("Q")
        alignment = values.get("general.alignment", ALIGNMENT)
        if type(alignment) is not int or not 0 < alignment <= 1 << 20:
            raise _Senseless("its alignment makes no sense")
        weights = self._size - (self._at + alignment - 1) // alignment * alignment
        if places and max(places.values()) >= weights:
            raise _Senseless("it is cut off")
        if LOOKED_UP not in places:
            return 0
        begins = places[LOOKED_UP]
        return min((place for place in places.values() if place > begins), default=weights) - begins

    def _value(self, kind: int) -> tuple[Value | None, int]:
        """The value, or None when it is too long to be kept; and how many there are."""
        if kind != ARRAY:
            return self._scalar(kind), 1
        kind, length = self._number("I"), self._number("Q")
        if kind == STRING:
            self._texts += length
            if self._texts > TEXTS:
                raise _Senseless(f"{self._texts} texts")
            for _ in range(length):
                self._take(self._number("Q"))
            return None, length
        if kind not in SCALARS:
            raise _Senseless(f"values of kind {kind}")
        raw = self._take(length * struct.calcsize(f"<{SCALARS[kind]}"))
        if length > KEPT_ELEMENTS:
            return None, length
        return struct.unpack(f"<{length}{SCALARS[kind]}", raw), length

    def _scalar(self, kind: int) -> Scalar:
        if kind == STRING:
            return self._string()
        if kind not in SCALARS:
            raise _Senseless(f"values of kind {kind}")
        value: Scalar = struct.unpack(f"<{SCALARS[kind]}", self._take(struct.calcsize(f"<{SCALARS[kind]}")))[
            0
        ]
        return value

    def _string(self) -> str:
        return self._take(self._number("Q")).decode("utf-8", "replace")

    def _count(self, form: str, at_most: int, what: str) -> int:
        count = self._number(form)
        if count > at_most:
            raise _Senseless(f"{count} {what}")
        return count

    def _number(self, form: str) -> int:
        number: int = struct.unpack(f"<{form}", self._take(struct.calcsize(f"<{form}")))[0]
        return number

    def _take(self, count: int) -> bytes:
        if count > HEADER_BYTES - self._at:
            raise _Senseless("its header has no end")
        data = self._file.read(count) if count <= self._size - self._at else b""
        if len(data) < count:
            raise _Senseless("it is cut off")
        self._at += count
        return data
