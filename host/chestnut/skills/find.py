"""Find a thing: words tell the side and how far, tones and pulses lead to the middle of the hand's reach, which lies
where the camera's mounting puts it in the picture (core/reach.py).

A skill of its own for every thing, because a key, the menu and the memory's list each know which thing they mean:
`find("cup")`, `find(own=Owned("keys", "my"))`. Any key ends it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from chestnut.core.effects import Buzz, Chime, Guide, Haptic, Look, Now, Remark, Say, Seek, Sound, Wait
from chestnut.core.memory import Owned
from chestnut.core.scene import Refusal, Scene, Thing
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.skills.describe import look, refuse
from chestnut.skills.sentence import OwnThing, Place, item, place, where
from chestnut.skills.tracking import LOOKS, Track, own_hands, seen_of, touched

LONGEST_S = 60.0
PAUSE_S = 0.1  # between looks: what tones tell needs no more than a few looks a second
WORD_S = 1.0  # between two words, so that none is cut off
REMIND_S = 5.0  # what lies aside and stays there is told again so often
BLURRED_S = 8.0  # a wearer who turns blurs the picture; told so often at most
TOLD = 2  # so often it is told that the thing is in reach


def find(*labels: str, own: Owned | None = None) -> Callable[[Session], Steps]:
    """labels: kinds of things that would do; the first is the one that is named while none is seen. own: the one
    taught thing that is sought instead."""

    def search(session: Session) -> Steps:
        items = _items(labels, own)
        yield Seek(labels, own)
        yield Say("find_begin", items)
        yield Guide()
        track = Track(labels, own, session.reach_down)
        words = _Words(items)
        told = refused = 0
        began: float = yield Now()
        now = began
        while now - began < LONGEST_S:
            scene: Scene = yield Look(fresh=True, own=own is not None)
            now = yield Now()
            refused = refused + 1 if scene.judged.refusal else 0
            if refused >= LOOKS and scene.judged.refusal not in (None, Refusal.TOO_BLURRED):
                yield from refuse(scene.judged.refusal)
                return
            track.feed(scene)
            yield Guide(track.closeness if track.thing else None)
            if told and not track.thing:
                break  # taken, or covered by the hand
            if track.reached:
                yield Say("find_reached" if track.sure else "find_reached_unsure")
                told += 1
                track.let_go()
                if told == TOLD:
                    break
            elif remark := words.due(now, track, blurred=refused >= LOOKS):
                yield remark
            yield Wait(PAUSE_S)
        if told:
            yield Chime(Sound.DONE)
            yield Buzz(Haptic.DONE)
        else:
            yield Buzz(Haptic.FAILED)
            yield Say("find_over", items)

    return search


def locate(*labels: str, own: Owned | None = None) -> Callable[[Session], Steps]:
    """Where it is in the one picture there is."""

    def tell(session: Session) -> Steps:
        scene = yield from look(own=own is not None)
        seen = seen_of(scene, labels, own)
        if scene.judged.refusal:
            yield from refuse(scene.judged.refusal)
        elif not seen:
            yield Buzz(Haptic.FAILED)
            yield Say("find_unseen", _items(labels, own))
        elif isinstance(seen[0], OwnThing):
            sure = seen[0].sure
            yield where(seen[0]) if sure else _perhaps(seen[0])
            if touched(seen[0], own_hands(scene)):
                yield Say("find_reached" if sure else "find_reached_unsure")
        else:
            for label in dict.fromkeys(thing.label for thing in seen):
                yield where(*(thing for thing in seen if thing.label == label))
            if any(touched(thing, own_hands(scene)) for thing in seen):
                yield Say("find_reached")

    return tell


class _Words:
    """What is said on the way: where the thing is when that changes, and once that it is not seen. When it is near,
    also whether it is higher or lower than the hand's reach."""

    def __init__(self, items: dict[str, Any]) -> None:
        self._items = items
        self._looks = 0
        self._said_at = float("-inf")
        self._place: Place | None = None  # as it was told; None while it is not seen
        self._level = ""
        self._sure = False
        self._unseen_told = False

    def due(self, now: float, track: Track, *, blurred: bool) -> Remark | None:
        self._looks += 1
        quiet_s = now - self._said_at
        say = None
        if blurred:
            if quiet_s >= BLURRED_S:
                say = Say(Refusal.TOO_BLURRED)
        elif track.thing is None:
            say = self._unseen(track)
        elif self._place is None or (track.sure > self._sure and quiet_s >= WORD_S):
            self._place, self._sure, self._unseen_told = track.place, track.sure, False
            self._level = ""
            say = where(track.thing) if track.sure else _perhaps(track.thing)
        elif quiet_s >= WORD_S and (
            track.place != self._place
            or track.level not in ("", self._level)
            or ((track.level or track.place[0] != "ahead") and quiet_s >= REMIND_S)
        ):
            self._place, self._level = track.place, track.level
            say = _at(track.place, track.level)
        if say is None:
            return None
        self._said_at = now
        return Remark(say)

    def _unseen(self, track: Track) -> Say | None:
        if self._looks < LOOKS or self._unseen_told:
            return None
        lost, self._place, self._sure, self._unseen_told = self._place, None, False, True
        if lost is None:
            return Say("find_turn", self._items)
        return Say("find_lost", {"side": lost[0]})


def _at(place: Place, level: str) -> Say:
    side, reach = place
    if level:
        return Say("find_level", {"side": side, "reach": reach, "level": level})
    return Say("find_reach", {"side": side, "reach": reach}) if reach else Say("find_side", {"side": side})


def _perhaps(thing: Thing) -> Say:
    return Say("find_unsure", {"items": [item(thing)], "side": place(thing)[0]})


def _items(labels: Sequence[str], own: Owned | None) -> dict[str, Any]:
    """What is sought."""
    return {"items": [{"noun": labels[0], "count": 1} if own is None else {"owned": asdict(own)}]}
