"""Louder, softer, faster, slower, the other language: what changes, and how it is confirmed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from chestnut.core.effects import Change, Say
from chestnut.core.session import LANGUAGES, RATES_WPM, VOLUMES, Session
from chestnut.core.skill import Steps

# From the session as it is to the change (None at the end of a scale) and the words that tell it.
Step = Callable[[Session], tuple[Change | None, Say]]
Value = TypeVar("Value", int, float)


def _neighbour(scale: tuple[Value, ...], value: Value, by: int) -> Value | None:
    """The value `by` places away from the one nearest to `value`; None at either end."""
    nearest = min(range(len(scale)), key=lambda index: abs(scale[index] - value))
    return scale[nearest + by] if 0 <= nearest + by < len(scale) else None


def _volume(by: int) -> Step:
    def step(session: Session) -> tuple[Change | None, Say]:
        volume = _neighbour(VOLUMES, session.volume, by)
        if volume is None:
            return None, Say("volume_end", {"percent": round(session.volume * 100)})
        return Change("volume", volume), Say("volume", {"percent": round(volume * 100)})

    return step


def _rate(by: int) -> Step:
    def step(session: Session) -> tuple[Change | None, Say]:
        rate_wpm = _neighbour(RATES_WPM, session.rate_wpm, by)
        at_end = rate_wpm is None
        rate_wpm = rate_wpm or session.rate_wpm
        place = {"step": RATES_WPM.index(rate_wpm) + 1, "of": len(RATES_WPM)}
        return (
            (None, Say("rate_end", place)) if at_end else (Change("rate_wpm", rate_wpm), Say("rate", place))
        )

    return step


def language(session: Session) -> tuple[Change | None, Say]:
    other = LANGUAGES[(LANGUAGES.index(session.language) + 1) % len(LANGUAGES)]
    return Change("language", other), Say("language")


louder, softer = _volume(+1), _volume(-1)
faster, slower = _rate(+1), _rate(-1)


def by_key(step: Step) -> Callable[[Session], Steps]:
    """One step by a key of its own, confirmed as in the menu."""

    def taken(session: Session) -> Steps:
        change, say = step(session)
        if change is not None:
            yield change
        yield say

    return taken
