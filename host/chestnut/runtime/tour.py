"""A guided session in the simulator: real keys through real firmware, real pictures, real voice; every step says
what it must, or the tour fails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from chestnut.core.effects import Cancel, Look, Order, Read, Recite, Say, Start, Think
from chestnut.core.events import (
    ButtonChanged,
    Edge,
    Event,
    Part,
    PartFound,
    PartLost,
    SpeechEnded,
    SpeechStarted,
)
from chestnut.core.session import COMPANION, SIGNS
from chestnut.core.thought import Stage as Working
from chestnut.locale import Phrases
from chestnut.runtime.loop import Runtime
from chestnut.runtime.performer import spoken
from chestnut.skills.choose import NAMES
from chestnut.skills.thinking import NO_MODEL

Show = Callable[[str], None]
PATIENCE_S = 60.0
THINKING_S = 300.0  # a large language model on a small machine
PRESS_S, HOLD_S = 0.08, 0.9
APART_S = 0.5  # between two presses that are no double press, by the stamps of the pod
SPELLED = "FLY"  # by the pictures hand_F, hand_L, hand_Y
LISTENED_S = 1.0  # to an entry of a list
WATCHING_S, WATCHED = 4.0, 10  # so long it is left alone to look by itself; so often, on a slow machine
# Spoken on a slow machine before the answer.
STATE_WORDS = ("working_on_it", "working_on_text", "thinking", *(f"thinking_{stage}" for stage in Working))
MODEL_SAID = frozenset({"model", "model_doubtful", "model_unsure"})
UNFIT = frozenset(
    {"model_blind", "model_memory"}
)  # a model that is of no use for this is not the device's fault


class Stage(Protocol):
    """What the tour does to the simulated device."""

    def press(self, button: str, hold_s: float = PRESS_S) -> None: ...

    def press_twice(self, button: str) -> None: ...

    def show(self, picture: str) -> None: ...


class TourFailed(RuntimeError):
    """The device did not do what the step expects; the message says which."""


@dataclass(slots=True)
class Heard:
    """One sentence: seconds since the tour began. ended is None when it was cut short."""

    key: str
    text: str
    ordered_s: float
    started_s: float | None = None
    ended_s: float | None = None
    cut_s: float | None = None


@dataclass(slots=True)
class StepReport:
    """What one step did. Times in milliseconds from the finger."""

    title: str
    said: list[str] = field(default_factory=list)
    timings_ms: dict[str, float] = field(default_factory=dict)


class Tour:
    """device: a running Runtime whose taps include this tour's `tap`. show: takes the transcript line by line."""

    def __init__(self, device: Runtime, stage: Stage, show: Show = print) -> None:
        self._device = device
        self._stage = stage
        self._show = show
        self._clock = asyncio.get_running_loop().time
        self._began = self._clock()
        self._changed = asyncio.Event()
        self._heard: dict[int, Heard] = {}
        self._down_at = 0.0
        self._pressed: dict[str, float] = {}  # when each key went down last
        self._on_the_way = 0  # presses the device was not told of yet
        self._found: set[Part] = set()
        self.steps: list[StepReport] = []
        device.taps.append(self.tap)

    # --- what happens -------------------------------------------------------------------------------------

    def tap(self, event: Event, orders: tuple[Order, ...]) -> None:
        self._changed.set()  # whoever waits runs after this
        now = self._clock()
        match event:
            case ButtonChanged(edge=Edge.DOWN, at=at, button=button):
                self._down_at = self._pressed[button] = at
                self._on_the_way = max(0, self._on_the_way - 1)
                self._line(at, "key", f"{button} goes down")
                self._time("press_to_event", (now - at) * 1e3)
            case SpeechStarted(job=job, at=at) if heard := self._heard.get(job):
                heard.started_s = at
                self._line(
                    at, "voice", f"“{heard.text}”" if len(heard.text) < 90 else f"“{heard.text[:87]}…”"
                )
                if self._down_at:
                    self._time("press_to_first_word", (at - self._down_at) * 1e3)
            case SpeechEnded(job=job, at=at) if heard := self._heard.get(job):
                heard.ended_s = at
            case PartFound(part=part):
                self._found.add(part)
                self._line(event.at, "part", f"{part} is there")
            case PartLost(part=part, reason=reason):
                self._line(event.at, "part", f"{part} is lost: {reason}")
        for order in orders:
            match order:
                case Start(job=job, effect=Say() | Recite() as effect):
                    text = spoken(effect, self._device.conductor.session)
                    key = effect.key if isinstance(effect, Say) else "recite"
                    self._heard[job] = Heard(key, " ".join(text.split()), now)
                    if self.steps:
                        self.steps[-1].said.append(self._heard[job].text)
                case Start(effect=Look() | Read() as effect):
                    self._line(now, "eyes", "look" if isinstance(effect, Look) else "read")
                case Start(effect=Think(task=task)):
                    self._line(now, "model", str(task))
                case Cancel(job=job) if heard := self._heard.get(job):
                    heard.cut_s = now
                    self._line(now, "voice", "cut short")

    def _line(self, at: float, who: str, what: str) -> None:
        self._show(f"{at - self._began:8.3f} s  {who:<6} {what}")

    def _time(self, name: str, value_ms: float) -> None:
        if self.steps:
            self.steps[-1].timings_ms.setdefault(name, round(value_ms, 1))

    # --- what the steps are made of -----------------------------------------------------------------------

    async def until(self, holds: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
        """TourFailed when it does not hold within patience_s."""
        give_up = self._clock() + patience_s
        while not holds():
            if self.tap not in self._device.taps:
                raise TourFailed("the transcript cannot be written any more; write it elsewhere")
            self._changed.clear()
            try:
                async with asyncio.timeout_at(give_up):  # wait_for may swallow a Ctrl-C before Python 3.12
                    await self._changed.wait()
            except TimeoutError as error:
                raise TourFailed(f"{self.steps[-1].title}: waited in vain for {what}") from error

    async def quiet(self) -> None:
        """Until nothing is done or spoken."""
        await self.until(lambda: not self._device.conductor.busy, "silence", THINKING_S)

    async def press(self, button: str, hold_s: float = PRESS_S) -> None:
        """Once; never the second half of a double press, on a machine that lags neither."""
        await self._apart(button)
        self._on_the_way += 1
        self._stage.press(button, hold_s)

    async def press_twice(self, button: str) -> None:
        """As quickly as a finger does, whether or not the first was answered by then."""
        await self._apart(button)
        self._on_the_way += 2
        self._stage.press_twice(button)

    async def _apart(self, button: str) -> None:
        await self.until(lambda: not self._on_the_way, "the press before this one")
        await asyncio.sleep(self._pressed.get(button, 0.0) + APART_S - self._clock())

    async def key(self, button: str, hold_s: float = PRESS_S, expect: str = "") -> Heard:
        """Press a key and wait for the first sentence after it. expect: the phrase key it must be."""
        before = set(self._heard)
        await self.press(button, hold_s)
        await self.until(lambda: bool(self._since(before)), f"a word after {button}")
        heard = self._since(before)[0]
        if expect and expect not in (heard.key, heard.text):
            raise TourFailed(f"{self.steps[-1].title}: expected {expect}, heard {heard.key}: {heard.text}")
        return heard

    async def step(self, title: str, action: Callable[[], Awaitable[None]]) -> None:
        self.steps.append(StepReport(title))
        self._down_at = 0.0
        self._show(f"\n── {title}")
        await action()
        timings = ", ".join(
            f"{name.replace('_', ' ')} {value:.0f} ms" for name, value in self.steps[-1].timings_ms.items()
        )
        if timings:
            self._show(f"            {timings}")

    # --- the tour -----------------------------------------------------------------------------------------

    async def run(self) -> list[StepReport]:
        """Every capability once. TourFailed names the step that did not do what it should."""
        language = self._device.conductor.session.language
        other = "ru" if language == "en" else "en"
        await self.step("Wake", self._wake)
        await self.step("Describe: a person", lambda: self._describe("astronaut"))
        await self.step("Describe: a table", lambda: self._describe("coffee"))
        await self.step("Double press: more of the same picture", self._more)
        await self.step("Hold Describe: in detail", lambda: self._detail("coffee"))
        await self.step("A ready question: how many", lambda: self._count("astronaut"))
        await self.step("Find a thing, from the menu", lambda: self._find("coffee"))
        await self.step("Hold Find: remember what is here", lambda: self._remember("coffee"))
        await self.step("Find: where did I last see …", self._recall)
        await self.step("Find twice: who is here", lambda: self._who("astronaut"))
        await self.step("Reminders, from the menu", self._reminders)
        await self.step("Read a notice", lambda: self._read(f"notice_{language}"))
        await self.step("Stop in the middle of reading", lambda: self._stop(f"notice_{language}"))
        await self.step("Stop in silence: repeat", self._repeat)
        await self.step("Dark: refuse", lambda: self._refuse("dark", "too_dark"))
        await self.step(
            "Stop twice: Companion, what it sees it remembers", lambda: self._watch("chelsea", "cat")
        )
        await self.step("Stop twice: Signs, a word spelled by a hand", self._signs)
        await self.step("Status: hold Stop", self._status)
        await self.step("The other language, chosen by keys", self._other_language)
        await self.step("Describe again", lambda: self._describe("astronaut"))
        await self.step("Read a notice", lambda: self._read(f"notice_{other}"))
        return self.steps

    async def _wake(self) -> None:
        await self.until(lambda: any(heard.ended_s for heard in self._heard.values()), "the greeting")
        await self.until(lambda: self._found >= {Part.POD, Part.CAMERA}, "pod and camera")
        await self.quiet()

    async def _see(self, picture: str) -> None:
        """Hold a picture before the camera, long enough that no older one is taken for it."""
        self._stage.show(picture)
        await asyncio.sleep(0.4)

    async def _describe(self, picture: str) -> None:
        await self._see(picture)
        await self.key("describe", expect="scene")
        await self.quiet()

    async def _more(self) -> None:
        before = set(self._heard)
        await self.press_twice("describe")
        await self.until(
            lambda: any(
                heard.ended_s and heard.key.startswith("light_")
                for job, heard in self._heard.items()
                if job not in before
            ),
            "the light, told last",
        )
        await self.quiet()

    async def _detail(self, picture: str) -> None:
        """All the fast lane saw, then the language model, or what to do to have one."""
        await self._see(picture)
        before = set(self._heard)
        await self.key("describe", HOLD_S, expect="scene")
        await self.quiet()
        said = [heard.key for heard in self._since(before)]
        if not any(key.startswith("light_") for key in said):
            raise TourFailed("not all that was seen was told")
        if said[-1] not in MODEL_SAID | NO_MODEL | UNFIT:
            raise TourFailed(f"neither the language model nor its remedy was heard, but {said[-1]}")

    async def _count(self, picture: str) -> None:
        await self._see(picture)
        before = set(self._heard)
        await self._menu()
        for _ in range(NAMES.index("ask_count")):
            await self.key("ask", expect="choose_question")
        await self.key("describe")
        await self.quiet()
        if not any(heard.key == "counts" for heard in self._since(before)):
            raise TourFailed("nothing was counted")

    async def _find(self, picture: str) -> None:
        """What was just seen is offered first; the tones begin, and it is said where it is."""
        await self._see(picture)
        await self.key("describe", expect="scene")
        await self.quiet()
        before = set(self._heard)
        await self._take("find")
        await self._said("find_offer", before)
        await asyncio.sleep(LISTENED_S)
        await self.key("describe", expect="find_begin")
        await self._said("scene", before)
        await asyncio.sleep(LISTENED_S)
        await self._leave()

    async def _remember(self, picture: str) -> None:
        await self._see(picture)
        before = set(self._heard)
        await self.key("find", HOLD_S)
        await self._said("remembered_at", before, "remembered")
        await self.quiet()

    async def _recall(self) -> None:
        """The newest of what is remembered, then more of it."""
        await self.key("find", expect="recall")
        await asyncio.sleep(LISTENED_S)
        await self.key("describe", expect="recall")
        await asyncio.sleep(LISTENED_S)
        await self._leave()

    async def _watch(self, picture: str, label: str) -> None:
        """To Companion, where it looks by itself: the list of what is remembered begins with what it saw. Then it is
        paused."""
        while self._device.conductor.session.mode != COMPANION:
            await self._next_mode()
        self._stage.show(picture)
        thing = Phrases.of(self._device.conductor.session.language).counted(1, label).casefold()
        for _ in range(WATCHED):
            await asyncio.sleep(WATCHING_S)
            newest = await self.key("find", expect="recall")
            await asyncio.sleep(LISTENED_S)
            await self._leave()
            if thing in newest.text.casefold():
                break
        else:
            raise TourFailed(f"{label} was not remembered, but heard: {newest.text}")
        await self.key("read", HOLD_S, expect="watch_paused")
        await self.quiet()
        await self.key("read", HOLD_S, expect="watch_on")
        await self.quiet()

    async def _who(self, picture: str) -> None:
        await self._see(picture)
        before = set(self._heard)
        await self.press_twice("find")
        await self._said("scene", before)
        await self.quiet()

    async def _reminders(self) -> None:
        before = set(self._heard)
        await self._take("reminders")
        await self._said("reminder_none", before)
        await self.quiet()

    async def _said(self, key: str, before: set[int], other: str = "") -> None:
        await self.until(
            lambda: any(heard.key in (key, other) for heard in self._since(before)), f"the words of {key}"
        )

    async def _leave(self) -> None:
        await self.press("stop")
        await self.quiet()

    async def _menu(self) -> None:
        """Open it; its first entry is heard."""
        before = set(self._heard)
        await self.press_twice("ask")
        await self._said("choose_question", before)

    async def _take(self, entry: str) -> None:
        """An entry of the menu, by the shorter way."""
        await self._menu()
        on, back = NAMES.index(entry), len(NAMES) - NAMES.index(entry)
        for _ in range(min(on, back)):
            await self.key("ask" if on <= back else "find")
        await self.press("describe")

    def _since(self, before: set[int]) -> list[Heard]:
        """What was spoken after these jobs, state words aside."""
        return [
            heard
            for job, heard in self._heard.items()
            if job not in before and heard.started_s and heard.key not in STATE_WORDS
        ]

    async def _read(self, picture: str) -> None:
        await self._see(picture)
        await self.key("read", expect="recite")
        await self.quiet()

    async def _stop(self, picture: str) -> None:
        await self._see(picture)
        heard = await self.key("read", expect="recite")
        await asyncio.sleep(0.6)
        await self.press("stop")
        await self.until(lambda: heard.cut_s is not None, "the cut")
        await asyncio.sleep(0.5)  # were a second voice to follow, it would be heard now
        if self._device.conductor.busy:
            raise TourFailed("stop did not end in silence")

    async def _repeat(self) -> None:
        await self.key("stop", expect="recite")
        await self.quiet()

    async def _refuse(self, picture: str, reason: str) -> None:
        await self._see(picture)
        await self.key("describe", expect=reason)
        await self.quiet()

    async def _signs(self) -> None:
        """To Signs, three letters, the word; then on to the first mode."""
        while self._device.conductor.session.mode != SIGNS:
            await self._next_mode()
        for number, letter in enumerate(SPELLED, 1):
            self._stage.show(f"hand_{letter}")
            await self.until(
                lambda number=number: len(self._device.conductor.session.signed.letters) >= number,  # type: ignore[misc]
                f"the letter {letter}",
            )
        before = set(self._heard)
        self._stage.show("no_hand")
        await self.until(lambda: any(heard.key == "recite" for heard in self._since(before)), "the word")
        await self.quiet()
        await self._next_mode()

    async def _next_mode(self) -> None:
        before = set(self._heard)
        await self.press_twice("stop")
        await self._said("mode", before)
        await self.quiet()

    async def _status(self) -> None:
        await self.key("stop", HOLD_S, expect="status")
        await self.quiet()

    async def _other_language(self) -> None:
        before = self._device.conductor.session.language
        await self._menu()
        for expected in ("choose_status", "choose_keys", "choose_language"):
            await self.key("find", expect=expected)
        await self.key("describe", expect="language")
        if self._device.conductor.session.language == before:
            raise TourFailed("the language did not change")
        await asyncio.sleep(1.0)
        await self.press("stop")
        await self.quiet()
