"""Drives a conductor by hand: keys, answers and time, and remembers what was ordered."""

from __future__ import annotations

from collections.abc import Sequence

from chestnut.core.conductor import Conductor, Keymap
from chestnut.core.effects import (
    Brief,
    Cancel,
    Deafen,
    Effect,
    Guide,
    Listen,
    Look,
    Order,
    Read,
    Recite,
    Say,
    Start,
    Think,
    Understand,
    Wait,
)
from chestnut.core.events import (
    ButtonChanged,
    DeadlinePassed,
    Edge,
    EffectFailed,
    Event,
    SceneSeen,
    SentenceWritten,
    SpeechEnded,
    TextRead,
    ThoughtEnded,
    ThoughtProgressed,
)
from chestnut.core.pad import PREFIX
from chestnut.core.scene import Box, Judgement, Page, Person, Scene, Thing, Word
from chestnut.core.session import Session
from chestnut.core.thought import Sentence, Stage
from chestnut.runtime.keymap import keymap
from chestnut.runtime.pads import load_pads
from chestnut.runtime.pins import load_pins
from chestnut.skills.table import SKILLS

GOOD = Judgement(0.5, 1.0)
FACE = Person(0.9, Box(0.4, 0.2, 0.6, 1.0), Box(0.45, 0.2, 0.55, 0.4))
CUP = Thing("cup", 0.8, Box(0.7, 0.5, 0.9, 0.8))


def scene(
    people: Sequence[Person] = (), things: Sequence[Thing] = (), judged: Judgement = GOOD, frame: int = 1
) -> Scene:
    return Scene(frame, judged, tuple(people), tuple(things))


def page(*lines: str, judged: Judgement = GOOD, dropped: int = 0) -> Page:
    words = tuple(
        Word(text, 0.9, Box(0.1, 0.1, 0.2, 0.2), number, 0)
        for number, line in enumerate(lines)
        for text in line.split()
    )
    return Page(1, judged, words, dropped)


def default_keymap() -> Keymap:
    return keymap(load_pins(), {}, load_pads().keys)


class Driver:
    """now: the time of the next event, in seconds."""

    def __init__(self, session: Session | None = None) -> None:
        self.faults: list[Exception] = []
        self.conductor = Conductor(SKILLS, default_keymap(), session, self.faults.append)
        self.now = 100.0
        self.open: dict[int, Effect] = {}  # awaited jobs that were neither answered nor cancelled
        self.thoughts: dict[int, Think] = {}  # as open, but no skill sleeps for them
        self.guides: dict[int, Guide] = {}  # tones that sound
        self.fingers: set[str] = set()  # on the keys
        self.listens = False  # the microphone is open
        self.effects: list[Effect] = []  # everything that was ever started

    def handle(self, event: Event) -> tuple[Order, ...]:
        orders = self.conductor.handle(event)
        for order in orders:
            if isinstance(order, Cancel):
                self.open.pop(order.job, None)
                self.thoughts.pop(order.job, None)
                self.guides.pop(order.job, None)
            else:
                self.effects.append(order.effect)
                if isinstance(order.effect, (Listen, Understand, Deafen)):
                    self.listens = isinstance(order.effect, Listen)
                if isinstance(order.effect, Think):
                    self.thoughts[order.job] = order.effect
                elif isinstance(order.effect, Guide):
                    self.guides[order.job] = order.effect
                elif not isinstance(order.effect, Brief):
                    self.open[order.job] = order.effect
        return orders

    def wait_s(self, seconds: float) -> None:
        self.now += seconds

    def edge(self, button: str, edge: str) -> tuple[Order, ...]:
        (self.fingers.discard if edge == "up" else self.fingers.add)(button)
        source = "pad" if button.startswith(PREFIX) else "pod"
        return self.handle(ButtonChanged(at=self.now, button=button, edge=Edge(edge), source=source))

    def down(self, button: str) -> list[Effect]:
        return [order.effect for order in self.edge(button, "down") if isinstance(order, Start)]

    def press(self, button: str, after_s: float = 1.0) -> list[Order]:
        self.now += after_s
        orders = list(self.edge(button, "down"))
        self.now += 0.05
        return orders + list(self.edge(button, "up"))

    def open_job(self) -> int | None:
        """The awaited job, timers of patience aside."""
        jobs = [job for job, effect in self.open.items() if not isinstance(effect, Wait)] or list(self.open)
        return jobs[-1] if jobs else None

    def open_effect(self) -> Effect | None:
        job = self.open_job()
        return self.open[job] if job is not None else None

    def job_of(self, effect: Effect) -> int:
        return next(job for job, found in self.open.items() if found == effect)

    def answer(self, event: Event, job: int) -> list[Order]:
        self.open.pop(job, None)
        return list(self.handle(event))

    def see(self, seen: Scene, job: int | None = None) -> list[Order]:
        job = job or self.open_job() or 0
        return self.answer(SceneSeen(at=self.now, job=job, scene=seen), job)

    def read(self, read: Page) -> list[Order]:
        job = self.open_job() or 0
        return self.answer(TextRead(at=self.now, job=job, page=read), job)

    def spoken(self) -> list[Order]:
        job = self.open_job() or 0
        return self.answer(SpeechEnded(at=self.now, job=job), job)

    def spoken_if_any(self, effect: Effect) -> None:
        if effect in self.open.values():
            job = self.job_of(effect)
            self.answer(SpeechEnded(at=self.now, job=job), job)

    # --- what a language model would answer -----------------------------------------------------------------

    @property
    def thought(self) -> int:
        """The job of the one thought that is open; 0 when none is."""
        assert len(self.thoughts) <= 1, self.thoughts
        return next(iter(self.thoughts), 0)

    def reach(self, stage: Stage) -> list[Order]:
        return list(self.handle(ThoughtProgressed(at=self.now, job=self.thought, stage=stage)))

    def write(self, text: str, *, doubtful: bool = False) -> list[Order]:
        sentence = Sentence(text, doubtful)
        return list(self.handle(SentenceWritten(at=self.now, job=self.thought, sentence=sentence)))

    def end_thought(self, withheld: int = 0) -> list[Order]:
        job = self.thought
        self.thoughts.pop(job, None)
        return list(self.handle(ThoughtEnded(at=self.now, job=job, withheld=withheld)))

    def fail_thought(self, reason: str) -> list[Order]:
        job = self.thought
        self.thoughts.pop(job, None)
        return list(self.handle(EffectFailed(at=self.now, job=job, reason=reason)))

    # --- whole stretches ------------------------------------------------------------------------------------

    def hold(self, button: str, after_s: float = 1.0) -> None:
        self.now += after_s
        self.edge(button, "down")
        self.now += 0.7
        self.edge(button, "held")
        self.edge(button, "up")

    def double(self, button: str) -> None:
        self.press(button)
        self.press(button, after_s=0.1)

    def view(self, seen: Scene, read: Page | None = None) -> None:
        """Answer every Look and Read that is open: what is before the camera."""
        for job, effect in list(self.open.items()):
            if isinstance(effect, Look) and job in self.open:
                self.answer(SceneSeen(at=self.now, job=job, scene=seen), job)
        for job, effect in list(self.open.items()):
            if isinstance(effect, Read) and job in self.open:
                self.answer(TextRead(at=self.now, job=job, page=read or page()), job)

    def listen(self) -> list[Effect]:
        """Hear out what is spoken until something else is waited for."""
        heard: list[Effect] = []
        while isinstance(self.open_effect(), (Say, Recite)) and len(heard) < 100:
            effect = self.open_effect()
            assert effect is not None
            heard.append(effect)
            self.spoken()
        return heard

    def fail(self, reason: str) -> list[Order]:
        job = self.open_job() or 0
        return self.answer(EffectFailed(at=self.now, job=job, reason=reason), job)

    def deadline(self, seconds: float) -> list[Order]:
        job = self.job_of(Wait(seconds))
        self.now += seconds
        return self.answer(DeadlinePassed(at=self.now, job=job), job)
