"""The weights and the vocabulary."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

from chestnut.engine.backend import Unloadable
from chestnut.engine.llama.library import Library, forget_complaints, unloadable

LONGEST_PIECE = 256  # bytes; longer tokens are asked for again
MIB = 1024 * 1024
REPACKED = 0.5  # of a file, at most
BESIDE_MB = 500  # private memory of everything but repacked weights


def may_repack(path: Path, memory_mb: int) -> bool:
    """Whether the weights of this file may be copied into private memory. memory_mb: the most that may be private, 0
    for no limit."""
    file_mb = path.stat().st_size / MIB if path.is_file() else 0.0
    private_mb = REPACKED * file_mb + BESIDE_MB
    with Path("/proc/meminfo").open() as lines:
        available_mb = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")) / 1024
    return file_mb + private_mb <= available_mb and (not memory_mb or private_mb <= memory_mb)


class Model:
    """A GGUF file that is loaded. path: names it in errors. repack: copy the weights in the order this processor
    likes best, which costs up to their size in private memory. Unloadable when that fails; some damaged files make
    llama.cpp end the whole process instead."""

    def __init__(self, library: Library, path: Path, repack: bool) -> None:
        if not path.is_file():
            raise Unloadable("gemma_missing", f"no language model at {path}: run make gemma")
        self._llama = llama = library.llama
        forget_complaints()
        parameters = llama.llama_model_default_params()
        parameters.use_extra_bufts = repack
        self.handle: Any = llama.llama_model_load_from_file(str(path).encode(), parameters)
        if not self.handle:
            raise unloadable(path)
        self.vocabulary = llama.llama_model_get_vocab(self.handle)
        self.words = int(llama.llama_vocab_n_tokens(self.vocabulary))
        self.bos = int(
            llama.llama_vocab_bos(self.vocabulary)
        )  # markers of begin and end; -1 where there is none
        self.eos = int(llama.llama_vocab_eos(self.vocabulary))
        self.starts_with_bos = bool(llama.llama_vocab_get_add_bos(self.vocabulary))
        self._piece = ctypes.create_string_buffer(LONGEST_PIECE)
        self.facts: dict[str, Any] = {
            "name": self._metadata("general.name") or path.stem,
            "architecture": self._metadata("general.architecture"),
            "description": self._described(),
            "parameters": int(llama.llama_model_n_params(self.handle)),
            "file_bytes": path.stat().st_size,
            "repacked": repack,
        }

    @property
    def template(self) -> str | None:
        """The Jinja template of its conversations; a base model has none."""
        template = self._llama.llama_model_chat_template(self.handle, None)
        return template.decode(errors="replace") if template else None

    @property
    def trained_tokens(self) -> int:
        """The longest context it knows."""
        return int(self._llama.llama_model_n_ctx_train(self.handle))

    @property
    def width(self) -> int:
        """Numbers in the embedding of one token."""
        return int(self._llama.llama_model_n_embd_inp(self.handle))

    def tokens(self, text: str, markers: bool) -> list[int]:
        """markers: text that spells a marker, such as the end of a turn, becomes that marker."""
        data = text.encode(errors="replace")
        room = len(data) + 8
        while True:
            array = (self._llama.llama_token * room)()
            count = self._llama.llama_tokenize(self.vocabulary, data, len(data), array, room, False, markers)
            if count >= 0:
                return list(array[:count])
            room = -count

    def piece(self, token: int) -> bytes:
        """Its text, maybe a part of a letter; b"" for a marker."""
        size = self._written(token)
        if size < 0:
            self._piece = ctypes.create_string_buffer(-size)
            size = self._written(token)
        return self._piece.raw[:size]

    def ends(self, token: int) -> bool:
        """The answer ends here."""
        return bool(self._llama.llama_vocab_is_eog(self.vocabulary, token))

    def spelled(self, token: int) -> str:
        """How the vocabulary writes it, also a marker; "" for -1."""
        if token < 0:
            return ""
        return str(self._llama.llama_vocab_get_text(self.vocabulary, token).decode(errors="replace"))

    def close(self) -> None:
        if self.handle:
            self._llama.llama_model_free(self.handle)
            self.handle = None

    def _written(self, token: int) -> int:
        return int(
            self._llama.llama_token_to_piece(self.vocabulary, token, self._piece, len(self._piece), 0, False)
        )

    def _metadata(self, key: str) -> str:
        buffer = ctypes.create_string_buffer(256)
        size = self._llama.llama_model_meta_val_str(self.handle, key.encode(), buffer, len(buffer))
        return buffer.value.decode(errors="replace") if size >= 0 else ""

    def _described(self) -> str:
        buffer = ctypes.create_string_buffer(256)
        self._llama.llama_model_desc(self.handle, buffer, len(buffer))
        return buffer.value.decode(errors="replace")
