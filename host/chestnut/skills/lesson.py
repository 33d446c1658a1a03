"""Pictures of one thing or one place, each after a cue: told what to change, until there are enough that show the
same. Nothing is kept before the skill says so."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from chestnut.core.effects import Buzz, Chime, Effect, Haptic, Look, Say, Sound, Take, Wait
from chestnut.core.events import TakeKept
from chestnut.core.scene import LEFT_OF, RIGHT_OF, Refusal, Scene
from chestnut.core.skill import Steps
from chestnut.skills.describe import refuse
from chestnut.skills.tracking import own_hands

READY_S = 1.0  # for the hands, after a cue
TRIES = 3  # looks for one of the pictures
SPARE = 3  # more cues when a picture could not be had
# Of the picture: a hand that looks smaller holds a thing too far away. Reckoned for an arm of 50 cm, not measured.
HELD = 0.2


def lesson(cues: Sequence[str], again: str, *, place: bool = False) -> Generator[Effect, Any, list[int]]:
    """The numbers of the good pictures, at most one a cue. cues, again: phrases; `again` is for the spare ones."""
    takes: list[int] = []
    for cue in (*cues, *[again] * SPARE):
        yield Say(cue)
        scene = yield from _still(place)
        if scene is None:
            continue
        kept: TakeKept = yield Take(scene.frame, tuple(takes), place)
        if kept.take:
            takes.append(kept.take)
        if kept.odd:
            yield Say("place_odd" if place else "teach_odd")
            takes = [take for take in takes if take not in kept.odd]
        elif kept.take:
            yield Chime(Sound.DONE)
        else:
            yield Say("place_same" if place else "teach_same")
        if len(takes) >= len(cues):
            break
    return takes


def failed(key: str) -> Steps:
    yield Buzz(Haptic.FAILED)
    yield Say(key)


def _still(place: bool) -> Generator[Effect, Any, Scene | None]:
    """A picture that is fit for it; None when there is none."""
    for left in range(TRIES, 0, -1):
        yield Wait(READY_S)
        scene: Scene = yield Look(fresh=True)
        hint = None if place else _hint(scene)
        if scene.judged.refusal is Refusal.TOO_BLURRED:
            yield Say("teach_blurred")
        elif scene.judged.refusal:
            yield from refuse(scene.judged.refusal)
        elif hint is None:
            return scene
        elif left > 1:
            yield hint
    return None


def _hint(scene: Scene) -> Say | None:
    """By the hand that holds it, where one is seen. A thing that lies somewhere nobody can judge."""
    hand = max(own_hands(scene), key=lambda hand: hand.box.area, default=None)
    if hand is None:
        return None
    if max(hand.box.width, hand.box.height) < HELD:
        return Say("teach_closer")
    middle, _ = hand.box.centre
    if middle < LEFT_OF:
        return Say("teach_move", {"side": "right"})
    return Say("teach_move", {"side": "left"}) if middle > RIGHT_OF else None
