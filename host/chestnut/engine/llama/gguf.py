"""Whether a GGUF file is all there. llama.cpp sees to that with a model; a projector that was cut off it loads, and
looks at pictures with whatever is in the place of the rest."""

from __future__ import annotations

import ctypes
from pathlib import Path

from chestnut.engine.llama.library import Library


class Parameters(ctypes.Structure):
    """struct gguf_init_params. no_alloc: read only the header."""

    _fields_ = (("no_alloc", ctypes.c_bool), ("context", ctypes.c_void_p))


# Of ggml/include/gguf.h; the binding has no names for them.
FUNCTIONS = {
    "gguf_init_from_file": ((ctypes.c_char_p, Parameters), ctypes.c_void_p),
    "gguf_free": ((ctypes.c_void_p,), None),
    "gguf_get_data_offset": ((ctypes.c_void_p,), ctypes.c_size_t),
    "gguf_get_n_tensors": ((ctypes.c_void_p,), ctypes.c_int64),
    "gguf_get_tensor_offset": ((ctypes.c_void_p, ctypes.c_int64), ctypes.c_size_t),
    "gguf_get_tensor_size": ((ctypes.c_void_p, ctypes.c_int64), ctypes.c_size_t),
}


def complete(library: Library, path: Path) -> bool:
    """False also where it is no GGUF file."""
    ggml = library.llama._lib
    for name, (arguments, result) in FUNCTIONS.items():
        function = getattr(ggml, name)
        function.argtypes, function.restype = arguments, result
    header = ggml.gguf_init_from_file(str(path).encode(), Parameters(no_alloc=True))
    if not header:
        return False
    last = ggml.gguf_get_n_tensors(header) - 1
    end = ggml.gguf_get_data_offset(header)
    if last >= 0:
        end += ggml.gguf_get_tensor_offset(header, last) + ggml.gguf_get_tensor_size(header, last)
    ggml.gguf_free(header)
    return bool(end <= path.stat().st_size)
