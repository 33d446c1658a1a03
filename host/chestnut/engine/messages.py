"""What the runtime and the engine's process say to each other. engine/framing.py carries it.

Every message is a JSON object; nothing is pickled: a process that lies can only be refused. What is refused is told
by its shape alone, for a message carries what the wearer said or heard.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeVar, get_type_hints

from chestnut.core.thought import Effort, Stage

LONGEST = 256 * 1024  # bytes of one JSON message
LARGEST_PICTURE = 64 * 1024 * 1024  # bytes


class BadMessage(ValueError):
    """The other side sent what this version does not know."""


# --- to the process -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Load:
    """Always the first. backend: "llama" or "litert". systems: constant prompts to keep warm, most used first.
    cache: folder for their states, "" for none. threads: of the model. memory_mb: at most so much private memory, 0
    for no limit. image_tokens: at most so many a picture, 0 for the model's own number."""

    backend: str
    model: str
    projector: str = ""
    systems: tuple[str, ...] = ()
    cache: str = ""
    threads: int = 1
    context_tokens: int = 2048
    memory_mb: int = 0
    image_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Think:
    """As core.ports.Prompt; one at a time. picture: (height, width) of the RGB bytes that follow, or None. key: what
    the picture is known again by."""

    job: int
    system: str
    turns: tuple[str, ...]
    picture: tuple[int, int] | None = None
    key: str = ""
    max_tokens: int = 160
    grammar: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop thinking this job. Always answered by Cancelled, as soon as the process can hear again."""

    job: int


# --- from the process -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ready:
    """The model is loaded and its constant prompts are warm. sees: it can take a picture. facts: JSON data."""

    sees: bool
    load_ms: float
    warm_ms: float
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unusable:
    """The model cannot be used; the process ends. reason: a phrase key; detail: for the log, names files."""

    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Reached:
    job: int
    stage: Stage


@dataclass(frozen=True, slots=True)
class Wrote:
    """A piece of the answer, whole characters but not whole words."""

    job: int
    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """whole: the model ended by itself; else max_tokens cut it."""

    job: int
    whole: bool
    effort: Effort


@dataclass(frozen=True, slots=True)
class Failed:
    """reason: a phrase key; detail: for the log, nothing of what was asked or written."""

    job: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The answer to Cancel, also where the job had ended or was never heard of."""

    job: int


Message = Load | Think | Cancel | Ready | Unusable | Reached | Wrote | Done | Failed | Cancelled
KINDS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (Load, Think, Cancel, Ready, Unusable, Reached, Wrote, Done, Failed, Cancelled)
}
HINTS: dict[Any, dict[str, Any]] = {kind: get_type_hints(kind) for kind in (*KINDS.values(), Effort)}
T = TypeVar("T")


def encode(message: Message) -> bytes:
    """ValueError when it is longer than LONGEST."""
    text = json.dumps({"is": type(message).__name__, **asdict(message)}, ensure_ascii=False)
    data = text.encode(errors="surrogatepass")
    if len(data) > LONGEST:
        raise ValueError(f"a message of {len(data)} bytes is too long: at most {LONGEST}")
    return data


def decode(data: bytes | bytearray) -> Message:
    """BadMessage when it is none."""
    if len(data) > LONGEST:
        raise BadMessage(f"a message of {len(data)} bytes is too long")
    try:
        table = json.loads(data)
    except (ValueError, RecursionError):
        raise BadMessage(f"{len(data)} bytes that are not JSON") from None
    kind = table.pop("is", None) if isinstance(table, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise BadMessage(f"{len(data)} bytes of JSON that are no message")
    message: Message = _build(KINDS[kind], table)
    return message


def _build(kind: type[T], table: Mapping[str, Any]) -> T:
    if set(table) != {item.name for item in fields(kind)}:  # type: ignore[arg-type]
        raise BadMessage(f"a {kind.__name__} with other fields than its own")
    hints = HINTS[kind]
    return kind(
        **{name: _value(f"{kind.__name__}.{name}", hints[name], value) for name, value in table.items()}
    )


def _value(place: str, wanted: Any, value: Any) -> Any:
    if wanted is Effort and isinstance(value, dict):
        return _build(Effort, value)
    if wanted is Stage and value in list(Stage):
        return Stage(value)
    if wanted is float and (type(value) is float or (type(value) is int and abs(value) <= 2**53)):
        return float(value)
    if wanted in (int, str, bool) and type(value) is wanted:
        return value
    if wanted == tuple[str, ...] and isinstance(value, list) and all(type(item) is str for item in value):
        return tuple(value)
    if wanted == (tuple[int, int] | None):
        if value is None:
            return None
        if (
            isinstance(value, list)
            and len(value) == 2
            and all(type(item) is int and item > 0 for item in value)
        ):
            return tuple(value)
    if wanted == dict[str, Any] and isinstance(value, dict):
        return value
    raise BadMessage(f"{place} cannot be a {type(value).__name__} like that")
