"""To find a thing, on the whole simulated device and from the command line: real pictures, detectors and voice."""

from __future__ import annotations

import asyncio
import itertools
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skimage.data
from chestnut.core.effects import Cancel, Guide, Order, Recite, Say, Start
from chestnut.core.events import BatteryMeasured, ButtonChanged, Edge, Event
from chestnut.runtime.assemble.device import first_session
from chestnut.runtime.assemble.simulation import Simulation
from chestnut.runtime.keymap import keymap
from chestnut.runtime.loop import Runtime
from chestnut.runtime.pins import load_pins
from chestnut.runtime.settings import Settings, VoiceSettings
from chestnut.sim.pictures import NOTICES, notice
from chestnut_tests.sealed import sealed
from PIL import Image

QUICK = Settings(voice=VoiceSettings(rate_wpm=450, speaker="none"))
PATIENCE_S = 60.0
CHESTNUT = Path(sys.executable).parent / "chestnut"


class Room:
    """A camera before which a cup of coffee stands somewhere: skimage's photograph on a plain wall."""

    def __init__(self) -> None:
        self._coffee = Image.fromarray(skimage.data.coffee()).resize((900, 600))
        self._lock = threading.Lock()
        self.put(None)

    def put(self, left_px: int | None) -> None:
        """None: there is no cup, only a notice on the wall."""
        wall = notice(NOTICES["en"])
        if left_px is not None:
            wall = Image.new("RGB", wall.size, (120, 115, 105))
            wall.paste(self._coffee, (left_px, 60))
        with self._lock:
            self._rgb = np.asarray(wall)

    def open(self) -> None: ...

    def read(self) -> np.ndarray:
        with self._lock:
            return self._rgb

    def close(self) -> None: ...


class Search:
    """A device that seeks a cup: what it says and how near its tones tell the cup is."""

    def __init__(self, language: str) -> None:
        self.room = Room()
        self.simulation = Simulation(QUICK, camera=self.room)
        self.device = Runtime(
            self.simulation.assemble,
            keymap(load_pins(), {}),
            first_session(QUICK, language),
            (self._tap,),
        )
        self.said: list[Say] = []
        self.near: float | None = None
        self.guides = 0
        self.heard: list[float] = []
        self._led: set[int] = set()
        self._changed = asyncio.Event()

    @property
    def leads(self) -> bool:
        return bool(self._led)

    def _tap(self, event: Event, orders: tuple[Order, ...]) -> None:
        for order in orders:
            match order:
                case Start(effect=Say() as say):
                    self.said.append(say)
                case Start(effect=Recite()):
                    raise AssertionError(order)
                case Start(job=job, effect=Guide(closeness=near)):
                    self.near = near
                    self.guides += 1
                    self._led.add(job)
                case Cancel(job=job):
                    self._led.discard(job)
        self._changed.set()

    async def until(self, holds: Callable[[], object]) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not holds():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"said {[say.key for say in self.said]}, near {self.near}") from None

    async def says(self, key: str, **args: str) -> None:
        await self.until(lambda: Say(key, args) in self.said)

    async def looks(self, more: int) -> None:
        wanted = self.guides + more
        await self.until(lambda: self.guides >= wanted)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_cup_that_comes_from_the_left_to_the_middle_is_told_by_word_and_tone(language: str) -> None:
    search = Search(language)

    async def scenario() -> None:
        async with search.device as device:
            await search.until(lambda: search.said and not device.conductor.busy)
            assert device.parts is not None
            play = device.parts.voice.tone

            def tone(height: float, volume: float = 0.8) -> None:
                search.heard.append(height)
                play(height, volume)

            device.parts.voice.tone = tone  # type: ignore[method-assign]
            search.said.clear()
            begun = time.monotonic()
            device.conductor.request("find")
            # Its orders come with the next event. The list's first thing is a cup.
            device.post(BatteryMeasured(at=time.monotonic(), percent=None, millivolts=0))
            await search.until(lambda: any(say.key == "find_offer" for say in search.said))
            device.post(_edge("describe", "down"))
            device.post(_edge("describe", "up"))
            await search.until(lambda: any(say.key == "find_turn" for say in search.said))
            near = []
            for left_px, side in ((-200, "left"), (-60, "left"), (100, "ahead"), (190, "ahead")):
                search.room.put(left_px)
                await search.looks(6)
                near.append(search.near)
                heard = [say for say in search.said if say.key in ("scene", "find_side", "find_reach")]
                await search.until(lambda side=side: _side(_words(search)[-1]) == side)
                assert heard or side == "left"
            assert None not in near and near == sorted(near) and near[-1] > near[0] + 0.3
            await search.until(lambda: search.heard and search.heard[-1] == search.near)
            assert search.simulation.pod is not None
            felt = [change for change in search.simulation.pod.motor_history() if change.at > begun]
            assert len(felt) >= len(search.heard), "on and off, one pulse with every tone"
            rising = search.heard
            assert rising[0] + 0.3 < rising[-1] and all(
                later >= sooner - 0.05 for sooner, later in itertools.pairwise(rising)
            )
            search.room.put(None)
            await search.says("find_lost", side="ahead")
            device.post(_edge("stop", "down"))
            await search.until(lambda: not device.conductor.busy)
            assert not search.leads

    sealed(lambda: asyncio.run(scenario()))


def _edge(button: str, edge: str) -> Event:
    return ButtonChanged(at=time.monotonic(), button=button, edge=Edge(edge))


def _words(search: Search) -> list[Say]:
    return [say for say in search.said if say.key in ("scene", "find_side", "find_reach")]


def _side(say: Say) -> str:
    if say.key == "scene":
        return str(say.args["clauses"][0]["places"][0]["side"])
    return str(say.args["side"])


# --- the command ------------------------------------------------------------------------------------------


def find(thing: str, image: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [CHESTNUT, "find", thing, image, *more], capture_output=True, text=True, timeout=120, check=False
    )


def found(thing: str, image: Path, *more: str) -> dict[str, Any]:
    result = find(thing, image, "--json", *more)
    assert result.returncode == 0, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


@pytest.fixture(scope="module")
def coffee(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pictures") / "coffee.png"
    Image.fromarray(skimage.data.coffee()).save(path)
    return path


def test_a_cup_in_a_picture(coffee: Path) -> None:
    answer = found("кружку", coffee)
    assert answer["said"] == ["A cup ahead, near."] and answer["refused"] is None
    assert answer["facts"]["sought"] == ["cup"]
    box = next(thing["box"] for thing in answer["facts"]["objects"] if thing["label"] == "cup")
    assert box == pytest.approx([0.26, 0.04, 0.70, 0.87], abs=0.06)


def test_what_is_not_there_is_not_seen(coffee: Path) -> None:
    answer = found("my dog", coffee, "--lang", "ru")
    assert answer["said"] == ["Не вижу: собака."] and answer["refused"] == "not_seen"


def test_a_dark_picture_is_refused(coffee: Path, tmp_path: Path) -> None:
    Image.fromarray(skimage.data.coffee() // 24).save(tmp_path / "dark.png")
    assert found("cup", tmp_path / "dark.png")["refused"] == "too_dark"


@pytest.mark.parametrize(("words", "known"), [("my keys", "a cup"), ("xyzzy", "a cup"), ("", "a cup")])
def test_words_for_nothing_the_camera_knows_are_wrong_use(words: str, known: str, coffee: Path) -> None:
    result = find(words, coffee)
    assert result.returncode == 2 and result.stdout == ""
    assert known in result.stderr and len(result.stderr.splitlines()) == 1


@pytest.mark.data
@pytest.mark.parametrize(
    ("thing", "picture", "said"),
    [
        ("стакан", "restaurant.jpg", "Две чашки: впереди и справа."),
        ("бутылку", "dinner_table.jpg", "Справа, близко, бутылка."),
        ("кошка", "cat.jpg", "Впереди кошка."),
    ],
)
def test_real_photographs(thing: str, picture: str, said: str, data_dir: Path) -> None:
    assert found(thing, data_dir / "photos" / picture, "--lang", "ru")["said"] == [said]
