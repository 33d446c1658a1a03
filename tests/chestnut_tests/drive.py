"""Drives a conductor by hand: keys, answers and time, and remembers what was ordered."""

from __future__ import annotations

from collections.abc import Sequence

from chestnut.core.conductor import Conductor, Keymap
from chestnut.core.effects import Brief, Cancel, Effect, Order, Start, Wait
from chestnut.core.events import (
    ButtonChanged,
    DeadlinePassed,
    Edge,
    EffectFailed,
    Event,
    SceneSeen,
    SpeechEnded,
    TextRead,
)
from chestnut.core.scene import Box, Judgement, Page, Person, Scene, Thing, Word
from chestnut.core.session import Session
from chestnut.runtime.keymap import keymap
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
    return keymap(load_pins(), {})


class Driver:
    """now: the time of the next event, in seconds."""

    def __init__(self, session: Session | None = None) -> None:
        self.faults: list[Exception] = []
        self.conductor = Conductor(SKILLS, default_keymap(), session, self.faults.append)
        self.now = 100.0
        self.open: dict[int, Effect] = {}  # awaited jobs that were neither answered nor cancelled
        self.fingers: set[str] = set()  # on the keys
        self.effects: list[Effect] = []  # everything that was ever started

    def handle(self, event: Event) -> tuple[Order, ...]:
        orders = self.conductor.handle(event)
        for order in orders:
            if isinstance(order, Cancel):
                self.open.pop(order.job, None)
            else:
                self.effects.append(order.effect)
                if not isinstance(order.effect, Brief):
                    self.open[order.job] = order.effect
        return orders

    def wait_s(self, seconds: float) -> None:
        self.now += seconds

    def edge(self, button: str, edge: str) -> tuple[Order, ...]:
        (self.fingers.discard if edge == "up" else self.fingers.add)(button)
        return self.handle(ButtonChanged(at=self.now, button=button, edge=Edge(edge)))

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

    def fail(self, reason: str) -> list[Order]:
        job = self.open_job() or 0
        return self.answer(EffectFailed(at=self.now, job=job, reason=reason), job)

    def deadline(self, seconds: float) -> list[Order]:
        job = self.job_of(Wait(seconds))
        self.now += seconds
        return self.answer(DeadlinePassed(at=self.now, job=job), job)
