"""The whole simulated device with a scripted language model behind the real prompts and the real truth filter."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest
from chestnut.core.effects import Order, Recite, Say, Start, Think
from chestnut.core.events import Event, Part, PartFound, ThoughtEnded
from chestnut.core.ports import Post
from chestnut.core.thought import Task
from chestnut.engine.sentences import Sentences
from chestnut.runtime.assemble import device as assembling
from chestnut.runtime.assemble.device import first_session
from chestnut.runtime.assemble.simulation import Simulation
from chestnut.runtime.keymap import keymap
from chestnut.runtime.loop import Runtime
from chestnut.runtime.performer import Parts
from chestnut.runtime.pins import load_pins
from chestnut.runtime.prompts import systems
from chestnut.runtime.settings import EngineSettings, Settings, VoiceSettings
from chestnut.runtime.thinking import NoEngine, Thinker
from chestnut.sim.engine import ScriptedEngine
from chestnut_tests.sealed import sealed

QUICK = Settings(voice=VoiceSettings(rate_wpm=450, speaker="none"), engine=EngineSettings(kind="none"))
PATIENCE_S = 60.0
HOLD_S = 0.9
MODEL = ("model", "model_doubtful")
ANSWER = "The wall is grey. It is safe to cross the street. A lamp stands behind."


class Life:
    """A device that runs, thinks and speaks."""

    def __init__(self) -> None:
        self.simulation = Simulation(QUICK)
        self.device = Runtime(self._assemble, keymap(load_pins(), {}), first_session(QUICK), (self._tap,))
        self.engine: ScriptedEngine
        self.said: list[Say | Recite] = []
        self.thoughts: list[Think] = []
        self.ends: list[ThoughtEnded] = []
        self.found: set[Part] = set()
        self._changed = asyncio.Event()

    async def _assemble(self, post: Post) -> Parts:
        parts = await self.simulation.assemble(post)
        # As when a model is chosen; else the first thought holds the loop for it, and the pod is taken for silent.
        await asyncio.to_thread(systems)
        if parts.thinker is not None:
            parts.thinker.close()

        def engine(post: Post) -> ScriptedEngine:
            self.engine = ScriptedEngine(post, parts.clock, lambda _: ANSWER, Sentences)
            return self.engine

        parts.thinker = Thinker(post, parts.clock, engine)
        return parts

    def _tap(self, event: Event, orders: tuple[Order, ...]) -> None:
        match event:
            case PartFound(part=part):
                self.found.add(part)
            case ThoughtEnded():
                self.ends.append(event)
        for order in orders:
            match order:
                case Start(effect=Say() | Recite() as effect):
                    self.said.append(effect)
                case Start(effect=Think() as asked):
                    self.thoughts.append(asked)
        self._changed.set()

    async def until(self, holds: Callable[[], object]) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not holds():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"said {self.said}, thought of {self.thoughts}") from None

    async def says(self, *keys: str) -> None:
        await self.until(lambda: any(isinstance(said, Say) and said.key in keys for said in self.said))

    async def quiet(self) -> None:
        await self.until(lambda: not self.device.conductor.busy)

    def double(self, button: str) -> None:
        self.simulation.press_twice(button)


def live(scenario: Callable[[Life], Awaitable[None]], *, hanging: bool = False) -> None:
    """The dome was held; the model has been asked. hanging: nothing comes of it until it goes on."""

    async def run() -> None:
        life = Life()
        async with life.device:
            await life.until(lambda: {Part.POD, Part.CAMERA} <= life.found and life.said)
            await life.quiet()
            life.said.clear()
            if hanging:
                life.engine.hang()
            life.simulation.press("describe", HOLD_S)
            await life.until(lambda: life.thoughts)
            await scenario(life)

    sealed(lambda: asyncio.run(run()))


def test_a_model_is_chosen_beside_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its file's header and the judge's tables take a second on a small computer."""
    chosen_in: list[threading.Thread] = []

    def choose(*_: object) -> NoEngine:
        chosen_in.append(threading.current_thread())
        return NoEngine("gemma_missing", "", "")

    async def assembled() -> None:
        parts = await Simulation(QUICK).assemble(lambda event: None)
        await parts.close()

    monkeypatch.setattr(assembling, "choose", choose)
    asyncio.run(assembled())
    (thread,) = chosen_in
    assert thread is not threading.main_thread()


def test_in_detail_then_more_of_the_same_picture() -> None:
    async def scenario(life: Life) -> None:
        await life.says(*MODEL)
        await life.quiet()
        keys = [said.key for said in life.said if isinstance(said, Say)]
        assert keys[0] == "scene", "first what the detectors know"
        texts = [said.args["text"] for said in life.said if isinstance(said, Say) and said.key in MODEL]
        assert texts == ["The wall is grey.", "A lamp stands behind."], "a promise is withheld"
        assert life.ends[-1].withheld == 1
        assert life.ends[-1].effort.pictures_encoded == 1
        life.double("describe")
        await life.until(lambda: len(life.ends) == 2)
        await life.quiet()
        asked = life.thoughts[-1]
        assert asked.task is Task.MORE
        assert asked.scene == life.thoughts[0].scene
        assert [exchange.answer for exchange in asked.earlier] == [" ".join(texts)]
        assert life.ends[-1].effort.pictures_encoded == 0, "the picture is still in the model's memory"

    live(scenario)


def test_stop_while_it_thinks_is_silence_and_the_next_press_is_answered() -> None:
    async def scenario(life: Life) -> None:
        life.simulation.press("stop")
        await life.quiet()
        life.said.clear()
        life.engine.go_on()
        life.simulation.press("describe")
        await life.says("scene")
        await life.quiet()
        assert not [said for said in life.said if isinstance(said, Say) and said.key in MODEL]

    live(scenario, hanging=True)


def test_a_model_that_dies_while_it_thinks_is_told_once_and_answers_again() -> None:
    async def scenario(life: Life) -> None:
        life.engine.die()
        await life.says("engine_lost")
        await life.says("engine_back")
        await life.quiet()
        keys = [said.key for said in life.said if isinstance(said, Say)]
        assert keys.count("engine_lost") == 1
        life.said.clear()
        life.engine.go_on()
        life.simulation.press("describe", HOLD_S)
        await life.says(*MODEL)
        await life.quiet()

    live(scenario, hanging=True)
