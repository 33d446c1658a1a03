"""Opens a .litertlm file with LiteRT-LM and translates what may be wrong with it."""

from __future__ import annotations

import ctypes
import re
import shutil
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from chestnut.engine.backend import Refused, Unloadable
from chestnut.engine.messages import Load

MAGIC = b"LITERTLM"
NO_CACHE = ":nocache"
CODE = re.compile(r"[A-Z]+(_[A-Z]+)*(?=:)")  # of a status of Abseil, such as INVALID_ARGUMENT
TOO_LONG = ("too long", "exceeds available state", "maximum number of tokens")
NO_MEMORY = ("RESOURCE_EXHAUSTED", "Cannot allocate", "bad_alloc", "out of memory")


@dataclass(frozen=True, slots=True)
class Opened:
    """engine: litert_lm.Engine. sees: it takes pictures. context_tokens: a conversation remembers at most so many."""

    engine: Any
    sees: bool
    context_tokens: int
    facts: dict[str, Any]


def library() -> Any:
    """The module litert_lm with its native part loaded and silent: its messages may quote a prompt."""
    try:
        import litert_lm

        litert_lm.set_min_log_severity(litert_lm.LogSeverity.SILENT)
    except (ImportError, OSError, RuntimeError, AttributeError) as error:
        raise Unloadable("engine_missing", f"LiteRT-LM cannot be used ({error}): run make engine") from error
    return litert_lm


def open_model(litert: Any, order: Load) -> Opened:
    """Unloadable, also for a file that the library itself would die of."""
    path = Path(order.model)
    size = _size(path)
    try:
        with litert.ModelInfo(str(path)) as info:
            if not info.is_llm_model:
                raise Unloadable("model_damaged", f"{path} holds no language model: run make gemma")
            sees = bool(info.input_modalities.vision)
            most_tokens = info.max_context_tokens
            picture_tokens = info.max_vision_token_budget
        context = min(order.context_tokens, most_tokens) if most_tokens > 0 else order.context_tokens
        engine = litert.Engine(
            str(path),
            backend=litert.Backend.CPU(thread_count=max(1, order.threads)),
            vision_backend=litert.Backend.CPU() if sees else None,
            max_num_tokens=context,
            cache_dir=_cache(order.cache, size),
            enable_benchmark=True,
        )
    except (RuntimeError, OSError) as error:
        raise _unloadable(path, f"{error}: {latest_error(litert)}") from error
    facts = {
        "name": path.name,
        "architecture": "litertlm",
        "file_bytes": size,
        "engine": f"LiteRT-LM {_version()}",
        "sees": sees,
        "context_tokens": context,
        "most_image_tokens": picture_tokens if sees else 0,
    }
    return Opened(engine, sees, context, facts)


def _version() -> str:
    try:
        return version("litert-lm-api")
    except PackageNotFoundError:
        return "of an unknown version"


def _size(path: Path) -> int:
    """In bytes, of a file that begins as a .litertlm file does."""
    try:
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
            size = path.stat().st_size
    except FileNotFoundError as error:
        raise Unloadable("gemma_missing", f"{path} is not there: run make gemma") from error
    except OSError as error:
        raise Unloadable("model_damaged", f"{path} cannot be read: {error.strerror}") from error
    if start[:4] == b"GGUF":
        raise Unloadable("model_damaged", f'{path} is a GGUF file: set [engine] kind = "llama"')
    if start != MAGIC:
        raise Unloadable("model_damaged", f"{path} is no .litertlm file: run make gemma")
    return size


def _cache(folder: str, model_bytes: int) -> str:
    """Where the library keeps weights as it wants them in memory, about as many bytes as the model has; where that
    has no room or may not be written it does without, and takes memory instead."""
    if not folder:
        return NO_CACHE
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
        (place / "writable").touch()
        (place / "writable").unlink()
        room = shutil.disk_usage(place).free > model_bytes
    except OSError:
        return NO_CACHE
    return str(place) if room or any(place.glob("*.xnnpack_cache")) else NO_CACHE


def _unloadable(path: Path, words: str) -> Unloadable:
    if any(word in words for word in NO_MEMORY):
        return Unloadable("model_memory", f"{path} does not fit into memory: {words}")
    return Unloadable("model_damaged", f"{path} is incomplete or damaged, run make gemma: {words}")


def refused(litert: Any, error: Exception) -> Refused:
    """Its detail tells the kind of error alone: the words of the library may quote the prompt."""
    words = f"{error} {latest_error(litert)}"
    code = CODE.search(words)
    detail = f"LiteRT-LM: {code.group() if code else type(error).__name__}"
    if any(word in str(error) for word in TOO_LONG):
        return Refused("prompt_too_long", detail)
    if any(word in words for word in NO_MEMORY):
        return Refused("model_memory", detail)
    return Refused("fault", detail)


def latest_error(litert: Any) -> str:
    """The first line of what the library says of its latest error; its Python face does not pass it on."""
    try:
        native = ctypes.CDLL(str(Path(litert.__file__).with_name("liblitert-lm.so")))
        tell = native.litert_lm_get_last_error_message
    except (OSError, AttributeError):
        return ""
    tell.restype = ctypes.c_char_p
    return (tell() or b"").decode(errors="replace").partition("\n")[0][:200]
