"""Events and orders as plain JSON data and back, by their own type hints. Used by recordings and by --json."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from chestnut.core import effects, events

KINDS: dict[str, Any] = {
    name: kind for module in (events, effects) for name, kind in vars(module).items() if is_dataclass(kind)
}


class BadRecord(ValueError):
    """The data is not what a recording of this version holds."""


def plain(value: Any) -> Any:
    """JSON data. A dataclass of the vocabulary carries its name under "is" where a reader could not know it."""
    if is_dataclass(value) and not isinstance(value, type):
        data = {item.name: plain(getattr(value, item.name)) for item in fields(value)}
        return {"is": type(value).__name__, **data} if type(value).__name__ in KINDS else data
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    return value


def event_from(data: Any) -> events.Event:
    """BadRecord when it is not an event of this version."""
    if not isinstance(data, dict) or data.get("is") not in KINDS:
        raise BadRecord(f"no event: {str(data)[:60]!r}")
    kind = KINDS[data["is"]]
    if not issubclass(kind, events.Event):
        raise BadRecord(f"{kind.__name__} is no event")
    event = _build(kind, {name: value for name, value in data.items() if name != "is"})
    assert isinstance(event, events.Event)
    return event


def build(kind: Any, data: Any) -> Any:
    """A dataclass of plain data. BadRecord when it does not fit."""
    return _build(kind, data)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _build(kind: Any, data: Any) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        choices = [choice for choice in get_args(kind) if choice is not type(None)]
        if data is None and len(choices) < len(get_args(kind)):
            return None
        if isinstance(data, dict) and data.get("is") in KINDS and KINDS[data["is"]] in choices:
            return _build(KINDS[data["is"]], {name: value for name, value in data.items() if name != "is"})
        kind = choices[0]
    if is_dataclass(kind) and isinstance(kind, type):
        if not isinstance(data, dict):
            raise BadRecord(f"{getattr(kind, '__name__', kind)} needs an object, not {type(data).__name__}")
        hints = _hints(kind)
        try:
            return kind(**{name: _build(hints[name], value) for name, value in data.items() if name != "is"})
        except (TypeError, KeyError) as error:
            raise BadRecord(f"{getattr(kind, '__name__', kind)}: {error}") from error
    if get_origin(kind) is tuple:
        if not isinstance(data, list):
            raise BadRecord(f"a list is needed, not {type(data).__name__}")
        inner = get_args(kind)
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(_build(inner[0], item) for item in data)
        if len(inner) != len(data):
            raise BadRecord(f"{len(inner)} items are needed, not {len(data)}")
        return tuple(_build(one, item) for one, item in zip(inner, data, strict=True))
    if isinstance(kind, type) and issubclass(kind, Enum):
        try:
            return kind(data)
        except ValueError as error:
            raise BadRecord(str(error)) from error
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if kind in (int, float, str, bool) and not isinstance(data, kind):
        raise BadRecord(f"{kind.__name__} is needed, not {data!r}")
    return data
