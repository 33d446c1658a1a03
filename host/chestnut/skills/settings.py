"""Louder, softer, faster, slower, the other language: each step is heard at once in its own effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from chestnut.core.effects import Change, Say
from chestnut.core.session import LANGUAGES, RATES_WPM, VOLUMES, Session
from chestnut.core.skill import Steps

Step = TypeVar("Step", int, float)


def _neighbour(steps: tuple[Step, ...], value: Step, by: int) -> Step | None:
    """The step `by` places away from the one nearest to value; None at either end."""
    nearest = min(range(len(steps)), key=lambda index: abs(steps[index] - value))
    return steps[nearest + by] if 0 <= nearest + by < len(steps) else None


def _volume(by: int) -> Callable[[Session], Steps]:
    def skill(session: Session) -> Steps:
        volume = _neighbour(VOLUMES, session.volume, by)
        if volume is not None:
            yield Change("volume", volume)
        key = "volume_end" if volume is None else "volume"
        yield Say(key, {"percent": round((volume or session.volume) * 100)})

    return skill


def _rate(by: int) -> Callable[[Session], Steps]:
    def skill(session: Session) -> Steps:
        rate_wpm = _neighbour(RATES_WPM, session.rate_wpm, by)
        if rate_wpm is None:
            yield Say("rate_end")
            return
        yield Change("rate_wpm", rate_wpm)
        yield Say("rate", {"step": RATES_WPM.index(rate_wpm) + 1, "of": len(RATES_WPM)})

    return skill


louder, softer = _volume(+1), _volume(-1)
faster, slower = _rate(+1), _rate(-1)


def language(session: Session) -> Steps:
    other = LANGUAGES[(LANGUAGES.index(session.language) + 1) % len(LANGUAGES)]
    yield Change("language", other)
    yield Say("language")
