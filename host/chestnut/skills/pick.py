"""One of several, under one finger, as in the menu: Ask goes on, Find goes back, the dome takes it, Stop leaves."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from chestnut.core.effects import Effect, Offer, Say
from chestnut.core.gestures import Gesture

CHOICE_S = 8.0
PAD_HELP = Say("pad_lists")


def pick(
    choices: Sequence[Say], helps: Say, silence_s: float = CHOICE_S
) -> Generator[Effect, Any, int | None]:
    """The number of the one that is taken. The first silence brings the help, the second ends it: None. When the last
    key was the pad's, the help names the pad's keys."""
    at, helped, by_pad = 0, False, False
    say = choices[at]
    while True:
        gesture: Gesture | None = yield Offer(say, CHOICE_S if helped else silence_s)
        by_pad = by_pad if gesture is None else gesture.of_pad
        match gesture.button if gesture else None:
            case None if helped:
                return None
            case "ask" | "find" as key:
                at = (at + (1 if key == "ask" else -1)) % len(choices)
                say = choices[at]
            case "describe":
                return at
            case _:
                say = PAD_HELP if by_pad else helps
        helped = gesture is None


def agreed(question: Say, silence_s: float = CHOICE_S) -> Generator[Effect, Any, bool]:
    """The next key is the dome. Any other one, and silence, is a no."""
    gesture: Gesture | None = yield Offer(question, silence_s)
    return gesture is not None and gesture.button == "describe"
