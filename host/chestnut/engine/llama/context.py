"""What the model has taken in: tokens and pictures, each at its position, computed once."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from chestnut.engine.backend import Refused, Stopped, Unloadable
from chestnut.engine.llama.brake import Brake
from chestnut.engine.llama.library import Library, forget_complaints, out_of_memory, unloadable
from chestnut.engine.llama.model import Model

SEQUENCE = 0  # the only one
NO_ROOM, ABORTED, NOT_COMPUTED = 1, 2, -2  # what llama_decode returns


@dataclass(frozen=True, slots=True)
class Patch:
    """A picture, or one tile of it, between tokens. picture: its number, never used twice. tokens: the room it takes;
    positions: how far it moves what follows, the same number except where positions have more than one dimension."""

    picture: int
    number: int
    tokens: int
    positions: int


Item = int | Patch


def room_of(items: Sequence[Item]) -> int:
    """The tokens a context needs to hold them."""
    return sum(item.tokens if isinstance(item, Patch) else 1 for item in items)


def _positions(items: Sequence[Item]) -> int:
    return sum(item.positions if isinstance(item, Patch) else 1 for item in items)


class Context:
    """The model's memory, empty at first. held: what is in it. room: tokens it can hold. batch: tokens computed at
    once, so long is the longest that is lost by a stop."""

    def __init__(
        self, library: Library, model: Model, brake: Brake, threads: int, tokens: int, batch: int
    ) -> None:
        self._llama = llama = library.llama
        self.batch = batch
        forget_complaints()
        parameters = llama.llama_context_default_params()
        parameters.n_ctx = min(tokens, model.trained_tokens or tokens)
        parameters.n_batch = parameters.n_ubatch = batch
        parameters.n_outputs_max = 1  # a batch of outputs of a large vocabulary is 100 MB
        parameters.n_threads = parameters.n_threads_batch = threads
        # Sliding windows are kept whole too: else what lies before them is gone, and nothing can be cut back.
        parameters.swa_full = True
        parameters.abort_callback = brake.node_check
        parameters.abort_callback_data = brake.node_data
        self.handle: Any = llama.llama_init_from_model(model.handle, parameters)
        if not self.handle:
            raise unloadable("the context of the language model")
        self._memory = llama.llama_get_memory(self.handle)
        if not self._memory:
            llama.llama_free(self.handle)
            raise Unloadable(
                "model_damaged", "the language model keeps no context: choose one that writes text"
            )
        self.room = int(llama.llama_n_ctx(self.handle))
        self.held: list[Item] = []
        self.position = 0  # of what comes next
        self._whole_from = 0  # before this position, sliding windows are not held
        self._rows = llama.llama_batch_init(batch, 0, 1)
        for row in range(batch):
            self._rows.n_seq_id[row] = 1
            self._rows.seq_id[row][0] = SEQUENCE
            self._rows.logits[row] = 0

    def shared(self, wanted: Sequence[Item]) -> int:
        """How many items at its beginning are held already."""
        for index, (have, want) in enumerate(zip(self.held, wanted, strict=False)):
            if have != want:
                return index
        return min(len(self.held), len(wanted))

    def cut(self, count: int) -> int:
        """Forget all but the first `count` items; all of them where the model cannot forget a part. Returns how many
        are left."""
        position = _positions(self.held[:count])
        if position < self._whole_from or not self._llama.llama_memory_seq_rm(
            self._memory, SEQUENCE, position, -1
        ):
            self._empty()
            return 0
        del self.held[count:]
        self.position = position
        return count

    def read(self, tokens: Sequence[int], answer: bool) -> None:
        """Take in tokens; answer: what may follow the last one is wanted. Stopped or Refused when that fails: what
        was taken in until then is held."""
        rows = self._rows
        for start in range(0, len(tokens), self.batch):
            part = tokens[start : start + self.batch]
            for row, token in enumerate(part):
                rows.token[row] = token
                rows.pos[row] = self.position + row
            rows.n_tokens = len(part)
            last = len(part) - 1
            rows.logits[last] = answer and start + len(part) == len(tokens)
            try:
                self._computed(lambda: self._llama.llama_decode(self.handle, rows))
            finally:
                rows.logits[last] = 0
            self.held.extend(part)
            self.position += len(part)

    def place(self, patch: Patch, compute: Callable[[int], int]) -> None:
        """Take in a patch. compute: puts it at a position and returns what llama_decode returned. Fails as read()."""
        self._computed(lambda: compute(self.position))
        self.held.append(patch)
        self.position += patch.positions

    def save(self) -> bytes:
        """What is held, as restore() takes it; b"" when that cannot be had."""
        size = self._llama.llama_state_seq_get_size(self.handle, SEQUENCE)
        state = (ctypes.c_uint8 * size)()
        written = self._llama.llama_state_seq_get_data(self.handle, state, size, SEQUENCE)
        return bytes(state) if written == size else b""

    def restore(self, tokens: Sequence[int], state: bytes) -> bool:
        """Hold these tokens and nothing else, from the bytes that save() gave in a context of the same model; False
        when it is not such a state, then nothing is held."""
        self._empty()
        source = ctypes.cast(ctypes.c_char_p(state), ctypes.POINTER(ctypes.c_uint8))
        read = self._llama.llama_state_seq_set_data(self.handle, source, len(state), SEQUENCE)
        if (
            read != len(state)
            or self._llama.llama_memory_seq_pos_max(self._memory, SEQUENCE) != len(tokens) - 1
        ):
            self._empty()
            return False
        self.held = list(tokens)
        self.position = self._whole_from = len(tokens)
        return True

    def close(self) -> None:
        if self.handle:
            self._llama.llama_batch_free(self._rows)
            self._llama.llama_free(self.handle)
            self.handle = None

    def _empty(self) -> None:
        self._llama.llama_memory_clear(self._memory, False)
        self.held = []
        self.position = self._whole_from = 0

    def _computed(self, compute: Callable[[], int]) -> None:
        forget_complaints()
        status = compute()
        if status == 0:
            return
        self.cut(len(self.held))
        if status == ABORTED:
            raise Stopped
        if status == NO_ROOM:
            raise Refused("prompt_too_long", f"no room after {self.position} tokens")
        if status == NOT_COMPUTED or out_of_memory():
            raise Refused("model_memory", f"no memory to compute {self.batch} tokens: choose a smaller model")
        raise Refused("fault", f"llama_decode returned {status}")
