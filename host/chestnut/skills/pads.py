"""Pairing a pad without sight, and forgetting one. What is found is told by name, and the wearer says yes by key.

While this runs every key reaches it as itself, so that any key of the new pad can be tried.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from chestnut.core.effects import (
    Buzz,
    Effect,
    ForgetPad,
    Haptic,
    ListPads,
    Offer,
    PairPad,
    Say,
    SeekPads,
)
from chestnut.core.events import PadsListed
from chestnut.core.gestures import Gesture
from chestnut.core.pad import PREFIX, SeenPad
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.skills.pick import CHOICE_S, agreed, pick

SEEK_S = 6.0  # of one search
SEARCHES = 8  # time enough to find the pad and hold its key
TEST_S = 20.0
YES = ("describe", "pad_a")


def pair_pad(session: Session) -> Steps:
    yield Say("pad_pair_begin")
    refused: set[str] = set()
    for _ in range(SEARCHES):
        seen: PadsListed = yield SeekPads(SEEK_S)
        for pad in seen.pads:
            if pad.address in refused:
                continue
            if (yield from _wanted(pad)):
                yield from _pair(pad)
                return
            refused.add(pad.address)
            yield Say("pad_seek_on")
    yield Buzz(Haptic.FAILED)
    yield Say("pad_none_other" if refused else "pad_none_found")


def _wanted(pad: SeenPad) -> Generator[Effect, Any, bool]:
    """Any other key, and silence, is a no."""
    gesture: Gesture | None = yield Offer(Say("pad_offer", {"name": pad.name}), CHOICE_S)
    return gesture is not None and gesture.button in YES


def _pair(pad: SeenPad) -> Steps:
    yield Say("pad_pairing", {"name": pad.name})
    yield PairPad(pad.address)
    yield Buzz(Haptic.DONE)
    pressed: Gesture | None = yield Offer(Say("pad_paired"), TEST_S)
    if pressed is None or not pressed.button.startswith(PREFIX):
        yield Say("pad_untested")
        return
    yield Say("pad_works", {"key": pressed.button})
    yield Say("pad_lists")


def forget_pad(session: Session) -> Steps:
    listed: PadsListed = yield ListPads()
    if not listed.pads:
        yield Say("pad_none_paired")
        return
    choices = [Say("pad_forget", {"name": pad.name}) for pad in listed.pads]
    chosen = yield from pick(choices, Say("pad_forget_help"))
    if chosen is None:
        yield Say("choose_left")
        return
    pad = listed.pads[chosen]
    if not (yield from agreed(Say("pad_forget_sure", {"name": pad.name}))):
        yield Say("pad_kept")
        return
    yield ForgetPad(pad.address)
    yield Buzz(Haptic.DONE)
    yield Say("pad_forgotten", {"name": pad.name})
