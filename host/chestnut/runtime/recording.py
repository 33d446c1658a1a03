"""A recording is the events and the orders they caused, as JSON lines. Replay feeds the events to a new conductor
and compares the orders.

It holds what was said and read, never a picture: record only with the wearer's consent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from chestnut.core.conductor import Conductor, Keymap
from chestnut.core.effects import Order
from chestnut.core.events import Event
from chestnut.core.gestures import Kind
from chestnut.core.session import Session
from chestnut.core.skill import Skill
from chestnut.runtime.codec import BadRecord, build, event_from, plain

VERSION = 1


class Recorder:
    """Writes each event with its orders as it happens; a line is whole or not there. jobs: the conductor's, where
    it is begun later than the device, while that is silent."""

    def __init__(self, file: TextIO, session: Session, keymap: Keymap, jobs: int = 0) -> None:
        self._file = file
        keys = [[*map(str, place), skill] for place, skill in keymap.items()]
        begun = {"jobs": jobs} if jobs else {}
        self._write({"chestnut": VERSION, "session": plain(session), "keymap": keys, **begun})

    def __call__(self, event: Event, orders: tuple[Order, ...]) -> None:
        self._write({"event": plain(event), "orders": plain(orders)})

    def _write(self, data: dict[str, Any]) -> None:
        self._file.write(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n")
        self._file.flush()


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a recording, what it caused then and what it causes now."""

    line: int
    event: Event
    recorded: list[Any]
    replayed: list[Any]

    @property
    def differs(self) -> bool:
        return self.recorded != self.replayed


def replay(path: Path, skills: Mapping[str, Skill]) -> Iterator[Step]:
    """Every step of the recording. BadRecord names the line that cannot be read."""
    conductor: Conductor | None = None
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                data = json.loads(line)
                if conductor is None:
                    conductor = _conductor(data, skills)
                    continue
                event = event_from(data["event"])
                recorded = data["orders"]
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise BadRecord(f"{path}, line {number}: {error}") from error
            yield Step(number, event, recorded, plain(conductor.handle(event)))
    if conductor is None:
        raise BadRecord(f"{path} is empty: record one with chestnut run --record FILE")


def _conductor(data: Any, skills: Mapping[str, Skill]) -> Conductor:
    if not isinstance(data, dict) or data.get("chestnut") != VERSION:
        raise BadRecord(
            f"not a recording of version {VERSION}: record it again with chestnut run --record FILE"
        )
    keys = ((button, Kind(kind), *mode, skill) for button, kind, *mode, skill in data["keymap"])
    keymap: dict[Any, str] = {tuple(place): skill for *place, skill in keys}
    return Conductor(skills, keymap, build(Session, data["session"]), jobs=int(data.get("jobs", 0)))
