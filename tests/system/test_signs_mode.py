"""The mode Signs on the whole simulated device: from what hands do before the camera to what is spoken."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from chestnut.core.effects import Buzz, Chime, Haptic, Recite, Say, Sound
from chestnut.core.scene import Frame
from chestnut.core.session import VISION
from chestnut.devices.camera_video import VideoSource
from chestnut.devices.pictures import load_picture
from chestnut.runtime.assemble.signs import open_hands, open_signs
from chestnut.runtime.settings import SignSettings
from chestnut.runtime.signing import Reads
from chestnut.signs.book import Book
from chestnut.signs.letter_book import LetterBook, default_path
from chestnut.signs.letters import Letters
from chestnut.signs.track import points_of
from chestnut.sim import drawn_hand
from chestnut_tests.moved_hand import circle, hand_video
from chestnut_tests.sealed import sealed
from chestnut_tests.signing_device import QUICK, Device, Signer, Wall, living
from chestnut_tests.signing_hands import spell


class Drawn:
    """A camera before which a drawn hand shows letters, for the detector and the reader as they are."""

    def __init__(self) -> None:
        self._picture = drawn_hand.empty()

    def show(self, letter: str) -> None:
        """ "" takes the hand away."""
        self._picture = drawn_hand.letter(letter) if letter else drawn_hand.empty()

    def open(self) -> None: ...

    def read(self) -> np.ndarray:
        return np.asarray(self._picture)

    def close(self) -> None: ...


def test_what_is_spelled_is_felt_spoken_said_again_and_taken_back() -> None:
    async def scenario() -> None:
        signer = Signer()
        async with living(Device(Wall(), signer.open)) as device:
            signer.sign(spell("HI"))
            await device.does(Recite("Hi."))
            assert device.done.count(Buzz(Haptic.PRESSED)) == 2
            await device.quiet()
            device.press("ask")
            await device.does(Recite("Hi."))
            await device.quiet()
            device.press("read")
            await device.does(Say("signed_taken_back", {"text": "I"}))
            device.press("ask")
            await device.does(Say("signed_letters", {"letters": "H"}))
            await device.quiet()
            device.press("stop", times=2)
            await device.does(Say("mode", {"mode": VISION}))
            await device.until(lambda: signer.closed == signer.opened == 1)
            signer.sign(spell("NO"))
            assert Recite("No.") not in device.done

    sealed(lambda: asyncio.run(scenario()))


def test_letters_are_spoken_where_the_settings_say_so() -> None:
    async def scenario() -> None:
        signer = Signer()
        settings = replace(QUICK, signs=SignSettings(speak_letters=True))
        async with living(Device(Wall(), signer.open, settings)) as device:
            signer.sign(spell("NO"))
            await device.does(Recite("No."))
            spoken = [effect.text for effect in device.done if isinstance(effect, Recite)]
            assert spoken[0] == "N." and spoken[-1] == "No."

    sealed(lambda: asyncio.run(scenario()))


def test_with_its_own_eyes_it_reads_a_word_and_says_nothing_before_a_wall(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))  # nobody's letters

    async def scenario() -> None:
        reads: list[Reads] = []

        def opened() -> Reads:
            reads.append(open_signs("asl", Book(tmp_path / "signs.json")))
            return reads[-1]

        camera = Drawn()
        async with living(Device(camera, opened)) as device:
            await device.until(lambda: reads)
            assert reads[0].recogniser is None and reads[0].faces is None
            assert not device.done
            for number, letter in enumerate("FLY", 1):
                camera.show(letter)
                await device.until(lambda number=number: device.letters == number)
            camera.show("")
            await device.does(Recite("Fly."))

    sealed(lambda: asyncio.run(scenario()))


def test_letters_that_are_shown_to_its_own_eyes_are_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    settings = replace(QUICK, signs=SignSettings(alphabet="rsl"))
    camera, shown = Drawn(), "LY"  # for the first two letters, А and Б
    device = Device(camera, lambda: open_signs("rsl", Book(tmp_path / "signs.json")), settings)

    book = LetterBook(default_path("rsl"), "rsl")
    with contextlib.closing(open_hands(1, stream=False)) as hands:
        for letter, drawn in zip("АБ", shown, strict=True):
            (seen,) = hands.see(Frame(1, 1.0, np.asarray(drawn_hand.letter(drawn))))
            for _ in range(2):  # another day
                book.add(letter, points_of(seen, 640 / 480))

    async def show(letter: str) -> None:
        sounds = device.done.count(Chime(Sound.DONE))
        camera.show(letter)
        await device.until(lambda: device.done.count(Chime(Sound.DONE)) > sounds)
        camera.show("")
        hidden = time.monotonic()
        await device.until(lambda: time.monotonic() - hidden > 0.6)

    async def scenario() -> None:
        async with device.runtime:
            await device.does(Say("signs_uncalibrated"))
            await device.quiet()
            device.choose("show_letters")
            await device.does(Say("letters_begin"))
            device.press("ask")
            await device.does(Say("letters_show", {"letter": "А"}))
            await show(shown[0])
            await device.does(Say("letters_show", {"letter": "Б"}))
            await show(shown[1])
            device.press("stop")
            await device.does(Say("signs_back"))
            await device.quiet()
            for number, letter in enumerate(shown, 1):
                camera.show(letter)
                await device.until(lambda number=number: device.letters == number)
            camera.show("")
            await device.does(Recite("Аб."))

    sealed(lambda: asyncio.run(scenario()))
    assert {letter: len(each) for letter, each in book.samples().items()} == {"А": 3, "Б": 3}


def test_american_letters_are_read_as_shown_until_that_is_forgotten_by_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who shows a Y where others show an L, and the other way round."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    camera, book, reads = Drawn(), LetterBook(default_path("asl"), "asl"), list[Reads]()
    with contextlib.closing(open_hands(1, stream=False)) as hands:
        for letter, drawn in zip("LY", "YL", strict=True):
            (seen,) = hands.see(Frame(1, 1.0, np.asarray(drawn_hand.letter(drawn))))
            for _ in range(3):
                book.add(letter, points_of(seen, 640 / 480))

    def opened() -> Reads:
        reads.append(open_signs("asl", Book(tmp_path / "signs.json")))
        return reads[-1]

    async def scenario() -> None:
        async with living(Device(camera, opened)) as device:

            async def spell(drawn: str) -> None:
                before = device.letters
                for number, letter in enumerate(drawn, 1):
                    camera.show(letter)
                    await device.until(lambda number=number: device.letters == before + number)
                camera.show("")

            await device.until(lambda: reads)
            await spell("LY")
            await device.does(Recite("Yl."))
            await device.quiet()
            device.choose("forget_letters")
            await device.does(Say("letters_forget_sure", {"letters": "L, Y"}))
            device.press("describe")
            await device.does(Say("letters_forgotten"))
            await device.quiet()
            await device.until(lambda: len(reads) == 2)
            await spell("LY")
            await device.does(Recite("Ly."))

    sealed(lambda: asyncio.run(scenario()))
    assert not book.samples()


@pytest.mark.data
def test_a_taught_sign_on_video_is_spoken(tmp_path: Path, data_dir: Path) -> None:
    """Photographed hand, real detector and voice; only its movement is drawn."""
    hand = load_picture(data_dir / "photos" / "hand_thumb_up.jpg")
    from chestnut.cli.main import main

    taught = hand_video(tmp_path / "taught.mp4", hand, [circle] * 3, seed=1)
    book = tmp_path / "signs.json"
    assert main(["teach", "round", str(taught), "--signs", str(book), "--json"]) == 0
    before = hand_video(tmp_path / "before.mp4", hand, [circle], seed=2, rest_s=2.0)

    def opened() -> Reads:
        reads = open_signs("asl", Book(book))
        return replace(reads, letter=None)  # a thumb that is up may be read as a letter

    async def scenario() -> None:
        async with living(Device(VideoSource(before), opened)) as device:
            await device.does(Recite("round."))

    sealed(lambda: asyncio.run(scenario()))


@pytest.mark.data
def test_a_real_hand_that_stands_still_is_seen(data_dir: Path) -> None:
    picture = load_picture(data_dir / "photos" / "hand_thumb_up.jpg")
    with contextlib.closing(open_hands(1)) as hands:
        seen = hands.see(Frame(1, 1.0, picture))
    assert len(seen) == 1
    letter, confidence = Letters.load().read(seen[0], picture.shape[1] / picture.shape[0])
    assert letter is None or 0 < confidence <= 1
