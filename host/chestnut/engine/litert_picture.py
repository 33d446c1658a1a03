"""How a picture is handed to LiteRT-LM."""

from __future__ import annotations

import ctypes
from typing import Any


def portable_pixmap(rgb: Any) -> bytes:
    """Array (height, width, 3) uint8 as the plainest of the formats the library reads: nothing is lost, nothing
    computed."""
    height, width, _ = rgb.shape
    return b"P6\n%d %d\n255\n" % (width, height) + bytes(rgb.tobytes())


def limit_picture(conversation: Any, tokens: int) -> bool:
    """A picture of this conversation has at most so many tokens; models with pictures of one size have their own
    number. The library can do it in C and does not say so in Python 0.18.1; False where it cannot."""
    native = getattr(conversation, "_lib", None)
    create = getattr(conversation, "_create_optional_args", None)
    limit = getattr(native, "litert_lm_conversation_optional_args_set_visual_token_budget", None)
    if limit is None or create is None:
        return False
    limit.argtypes, limit.restype = [ctypes.c_void_p, ctypes.c_int], None

    def limited(**wishes: Any) -> Any:
        pointer = create(**wishes)
        if pointer:
            limit(pointer, tokens)
        return pointer

    conversation._create_optional_args = limited
    return True
