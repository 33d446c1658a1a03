"""A device with real eyes, skills and memory, in one process. Camera, voice and pod are stand-ins, keys are events.

It is told of by `said` and `keys`: what would be spoken, in English, and the phrases' keys.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from chestnut.core.effects import Order, Remark, Say, Start
from chestnut.core.events import ButtonChanged, Edge, Event, SpeechEnded
from chestnut.core.ports import Post, Speech
from chestnut.core.session import Session
from chestnut.locale import Phrases
from chestnut.memory.store import Store
from chestnut.runtime.clock import HostClock
from chestnut.runtime.loop import Runtime
from chestnut.runtime.performer import Parts
from chestnut.sim.camera import FakeCamera
from chestnut.skills.choose import NAMES

from chestnut_tests.drive import default_keymap
from chestnut_tests.memory_desk import Desk
from chestnut_tests.sealed import sealed

PATIENCE_S = 60.0


class Pod:
    def buzz(self, pattern: object) -> None: ...

    async def close(self) -> None: ...


class Voice:
    """Every speech ends at once."""

    def __init__(self, post: Post) -> None:
        self._post = post

    def say(self, job: int, speech: Speech) -> None:
        self._post(SpeechEnded(at=HostClock().now(), job=job))

    def hush(self, job: int | None = None) -> None: ...

    def chime(self, *_: object) -> None: ...

    def tone(self, *_: object) -> None: ...

    def close(self) -> None: ...


class Moving(FakeCamera):
    """Films something that moves a little: another of `pictures` with each frame."""

    def __init__(self, post: Post) -> None:
        super().__init__(post)
        self.pictures: list[Any] = []
        self._turn = 0

    def film(self, pictures: list[Any]) -> None:
        self.pictures = pictures
        self.show(pictures[0])

    def _take(self) -> Any:
        if self.pictures:
            self._turn += 1
            self._picture = self.pictures[self._turn % len(self.pictures)]
        return super()._take()


class Life:
    """A device with a real memory. make: its parts, around camera and voice. said: the sentences, in English."""

    def __init__(self, store: Store, make: Callable[[Life, Post], Parts]) -> None:
        self.store = store
        self.said: list[str] = []
        self.keys: list[str] = []
        self.events: list[Event] = []
        self.at = 0.0
        self._make = make
        self._camera: Moving | None = None
        self._changed = asyncio.Event()

    @property
    def camera(self) -> Moving:
        assert self._camera is not None
        return self._camera

    async def assemble(self, post: Post) -> Parts:
        self._camera = Moving(post)
        return self._make(self, post)

    def tap(self, event: Event, orders: tuple[Order, ...]) -> None:
        self.events.append(event)
        for order in orders:
            match order:
                case Start(effect=Say() as say) | Start(effect=Remark(say=say)):
                    self.said.append(Phrases.of("en").render(say.key, say.args))
                    self.keys.append(say.key)
        self._changed.set()

    async def says(self, *keys: str) -> str:
        """Until one of them is said; the sentence. What was said before is forgotten."""
        async with asyncio.timeout(PATIENCE_S):
            while not (found := next((at for at, key in enumerate(self.keys) if key in keys), -1) + 1):
                self._changed.clear()
                await self._changed.wait()
        sentence = self.said[found - 1]
        self.said.clear()
        self.keys.clear()
        return sentence

    def press(self, device: Runtime, button: str, after_s: float = 0.6) -> None:
        """after_s: the finger's time since its last press; nobody waits for it."""
        self.at = max(self.at, HostClock().now()) + after_s
        device.post(ButtonChanged(at=self.at, button=button, edge=Edge.DOWN))
        device.post(ButtonChanged(at=self.at, button=button, edge=Edge.UP))

    def twice(self, device: Runtime, button: str) -> None:
        self.press(device, button)
        self.press(device, button, after_s=0.0)

    def choose(self, device: Runtime, skill: str) -> None:
        """From the menu, backwards from its first entry."""
        self.twice(device, "ask")
        for _ in range(len(NAMES) - NAMES.index(skill)):
            self.press(device, "find")
        self.press(device, "describe")


def live(
    desk: Desk,
    make: Callable[[Life, Post], Parts],
    scenario: Callable[[Life, Runtime], Awaitable[None]],
    *taps: Callable[[Event, tuple[Order, ...]], None],
) -> Life:
    """The scenario, from "ready" to the end, without a network; no thread is left behind."""
    before = set(threading.enumerate())
    with desk.open() as store:
        life = Life(store, make)

        async def run() -> None:
            async with Runtime(life.assemble, default_keymap(), Session(), (*taps, life.tap)) as device:
                await life.says("ready")
                await scenario(life, device)

        sealed(lambda: asyncio.run(run()))
    assert {thread.name for thread in set(threading.enumerate()) - before} <= {"asyncio_0"}
    return life
