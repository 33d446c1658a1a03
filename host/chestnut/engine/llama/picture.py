"""The part of the model that sees."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chestnut.engine.backend import Refused, Stopped, Unloadable
from chestnut.engine.llama.brake import Brake
from chestnut.engine.llama.context import SEQUENCE, Context, Item, Patch
from chestnut.engine.llama.gguf import complete
from chestnut.engine.llama.library import Library, forget_complaints, out_of_memory, unloadable
from chestnut.engine.llama.model import Model

MOST_TOKENS = 1120  # of a picture, where no limit is set: Gemma 4


@dataclass(slots=True)
class Picture:
    """One picture as the model takes it. chunks: of mtmd; encoded: what the encoder made of them, (tokens, width)
    float32 by patch number. That is some 100 kB to 2 MB, so the latest picture is never encoded twice."""

    items: list[Item]
    chunks: Any
    encoded: dict[int, Any] = field(default_factory=dict)


class Eyes:
    """The projector of a model, and the latest picture it was shown. Unloadable when it is no projector of this
    model; "gemma_missing" when there is no such file."""

    def __init__(
        self, library: Library, model: Model, path: Path, brake: Brake, threads: int, image_tokens: int
    ) -> None:
        if not path.is_file():
            raise Unloadable("gemma_missing", f"no projector at {path}: run make gemma")
        self._library = library
        self._brake = brake
        self._width = model.width
        self._key = ""
        self._shown_before = 0
        self._picture: Picture | None = None
        mtmd = library.mtmd
        forget_complaints()
        if not complete(library, path):
            raise unloadable(path, "it is cut off")
        parameters = mtmd.mtmd_context_params_default()
        parameters.use_gpu = False
        parameters.print_timings = False
        parameters.warmup = False  # it would encode a whole picture
        parameters.n_threads = threads
        parameters.image_max_tokens = image_tokens or -1  # only projectors for pictures of any size obey it
        parameters.cb_eval = brake.layer_check
        self._handle: Any = mtmd.mtmd_init_from_file(str(path).encode(), model.handle, parameters)
        if not self._handle:
            raise unloadable(path)
        if not mtmd.mtmd_support_vision(self._handle):
            self.close()
            raise Unloadable(
                "model_damaged", f"{path} cannot see: run make gemma to fetch the right projector"
            )
        # Some models let all of a picture see all of it: then it must be computed at once.
        whole = mtmd.mtmd_decode_use_non_causal(self._handle, None)
        self.least_batch = max(256, image_tokens or MOST_TOKENS) if whole else 1

    def show(self, rgb: Any, key: str) -> list[Item]:
        """What stands for a picture in a prompt. rgb: array (height, width, 3) uint8. key: the picture is known again
        by it, "" never. The one before it is forgotten."""
        if self._picture is None or not key or key != self._key:
            self.forget()
            self._shown_before += 1
            self._key = key
            self._picture = self._cut_up(rgb)
        return self._picture.items

    def encoded(self, patch: Patch) -> bool:
        return patch.number in self._shown().encoded

    def encode(self, patch: Patch) -> None:
        """Seconds, or Stopped."""
        import numpy as np

        picture, mtmd = self._shown(), self._library.mtmd
        forget_complaints()
        failed = mtmd.mtmd_encode_chunk(
            self._handle, mtmd.mtmd_input_chunks_get(picture.chunks, patch.number)
        )
        if self._brake.pressed:
            raise Stopped
        if failed:
            reason = "model_memory" if out_of_memory() else "fault"
            raise Refused(reason, f"the picture could not be encoded ({failed})")
        numbers = np.ctypeslib.as_array(mtmd.mtmd_get_output_embd(self._handle), (patch.tokens, self._width))
        picture.encoded[patch.number] = numbers.copy()

    def place(self, patch: Patch, context: Context) -> None:
        """Take an encoded patch into the context."""
        picture, mtmd = self._shown(), self._library.mtmd
        numbers = picture.encoded[patch.number].ctypes.data_as(ctypes.POINTER(ctypes.c_float))
        chunk = mtmd.mtmd_input_chunks_get(picture.chunks, patch.number)
        after = self._library.llama.llama_pos()
        no_callback = mtmd.mtmd_helper_post_decode_callback()

        def compute(position: int) -> int:
            status: int = mtmd.mtmd_helper_decode_image_chunk(
                self._handle, context.handle, chunk, numbers, position, SEQUENCE, context.batch,
                ctypes.byref(after), no_callback, None,
            )  # fmt: skip
            return status

        context.place(patch, compute)

    def forget(self) -> None:
        if self._picture is not None:
            self._library.mtmd.mtmd_input_chunks_free(self._picture.chunks)
            self._picture = None

    def close(self) -> None:
        self.forget()
        if self._handle:
            self._library.mtmd.mtmd_free(self._handle)
            self._handle = None

    def _shown(self) -> Picture:
        assert self._picture is not None, "no picture was shown"
        return self._picture

    def _cut_up(self, rgb: Any) -> Picture:
        import numpy as np

        mtmd = self._library.mtmd
        pixels = np.ascontiguousarray(rgb, np.uint8)
        height, width, _ = pixels.shape
        bitmap = mtmd.mtmd_bitmap_init(width, height, pixels.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8)))
        chunks = mtmd.mtmd_input_chunks_init()
        marker = mtmd.mtmd_default_marker()
        text = mtmd.mtmd_input_text(text=marker, text_len=len(marker), add_special=False, parse_special=True)
        try:
            bitmaps = (mtmd.mtmd_bitmap_p_ctypes * 1)(bitmap)
            failed = mtmd.mtmd_tokenize(self._handle, chunks, ctypes.byref(text), bitmaps, 1)
        finally:
            mtmd.mtmd_bitmap_free(bitmap)
        if failed:
            mtmd.mtmd_input_chunks_free(chunks)
            raise Refused("fault", f"a picture of {height} x {width} could not be taken ({failed})")
        numbers = range(mtmd.mtmd_input_chunks_size(chunks))
        return Picture([item for number in numbers for item in self._items(chunks, number)], chunks)

    def _items(self, chunks: Any, number: int) -> Sequence[Item]:
        """Of one of the chunks: markers around the picture, or a patch of it."""
        mtmd = self._library.mtmd
        chunk = mtmd.mtmd_input_chunks_get(chunks, number)
        if mtmd.mtmd_input_chunk_get_type(chunk) == mtmd.MTMD_INPUT_CHUNK_TYPE_TEXT:
            count = ctypes.c_size_t()
            tokens = mtmd.mtmd_input_chunk_get_tokens_text(chunk, ctypes.byref(count))
            return [tokens[index] for index in range(count.value)]
        tokens = mtmd.mtmd_input_chunk_get_n_tokens(chunk)
        return [Patch(self._shown_before, number, tokens, mtmd.mtmd_input_chunk_get_n_pos(chunk))]
