"""A pad as the system reads it: on a cable, by classic Bluetooth or by Low Energy, all alike (evdev).

It is found by listing a folder once a second: a service without network hears none of udev's messages. It is grabbed,
so that no console takes its keys for text, and the kernel stamps its events with the monotonic clock.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
from collections.abc import Callable
from pathlib import Path

from chestnut.core.events import PadMeasured, Part, PartFound, PartLost
from chestnut.core.pad import Layout, Models
from chestnut.core.ports import Clock, Post
from chestnut.devices.input_node import EV_ABS, EV_KEY, EV_SYN, EventNode, Node
from chestnut.devices.pad_keys import DIRECTIONS, PadKeys
from chestnut.devices.pads_here import INPUT, SYSTEM, PadHere, battery_of, layout_of, nodes, unreadable

log = logging.getLogger(__name__)

RESCAN_S = 1.0
BATTERY_S = 60.0
DENIED_S = 5.0  # udev gives a new device its permissions only after a moment


class EvdevPad:
    """The Pad port. wanted: a part of the name, or the address; "" takes the first there is. hold_s: as in PadKeys.
    folder, system: where the nodes are, and what the system tells of them. open_node: raises OSError."""

    def __init__(
        self,
        post: Post,
        clock: Clock,
        models: Models,
        hold_s: float,
        *,
        wanted: str = "",
        folder: Path = INPUT,
        system: Path = SYSTEM,
        open_node: Callable[[str], Node] = EventNode,
        rescan_s: float = RESCAN_S,
    ) -> None:
        self._post = post
        self._clock = clock
        self._models = models
        self._hold_s = hold_s
        self._wanted = wanted
        self._folder = folder
        self._system = system
        self._open_node = open_node
        self._rescan_s = rescan_s
        self._task: asyncio.Task[None] | None = None
        self._no_pads: set[tuple[Path, int]] = set()
        self._denied_since: float | None = None
        self._present = False
        self._told = ""  # the loss that was told last; "" while a pad is there, and before the first
        self._battery: int | None = None

    async def start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._live(), name="pad")

    async def close(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _live(self) -> None:
        while True:
            found = self._find()
            if found is None:
                await asyncio.sleep(self._rescan_s)
                continue
            node, path, layout = found
            try:
                await self._converse(node, path, layout)
            except OSError as error:
                if self._present:
                    self._lost("pad_lost", f"the pad {node.name} is gone: {error.strerror or error}")
                elif error.errno == errno.EBUSY:
                    self._lost("pad_busy", f"another program has the pad {node.name} on {path}: end it")
                else:
                    log.debug("%s: %s", path, error)  # it went before it was taken
            finally:
                node.close()
            await asyncio.sleep(self._rescan_s)

    def _find(self) -> tuple[Node, Path, Layout] | None:
        """The first node that is a pad we want; of the others it is remembered that they are none."""
        denied = None
        there = set()
        for path, key in nodes(self._folder):
            there.add(key)
            if key in self._no_pads:
                continue
            try:
                node = self._open_node(str(path))
            except PermissionError:
                named = unreadable(self._system, path, self._models)
                denied = named if named and self._is_wanted(named.name, named.address) else denied
                continue
            except (OSError, ValueError) as error:  # it went, is no event device, or its name is no text
                log.debug("%s: %s", path, error)
                continue
            layout = layout_of(self._models, node)
            if layout is not None and self._is_wanted(node.name, node.address):
                self._denied_since = None
                return node, path, layout
            node.close()
            self._no_pads.add(key)
        self._no_pads &= there
        self._deny(denied)
        return None

    def _is_wanted(self, name: str, address: str) -> bool:
        wanted = self._wanted.casefold()
        return wanted in name.casefold() or wanted == address.casefold()

    def _deny(self, denied: PadHere | None) -> None:
        now = self._clock.now()
        if denied is None:
            self._denied_since = None
        elif self._denied_since is None:
            self._denied_since = now
        elif now - self._denied_since >= DENIED_S:
            remedy = "add the user to the group input: sudo usermod -aG input USER, then log in anew"
            self._lost("pad_denied", f"{denied.name} on {denied.path} may not be read; {remedy}")

    async def _converse(self, node: Node, path: Path, layout: Layout) -> None:
        """Tell what its keys do until it is gone: then OSError."""
        node.take()
        keys = PadKeys(layout, self._post, self._clock, self._hold_s)
        loop = asyncio.get_running_loop()
        gone: asyncio.Future[None] = loop.create_future()
        reader = _Reader(node, keys, layout, gone)
        loop.add_reader(node.fileno(), reader.readable)
        try:
            self._found(node.name)
            while True:
                self._measure(path)
                await asyncio.wait((gone,), timeout=BATTERY_S)
                if gone.done():
                    gone.result()
        finally:
            loop.remove_reader(node.fileno())
            keys.close()
            gone.cancel()
            if not gone.cancelled():
                gone.exception()  # it is told, or nobody is left to hear it

    def _measure(self, path: Path) -> None:
        percent = battery_of(self._system, path)
        if percent != self._battery:
            self._battery = percent
            self._post(PadMeasured(at=self._clock.now(), percent=percent))

    def _found(self, name: str) -> None:
        log.info("pad found: %s", name)
        self._told, self._present = "", True
        self._post(PartFound(at=self._clock.now(), part=Part.PAD))

    def _lost(self, reason: str, text: str) -> None:
        """Told once, however often it is tried again."""
        if reason == self._told:
            return
        self._told, self._present = reason, False
        self._battery = None
        log.warning("%s", text)
        self._post(PartLost(at=self._clock.now(), part=Part.PAD, reason=reason))


class _Reader:
    """Reads a node when there is something to be read. gone: fails with the OSError that ended it."""

    def __init__(self, node: Node, keys: PadKeys, layout: Layout, gone: asyncio.Future[None]) -> None:
        self._node = node
        self._keys = keys
        self._gone = gone
        self._missed = False
        self._triggers = frozenset(layout.triggers)

    def readable(self) -> None:
        try:
            for kind, code, value, at in self._node.read():
                self._take(kind, code, value, at)
        except BlockingIOError:
            return
        except OSError as error:
            asyncio.get_running_loop().remove_reader(self._node.fileno())
            if not self._gone.done():
                self._gone.set_exception(error)

    def _take(self, kind: int, code: str, value: int, at: float) -> None:
        if kind == EV_SYN:
            self._sync(code, at)
        elif not self._missed:
            self._move(kind, code, value, at)

    def _sync(self, code: str, at: float) -> None:
        """After events were lost, what comes until the next report is broken; then everything is asked anew
        (kernel documentation, input/event-codes, SYN_DROPPED)."""
        if code == "SYN_DROPPED":
            self._missed = True
        elif code == "SYN_REPORT" and self._missed:
            self._missed = False
            for kind, each, value in self._node.state():
                self._move(kind, each, value, at)

    def _move(self, kind: int, code: str, value: int, at: float) -> None:
        if kind == EV_KEY and value in (0, 1):  # 2 is a repetition by the kernel
            self._keys.key(code, bool(value), at)
        elif kind == EV_ABS and code in self._triggers:
            self._keys.axis(code, (self._node.place(code, value) + 1) / 2, at)
        elif kind == EV_ABS and code in DIRECTIONS:
            self._keys.axis(code, self._node.place(code, value), at)
