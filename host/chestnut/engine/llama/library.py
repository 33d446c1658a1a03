"""llama.cpp as it is installed here: its C functions, and what it says while it works."""

from __future__ import annotations

import ctypes
import logging
import os
from collections import deque
from dataclasses import dataclass
from functools import cache
from typing import Any

from chestnut.engine.backend import Unloadable

log = logging.getLogger(__name__)

ERROR = 4  # a level of ggml
OF_MEMORY = (
    "insufficient memory",
    "failed to allocate",
    "unable to allocate",
    "mmap failed",
    "posix_memalign failed",
    "std::bad_alloc",
)

_complaints: deque[str] = deque(maxlen=6)  # its latest errors; it has one log for the whole process


@dataclass(frozen=True, slots=True)
class Library:
    """llama: llama_cpp.llama_cpp, mtmd: llama_cpp.mtmd_cpp (pictures); version: of the binding and of the library."""

    llama: Any
    mtmd: Any
    version: str
    listener: Any  # llama.cpp keeps only its address


@cache
def library() -> Library:
    """Unloadable("engine_missing") where it is not installed or cannot be loaded."""
    os.environ["GGML_NO_BACKTRACE"] = "1"  # else a failed assertion starts a debugger before the process ends
    try:
        import llama_cpp
        from llama_cpp import llama_cpp as llama
        from llama_cpp import mtmd_cpp as mtmd
    except (ImportError, OSError, RuntimeError) as error:
        raise Unloadable("engine_missing", f"llama.cpp cannot be used: {error}: run make engine") from error
    listener = llama.llama_log_callback(_hear)
    for set_listener in (llama.llama_log_set, mtmd.mtmd_log_set, mtmd.mtmd_helper_log_set):
        set_listener(listener, ctypes.c_void_p())
    llama.llama_backend_init()
    return Library(llama, mtmd, f"{llama_cpp.__version__} {llama.llama_version().decode()}", listener)


def _hear(level: int, text: bytes, _data: Any) -> None:
    """Prompts are not among what it says: they reach it as tokens."""
    line = " ".join(text.decode(errors="replace").split())
    if level == ERROR:
        _complaints.append(line)
        if (
            out_of_memory()
        ):  # the next thing may be a failed assertion; who watches this process is to know why
            os.write(2, f"out of memory: {line}\n".encode())
    log.debug("%s", line)


def forget_complaints() -> None:
    _complaints.clear()


def out_of_memory() -> bool:
    """One of its latest complaints is about memory."""
    return any(words in line for line in _complaints for words in OF_MEMORY)


def unloadable(file: object, otherwise: str = "llama.cpp does not say why") -> Unloadable:
    """Why `file` could not be loaded, from the latest complaints; otherwise: where there are none."""
    cause = " / ".join(line for line in _complaints if line) or otherwise
    if out_of_memory():
        return Unloadable("model_memory", f"no memory for {file}: {cause}: choose a smaller model")
    return Unloadable("model_damaged", f"{file} cannot be used: {cause}: run make gemma to fetch it again")
