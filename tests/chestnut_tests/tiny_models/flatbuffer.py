"""Tables of a flatbuffer, written from plain Python without anybody's generated code."""

from __future__ import annotations

from typing import Any

import flatbuffers


class Number:
    """A number of a table: kind is one of Bool, Int8, Int32, Uint8, Uint32, Uint64."""

    def __init__(self, kind: str, value: int) -> None:
        self.kind, self.value = kind, value


Table = dict[int, Any]  # slot → Number, str, bytes, Table, list of int (32 bits), list of Table


def flatbuffer(root: Table, identifier: bytes | None = None) -> bytes:
    builder = flatbuffers.Builder(1 << 16)
    builder.Finish(_build(builder, root), file_identifier=identifier)
    return bytes(builder.Output())


def _build(builder: Any, value: Any) -> int:
    """Writes it and returns where it stands."""
    if isinstance(value, str):
        return int(builder.CreateString(value))
    if isinstance(value, bytes):
        return _bytes(builder, value)
    if isinstance(value, list):
        return _vector(builder, value)
    built = {
        slot: item if isinstance(item, Number) else _build(builder, item) for slot, item in value.items()
    }
    builder.StartObject(max(value, default=-1) + 1)
    for slot, item in built.items():
        if isinstance(item, Number):
            getattr(builder, f"Prepend{item.kind}Slot")(slot, item.value, 0)
        else:
            builder.PrependUOffsetTRelativeSlot(slot, item, 0)
    return int(builder.EndObject())


def _vector(builder: Any, items: list[Any]) -> int:
    numbers = all(isinstance(item, int) for item in items)
    entries = items if numbers else [_build(builder, item) for item in items]
    builder.StartVector(4, len(entries), 4)
    for entry in reversed(entries):
        if numbers:
            builder.PrependInt32(entry)
        else:
            builder.PrependUOffsetTRelative(entry)
    return int(builder.EndVector())


def _bytes(builder: Any, data: bytes) -> int:
    builder.StartVector(1, len(data), 16)  # TensorFlow Lite wants weights at a multiple of 16
    builder.head -= len(data)
    builder.Bytes[builder.head : builder.head + len(data)] = data
    return int(builder.EndVector())
