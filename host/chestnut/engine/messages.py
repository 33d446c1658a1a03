"""What the runtime and the engine's process say to each other over one socket pair.

Every message is a JSON object in a frame of multiprocessing's Connection; the pixels of a picture follow their
order as one frame of raw bytes. Nothing is pickled: a process that lies can only be refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from multiprocessing.connection import Connection
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
    """As core.ports.Prompt. picture: (height, width) of the RGB bytes that follow this message, or None. key: what
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
    """Stop thinking this job. Answered by Cancelled as soon as the process can hear again."""

    job: int


# --- from the process -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ready:
    """The model is loaded and its constant prompts are warm. sees: it can take a picture."""

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
    job: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    job: int


Message = Load | Think | Cancel | Ready | Unusable | Reached | Wrote | Done | Failed | Cancelled
KINDS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (Load, Think, Cancel, Ready, Unusable, Reached, Wrote, Done, Failed, Cancelled)
}
T = TypeVar("T")


def send(connection: Connection, message: Message, pixels: bytes | memoryview | None = None) -> None:
    """OSError when the other side is gone."""
    connection.send_bytes(encode(message))
    if pixels is not None:
        connection.send_bytes(pixels)


def receive(connection: Connection) -> tuple[Message, bytes | None]:
    """The next message, and the pixels if it brings some. EOFError or OSError when the other side is gone; BadMessage
    when it is no message."""
    message = decode(connection.recv_bytes(LONGEST))
    if isinstance(message, Think) and message.picture is not None:
        pixels = connection.recv_bytes(LARGEST_PICTURE)
        height, width = message.picture
        if len(pixels) != height * width * 3:
            raise BadMessage(
                f"a picture of {height} x {width} has {height * width * 3} bytes, not {len(pixels)}"
            )
        return message, pixels
    return message, None


def encode(message: Message) -> bytes:
    """ValueError when it is longer than LONGEST."""
    data = json.dumps({"is": type(message).__name__, **asdict(message)}, ensure_ascii=False).encode()
    if len(data) > LONGEST:
        raise ValueError(f"a message of {len(data)} bytes is too long: at most {LONGEST}")
    return data


def decode(data: bytes) -> Message:
    """BadMessage when it is none."""
    try:
        table = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadMessage(f"not JSON: {data[:40]!r}") from error
    if not isinstance(table, dict) or table.get("is") not in KINDS:
        raise BadMessage(f"no message: {data[:60]!r}")
    message: Message = _build(KINDS[table.pop("is")], table)
    return message


def _build(kind: type[T], table: Mapping[str, Any]) -> T:
    hints = get_type_hints(kind)
    if set(table) != {item.name for item in fields(kind)}:  # type: ignore[arg-type]
        raise BadMessage(f"{kind.__name__} does not have {', '.join(sorted(table))}")
    return kind(
        **{name: _value(f"{kind.__name__}.{name}", hints[name], value) for name, value in table.items()}
    )


def _value(place: str, wanted: Any, value: Any) -> Any:
    if wanted is Effort and isinstance(value, dict):
        return _build(Effort, value)
    if wanted is Stage and value in list(Stage):
        return Stage(value)
    if wanted is float and type(value) in (int, float):
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
    raise BadMessage(f"{place} cannot be {value!r}"[:120])
