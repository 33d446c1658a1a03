"""A sign is taught by keys on the whole simulated device, read at once, told of and forgotten. Drawn landmarks stand
in for the detector of hands; files, skills, voice and the pod's firmware are real."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from chestnut.core.effects import Chime, Recite, Say, Sound
from chestnut.runtime.assemble.signs import open_signs
from chestnut.runtime.settings import SignSettings, VoiceSettings
from chestnut.runtime.signing import Reads
from chestnut.signs.book import Book, default_path
from chestnut.sim import drawn_hand
from chestnut_tests.shown_signs import Shown, hands_of, one_handed, rest, takes_of, two_handed
from chestnut_tests.signed import Sign
from chestnut_tests.signing_device import QUICK, Device, Signer, Wall, living

SECONDS, CIRCLE_S = 0.8, 1.1
TRIES = 10  # on a busy machine a sign may be seen so badly that it is to be made again


def sign(seed: int, hands: int = 1) -> Sign:
    return replace((one_handed if hands == 1 else two_handed)(seed), seconds=SECONDS)


class Maker(Signer):
    """What signs are read and taught with: drawn hands, and everything else as the device has it."""

    def __init__(self) -> None:
        super().__init__()
        self.random = np.random.default_rng(0)

    def open(self) -> Reads:
        self.opened += 1
        real = open_signs("asl")
        real.close()
        return replace(real, hands=self, letter=None, faces=None)

    def make(self, made: Sign) -> None:
        frames: list[Shown] = hands_of(made.made(self.random, loose=0.5))
        self.sign([*rest(0.5), *frames, *rest(0.5)])


class Circling:
    """A camera before which a drawn hand goes round, for the detector as it is."""

    def __init__(self) -> None:
        self._began = float("-inf")
        self._hand, self._wall = (np.asarray(each) for each in (drawn_hand.letter("F"), drawn_hand.empty()))

    @property
    def signs(self) -> bool:
        return time.monotonic() - self._began < CIRCLE_S + 0.6

    def make(self, made: Sign) -> None:
        self._began = time.monotonic()

    def open(self) -> None: ...

    def read(self) -> np.ndarray:
        progress = (time.monotonic() - self._began) / CIRCLE_S
        if not 0 <= progress < 1:
            return np.array(self._wall)
        angle = 2 * np.pi * progress
        right, down = round(130 * np.cos(angle)), round(60 * np.sin(angle))
        picture, (height, width) = np.array(self._wall), self._wall.shape[:2]
        picture[max(0, down) : height + down, max(0, right) : width + right] = self._hand[
            max(0, -down) : height - down, max(0, -right) : width - right
        ]
        return picture

    def close(self) -> None: ...


class Teacher:
    """The device, its wearer and who signs."""

    def __init__(self, device: Device, maker: Maker | Circling) -> None:
        self.device, self.maker = device, maker

    @property
    def sounds(self) -> int:
        return self.device.done.count(Chime(Sound.DONE))

    def said(self, *keys: str) -> bool:
        return any(isinstance(effect, Say) and effect.key in keys for effect in self.device.done)

    def told(self) -> list[str]:
        """The keys of the sentences of what was told last."""
        say = next(e for e in reversed(self.device.done) if isinstance(e, Say) and e.key == "recall")
        return [key for key, _ in say.args["sentences"]]

    async def begin(self, begun: str = "sign_begin") -> None:
        self.device.choose("teach_sign")
        await self.device.until(lambda: self.said("sign_name", "sign_more"))
        self.device.press("describe")
        await self.device.until(lambda: self.said(begun))
        self.device.press("ask")  # nobody has to hear it out
        await self.device.until(lambda: self.said("sign_again"))

    async def take(self, made: Sign, times: int) -> None:
        for _ in range(TRIES):
            if self.sounds >= times:
                return
            heard = len(self.device.done)
            self.maker.make(made)
            await self.device.until(lambda heard=heard: len(self.device.done) > heard)
        raise AssertionError(self.device.done)

    async def reads(self, word: str, made: Sign) -> None:
        for _ in range(TRIES):
            self.maker.make(made)
            await self.device.until(lambda: Recite(word) in self.device.done or not self.maker.signs)
            if Recite(word) in self.device.done:
                return
        raise AssertionError(self.device.done)

    async def keep(self) -> None:
        self.device.press("describe")
        await self.device.until(lambda: self.said("recall", "sign_failed"))


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return Book(default_path())


def test_a_sign_is_taught_read_at_once_told_of_and_forgotten(book: Book) -> None:
    maker, tea = Maker(), sign(1)
    settings = replace(QUICK, signs=SignSettings(names=("tea",)))

    async def scenario() -> None:
        async with living(Device(Wall(), maker.open, settings)) as device:
            teacher = Teacher(device, maker)
            await teacher.begin()
            assert Say("sign_name", {"name": "tea"}) in device.done
            await teacher.take(tea, 3)
            assert not book.path.exists(), "nothing is kept before the wearer, or silence, says so"
            await teacher.keep()
            assert teacher.told()[0] == "sign_taught"
            device.press("stop")
            assert [(one.name, len(one.takes)) for one in book.signs()] == [("tea", 3)]
            await device.quiet()
            await teacher.reads("tea.", tea)
            await device.quiet()
            device.choose("vocabulary")
            await device.until(lambda: teacher.said("recall"))
            assert teacher.told()[0] == "vocabulary_signs"
            device.press("stop")
            opened = maker.opened
            device.choose("forget_sign")
            await device.until(lambda: teacher.said("sign_forget"))
            device.press("describe")
            await device.until(lambda: teacher.said("sign_forget_sure"))
            device.press("describe")
            await device.does(Say("sign_forgotten", {"name": "tea"}))
            assert book.signs() == ()
            await device.until(lambda: maker.opened > opened)  # it is not read any more

    asyncio.run(scenario())


def test_a_stop_keeps_nothing_and_what_another_program_teaches_is_read_at_once(book: Book) -> None:
    maker, hug, water = Maker(), sign(0, 2), sign(3)
    settings = replace(QUICK, voice=VoiceSettings(language="ru", rate_wpm=450, speaker="none"))

    async def scenario() -> None:
        async with living(Device(Wall(), maker.open, settings)) as device:
            teacher = Teacher(device, maker)
            await teacher.begin()
            assert Say("sign_name", {"name": "да"}) in device.done
            await teacher.take(hug, 2)
            device.press("stop")
            await device.until(lambda: not device.runtime.conductor.busy)
            assert not book.path.exists()
            opened = maker.opened
            book.teach("вода", takes_of(water, 4), "2026-11-23")
            await device.until(lambda: maker.opened > opened)
            await teacher.reads("вода.", water)

    asyncio.run(scenario())


def test_with_its_own_eyes_it_learns_a_movement_and_reads_it(book: Book) -> None:
    camera, circle = Circling(), sign(1)

    async def scenario() -> None:
        async with living(Device(camera, None)) as device:
            teacher = Teacher(device, camera)
            await teacher.begin()
            await teacher.take(circle, 3)
            await teacher.keep()
            assert teacher.told()[0] == "sign_taught"
            device.press("stop")
            await device.quiet()
            await teacher.reads("yes.", circle)

    asyncio.run(scenario())
    (taught,) = book.signs()
    assert taught.name == "yes" and all(sum(take.hands) == 1 for take in taught.takes)
