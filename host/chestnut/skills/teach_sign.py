"""Teaching a sign: its name is chosen by key, then it is made some times before the camera, then it is read.

What is to be changed is spoken while the device goes on looking: whoever signs need not wait for it. Nothing is kept
before enough takes agree, and a Stop keeps nothing.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from chestnut.core.effects import (
    AwaitTake,
    Buzz,
    Chime,
    Effect,
    Haptic,
    ListSigns,
    Offer,
    Remark,
    Say,
    Sound,
    TeachSign,
)
from chestnut.core.events import SignShown, SignsListed, SignTaught
from chestnut.core.gestures import Gesture
from chestnut.core.session import SIGNS, Session
from chestnut.core.skill import Steps
from chestnut.skills.lesson import failed
from chestnut.skills.pick import pick
from chestnut.skills.recollect import said

MOST_IDLE = 3  # times in a row that nothing is shown, then it ends
MOST_SHOWN = 12  # takes and movements that are none

Heard = Gesture | SignShown | None


def teach_sign(session: Session) -> Steps:
    listed: SignsListed = yield ListSigns()
    names = (*listed.new, *listed.known)
    choices = [Say("sign_name", {"name": name}) for name in listed.new]
    choices += [Say("sign_more", {"name": name}) for name in listed.known]
    chosen = yield from pick(choices, Say("teach_help"))
    if chosen is None:
        yield Say("teach_left")
        return
    name = names[chosen]
    begin = Say("sign_begin_more" if name in listed.known else "sign_begin", {"name": name})
    takes = yield from _Lesson(name, listed.least, listed.most).run(begin)
    if len(takes) < listed.least:
        yield from failed("sign_failed")
        return
    taught: SignTaught = yield TeachSign(name, takes)
    yield Buzz(Haptic.DONE)
    told: list[tuple[str, dict[str, Any]]] = [("sign_taught", {"name": name})]
    if taught.doubt:
        told.append((taught.doubt, {"name": name, "other": taught.other}))
    if session.mode != SIGNS:
        told.append(("signs_off", {}))
    yield said(told)


class _Lesson:
    """takes: that were shown and not taken back. agreeing: those of them that are one sign."""

    def __init__(self, name: str, least: int, most: int) -> None:
        self._name, self._least, self._most = name, least, most
        self._takes: list[int] = []
        self._agreeing: tuple[int, ...] = ()
        self._idle = self._shown = 0
        self._over = False

    def run(self, begin: Say) -> Generator[Effect, Any, tuple[int, ...]]:
        """The takes that agree; too few of them when it ends without."""
        heard: Heard = yield Offer(begin, 0)
        while not self._over:
            if heard is None:
                heard = yield AwaitTake(self._name, tuple(self._takes))
            match heard:
                case SignShown():
                    yield from self._judge(heard)
                case Gesture(button=button):
                    yield from self._obey(button)
            heard = None
        return self._agreeing

    def _judge(self, shown: SignShown) -> Steps:
        self._idle = 0 if shown.moved else self._idle + 1
        self._shown += shown.moved
        enough = self._enough
        if shown.take:
            self._takes.append(shown.take)
            self._agreeing = shown.agreeing
        if not shown.lack:
            yield from self._count(first=not enough)
        elif self._idle and enough:
            self._over = True
        else:
            self._over = self._idle >= MOST_IDLE or self._shown >= MOST_SHOWN
            if not self._over:
                yield Remark(Say(shown.lack))

    @property
    def _enough(self) -> bool:
        return len(self._agreeing) >= self._least

    def _count(self, *, first: bool) -> Steps:
        """A sound, a pulse and the number. first: there were not enough of them before."""
        count = len(self._agreeing)
        yield Chime(Sound.DONE)
        yield Buzz(Haptic.PRESSED)
        if count >= self._most:
            self._over = True
        elif first and self._enough:
            yield Remark(Say("sign_enough"))
        else:
            yield Remark(Say("sign_count", {"number": count}))

    def _obey(self, button: str) -> Steps:
        self._idle = 0
        match button:
            case "describe" if self._enough:
                self._over = True
            case "describe":
                yield Remark(Say("sign_too_few", self._good))
            case "ask":
                yield Remark(Say("sign_again", {"name": self._name, **self._good}))
            case "read" if self._agreeing:
                newest = max(self._agreeing)
                self._takes.remove(newest)
                self._agreeing = tuple(take for take in self._agreeing if take != newest)
                yield Remark(Say("sign_taken_back", self._good))
            case "read":
                yield Remark(Say("letters_none_back"))
            case _:
                yield Remark(Say("sign_help"))

    @property
    def _good(self) -> dict[str, int]:
        return {"number": len(self._agreeing)}
