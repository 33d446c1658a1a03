"""One recording of a simulated device, begun, ended and replayed from the page: events and orders, no pictures. It
lies in the owner's cache and is gone with the next one."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path
from typing import Any, TextIO

from chestnut.core.conductor import Keymap
from chestnut.core.effects import Order
from chestnut.core.events import Event
from chestnut.runtime.codec import BadRecord
from chestnut.runtime.loop import Runtime
from chestnut.runtime.recording import Recorder, replay

log = logging.getLogger(__name__)

MOST_EVENTS = 20_000  # then it ends by itself
WAIT_S = 10.0


class TapeRefused(ValueError):
    """key: of [refused] in the page's words, why it cannot be done now."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Tape:
    """Every call but hear() from a thread that is not the device's loop; each waits for that loop."""

    def __init__(self, device: Runtime, keymap: Keymap, path: Path, loop: asyncio.AbstractEventLoop) -> None:
        self._device, self._keymap, self._path, self._loop = device, keymap, path, loop
        self._file: TextIO | None = None
        self._recorder: Recorder | None = None
        self._events = 0

    def state(self) -> dict[str, Any]:
        return {"records": self._recorder is not None, "events": self._events, "kept": self._path.is_file()}

    def act(self, act: str) -> dict[str, Any]:
        """act: "begin", "end" or "replay". TapeRefused tells why not; KeyError for another act."""
        acts = {"begin": self._begin, "end": self._end}
        if act == "replay":
            return {**self.state(), "replayed": self._replay()}
        asyncio.run_coroutine_threadsafe(self._on_loop(acts[act]), self._loop).result(WAIT_S)
        return self.state()

    def close(self) -> None:
        """On the device's loop, or when it has ended."""
        self._end()

    async def _on_loop(self, work: Any) -> None:
        work()

    def _begin(self) -> None:
        """In silence alone: what is under way could not be told from the file."""
        if self._recorder is not None:
            return
        conductor = self._device.conductor
        if conductor.busy:
            raise TapeRefused("tape_busy")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            opened = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            self._file = os.fdopen(opened, "w", encoding="utf-8")
            self._recorder = Recorder(self._file, conductor.session, self._keymap, conductor.jobs)
        except OSError as error:
            log.warning("nothing can be recorded: %s", error)
            self._end()
            raise TapeRefused("tape_full") from error
        self._events = 0
        self._device.taps.append(self.hear)

    def hear(self, event: Event, orders: tuple[Order, ...]) -> None:
        """On the device's loop."""
        if self._recorder is None:
            return
        try:
            self._recorder(event, orders)
        except OSError as error:
            log.warning("the recording ends: %s", error)
            self._end()
            return
        self._events += 1
        if self._events >= MOST_EVENTS:
            self._loop.call_soon(self._end)

    def _end(self) -> None:
        self._recorder = None
        if self.hear in self._device.taps:
            self._device.taps.remove(self.hear)
        if self._file is not None:
            file, self._file = self._file, None
            try:
                file.close()
            except OSError as error:
                log.warning("the recording is not whole: %s", error)

    def _replay(self) -> dict[str, Any]:
        """Fed to a new conductor: how many events, how many of them it answers otherwise now, and the first of
        those."""
        if self._recorder is not None:
            raise TapeRefused("tape_runs")
        try:
            steps = [
                (type(step.event).__name__, step.differs) for step in replay(self._path, self._device.skills)
            ]
        except (BadRecord, OSError) as error:
            log.warning("the recording cannot be replayed: %s", error)
            raise TapeRefused("tape_none") from error
        differing = [name for name, differs in steps if differs]
        return {"events": len(steps), "differing": len(differing), "first": differing[0] if differing else ""}
