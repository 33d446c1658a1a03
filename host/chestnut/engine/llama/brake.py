"""Stopping llama.cpp in the middle of its work."""

from __future__ import annotations

import ctypes
from typing import Any


class Brake:
    """One byte that is looked at after every step of a computation.

    node_check, with node_data, is llama.cpp's abort callback: libc's strlen on that byte, 0 while it is zero and 1
    when it is not. So looking costs nanoseconds and takes no lock of Python's, and pressing works from any thread
    while the computation holds whatever it holds.

    layer_check is the evaluation callback of the picture's encoder, which has no abort callback: asked after every
    step whether to go on. What was encoded so far is then worthless, though the encoder does not say so.
    """

    def __init__(self, llama: Any) -> None:
        self._byte = ctypes.create_string_buffer(2)
        self.node_check = ctypes.cast(ctypes.CDLL(None).strlen, llama.ggml_abort_callback)
        self.node_data = ctypes.cast(self._byte, ctypes.c_void_p)
        self.layer_check = llama.ggml_backend_sched_eval_callback(self._go_on)

    @property
    def pressed(self) -> bool:
        return self._byte.raw[0] != 0

    def press(self) -> None:
        self._byte[0] = b"\1"

    def release(self) -> None:
        self._byte[0] = b"\0"

    def _go_on(self, _tensor: Any, ask: bool, _data: Any) -> bool:
        """ask: before a step, whether to be called after it."""
        return ask or not self.pressed
