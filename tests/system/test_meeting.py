"""A person is met, known again, forgotten: keys, skills, real model and memory; camera and voice are stand-ins."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import cv2
import matplotlib
import numpy as np
import skimage.data
from chestnut.core.effects import Order, Say, Start
from chestnut.core.events import ButtonChanged, Edge, Event, PeopleRecognised, SpeechEnded
from chestnut.core.ports import Post, Speech
from chestnut.core.session import Session
from chestnut.devices.pictures import load_picture
from chestnut.locale import Phrases
from chestnut.memory.store import Store
from chestnut.perception.light import judge
from chestnut.perception.watcher import Watcher
from chestnut.runtime.assemble import merge, open_acquaintances, open_eyes
from chestnut.runtime.clock import HostClock
from chestnut.runtime.enrolling import Enrolling
from chestnut.runtime.keepsake import Keepsake
from chestnut.runtime.loop import Runtime
from chestnut.runtime.performer import Parts
from chestnut.runtime.recording import Recorder
from chestnut.sim.camera import FakeCamera
from chestnut.skills.choose import NAMES
from chestnut_tests.drive import default_keymap
from chestnut_tests.memory_desk import Desk

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
    """Films a person who moves a little: another of `pictures` with each frame."""

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


def moving(rgb: Any) -> list[Any]:
    height, width = rgb.shape[:2]
    shown = []
    for degrees, gamma in ((0, 1.0), (7, 0.8), (-7, 1.2), (3, 0.9), (-4, 0.7), (10, 1.1), (-10, 1.0)):
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        tilted = cv2.warpAffine(rgb, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)
        shown.append((255 * (tilted / 255.0) ** gamma).astype(np.uint8))
    return shown


class Life:
    """A device with a real memory. said: the sentences, in English."""

    def __init__(self, store: Store, names: tuple[str, ...] = ()) -> None:
        self.store, self.names = store, names
        self.said: list[str] = []
        self.keys: list[str] = []
        self.events: list[Event] = []
        self.camera: Moving | None = None
        self.at = 0.0
        self._changed = asyncio.Event()

    async def assemble(self, post: Post) -> Parts:
        self.camera = Moving(post)
        self.camera.film(moving(skimage.data.astronaut()))
        people = open_acquaintances()
        sight = Watcher(self.camera, {**open_eyes().detectors, "people": people}, judge, merge, post)
        enrolling = Enrolling(self.store.people, people, post, HostClock(), self.names)
        return Parts(
            Pod(),
            self.camera,
            sight,
            Voice(post),
            HostClock(),
            Keepsake(None),
            people=enrolling,  # type: ignore[arg-type]
        )

    def tap(self, event: Event, orders: tuple[Order, ...]) -> None:
        self.events.append(event)
        for order in orders:
            if isinstance(order, Start) and isinstance(order.effect, Say):
                self.said.append(Phrases.of("en").render(order.effect.key, order.effect.args))
                self.keys.append(order.effect.key)
        self._changed.set()

    async def says(self, key: str) -> str:
        """Until it is said; the sentence."""
        async with asyncio.timeout(PATIENCE_S):
            while key not in self.keys:
                self._changed.clear()
                await self._changed.wait()
        sentence = self.said[self.keys.index(key)]
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
    scenario: Callable[[Life, Runtime], Awaitable[None]],
    names: tuple[str, ...] = (),
    *taps: Callable[[Event, tuple[Order, ...]], None],
) -> Life:
    before = set(threading.enumerate())
    with desk.open() as store:
        life = Life(store, names)

        async def run() -> None:
            async with Runtime(life.assemble, default_keymap(), Session(), (*taps, life.tap)) as device:
                await life.says("ready")
                await scenario(life, device)

        asyncio.run(run())
    assert {thread.name for thread in set(threading.enumerate()) - before} <= {"asyncio_0"}
    return life


def test_a_person_is_met_known_again_and_forgotten(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    recording = tmp_path / "recording.jsonl"
    grace = load_picture(str(Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"))

    async def scenario(life: Life, device: Runtime) -> None:
        assert life.camera is not None
        life.twice(device, "find")
        assert (await life.says("scene")).startswith("Someone I don't know")

        life.choose(device, "meet")
        assert "may this device remember your face" in await life.says("meet_consent")
        assert life.store.people.all() == ()
        life.press(device, "describe")
        assert await life.says("meet_name") == "Is it Eileen?"
        assert life.store.people.all() == (), "nothing is kept before the name is there"
        life.press(device, "describe")
        assert await life.says("meet_done") == "I will know Eileen again."
        (person,) = life.store.people.all()
        assert person.name == "Eileen" and len(person.takes) == 5
        assert "may this device remember your face" in person.consent and "yes by key" in person.consent

        life.twice(device, "find")
        assert (await life.says("scene")).startswith("Eileen")
        life.camera.film([grace])
        life.twice(device, "find")
        assert (await life.says("scene")).startswith("Someone I don't know")

        life.camera.film(moving(skimage.data.astronaut()))
        life.choose(device, "meet")
        assert await life.says("meet_known") == "That is Eileen. I know this person already."

        life.choose(device, "forget_person")
        await life.says("people_forget")
        life.press(device, "describe")
        await life.says("people_forget_sure")
        life.press(device, "describe")
        assert await life.says("people_forgotten") == "Eileen is forgotten."
        assert life.store.people.all() == ()
        life.twice(device, "find")
        assert (await life.says("scene")).startswith("Someone I don't know")

    with recording.open("w", encoding="utf-8") as file:
        life = live(desk, scenario, ("Eileen",), Recorder(file, Session(), default_keymap()))

    recognised = [event for event in life.events if isinstance(event, PeopleRecognised)]
    assert recognised and all(face.take == 0 for face in recognised[0].faces), "a look keeps no face"
    lines = [json.loads(line) for line in recording.read_text(encoding="utf-8").splitlines()]
    assert max(len(json.dumps(line)) for line in lines) < 20_000, "a face of 1024 numbers is in no recording"


def test_what_another_process_forgets_is_not_named_any_more(tmp_path: Path) -> None:
    desk = Desk(tmp_path)

    async def scenario(life: Life, device: Runtime) -> None:
        life.choose(device, "meet")
        await life.says("meet_consent")
        life.press(device, "describe")
        assert await life.says("meet_done") == "I will know Person 1 again."
        life.twice(device, "find")
        assert (await life.says("scene")).startswith("Person 1")
        with desk.open() as other:
            other.people.rename("Person 1", "Anna").result(PATIENCE_S)
            life.twice(device, "find")
            assert (await life.says("scene")).startswith("Anna")
            other.people.forget("Anna").result(PATIENCE_S)
        life.twice(device, "find")
        assert (await life.says("scene")).startswith("Someone I don't know")

    live(desk, scenario)
