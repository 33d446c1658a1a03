"""From the events and orders of a device to times: what followed which press, and when. Arithmetic alone.

A press counts from when the contact closed; of a skill that listens, from when the key was let go. What is spoken by
itself, as a reminder, answers nobody. An answer that is cut off has no end, and neither has one that waits for the
wearer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chestnut.core.effects import Buzz, Guide, Haptic, Listen, Order, Recite, Say, Start, Wait
from chestnut.core.events import Answer, ButtonChanged, Edge, Event, SkillAsked, SpeechStarted
from chestnut.core.skill import Priority, Skill

# heard: the press reached the runtime; the pod's motor ticked before it was even sent. finger: it was known what the
# press means. sound: the first of any. word: the first that answers. end: all of it was spoken.
STAGES = ("heard", "finger", "sound", "word", "end")
STATE_WORDS = ("thinking", "working_on", "talk_understanding", "pad_pairing_on")  # told while one waits

# Skill, stage, milliseconds.
Sample = tuple[str, str, float]


@dataclass(slots=True)
class _Press:
    """at: seconds. skill: that answers it, as far as is known. word: the job of its first word, 0 before there is
    one."""

    at: float
    heard_ms: float
    finger_ms: float | None = None
    skill: str = ""
    word: int = 0
    sounded: bool = False
    spoke: bool = False
    listens: bool = False
    endless: bool = False


class Stopwatch:
    """chimed: when the first earcon after that moment left for the loudspeaker, None when none has yet."""

    def __init__(self, chimed: Callable[[float], float | None] = lambda after: None) -> None:
        self._chimed = chimed
        self._press: _Press | None = None

    def hear(
        self, event: Event, orders: tuple[Order, ...], skill: Skill | None, name: str, now: float
    ) -> Iterator[Sample]:
        """What was measured now. skill: the one that runs after the event. name: its own, "" for what is no key's.
        now: seconds."""
        match event:
            case ButtonChanged(edge=Edge.DOWN, at=at) | SkillAsked(at=at):
                self._press = _Press(at, _ms(now - at))
                if any(isinstance(order, Start) and order.effect == Buzz(Haptic.STOPPED) for order in orders):
                    yield "stop", "heard", self._press.heard_ms
            case ButtonChanged(at=at, edge=edge) if self._press is not None:
                if self._press.finger_ms is None:
                    self._press.finger_ms = _ms(at - self._press.at)
                if self._press.listens and edge is Edge.UP:
                    self._press.at = at
        press = self._press
        if press is None:
            return
        if orders and skill is not None and skill.priority is Priority.REQUEST and name:
            yield from self._ordered(press, orders, name)
        if press.skill:
            yield from self._happened(press, event, name)

    def _ordered(self, press: _Press, orders: tuple[Order, ...], name: str) -> Iterator[Sample]:
        """By a skill that a key began."""
        if not press.word:
            press.skill = name  # a menu may have gone over to it
        for order in orders:
            match order:
                case Start(effect=Listen()):
                    press.listens = press.sounded = True
                case Start(job=job, effect=Say() | Recite() as said) if not press.word:
                    if isinstance(said, Say) and said.key.startswith(STATE_WORDS):
                        continue
                    press.word = job
                    yield name, "heard", press.heard_ms
                    if press.finger_ms is not None:
                        yield name, "finger", press.finger_ms
                case Start(effect=Wait()):
                    press.endless |= press.spoke
                case Start(effect=Guide()):
                    press.endless = True

    def _happened(self, press: _Press, event: Event, name: str) -> Iterator[Sample]:
        started = event.at if isinstance(event, SpeechStarted) else None
        if press.word and not press.sounded:
            heard = [at for at in (self._chimed(press.at), started) if at is not None]
            if heard:
                press.sounded = True
                yield press.skill, "sound", _ms(min(heard) - press.at)
        if isinstance(event, SpeechStarted) and event.job == press.word and not press.spoke:
            press.spoke = True
            yield press.skill, "word", _ms(event.at - press.at)
        if name != press.skill:
            self._press = None
            if press.spoke and not press.endless and isinstance(event, Answer):
                yield press.skill, "end", _ms(event.at - press.at)


def _ms(seconds: float) -> float:
    return max(0.0, seconds * 1e3)
